import type { PoolConnection, RowDataPacket } from 'mysql2/promise'
import type { Db } from './store.ts'

/** Addresses that nobody may take: for 90 days after a deletion, and while somebody is taking them. */

/**
 * Takes the address until the transaction ends: whoever wants it too, as a mailbox or an alias, waits.
 * @returns false while it is reserved after a deletion, for anyone but the account that had it
 */
export async function claimAddress(db: PoolConnection, address: string, accountId: number): Promise<boolean> {
  await db.execute(
    'DELETE FROM colombier_reservations WHERE address = ? AND (until <= UTC_TIMESTAMP(6) OR account_id = ?)',
    [address, accountId],
  )
  try {
    await db.execute('INSERT INTO colombier_reservations (address, until) VALUES (?, UTC_TIMESTAMP(6))', [address])
    return true
  } catch (error) {
    if ((error as { code?: string }).code === 'ER_DUP_ENTRY') return false
    throw error
  }
}

/** Whether the address is kept after a deletion, for anyone but this account; claimAddress would refuse it. */
export async function isReserved(db: Db, address: string, accountId: number): Promise<boolean> {
  const [rows] = await db.execute<RowDataPacket[]>(
    `SELECT 1 FROM colombier_reservations
     WHERE address = ? AND until > UTC_TIMESTAMP(6) AND NOT account_id <=> ?`,
    [address, accountId],
  )
  return rows.length > 0
}

/** Ends what claimAddress began. */
export async function releaseAddress(db: PoolConnection, address: string) {
  await db.execute('DELETE FROM colombier_reservations WHERE address = ?', [address])
}
