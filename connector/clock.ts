import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { RowDataPacket } from 'mysql2/promise'
import type { Db } from './contract/database.ts'
import { writeWhole } from './notes.ts'

const [minute, hour] = [60_000, 3_600_000]

/** The database's time, to the second. It decides how old something is: this host's own clock may be wrong. */
export async function readClock(db: Db): Promise<Date> {
  const [[row]] = await db.query<(RowDataPacket & { now: string })[]>('SELECT CAST(UTC_TIMESTAMP() AS CHAR) AS now')
  return new Date(`${(row?.now ?? '').replace(' ', 'T')}Z`)
}

/**
 * Whether the clock has run for an hour without jumping, as far as this host has observed it. A clock that is a week
 * ahead for some minutes would make everything in the quarantine look old. Call this at each pass: after a day without
 * a pass, the hour starts over.
 */
export async function isSteady(stateFolder: string, now: Date): Promise<boolean> {
  const file = join(stateFolder, 'clock')
  const [seen = NaN, since = NaN] = (await readFile(file, 'utf8').catch(() => '')).split('\n').map(Date.parse)
  const elapsed = now.getTime() - seen
  const steadySince = elapsed > -minute && elapsed < 25 * hour && !Number.isNaN(since) ? new Date(since) : now
  // A full disk must not stop the purge, which frees space: the note then stays as it was.
  const note = `${now.toISOString()}\n${steadySince.toISOString()}\n`
  await writeWhole(stateFolder, file, note).catch(() => undefined)
  return now.getTime() - steadySince.getTime() >= hour
}
