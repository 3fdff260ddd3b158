import type { RowDataPacket } from 'mysql2/promise'
import type { Db } from '../../../connector/contract/database.ts'
import { migrations } from './all.ts'
import { checksum, type Migration } from './migration.ts'

/** This program must not use the tables as they are. The message says why and what to do. */
export class MigrationRefused extends Error {
  override name = 'MigrationRefused'
}

/** A migration that was begun here. */
export interface Applied {
  name: string
  checksum: string
  statementsDone: number
  finished: boolean
}

/** The migrations that were started, by name; null where the database has no record of any. */
export async function readApplied(db: Db): Promise<Applied[] | null> {
  const [tables] = await db.query<RowDataPacket[]>("SHOW TABLES LIKE 'colombier\\_migrations'")
  if (tables.length === 0) return null

  const [rows] = await db.query<(RowDataPacket & Omit<Applied, 'finished'> & { finished: number })[]>(
    `SELECT name, checksum, statements_done AS statementsDone, finished_at IS NOT NULL AS finished
     FROM colombier_migrations ORDER BY name`,
  )
  return rows.map((row) => ({ ...row, finished: row.finished === 1 }))
}

/**
 * The migrations still to be applied, including those that were started and not finished.
 * @throws MigrationRefused when the database is newer than this program, or was made by other migrations than its
 */
export function pending(applied: Applied[], known: Migration[] = migrations): Migration[] {
  for (const row of applied) {
    const migration = known.find(({ name }) => name === row.name)
    if (migration === undefined) {
      throw new MigrationRefused(`has ${row.name}, so it is newer than this program. Update the program`)
    }
    if (checksum(migration) !== row.checksum) {
      throw new MigrationRefused(`has another ${row.name} than this program. Use the program that made its tables`)
    }
  }
  return known.filter(({ name }) => !applied.some((row) => row.name === name && row.finished))
}
