import { createHash, createPublicKey, type webcrypto } from 'node:crypto'
import * as v from 'valibot'
import type { TaskKind, TaskPayloads, TaskTerms } from './tasks.ts'
import { keyBytes, privateKeyOf } from './x25519.ts'

/**
 * Sealed task payloads: HPKE (RFC 9180) in auth mode, DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-256-GCM.
 * Only the connector's private key opens one, and only the web app's private key can have made it.
 * On the wire: `v2.` and the base64url of the encapsulated key (32 bytes) followed by the ciphertext.
 */
const version = 'v2'
const encapsulatedKeyBytes = 32
const info = new TextEncoder().encode(`colombier/task/${version}`)

// Key passwords go to doveadm line by line: a line end in one would answer the next question.
const keyPassword = v.pipe(v.string(), v.regex(/^\P{Cc}{1,512}$/u))
const payloads = {
  create: v.strictObject({ keyPassword, as: v.optional(v.literal('new start')) }),
  rekey: v.strictObject({
    oldKeyPassword: keyPassword,
    newKeyPassword: keyPassword,
    proof: v.optional(v.literal('key')),
    by: v.optional(v.literal('code')),
  }),
  delete: v.strictObject({ keyPassword }),
}

/** Loaded with the first seal: neither side seals or opens anything to start. */
async function suite() {
  const { Aes256Gcm, CipherSuite, DhkemX25519HkdfSha256, HkdfSha256 } = await import('@hpke/core')
  return new CipherSuite({ kem: new DhkemX25519HkdfSha256(), kdf: new HkdfSha256(), aead: new Aes256Gcm() })
}

/** A seal that is not what it should be: altered, forged, made for another task, or not a seal at all. */
export class SealError extends Error {
  override name = 'SealError'
}

/** Everything a task says in clear that must not be changed, in one unambiguous form: the associated data. */
function associatedData(terms: TaskTerms): Uint8Array {
  const newHash = terms.newHash === null ? null : createHash('sha256').update(terms.newHash).digest('hex')

  return new TextEncoder().encode(
    JSON.stringify([
      version,
      terms.id,
      terms.kind,
      terms.mailbox,
      terms.requestedAt,
      terms.notBefore,
      terms.deadline,
      newHash,
    ]),
  )
}

const raw = (key: string): ArrayBuffer => new Uint8Array(keyBytes(key)).buffer

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

/**
 * Seals a task's payload to the connector.
 * @param keys the web app's private key and the connector's public key, base64url
 * @returns the text for `colombier_tasks.payload`
 */
export async function seal<K extends TaskKind>(
  keys: { webPrivateKey: string; connectorPublicKey: string },
  terms: TaskTerms & { kind: K },
  payload: TaskPayloads[K],
): Promise<string> {
  const checked = v.parse(payloads[terms.kind], payload)
  const hpke = await suite()
  // One context a message: a context shared by simultaneous calls would reuse a nonce.
  const sender = await hpke.createSenderContext({
    recipientPublicKey: await hpke.kem.deserializePublicKey(raw(keys.connectorPublicKey)),
    senderKey: await keyPair(keys.webPrivateKey),
    info,
  })
  const ciphertext = await sender.seal(new TextEncoder().encode(JSON.stringify(checked)), associatedData(terms))

  return `${version}.${Buffer.concat([Buffer.from(sender.enc), Buffer.from(ciphertext)]).toString('base64url')}`
}

/**
 * Opens a task's payload.
 * @param keys the connector's private key and the web app's public key, base64url
 * @throws SealError when it was not sealed by the web app's key for exactly these terms, and only then
 */
export async function open<K extends TaskKind>(
  keys: { connectorPrivateKey: string; webPublicKey: string },
  terms: TaskTerms & { kind: K },
  sealed: string,
): Promise<TaskPayloads[K]> {
  const recipientKey = await keyPair(keys.connectorPrivateKey)
  const hpke = await suite()
  const senderPublicKey = await hpke.kem.deserializePublicKey(raw(keys.webPublicKey))

  const [, body] = /^v2\.([A-Za-z0-9_-]+)$/.exec(sealed) ?? []
  if (body === undefined) throw new SealError('The payload is not a seal of version 2')
  const bytes = Buffer.from(body, 'base64url')
  // More than one text can decode to the same bytes: only the one that seal() writes is taken.
  if (bytes.toString('base64url') !== body || bytes.length <= encapsulatedKeyBytes) {
    throw new SealError('The payload is not a seal of version 2')
  }

  let plain: ArrayBuffer
  try {
    const recipient = await hpke.createRecipientContext({
      recipientKey,
      senderPublicKey,
      enc: new Uint8Array(bytes.subarray(0, encapsulatedKeyBytes)).buffer,
      info,
    })
    plain = await recipient.open(new Uint8Array(bytes.subarray(encapsulatedKeyBytes)).buffer, associatedData(terms))
  } catch {
    throw new SealError('The payload was not sealed by the web app for this task')
  }

  const parsed = v.safeParse(payloads[terms.kind], JSON.parse(new TextDecoder().decode(plain)))
  if (!parsed.success) throw new SealError('The sealed payload is not one of its kind')
  return parsed.output as TaskPayloads[K]
}
