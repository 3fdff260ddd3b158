import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'

/**
 * What is done to a statement: sent on; not sent; sent, and its answer kept back. The connection ends in the last two.
 */
export type Verdict = 'forward' | 'drop' | 'drop the answer' | 'keep silent'

/**
 * Stands between the connector and the database, and asks about every statement before it is sent on. Statements are
 * counted from 1: queries and executions, since preparing one has no effect, and neither has asking for a right.
 */
export async function startDatabaseProxy(port: number) {
  let decide: (number: number) => Verdict = () => 'forward'
  let count = 0
  let refusing = false
  const sockets = new Set<Socket>()
  const forgetters = new Set<() => void>()

  const server = createServer((client) => {
    if (refusing) return client.destroy()
    const upstream = connect({ host: '127.0.0.1', port })
    let rest = Buffer.alloc(0)
    let keepAnswer = false
    let silent = false
    let forgotten = false
    const forget = () => (forgotten = true)
    forgetters.add(forget)
    for (const socket of [client, upstream]) {
      sockets.add(socket)
      socket.on('error', () => undefined)
      socket.on('close', () => {
        sockets.delete(socket)
        forgetters.delete(forget)
        if (forgotten) return
        client.destroy()
        upstream.destroy()
      })
    }

    client.on('data', (chunk) => {
      if (forgotten) return
      rest = Buffer.concat([rest, chunk])
      for (;;) {
        const length = rest.length < 4 ? Infinity : 4 + rest.readUIntLE(0, 3)
        if (rest.length < length) return
        const packet = rest.subarray(0, length)
        rest = rest.subarray(length)
        // A command begins a new sequence; 0x03 is a query, 0x17 the execution of a prepared statement.
        const isStatement = packet[3] === 0 && (packet[4] === 0x17 || (packet[4] === 0x03 && !onlyAsks(packet)))
        const verdict = isStatement ? decide(++count) : 'forward'
        if (verdict === 'drop') return client.destroy()
        if (verdict === 'drop the answer') keepAnswer = true
        if (verdict === 'keep silent') silent = true
        if (!silent) upstream.write(packet)
      }
    })
    upstream.on('data', (chunk) => {
      if (forgotten) return
      if (keepAnswer) client.destroy()
      else client.write(chunk)
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')

  return {
    /** for the connector's environment */
    env: { DATABASE_PORT: String((server.address() as AddressInfo).port) },
    /** Counts anew, and asks this about each statement from here on. */
    watch(next: (number: number) => Verdict) {
      count = 0
      decide = next
    },
    count: () => count,
    /** The database is away: connections end, new ones are refused. */
    away(is: boolean) {
      refusing = is
      if (is) for (const socket of sockets) socket.destroy()
    },
    /**
     * Of the connections that there are, nothing is told any more to either side, not even that the other has closed
     * it.
     */
    forget() {
      for (const forget of forgetters) forget()
    },
    async stop() {
      for (const socket of sockets) socket.destroy()
      await once(server.close(), 'close')
    },
  }
}

/** Whether a query is about no row, and can only be taken or refused. */
const onlyAsks = (packet: Buffer): boolean => / (?:WHERE 1 = 0|LIMIT 0)\b/.test(packet.toString('utf8', 5))

export type DatabaseProxy = Awaited<ReturnType<typeof startDatabaseProxy>>
