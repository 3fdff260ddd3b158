import type { RowDataPacket } from 'mysql2/promise'
import { MailboxGone, readLocks, recordLock, unlockMailbox, type Locking } from '../../connector/contract/lock.ts'
import { transaction, type Db, type Pool } from '../db/store.ts'
import { hasOpenTask } from '../db/tasks.ts'

/**
 * Signs the locks that are not proven, as the database has them now, and ends those of tasks that have ended meanwhile.
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
    const isSigned = record === null && locks.length > 0
    if (isSigned) await sign(db, locking, address, locks)
    // Its task ended while the lock was not proven: nothing else would ever end it.
    if (locks.includes('task') && !(await hasOpenTask(db, address))) await unlockMailbox(db, locking, address, 'task')
    return isSigned
  }).catch((error: unknown) => {
    if (error instanceof MailboxGone) return false
    throw error
  })
}

async function sign(db: Db, locking: Locking, address: string, locks: readonly string[]) {
  const [[own]] = await db.execute<(RowDataPacket & { kept: string | null })[]>(
    'SELECT kept_hash AS kept FROM colombier_mailboxes WHERE address = ?',
    [address],
  )
  await recordLock(db, locking, address, locks, own?.kept ?? null)
}
