import type { ResultSetHeader } from 'mysql2/promise'
import type { Db } from './store.ts'

/** Where rows outlive their use, by which column they come first, and when they have. */
const expired = {
  registrations: { by: 'expires_at', when: "state = 'unconfirmed' AND expires_at <= UTC_TIMESTAMP(6)" },
  sessions: { by: 'expires_at', when: 'expires_at <= UTC_TIMESTAMP(6)' },
  links: { by: 'expires_at', when: 'expires_at <= UTC_TIMESTAMP(6)' },
  // Those that are being taken end now and belong to an open transaction.
  reservations: { by: 'until', when: 'until <= UTC_TIMESTAMP(6) - INTERVAL 1 MINUTE' },
  // In milliseconds and by a web host's clock, which may go wrong by a little.
  rate_limits: { by: '`expire`', when: '`expire` <= (UNIX_TIMESTAMP() - 600) * 1000' },
} as const

export type ExpiringTable = keyof typeof expired

export const expiringTables = Object.keys(expired) as ExpiringTable[]

/** Removes at most `batch` rows that have expired. @returns how many there were */
export async function removeExpired(db: Db, table: ExpiringTable, batch: number): Promise<number> {
  const { by, when } = expired[table]
  const [{ affectedRows }] = await db.query<ResultSetHeader>(
    `DELETE FROM colombier_${table} WHERE ${when} ORDER BY ${by} LIMIT ?`,
    [batch],
  )
  return affectedRows
}
