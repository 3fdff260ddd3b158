import { createSignature } from './signature.ts'

export interface SignedTime {
  /** The time with its signature: `<milliseconds>.<HMAC-SHA256>` */
  sign(timeMs: number): string
  /** The time; null when it was not signed here. */
  read(text: string): number | null
}

/** Times that a form carries about. `secrets`: the first signs, each is believed; `purpose` keeps forms apart. */
export function createSignedTime(secrets: string[], purpose: string): SignedTime {
  const signature = createSignature(secrets, purpose)

  return {
    sign(timeMs) {
      const time = String(Math.trunc(timeMs))
      return `${time}.${signature.sign(time)}`
    },
    read(text) {
      const [, time = '', given = ''] = /^(\d{1,15})\.([\w-]{43})$/.exec(text) ?? []
      return signature.isOwn(time, given) ? Number(time) : null
    },
  }
}
