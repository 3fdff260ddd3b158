import { expiringTables, removeExpired } from '../db/expired-rows.ts'
import { transaction, type Pool } from '../db/store.ts'

/**
 * Removes what has expired: requests that nobody confirmed, sessions, links, reservations, counters. In small batches,
 * so that nobody waits for it, and each row once, however many processes run it.
 */
export async function removeExpiredRows(pool: Pool, batch = 500): Promise<void> {
  for (const table of expiringTables) {
    const removeBatch = () => transaction(pool, (db) => removeExpired(db, table, batch))
    while (await removeBatch());
  }
}
