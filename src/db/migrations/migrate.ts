import type { Connection, RowDataPacket } from 'mysql2/promise'
import { migrations } from './all.ts'
import { MigrationRefused, pending, readApplied, type Applied } from './applied.ts'
import { checksum, type Migration } from './migration.ts'

const LOCK_SECONDS = 60
const lockName = "CONCAT('colombier-migrate-', LEFT(SHA2(DATABASE(), 256), 32))"

const ownTable = `CREATE TABLE IF NOT EXISTS colombier_migrations (
  name            VARCHAR(60) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  checksum        CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'SHA-256 of its statements',
  statements_done SMALLINT UNSIGNED NOT NULL DEFAULT 0,
  begun_at        DATETIME(6) NOT NULL,
  finished_at     DATETIME(6) NULL COMMENT 'NULL: a run died on the way, and the next one goes on from there'
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin`

// The table, column or key exists already, or is gone already: a run died, or an import broke off.
const doneAlready = new Set([1050, 1051, 1060, 1061, 1091])

/**
 * Brings Colombier's own tables to this version, one run at a time. The lock belongs to the connection: after a run was
 * killed, the next one starts as soon as the database has ended the killed one's statement.
 * @param report is told each migration that was applied
 * @throws MigrationRefused
 */
export async function migrate(
  db: Connection,
  { known = migrations, report }: { known?: Migration[]; report: (name: string) => void },
): Promise<void> {
  const [[lock]] = await db.query<(RowDataPacket & { taken: number | null })[]>(
    `SELECT GET_LOCK(${lockName}, ?) AS taken`,
    [LOCK_SECONDS],
  )
  if (lock?.taken !== 1) throw new MigrationRefused('is being migrated by another run. Wait for its end')

  // Refused before anything is written.
  const applied = (await readApplied(db)) ?? []
  const todo = pending(applied, known)
  await db.query(ownTable)
  for (const migration of todo) {
    await apply(
      db,
      migration,
      applied.find(({ name }) => name === migration.name),
    )
    report(migration.name)
  }
  await db.query(`DO RELEASE_LOCK(${lockName})`)
}

/** @param begun by a run that did not finish */
async function apply(db: Connection, migration: Migration, begun: Applied | undefined) {
  const { name, statements } = migration
  if (begun === undefined) {
    await db.query('INSERT INTO colombier_migrations (name, checksum, begun_at) VALUES (?, ?, UTC_TIMESTAMP(6))', [
      name,
      checksum(migration),
    ])
  }
  const done = begun?.statementsDone ?? 0
  for (const [index, statement] of statements.slice(done).entries()) {
    const number = done + index + 1
    await db.beginTransaction()
    await run(db, statement).catch((error: unknown) => {
      const { code } = error as { code?: string }
      if (code === undefined) throw error
      throw new MigrationRefused(`refused statement ${number} of ${name} (${code}). Mend that and run it again`)
    })
    await db.query('UPDATE colombier_migrations SET statements_done = ? WHERE name = ?', [number, name])
    await db.commit()
  }
  await db.query('UPDATE colombier_migrations SET finished_at = UTC_TIMESTAMP(6) WHERE name = ?', [name])
}

async function run(db: Connection, statement: string) {
  try {
    await db.query(statement)
  } catch (error) {
    if (!doneAlready.has((error as { errno?: number }).errno ?? 0)) throw error
  }
  const [, table] = /^CREATE TABLE IF NOT EXISTS (\w+)/.exec(statement) ?? []
  if (table !== undefined) await requireColumns(db, table, statement)
}

/** An existing table may be somebody else's. @throws MigrationRefused when it lacks columns */
async function requireColumns(db: Connection, table: string, statement: string) {
  const wanted = [...statement.matchAll(/^ {2}`?([a-z_]+)`? +[A-Z]/gm)].map(([, column = '']) => column)
  const [rows] = await db.query<(RowDataPacket & { name: string })[]>(
    'SELECT COLUMN_NAME AS name FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = ?',
    [table],
  )
  const missing = wanted.filter((column) => !rows.some(({ name }) => name === column))
  if (missing.length > 0) {
    throw new MigrationRefused(`has a table ${table} without ${missing.join(', ')}, which no Colombier made. Rename it`)
  }
}
