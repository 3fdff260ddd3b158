import type { PoolConnection, ResultSetHeader, RowDataPacket } from 'mysql2/promise'
import { hashToken } from '../lib/token.ts'
import { listPasskeys, removePasskeysOf, type PasskeyEntry } from './passkeys.ts'
import type { Db } from './store.ts'

/** In a query over accounts `a`: whether the account has a second factor. */
export const hasSecondFactor = `(EXISTS (SELECT 1 FROM colombier_totp f WHERE f.account_id = a.id AND f.begun_in IS NULL)
  OR EXISTS (SELECT 1 FROM colombier_passkeys p WHERE p.account_id = a.id))`

/** What an account can show beside its password. Times in UTC as the database prints them. */
export interface SecondFactors {
  totp: { createdAt: string; lastUsedAt: string | null } | null
  passkeys: PasskeyEntry[]
  /** how many backup codes are unused */
  backupCodes: number
}

export async function readSecondFactors(db: Db, accountId: number): Promise<SecondFactors> {
  const [[row]] = await db.execute<
    (RowDataPacket & { createdAt: string | null; lastUsedAt: string | null; backupCodes: number })[]
  >(
    `SELECT f.created_at AS createdAt, f.last_used_at AS lastUsedAt,
       (SELECT COUNT(*) FROM colombier_backup_codes b WHERE b.account_id = a.id) AS backupCodes
     FROM colombier_accounts a LEFT JOIN colombier_totp f ON f.account_id = a.id AND f.begun_in IS NULL
     WHERE a.id = ?`,
    [accountId],
  )
  const { createdAt = null, lastUsedAt = null, backupCodes = 0 } = row ?? {}
  const passkeys = await listPasskeys(db, accountId)
  return { totp: createdAt === null ? null : { createdAt, lastUsedAt }, passkeys, backupCodes }
}

/** Whether the account has one, asked while its row is held. */
export async function isSecondFactorNeeded(db: Db, accountId: number): Promise<boolean> {
  const [rows] = await db.execute<RowDataPacket[]>(
    `SELECT 1 FROM colombier_accounts a WHERE a.id = ? AND ${hasSecondFactor}`,
    [accountId],
  )
  return rows.length > 0
}

/**
 * Keeps a key that its owner has yet to put into an app, in place of an earlier one, for this session alone.
 * @returns false when the account has an authenticator app already
 */
export async function beginTotp(db: Db, accountId: number, sealedKey: string, session: Buffer): Promise<boolean> {
  await db.execute('DELETE FROM colombier_totp WHERE account_id = ? AND begun_in IS NOT NULL', [accountId])
  const [{ affectedRows }] = await db.execute<ResultSetHeader>(
    `INSERT IGNORE INTO colombier_totp (account_id, secret, begun_in, created_at) VALUES (?, ?, ?, UTC_TIMESTAMP(6))`,
    [accountId, sealedKey, session],
  )
  return affectedRows === 1
}

/** The key that this session began with in the last ten minutes; null when there is none. */
export async function findBegunTotp(db: Db, accountId: number, session: Buffer): Promise<string | null> {
  const [[row]] = await db.execute<(RowDataPacket & { secret: string })[]>(
    `SELECT secret FROM colombier_totp
     WHERE account_id = ? AND begun_in = ? AND created_at > UTC_TIMESTAMP(6) - INTERVAL 10 MINUTE`,
    [accountId, session],
  )
  return row?.secret ?? null
}

/** The app is a second factor from now on. False when another session began anew meanwhile. */
export async function confirmTotp(db: Db, accountId: number, session: Buffer, period: number): Promise<boolean> {
  const [{ affectedRows }] = await db.execute<ResultSetHeader>(
    `UPDATE colombier_totp SET begun_in = NULL, last_step = ?, created_at = UTC_TIMESTAMP(6)
     WHERE account_id = ? AND begun_in = ?`,
    [period, accountId, session],
  )
  return affectedRows === 1
}

/** The sealed key of the account's app; null when it has none. */
export async function findTotp(db: Db, accountId: number): Promise<string | null> {
  const [[row]] = await db.execute<(RowDataPacket & { secret: string })[]>(
    'SELECT secret FROM colombier_totp WHERE account_id = ? AND begun_in IS NULL',
    [accountId],
  )
  return row?.secret ?? null
}

/** Notes that a code of this period was shown. False when one of it, or of a later one, was shown before. */
export async function useTotpPeriod(db: Db, accountId: number, period: number): Promise<boolean> {
  const [{ affectedRows }] = await db.execute<ResultSetHeader>(
    `UPDATE colombier_totp SET last_step = ?, last_used_at = UTC_TIMESTAMP(6)
     WHERE account_id = ? AND begun_in IS NULL AND last_step < ?`,
    [period, accountId, period],
  )
  return affectedRows === 1
}

/** @returns whether there was one */
export async function removeTotp(db: Db, accountId: number): Promise<boolean> {
  const [{ affectedRows }] = await db.execute<ResultSetHeader>(
    'DELETE FROM colombier_totp WHERE account_id = ? AND begun_in IS NULL',
    [accountId],
  )
  return affectedRows === 1
}

/** Takes every second factor from the account. @returns whether it had one */
export async function removeSecondFactors(db: PoolConnection, accountId: number): Promise<boolean> {
  const hadApp = await removeTotp(db, accountId)
  const passkeys = await removePasskeysOf(db, accountId)
  await replaceBackupCodes(db, accountId, [])
  return hadApp || passkeys > 0
}

/** Authenticator apps in the order of their accounts, with their sealed keys. */
export async function listTotp(db: Db, after: number, limit: number): Promise<{ accountId: number; secret: string }[]> {
  const [rows] = await db.query<(RowDataPacket & { accountId: number; secret: string })[]>(
    'SELECT account_id AS accountId, secret FROM colombier_totp WHERE account_id > ? ORDER BY account_id LIMIT ?',
    [after, limit],
  )
  return rows
}

/** The same key under another seal; does nothing where the key was replaced meanwhile. */
export async function resealTotp(db: Db, accountId: number, before: string, sealed: string): Promise<void> {
  await db.execute('UPDATE colombier_totp SET secret = ? WHERE account_id = ? AND secret = ?', [
    sealed,
    accountId,
    before,
  ])
}

/** These codes in place of all earlier ones. */
export async function replaceBackupCodes(db: PoolConnection, accountId: number, codes: string[]): Promise<void> {
  await db.execute('DELETE FROM colombier_backup_codes WHERE account_id = ?', [accountId])
  for (const code of codes)
    await db.execute('INSERT INTO colombier_backup_codes (account_id, code_hash) VALUES (?, ?)', [
      accountId,
      hashToken(code),
    ])
}

/** Uses the code up. False when it is none of the account's, or was used before. */
export async function takeBackupCode(db: Db, accountId: number, code: string): Promise<boolean> {
  const [{ affectedRows }] = await db.execute<ResultSetHeader>(
    'DELETE FROM colombier_backup_codes WHERE account_id = ? AND code_hash = ?',
    [accountId, hashToken(code)],
  )
  return affectedRows === 1
}
