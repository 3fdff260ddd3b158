import { spawn, type ChildProcess } from 'node:child_process'
import { join } from 'node:path'
import { createConnection, type Connection, type RowDataPacket } from 'mysql2/promise'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { loadDatabaseConfig } from '../../src/config.ts'
import { checkDatabase } from '../../src/db/check/at-start.ts'
import { migrations } from '../../src/db/migrations/all.ts'
import type { Migration } from '../../src/db/migrations/migration.ts'
import { migrate } from '../../src/db/migrations/migrate.ts'
import { createDatabasePool } from '../../src/db/store.ts'
import { startDatabaseProxy, type DatabaseProxy } from '../connector/database-proxy.ts'
import { createDatabase, ownSchema, startDatabase, type TestDatabase } from '../support/database.ts'

const root = join(import.meta.dirname, '../..')
let proxy: DatabaseProxy

beforeAll(async () => {
  proxy = await startDatabaseProxy((await startDatabase()).port)
})
afterAll(() => proxy.stop())

const connectTo = ({ env }: TestDatabase, settings = {}) =>
  createConnection({ ...loadDatabaseConfig({ ...env, ...settings }).options, multipleStatements: true })

/** A database of its own with these statements in it, and a connection to it. */
async function within<T>(sql: string, work: (db: Connection, database: TestDatabase) => Promise<T>): Promise<T> {
  const database = await createDatabase(sql)
  const db = await connectTo(database)
  try {
    return await work(db, database)
  } finally {
    await db.end()
    await database.drop()
  }
}

const query = async <T = Record<string, unknown>>(db: Connection, sql: string, values: unknown[] = []) =>
  (await db.query<RowDataPacket[]>(sql, values))[0] as T[]

/** Every table as the database itself would make it again, and which migrations it has. */
async function describe(db: Connection) {
  const names = (
    await query<{ name: string }>(
      db,
      'SELECT TABLE_NAME AS name FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() ORDER BY 1',
    )
  ).map(({ name }) => name)
  const tables: Record<string, string[]> = {}
  for (const name of names) {
    const [row] = await query<{ 'Create Table': string }>(db, `SHOW CREATE TABLE ${name}`)
    // What a column was added after is of no consequence, nor is how many rows there have been.
    tables[name] = (row?.['Create Table'] ?? '')
      .replace(/ AUTO_INCREMENT=\d+/, '')
      .split('\n')
      .map((line) => line.replace(/,$/, ''))
      .sort()
  }
  const applied = await query(
    db,
    'SELECT name, checksum, statements_done, finished_at IS NOT NULL AS finished FROM colombier_migrations ORDER BY name',
  )
  return { tables, applied }
}

const run = async (db: Connection, known?: Migration[]) => {
  const applied: string[] = []
  await migrate(db, { ...(known && { known }), report: (name) => applied.push(name) })
  return applied
}

const all = migrations.map(({ name }) => name)
const imported = () => within(ownSchema, describe)

test('schema.sql and the migrations, one after the other, make the same tables and say so', async () => {
  await within('SELECT 1', async (db) => {
    expect(await run(db)).toEqual(all)
    expect(await describe(db)).toEqual(await imported())
    expect(await run(db)).toEqual([])
  })
})

test('after an import of schema.sql there is nothing to do', async () => {
  await within(ownSchema, async (db) => {
    expect(await run(db)).toEqual([])
  })
})

test('migrations are numbered in one row', () => {
  expect(all.map((name) => name.slice(0, 5))).toEqual(all.map((_, index) => `${String(index + 1).padStart(4, '0')}-`))
})

test('tables from before there were migrations are taken over with what is in them', async () => {
  const before = (migrations[0]?.statements ?? []).join(';\n')
  await within(before, async (db) => {
    await db.query(
      "INSERT INTO colombier_accounts (email, password_hash, created_at) VALUES ('ada@people.test', '', UTC_TIMESTAMP(6))",
    )
    expect(await run(db)).toEqual(all)
    expect(await describe(db)).toEqual(await imported())
    expect(await query(db, 'SELECT email FROM colombier_accounts')).toEqual([{ email: 'ada@people.test' }])
  })
})

test('an import of schema.sql that broke off is completed', async () => {
  const half = ownSchema.slice(0, ownSchema.indexOf('CREATE TABLE colombier_tasks'))
  await within(half, async (db) => {
    expect(await run(db)).toEqual(all)
    expect(await describe(db)).toEqual(await imported())
  })
})

const doves: Migration[] = [
  {
    name: '0001-doves',
    statements: [
      'CREATE TABLE IF NOT EXISTS doves (\n  id INT NOT NULL PRIMARY KEY,\n  age INT NOT NULL,\n  hue INT NULL\n)',
      'INSERT INTO doves (id, age) VALUES (1, 1)',
    ],
  },
  {
    name: '0002-older-doves',
    statements: [
      'ALTER TABLE doves ADD COLUMN weight INT NOT NULL DEFAULT 3, ADD KEY age (age)',
      'UPDATE doves SET age = age + 1',
      'ALTER TABLE doves DROP COLUMN hue',
      'UPDATE doves SET age = age * 10',
    ],
  },
]

test('a run that dies after any of its statements is followed by one that ends well', async () => {
  const whole = await within('SELECT 1', async (db) => {
    expect(await run(db, doves)).toEqual(['0001-doves', '0002-older-doves'])
    return describe(db)
  })
  let statements = 0

  const dieAfter = (fatal: number) =>
    within('SELECT 1', async (db, database) => {
      const doomed = await connectTo(database, proxy.env)
      proxy.watch((number) => (number === fatal ? 'drop the answer' : 'forward'))
      const died = await run(doomed, doves).then(
        () => false,
        () => true,
      )
      statements = proxy.count()
      doomed.destroy()
      await run(db, doves)
      expect({ fatal, ...(await describe(db)) }).toEqual({ fatal, ...whole })
      expect(await query(db, 'SELECT age, weight FROM doves')).toEqual([{ age: 20, weight: 3 }])
      return died
    })
  let fatal = 1
  while (await dieAfter(fatal)) fatal++
  expect(fatal).toBe(statements + 1)
  expect(fatal).toBeGreaterThan(20)
})

test('a database of a newer version, or one made by other migrations, is left alone', async () => {
  await within('SELECT 1', async (db) => {
    await run(db, doves)
    const before = await describe(db)

    await expect(run(db, doves.slice(0, 1))).rejects.toThrow('has 0002-older-doves, so it is newer than this program')
    const other = doves.map((one) => ({ ...one, statements: [...one.statements, 'DROP TABLE doves'] }))
    await expect(run(db, other)).rejects.toThrow('has another 0001-doves than this program')
    expect(await describe(db)).toEqual(before)
  })
})

test('a table of somebody else that has the name of one of ours is not taken for it', async () => {
  await within('CREATE TABLE doves (id INT NOT NULL PRIMARY KEY)', async (db) => {
    await expect(run(db, doves)).rejects.toThrow('has a table doves without age, hue')
  })
})

test('a statement that the database refuses is named, and done when its cause is mended', async () => {
  await within('SELECT 1', async (db) => {
    await run(db, doves.slice(0, 1))
    await db.query('RENAME TABLE doves TO gone')
    await expect(run(db, doves)).rejects.toThrow('refused statement 1 of 0002-older-doves (ER_NO_SUCH_TABLE)')
    await db.query('RENAME TABLE gone TO doves')
    expect(await run(db, doves)).toEqual(['0002-older-doves'])
    expect(await query(db, 'SELECT age FROM doves')).toEqual([{ age: 20 }])
  })
})

test('the web app does not start over tables of another version, and says what to do', async () => {
  await within(ownSchema, async (db, database) => {
    const { options, name } = loadDatabaseConfig(database.env)
    const pool = createDatabasePool({ options, poolSize: 1, timeoutSeconds: 10 })
    const complaint = async () =>
      checkDatabase(pool, { options, name }).then(
        () => null,
        (error: unknown) => (error instanceof Error ? error.message.replace(/^The database \S+ at \S+ /, '') : ''),
      )
    expect(await complaint()).toBeNull()

    const last = all.at(-1) ?? ''
    await db.query('UPDATE colombier_migrations SET finished_at = NULL WHERE name = ?', [last])
    expect(await complaint()).toBe(
      `is older than this program: it lacks ${last}. Run colombier-database or npm run migrate.`,
    )
    await db.query('UPDATE colombier_migrations SET finished_at = begun_at')
    await db.query("INSERT INTO colombier_migrations VALUES ('9999-later', '', 0, UTC_TIMESTAMP(6), NULL)")
    expect(await complaint()).toBe('has 9999-later, so it is newer than this program. Update the program.')
    await db.query('DROP TABLE colombier_migrations')
    expect(await complaint()).toContain('lacks colombier_migrations. Run colombier-database')
    await pool.end()
  })
})

/** `npm run migrate` as a program of its own. */
function startMigrate({ env }: TestDatabase) {
  const child = spawn(process.execPath, ['--import', 'tsx', 'src/cli/migrate.ts'], {
    cwd: root,
    env: { PATH: process.env['PATH'] ?? '', ...env },
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text: Buffer) => (output += text.toString()))
  const ended = new Promise<{ code: number | null; output: string }>((resolve) =>
    child.once('exit', (code) => resolve({ code, output })),
  )
  return { child, ended }
}

const kill = async ({ child, ended }: { child: ChildProcess; ended: Promise<unknown> }) => {
  child.kill('SIGKILL')
  await ended
}

test('of two programs at once one migrates and the other finds nothing to do, after a third was killed at work', async () => {
  const first = migrations[0]?.statements[0] ?? ''
  await within(first, async (db, database) => {
    const waiting = async (state: RegExp, count: number) => {
      for (;;) {
        const rows = await query<{ state: string }>(
          db,
          'SELECT STATE AS state FROM information_schema.PROCESSLIST WHERE DB = ? AND STATE IS NOT NULL',
          [database.name],
        )
        if (rows.filter((row) => state.test(row.state)).length === count) return
        await new Promise((resolve) => setTimeout(resolve, 20))
      }
    }
    // The second table refers to the first, and cannot be made as long as that is locked.
    await db.query('LOCK TABLES colombier_accounts WRITE')
    const killed = startMigrate(database)
    await waiting(/metadata lock/, 1)
    await kill(killed)

    const two = [startMigrate(database), startMigrate(database)]
    await waiting(/metadata lock/, 1)
    await waiting(/User lock/, 1)
    await db.query('UNLOCK TABLES')
    const ends = await Promise.all(two.map(({ ended }) => ended))
    expect(ends.map(({ code }) => code)).toEqual([0, 0])
    expect(ends.map(({ output }) => output).sort()).toEqual([
      all.map((name) => `${name} is applied.\n`).join(''),
      'Nothing to do: the tables are those of this version.\n',
    ])
    expect(await describe(db)).toEqual(await imported())
  })
})

test('what the database answers to a statement is told as that, and not as a database that cannot be reached', async () => {
  await within('CREATE TABLE colombier_migrations (id INT NOT NULL PRIMARY KEY)', async (_db, database) => {
    const { code, output } = await startMigrate(database).ended
    expect(code).toBe(1)
    expect(output).toMatch(/^The database \S+ at \S+ is not one that this program can work with: .*ER_BAD_FIELD_ERROR/)
  })
})
