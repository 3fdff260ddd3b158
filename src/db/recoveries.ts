import type { PoolConnection, ResultSetHeader, RowDataPacket } from 'mysql2/promise'
import type { Db } from './store.ts'

/** A change of a mailbox's password that its recovery code asked for, and that waits for its time. */
export interface WaitingRecovery {
  mailbox: string
  accountId: number
  /** UTC, as the database prints it */
  dueAt: string
  /** sealed */
  payload: string
}

/** The time so many hours from now. */
export async function readDueTime(db: Db, hours: number): Promise<string> {
  const [[row]] = await db.execute<(RowDataPacket & { at: string })[]>(
    'SELECT UTC_TIMESTAMP(6) + INTERVAL ? HOUR AS at',
    [hours],
  )
  if (row === undefined) throw new Error('The database does not tell the time')
  return row.at
}

export async function insertRecovery(db: PoolConnection, { mailbox, accountId, dueAt, payload }: WaitingRecovery) {
  await db.execute(
    `INSERT INTO colombier_recoveries (mailbox, account_id, requested_at, due_at, payload)
     VALUES (?, ?, UTC_TIMESTAMP(6), ?, ?)`,
    [mailbox, accountId, dueAt, payload],
  )
}

export async function findRecovery(db: Db, mailbox: string): Promise<WaitingRecovery | null> {
  const [[row]] = await db.execute<(RowDataPacket & WaitingRecovery)[]>(
    `SELECT mailbox, account_id AS accountId, due_at AS dueAt, payload FROM colombier_recoveries WHERE mailbox = ?`,
    [mailbox],
  )
  return row ?? null
}

/** Those whose time has come, the oldest first. `isOver`: for so long that it is too late. */
export async function listDueRecoveries(
  db: Db,
  mostDays: number,
): Promise<(WaitingRecovery & { mailboxId: number | null; isOver: boolean })[]> {
  const [rows] = await db.execute<(RowDataPacket & WaitingRecovery & { mailboxId: number | null; isOver: number })[]>(
    `SELECT r.mailbox, r.account_id AS accountId, r.due_at AS dueAt, r.payload, m.id AS mailboxId,
       r.due_at < UTC_TIMESTAMP(6) - INTERVAL ? DAY AS isOver
     FROM colombier_recoveries r
       LEFT JOIN colombier_mailboxes m ON m.address = r.mailbox AND m.account_id = r.account_id
     WHERE r.due_at <= UTC_TIMESTAMP(6) ORDER BY r.due_at LIMIT 100`,
    [mostDays],
  )
  return rows.map((row) => ({ ...row, isOver: row.isOver === 1 }))
}

/** @returns false when there is none any more, or another one */
export async function removeRecovery(db: PoolConnection, mailbox: string, dueAt?: string): Promise<boolean> {
  const [{ affectedRows }] = await db.execute<ResultSetHeader>(
    'DELETE FROM colombier_recoveries WHERE mailbox = ? AND (? IS NULL OR due_at = ?)',
    [mailbox, dueAt ?? null, dueAt ?? null],
  )
  return affectedRows === 1
}
