import type { RowDataPacket } from 'mysql2/promise'
import { MailboxGone, readLocks, recordLock, type Locking } from '../../connector/contract/lock.ts'
import { transaction, type Pool } from '../db/store.ts'

/**
 * Signs the locks that are not proven, as the database has them now.
 * @returns the addresses; a mailbox whose row the mail server has lost is left out
 */
export async function signLocks(pool: Pool, locking: Locking): Promise<string[]> {
  const [rows] = await pool.execute<(RowDataPacket & { address: string })[]>(
    "SELECT address FROM colombier_mailboxes WHERE locks <> '' ORDER BY address",
  )
  const signed: string[] = []
  for (const { address } of rows) if (await signLock(pool, locking, address)) signed.push(address)
  return signed
}

async function signLock(pool: Pool, locking: Locking, address: string): Promise<boolean> {
  return transaction(pool, async (db) => {
    const { locks, record } = await readLocks(db, locking, address)
    if (record !== null || locks.length === 0) return false
    const [[own]] = await db.execute<(RowDataPacket & { kept: string | null })[]>(
      'SELECT kept_hash AS kept FROM colombier_mailboxes WHERE address = ?',
      [address],
    )
    await recordLock(db, locking, address, locks, own?.kept ?? null)
    return true
  }).catch((error: unknown) => {
    if (error instanceof MailboxGone) return false
    throw error
  })
}
