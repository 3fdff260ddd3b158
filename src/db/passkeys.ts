import type { ResultSetHeader, RowDataPacket } from 'mysql2/promise'
import { hashToken } from '../lib/token.ts'
import { isId } from './ids.ts'
import type { Db } from './store.ts'

/** A passkey as its owner sees it. Times in UTC as the database prints them. */
export interface PasskeyEntry {
  id: number
  name: string
  createdAt: string
  lastUsedAt: string | null
}

/** A passkey as an answer is checked against it. */
export interface Passkey {
  id: number
  accountId: number
  credentialId: Buffer
  publicKey: Buffer
  counter: number
  /** with commas */
  transports: string
}

export const MOST_PASSKEYS = 20

export async function listPasskeys(db: Db, accountId: number): Promise<PasskeyEntry[]> {
  const [rows] = await db.execute<(RowDataPacket & PasskeyEntry)[]>(
    `SELECT id, name, created_at AS createdAt, last_used_at AS lastUsedAt FROM colombier_passkeys
     WHERE account_id = ? ORDER BY id LIMIT ${MOST_PASSKEYS}`,
    [accountId],
  )
  return rows
}

/** What a browser is told of the account's passkeys, so that it finds one of them. */
export async function listCredentialIds(
  db: Db,
  accountId: number,
): Promise<Pick<Passkey, 'credentialId' | 'transports'>[]> {
  const [rows] = await db.execute<(RowDataPacket & Pick<Passkey, 'credentialId' | 'transports'>)[]>(
    `SELECT credential_id AS credentialId, transports FROM colombier_passkeys
     WHERE account_id = ? ORDER BY id LIMIT ${MOST_PASSKEYS}`,
    [accountId],
  )
  return rows
}

/** The passkey of this id, whosever it is; null when there is none, or its account is inactive. */
export async function findPasskey(db: Db, credentialId: Buffer): Promise<Passkey | null> {
  const [[row]] = await db.execute<(RowDataPacket & Passkey)[]>(
    `SELECT p.id, p.account_id AS accountId, p.credential_id AS credentialId, p.public_key AS publicKey, p.counter,
       p.transports
     FROM colombier_passkeys p JOIN colombier_accounts a ON a.id = p.account_id AND a.active
     WHERE p.credential_id = ?`,
    [credentialId],
  )
  return row ?? null
}

/** @returns false when it is some account's already */
export async function insertPasskey(db: Db, passkey: Omit<Passkey, 'id'> & { name: string }): Promise<boolean> {
  const { accountId, credentialId, publicKey, counter, transports, name } = passkey
  try {
    await db.execute(
      `INSERT INTO colombier_passkeys (account_id, credential_id, public_key, counter, transports, name, created_at)
       VALUES (?, ?, ?, ?, ?, ?, UTC_TIMESTAMP(6))`,
      [accountId, credentialId, publicKey, counter, transports, name],
    )
    return true
  } catch (error) {
    if ((error as { code?: string }).code === 'ER_DUP_ENTRY') return false
    throw error
  }
}

/** Notes that it was shown. False when it is gone, or when its counter has not gone on since: it may be a copy. */
export async function usePasskey(db: Db, id: number, counter: number): Promise<boolean> {
  const [{ affectedRows }] = await db.execute<ResultSetHeader>(
    `UPDATE colombier_passkeys SET counter = ?, last_used_at = UTC_TIMESTAMP(6)
     WHERE id = ? AND (counter < ? OR counter = 0 AND ? = 0)`,
    [counter, id, counter, counter],
  )
  return affectedRows === 1
}

/** False when there is none of this id, and when it is somebody else's. */
export async function removePasskey(db: Db, accountId: number, id: string): Promise<boolean> {
  if (!isId(id)) return false
  const [{ affectedRows }] = await db.execute<ResultSetHeader>(
    'DELETE FROM colombier_passkeys WHERE id = ? AND account_id = ?',
    [id, accountId],
  )
  return affectedRows === 1
}

/** @returns how many there were */
export async function removePasskeysOf(db: Db, accountId: number): Promise<number> {
  const [{ affectedRows }] = await db.execute<ResultSetHeader>('DELETE FROM colombier_passkeys WHERE account_id = ?', [
    accountId,
  ])
  return affectedRows
}

/** What an answer to a challenge is for: one is never taken for another. */
export type ChallengePurpose = 'sign_in' | 'second_factor' | 'proof' | 'enrolment'

/** Keeps what a browser was asked to sign, for five minutes. @param session null where nobody is signed in */
export async function insertChallenge(
  db: Db,
  challenge: string,
  purpose: ChallengePurpose,
  session: Buffer | null,
): Promise<void> {
  await db.execute(
    `INSERT INTO colombier_challenges (challenge_hash, purpose, session_hash, expires_at)
     VALUES (?, ?, ?, UTC_TIMESTAMP(6) + INTERVAL 5 MINUTE)`,
    [hashToken(challenge), purpose, session],
  )
}

/** Uses the challenge up. False when it is not for this, of this session and in time; of two at once, one gets it. */
export async function takeChallenge(
  db: Db,
  challenge: string,
  purpose: ChallengePurpose,
  session: Buffer | null,
): Promise<boolean> {
  const [{ affectedRows }] = await db.execute<ResultSetHeader>(
    `DELETE FROM colombier_challenges
     WHERE challenge_hash = ? AND purpose = ? AND session_hash <=> ? AND expires_at > UTC_TIMESTAMP(6)`,
    [hashToken(challenge), purpose, session],
  )
  return affectedRows === 1
}
