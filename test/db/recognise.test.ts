import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { parseEnv } from 'node:util'
import type { RowDataPacket } from 'mysql2/promise'
import { describe, expect, test } from 'vitest'
import * as v from 'valibot'
import { readCollations } from '../../connector/mapping/collations.ts'
import { leaveOutAbsent } from '../../connector/mapping/optional-companions.ts'
import { withPreset } from '../../connector/mapping/presets/index.ts'
import { recognise } from '../../connector/mapping/recognise/recognise.ts'
import { settingsIn, type Recognition } from '../../connector/mapping/recognise/recognition.ts'
import { mappingEntries, toMapping } from '../../connector/mapping/settings.ts'
import type { SeenTable } from '../../connector/mapping/recognise/seen.ts'
import { linesOfRecognition } from '../../src/cli/recognition-lines.ts'
import { tryRoundTrip } from '../../src/db/check/round-trip.ts'
import { readTables as readMapped } from '../../src/db/check/tables.ts'
import { findMissingNames } from '../../src/db/mail/names.ts'
import { readSeenTables } from '../../src/db/mail/seen-tables.ts'
import type { Pool } from '../../src/db/store.ts'
import { layouts, limitedLayouts, readTables, type Layout } from '../schemas/layouts.ts'
import { askedBy } from '../support/asked.ts'
import { CORE_VARIABLES, coreOf } from '../support/core-variables.ts'
import { createDatabase, numbersTo, ownSchema } from '../support/database.ts'
import { grow } from '../support/grow.ts'

const every = [...layouts, ...limitedLayouts]
const all = every.filter(({ obstacle }) => obstacle === undefined)
/**
 * How many of the twenty core variables are right at least: by keys, rows and names alone, where the products are known
 * too, and where there are no rows. Alone it takes ISPConfig's and Froxlor's column `postfix` for a lock, does not see
 * mailcow's meeting rooms, and of Modoboa cannot know which types of domain it has, nor that it runs aliases itself.
 */
const atLeast: Record<string, [alone: number, known: number, empty: number]> = {
  ispmail: [20, 20, 20],
  'ispmail-old': [20, 20, 19],
  postfixadmin: [20, 20, 20],
  'postfixadmin-3.3': [20, 20, 20],
  iredmail: [20, 20, 20],
  ispconfig: [18, 20, 20],
  leister: [20, 20, 20],
  vimbadmin: [20, 20, 20],
  froxlor: [18, 20, 20],
  cyberpanel: [20, 20, 20],
  jeboehm: [20, 20, 20],
  groupoffice: [20, 20, 20],
  vexim: [20, 20, 11],
  howtoforge: [20, 20, 19],
  flurdy: [20, 20, 19],
  userli: [20, 20, 19],
  'local-parts': [20, 20, 18],
  gentoo: [20, 20, 16],
  'dovecot-manual': [20, 20, 18],
  'i-mscp': [20, 20, 11],
  bytes: [20, 20, 17],
  hostile: [20, 20, 7],
  vpopmail: [18, 18, 3],
  tine: [20, 20, 19],
  ehcp: [20, 20, 18],
  courier: [20, 20, 16],
  exim: [20, 20, 17],
  'dovecot-2.4': [20, 20, 19],
  framework: [15, 15, 15],
  recipients: [20, 20, 19],
  'by-id': [20, 20, 16],
  logins: [20, 20, 9],
  mailcow: [19, 20, 20],
  modoboa: [14, 20, 20],
}

async function withTables(
  layout: Layout,
  use: (tables: SeenTable[], pool: Pool) => Promise<void> | void,
  { empty = false } = {},
): Promise<void> {
  const { schema, rows } = readTables(layout)
  const database = await createDatabase(ownSchema, schema, ...(empty ? [] : [rows]))
  const pool = database.connect()
  try {
    if (!empty) await grow(pool, layout)
    await use(await readSeenTables(pool), pool)
  } finally {
    if (layout.beside !== undefined) await pool.query(`DROP DATABASE \`${layout.beside}\``)
    await pool.end()
    await database.drop()
  }
}

const rightIn = (recognition: Recognition, layout: Layout): string[] => {
  const [found, wanted] = [coreOf({ DOMAINS: 'example.org', ...settingsIn(recognition) }), coreOf(layout.env)]
  return CORE_VARIABLES.filter((variable) => found[variable] === wanted[variable])
}

/** What the round trip, which is rolled back, finds fault with. */
async function tryOut(pool: Pool, recognition: Recognition): Promise<string[]> {
  const said = v.parse(v.object(mappingEntries), withPreset(settingsIn(recognition)))
  const { present: mapping } = await leaveOutAbsent(pool, toMapping(said))
  const missing = await findMissingNames(pool, mapping)
  if (missing.length > 0) return missing.map(({ variable, name }) => `${variable}: ${name}`)
  await readCollations(pool, mapping)
  const faults: string[] = []
  const say = (level: string, what: string) => level === 'fail' && faults.push(what)
  await tryRoundTrip(pool, say, () => undefined, mapping, await readMapped(pool, mapping))
  return faults
}

describe.each(all)('the tables of $product', (layout) => {
  const [leastAlone, leastKnown, leastEmpty] = atLeast[layout.tables] ?? [20, 20, 20]

  test('are recognised by their keys, rows and names, and a mailbox can be made and taken away by what was found', async () => {
    await withTables(layout, async (tables, pool) => {
      const alone = recognise(tables, { withProducts: false })
      const known = recognise(tables)
      expect(rightIn(known, layout).length).toBeGreaterThanOrEqual(leastKnown)
      expect(rightIn(alone, layout).length).toBeGreaterThanOrEqual(leastAlone)
      // What the mail host asks makes nothing worse.
      const told = recognise(tables, { withProducts: false, queries: askedBy(layout) })
      if (layout.tables === 'vpopmail') expect(rightIn(told, layout)).toHaveLength(20)
      // Of the ends of its mailboxes Dovecot asks at a log-in alone.
      if (layout.tables === 'framework') expect(rightIn(told, layout)).toHaveLength(19)
      expect(rightIn(told, layout).length).toBeGreaterThanOrEqual(leastAlone)
      expect([known.questions, alone.questions]).toEqual([[], []])
      // Nobody is taken to log in with a name who does not.
      for (const found of [known, alone, told])
        expect(settingsIn(found)['MAILBOX_LOGIN'] ?? '-').toBe(layout.env['MAILBOX_LOGIN'] ?? '-')
      const deletions = ['MAILBOX_DELETE', 'ALIAS_DELETE'].map((variable) => settingsIn(alone)[variable])
      if (layout.gone) for (const said of deletions) expect(said).toMatch(/^deleted=1$|^deleted_at=\{now\}$/)
      expect(await tryOut(pool, known)).toEqual([])
      expect(await tryOut(pool, alone)).toEqual([])
    })
  })

  test('are guessed where there are no rows, and it says that it guesses', async () => {
    await withTables(
      layout,
      (tables) => {
        const found = recognise(tables)
        expect(found.isGuess).toBe(true)
        expect(rightIn(found, layout).length).toBeGreaterThanOrEqual(leastEmpty)
      },
      { empty: true },
    )
  })
})

test.each(every.filter(({ obstacle }) => obstacle !== undefined))(
  'of the tables of $product it says why it has to be told',
  async (layout) => {
    await withTables(layout, (tables) => {
      expect(recognise(tables).obstacles.map(({ kind }) => kind)).toEqual([layout.obstacle])
    })
  },
)

test('where people log in with a name, it prints the view that helps, and recognises it once it is there', async () => {
  const hash = `{BLF-CRYPT}$2y$10$${'x'.repeat(53)}`
  const database = await createDatabase(
    ownSchema,
    `CREATE TABLE domain (domain_name VARCHAR(255) PRIMARY KEY, prefix VARCHAR(50) NOT NULL);
    CREATE TABLE accountuser (username VARCHAR(50) PRIMARY KEY, password VARCHAR(255) NOT NULL, prefix VARCHAR(50) NOT NULL,
      domain_name VARCHAR(255) NOT NULL);
    CREATE TABLE virtual (alias VARCHAR(255) NOT NULL, dest VARCHAR(255), username VARCHAR(50) NOT NULL, status INT NOT NULL,
      KEY (alias));
    INSERT INTO domain VALUES ('example.org', 'org'), ('example.net', 'net');
    INSERT INTO accountuser VALUES ('org0001', '${hash}', 'org', 'example.org'), ('org0002', '${hash}', 'org', 'example.org'),
      ('net0001', '${hash}', 'net', 'example.net');
    INSERT INTO virtual VALUES ('grace.hopper@example.org', 'org0001', 'org0001', 1), ('joan@example.org', 'org0002', 'org0002', 1),
      ('grace@example.net', 'net0001', 'net0001', 1), ('@example.net', 'net0001', '', 1)`,
  )
  const pool = database.connect()
  try {
    const seen = recognise(await readSeenTables(pool))
    const { obstacles } = seen
    expect(obstacles.map(({ kind }) => kind)).toEqual(['loginIsNotAddress'])
    const [view = ''] = obstacles.map((one) => one.view ?? '')
    expect(linesOfRecognition(seen)).toContain(`# ${view}`)
    await pool.query(view)
    const found = recognise(await readSeenTables(pool))
    expect(found.obstacles).toEqual([])
    expect(settingsIn(found)).toMatchObject({
      MAILBOX_TABLE: 'accountuser_by_address',
      MAILBOX_ADDRESS: 'address',
      MAILBOX_LOGIN: 'username',
      MAILBOX_PASSWORD: 'password',
      MAIL_ACTIONS: 'password, aliases, lock',
      DOMAIN_TABLE: 'domain',
      // What leads to a mailbox is an address of it in the view, and no alias.
      ALIAS_TABLE: '-',
    })
    expect(await tryOut(pool, found)).toEqual([])
    await pool.query("UPDATE accountuser_by_address SET password = 'new' WHERE address = 'joan@example.org'")
    const [rows] = await pool.query("SELECT username FROM accountuser WHERE password = 'new'")
    expect(rows).toEqual([{ username: 'org0002' }])
  } finally {
    await pool.end()
    await database.drop()
  }
})

const vexim = all.filter(({ tables }) => tables === 'vexim')

test.each(vexim)('as a command it prints lines for the settings, with why, and no hash', async (layout) => {
  const { schema, rows } = readTables(layout)
  const database = await createDatabase(ownSchema, schema, rows)
  const run = (args: string[], env: Record<string, string> = {}) =>
    spawnSync(process.execPath, ['--import', 'tsx', 'src/cli/check.ts', ...args], {
      cwd: join(import.meta.dirname, '../..'),
      encoding: 'utf8',
      env: { PATH: process.env['PATH'], ...database.env, ...env },
    })
  const pool = database.connect()
  try {
    await grow(pool, layout)
    const { stdout, stderr, status } = run(['--recognise'])
    expect(status, stderr).toBe(0)
    expect(coreOf(parseEnv(stdout) as Record<string, string>)).toEqual(coreOf(layout.env))
    expect(stdout).toMatch(/^# by what \d+ of \d+ rows hold\nMAILBOX_TABLE=users$/m)
    expect(stdout).not.toMatch(/BLF-CRYPT|first of many/)

    expect(stdout).not.toContain('asks its tables')
    const queries =
      "passdb: SELECT crypt AS password FROM users WHERE username = '%{user}' AND type = 'local' AND enabled = 1"
    await pool.query(
      `INSERT INTO colombier_connectors (host, version, seen_at, mode, asked)
       VALUES ('mail.example.org', '1', UTC_TIMESTAMP(6), 'cron', ?)`,
      [queries],
    )
    const handedOver = run(['--recognise']).stdout
    expect(handedOver).toContain('# What mail.example.org asks its tables was handed over by its connector.')
    expect(handedOver).toMatch(/^# as the mail host asks for it\nMAILBOX_TABLE=users$/m)

    await pool.query('DELETE FROM blocklists')
    await pool.query('DELETE FROM users')
    expect(run(['--recognise']).stdout).toMatch(/^# There are no mailboxes to learn from/m)
    await pool.query('DROP TABLE blocklists, users')
    const nothing = run(['--recognise'])
    expect(nothing.status).toBe(1)
    expect(nothing.stdout).toMatch(/^# NOTE: no table that this user may read has addresses/m)
    expect(run(['--recognise'], { DATABASE_PASSWORD: 'wrong' }).stdout).toMatch(/^fail {2}The database/m)
  } finally {
    await pool.end()
    await database.drop()
  }
})

test.each(vexim)('however many tables there are, few are read, and of each a few rows', async (layout) => {
  await withTables(layout, async (_, pool) => {
    for (let at = 0; at < 60; at++)
      await pool.query(`CREATE TABLE other_mail_${at} (email VARCHAR(99), password VARCHAR(99)) ENGINE = MEMORY`)
    const asked: string[] = []
    const counting = new Proxy(pool, {
      get(target, key) {
        const value: unknown = Reflect.get(target, key)
        if (typeof value !== 'function') return value
        return (...given: unknown[]) => {
          asked.push(String(given[0]))
          return Reflect.apply(value, target, given) as unknown
        }
      },
    })
    expect((await readSeenTables(counting)).length).toBeGreaterThan(60)
    expect(asked.length).toBeLessThanOrEqual(46)
    expect(asked.slice(6).every((text) => / LIMIT 500$/.test(text))).toBe(true)
  })
})

test.each(all.filter(({ tables }) => tables === 'ispmail'))(
  'of a large table few rows are read, those at both ends of its key',
  async (layout) => {
    await withTables(layout, async (_, pool) => {
      await pool.query(
        `INSERT INTO virtual_users (domain_id, email, password)
         SELECT 1, CONCAT('person', seq, '@example.org'), '{BLF-CRYPT}x' FROM ${numbersTo(12_000)}`,
      )
      const db = await pool.getConnection()
      const rowsRead = async () => {
        const [status] = await db.query<(RowDataPacket & { Value: string })[]>(
          "SHOW SESSION STATUS LIKE 'Handler_read%'",
        )
        return status.reduce((sum, { Value }) => sum + Number(Value), 0)
      }
      const [[key]] = await db.query<(RowDataPacket & { last: number })[]>('SELECT MAX(id) AS last FROM virtual_users')
      const before = await rowsRead()
      const tables = await readSeenTables(db)
      expect((await rowsRead()) - before).toBeLessThan(12_000)
      db.release()
      const rows = tables.find(({ name }) => name === 'virtual_users')?.rows ?? []
      expect(rows.length).toBe(500)
      expect(rows.at(-1)?.['id']).toBe(String(key?.last))
    })
  },
)

test.each(all.filter(({ tables }) => tables === 'postfixadmin'))(
  'of a large server the ends are enough, though catch-alls come first among the aliases',
  async (layout) => {
    await withTables(layout, async (_, pool) => {
      const numbers = numbersTo(900)
      await pool.query(
        `INSERT INTO domain (domain, description, transport) SELECT CONCAT('d', seq, '.example'), '', 'virtual' FROM ${numbers}`,
      )
      await pool.query(
        `INSERT INTO alias (address, goto, domain) SELECT CONCAT('@d', seq, '.example'), 'grace.hopper@example.org', CONCAT('d', seq, '.example') FROM ${numbers}`,
      )
      await pool.query(`INSERT INTO mailbox (username, password, name, maildir, local_part, domain, created)
        SELECT CONCAT('person', seq, '@d', seq, '.example'), CONCAT('{BLF-CRYPT}$2y$10$', REPEAT('x', 53)), '',
          CONCAT('d', seq, '.example/person', seq, '/'), CONCAT('person', seq), CONCAT('d', seq, '.example'), NOW() FROM ${numbers}`)
      await pool.query(
        'INSERT IGNORE INTO alias (address, goto, domain, created) SELECT username, username, domain, NOW() FROM mailbox',
      )
      const found = recognise(await readSeenTables(pool), { withProducts: false })
      expect(rightIn(found, layout).length).toBeGreaterThanOrEqual(19)
      expect(settingsIn(found)['COMPANION_INSERT']).toContain(
        'alias: address={address}, goto={address}, domain={domain}',
      )
      expect(await tryOut(pool, found)).toEqual([])
    })
  },
)
