import { randomBytes } from 'node:crypto'

// 32 of them, without what is taken for another when it is copied by hand.
const signs = 'abcdefghijkmnpqrstuvwxyz23456789'

/**
 * An app password or a recovery code, such as `k3fm-9wqa-zt4e-hh2p-x8rn-dd6s-u7vy`: by default 28 signs, each of which
 * is five random bits.
 */
export function randomCredential(length = 28): string {
  const text = [...randomBytes(length)].map((byte) => signs.charAt(byte % signs.length)).join('')
  return (text.match(/.{4}/g) ?? []).join('-')
}
