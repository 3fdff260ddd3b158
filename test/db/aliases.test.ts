import * as v from 'valibot'
import type { RowDataPacket } from 'mysql2/promise'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { readCollations } from '../../connector/mapping/collations.ts'
import { mappingEntries, toMapping } from '../../connector/mapping/settings.ts'
import type { Mapping } from '../../connector/mapping/mapping.ts'
import { AliasChanged, insertAlias, listForMailbox, removeFromAlias, renameAlias } from '../../src/db/mail/aliases.ts'
import { isAddressTaken, RowRefused } from '../../src/db/mail/rows.ts'
import { transaction, type Pool } from '../../src/db/store.ts'
import { createDatabase, mailSchema, type TestDatabase } from '../support/database.ts'

interface Server {
  what: string
  env: Record<string, string>
  ddl: string
  /** the table of aliases, quoted */
  table: string
  /** rows that are there before, by address: what ada sees is in `seen` */
  rows: string
  seen: { address: string; shared: boolean }[]
  /** the alias that ada alone has, before it is renamed */
  own: string
  /** one that she shares, and its rows once she has left it */
  shared: string
  left: Record<string, unknown>[]
  /** the row of a new alias, but for times */
  added: Record<string, unknown>
}

const ada = 'adalove@example.org'
const domains = ['example.org', 'example.net']

const servers: Server[] = [
  {
    what: 'the default layout',
    env: {},
    ddl: mailSchema,
    table: 'virtual_aliases',
    rows: `
      INSERT INTO virtual_domains (name) VALUES ('example.org'), ('example.net');
      INSERT INTO virtual_users (domain_id, email, password) VALUES (1, '${ada}', ''), (1, 'ben@example.org', '');
      INSERT INTO virtual_aliases (domain_id, source, destination) VALUES
        (1, 'ada.own.one@example.org', 'AdaLove@example.org'), (1, 'team.one@example.org', 'ben@example.org'),
        (1, 'team.one@example.org', '${ada}'), (1, 'team.one@example.org', 'Zoe@Example.com'),
        (1, '${ada}', '${ada}'), (1, 'ben@example.org', '${ada}'), (1, '@example.org', '${ada}'),
        (1, 'other.one@example.org', 'xadalove@example.org'), (1, 'pipe.one@example.org', '|/bin/x ${ada}'),
        (2, 'far.away@example.net', '${ada}');`,
    seen: [
      { address: 'ada.own.one@example.org', shared: false },
      { address: 'far.away@example.net', shared: false },
      { address: 'team.one@example.org', shared: true },
    ],
    own: 'ada.own.one@example.org',
    shared: 'team.one@example.org',
    left: [
      { id: 2, domain_id: 1, source: 'team.one@example.org', destination: 'ben@example.org', active: 1 },
      { id: 4, domain_id: 1, source: 'team.one@example.org', destination: 'Zoe@Example.com', active: 1 },
    ],
    added: { domain_id: 2, source: 'new.one.x@example.net', destination: ada, active: 1 },
  },
  {
    what: 'PostfixAdmin: a comma list, own rows, names as keys, mixed character sets',
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
      ALIAS_INSERT: 'created={now},modified={now},active=1',
    },
    ddl: `
      CREATE TABLE domain (domain VARCHAR(255) NOT NULL PRIMARY KEY, description VARCHAR(255) NOT NULL)
        DEFAULT CHARSET latin1 COLLATE latin1_general_ci;
      CREATE TABLE mailbox (username VARCHAR(255) NOT NULL PRIMARY KEY, password VARCHAR(255) NOT NULL,
        quota BIGINT NOT NULL DEFAULT 0, local_part VARCHAR(255) NOT NULL, domain VARCHAR(255) NOT NULL,
        active TINYINT NOT NULL DEFAULT 1) DEFAULT CHARSET latin1;
      CREATE TABLE alias (address VARCHAR(255) NOT NULL PRIMARY KEY, goto TEXT NOT NULL, domain VARCHAR(255) NOT NULL,
        created DATETIME NOT NULL DEFAULT '2000-01-01', modified DATETIME NOT NULL DEFAULT '2000-01-01',
        active TINYINT NOT NULL DEFAULT 1, description VARCHAR(255) NOT NULL DEFAULT '', KEY domain (domain))
        DEFAULT CHARSET utf8mb4 COLLATE utf8mb4_unicode_ci;`,
    table: 'alias',
    rows: `
      INSERT INTO domain VALUES ('ALL', ''), ('example.org', ''), ('example.net', '');
      INSERT INTO mailbox (username, password, local_part, domain) VALUES
        ('${ada}', '', 'adalove', 'example.org'), ('ben@example.org', '', 'ben', 'example.org');
      INSERT INTO alias (address, goto, domain) VALUES
        ('${ada}', '${ada}', 'example.org'), ('ben@example.org', 'ben@example.org,${ada}', 'example.org'),
        ('ada.own.one@example.org', '${ada}', 'example.org'),
        ('team.one@example.org', 'Ben@Example.org, AdaLove@Example.org ,"|/bin/x, ${ada}, y",:include:/etc/l', 'example.org'),
        ('near.miss@example.org', 'x${ada},${ada}.uk,ada_love@example.org', 'example.org'),
        ('pipe.one@example.org', '"|/bin/x ,${ada}, y"', 'example.org'),
        ('@example.org', '${ada}', 'example.org');`,
    seen: [
      { address: 'ada.own.one@example.org', shared: false },
      { address: 'team.one@example.org', shared: true },
    ],
    own: 'ada.own.one@example.org',
    shared: 'team.one@example.org',
    left: [
      {
        address: 'team.one@example.org',
        goto: `Ben@Example.org ,"|/bin/x, ${ada}, y",:include:/etc/l`,
        domain: 'example.org',
        created: '2000-01-01 00:00:00',
        modified: '2000-01-01 00:00:00',
        active: 1,
        description: '',
      },
    ],
    added: { address: 'new.one.x@example.net', goto: ada, domain: 'example.net', active: 1, description: '' },
  },
  {
    what: 'iRedMail: a row a target with flags',
    env: {
      MAILBOX_TABLE: 'mailbox',
      MAILBOX_ADDRESS: 'username',
      MAILBOX_DOMAIN: 'domain',
      DOMAIN_TABLE: 'domain',
      DOMAIN_ID: 'domain',
      DOMAIN_NAME: 'domain',
      ALIAS_TABLE: 'forwardings',
      ALIAS_ADDRESS: 'address',
      ALIAS_DESTINATION: 'forwarding',
      ALIAS_DOMAIN: 'domain',
      ALIAS_WHERE: 'is_alias=1',
      ALIAS_INSERT: 'is_alias=1,active=1,dest_domain={destination_domain}',
    },
    ddl: `
      CREATE TABLE domain (domain VARCHAR(255) NOT NULL PRIMARY KEY);
      CREATE TABLE mailbox (username VARCHAR(255) NOT NULL PRIMARY KEY, password VARCHAR(255) NOT NULL DEFAULT '',
        domain VARCHAR(255) NOT NULL DEFAULT '', \`rank\` VARCHAR(255) NOT NULL DEFAULT 'normal');
      CREATE TABLE forwardings (id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
        address VARCHAR(255) NOT NULL DEFAULT '', forwarding VARCHAR(255) NOT NULL DEFAULT '',
        domain VARCHAR(255) NOT NULL DEFAULT '', dest_domain VARCHAR(255) NOT NULL DEFAULT '',
        is_maillist TINYINT(1) NOT NULL DEFAULT 0, is_list TINYINT(1) NOT NULL DEFAULT 0,
        is_forwarding TINYINT(1) NOT NULL DEFAULT 0, is_alias TINYINT(1) NOT NULL DEFAULT 0,
        active TINYINT(1) NOT NULL DEFAULT 1, UNIQUE (address, forwarding), KEY (domain)) AUTO_INCREMENT = 18446744073709551000;`,
    table: 'forwardings',
    rows: `
      INSERT INTO domain VALUES ('example.org'), ('example.net');
      INSERT INTO mailbox (username, domain) VALUES ('${ada}', 'example.org'), ('ben@example.org', 'example.org');
      INSERT INTO forwardings (address, forwarding, domain, dest_domain, is_forwarding, is_alias, is_list) VALUES
        ('${ada}', '${ada}', 'example.org', 'example.org', 1, 0, 0),
        ('ben@example.org', '${ada}', 'example.org', 'example.org', 1, 0, 0),
        ('some.list@example.org', '${ada}', 'example.org', 'example.org', 0, 0, 1),
        ('ada.own.one@example.org', '${ada}', 'example.org', 'example.org', 0, 1, 0),
        ('team.one@example.org', '${ada}', 'example.org', 'example.org', 0, 1, 0),
        ('team.one@example.org', 'ben@example.org', 'example.org', 'example.org', 0, 1, 0);`,
    seen: [
      { address: 'ada.own.one@example.org', shared: false },
      { address: 'team.one@example.org', shared: true },
    ],
    own: 'ada.own.one@example.org',
    shared: 'team.one@example.org',
    left: [
      {
        id: '18446744073709551005',
        address: 'team.one@example.org',
        forwarding: 'ben@example.org',
        domain: 'example.org',
        dest_domain: 'example.org',
        is_maillist: 0,
        is_list: 0,
        is_forwarding: 0,
        is_alias: 1,
        active: 1,
      },
    ],
    added: {
      address: 'new.one.x@example.net',
      forwarding: ada,
      domain: 'example.net',
      dest_domain: 'example.org',
      is_maillist: 0,
      is_list: 0,
      is_forwarding: 0,
      is_alias: 1,
      active: 1,
    },
  },
  {
    what: 'names that need quoting, text as keys, a list by lines, what was made of the address',
    env: {
      MAILBOX_TABLE: '`mail boxes`',
      MAILBOX_ADDRESS: '`e-mail`',
      MAILBOX_DOMAIN: '-',
      DOMAIN_TABLE: '`order`',
      DOMAIN_ID: '`key`',
      DOMAIN_NAME: '`Name Of`',
      ALIAS_TABLE: '`alias-table`',
      ALIAS_ADDRESS: '`from`',
      ALIAS_DESTINATION: '`to`',
      ALIAS_LIST: 'newline',
      ALIAS_DOMAIN: '`group`',
      ALIAS_WHERE: "`select`='y', `type`<>'catchall'",
      ALIAS_INSERT: "`select`='y', `type`='alias', `local-part`={local}, note='of {address} by {destination}'",
    },
    ddl: `
      CREATE TABLE \`mail boxes\` (\`e-mail\` VARCHAR(200) NOT NULL) ENGINE MyISAM DEFAULT CHARSET utf8mb3 COLLATE utf8mb3_bin;
      CREATE TABLE \`order\` (\`key\` CHAR(8) NOT NULL PRIMARY KEY, \`Name Of\` VARCHAR(200) NOT NULL) DEFAULT CHARSET latin1;
      CREATE TABLE \`alias-table\` (\`from\` VARCHAR(200) NOT NULL, \`to\` TEXT NOT NULL, \`group\` CHAR(8) NOT NULL,
        \`select\` ENUM('n', 'y') NOT NULL DEFAULT 'n', \`type\` VARCHAR(10) NOT NULL, \`local-part\` VARCHAR(64) NOT NULL,
        note VARCHAR(200) NOT NULL) DEFAULT CHARSET latin1;`,
    table: '`alias-table`',
    rows: `
      INSERT INTO \`order\` VALUES ('d-1', 'example.org'), ('d-2', 'example.net');
      INSERT INTO \`mail boxes\` VALUES ('${ada}');
      INSERT INTO \`alias-table\` VALUES
        ('ada.own.one@example.org', '${ada}\n', 'd-1', 'y', 'alias', 'ada.own.one', 'of ada.own.one@example.org by ${ada}'),
        ('off.one.x@example.org', '${ada}', 'd-1', 'n', 'alias', '', ''),
        ('all.one.x@example.org', '${ada}', 'd-1', 'y', 'catchall', '', ''),
        ('team.one@example.org', '${ada}\r\nBen@x.example\r\n|/bin/x ${ada}\r\n', 'd-1', 'y', 'alias', 'team.one', 'é');`,
    seen: [
      { address: 'ada.own.one@example.org', shared: false },
      { address: 'team.one@example.org', shared: true },
    ],
    own: 'ada.own.one@example.org',
    shared: 'team.one@example.org',
    left: [
      {
        from: 'team.one@example.org',
        to: `Ben@x.example\r\n|/bin/x ${ada}\r\n`,
        group: 'd-1',
        select: 'y',
        type: 'alias',
        'local-part': 'team.one',
        note: 'é',
      },
    ],
    added: {
      from: 'new.one.x@example.net',
      to: ada,
      group: 'd-2',
      select: 'y',
      type: 'alias',
      'local-part': 'new.one.x',
      note: `of new.one.x@example.net by ${ada}`,
    },
  },
  {
    what: 'columns that tell capital letters apart, no domain column, a list by blanks',
    env: {
      MAILBOX_DOMAIN: '-',
      ALIAS_LIST: 'space',
      ALIAS_DOMAIN: '-',
    },
    ddl: `
      CREATE TABLE virtual_domains (id INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY, name VARCHAR(99) NOT NULL);
      CREATE TABLE virtual_users (email VARCHAR(200) NOT NULL PRIMARY KEY) DEFAULT CHARSET latin1 COLLATE latin1_bin;
      CREATE TABLE virtual_aliases (source VARBINARY(200) NOT NULL PRIMARY KEY,
        destination VARCHAR(900) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL);`,
    table: 'virtual_aliases',
    rows: `
      INSERT INTO virtual_domains (name) VALUES ('example.org'), ('example.net');
      INSERT INTO virtual_users VALUES ('${ada}');
      INSERT INTO virtual_aliases VALUES ('Ada.Own.One@Example.org', 'AdaLove@Example.org'),
        ('team.one@example.org', 'Ben@x.example  AdaLove@example.org\tzoe@x.example |/bin/x ${ada} y'),
        ('pipe.one@example.org', '|/bin/x ${ada} y');`,
    seen: [
      { address: 'ada.own.one@example.org', shared: false },
      { address: 'team.one@example.org', shared: true },
    ],
    own: 'ada.own.one@example.org',
    shared: 'team.one@example.org',
    left: [{ source: 'team.one@example.org', destination: `Ben@x.example\tzoe@x.example |/bin/x ${ada} y` }],
    added: { source: 'new.one.x@example.net', destination: ada },
  },
]

describe.each(servers)('$what', (server) => {
  let database: TestDatabase, pool: Pool, mapping: Mapping

  beforeEach(async () => {
    await (pool as Pool | undefined)?.end()
    await (database as TestDatabase | undefined)?.drop()
    database = await createDatabase(server.ddl, server.rows)
    pool = database.connect()
    mapping = toMapping(v.parse(v.object(mappingEntries), server.env))
    await readCollations(pool, mapping)
  })
  afterAll(async () => {
    await pool.end()
    await database.drop()
  })

  const list = () => listForMailbox(pool, mapping, { mailbox: ada, domains })
  const find = async (address: string) => {
    const found = (await list()).find((alias) => alias.address === address)
    if (found === undefined) throw new Error(`${address} is not seen`)
    return found
  }
  const rows = async () =>
    (await pool.query<RowDataPacket[]>(`SELECT * FROM ${server.table}`))[0].map((row) =>
      Object.fromEntries(
        Object.entries(row).map(([name, value]) => [
          name,
          Buffer.isBuffer(value) ? value.toString() : (value as unknown),
        ]),
      ),
    )
  const columnOf = (what: 'address' | 'destination') => {
    const columns = mapping.alias?.[what]
    if (!columns || !('whole' in columns)) throw new Error(`the ${what} is not in one column`)
    return columns.whole
  }
  const addressOf = (row: Record<string, unknown>) => String(row[columnOf('address').path[0] ?? '']).toLowerCase()
  const others = async (...addresses: string[]) => (await rows()).filter((row) => !addresses.includes(addressOf(row)))

  test('ada sees hers, whichever way they are written, and nothing else; asked twice, the same', async () => {
    for (let time = 1; time <= 2; time++) {
      expect((await list()).map(({ address, shared }) => ({ address, shared }))).toEqual(server.seen)
    }
    expect(await listForMailbox(pool, mapping, { mailbox: 'nobody@example.org', domains })).toEqual([])
  })

  test('a new alias has what the mail server needs, and the other rows stay as they are', async () => {
    const before = await rows()
    const wanted = { localPart: 'new.one.x', domain: 'example.net', destination: ada }
    expect(await isAddressTaken(pool, mapping, 'new.one.x@example.net')).toBe(false)
    await transaction(pool, (db) => insertAlias(db, mapping, wanted))

    expect(await others('new.one.x@example.net')).toEqual(before)
    const added = (await rows()).find((row) => addressOf(row) === 'new.one.x@example.net')
    expect(added).toMatchObject(server.added)
    if (added && 'created' in added) expect(added['created']).not.toEqual('2000-01-01 00:00:00')
    expect((await find('new.one.x@example.net')).shared).toBe(false)
    for (const taken of ['new.one.x@example.net', server.own, ada]) {
      expect(await isAddressTaken(pool, mapping, taken), taken).toBe(true)
    }
  })

  test('in a domain that the mail server lacks nothing is written', async () => {
    const before = await rows()
    const wanted = { localPart: 'new.one.x', domain: 'other.example', destination: ada }
    await expect(transaction(pool, (db) => insertAlias(db, mapping, wanted))).rejects.toThrow(RowRefused)
    const own = await find(server.own)
    await expect(transaction(pool, (db) => renameAlias(db, mapping, own, wanted))).rejects.toThrow(RowRefused)
    expect(await rows()).toEqual(before)
  })

  test('a renamed alias keeps its destination as it was written, and the other rows stay as they are', async () => {
    const before = await others(server.own)
    const own = await find(server.own)
    const wanted = { localPart: 'new.one.x', domain: 'example.net', destination: ada }
    await transaction(pool, (db) => renameAlias(db, mapping, own, wanted))

    expect(await others('new.one.x@example.net')).toEqual(before)
    const [renamed, ...more] = (await rows()).filter((row) => addressOf(row) === 'new.one.x@example.net')
    expect(more).toEqual([])
    const destination = columnOf('destination').path[0] ?? ''
    expect(renamed).toMatchObject({ ...server.added, [destination]: own.rows[0]?.destination })
  })

  test('an alias that leads to ada alone goes, and the other rows stay as they are', async () => {
    const before = await others(server.own)
    const own = await find(server.own)
    await transaction(pool, (db) => removeFromAlias(db, mapping, own, ada))
    expect(await rows()).toEqual(before)
  })

  test('one that leads elsewhere too keeps the others, to the byte and in their order', async () => {
    const before = await others(server.shared)
    const shared = await find(server.shared)
    await transaction(pool, (db) => removeFromAlias(db, mapping, shared, ada))
    expect(await others(server.shared)).toEqual(before)
    expect((await rows()).filter((row) => addressOf(row) === server.shared)).toEqual(server.left)
  })

  test('what has changed since it was read is not written to', async () => {
    const own = await find(server.own)
    const column = columnOf('destination').text
    await pool.query(`UPDATE ${server.table} SET ${column} = CONCAT('zoe@x.example', ${column})`)
    const before = await rows()
    await expect(transaction(pool, (db) => removeFromAlias(db, mapping, own, ada))).rejects.toThrow(AliasChanged)
    expect(await rows()).toEqual(before)
  })
})
