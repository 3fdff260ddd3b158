import type { RowDataPacket } from 'mysql2/promise'
import { explainFailure } from '../../../connector/contract/database.ts'
import type { Mapping } from '../../../connector/mapping/mapping.ts'
import { leaveOutAbsent } from '../../../connector/mapping/optional-companions.ts'
import type { Config } from '../../config.ts'
import { findMissingNames, sayMissing } from '../mail/names.ts'
import { MigrationRefused, pending, readApplied } from '../migrations/applied.ts'
import { OWN_TABLES } from '../own-tables.ts'
import type { Db, Pool } from '../store.ts'
import { isUnavailable } from '../unavailable.ts'

const ownTables = Object.keys(OWN_TABLES)

/** The database cannot be used as it is. The message tells whoever starts the program where it is and what to do. */
export class DatabaseNotReady extends Error {
  override name = 'DatabaseNotReady'
}

type Place = Pick<Config['database'], 'name' | 'options'>

/** @throws DatabaseNotReady when the database cannot be reached, or its tables are not those of this version */
export async function checkDatabase(pool: Pool, place: Place): Promise<void> {
  try {
    const missing = await findMissingTables(pool)
    if (missing.length > 0) {
      const importIt = `mariadb ${place.name} < schema.sql`
      throw new MigrationRefused(
        missing.length === ownTables.length
          ? `lacks Colombier's tables, or ${place.options.user ?? ''} has no rights on them. Run colombier-database, or import schema.sql: ${importIt}`
          : `lacks ${missing.join(', ')}. Run colombier-database, or npm run migrate and give the web app its rights on what is new`,
      )
    }
    const [first] = pending((await readApplied(pool)) ?? [])
    if (first)
      throw new MigrationRefused(
        `is older than this program: it lacks ${first.name}. Run colombier-database or npm run migrate`,
      )
  } catch (error) {
    throw notReady(place, error)
  }
}

/**
 * @returns the optional tables that are left out, since they are not there
 * @throws DatabaseNotReady when the mapping names tables or columns that are not there; it names each of them
 */
export async function checkMapping(pool: Pool, mapping: Mapping): Promise<string[]> {
  const missing = await findMissingNames(pool, mapping)
  if (missing.length === 0) {
    const { absent } = await leaveOutAbsent(pool, mapping)
    return absent.map(({ path }) => path.join('.'))
  }
  const lines = missing.map((one) => `\n  ${sayMissing(one)}`)
  throw new DatabaseNotReady(
    `The mail server's tables are not as the settings say, or the database user may not use them:${lines.join('')}`,
  )
}

/** Turns an error that somebody can fix into a sentence about the database; returns any other as it is. */
export function notReady({ name, options }: Place, error: unknown): unknown {
  const database = `The database ${name} at ${options.socketPath ?? `${options.host ?? ''}:${options.port ?? ''}`}`
  if (error instanceof MigrationRefused) return new DatabaseNotReady(`${database} ${error.message}.`)
  const { code } = error as { code?: string }
  if (code === undefined) return error
  const { what, where } = explainFailure(code)
  if (code.includes('DENIED')) {
    return new DatabaseNotReady(`${database} refuses ${options.user ?? ''}: ${what}. See ${where}.`)
  }
  // ER_: the server's own answer to a statement. Where it is about the connection, it ends that.
  const isAnswer = code.startsWith('ER_') && (error as { fatal?: boolean }).fatal !== true && !isUnavailable(error)
  return new DatabaseNotReady(
    isAnswer
      ? `${database} is not one that this program can work with: it answered ${code}.`
      : `${database} cannot be reached: ${what}. See ${where}.`,
  )
}

async function findMissingTables(db: Db): Promise<string[]> {
  const [rows] = await db.execute<(RowDataPacket & { name: string })[]>(
    `SELECT TABLE_NAME AS name FROM information_schema.TABLES
     WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME LIKE 'colombier\\_%'`,
  )
  return ownTables.filter((table) => !rows.some((row) => row.name === table))
}
