import type { ResultSetHeader, RowDataPacket } from 'mysql2/promise'
import type { Db } from './store.ts'

/** The tables whose rows expire: the key of a row, and the condition under which it has expired. */
const expired = {
  registrations: { key: 'id', when: "state = 'unconfirmed' AND expires_at <= UTC_TIMESTAMP(6)" },
  sessions: { key: 'id_hash', when: 'expires_at <= UTC_TIMESTAMP(6)' },
  links: { key: 'id_hash', when: 'expires_at <= UTC_TIMESTAMP(6)' },
  challenges: { key: 'challenge_hash', when: 'expires_at <= UTC_TIMESTAMP(6)' },
  account_events: { key: 'id', when: 'at <= UTC_TIMESTAMP(6) - INTERVAL 90 DAY' },
  reservations: { key: 'address', when: 'until <= UTC_TIMESTAMP(6)' },
  // In milliseconds, by a web host's clock, which may be slightly off.
  rate_limits: { key: '`key`', when: '`expire` <= (UNIX_TIMESTAMP() - 600) * 1000' },
} as const

export type ExpiringTable = keyof typeof expired

export const expiringTables = Object.keys(expired) as ExpiringTable[]

/**
 * Removes at most `batch` expired rows: finds them without locking any, then deletes them one by one. A single DELETE
 * would scan a small table as a whole and wait for unrelated rows, such as an address that somebody is just taking.
 * @returns whether there may be more; false also when another process removed all of these, and so continues itself
 */
export async function removeExpired(db: Db, table: ExpiringTable, batch: number): Promise<boolean> {
  const { key, when } = expired[table]
  const [rows] = await db.query<(RowDataPacket & { key: string | number | Buffer })[]>(
    `SELECT ${key} AS \`key\` FROM colombier_${table} WHERE ${when} LIMIT ?`,
    [batch],
  )
  let removed = 0
  for (const row of rows) {
    const [{ affectedRows }] = await db.execute<ResultSetHeader>(
      `DELETE FROM colombier_${table} WHERE ${key} = ? AND ${when}`,
      [row.key],
    )
    removed += affectedRows
  }
  return rows.length === batch && removed > 0
}
