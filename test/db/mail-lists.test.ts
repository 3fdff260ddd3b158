import * as v from 'valibot'
import { afterAll, describe, expect, test } from 'vitest'
import { readCollations } from '../../connector/mapping/collations.ts'
import { mappingEntries, toMapping } from '../../connector/mapping/settings.ts'
import {
  countAliasesOf,
  countMailboxesOf,
  findServedDomain,
  listDomainPage,
  listMailboxPage,
  listServed,
  readDomainWithMailboxes,
} from '../../src/db/mail/lists.ts'
import type { Pool } from '../../src/db/store.ts'
import { createDatabase, mailSchema, numbersTo, ownSchema } from '../support/database.ts'

interface Server {
  what: string
  env: Record<string, string>
  sql: string[]
}

/**
 * The same people everywhere: ada and ben in example.org, cleo in example.net; an alias that leads to both of the
 * first.
 */
const servers: Server[] = [
  {
    what: 'the default layout',
    env: {},
    sql: [
      mailSchema,
      "INSERT INTO virtual_domains (name) VALUES ('Example.org'), ('example.net')",
      `INSERT INTO virtual_users (domain_id, email, password) VALUES
       (1, 'Ada@example.org', ''), (1, 'ben@example.org', ''), (2, 'cleo@example.net', '')`,
      `INSERT INTO virtual_aliases (domain_id, source, destination) VALUES
       (1, 'ada.one@example.org', 'ada@example.org'), (1, 'both@example.org', 'Ada@Example.org'),
       (1, 'both@example.org', 'ben@example.org'), (1, 'ben@example.org', 'ben@example.org'),
       (1, '@example.org', 'ben@example.org'), (2, 'far@example.net', 'ada@example.org')`,
    ],
  },
  {
    what: 'PostfixAdmin: lists, names as keys, one character set beside another',
    env: {
      MAILBOX_TABLE: 'mailbox',
      MAILBOX_ADDRESS: 'username',
      MAILBOX_DOMAIN: 'domain',
      DOMAIN_TABLE: 'domain',
      DOMAIN_ID: 'domain',
      DOMAIN_NAME: 'domain',
      DOMAIN_WHERE: "domain<>'ALL'",
      ALIAS_TABLE: 'alias',
      ALIAS_ADDRESS: 'address',
      ALIAS_DESTINATION: 'goto',
      ALIAS_LIST: 'comma',
      ALIAS_DOMAIN: 'domain',
    },
    sql: [
      'CREATE TABLE domain (domain VARCHAR(255) PRIMARY KEY) CHARSET latin1 COLLATE latin1_general_ci',
      `CREATE TABLE mailbox (username VARCHAR(255) PRIMARY KEY, password VARCHAR(255), quota BIGINT, domain VARCHAR(255),
       active TINYINT DEFAULT 1) CHARSET latin1`,
      'CREATE TABLE alias (address VARCHAR(255) PRIMARY KEY, goto TEXT, domain VARCHAR(255)) CHARSET utf8mb4',
      "INSERT INTO domain VALUES ('ALL'), ('example.org'), ('example.net')",
      `INSERT INTO mailbox (username, domain) VALUES
       ('Ada@example.org', 'example.org'), ('ben@example.org', 'example.org'), ('cleo@example.net', 'example.net')`,
      `INSERT INTO alias VALUES ('ada.one@example.org', 'ada@example.org', 'example.org'),
       ('both@example.org', 'xada@example.org,Ada@Example.org, ben@example.org', 'example.org'),
       ('ada@example.org', 'ada@example.org', 'example.org'), ('ben@example.org', 'ben@example.org', 'example.org'),
       ('@example.org', 'ben@example.org', 'example.org'), ('far@example.net', 'ada@example.org', 'example.net')`,
    ],
  },
  {
    what: 'names that need quoting, no domain column, case that counts, rows to leave out',
    env: {
      MAILBOX_TABLE: '`the mailboxes`',
      MAILBOX_ADDRESS: '`order by`',
      MAILBOX_DOMAIN: '-',
      MAILBOX_QUOTA: '-',
      MAILBOX_WHERE: "`is it`='y'",
      MAILBOX_OPEN: '',
      MAILBOX_LOCKED: '',
      DOMAIN_TABLE: '`my domains`',
      DOMAIN_ID: '`key`',
      DOMAIN_NAME: '`name of it`',
      ALIAS_TABLE: '`the aliases`',
      ALIAS_ADDRESS: '`from`',
      ALIAS_DESTINATION: '`to`',
      ALIAS_LIST: 'space',
      ALIAS_DOMAIN: '-',
    },
    sql: [
      'CREATE TABLE `my domains` (`key` VARCHAR(20) PRIMARY KEY, `name of it` VARCHAR(255) COLLATE utf8mb4_bin)',
      'CREATE TABLE `the mailboxes` (`order by` VARCHAR(255) COLLATE utf8mb4_bin, password TEXT, `is it` CHAR(1))',
      'CREATE TABLE `the aliases` (`from` VARCHAR(255), `to` TEXT)',
      "INSERT INTO `my domains` VALUES ('o', 'example.org'), ('n', 'example.net')",
      `INSERT INTO \`the mailboxes\` VALUES ('Ada@example.org', '', 'y'), ('ben@example.org', '', 'y'),
       ('list@example.org', '', 'n'), ('cleo@example.net', '', 'y')`,
      `INSERT INTO \`the aliases\` VALUES ('ada.one@example.org', 'ada@example.org'),
       ('both@example.org', 'ada@example.org ben@example.org'), ('far@example.net', 'ada@example.org')`,
    ],
  },
]

test.each(servers)(
  'on $what, a domain comes with its mailboxes, and without any where none begins so',
  async (server) => {
    const database = await createDatabase(ownSchema, ...server.sql)
    const pool = database.connect()
    const mapping = toMapping(v.parse(v.object(mappingEntries), server.env))
    await readCollations(pool, mapping)
    const read = async (name: string, search: { prefix: string; after: string }) => {
      const found = await readDomainWithMailboxes(pool, mapping, name, { ...search, size: 1 })
      return found && [found.domain.name, found.count, ...found.page.rows.map(({ address }) => address)]
    }

    expect(await read('example.org', { prefix: '', after: '' })).toEqual(['example.org', 2, 'ada@example.org'])
    const after = 'Ada@example.org'
    expect(await read('example.org', { prefix: '', after })).toEqual(['example.org', 2, 'ben@example.org'])
    expect(await read('example.org', { prefix: 'x', after: '' })).toEqual(['example.org', 2])
    expect(await read('nothing.example', { prefix: '', after: '' })).toBeNull()
    await pool.end()
    await database.drop()
  },
)

/** Columns that are called as what a question names otherwise: the domain, or the address in lower case. */
test.each(['name', 'address', 'id'])(
  'mailboxes are in order where %s is the column of their addresses, and a domain that is not served has none',
  async (column) => {
    const database = await createDatabase(
      'CREATE TABLE domains (id VARCHAR(40) PRIMARY KEY)',
      `CREATE TABLE mailboxes (domain VARCHAR(40), ${column} VARCHAR(80) COLLATE utf8mb4_bin, password TEXT, quota BIGINT)`,
      "INSERT INTO domains VALUES ('example.org')",
      `INSERT INTO mailboxes (domain, ${column}) VALUES ('example.org', 'ben@example.org'), ('example.org', 'Zoe@example.org'),
     ('example.org', 'ada@example.org'), ('gone.example', 'cleo@gone.example')`,
    )
    const pool = database.connect()
    const env = {
      MAILBOX_TABLE: 'mailboxes',
      MAILBOX_ADDRESS: column,
      MAILBOX_DOMAIN: 'domain',
      MAILBOX_OPEN: '',
      MAILBOX_LOCKED: '',
      DOMAIN_TABLE: 'domains',
      DOMAIN_ID: 'id',
      DOMAIN_NAME: 'id',
    }
    const mapping = toMapping(v.parse(v.object(mappingEntries), env))
    await readCollations(pool, mapping)
    const search = { prefix: '', after: '' }
    const found = await readDomainWithMailboxes(pool, mapping, 'example.org', search)
    expect(found?.page.rows.map(({ written }) => written)).toEqual([
      'Zoe@example.org',
      'ada@example.org',
      'ben@example.org',
    ])
    if (found === null) throw new Error('the domain is not there')
    // Its mailboxes are still there.
    expect(await readDomainWithMailboxes(pool, mapping, 'gone.example', search)).toBeNull()
    const listed = await listMailboxPage(pool, mapping, found.domain, search)
    expect(listed.rows.map(({ written }) => written)).toEqual(['Zoe@example.org', 'ada@example.org', 'ben@example.org'])
    await pool.end()
    await database.drop()
  },
)

describe.each(
  servers.flatMap((server) => [
    { ...server, known: true },
    { ...server, what: `${server.what}, whose collations nobody has asked for`, known: false },
  ]),
)('on $what', ({ env, sql, known }) => {
  const mapping = toMapping(v.parse(v.object(mappingEntries), env))
  const ready = createDatabase(ownSchema, ...sql).then(async (database) => {
    const pool = database.connect()
    if (known) await readCollations(pool, mapping)
    return { database, pool }
  })
  afterAll(async () => {
    const { database, pool } = await ready
    await pool.end()
    await database.drop()
  })
  const org = async (pool: Pool) => {
    const domain = await findServedDomain(pool, mapping, 'example.org')
    if (domain === null) throw new Error('the mail server does not serve example.org')
    return domain
  }

  test('domains are found and paged by their names', async () => {
    const { pool } = await ready
    expect(await findServedDomain(pool, mapping, 'nothing.example')).toBeNull()
    const served = await listServed(pool, mapping, ['example.org', 'nothing.example'])
    expect(served.map(({ name }) => name)).toEqual(['example.org'])
    for (const others of [
      ['é.example'],
      ['é.example', '\u202E.example'],
      ['é.example', 'x.example', 'пример.example', 'y.example'],
    ])
      expect(await listServed(pool, mapping, others)).toEqual([])
    const names = async (search: Parameters<typeof listDomainPage>[2]) =>
      (await listDomainPage(pool, mapping, search)).rows.map(({ name }) => name)
    expect(await names({ among: null, prefix: '', after: '' })).toEqual(['example.net', 'example.org'])
    expect(await names({ among: null, prefix: '', after: 'example.net' })).toEqual(['example.org'])
    expect(await names({ among: ['example.net'], prefix: '', after: '' })).toEqual(['example.net'])
    expect(await names({ among: [], prefix: '', after: '' })).toEqual([])
    expect(await names({ among: null, prefix: 'x', after: '' })).toEqual([])
  })

  test('the mailboxes of a domain are paged, each once, whatever the case they were written in', async () => {
    const { pool } = await ready
    const seen: string[] = []
    for (let after: string | null = ''; after !== null;) {
      const page: Awaited<ReturnType<typeof listMailboxPage>> = await listMailboxPage(pool, mapping, await org(pool), {
        prefix: '',
        after,
        size: 1,
      })
      seen.push(...page.rows.map(({ address }) => address))
      after = page.rows.length > 0 && page.next !== null ? (page.rows.at(-1)?.written ?? null) : null
    }
    expect(seen).toEqual(['ada@example.org', 'ben@example.org'])
    for (const prefix of ['é', '\u202E', '%', '\\']) {
      expect((await listMailboxPage(pool, mapping, await org(pool), { prefix, after: '' })).rows).toEqual([])
    }
  })

  test('mailboxes are counted by domain, and aliases by mailbox', async () => {
    const { pool } = await ready
    const { rows } = await listDomainPage(pool, mapping, { among: null, prefix: '', after: '' })
    expect([...(await countMailboxesOf(pool, mapping, rows))].sort()).toEqual([
      ['example.net', 1],
      ['example.org', 2],
    ])
    const counts = await countAliasesOf(pool, mapping, await org(pool), ['ada@example.org', 'ben@example.org'])
    expect(counts).toEqual(
      new Map([
        ['ada@example.org', 2],
        ['ben@example.org', 1],
      ]),
    )
  })
})

test('aliases are not counted where the database would read all of a large domain for it, and are with an index', async () => {
  const database = await createDatabase(
    ownSchema,
    mailSchema,
    `INSERT INTO virtual_domains (name) VALUES ('example.org'), ('example.net');
     INSERT INTO virtual_aliases (domain_id, source, destination)
       SELECT 1, CONCAT('alias', seq, '@example.org'), CONCAT('box', seq DIV 2, '@example.org') FROM ${numbersTo(120_000)};
     INSERT INTO virtual_aliases (domain_id, source, destination) VALUES (2, 'one@example.net', 'cleo@example.net');
     ANALYZE TABLE virtual_aliases`,
  )
  const pool = database.connect()
  const mapping = toMapping(v.parse(v.object(mappingEntries), {}))
  await readCollations(pool, mapping)
  const countIn = async (domain: string, mailbox: string, db = pool) => {
    const served = await findServedDomain(db, mapping, domain)
    return served && countAliasesOf(db, mapping, served, [mailbox])
  }
  expect(await countIn('example.org', 'box7@example.org')).toBeNull()
  expect(await countIn('example.net', 'cleo@example.net')).toEqual(new Map([['cleo@example.net', 1]]))
  await pool.query('CREATE INDEX destination ON virtual_aliases (destination)')
  // What the database expects is asked every ten minutes, and by each process.
  expect(await countIn('example.org', 'box7@example.org')).toBeNull()
  const another = database.connect()
  expect(await countIn('example.org', 'box7@example.org', another)).toEqual(new Map([['box7@example.org', 2]]))
  await Promise.all([pool.end(), another.end()])
  await database.drop()
})
