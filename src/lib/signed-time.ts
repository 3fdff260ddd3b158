import { createHmac, timingSafeEqual } from 'node:crypto'
import { deriveKeys, newestOf } from './derived-keys.ts'

export interface SignedTime {
  /** The time with its signature: `<milliseconds>.<HMAC-SHA256>` */
  sign(timeMs: number): string
  /** The time; null when it was not signed here. */
  read(text: string): number | null
}

/** Times that a form carries about. `secrets`: the first signs, each is believed; `purpose` keeps forms apart. */
export function createSignedTime(secrets: string[], purpose: string): SignedTime {
  const keys = deriveKeys(secrets, purpose)
  const signature = (key: Buffer, time: string) => createHmac('sha256', key).update(time).digest()

  return {
    sign(timeMs) {
      const time = String(Math.trunc(timeMs))
      return `${time}.${signature(newestOf(keys), time).toString('base64url')}`
    },
    read(text) {
      const [, time = '', given = ''] = /^(\d{1,15})\.([\w-]{43})$/.exec(text) ?? []
      const bytes = Buffer.from(given, 'base64url')
      const own = keys.some((key) => bytes.length === 32 && timingSafeEqual(signature(key, time), bytes))
      return own ? Number(time) : null
    },
  }
}
