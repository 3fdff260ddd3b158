// Starting, awaiting and ending the lab's servers.
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { connect } from 'node:net'
import type { Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'

export interface Server {
  child: ChildProcess
  output: () => string
  ended: Promise<unknown>
}

export function watch(child: ChildProcess): Server {
  const outputs = [collect(child.stdout), collect(child.stderr)]
  return { child, output: () => outputs.map((output) => output()).join(''), ended: once(child, 'exit') }
}

/** Asks the server to end and waits for it; one that doesn't within ten seconds is killed. */
export async function end(server: Server | null): Promise<void> {
  if (!server || hasEnded(server)) return
  server.child.kill('SIGTERM')
  const late = setTimeout(() => server.child.kill('SIGKILL'), 10_000)
  await server.ended
  clearTimeout(late)
}

/**
 * Waits until something on the port greets, as IMAP, LMTP and the database all do. @throws when the server ends first.
 */
export async function greeted(port: number, server: Server): Promise<void> {
  const deadline = Date.now() + 30_000
  while (!(await greets(port))) {
    if (hasEnded(server)) throw new Error(`A server of the test mail host ended:\n${server.output()}`)
    if (Date.now() > deadline) throw new Error(`Nothing greets on port ${port}:\n${server.output()}`)
    await sleep(10)
  }
}

function greets(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port })
    const answer = (greeting: boolean) => () => {
      socket.destroy()
      resolve(greeting)
    }
    socket.once('data', answer(true)).once('error', answer(false)).once('end', answer(false))
    socket.setTimeout(5_000, answer(false))
  })
}

const hasEnded = ({ child }: Server): boolean => child.exitCode !== null || child.signalCode !== null

/** Reads the stream to its end; the function returned gives what came so far. */
export function collect(stream: Readable | null): () => string {
  const chunks: Buffer[] = []
  stream?.on('data', (chunk: Buffer) => chunks.push(chunk))
  return () => Buffer.concat(chunks).toString('utf8')
}
