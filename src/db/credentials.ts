import type { PoolConnection, ResultSetHeader, RowDataPacket } from 'mysql2/promise'
import type { CredentialKind, CredentialTerms, WrappedForm } from '../../connector/contract/credentials.ts'
import { isId } from './ids.ts'
import type { Db } from './store.ts'

/** App passwords and recovery codes: connector/contract/README.md says what stands in a row. */
export interface Credential {
  id: number
  name: string
  /** Dovecot's names, with commas */
  protocols: string
  /** `YYYY-MM-DD`; null: it has none */
  lastDay: string | null
  isOver: boolean
  createdAt: string
}

/** The mailbox's credentials of this kind, the oldest first. */
export async function listCredentials(db: Db, mailbox: string, kind: CredentialKind): Promise<Credential[]> {
  const [rows] = await db.execute<(RowDataPacket & Omit<Credential, 'isOver'> & { isOver: number | null })[]>(
    `SELECT id, name, protocols, last_day AS lastDay, last_day < UTC_DATE() AS isOver, created_at AS createdAt
     FROM colombier_credentials WHERE mailbox = ? AND kind = ? AND revoked_at IS NULL ORDER BY id`,
    [mailbox, kind],
  )
  return rows.map((row) => ({ ...row, isOver: row.isOver === 1 }))
}

/** Whether the day is over. @param day `YYYY-MM-DD`, UTC */
export async function isPast(db: Db, day: string): Promise<boolean> {
  const [[row]] = await db.execute<(RowDataPacket & { past: number })[]>('SELECT ? < UTC_DATE() AS past', [day])
  return row?.past === 1
}

export async function insertCredential(
  db: PoolConnection,
  { mailbox, kind, protocols, lastDay }: CredentialTerms,
  { lookup, salt, wrapped, sealed, proof }: WrappedForm,
  name: string,
) {
  await db.execute(
    `INSERT INTO colombier_credentials
       (mailbox, kind, name, protocols, last_day, lookup, salt, wrapped, sealed, proof, created_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, UTC_TIMESTAMP(6))`,
    [mailbox, kind, name, protocols, lastDay, lookup, salt, wrapped, sealed, proof],
  )
}

// The row stays until the connector has taken note of it, so that nobody can put it back.
const revoke = "UPDATE colombier_credentials SET revoked_at = UTC_TIMESTAMP(6), wrapped = '', sealed = '', proof = ''"

/** @returns its name; null when the mailbox has no such app password any more */
export async function revokeAppPassword(db: PoolConnection, mailbox: string, id: string): Promise<string | null> {
  if (!isId(id)) return null
  const [[row]] = await db.execute<(RowDataPacket & { name: string })[]>(
    `SELECT name FROM colombier_credentials
     WHERE id = ? AND mailbox = ? AND kind = 'app' AND revoked_at IS NULL FOR UPDATE`,
    [id, mailbox],
  )
  if (row) await db.execute(`${revoke} WHERE id = ?`, [id])
  return row?.name ?? null
}

/** @param kind absent: of every kind. @returns how many there were */
export async function revokeAll(db: Db, mailbox: string, kind: CredentialKind | null = null): Promise<number> {
  const [{ affectedRows }] = await db.execute<ResultSetHeader>(
    `${revoke} WHERE mailbox = ? AND (? IS NULL OR kind = ?) AND revoked_at IS NULL`,
    [mailbox, kind, kind],
  )
  return affectedRows
}

/** A recovery code's row, with what it says of itself; null when the mailbox has no such code in force. */
export async function findRecoveryCode(
  db: Db,
  mailbox: string,
  lookup: Buffer,
): Promise<{ terms: CredentialTerms; form: WrappedForm } | null> {
  const [[row]] = await db.execute<(RowDataPacket & WrappedForm)[]>(
    `SELECT lookup, salt, wrapped, sealed, proof FROM colombier_credentials
     WHERE mailbox = ? AND lookup = ? AND kind = 'recovery' AND proven_at IS NOT NULL AND revoked_at IS NULL`,
    [mailbox, lookup],
  )
  return row ? { terms: { mailbox, kind: 'recovery', protocols: '', lastDay: null }, form: row } : null
}

/**
 * Brings a recovery code into force, and ends every other one of the mailbox.
 * @returns false when there is no such code that waits for it
 */
export async function proveRecoveryCode(db: PoolConnection, mailbox: string, lookup: Buffer): Promise<boolean> {
  const [{ affectedRows }] = await db.execute<ResultSetHeader>(
    `UPDATE colombier_credentials SET proven_at = UTC_TIMESTAMP(6)
     WHERE mailbox = ? AND lookup = ? AND kind = 'recovery' AND proven_at IS NULL AND revoked_at IS NULL`,
    [mailbox, lookup],
  )
  if (affectedRows !== 1) return false
  await db.execute(`${revoke} WHERE mailbox = ? AND lookup <> ? AND kind = 'recovery' AND revoked_at IS NULL`, [
    mailbox,
    lookup,
  ])
  return true
}

/** Ends codes that were shown and never proven to be kept. */
export async function revokeUnprovenCodes(db: Db, mailbox: string): Promise<void> {
  await db.execute(`${revoke} WHERE mailbox = ? AND kind = 'recovery' AND proven_at IS NULL AND revoked_at IS NULL`, [
    mailbox,
  ])
}
