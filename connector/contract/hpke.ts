import { createPublicKey, type webcrypto } from 'node:crypto'
import { keyBytes, privateKeyOf } from './x25519.ts'

/**
 * HPKE (RFC 9180) in auth mode, DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-256-GCM, one message a context: only the
 * recipient's private key opens it, and only the sender's can have made it. A message is the base64url of the
 * encapsulated key (32 bytes) followed by the ciphertext.
 */
const encapsulatedKeyBytes = 32

/** What a message is for, and what it says in clear that must not be changed. */
export interface MessageContext {
  info: string
  associatedData: string
}

/** Loaded with the first message: neither side seals or opens anything to start. */
async function suite() {
  const { Aes256Gcm, CipherSuite, DhkemX25519HkdfSha256, HkdfSha256 } = await import('@hpke/core')
  return new CipherSuite({ kem: new DhkemX25519HkdfSha256(), kdf: new HkdfSha256(), aead: new Aes256Gcm() })
}

const raw = (key: string): ArrayBuffer => new Uint8Array(keyBytes(key)).buffer
const bytesOf = (text: string) => new TextEncoder().encode(text)

export interface SealKeyPair {
  /** 32 bytes, base64url */
  privateKey: string
  publicKey: string
}

/** A new X25519 key pair for one of the two sides. */
export async function generateSealKeys(): Promise<SealKeyPair> {
  const { kem } = await suite()
  const pair = await kem.generateKeyPair()
  const text = async (key: webcrypto.CryptoKey) => Buffer.from(await kem.serializePrivateKey(key)).toString('base64url')
  return {
    privateKey: await text(pair.privateKey),
    publicKey: Buffer.from(await kem.serializePublicKey(pair.publicKey)).toString('base64url'),
  }
}

/** The public key of a private one, both base64url. @throws Error when it is not a private key */
export async function sealPublicKey(privateKey: string): Promise<string> {
  return Buffer.from(await (await suite()).kem.serializePublicKey((await keyPair(privateKey)).publicKey)).toString(
    'base64url',
  )
}

async function keyPair(privateKey: string): Promise<webcrypto.CryptoKeyPair> {
  const jwk = createPublicKey(privateKeyOf(privateKey)).export({ format: 'jwk' })
  const { kem } = await suite()
  return {
    privateKey: await kem.deserializePrivateKey(raw(privateKey)),
    publicKey: await kem.deserializePublicKey(raw(jwk.x ?? '')),
  }
}

/** @throws Error when one of the keys is none */
export async function sealTo(
  keys: { senderPrivateKey: string; recipientPublicKey: string },
  { info, associatedData }: MessageContext,
  text: string,
): Promise<string> {
  const hpke = await suite()
  // One context a message: a context shared by simultaneous calls would reuse a nonce.
  const sender = await hpke.createSenderContext({
    recipientPublicKey: await hpke.kem.deserializePublicKey(raw(keys.recipientPublicKey)),
    senderKey: await keyPair(keys.senderPrivateKey),
    info: bytesOf(info),
  })
  const ciphertext = await sender.seal(bytesOf(text), bytesOf(associatedData))
  return Buffer.concat([Buffer.from(sender.enc), Buffer.from(ciphertext)]).toString('base64url')
}

/**
 * @returns null when it was not sealed with exactly these keys for exactly this context, and only then
 * @throws Error when one of the keys is none
 */
export async function openFrom(
  keys: { recipientPrivateKey: string; senderPublicKey: string },
  { info, associatedData }: MessageContext,
  sealed: string,
): Promise<string | null> {
  const recipientKey = await keyPair(keys.recipientPrivateKey)
  const hpke = await suite()
  const senderPublicKey = await hpke.kem.deserializePublicKey(raw(keys.senderPublicKey))

  const bytes = Buffer.from(sealed, 'base64url')
  // More than one text can decode to the same bytes: only the one that sealTo() writes is taken.
  if (bytes.toString('base64url') !== sealed || bytes.length <= encapsulatedKeyBytes) return null
  try {
    const recipient = await hpke.createRecipientContext({
      recipientKey,
      senderPublicKey,
      enc: new Uint8Array(bytes.subarray(0, encapsulatedKeyBytes)).buffer,
      info: bytesOf(info),
    })
    const plain = await recipient.open(
      new Uint8Array(bytes.subarray(encapsulatedKeyBytes)).buffer,
      bytesOf(associatedData),
    )
    return new TextDecoder().decode(plain)
  } catch {
    return null
  }
}
