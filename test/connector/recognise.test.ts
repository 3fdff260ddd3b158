// Tables as they might be, in memory: what is taken for what, and why.
import { describe, expect, test } from 'vitest'
import * as v from 'valibot'
import { recognise } from '../../connector/mapping/recognise/recognise.ts'
import { settingsIn } from '../../connector/mapping/recognise/recognition.ts'
import type { SeenColumn, SeenReference, SeenRow, SeenTable } from '../../connector/mapping/recognise/seen.ts'
import { mappingEntries, toMapping } from '../../connector/mapping/settings.ts'

const hash =
  '{SHA512-CRYPT}$6$saltsalt$yvw2eNj7vyxCZ8oMdyPZqGDGlkRNbHqrNEtOqUMSv6Pqh9QBmS0fJmyyQk3Vw1oKzgvIiv1Yh2bx5bYwK0Wn81'

/** `domain_id int`, `email text unique`, `created datetime null`: a column each; an int called id counts itself. */
function seen(name: string, columns: string[], rows: SeenRow[], references: SeenReference[] = []): SeenTable {
  const read = columns.map((text): SeenColumn & { unique: boolean } => {
    const [column = '', type = 'varchar', ...rest] = text.split(' ')
    const isText = type === 'text'
    return {
      name: column,
      type: isText ? 'varchar' : type,
      fullType: isText ? 'varchar(255)' : type,
      nullable: rest.includes('null'),
      byDefault: null,
      optional: rest.includes('null') || column === 'id',
      made: column === 'id',
      mostChars: isText ? 255 : null,
      unique: rest.includes('unique') || column === 'id',
    }
  })
  const uniques = read.filter(({ unique }) => unique).map((column) => [column.name])
  return { schema: null, name, isView: false, takesRows: true, columns: read, uniques, references, rows, isPart: false }
}

const people = ['ada', 'ben', 'cleo', 'dora', 'emil', 'fritz']
const domains = seen(
  'domains',
  ['id int', 'name text unique'],
  [
    { id: '4', name: 'example.org' },
    { id: '9', name: 'example.net' },
  ],
)
const boxRows = people.map((local, at): SeenRow => {
  const domain = at % 2 === 0 ? 'example.org' : 'example.net'
  return { id: String(at + 1), domain_id: at % 2 === 0 ? '4' : '9', email: `${local}@${domain}`, password: hash }
})
const boxes = (rows: SeenRow[] = boxRows, more: string[] = []) =>
  seen('mail_boxes', ['id int', 'domain_id int', 'email text unique', 'password text', ...more], rows)

const read = (...tables: SeenTable[]) => settingsIn(recognise(tables, { withProducts: false }))

describe('what is no alias', () => {
  const forwards = (rows: [source: string, destination: string][]) =>
    seen(
      'forwards',
      ['id int', 'source text', 'destination text'],
      rows.map(([source, destination], at) => ({ id: String(at), source, destination })),
    )

  test.each([
    [
      'a catch-all',
      [
        ['@example.org', 'ada@example.org'],
        ['@example.net', 'ben@example.net'],
      ],
    ],
    [
      'a pattern',
      [
        ['*@example.org', 'ada@example.org'],
        ['%@example.net', 'ben@example.net'],
      ],
    ],
    [
      'a pipe',
      [
        ['help@example.org', '|/usr/bin/tickets'],
        ['bugs@example.org', '|/usr/bin/bugs'],
      ],
    ],
    [
      'an include',
      [
        ['all@example.org', ':include:/etc/mail/all'],
        ['staff@example.org', ':include:/etc/mail/staff'],
      ],
    ],
    [
      'a copy of what a mailbox sends',
      [
        ['ada@example.org', 'archive@elsewhere.example'],
        ['ben@example.net', 'archive@elsewhere.example'],
      ],
    ],
    [
      'an alias of a domain',
      [
        ['elsewhere.example', 'example.org'],
        ['other.example', 'example.net'],
      ],
    ],
  ] satisfies [string, [string, string][]][])('%s is none', (_, rows) => {
    expect(read(domains, boxes(), forwards(rows))['ALIAS_TABLE']).toBe('-')
  })

  test('of a table with all of these, a column that tells them apart leaves them out', () => {
    const rows = [
      ['office@example.org', 'ada@example.org', 'alias'],
      ['sales@example.net', 'ben@example.net', 'alias'],
      ['@example.org', 'cleo@example.org', 'catchall'],
      ['help@example.org', '|/usr/bin/tickets', 'pipe'],
    ].map(([source = '', destination = '', kind = '']) => ({ source, destination, kind }))
    const found = read(domains, boxes(), seen('forwards', ['source text', 'destination text', 'kind text'], rows))
    expect(found).toMatchObject({ ALIAS_TABLE: 'forwards', ALIAS_WHERE: "kind='alias'" })
  })
})

test('addresses that go to programs are no aliases, and nobody else may have them', () => {
  const pipes = seen(
    'pipe_programs',
    ['source text', 'destination text'],
    [
      { source: 'tickets@example.org', destination: '/usr/bin/tickets' },
      { source: 'ada@example.org', destination: '/usr/bin/archive' },
    ],
  )
  expect(read(domains, boxes(), pipes)).toMatchObject({ ALIAS_TABLE: '-', TAKEN_ADDRESSES: 'pipe_programs: source' })
})

describe('what is no mailbox', () => {
  test('a table of addresses without a password is none, and that is said', () => {
    const rows = boxRows.map((row) => ({ ...row, password: '' }))
    const found = recognise([domains, boxes(rows)], { withProducts: false })
    expect(found.findings).toEqual([])
    expect(found.obstacles).toEqual([{ kind: 'passwordElsewhere', table: 'mail_boxes' }])
  })

  test('rows without a password are left out by the column that tells them apart', () => {
    const rows = [
      ...boxRows.map((row) => ({ ...row, kind: 'person' })),
      { id: '20', domain_id: '4', email: 'room@example.org', password: '', kind: 'resource' },
    ]
    expect(read(domains, boxes(rows, ['kind text']))['MAILBOX_WHERE']).toBe("kind='person'")
  })

  test('where nothing tells them apart, it says so', () => {
    const rows = [...boxRows, { id: '20', domain_id: '4', email: 'room@example.org', password: '' }]
    expect(recognise([domains, boxes(rows)], { withProducts: false }).obstacles).toEqual([
      { kind: 'untoldRows', table: 'mail_boxes' },
    ])
  })

  test('the accounts of a panel are not taken for mailboxes, though they have addresses and passwords', () => {
    const admins = seen(
      'admins',
      ['id int', 'email text unique', 'password text'],
      [
        { id: '1', email: 'root@example.org', password: hash },
        { id: '2', email: 'boss@elsewhere.example', password: hash },
      ],
    )
    expect(read(admins, domains, boxes())['MAILBOX_TABLE']).toBe('mail_boxes')
  })
})

describe('what the rows say', () => {
  test('the domain of a row is found by what the column holds, whatever it is called', () => {
    const rows = boxRows.map(({ domain_id: belongs = null, ...row }) => ({ ...row, belongs }))
    const table = seen('mail_boxes', ['id int', 'belongs int', 'email text unique', 'password text'], rows)
    expect(read(domains, table)).toMatchObject({ MAILBOX_DOMAIN: 'belongs', DOMAIN_ID: 'id', DOMAIN_NAME: 'name' })
  })

  test.each([
    [[1024, 2048, 512], 'MiB'],
    [[1024 ** 3, 2 * 1024 ** 3, 512 * 1024 ** 2], 'B'],
    [[1, 2, 5], 'GiB'],
    [[1048576, 2097152, 524288], 'KiB'],
  ])('limits of %j count in %s', (sizes, unit) => {
    const rows = boxRows.map((row, at) => ({ ...row, quota: String(sizes[at % sizes.length]) }))
    expect(read(domains, boxes(rows, ['quota bigint']))['MAILBOX_QUOTA_UNIT']).toBe(unit)
  })

  test('what mailboxes hold already decides between two units', () => {
    const rows = boxRows.map((row) => ({ ...row, quota: '5242880' }))
    const usage = (bytes: number) =>
      seen(
        'quota_usage',
        ['username text unique', 'bytes bigint'],
        boxRows.map(({ email = '' }) => ({ username: email, bytes: String(bytes) })),
      )
    expect(read(domains, boxes(rows, ['quota bigint']), usage(900_000_000))['MAILBOX_QUOTA_UNIT']).toBe('KiB')
    const unsure = recognise([domains, boxes(rows, ['quota bigint'])], { withProducts: false }).findings
    expect(unsure.find(({ variable }) => variable === 'MAILBOX_QUOTA_UNIT')).toMatchObject({ confidence: 'guess' })
  })

  test.each([
    [',', 'comma'],
    [', ', 'comma-space'],
    [' ', 'space'],
    ['\n', 'newline'],
  ])('a list with %j between its entries is read as %s', (between, list) => {
    const rows = [
      {
        source: 'office@example.org',
        destination: ['ada@example.org', 'ben@example.net', 'x@elsewhere.example'].join(between),
      },
    ]
    const found = read(domains, boxes(), seen('aliases', ['source text', 'destination text'], rows))
    expect(found['ALIAS_LIST']).toBe(list)
  })

  test('a new row holds what the rows hold: a path of its address, a constant, a time, whose the domain is', () => {
    const owned = seen(
      'domains',
      ['id int', 'name text unique', 'owner int'],
      [
        { id: '4', name: 'example.org', owner: '70' },
        { id: '9', name: 'example.net', owner: '71' },
      ],
    )
    const rows = boxRows.map((row, at) => {
      const [local, domain] = (row['email'] ?? '').split('@')
      return {
        ...row,
        path: `${domain}/${local}/`,
        uid: '5000',
        made: '2025-01-02 03:04:05',
        owner: at % 2 === 0 ? '70' : '71',
        note: null,
      }
    })
    const table = boxes(rows, ['path text', 'uid int', 'made datetime', 'owner int', 'note text null'])
    expect(read(owned, table)['MAILBOX_INSERT']).toBe(
      "path='{domain}/{local}/', uid=5000, made={now}, owner={domain.owner}",
    )
  })

  test('folders that are called by the first letters are filled like them', () => {
    const rows = boxRows.map((row) => {
      const [local = '', domain = ''] = (row['email'] ?? '').split('@')
      return { ...row, path: `/var/vmail/${domain}/${local.slice(0, 1)}/${local.slice(1, 2)}/${local}/` }
    })
    const found = read(domains, boxes(rows, ['path text']))
    expect(found['MAILBOX_INSERT']).toBe("path='/var/vmail/{domain}/{local:1}/{local:2}/{local}/'")
  })

  test('a column that a row needs, and of which nothing tells what it holds, is all that is asked', () => {
    const rows = boxRows.map((row, at) => ({ ...row, ticket: `${at * 7919}-x` }))
    expect(recognise([domains, boxes(rows, ['ticket text'])], { withProducts: false }).questions).toEqual([
      { variable: 'MAILBOX_INSERT', table: 'mail_boxes', column: 'ticket' },
    ])
  })

  test('where nine of ten mailboxes have a row of their own elsewhere, a new one gets it, and loses it with the mailbox', () => {
    const limits = seen(
      'limits',
      ['id int', 'box_id int', 'a_day int'],
      boxRows.map(({ id = null }) => ({ id, box_id: id, a_day: '200' })),
      [{ column: 'box_id', schema: null, table: 'mail_boxes', target: 'id', cascades: false }],
    )
    expect(read(domains, boxes(), limits)).toMatchObject({
      MAILBOX_ID: 'id',
      COMPANION_INSERT: 'limits: box_id={mailbox_id}, a_day=200',
      COMPANION_DELETE: 'limits: box_id={mailbox_id}',
    })
  })
})

describe('aliases whose destinations are in another table', () => {
  const names = (more: SeenRow[] = []) =>
    seen(
      'aliases',
      ['id int', 'login text', 'domain_id int'],
      [
        { id: '31', login: 'office', domain_id: '4' },
        { id: '32', login: 'sales', domain_id: '9' },
        { id: '33', login: 'help', domain_id: '4' },
        ...more,
      ],
      [{ column: 'domain_id', schema: null, table: 'domains', target: 'id', cascades: false }],
    )
  const assigned = (columns: string[], rows: SeenRow[]) =>
    seen('aliasassignments', ['id int', 'alias_id int', ...columns], rows)
  const byId = [
    { alias_id: '31', account: '1', forward: '' },
    { alias_id: '32', account: '2', forward: '' },
    { alias_id: '32', account: '3', forward: '' },
    { alias_id: '33', account: '0', forward: 'x@elsewhere.example' },
  ]

  test('are found, by ids of mailboxes too, with what a new row needs and all have alike', () => {
    const rows = byId.map((row) => ({ ...row, forward: null, kind: 'to' }))
    const table = assigned(['account int', 'forward text null', 'kind text'], rows)
    expect(read(domains, boxes(), names(), table)).toMatchObject({
      MAILBOX_ID: 'id',
      ALIAS_TABLE: 'aliases',
      ALIAS_ID: 'id',
      ALIAS_ADDRESS: 'login@domain_id',
      ALIAS_DESTINATION: "aliasassignments: id:account, alias_id={alias_id}, kind='to'",
      ALIAS_LIST: 'rows',
    })
  })

  test('as lists of addresses', () => {
    const rows = [
      { alias_id: '31', recipients: 'ada@example.org\nx@elsewhere.example' },
      { alias_id: '32', recipients: 'ben@example.net' },
    ]
    expect(read(domains, boxes(), names(), assigned(['recipients text'], rows))).toMatchObject({
      ALIAS_DESTINATION: 'aliasassignments: recipients, alias_id={alias_id}',
      ALIAS_LIST: 'newline',
    })
  })

  test('are left, and their addresses taken, where a row needs what differs, or each mailbox has a name of its own', () => {
    const differing = byId.map((row, at) => ({ ...row, serial: String(at * 7919) }))
    const own = boxRows.map(({ id = null, email, domain_id = null }) => ({
      id: `9${id}`,
      login: email?.split('@')[0] ?? '',
      domain_id,
    }))
    const ofOwn = own.map(({ id }, at) => ({
      alias_id: id,
      account: String(at + 1),
      forward: boxRows[at]?.['email'] ?? '',
    }))
    for (const tables of [
      [names(), assigned(['account int', 'forward text null', 'serial text'], differing)],
      [names(own), assigned(['account int', 'forward text null'], [...byId, ...ofOwn])],
    ]) {
      const found = recognise([domains, boxes(), ...tables], { withProducts: false })
      expect(found.obstacles).toEqual([{ kind: 'destinationsElsewhere', table: 'aliases' }])
      expect(settingsIn(found)).toMatchObject({ ALIAS_TABLE: '-', TAKEN_ADDRESSES: 'aliases: login@domain_id' })
    }
  })
})

test('destinations that are ids of mailboxes are said by them, though some are addresses', () => {
  const rows = [
    { alias: 'office@example.org', deliver_to: '1' },
    { alias: 'sales@example.org', deliver_to: '2' },
    { alias: 'sales@example.org', deliver_to: 'x@elsewhere.example' },
  ]
  const found = recognise([domains, boxes(), seen('aliases', ['alias text', 'deliver_to text'], rows)], {
    withProducts: false,
  })
  expect(found.obstacles).toEqual([])
  expect(settingsIn(found)).toMatchObject({
    MAILBOX_ID: 'id',
    ALIAS_TABLE: 'aliases',
    ALIAS_ADDRESS: 'alias',
    ALIAS_DESTINATION: 'id:deliver_to',
    ALIAS_LIST: 'rows',
  })
})

describe('what the mapping cannot say', () => {
  test('destinations that are names of log-ins are named as such', () => {
    const rows = boxRows.map((row, at) => ({ ...row, login: `u${at + 100}` }))
    const table = boxes(rows, ['login text unique'])
    const aliases = seen(
      'virtual',
      ['alias text unique', 'dest text'],
      [
        { alias: 'office@example.org', dest: 'u100' },
        { alias: 'sales@example.org', dest: 'u101,x@elsewhere.example' },
        { alias: 'help@example.org', dest: 'u102' },
      ],
    )
    const found = recognise([domains, table, aliases], { withProducts: false })
    expect(found.obstacles).toEqual([{ kind: 'loginIsNotAddress', table: 'virtual' }])
    expect(settingsIn(found)['ALIAS_TABLE']).toBe('-')
  })

  test('log-ins without an address are named with the view that would help, in the tables’ own names', () => {
    const accounts = seen(
      'account user',
      ['username text unique', 'password text', 'address text'],
      people.map((_, at) => ({ username: `user${at}`, password: hash, address: 'a street' })),
    )
    const virtual = seen(
      'virtual',
      ['alias text unique', 'owner text', 'dest text'],
      [
        { alias: '@example.org', owner: 'user0', dest: 'user1' },
        ...people.map((local, at) => ({ alias: `${local}@example.org`, owner: 'user0', dest: `user${at}` })),
        { alias: 'away@example.org', owner: 'user0', dest: 'x@elsewhere.example' },
      ],
    )
    expect(recognise([domains, accounts, virtual], { withProducts: false }).obstacles).toEqual([
      {
        kind: 'loginIsNotAddress',
        table: 'virtual',
        view:
          'CREATE VIEW `account user_by_address` AS SELECT virtual.alias AS email, `account user`.* FROM `account user`' +
          " JOIN virtual ON virtual.dest = `account user`.username WHERE virtual.alias LIKE '_%@%';",
      },
    ])
  })
})

test('whatever rows hold, what is found can be read as settings', () => {
  const strange = ["it's", '{local}', '{SHA}', 'a\nb', '`', '"\'`', '-', '', '${HOME}']
  for (const text of strange) {
    const rows = boxRows.map((row) => ({ ...row, 'odd `name`': text, plain: text }))
    const found = recognise([domains, boxes(rows, ['odd text', 'plain text'])], { withProducts: false })
    expect(() => toMapping(v.parse(v.object(mappingEntries), settingsIn(found)))).not.toThrow()
  }
})

test('no reason and no value has a hash in it', () => {
  const found = JSON.stringify(recognise([domains, boxes()]))
  expect(found).not.toContain('$6$')
})

describe('what the mail host asks goes before names', () => {
  const table = (rows: SeenRow[]) =>
    seen(
      'people',
      [
        'id int',
        'domain_id int',
        'email text unique',
        'contact text unique',
        'password text',
        'web_pass text',
        'active tinyint',
        'blocked tinyint',
      ],
      rows,
    )
  const rows = people.map((local, at) => ({
    id: String(at),
    domain_id: at % 2 === 0 ? '4' : '9',
    email: `${local}@elsewhere.example`,
    contact: `${local}@${at % 2 === 0 ? 'example.org' : 'example.net'}`,
    password: hash,
    web_pass: hash,
    active: '1',
    blocked: '0',
  }))
  const passdb =
    "passdb: SELECT contact AS user, web_pass AS password FROM people WHERE contact = '%{user | lower}' AND blocked = 0"
  const userdb =
    "userdb: SELECT 5000 AS uid, CONCAT('/var/vmail/', contact) AS home FROM people WHERE contact = '%{user}'"
  const recipients = (more: string) => `recipients: SELECT 1 FROM people WHERE contact='%s'${more}`
  const found = (...lines: string[]) => settingsIn(recognise([domains, table(rows)], { queries: lines.join('\n') }))

  test('which column has the address, which the password, and which closes a mailbox', () => {
    expect(found(passdb, userdb, recipients(''))).toMatchObject({
      MAILBOX_TABLE: 'people',
      MAILBOX_ADDRESS: 'contact',
      MAILBOX_PASSWORD: 'web_pass',
      MAILBOX_OPEN: 'blocked=0',
      MAILBOX_LOCKED: 'blocked=1',
    })
  })

  test('a column that only the log-in asks locks a mailbox; where Postfix asks it too, mail would bounce', () => {
    expect(found(passdb, userdb, recipients(''))['LOCK']).toBe('active')
    expect(found(passdb, userdb, recipients(' AND blocked = 0'))['LOCK']).toBe('password')
    expect(found(passdb, userdb)['LOCK']).toBeUndefined()
  })

  test('of domains and aliases, too, with no rows at all', () => {
    const [zone, lists] = [
      seen('zone', ['nr int', 'label text unique', 'kind text'], []),
      seen('lists', ['nr int', 'who text', 'whom text'], []),
    ]
    const queries = [
      passdb,
      "domains: SELECT label FROM zone WHERE label='%s' AND kind='local'",
      "aliases: SELECT whom FROM lists WHERE who='%s'",
    ].join('\n')
    expect(settingsIn(recognise([zone, lists, table([])], { queries }))).toMatchObject({
      MAILBOX_ADDRESS: 'contact',
      DOMAIN_TABLE: 'zone',
      DOMAIN_NAME: 'label',
      DOMAIN_WHERE: "kind='local'",
    })
  })

  test.each([
    ["CONCAT('*:bytes=', quota)", 'B'],
    ["CONCAT('*:storage=', quota)", 'KiB'],
    ["CONCAT('*:storage=', quota, 'M')", 'MiB'],
    ["CONCAT(quota, 'M')", 'MiB'],
    ["CONCAT('*:bytes=', `quota` * 1024*1024)", 'MiB'],
    ["CONCAT('*:bytes=', IFNULL(quota, 0))", null],
    ["CONCAT('*:bytes=', CAST(p.quota AS CHAR) * 1000000)", '1000000'],
    ["CONCAT(ROUND(quota / 1048576), 'M')", 'B'],
    ["CONCAT('*:storage=', quota, ' of many')", null],
    ['quota', 'B'],
  ])('that of the limits, %s is %s, whatever the numbers look like', (expression, unit) => {
    const limited = rows.map((row) => ({ ...row, quota: '5242880' }))
    const tables = [domains, { ...table(limited), columns: [...table([]).columns, ...quotaColumn] }]
    const queries = `userdb: SELECT ${expression} AS quota_storage_size FROM people p WHERE contact = '%{user}'`
    const found = recognise(tables, { queries }).findings
    const said = found.find(({ variable }) => variable === 'MAILBOX_QUOTA_UNIT')
    if (unit === null) expect(said?.reason.by).toBe('values')
    else expect(said).toMatchObject({ value: unit, reason: { by: 'query' }, runnerUp: null })
  })
  const quotaColumn = seen('x', ['quota bigint'], []).columns

  test.each([
    ['BLF-CRYPT', '$2y$10$' + 'x'.repeat(53), { PASSWORD_PREFIX: 'false', PASSWORD_SCHEME: 'bcrypt' }],
    ['CRYPT', '$6$salt$' + 'x'.repeat(86), { PASSWORD_PREFIX: 'false', PASSWORD_SCHEME: 'sha512-crypt' }],
    ['crypt', 'xyabcdefghijk', { PASSWORD_PREFIX: 'false', PASSWORD_SCHEME: 'bcrypt' }],
    [
      'PLAIN-MD5',
      '5f4dcc3b5aa765d61d8327deb882cf99',
      { PASSWORD_PREFIX: 'true', PASSWORD_DEFAULT_SCHEME: 'PLAIN-MD5' },
    ],
    ['PLAIN-MD5', hash, { PASSWORD_PREFIX: 'true' }],
  ])(
    'where a hash without a scheme is taken for %s, and %s is one, new ones are of a kind that it takes',
    (scheme, one, said) => {
      const tables = [domains, boxes(boxRows.map((row) => ({ ...row, password: one })))]
      const settings = settingsIn(recognise(tables, { queries: `scheme: ${scheme}` }))
      const hashes = Object.entries(settings).filter(([name]) => /^PASSWORD_/.test(name))
      expect(Object.fromEntries(hashes)).toEqual(said)
    },
  )

  test.each([
    '',
    'passdb',
    'passdb: DROP TABLE people',
    'passdb: SELECT',
    'x: SELECT 1 FROM people',
    `passdb: SELECT ${'('.repeat(5000)} FROM people`,
  ])('a text that says nothing changes nothing: %j', (queries) => {
    expect(recognise([domains, boxes()], { queries })).toEqual(recognise([domains, boxes()]))
  })
})

describe('the tables of a product', () => {
  const row = (local: string, home: string): SeenRow => ({
    username: `${local}@example.org`,
    password: hash,
    quota: '0',
    active: '1',
    domain: 'example.org',
    name: local,
    maildir: home,
    local_part: local,
  })
  const postfixadmin = (home: (local: string) => string) => [
    seen(
      'domain',
      ['domain text unique', 'active tinyint', 'backupmx tinyint'],
      [{ domain: 'example.org', active: '1', backupmx: '0' }],
    ),
    seen(
      'mailbox',
      [
        'username text unique',
        'password text',
        'quota bigint',
        'active tinyint',
        'domain text',
        'name text',
        'maildir text',
        'local_part text',
        'created datetime',
        'modified datetime',
        'token_validity datetime',
        'password_expiry datetime',
      ],
      people.map((local) => row(local, home(local))),
    ),
    seen(
      'alias',
      ['address text unique', 'goto text', 'domain text', 'created datetime', 'modified datetime', 'active tinyint'],
      [],
    ),
  ]

  test('are known by their names; what this one has not is left out, and said', () => {
    const found = recognise(postfixadmin((local) => `example.org/${local}/`))
    expect(found).toMatchObject({ product: 'postfixadmin', questions: [] })
    expect(found.absent).toContain('vacation')
    expect(settingsIn(found)).toEqual({ MAIL_SCHEMA: 'postfixadmin', COMPANION_DELETE: '-', USAGE_TABLE: '-' })
  })

  test('keep the folders that this server has, where they are others than the product’s', () => {
    const found = settingsIn(recognise(postfixadmin((local) => `boxes/${local}.d/`)))
    expect(found['MAILBOX_INSERT']).toContain("maildir='boxes/{local}.d/'")
    expect(found['MAILBOX_INSERT']).toContain("password_expiry='2038-01-01 00:00:00'")
  })

  const passdb = (more: string) => `passdb: SELECT password FROM mailbox WHERE username = '%{user}'${more}`
  const delivery = (more: string) =>
    `userdb: SELECT CONCAT('*:storage=', quota, 'M') AS quota_rule FROM mailbox WHERE username = '%{user}'
recipients: SELECT 1 FROM mailbox WHERE username = '%s'${more}`
  test.each([
    [passdb(" AND active = '1'"), delivery(''), { LOCK: 'active', MAILBOX_QUOTA_UNIT: 'MiB' }],
    [passdb(" AND active = '1'"), delivery(" AND active = '1'"), { MAILBOX_QUOTA_UNIT: 'MiB' }],
    [passdb(''), delivery(" AND active = '1'"), { MAILBOX_QUOTA_UNIT: 'MiB' }],
  ])('are read as this mail host reads them, where it asks otherwise: %s', (login, others, said) => {
    const { MAIL_SCHEMA, COMPANION_DELETE, USAGE_TABLE, ...found } = settingsIn(
      recognise(
        postfixadmin((local) => `example.org/${local}/`),
        { queries: `${login}\n${others}` },
      ),
    )
    expect([MAIL_SCHEMA, COMPANION_DELETE, USAGE_TABLE]).toEqual(['postfixadmin', '-', '-'])
    expect(found).toEqual(said)
  })

  test('get a column that closes a mailbox, where this mail host has added one', () => {
    const [domain, mailbox, alias] = [
      seen('virtual_domains', ['id int', 'name text unique'], domains.rows),
      seen(
        'virtual_users',
        ['id int', 'domain_id int', 'email text unique', 'password text', 'quota int null', 'blocked tinyint null'],
        boxRows.map((one) => ({ ...one, quota: '0', blocked: '0' })),
      ),
      seen('virtual_aliases', ['id int', 'domain_id int', 'source text', 'destination text'], []),
    ]
    const queries = "passdb: SELECT password FROM virtual_users WHERE email = '%{user}' AND blocked = 0"
    expect(settingsIn(recognise([domain, mailbox, alias], { queries }))).toEqual({
      MAIL_SCHEMA: 'ispmail',
      MAILBOX_OPEN: 'blocked=0',
      MAILBOX_LOCKED: 'blocked=1',
    })
  })

  test('are not taken for those of a product that would make other rows', () => {
    const rows = boxRows.map((one) => ({ ...one, quota: '0', secret_of_ours: 'x' }))
    const others = [
      seen('virtual_domains', ['id int', 'name text unique'], domains.rows),
      seen(
        'virtual_users',
        ['id int', 'domain_id int', 'email text unique', 'password text', 'quota int', 'secret_of_ours text'],
        rows,
      ),
      seen('virtual_aliases', ['id int', 'domain_id int', 'source text', 'destination text'], []),
    ]
    expect(recognise(others).product).toBeNull()
  })
})

test.each([
  ["CONCAT('/srv/mail/', place_in_store) AS home", 'place_in_store={domain}/{local}/', []],
  [
    "CONCAT('/srv/mail/', `part_of_domain`, '/', m.part_of_user) AS userdb_home",
    'part_of_domain={domain}, part_of_user={local}',
    [],
  ],
  ["'maildir' AS mail_driver, place_in_store AS mail_path", '-', ['place_in_store']],
  ["'/srv/mail/%d/%n' AS home", '-', []],
])('of a new mailbox its home is told by what Dovecot asks, or asked for: %s', (home, insert, asked) => {
  const more = ['place_in_store text null', 'part_of_domain text null', 'part_of_user text null']
  const queries = `passdb: SELECT password FROM mail_boxes WHERE email = '%u'
userdb: SELECT ${home}, 5000 AS uid FROM mail_boxes m WHERE email = '%u'`
  const found = recognise([domains, boxes([], more)], { queries })
  expect(settingsIn(found)['MAILBOX_INSERT']?.replaceAll("'", '')).toBe(insert)
  // With no key and no rows, nothing tells what its domain_id holds.
  expect(found.questions.map(({ column }) => column)).toEqual(['domain_id', ...asked])
  // Where nobody asks for them, they may be empty.
  expect(settingsIn(recognise([domains, boxes([], more)]))['MAILBOX_INSERT']).toBe('-')
  // Rows say more than that.
  const rows = boxRows.map((row) => ({ ...row, place_in_store: '/elsewhere', part_of_domain: 'x', part_of_user: 'y' }))
  const said = settingsIn(recognise([domains, boxes(rows, more)], { queries }))['MAILBOX_INSERT']
  expect(said).toContain("place_in_store='/elsewhere'")
})

test('what a column that is called like a secret holds is told nowhere', () => {
  const rows = boxRows.map((row) => ({ ...row, api_token: 'the same for everyone', recovery_key: hash }))
  const found = recognise([domains, boxes(rows, ['api_token text', 'recovery_key text'])])
  expect(JSON.stringify(found)).not.toMatch(/the same for everyone|SHA512/)
  expect(found.questions.map(({ column }) => column)).toEqual(['api_token', 'recovery_key'])
})
