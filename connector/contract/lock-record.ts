import { createHmac, diffieHellman, hkdfSync, timingSafeEqual } from 'node:crypto'
import { privateKeyOf, publicKeyOf } from './x25519.ts'

/**
 * What a lock remembers of the mail server's row, and the proof that one of the two programs wrote it. Whoever can only
 * write to the database has no key for that proof, and so cannot have a hash of theirs put into the mail server's row.
 */
export interface LockRecord {
  address: string
  locks: readonly string[]
  /** the mail server's row, where the mapping has a column that tells; null: not told */
  rowId: string | null
  /** the real hash, where a lock by password holds its place */
  keptHash: string | null
  /** what stands in the password column as long as the lock does: the value that it wrote, or `digestOfHash` */
  value: string
}

export type LockKey = Buffer

const version = 'v1'

/**
 * The key that both programs have and the database has not: X25519 of one side's private key and the other's public key,
 * through HKDF-SHA256.
 * @param privateKey one's own, base64url
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

/** What a lock by active column remembers of the hash that stays in its place: it may be a password in plain text. */
export const digestOfHash = (key: LockKey, hash: string): string => authenticate(key, ['hash', hash]).toString('hex')
