import { createHmac, timingSafeEqual } from 'node:crypto'
import { deriveKeys, newestOf } from './derived-keys.ts'

/** Signatures (HMAC-SHA256, base64url). `secrets`: the first signs, each is believed; `purpose` keeps uses apart. */
export function createSignature(secrets: string[], purpose: string) {
  const keys = deriveKeys(secrets, purpose)
  const of = (key: Buffer, text: string) => createHmac('sha256', key).update(text).digest()

  return {
    sign: (text: string): string => of(newestOf(keys), text).toString('base64url'),
    isOwn(text: string, given: string): boolean {
      const bytes = Buffer.from(given, 'base64url')
      return keys.some((key) => bytes.length === 32 && timingSafeEqual(of(key, text), bytes))
    },
  }
}
