// People in front of the rehearsal's site, by HTTPS and with their own eyes on its certificate.
import { request } from 'node:https'
import type { LookupFunction } from 'node:net'
import { Browser } from '../support/browser.ts'

/** @param address where the name leads @param ca the authority that they trust */
export function visitorOf(origin: string, address: string, ca: string): () => Browser {
  const lookup = ((_name, options, found) => {
    if (options.all) found(null, [{ address, family: 4 }])
    else found(null, address, 4)
  }) as LookupFunction
  const app = {
    request: (url: string, { method, headers, body }: RequestInit) =>
      new Promise<Response>((resolve, reject) => {
        const text = body instanceof URLSearchParams ? body.toString() : ''
        const type = { 'Content-Type': 'application/x-www-form-urlencoded', 'Content-Length': Buffer.byteLength(text) }
        const options = { method, ca, lookup, headers: { ...(headers as object), ...(method === 'POST' && type) } }
        const sent = request(url, options, (answer) => {
          const parts: Buffer[] = []
          answer.on('data', (part: Buffer) => parts.push(part)).on('error', reject)
          answer.on('end', () => {
            const received = new Headers()
            for (const [name, value] of Object.entries(answer.headersDistinct))
              for (const one of value ?? []) received.append(name, one)
            const status = answer.statusCode ?? 0
            const isEmpty = status === 204 || status === 304
            resolve(new Response(isEmpty ? null : Buffer.concat(parts), { status, headers: received }))
          })
        })
        sent.setTimeout(60_000, () => sent.destroy(new Error('No answer in a minute')))
        sent.on('error', reject).end(text)
      }),
  }
  return () => new Browser(app, origin, address)
}
