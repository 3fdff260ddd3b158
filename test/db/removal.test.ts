import * as v from 'valibot'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { readCollations } from '../../connector/mapping/collations.ts'
import { mappingEntries, toMapping } from '../../connector/mapping/settings.ts'
import { removeMailbox } from '../../connector/contract/removal.ts'
import { ask, sql } from '../../connector/mapping/sql.ts'
import { createDatabasePool, transaction, type Pool } from '../../src/db/store.ts'
import { createDatabase, mailSchema, ownSchema, type TestDatabase } from '../support/database.ts'

const zoe = 'zoe@example.org'
const tables = `
  INSERT INTO virtual_domains (id, name) VALUES (7, 'example.org'), (8, 'example.net');
  INSERT INTO virtual_users (id, domain_id, email, password) VALUES (12, 7, '${zoe}', ''), (13, 8, 'zoe@example.net', '');
  CREATE TABLE filters (name VARCHAR(64), domain VARCHAR(64), kind VARCHAR(9)) COLLATE utf8mb4_general_ci;
  INSERT INTO filters VALUES
    ('Zoe', 'Example.org', 'own'), ('zoe', 'example.org', 'kept'), ('zoé', 'example.org', 'own'), ('zoe', 'example.net', 'own');
  CREATE TABLE folders (path VARCHAR(190)) COLLATE utf8mb4_unicode_ci;
  INSERT INTO folders VALUES ('example.org/zoe'), ('example.org/zoé'), ('example.net/zoe');
  CREATE TABLE preferences (owner VARCHAR(190)) COLLATE utf8mb4_unicode_ci;
  INSERT INTO preferences VALUES ('${zoe}'), ('zoé@example.org'), ('zoe@example.net');
  CREATE TABLE devices (user_id INT(6) UNSIGNED ZEROFILL, domain_id BIGINT);
  INSERT INTO devices VALUES (12, 7), (13, 8), (0, 7);`

let database: TestDatabase
let pool: Pool

beforeEach(async () => {
  database = await createDatabase(ownSchema, mailSchema, tables)
  const { host, port, user, password } = database.server
  const options = { host, port, user, password, database: database.name, charset: 'utf8mb4' }
  pool = createDatabasePool({ options, poolSize: 2, timeoutSeconds: 10 })
})
afterEach(async () => {
  await pool.end()
  await database.drop()
})

async function remove(env: Record<string, string>, address = zoe) {
  const mapping = toMapping(v.parse(v.object(mappingEntries), env))
  await readCollations(pool, mapping)
  await transaction(pool, (db) => removeMailbox(db, mapping, address, 90))
}

test('zoe’s rows go by the halves of her address, in any case, and zoé’s stay', async () => {
  await remove({ COMPANION_DELETE: "filters: name='{local}', domain='{domain}', kind='own'" })
  expect(await ask(pool, sql`SELECT * FROM filters`)).toEqual([
    { name: 'zoe', domain: 'example.org', kind: 'kept' },
    { name: 'zoé', domain: 'example.org', kind: 'own' },
    { name: 'zoe', domain: 'example.net', kind: 'own' },
  ])
})

test('so they do by a text that is made of both', async () => {
  await remove({ COMPANION_DELETE: "folders: path='{domain}/{local}'" })
  expect(await ask(pool, sql`SELECT * FROM folders`)).toEqual([
    { path: 'example.org/zoé' },
    { path: 'example.net/zoe' },
  ])
})

test('and by an id that is a text', async () => {
  await remove({ MAILBOX_ID: 'email', COMPANION_DELETE: 'preferences: owner={mailbox_id}' })
  expect(await ask(pool, sql`SELECT * FROM preferences`)).toEqual([
    { owner: 'zoé@example.org' },
    { owner: 'zoe@example.net' },
  ])
})

test('a number is found however wide it is shown, and twice does no harm', async () => {
  const env = { MAILBOX_ID: 'id', COMPANION_DELETE: 'devices: user_id={mailbox_id}, domain_id={domain_id}' }
  await remove(env)
  await remove(env)
  expect(await ask(pool, sql`SELECT user_id + 0 AS user_id FROM devices`)).toEqual([{ user_id: 13 }, { user_id: 0 }])
})

test('letters that another table’s columns cannot hold do not keep a mailbox', async () => {
  await pool.query('ALTER TABLE preferences CONVERT TO CHARACTER SET latin1')
  await pool.query('ALTER TABLE filters CONVERT TO CHARACTER SET latin1')
  await pool.query("INSERT INTO virtual_users (domain_id, email, password) VALUES (7, 'жук@example.org', '')")
  const env = {
    MAILBOX_ID: 'email',
    COMPANION_DELETE: "preferences: owner={mailbox_id}; filters: name='{local}', domain='{domain}', kind='own'",
  }
  await remove(env, 'жук@example.org')
  expect(await ask(pool, sql`SELECT email FROM virtual_users WHERE domain_id = 7`)).toEqual([{ email: zoe }])
  expect(await ask(pool, sql`SELECT COUNT(*) AS count FROM preferences`)).toEqual([{ count: 3 }])
})

test.each(['rows', 'comma'] as const)(
  'another domain’s catch-all that leads to zoe stays, and so does a pattern; her own aliases go (ALIAS_LIST=%s)',
  async (list) => {
    await pool.query('DELETE FROM virtual_aliases')
    for (const [source, destination] of [
      ['@example.net', zoe],
      ['*@example.net', zoe],
      ['', zoe],
      ['shop-%@example.net', zoe],
      ['shop@example.net', zoe],
      ['shop@example.org', zoe],
      [zoe, 'ben@example.org'],
      ...(list === 'comma' ? [['team@example.net', `ben@example.org,${zoe}`]] : []),
    ])
      await pool.query('INSERT INTO virtual_aliases (domain_id, source, destination) VALUES (7, ?, ?)', [
        source,
        destination,
      ])

    await remove({ ALIAS_LIST: list })

    expect(await ask(pool, sql`SELECT source, destination FROM virtual_aliases ORDER BY id`)).toEqual([
      { source: '@example.net', destination: zoe },
      { source: '*@example.net', destination: zoe },
      { source: '', destination: zoe },
      { source: 'shop-%@example.net', destination: zoe },
      ...(list === 'comma' ? [{ source: 'team@example.net', destination: 'ben@example.org' }] : []),
    ])
  },
)
