import type { Listener } from './live.ts'

/** How soon a browser reconnects after a restart of the server. */
const retryMs = 1000

/**
 * The body of an event stream: `join` gets what writes into it and returns what to call when the browser has gone.
 * Nothing is kept for a browser that does not read.
 */
export function openStream(join: (writer: Pick<Listener, 'send' | 'end'>) => () => void): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder()
  let leave = (): void => undefined

  return new ReadableStream({
    start(controller) {
      const write = (text: string) => controller.enqueue(encoder.encode(text))
      write(`retry: ${retryMs}\nevent: open\ndata: \n\n`)
      leave = join({
        send(text) {
          if ((controller.desiredSize ?? 0) <= 0) return false
          write(text)
          return true
        },
        end(forGood) {
          if (forGood) write('event: close\ndata: \n\n')
          controller.close()
        },
      })
    },
    cancel() {
      leave()
    },
  })
}
