import { createHash } from 'node:crypto'
import * as v from 'valibot'
import { openFrom, sealTo } from './hpke.ts'
import type { TaskKind, TaskPayloads, TaskTerms } from './tasks.ts'

export { generateSealKeys, sealPublicKey, type SealKeyPair } from './hpke.ts'

/**
 * Sealed task payloads: HPKE (RFC 9180) in auth mode, DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-256-GCM.
 * Only the connector's private key opens one, and only the web app's private key can have made it.
 * On the wire: `v2.` and the base64url of the encapsulated key (32 bytes) followed by the ciphertext.
 */
const version = 'v2'
const info = `colombier/task/${version}`

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

/** A seal that is not what it should be: altered, forged, made for another task, or not a seal at all. */
export class SealError extends Error {
  override name = 'SealError'
}

/** Everything a task says in clear that must not be changed, in one unambiguous form: the associated data. */
function associatedData(terms: TaskTerms): string {
  const newHash = terms.newHash === null ? null : createHash('sha256').update(terms.newHash).digest('hex')

  return JSON.stringify([
    version,
    terms.id,
    terms.kind,
    terms.mailbox,
    terms.requestedAt,
    terms.notBefore,
    terms.deadline,
    newHash,
  ])
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
  const sealed = await sealTo(
    { senderPrivateKey: keys.webPrivateKey, recipientPublicKey: keys.connectorPublicKey },
    { info, associatedData: associatedData(terms) },
    JSON.stringify(checked),
  )
  return `${version}.${sealed}`
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
  const [, body] = /^v2\.([A-Za-z0-9_-]+)$/.exec(sealed) ?? []
  if (body === undefined) throw new SealError('The payload is not a seal of version 2')
  const plain = await openFrom(
    { recipientPrivateKey: keys.connectorPrivateKey, senderPublicKey: keys.webPublicKey },
    { info, associatedData: associatedData(terms) },
    body,
  )
  if (plain === null) throw new SealError('The payload was not sealed by the web app for this task')

  const parsed = v.safeParse(payloads[terms.kind], JSON.parse(plain))
  if (!parsed.success) throw new SealError('The sealed payload is not one of its kind')
  return parsed.output as TaskPayloads[K]
}
