import { createHmac, diffieHellman, hkdfSync, timingSafeEqual } from 'node:crypto'
import { privateKeyOf, publicKeyOf } from './x25519.ts'

/**
 * What a lock remembers about the mail server's row, and the proof that one of the two programs wrote it. Somebody who
 * can only write to the database lacks the key for that proof, and so cannot get a hash of their own into the mail
 * server's row.
 */
export interface LockRecord {
  address: string
  locks: readonly string[]
  /** identifies the mail server's row; null when the mapping has no column that does */
  rowId: string | null
  /** the real hash, while a lock by password takes its place; else null */
  keptHash: string | null
  /**
   * what the password column must hold while the lock lasts: the value that the lock wrote, or `digestOfHash` of its
   * own
   */
  value: string
}

export type LockKey = Buffer

const version = 'v1'

/**
 * The key that both programs share and the database never holds: X25519 of one side's private key and the other side's
 * public key, through HKDF-SHA256.
 * @param privateKey our own, base64url
 * @param publicKey the other side's, base64url
 */
export function deriveLockKey(privateKey: string, publicKey: string): LockKey {
  const shared = diffieHellman({ privateKey: privateKeyOf(privateKey), publicKey: publicKeyOf(publicKey) })
  return Buffer.from(hkdfSync('sha256', shared, '', `colombier/lock/${version}`, 32))
}

const authenticate = (key: LockKey, said: unknown[]): Buffer =>
  createHmac('sha256', key)
    .update(JSON.stringify([version, ...said]))
    .digest()

/** The proof of a record: `v1.` and the base64url of an HMAC-SHA256. */
export function signLock(key: LockKey, { address, locks, rowId, keptHash, value }: LockRecord): string {
  const proof = authenticate(key, ['lock', address, [...locks].sort(), rowId, keptHash, value])
  return `${version}.${proof.toString('base64url')}`
}

export function isLockProven(key: LockKey, record: LockRecord, proof: string): boolean {
  const [given, right] = [Buffer.from(proof), Buffer.from(signLock(key, record))]
  return given.length === right.length && timingSafeEqual(given, right)
}

/**
 * What a lock by active column remembers of the hash, which stays in the row: a digest, since it may be a plain
 * password.
 */
export const digestOfHash = (key: LockKey, hash: string): string => authenticate(key, ['hash', hash]).toString('hex')
