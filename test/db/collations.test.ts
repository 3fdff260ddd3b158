import * as v from 'valibot'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { lockMailbox } from '../../connector/contract/lock.ts'
import { collidesWith, isAddress, isOneOf } from '../../connector/mapping/address-sql.ts'
import { readCollations } from '../../connector/mapping/collations.ts'
import type { Mapping } from '../../connector/mapping/mapping.ts'
import { mappingEntries, toMapping } from '../../connector/mapping/settings.ts'
import { ask, sql, type Sql } from '../../connector/mapping/sql.ts'
import { estimateRows } from '../../src/db/mail/estimates.ts'
import { findServedDomain, listDomainPage, listMailboxPage, listServed } from '../../src/db/mail/lists.ts'
import { findStoredHash, isAddressTaken, listMailRows } from '../../src/db/mail/rows.ts'
import { transaction, type Pool } from '../../src/db/store.ts'
import { createDatabase, mailSchema, numbersTo, ownSchema, type TestDatabase } from '../support/database.ts'

const lockKey = Buffer.alloc(32, 1)

interface Columns {
  what: string
  /** of every column with text */
  type: string
  env?: Record<string, string>
  more?: string
  /** Whether an index finds an address. */
  indexed: boolean
}

const varchar = (charset: string, collation: string) => `VARCHAR(190) CHARACTER SET ${charset} COLLATE ${collation}`

const all: Columns[] = [
  { what: 'utf8mb4_unicode_ci', type: varchar('utf8mb4', 'utf8mb4_unicode_ci'), indexed: true },
  { what: 'latin1_swedish_ci', type: varchar('latin1', 'latin1_swedish_ci'), indexed: true },
  { what: 'latin1_general_ci', type: varchar('latin1', 'latin1_general_ci'), indexed: true },
  { what: 'utf8mb3_general_ci', type: varchar('utf8mb3', 'utf8mb3_general_ci'), indexed: true },
  { what: 'ascii_general_ci', type: varchar('ascii', 'ascii_general_ci'), indexed: true },
  { what: 'utf8mb4_bin', type: varchar('utf8mb4', 'utf8mb4_bin'), indexed: false },
  { what: 'latin1_bin', type: varchar('latin1', 'latin1_bin'), indexed: false },
  { what: 'ascii_bin', type: varchar('ascii', 'ascii_bin'), indexed: false },
  { what: 'bytes', type: 'VARBINARY(190)', indexed: false },
  {
    what: 'a view of latin1_swedish_ci',
    type: varchar('latin1', 'latin1_swedish_ci'),
    env: { MAILBOX_TABLE: 'boxes' },
    more: 'CREATE VIEW boxes AS SELECT * FROM mailboxes',
    indexed: true,
  },
  {
    what: 'two columns of latin1_general_ci',
    type: varchar('latin1', 'latin1_general_ci'),
    env: { MAILBOX_ADDRESS: 'local_part@name:domain' },
    indexed: true,
  },
]

const foreign = ['жук', '😀', 'élodie', 'ǆ', '\u202E']

describe.each(all)('an address in $what', ({ type, env, more, indexed }) => {
  let database: TestDatabase, pool: Pool, mapping: Mapping

  beforeAll(async () => {
    database = await createDatabase(
      ownSchema,
      `CREATE TABLE domains (id INT NOT NULL PRIMARY KEY, name ${type} NOT NULL UNIQUE) ENGINE = InnoDB;
       INSERT INTO domains VALUES (1, 'Example.org'), (2, 'example.net');
       CREATE TABLE mailboxes (id INT NOT NULL AUTO_INCREMENT PRIMARY KEY, email ${type} NOT NULL UNIQUE,
         local_part ${type} NOT NULL, domain ${type} NOT NULL, password VARCHAR(255) NOT NULL, active INT NOT NULL DEFAULT 1,
         KEY (local_part, domain)) ENGINE = InnoDB;
       INSERT INTO mailboxes (email, local_part, domain, password)
         SELECT CONCAT('box', seq, '@example.org'), CONCAT('box', seq), 'example.org', CONCAT('hash of ', seq) FROM ${numbersTo(2000)};
       INSERT INTO mailboxes (email, local_part, domain, password) VALUES
         ('Ada@Example.org', 'Ada', 'Example.org', 'hash of ada');
       INSERT INTO colombier_mailboxes (address, created_at) VALUES
         ('ada@example.org', UTC_TIMESTAMP(6)), ('box7@example.org', UTC_TIMESTAMP(6));
       ANALYZE TABLE mailboxes, domains`,
      ...(more === undefined ? [] : [more]),
    )
    pool = database.connect()
    const settings = {
      MAILBOX_TABLE: 'mailboxes',
      MAILBOX_QUOTA: '-',
      MAILBOX_DOMAIN: 'name:domain',
      DOMAIN_TABLE: 'domains',
      ALIAS_TABLE: '-',
      ...env,
    }
    mapping = toMapping(v.parse(v.object(mappingEntries), settings))
    await readCollations(pool, mapping)
  })
  afterAll(async () => {
    await pool.end()
    await database.drop()
  })

  test('is found in any case, and no other is', async () => {
    expect(await findStoredHash(pool, mapping, 'ada@example.org')).toBe('hash of ada')
    expect(await findStoredHash(pool, mapping, 'box17@example.org')).toBe('hash of 17')
    expect(await findStoredHash(pool, mapping, 'ade@example.org')).toBeNull()
    expect(
      [...(await listMailRows(pool, mapping, ['ada@example.org', 'box1@example.org', 'x@y'])).keys()].sort(),
    ).toEqual(['ada@example.org', 'box1@example.org'])
    expect(await isAddressTaken(pool, mapping, 'ada@example.org')).toBe(true)
    expect(await findServedDomain(pool, mapping, 'example.org')).toMatchObject({ id: 1, written: 'Example.org' })
  })

  test('with letters that the columns cannot hold is not there, and no error', async () => {
    const served = await findServedDomain(pool, mapping, 'example.org')
    if (served === null) throw new Error('example.org is not served')
    for (const letters of foreign) {
      const address = `${letters}@example.org`
      expect(await findStoredHash(pool, mapping, address)).toBeNull()
      expect((await listMailRows(pool, mapping, [address, 'ada@example.org'])).size).toBe(1)
      expect(await isAddressTaken(pool, mapping, address)).toBe(false)
      expect(await listServed(pool, mapping, [`${letters}.example`])).toEqual([])
      expect((await listMailboxPage(pool, mapping, served, { prefix: letters, after: '' })).rows).toEqual([])
      expect((await listDomainPage(pool, mapping, { among: null, prefix: letters, after: '' })).rows).toEqual([])
      // Where such a place would be is the column's to say.
      await listMailboxPage(pool, mapping, served, { prefix: '', after: letters })
      await listDomainPage(pool, mapping, { among: null, prefix: '', after: letters })
      await expect(
        transaction(pool, (db) => lockMailbox(db, { mapping, lockKey }, address, 'administrator', 'password')),
      ).rejects.toThrow('not one of Colombier')
    }
  })

  if (!indexed) return

  test('is found by its index, alone and in a list, for reading and for writing', async () => {
    const { table, address } = mapping.mailbox
    const one = isAddress(address, 'box7@example.org')
    const expected = (where: Sql) => estimateRows(pool, sql`SELECT 1 FROM ${table} WHERE ${where}`)
    expect(await expected(one)).toBe(1)
    expect(await expected(collidesWith(address, 'box7@example.org'))).toBe(1)
    expect(await expected(isOneOf(address, ['box7@example.org', 'box8@example.org']))).toBeLessThan(5)
    expect(await estimateRows(pool, sql`UPDATE ${table} SET active = 0 WHERE ${one}`)).toBe(1)
  })

  test('is the only one that is held by whoever locks it', async () => {
    await transaction(pool, async (db) => {
      await lockMailbox(db, { mapping, lockKey }, 'ada@example.org', 'administrator', 'password')
      const free = await transaction(pool, (other) => ask(other, sql`SELECT id FROM mailboxes FOR UPDATE SKIP LOCKED`))
      expect(free).toHaveLength(2000)
    })
  })
})

test('a column whose collation is altered meanwhile is found by what it has then, once that was asked', async () => {
  const database = await createDatabase(
    `CREATE TABLE domains (id INT PRIMARY KEY, name VARCHAR(190) CHARACTER SET latin1 NOT NULL UNIQUE);
     INSERT INTO domains VALUES (1, 'Example.org')`,
  )
  const pool = database.connect()
  const mapping = toMapping(v.parse(v.object(mappingEntries), { DOMAIN_TABLE: 'domains' }))
  for (const collation of ['utf8mb4_unicode_ci', 'utf8mb4_bin', 'latin1_swedish_ci'] as const) {
    await readCollations(pool, mapping)
    expect(await listServed(pool, mapping, ['example.org', 'жук.example'])).toHaveLength(1)
    await pool.query(`ALTER TABLE domains MODIFY name ${varchar(collation.split('_')[0] ?? '', collation)} NOT NULL`)
  }
  await pool.end()
  await database.drop()
})

test('a column has an index where one begins with it and holds whole values', async () => {
  const database = await createDatabase(mailSchema)
  const pool = database.connect()
  const mapping = toMapping(v.parse(v.object(mappingEntries), {}))
  const isIndexed = async (...changes: string[]) => {
    for (const change of changes) await pool.query(change)
    await readCollations(pool, mapping)
    const { destination } = mapping.alias ?? {}
    return destination !== undefined && 'whole' in destination && destination.whole.collation?.isIndexed
  }
  expect(await isIndexed()).toBe(false)
  expect(await isIndexed('CREATE INDEX begins ON virtual_aliases (destination(4))')).toBe(false)
  expect(await isIndexed('CREATE INDEX second ON virtual_aliases (source, destination)')).toBe(false)
  expect(await isIndexed('CREATE INDEX first ON virtual_aliases (destination, source)')).toBe(true)
  const key = 'ALTER TABLE virtual_aliases MODIFY id INT NOT NULL, DROP PRIMARY KEY, DROP INDEX first, ADD PRIMARY KEY'
  expect(await isIndexed(`${key} (source, destination)`)).toBe(false)
  expect(await isIndexed('ALTER TABLE virtual_aliases DROP PRIMARY KEY, ADD PRIMARY KEY (destination, source)')).toBe(
    true,
  )
  await pool.end()
  await database.drop()
})
