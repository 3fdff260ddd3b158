import type { RowDataPacket } from 'mysql2/promise'
import type { Db } from './store.ts'

/** The database's time in milliseconds: web processes on different hosts share no other clock. */
export async function readTimeMs(db: Db): Promise<number> {
  const [[row]] = await db.query<(RowDataPacket & { ms: number })[]>(
    "SELECT CAST(TIMESTAMPDIFF(MICROSECOND, '1970-01-01', UTC_TIMESTAMP(6)) DIV 1000 AS SIGNED) AS ms",
  )
  if (!row) throw new Error('The database did not tell the time')
  return row.ms
}

/** The database's time in UTC, as it prints times. */
export async function readTime(db: Db): Promise<string> {
  const [[row]] = await db.query<(RowDataPacket & { at: string })[]>('SELECT UTC_TIMESTAMP(6) AS at')
  if (!row) throw new Error('The database did not tell the time')
  return row.at
}
