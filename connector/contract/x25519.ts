import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto'

/** The 32 bytes of a key. @throws Error when the text is not a key in base64url */
export function keyBytes(key: string): Buffer {
  const bytes = Buffer.from(key, 'base64url')
  if (bytes.length !== 32) throw new Error('A seal key is 32 bytes in base64url')
  return bytes
}

// RFC 8410: the PKCS #8 and SPKI forms of an X25519 key are these prefixes and its 32 bytes.
const prefix = { pkcs8: '302e020100300506032b656e04220420', spki: '302a300506032b656e032100' }
const derOf = (form: keyof typeof prefix, key: string): Buffer =>
  Buffer.concat([Buffer.from(prefix[form], 'hex'), keyBytes(key)])

export const privateKeyOf = (key: string): KeyObject =>
  createPrivateKey({ key: derOf('pkcs8', key), format: 'der', type: 'pkcs8' })

export const publicKeyOf = (key: string): KeyObject =>
  createPublicKey({ key: derOf('spki', key), format: 'der', type: 'spki' })
