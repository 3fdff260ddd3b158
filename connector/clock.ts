import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { RowDataPacket } from 'mysql2/promise'
import type { Db } from './contract/database.ts'
import { writeWhole } from './notes.ts'

const [minute, hour] = [60_000, 3_600_000]

/** The database's time, to the second: how old something is, is not for this host's clock to say. */
export async function readClock(db: Db): Promise<Date> {
  const [[row]] = await db.query<(RowDataPacket & { now: string })[]>('SELECT CAST(UTC_TIMESTAMP() AS CHAR) AS now')
  return new Date(`${(row?.now ?? '').replace(' ', 'T')}Z`)
}

/**
 * Whether the clock has gone on for an hour without a leap, as far as this host has seen it. One that is a week ahead for
 * some minutes would make all of the quarantine old. To be asked at each pass; after a day without one, the hour begins anew.
 */
export async function isSteady(stateFolder: string, now: Date): Promise<boolean> {
  const file = join(stateFolder, 'clock')
  const [seen = NaN, since = NaN] = (await readFile(file, 'utf8').catch(() => '')).split('\n').map(Date.parse)
  const elapsed = now.getTime() - seen
  const steadySince = elapsed > -minute && elapsed < 25 * hour && !Number.isNaN(since) ? new Date(since) : now
  // On a full disk the purge must go on: the note stays as it was.
  const note = `${now.toISOString()}\n${steadySince.toISOString()}\n`
  await writeWhole(stateFolder, file, note).catch(() => undefined)
  return now.getTime() - steadySince.getTime() >= hour
}
