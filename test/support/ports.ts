import { createServer } from 'node:net'

// Below what Linux hands out by itself (from 32768 on): a server that is down for a moment finds its port free again.
const FIRST = 10_000
const COUNT = 20_000

/** Ports of this machine on which nothing listens, for servers that are told theirs. They aren't kept. */
export async function freePorts(count: number): Promise<number[]> {
  const ports = new Set<number>()
  while (ports.size < count) {
    const port = FIRST + Math.floor(Math.random() * COUNT)
    if (await isFree(port)) ports.add(port)
  }
  return [...ports]
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer()
    probe.once('error', () => resolve(false))
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)))
  })
}
