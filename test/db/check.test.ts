import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createConnection } from 'mysql2/promise'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { generateSealKeys } from '../../connector/contract/seal.ts'
import { removeMailbox } from '../../connector/contract/removal.ts'
import { leaveOutAbsent } from '../../connector/mapping/optional-companions.ts'
import { loadConfig } from '../../src/config.ts'
import { checkEverything } from '../../src/db/check/full-check.ts'
import { grantStatement, rightsOfConnector, rightsOfWeb } from '../../src/db/check/needed-rights.ts'
import { createDatabasePool } from '../../src/db/store.ts'
import { createPasswordHasher } from '../../src/lib/password/hasher.ts'
import type { PasswordScheme } from '../../src/lib/password/schemes.ts'
import { createHashWork } from '../../src/lib/password/work.ts'
import { layouts, readTables } from '../schemas/layouts.ts'
import { createDatabase, mailSchema, ownSchema, type TestDatabase } from '../support/database.ts'

const root = join(import.meta.dirname, '../..')
let publicKey: string
const databases: TestDatabase[] = []
beforeAll(async () => {
  publicKey = (await generateSealKeys()).publicKey
})
afterAll(async () => {
  for (const database of databases) await database.drop()
})

const settings = (database: TestDatabase, env: Record<string, string>) => ({
  APP_URL: 'http://colombier.test',
  SESSION_SECRET: 'for tests only, and long enough to pass',
  SEAL_PRIVATE_KEY_FILE: '/nowhere',
  SEAL_CONNECTOR_PUBLIC_KEY: publicKey,
  ...database.env,
  ...env,
})

/** As the database's administrator. */
async function administer(database: TestDatabase, ...statements: string[]) {
  const { host, port } = database.server
  const db = await createConnection({ host, port, ...database.login, database: database.name })
  const results: unknown[] = []
  for (const statement of statements) results.push((await db.query(statement))[0])
  await db.end()
  return results
}

async function prepare(...sql: string[]) {
  const database = await createDatabase(...sql)
  databases.push(database)
  return database
}

async function check(database: TestDatabase, env: Record<string, string> = {}) {
  const config = loadConfig(settings(database, env))
  const pool = createDatabasePool(config.database)
  const lines: string[] = []
  const statements: string[] = []
  const hash = { length: config.password.scheme === 'bcrypt' ? 71 : 107, scheme: config.password.scheme }
  const say = (level: string, what: string, remedy = '') => lines.push(`${level} ${what} → ${remedy}`)
  await checkEverything(pool, config, hash, say, (shown) => statements.push(...shown)).finally(() => pool.end())
  const of = (level: string) => lines.filter((line) => line.startsWith(`${level} `))
  return { lines, statements, ok: of('ok'), warnings: of('warn'), faults: of('fail') }
}

/** A table of mailboxes with the two halves of an address, and nothing that says more. */
const people = {
  MAILBOX_TABLE: 'people',
  MAILBOX_ADDRESS: 'userid@domain',
  MAILBOX_DOMAIN: '-',
  MAILBOX_QUOTA: '-',
  MAILBOX_OPEN: '-',
  MAILBOX_LOCKED: '-',
  DOMAIN_ID: 'name',
  ALIAS_DOMAIN: '-',
}

test('the rights that the usual tables need are those of docs/install.md', () => {
  const guide = readFileSync(join(root, 'docs/install.md'), 'utf8')
  const { mapping } = loadConfig(settings({ env: { DATABASE_USER: 'x', DATABASE_NAME: 'x' } } as never, {}))
  expect(guide.split('\n').filter((line) => line.startsWith('GRANT '))).toEqual([
    ...rightsOfWeb(mapping, 'mail').map((table) => grantStatement(table, 'colombier_web@localhost')),
    ...rightsOfConnector(mapping, 'mail').map((table) => grantStatement(table, 'colombier_connector@localhost')),
  ])
})

test('the usual tables, with the rights of docs/install.md, are well, and nothing is left of the round trip', async () => {
  const database = await prepare()
  await administer(database, "INSERT INTO virtual_domains (name) VALUES ('example.org')")
  const everyRow = () =>
    administer(
      database,
      ...['virtual_users', 'virtual_aliases', 'colombier_mailboxes', 'colombier_reservations'].map(
        (table) => `SELECT * FROM ${table}`,
      ),
    )
  const before = await everyRow()

  const { faults, ok, warnings, statements } = await check(database)

  expect(faults).toEqual([])
  expect(ok.join('\n')).toMatch(/(?:MariaDB|MySQL) \d+/)
  expect(ok.join('\n')).toContain('has no right that it does not need')
  for (const step of [
    'a mailbox is created',
    'it gets an alias',
    'its password is changed',
    'it is locked',
    'it is deleted',
  ])
    expect(ok.join('\n')).toContain(`round trip: ${step}`)
  expect(warnings).toEqual([
    // The tests' database is set for speed.
    expect.stringContaining('set innodb_flush_log_at_trx_commit = 1'),
    expect.stringContaining('CREATE INDEX `colombier_domain_id_email` ON `virtual_users` (`domain_id`, `email`);'),
    expect.stringContaining('CREATE INDEX `colombier_destination` ON `virtual_aliases` (`destination`);'),
    expect.stringContaining('CREATE INDEX `colombier_domain_id_source` ON `virtual_aliases` (`domain_id`, `source`);'),
  ])
  expect(statements.join('\n')).toMatch(/INSERT INTO `virtual_users` \([^)]+\) VALUES \(\?, \?/)
  expect(statements.join('\n')).not.toContain('example.org')
  expect(await everyRow()).toEqual(before)

  await administer(
    database,
    'ALTER TABLE virtual_users ADD INDEX a (domain_id, email)',
    'ALTER TABLE virtual_aliases ADD INDEX b (destination), ADD INDEX c (domain_id, source)',
  )
  expect((await check(database)).warnings).toEqual([expect.stringContaining('set innodb_flush_log_at_trx_commit = 1')])
})

test('rights that are missing are told as the statements that give them, and spare ones are told too', async () => {
  const database = await prepare()
  const user = `${database.env.DATABASE_USER}@'%'`
  await administer(
    database,
    `REVOKE UPDATE (password) ON ${database.name}.virtual_users FROM ${user}`,
    `REVOKE SELECT ON ${database.name}.virtual_domains FROM ${user}`,
    `GRANT INSERT ON ${database.name}.virtual_domains TO ${user}`,
    `GRANT DELETE ON ${database.name}.virtual_users TO ${user}`,
  )
  const { faults, warnings } = await check(database)
  expect(faults.join('\n')).toContain(`GRANT UPDATE (\`password\`) ON \`${database.name}\`.\`virtual_users\` TO`)
  expect(faults.join('\n')).toContain(`GRANT SELECT ON \`${database.name}\`.\`virtual_domains\` TO`)
  expect(warnings.join('\n')).toContain(`more rights than it needs: DELETE on ${database.name}.virtual_users`)
  expect(warnings.join('\n')).toContain(`more rights than it needs: INSERT on ${database.name}.virtual_domains`)

  const all = await check(database, { DATABASE_USER: database.login.user, DATABASE_PASSWORD: database.login.password })
  expect(all.warnings.join('\n')).toMatch(/more rights than it needs: \d+ rights on every database/)
})

test('every name that is wrong is told with its variable and with what is near', async () => {
  const database = await prepare()
  const { faults } = await check(database, {
    MAILBOX_PASSWORD: 'pasword',
    ALIAS_TABLE: 'virtual_alias',
    DOMAIN_NAME: 'nome',
  })
  const text = faults.join('\n')
  expect(text).toContain('MAILBOX_PASSWORD: the table virtual_users has no column pasword; is it password?')
  expect(text).toContain('ALIAS_TABLE: there is no table virtual_alias; is it virtual_aliases?')
  expect(text).toContain('DOMAIN_NAME: the table virtual_domains has no column nome; is it name?')
})

test('columns that cannot hold what is written to them, and rows that would be refused, are told', async () => {
  const database = await prepare(
    ownSchema,
    mailSchema,
    `CREATE TABLE people (login VARCHAR(100) NOT NULL, secret VARCHAR(40) NOT NULL, domain_id INT NOT NULL, quota INT UNSIGNED NOT NULL,
      changed INT NOT NULL DEFAULT 0, state ENUM('on', 'off') NOT NULL, maildir VARCHAR(255) NOT NULL, server INT NOT NULL DEFAULT 1,
      seat INT NOT NULL DEFAULT 0, blocked BIT(1) NOT NULL DEFAULT 0, ref BINARY(16) NULL, code CHAR(36) NULL, UNIQUE KEY seat (server, seat)) ENGINE = InnoDB`,
    'CREATE TRIGGER noted BEFORE INSERT ON people FOR EACH ROW SET NEW.server = 1',
    "INSERT INTO virtual_domains (name) VALUES ('example.org')",
  )
  const { faults, warnings } = await check(database, {
    MAILBOX_TABLE: 'people',
    MAILBOX_ID: 'ref',
    MAILBOX_ADDRESS: 'login',
    MAILBOX_PASSWORD: 'secret',
    MAILBOX_INSERT: 'ref={uuid}, code={ulid:bytes}',
    MAILBOX_QUOTA_UNLIMITED: '-1',
    MAILBOX_OPEN: 'state=yes, state & 2=0',
    MAILBOX_LOCKED: 'state={0}, blocked=1',
    MAILBOX_ON_PASSWORD: 'changed={now}',
  })
  for (const fault of [
    'people needs a value for maildir in each new row',
    'people has a unique key of server, seat, which every new row would have alike',
    'MAILBOX_OPEN: the column state of people does not know its value → it is one of on, off',
    'MAILBOX_ID: the column ref of people holds 16 raw bytes → write bytes:ref',
    'MAILBOX_INSERT: the column ref of people is of 16 raw bytes → write {uuid:bytes}',
    'MAILBOX_INSERT: the column code of people is not of bytes → write {ulid}',
    'MAILBOX_OPEN: the column state of people is no whole number, which & asks of it',
    'MAILBOX_LOCKED: the column state of people is not of bits → write the value without braces',
    'MAILBOX_LOCKED: the column blocked of people is of bits → write {0} or {1}',
    'MAILBOX_ON_PASSWORD: the column changed of people is a number, and {now} a time → write {unix}',
    'the column secret of people has room for 40 characters, and a hash of argon2id has 107',
    'cannot hold QUOTA_MAX, which is 10737418240 there → set QUOTA_MAX to 4294967295 or less',
    'cannot hold the first value of MAILBOX_QUOTA_UNLIMITED',
    'round trip: a mailbox is created (',
  ]) {
    expect(faults.join('\n')).toContain(fault)
  }
  expect(warnings.join('\n')).toContain('no index finds a mailbox by its address')
  expect(warnings.join('\n')).toContain('people has triggers: noted')
  expect(warnings.join('\n')).toContain('people has no unique key of the address')
})

test('with all rights the deletion is tried too; with an engine that keeps what it was given, nothing is', async () => {
  const database = await prepare(ownSchema, mailSchema, "INSERT INTO virtual_domains (name) VALUES ('example.org')")
  const { faults, statements } = await check(database)
  expect(faults).toEqual([])
  expect(statements.join('\n')).toContain('DELETE FROM `virtual_users`')

  await administer(
    database,
    'ALTER TABLE virtual_aliases DROP FOREIGN KEY virtual_aliases_ibfk_1',
    'ALTER TABLE virtual_aliases CONVERT TO CHARACTER SET ascii, ENGINE = MyISAM',
  )
  const kept = await check(database)
  expect(kept.statements).toEqual([])
  expect(kept.warnings.join('\n')).toContain('what is written to virtual_aliases could not be taken back')
})

test('rows that are not what the settings say are told, how many of them, and none of what is in them', async () => {
  const database = await prepare(
    ownSchema,
    mailSchema,
    `INSERT INTO virtual_domains VALUES (1, 'example.org'), (2, 'example.net');
     INSERT INTO virtual_users (domain_id, email, password) VALUES (1, 'ada@example.org', 'x'), (2, 'hedy@example.net', 'x');
     INSERT INTO virtual_aliases (domain_id, source, destination)
       VALUES (1, 'team@example.org', 'ada@example.org, ben@example.org'), (2, '@example.net', 'hedy@example.net');
     CREATE TABLE people (userid VARCHAR(64), domain VARCHAR(64), storage VARCHAR(20), password VARCHAR(255)) ENGINE = InnoDB;
     INSERT INTO people VALUES ('ada', 'example.org', 'a lot', 'x'), ('hedy', 'example.net', 'a lot', 'x')`,
  )
  const told = async (env: Record<string, string>) =>
    (await check(database, { ALIAS_LIST: 'comma', ...env })).faults.filter(
      (line) => !/round trip|needs a value/.test(line),
    )
  expect((await check(database, { ALIAS_LIST: 'comma' })).ok).toContain(
    'ok the first rows that are there are read as the settings have them → ',
  )

  expect(await told({ ALIAS_LIST: 'rows' })).toEqual([
    expect.stringContaining('ALIAS_LIST: 1 of 2 rows hold several addresses that are not separated so'),
  ])
  expect(await told({ MAILBOX_ADDRESS: 'password' })).toContainEqual(
    expect.stringContaining('MAILBOX_ADDRESS: 2 of 2 rows hold no address'),
  )
  expect(await told({ DOMAIN_ID: 'name' })).toContainEqual(
    expect.stringMatching(/^fail MAILBOX_DOMAIN: 2 of 2 rows hold another domain in domain_id/),
  )
  expect(await told(people)).toEqual([])
  expect(await told({ ...people, MAILBOX_ADDRESS: 'domain@userid' })).toEqual([
    expect.stringContaining('MAILBOX_ADDRESS: 2 of 2 rows are of domains that DOMAIN_NAME has not'),
  ])
  expect(
    await told({ ...people, DOMAIN_ID: 'id', MAILBOX_DOMAIN: 'domain', MAILBOX_ADDRESS: 'userid@name:domain' }),
  ).toEqual([
    'fail MAILBOX_DOMAIN: 2 of 2 rows hold another domain in domain than their address has → it is the name: write name:domain',
  ])
  expect(await told({ ...people, MAILBOX_QUOTA: 'storage', MAILBOX_QUOTA_UNIT: 'text' })).toEqual([
    expect.stringContaining(
      'MAILBOX_QUOTA: 2 of 2 rows hold what MAILBOX_QUOTA_UNIT and MAILBOX_QUOTA_UNLIMITED do not say',
    ),
  ])
})

test('rows whose domain the mail server’s columns cannot even write are read all the same', async () => {
  const database = await prepare(
    ownSchema,
    mailSchema,
    `ALTER TABLE virtual_domains MODIFY name VARCHAR(100) CHARACTER SET latin1;
     INSERT INTO virtual_domains VALUES (1, 'example.org');
     INSERT INTO virtual_users (domain_id, email, password) VALUES (1, 'ada@example.org', 'x'), (1, 'ada@пример.example', 'x')`,
  )
  const { ok, faults } = await check(database)
  expect(faults).toEqual([])
  expect(ok.join('\n')).toContain('round trip: a mailbox is created')
})

test('a password column that is too short is told with the schemes that fit, as long as their hashes are', async () => {
  const database = await prepare(ownSchema, mailSchema, 'ALTER TABLE virtual_users MODIFY password VARCHAR(119)')
  const long = async (env: Record<string, string>) =>
    (await check(database, { PASSWORD_PREFIX: 'true', ...env })).faults
  expect((await long({})).join('\n')).toBe('')
  await administer(database, 'ALTER TABLE virtual_users MODIFY password VARCHAR(100)')
  const work = createHashWork()
  for (const prefix of [true, false]) {
    const lengthOf = (scheme: PasswordScheme) =>
      createPasswordHasher({ scheme, prefix, shaCryptRounds: 5000, work }).valueLength
    const fitting = [
      `bcrypt takes ${lengthOf('bcrypt')}`,
      `sha256-crypt with SHA_CRYPT_ROUNDS=5000 takes ${lengthOf('sha256-crypt')}`,
    ]
    expect((await long({ PASSWORD_PREFIX: String(prefix) })).join('\n')).toContain(
      `→ choose another PASSWORD_SCHEME: ${fitting.join(', ')}`,
    )
  }
  await work.close()
})

test.each([
  [106, 'choose another PASSWORD_SCHEME: bcrypt takes 71, sha256-crypt with SHA_CRYPT_ROUNDS=5000 takes 77'],
  [64, 'set PASSWORD_PREFIX=false and choose another PASSWORD_SCHEME: bcrypt takes 60, sha256-crypt with'],
  [50, 'no hash that Colombier makes fits: let it hold more, or leave create and password out of MAIL_ACTIONS'],
])('a password column of %i characters takes a lock, and what else it takes is told', async (room, remedy) => {
  const database = await prepare(ownSchema, mailSchema, `ALTER TABLE virtual_users MODIFY password VARCHAR(${room})`)
  const about = async (env: Record<string, string>) =>
    (await check(database, env)).faults.filter((line) => line.includes('MAILBOX_PASSWORD'))
  expect(await about({})).toEqual([expect.stringContaining(`and a hash of argon2id has 107 → ${remedy}`)])
  expect(await about({ MAIL_ACTIONS: 'delete, aliases, lock' })).toEqual([])

  await administer(database, 'ALTER TABLE virtual_users MODIFY password VARCHAR(19)')
  expect((await about({})).join('\n')).toContain('and the value of a lock has 20 → let it hold more')
})

test('a new row that its own filter leaves out is told as that', async () => {
  const database = await prepare(ownSchema, mailSchema, "INSERT INTO virtual_domains (name) VALUES ('example.org')")
  const { faults } = await check(database, { MAILBOX_WHERE: 'quota IN (1, 2)' })
  expect(faults).toEqual([
    'fail round trip: a mailbox is created (the new row is not found again: see MAILBOX_WHERE) → see the last statement below',
  ])
})

test('rows elsewhere that would keep a mailbox from being deleted are told, unless they go with it', async () => {
  const database = await prepare(
    ownSchema,
    mailSchema,
    `CREATE TABLE fetched (mailbox INT NOT NULL, FOREIGN KEY (mailbox) REFERENCES virtual_users (id));
     CREATE TABLE seen (mailbox INT NOT NULL, FOREIGN KEY (mailbox) REFERENCES virtual_users (id) ON DELETE CASCADE)`,
  )
  const about = (lines: string[]) => lines.filter((line) => line.includes('cannot be deleted'))
  expect(about((await check(database)).faults)).toEqual([
    expect.stringMatching(/a row of test_\w+\.fetched refers to it by mailbox → name that table in COMPANION_DELETE/),
  ])
  const companion = { MAILBOX_ID: 'id', COMPANION_DELETE: 'fetched: mailbox={mailbox_id}' }
  expect(about((await check(database, companion)).faults)).toEqual([])
})

test('a row that refers to what is not there is told with both tables', async () => {
  const database = await prepare(
    ownSchema,
    mailSchema,
    `CREATE TABLE parents (address VARCHAR(255) PRIMARY KEY) DEFAULT CHARSET = utf8mb4;
     ALTER TABLE virtual_users ADD CONSTRAINT whose FOREIGN KEY (email) REFERENCES parents (address);
     INSERT INTO virtual_domains (name) VALUES ('example.org')`,
  )
  expect((await check(database)).faults).toEqual([
    expect.stringContaining('a mailbox is created (ER_NO_REFERENCED_ROW_2: email of virtual_users refers to parents)'),
  ])
})

test('a table that takes nothing back and is written to by the deletion alone keeps only that from being tried', async () => {
  const database = await prepare(
    ownSchema,
    mailSchema,
    `CREATE TABLE notes (address VARCHAR(255), bytes INT) ENGINE = MyISAM;
     CREATE VIEW usages AS SELECT address AS username, bytes FROM notes;
     INSERT INTO virtual_domains (name) VALUES ('example.org')`,
  )
  const { ok, faults, warnings } = await check(database, {
    COMPANION_DELETE: "notes: address='{address}'",
    USAGE_TABLE: 'usages',
  })
  expect(faults).toEqual([])
  expect(ok.join('\n')).toContain('round trip: its password is changed')
  expect(ok.join('\n')).not.toContain('round trip: it is deleted')
  expect(warnings.join('\n')).toContain('no deletion is tried: what is removed from notes could not be taken back')
})

test('columns whose collation tells capital letters apart are told, and an index of both halves serves in any order', async () => {
  const database = await prepare(
    ownSchema,
    mailSchema,
    'ALTER TABLE virtual_aliases CONVERT TO CHARACTER SET utf8mb4 COLLATE utf8mb4_bin',
    `CREATE TABLE people (userid VARCHAR(64), domain VARCHAR(64), password VARCHAR(20), KEY whom (userid, domain)) ENGINE = InnoDB`,
  )
  const { warnings, faults } = await check(database, people)
  const text = warnings.join('\n')
  expect(text).not.toContain('a mailbox by its address')
  expect(text).toContain(
    'an alias by its address is looked for in every row of virtual_aliases: the collation of source tells capital letters apart',
  )
  expect(faults.join('\n')).toContain('and a hash of argon2id has 107 → no hash that Colombier makes fits')
})

test('as a command it prints a line for each thing and the rights, and its exit status tells', async () => {
  const database = await prepare()
  await administer(database, "INSERT INTO virtual_domains (name) VALUES ('example.org')")
  const run = (env: Record<string, string>) =>
    spawnSync(process.execPath, ['--import', 'tsx', 'src/cli/check.ts'], {
      cwd: root,
      encoding: 'utf8',
      env: { PATH: process.env['PATH'] ?? '', ...settings(database, env) },
    })
  const well = run({})
  expect(well.status, well.stdout + well.stderr).toBe(0)
  expect(well.stdout).toMatch(/^ok {4}settings$/m)
  expect(well.stdout).toMatch(/\nColombier can run on these tables: nothing to mend, \d+ to look at\.\n$/)
  const grant = new RegExp(
    `^GRANT SELECT ON \`${database.name}\`\\.\`virtual_domains\` TO web_${database.name}@\\S+;$`,
    'm',
  ).exec(well.stdout)?.[0]
  // As printed, for the user and host as which the database lets the web app in, the database takes it.
  expect(grant).toBeDefined()
  expect(grant).toContain(`@'%'`)
  await administer(database, grant ?? '')
  expect(well.stdout).not.toContain(database.env.DATABASE_PASSWORD)

  const wrong = run({ MAILBOX_TABLE: 'nowhere' })
  expect(wrong.status).toBe(1)
  expect(wrong.stdout).toMatch(/\nColombier cannot run like this: \d+ to mend, \d+ to look at\.\n$/)
  expect(wrong.stdout).toMatch(/^fail {2}MAILBOX_TABLE: there is no table nowhere/m)
  expect(run({ APP_URL: 'nowhere' }).stdout).toMatch(/^fail {2}APP_URL/m)
})

test('of what only newer versions of a product have, check tells once that it is not there, and gives no right on it', async () => {
  const tables = readTables({ tables: 'postfixadmin-3.3' })
  const database = await prepare(ownSchema, tables.schema, tables.rows)
  const run = () =>
    spawnSync(process.execPath, ['--import', 'tsx', join(root, 'src/cli/check.ts')], {
      env: { PATH: process.env['PATH'], ...settings(database, { MAIL_SCHEMA: 'postfixadmin' }) },
      encoding: 'utf8',
    }).stdout
  const linesWith = (text: string, output: string) => output.split('\n').filter((line) => line.includes(text))

  const without = run()
  expect(linesWith('fail', without)).toEqual([])
  expect(linesWith('round trip: it is deleted', without)).toEqual([expect.stringMatching(/^ok/)])
  for (const table of ['mailbox_app_password', 'totp_exception_address']) {
    const [said, ...grants] = linesWith(table, without)
    expect(said).toMatch(/^warn {2}COMPANION_DELETE: there is no table .* it is left out/)
    expect(grants).toEqual([
      expect.stringMatching(/^-- where there is this table: GRANT SELECT \(.* TO admin@/),
      expect.stringMatching(/^-- where there is this table: GRANT SELECT, DELETE .* TO colombier_connector@/),
    ])
  }

  await administer(database, 'CREATE TABLE mailbox_app_password (id INT PRIMARY KEY, username VARCHAR(255))')
  const added = linesWith('mailbox_app_password', run())
  expect(added.filter((line) => line.includes('left out'))).toEqual([])
  expect(added.filter((line) => line.startsWith('GRANT'))).toHaveLength(2)
})

test.each(layouts)(
  '$product: its tables are well, and the rights that are printed suffice both programs',
  async (layout) => {
    const { schema, rows } = readTables(layout)
    const database = await prepare(ownSchema, schema, rows)
    const env = { ...layout.env, QUOTA_MAX: '2147483647', PASSWORD_SCHEME: 'bcrypt' }
    const { mapping } = loadConfig(settings(database, env))
    const users = { web: `web_${database.name}`, connector: `conn_${database.name}` }
    const administrator = database.connect()
    const { present } = await leaveOutAbsent(administrator, mapping).finally(() => administrator.end())
    await administer(
      database,
      ...Object.values(users).map((user) => `CREATE USER ${user} IDENTIFIED BY 'x'`),
      ...rightsOfWeb(present, database.name).map((table) => grantStatement(table, users.web)),
      ...rightsOfConnector(present, database.name).map((table) => grantStatement(table, users.connector)),
    )

    const { faults, warnings } = await check(database, { ...env, DATABASE_USER: users.web, DATABASE_PASSWORD: 'x' })
    expect(faults).toEqual([])
    expect(warnings.filter((line) => /more rights|rights by/.test(line))).toEqual([])

    if (!mapping.actions.includes('delete')) return
    const config = loadConfig(settings(database, { ...env, DATABASE_USER: users.connector, DATABASE_PASSWORD: 'x' }))
    const connector = createDatabasePool(config.database)
    await removeMailbox(connector, mapping, 'nobody.at.all@example.org', 1).finally(() => connector.end())
  },
)

test('rows that are read as something they are not are told, with what to write', async () => {
  const database = await prepare()
  await administer(
    database,
    "INSERT INTO virtual_domains (id, name) VALUES (1, 'example.org')",
    `INSERT INTO virtual_users (domain_id, email, password, quota)
     VALUES (1, 'ada@example.org', '$2y$10$abcdefghijklmnopqrstuv', 1024), (1, 'ben@example.org', '$6$salt$hash', 2048),
       (1, 'cleo@example.org', '$1$salt$hash', 4096), (1, 'nobody@example.org', '', 0)`,
    "INSERT INTO virtual_aliases (domain_id, source, destination) VALUES (1, 'shop@example.org', '17')",
    `INSERT INTO virtual_aliases (domain_id, source, destination) SELECT 1, email, email FROM virtual_users`,
  )

  const { faults, warnings } = await check(database, { PASSWORD_PREFIX: 'false' })

  const told = [...faults, ...warnings].join('\n')
  expect(told).toContain('fail MAILBOX_QUOTA_UNIT: by it every mailbox may hold less than a megabyte')
  expect(told).toContain('fail PASSWORD_PREFIX=false: 3 of 4 rows hold a hash of crypt')
  expect(told).toContain('warn MAILBOX_PASSWORD: 1 of 4 rows hold no password')
  expect(told).toContain('warn ALIAS_DESTINATION: 1 of 5 rows hold a number and no address')
  expect(told).toContain('fail 4 of 4 rows of mailboxes have a row of their own in virtual_aliases')
})

test('a foreign key from another column of the aliases is told: those rows would keep the mailbox', async () => {
  const database = await prepare()
  await administer(
    database,
    'ALTER TABLE virtual_users ADD UNIQUE KEY email_key (email)',
    'ALTER TABLE virtual_aliases ADD COLUMN owner_email varchar(255) NULL',
    'ALTER TABLE virtual_aliases ADD FOREIGN KEY (owner_email) REFERENCES virtual_users (email)',
  )
  const { faults, warnings } = await check(database)
  // MariaDB does not show this user the rule of the key, and it is a warning.
  expect([...faults, ...warnings].join('\n')).toMatch(
    /cannot be deleted while a row of \S+\.virtual_aliases refers to it by owner_email/,
  )
})

test('no right is asked for on a table that is not there', async () => {
  const database = await prepare()
  const { faults } = await check(database, { USAGE_TABLE: 'usage_of_nobody' })
  expect(faults.join('\n')).toContain('USAGE_TABLE: there is no table usage_of_nobody')
  expect(faults.join('\n')).not.toContain('GRANT')
})
