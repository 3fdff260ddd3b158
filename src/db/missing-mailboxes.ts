import type { PoolConnection, ResultSetHeader, RowDataPacket } from 'mysql2/promise'
import { revokeAll } from './credentials.ts'
import type { Db } from './store.ts'

/** A row of Colombier's whose mailbox the mail server may have lost. */
interface KnownMailbox {
  id: number
  address: string
  /** It was missing when it was last looked for. */
  marked: boolean
}

/** The next rows after this id; only those that have been missing for so long, where that is asked. */
export async function listBatch(db: Db, after: number, size: number, missingSeconds?: number): Promise<KnownMailbox[]> {
  const missing = missingSeconds === undefined ? '' : 'AND missing_since <= UTC_TIMESTAMP(6) - INTERVAL ? SECOND'
  const [rows] = await db.query<(RowDataPacket & { id: number; address: string; marked: number })[]>(
    `SELECT id, address, missing_since IS NOT NULL AS marked FROM colombier_mailboxes
     WHERE id > ? ${missing} ORDER BY id LIMIT ?`,
    [after, ...(missingSeconds === undefined ? [] : [missingSeconds]), size],
  )
  return rows.map(({ id, address, marked }) => ({ id, address, marked: marked === 1 }))
}

/** Marks these as missing; a mark that is there keeps its time. */
export async function markMissing(db: Db, addresses: string[]): Promise<void> {
  if (addresses.length === 0) return
  await db.query(
    'UPDATE colombier_mailboxes SET missing_since = UTC_TIMESTAMP(6) WHERE address IN (?) AND missing_since IS NULL',
    [addresses],
  )
}

/** Takes the mark away from mailboxes that are there again. */
export async function markFound(db: Db, addresses: string[]): Promise<void> {
  if (addresses.length === 0) return
  await db.query('UPDATE colombier_mailboxes SET missing_since = NULL WHERE address IN (?)', [addresses])
}

/** Removes the row of a mailbox that has been missing for so long. False when it has an open task, or is gone. */
export async function removeMissing(db: PoolConnection, address: string, missingSeconds: number): Promise<boolean> {
  const [{ affectedRows }] = await db.execute<ResultSetHeader>(
    `DELETE FROM colombier_mailboxes
     WHERE address = ? AND missing_since <= UTC_TIMESTAMP(6) - INTERVAL ? SECOND
       AND NOT EXISTS (SELECT 1 FROM colombier_tasks WHERE open_mailbox = ?)`,
    [address, missingSeconds, address],
  )
  if (affectedRows === 1) await revokeAll(db, address)
  return affectedRows === 1
}
