import type { RowDataPacket } from 'mysql2/promise'
import type { Config } from '../config.ts'
import type { Db, Pool } from './store.ts'

/** The database cannot be used as it is. The message says where it is and what to do, for whoever starts the program. */
export class DatabaseNotReady extends Error {
  override name = 'DatabaseNotReady'
}

/** @throws DatabaseNotReady when the database cannot be reached or lacks tables of `schema.sql` */
export async function checkDatabase(pool: Pool, { name, options }: Config['database']): Promise<void> {
  const place = options.socketPath ?? `${options.host ?? ''}:${options.port ?? ''}`
  const missing = await findMissingTables(pool).catch((error: unknown) => {
    const { code = 'unknown' } = error as { code?: string }
    throw new DatabaseNotReady(
      `The database ${name} at ${place} cannot be reached (${code}). See the DATABASE_ settings.`,
    )
  })
  if (missing.length > 0) {
    throw new DatabaseNotReady(
      `The database ${name} at ${place} lacks ${missing.join(', ')}. Import schema.sql: mariadb ${name} < schema.sql`,
    )
  }
}

const ownTables = [
  'accounts',
  'audit',
  'connectors',
  'grants',
  'links',
  'mailboxes',
  'outbox',
  'rate_limits',
  'registration_notes',
  'registrations',
  'reservations',
  'sessions',
  'settings',
  'tasks',
].map((name) => `colombier_${name}`)

async function findMissingTables(db: Db): Promise<string[]> {
  const [rows] = await db.execute<(RowDataPacket & { name: string })[]>(
    `SELECT TABLE_NAME AS name FROM information_schema.TABLES
     WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME LIKE 'colombier\\_%'`,
  )
  return ownTables.filter((table) => !rows.some((row) => row.name === table))
}
