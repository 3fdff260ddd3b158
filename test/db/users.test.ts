// colombier-database, as its administrator runs it; and what the database then refuses the two programs.
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseEnv } from 'node:util'
import { createConnection, type Connection, type RowDataPacket } from 'mysql2/promise'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { MappingError } from '../../connector/mapping/settings.ts'
import { grantStatement, rightsOfConnector, rightsOfWeb } from '../../src/db/check/needed-rights.ts'
import { readMapping } from '../../src/db/mail/fitting.ts'
import { createDatabase, mailSchema, type TestDatabase } from '../support/database.ts'

const program = ['--import', 'tsx', 'src/cli/database.ts']
const cwd = join(import.meta.dirname, '../..')
let folder: string
let database: TestDatabase
let admin: Connection

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'colombier-users-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

async function begin() {
  database = await createDatabase(mailSchema)
  const { host, port } = database.server
  admin = await createConnection({ host, port, ...database.login, database: database.name })
}

const rows = async (sql: string) => (await admin.query<RowDataPacket[]>(sql))[0]
const usersThere = () => rows("SELECT User AS user, Host AS host FROM mysql.user WHERE User LIKE 'colombier%'")

async function end() {
  for (const { user, host } of await usersThere()) await admin.query('DROP USER ?@?', [user, host])
  for (const name of ['web', 'connector']) rmSync(join(folder, `${name}.env`), { force: true })
  await admin.end()
  await database.drop()
}

const surroundings = () => ({
  PATH: process.env['PATH'] ?? '',
  DATABASE_SOCKET: database.server.socket,
  DATABASE_NAME: database.name,
  COLOMBIER_WEB_SETTINGS: join(folder, 'web.env'),
  COLOMBIER_CONNECTOR_SETTINGS: join(folder, 'connector.env'),
})

function prepare(args: string[] = [], password = database.login.password) {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [...program, '--login', database.login.user, ...args],
    { cwd, env: surroundings(), input: `${password}\n`, encoding: 'utf8' },
  )
  const statements = stdout.split('\n').filter((line) => /^(?:CREATE|GRANT|REVOKE|DROP)/.test(line))
  return { status, stdout, stderr, statements }
}

const passwordIn = (output: string, whose: string): string =>
  new RegExp(`settings of the ${whose}, shown only now:\nDATABASE_PASSWORD=(\\S{32,})`).exec(output)?.[1] ?? ''

const logIn = (user: string, password: string) =>
  createConnection({ host: '127.0.0.1', port: database.server.port, user, password, database: database.name })

const ownTables = () =>
  rows(
    "SELECT TABLE_NAME FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME LIKE 'colombier\\_%'",
  )

// The test server looks up no names.
const web = "colombier_web@'127.0.0.1'"
const connector = "colombier_connector@'127.0.0.1'"

describe('on the usual tables', () => {
  beforeEach(begin)
  afterEach(end)

  test('the tables, the two users and the rights that check knows are made, and a second run does nothing', async () => {
    const first = prepare()
    expect(first.status, first.stderr).toBe(0)
    const mapping = readMapping({ MAIL_SCHEMA: 'default' })
    if (mapping instanceof MappingError) throw mapping
    expect(first.statements).toEqual([
      `CREATE USER ${web} IDENTIFIED BY '…';`,
      ...rightsOfWeb(mapping, database.name).map((table) => grantStatement(table, web)),
      `CREATE USER ${connector} IDENTIFIED BY '…';`,
      ...rightsOfConnector(mapping, database.name).map((table) => grantStatement(table, connector)),
    ])
    expect((await ownTables()).length).toBeGreaterThan(15)
    await (await logIn('colombier_web', passwordIn(first.stdout, 'web app'))).end()
    await (await logIn('colombier_connector', passwordIn(first.stdout, 'connector'))).end()

    const second = prepare()
    expect(second).toMatchObject({ status: 0, statements: [] })
    expect(second.stdout).not.toContain('DATABASE_PASSWORD')
  })

  test('a dry run tells the same statements and changes nothing', async () => {
    const told = prepare(['--dry-run'])
    expect(told.status, told.stderr).toBe(0)
    expect(await ownTables()).toEqual([])
    expect(await usersThere()).toEqual([])
    expect(prepare().statements).toEqual(told.statements)
  })

  test('a right that was lost is given again, one that is too much is taken, and nothing else is touched', async () => {
    prepare()
    await admin.query(`REVOKE UPDATE (\`password\`, \`active\`) ON virtual_users FROM ${web}`)
    await admin.query(`GRANT DELETE ON virtual_users TO ${web}`)
    await admin.query(`GRANT CREATE ON *.* TO ${connector}`)
    const table = `\`${database.name}\`.\`virtual_users\``
    expect(prepare().statements).toEqual([
      `REVOKE DELETE ON ${table} FROM ${web};`,
      `GRANT UPDATE (\`password\`, \`active\`) ON ${table} TO ${web};`,
      `REVOKE CREATE ON *.* FROM ${connector};`,
    ])
    expect(prepare().statements).toEqual([])
  })

  test('settings on this machine keep the new password, which is then shown nowhere', async () => {
    const file = join(folder, 'connector.env')
    writeFileSync(file, '# Ours.\nDATABASE_PASSWORD=\nMAIL_SCHEMA=default\n', { mode: 0o600 })
    const { stdout } = prepare()
    const text = readFileSync(file, 'utf8')
    const password = parseEnv(text)['DATABASE_PASSWORD'] ?? ''
    expect(text).toContain('# Ours.')
    expect(password.length).toBeGreaterThanOrEqual(32)
    expect(stdout).not.toContain(password)
    await (await logIn('colombier_connector', password)).end()
  })

  test('settings that name a credential stay as they are, and the new password is shown for it', async () => {
    const file = join(folder, 'connector.env')
    const text = 'DATABASE_PASSWORD=credential:database\nMAIL_SCHEMA=default\n'
    writeFileSync(file, text, { mode: 0o600 })
    const { stdout } = prepare()
    expect(readFileSync(file, 'utf8')).toBe(text)
    await (await logIn('colombier_connector', passwordIn(stdout, 'connector'))).end()
  })

  test('a run that was killed after it kept the password makes the user with that one', async () => {
    writeFileSync(join(folder, 'web.env'), 'DATABASE_PASSWORD=kept-by-a-run-that-died\n', { mode: 0o600 })
    expect(prepare().status).toBe(0)
    await (await logIn('colombier_web', 'kept-by-a-run-that-died')).end()
  })

  test('a web app on another machine has a user for that machine, who is let in over TLS only', () => {
    const [first] = prepare(['--web-host', 'web.example.org']).statements
    expect(first).toBe("CREATE USER colombier_web@'web.example.org' IDENTIFIED BY '…' REQUIRE SSL;")
  })

  test('a later run knows from where the two come, and makes nobody for this machine beside them', async () => {
    prepare(['--web-host', '192.0.2.7', '--connector-host', 'mx.example.org'])
    await admin.query("REVOKE SELECT ON colombier_audit FROM colombier_web@'192.0.2.7'")
    const again = prepare()
    expect(again.statements).toEqual([
      `GRANT SELECT ON \`${database.name}\`.\`colombier_audit\` TO colombier_web@'192.0.2.7';`,
    ])
    expect(await usersThere()).toHaveLength(2)
  })

  test('an upgrade makes nothing on a host that has no tables of ours, and completes those that are there', async () => {
    const early = prepare(['--upgrade'])
    expect(early).toMatchObject({ status: 0, statements: [] })
    expect(early.stdout).toContain('there is nothing to bring to this version')
    expect(await ownTables()).toEqual([])

    prepare()
    await admin.query('DROP TABLE colombier_passkeys, colombier_challenges')
    await admin.query("DELETE FROM colombier_migrations WHERE name = '0010-passkeys'")
    await admin.query(`REVOKE SELECT ON colombier_audit FROM ${web}`)
    await admin.query(`DROP USER ${connector}`)
    const late = prepare(['--upgrade'])
    expect(late.status, late.stderr).toBe(0)
    expect(late.stdout).toContain('-- migration 0010-passkeys')
    expect(late.statements).toEqual([`GRANT SELECT ON \`${database.name}\`.\`colombier_audit\` TO ${web};`])
    expect((await ownTables()).map(({ TABLE_NAME }) => TABLE_NAME as string)).toContain('colombier_challenges')
    expect(await usersThere()).toHaveLength(1)
  })

  test('--drop removes the two users from wherever they come, and leaves the tables', async () => {
    prepare()
    prepare(['--web-host', 'web.example.org'])
    expect(prepare(['--drop']).statements).toEqual([
      `DROP USER ${connector};`,
      `DROP USER ${web};`,
      "DROP USER colombier_web@'web.example.org';",
    ])
    expect(prepare(['--drop']).statements).toEqual([])
    expect((await ownTables()).length).toBeGreaterThan(15)
  })

  test('whenever a run is killed, the next one completes its work', async () => {
    for (const what of [/migration 0001/, /CREATE USER/, /virtual_aliases/]) {
      const child = spawn(process.execPath, [...program, '--login', database.login.user], { cwd, env: surroundings() })
      child.stdout.on('data', (text: Buffer) => what.test(text.toString()) && child.kill('SIGKILL'))
      child.stdin.end(`${database.login.password}\n`)
      await once(child, 'exit')
    }
    expect(prepare().status).toBe(0)
    expect(prepare()).toMatchObject({ status: 0, statements: [] })
  })

  test('tables that are not there and a wrong password are told, and nobody is made', async () => {
    expect(prepare([], 'no').stderr).toMatch(/refuses .* with this password/)
    expect(prepare(['--nonsense']).status).toBe(64)
    await admin.query('DROP TABLE virtual_aliases')
    const { status, stderr } = prepare()
    expect(status).toBe(1)
    expect(stderr).toContain('there is no table virtual_aliases')
    expect(await usersThere()).toEqual([])
  })
})

describe('the database refuses', () => {
  let users: Record<string, Connection>
  beforeAll(async () => {
    await begin()
    const { stdout } = prepare()
    users = {
      colombier_web: await logIn('colombier_web', passwordIn(stdout, 'web app')),
      colombier_connector: await logIn('colombier_connector', passwordIn(stdout, 'connector')),
    }
  })
  afterAll(async () => {
    for (const user of Object.values(users)) await user.end()
    await end()
  })

  const both = [
    'CREATE TABLE new_one (id INT)',
    'DROP TABLE virtual_users',
    'ALTER TABLE colombier_tasks ADD COLUMN more INT',
    'CREATE VIEW seen AS SELECT email FROM virtual_users',
    'SELECT * FROM mysql.user',
    "CREATE USER other@localhost IDENTIFIED BY 'x'",
    'DELETE FROM colombier_tasks',
    'TRUNCATE TABLE colombier_audit',
    "UPDATE virtual_users SET email = 'other@example.org'",
    "INSERT INTO virtual_domains (name) VALUES ('other.example')",
    'DELETE FROM virtual_domains',
    "SELECT 1 INTO OUTFILE '/tmp/colombier-never-written'",
    "INSERT INTO colombier_migrations (name, checksum, begun_at) VALUES ('x', 'x', NOW())",
  ]
  const webOnly = [
    'DELETE FROM virtual_users',
    'UPDATE virtual_users SET quota = 0',
    "UPDATE colombier_audit SET action = 'x'",
    'DELETE FROM colombier_audit',
    "UPDATE colombier_connectors SET mode = 'watch'",
  ]
  const connectorOnly = [
    ...['accounts', 'grants', 'sessions', 'links', 'registrations', 'outbox', 'settings', 'recoveries', 'audit'].map(
      (table) => `SELECT 1 FROM colombier_${table} LIMIT 0`,
    ),
    "INSERT INTO virtual_users (email, password) VALUES ('x@example.org', 'x')",
    "INSERT INTO virtual_aliases (source, destination) VALUES ('x@example.org', 'y@example.org')",
    'UPDATE virtual_aliases SET source = destination',
    "INSERT INTO colombier_tasks (kind) VALUES ('delete')",
    "UPDATE colombier_tasks SET kind = 'delete'",
    "UPDATE colombier_tasks SET mailbox = 'x@example.org'",
  ]
  test.each([
    ...[...both, ...webOnly].map((statement) => ['colombier_web', statement] as const),
    ...[...both, ...connectorOnly].map((statement) => ['colombier_connector', statement] as const),
  ])('%s: %s', async (user, statement) => {
    const refused = await users[user]?.query(statement).then(
      () => 'taken',
      (error: unknown) => (error as { code: string }).code,
    )
    expect(refused).toMatch(/DENIED|SPECIFIC_ACCESS/)
  })
})
