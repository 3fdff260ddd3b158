import type { ResultSetHeader, RowDataPacket } from 'mysql2/promise'
import type { Db } from './store.ts'

/** Where rows outlive their use, what tells them apart, and when they have. */
const expired = {
  registrations: { key: 'id', when: "state = 'unconfirmed' AND expires_at <= UTC_TIMESTAMP(6)" },
  sessions: { key: 'id_hash', when: 'expires_at <= UTC_TIMESTAMP(6)' },
  links: { key: 'id_hash', when: 'expires_at <= UTC_TIMESTAMP(6)' },
  reservations: { key: 'address', when: 'until <= UTC_TIMESTAMP(6)' },
  // In milliseconds and by a web host's clock, which may go wrong by a little.
  rate_limits: { key: '`key`', when: '`expire` <= (UNIX_TIMESTAMP() - 600) * 1000' },
} as const

export type ExpiringTable = keyof typeof expired

export const expiringTables = Object.keys(expired) as ExpiringTable[]

/**
 * Removes at most `batch` rows that have expired. They are looked for first, without holding any, and then removed one
 * by one: a removal that looks for itself goes through the whole of a small table, and waits for rows that it passes
 * by, such as the address that somebody is just taking.
 * @returns whether there may be more; no when another process has removed all of these, and so goes on itself
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
