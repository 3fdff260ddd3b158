import { hkdfSync } from 'node:crypto'

/** A key of 32 bytes for one purpose from each of these secrets, so that what is made for one is nothing for another. */
export const deriveKeys = (secrets: string[], purpose: string): Buffer[] =>
  secrets.map((secret) => Buffer.from(hkdfSync('sha256', secret, '', `colombier ${purpose}`, 32)))

/** The one to make things with: the first secret's. @throws Error when there is none */
export function newestOf(keys: Buffer[]): Buffer {
  const [key] = keys
  if (key === undefined) throw new Error('There is no secret to make a key of')
  return key
}
