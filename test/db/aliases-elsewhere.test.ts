// Aliases whose destinations are in another table: a list by lines, ids of raw bytes, an address in two halves.
import { setTimeout as sleep } from 'node:timers/promises'
import type { PoolConnection, RowDataPacket } from 'mysql2/promise'
import { afterAll, beforeEach, expect, test } from 'vitest'
import { removeMailbox } from '../../connector/contract/removal.ts'
import { readCollations } from '../../connector/mapping/collations.ts'
import {
  AliasChanged,
  insertAlias,
  listForMailbox,
  listForMany,
  removeFromAlias,
  renameAlias,
  type Alias,
} from '../../src/db/mail/aliases.ts'
import { countAliasesOf } from '../../src/db/mail/lists.ts'
import { isAddressTaken, RowRefused } from '../../src/db/mail/rows.ts'
import { transaction, type Pool } from '../../src/db/store.ts'
import { createDatabase, ownSchema, type TestDatabase } from '../support/database.ts'
import { mappingOf } from '../support/grow.ts'

const ada = 'adalove@example.org'
const mapping = mappingOf({
  env: {
    MAILBOX_QUOTA: '-',
    MAILBOX_OPEN: '-',
    MAILBOX_LOCKED: '-',
    ALIAS_TABLE: 'names',
    ALIAS_ID: 'bytes:id',
    ALIAS_ADDRESS: 'local@domain_id',
    ALIAS_DESTINATION: "targets: address, `name of`={alias_id}, kind='to'",
    ALIAS_LIST: 'newline',
    ALIAS_WHERE: "kind='alias'",
    ALIAS_INSERT: "id={uuid:bytes}, note='{local} for {destination}'",
  },
})
const byRows = { ...mapping, alias: mapping.alias && { ...mapping.alias, list: 'rows' as const } }
const ids = ['1', '2', '3', '4', '5', '6'].map((digit) => digit.repeat(32))
const [own = '', team = '', all = '', empty = '', other = '', list = ''] = ids
const tables = `
  CREATE TABLE virtual_domains (id INT NOT NULL AUTO_INCREMENT PRIMARY KEY, name VARCHAR(99) NOT NULL);
  CREATE TABLE virtual_users (email VARCHAR(200) NOT NULL PRIMARY KEY, domain_id INT NOT NULL, password VARCHAR(200) NOT NULL DEFAULT '');
  CREATE TABLE names (id BINARY(16) NOT NULL PRIMARY KEY, local VARCHAR(64) NOT NULL, domain_id INT NOT NULL, kind VARCHAR(9) NOT NULL,
    note VARCHAR(200), UNIQUE (local, domain_id));
  CREATE TABLE targets (\`name of\` BINARY(16) NOT NULL, kind CHAR(2) NOT NULL, address VARCHAR(900) NOT NULL,
    FOREIGN KEY (\`name of\`) REFERENCES names (id)) DEFAULT CHARSET latin1;
  INSERT INTO virtual_domains (name) VALUES ('example.org'), ('example.net');
  INSERT INTO virtual_users (email, domain_id) VALUES ('${ada}', 1), ('ben@example.org', 1);
  INSERT INTO names VALUES (X'${own}', 'Own.One', 1, 'alias', 'x'), (X'${team}', 'team.one', 2, 'alias', ''),
    (X'${all}', '', 1, 'alias', ''), (X'${empty}', 'empty.one', 1, 'alias', ''), (X'${other}', 'cc.one', 1, 'alias', ''),
    (X'${list}', 'a.list', 1, 'list', '');
  INSERT INTO targets VALUES (X'${own}', 'to', 'AdaLove@example.org'), (X'${team}', 'to', 'x@y.example\\nadalove@example.org'),
    (X'${all}', 'to', '${ada}'), (X'${other}', 'to', '${ada}'), (X'${other}', 'cc', 'ben@example.org'), (X'${list}', 'to', '${ada}')`

let database: TestDatabase, pool: Pool
beforeEach(async () => {
  await (pool as Pool | undefined)?.end()
  await (database as TestDatabase | undefined)?.drop()
  database = await createDatabase(ownSchema, tables)
  pool = database.connect()
  await readCollations(pool, mapping)
})
afterAll(async () => {
  await pool.end()
  await database.drop()
})

const rowsOf = async (question: string) =>
  (await pool.query<RowDataPacket[]>(question))[0].map((row): unknown[] => Object.values(row))
const names = () => rowsOf("SELECT CONCAT(local, '@', domain_id, ' ', note) FROM names ORDER BY local")
const targets = () =>
  rowsOf('SELECT local, targets.kind, address FROM names JOIN targets ON id = `name of` ORDER BY local, targets.kind')
const find = async (address: string) => {
  const found = await listForMailbox(pool, mapping, { mailbox: ada, domains: ['example.org', 'example.net'] })
  return found.find((one) => one.address === address) ?? Promise.reject(new Error(`${address} is not seen`))
}
const wanted = { localPart: 'new.one', domain: 'example.net', destination: ada }

test('ada sees hers in the pages, as many as are counted, and neither those of lists nor what catches a domain', async () => {
  const found = await listForMailbox(pool, mapping, { mailbox: ada, domains: ['example.org', 'example.net'] })
  expect(found.map(({ address, shared }) => [address, shared])).toEqual([
    ['cc.one@example.org', false],
    ['own.one@example.org', false],
    ['team.one@example.net', true],
  ])
  expect(await listForMany(pool, mapping, ada)).toEqual(['@example.org'])
  const domain = { name: 'example.org', written: 'example.org', id: '1' }
  expect(await countAliasesOf(pool, mapping, domain, [ada])).toEqual(new Map([[ada, 2]]))
})

test('a new alias is a row in each table; what has a name already is taken, be it a list or lead nowhere', async () => {
  const before = await targets()
  await transaction(pool, (db) => insertAlias(db, mapping, wanted))
  expect((await targets()).sort()).toEqual([...before, ['new.one', 'to', ada]].sort())
  expect(await names()).toContainEqual([`new.one@2 new.one for ${ada}`])
  for (const address of ['new.one@example.net', 'own.one@example.org', 'empty.one@example.org', 'a.list@example.org'])
    expect(await isAddressTaken(pool, mapping, address)).toBe(true)
  expect(await isAddressTaken(pool, mapping, 'new.one@example.org')).toBe(false)
  await expect(transaction(pool, (db) => insertAlias(db, mapping, wanted))).rejects.toThrow(RowRefused)
})

test('where its destination cannot be written, its name is not either', async () => {
  await pool.query('ALTER TABLE targets ADD COLUMN needed INT NOT NULL')
  const before = await names()
  await expect(transaction(pool, (db) => insertAlias(db, mapping, wanted))).rejects.toThrow(/needed/)
  expect(await names()).toEqual(before)
})

test('renamed, only its name is another; where it leads somewhere else meanwhile, nothing is written', async () => {
  const [hers, before] = [await find('own.one@example.org'), await targets()]
  await transaction(pool, (db) => renameAlias(db, mapping, hers, wanted))
  expect(await names()).toContainEqual([`new.one@2 new.one for ${ada}`])
  expect((await targets()).map(([, ...rest]) => rest).sort()).toEqual(before.map(([, ...rest]) => rest).sort())

  const renamed = await find('new.one@example.net')
  await pool.query(`UPDATE targets SET address = 'ben@example.org' WHERE \`name of\` = X'${own}'`)
  const changed = [await names(), await targets()]
  const again = { ...wanted, localPart: 'late.one' }
  await expect(transaction(pool, (db) => renameAlias(db, mapping, renamed, again))).rejects.toThrow(AliasChanged)
  await expect(transaction(pool, (db) => removeFromAlias(db, mapping, renamed, ada))).rejects.toThrow(AliasChanged)
  expect([await names(), await targets()]).toEqual(changed)
})

async function expectHersGone() {
  expect((await names()).map(([text]) => String(text).trim())).toEqual([
    '@1',
    'a.list@1',
    'cc.one@1',
    'empty.one@1',
    'team.one@2',
  ])
  expect(await targets()).toEqual([
    ['', 'to', ada],
    ['a.list', 'to', ada],
    ['cc.one', 'cc', 'ben@example.org'],
    ['team.one', 'to', 'x@y.example'],
  ])
}

test('removed, its name goes with its last destination, of whatever kind, and the others of a list stay', async () => {
  for (const address of ['own.one@example.org', 'team.one@example.net', 'cc.one@example.org']) {
    const hers = await find(address)
    await transaction(pool, (db) => removeFromAlias(db, mapping, hers, ada))
  }
  await expectHersGone()
})

type Leave = (db: PoolConnection, found: Alias, mailbox: string) => Promise<void>
const inPage: Leave = (db, found, mailbox) => removeFromAlias(db, mapping, found, mailbox)
const withMailbox: Leave = (db, _, mailbox) => removeMailbox(db, byRows, mailbox, 90)

test.each([
  ['both in their pages', inPage, inPage],
  ['both with their mailboxes', withMailbox, withMailbox],
  ['ada with her mailbox and ben in his page', withMailbox, inPage],
])(
  'two who leave one alias at once take its name with them, and neither has to begin again: %s',
  async (_, adas, bens) => {
    await pool.query(`INSERT INTO targets VALUES (X'${own}', 'to', 'ben@example.org')`)
    let [begun, between] = [0, 0]
    const outOfIt = async (mailbox: string, leave: Leave) => {
      const all = await listForMailbox(pool, mapping, { mailbox, domains: ['example.org'] })
      const found = all.find(({ address }) => address === 'own.one@example.org')
      if (found === undefined) throw new Error(`${mailbox} is not in it`)
      await transaction(pool, (db) => {
        begun++
        return leave(pausing(db), found, mailbox)
      })
    }
    /** Goes on after its first deletion when the other is there too, or cannot come. */
    const pausing = (db: PoolConnection): PoolConnection =>
      new Proxy(db, {
        get(target, key) {
          const value: unknown = Reflect.get(target, key)
          if (typeof value !== 'function') return value
          return async (...given: unknown[]) => {
            const answer: unknown = await Reflect.apply(value, target, given)
            if (key === 'execute' && String(given[0]).startsWith('DELETE FROM `targets`')) {
              between++
              for (let tenths = 0; between < 2 && tenths < 10; tenths++) await sleep(100)
            }
            return answer
          }
        },
      })

    await Promise.all([outOfIt(ada, adas), outOfIt('ben@example.org', bens)])

    expect((await targets()).filter(([name]) => name === 'Own.One')).toEqual([])
    expect((await names()).filter(([text]) => String(text).startsWith('Own.One'))).toEqual([])
    expect(begun).toBe(2)
  },
)

test('with her mailbox hers go in both tables, and nothing of anybody else’s', async () => {
  await transaction(pool, (db) => removeMailbox(db, mapping, ada, 90))
  await expectHersGone()
})
