import { hkdfSync } from 'node:crypto'

/** A key of 32 bytes for one purpose from each secret, so that what is made for one purpose is invalid for another. */
export const deriveKeys = (secrets: string[], purpose: string): Buffer[] =>
  secrets.map((secret) => Buffer.from(hkdfSync('sha256', secret, '', `colombier ${purpose}`, 32)))

/** The key to make things with: the first one. @throws Error when there is none */
export function newestOf(keys: Buffer[]): Buffer {
  const [key] = keys
  if (key === undefined) throw new Error('There is no secret to make a key of')
  return key
}
