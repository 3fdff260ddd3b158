import { randomBytes } from 'node:crypto'

// 32 of them, without what is taken for another when it is copied by hand.
const signs = 'abcdefghijkmnpqrstuvwxyz23456789'

/** An app password or a recovery code, such as `k3fm-9wqa-zt4e-hh2p-x8rn-dd6s-u7vy`: 28 signs, 140 random bits. */
export function randomCredential(): string {
  const text = [...randomBytes(28)].map((byte) => signs.charAt(byte % signs.length)).join('')
  return (text.match(/.{4}/g) ?? []).join('-')
}
