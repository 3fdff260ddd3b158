import type { RowDataPacket } from 'mysql2/promise'
import type { Pool } from './store.ts'

/** The database's time in milliseconds: web processes on different hosts share no other clock. */
export async function readTimeMs(pool: Pool): Promise<number> {
  const [[row]] = await pool.query<(RowDataPacket & { ms: number })[]>(
    "SELECT CAST(TIMESTAMPDIFF(MICROSECOND, '1970-01-01', UTC_TIMESTAMP(6)) DIV 1000 AS SIGNED) AS ms",
  )
  if (!row) throw new Error('The database did not tell the time')
  return row.ms
}
