import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto'

export interface SignedTime {
  /** The time with its signature: `<milliseconds>.<HMAC-SHA256>` */
  sign(timeMs: number): string
  /** The time; null when it was not signed here. */
  read(text: string): number | null
}

/** Times that a form carries about. `secrets`: the first signs, each is believed; `purpose` keeps forms apart. */
export function createSignedTime(secrets: string[], purpose: string): SignedTime {
  const keys = secrets.map((secret) => Buffer.from(hkdfSync('sha256', secret, '', `colombier ${purpose}`, 32)))
  const signature = (key: Buffer, time: string) => createHmac('sha256', key).update(time).digest()

  return {
    sign(timeMs) {
      const [key] = keys
      if (key === undefined) throw new Error('There is no secret to sign with')
      const time = String(Math.trunc(timeMs))
      return `${time}.${signature(key, time).toString('base64url')}`
    },
    read(text) {
      const [, time = '', given = ''] = /^(\d{1,15})\.([\w-]{43})$/.exec(text) ?? []
      const bytes = Buffer.from(given, 'base64url')
      const own = keys.some((key) => bytes.length === 32 && timingSafeEqual(signature(key, time), bytes))
      return own ? Number(time) : null
    },
  }
}
