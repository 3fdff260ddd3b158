import * as v from 'valibot'
import { describe, expect, test } from 'vitest'
import { mappingEntries, MappingError, toMapping } from '../../connector/mapping/settings.ts'
import { andWhere, assign, fill, insertInto } from '../../connector/mapping/pieces.ts'
import {
  addressTables,
  companions,
  conditions,
  optionalCompanions,
  quotaUnit,
} from '../../connector/mapping/grammar.ts'
import { idFromText, idText, newUlid } from '../../connector/mapping/ids.ts'
import { PRESET_NAMES, presets, withPreset } from '../../connector/mapping/presets/index.ts'
import { readQuota, writeQuota } from '../../connector/mapping/quota.ts'
import { list, Name, sql } from '../../connector/mapping/sql.ts'

const read = (env: Record<string, string>) => toMapping(v.parse(v.object(mappingEntries), env))
const column = (name: string) => new Name([name])

describe('pieces of SQL', () => {
  test('a value can be nothing but a parameter, wherever it stands', () => {
    const piece = sql`a = ${"'; DROP TABLE x"} AND ${column('b`c')} IN (${list(['1', '2', '3'])})`
    expect(piece).toEqual({ text: 'a = ? AND `b``c` IN (?, ?, ?, ?)', values: ["'; DROP TABLE x", '1', '2', '3', '3'] })
  })

  test('an empty list is not asked for', () => {
    expect(() => list([])).toThrow('empty')
  })
})

describe('addresses and links', () => {
  test('of two columns, the second is what the domains’ key is, or the name where it says so', () => {
    const byId = read({ MAILBOX_ADDRESS: 'local_part@domain_id', DOMAIN_ID: 'domain_id' }).mailbox
    expect(byId.address).toMatchObject({ local: column('local_part'), domains: { id: column('domain_id') } })
    expect(byId.domain).toEqual({ column: column('domain_id'), holds: 'id' })

    const byName = read({ MAILBOX_ADDRESS: '`local part`@name:`the domain`' }).mailbox
    expect(byName.address).toMatchObject({ local: column('local part'), domain: column('the domain'), domains: null })
    expect(byName.domain).toEqual({ column: column('the domain'), holds: 'name' })

    const named = read({ MAILBOX_ADDRESS: 'user@domain', DOMAIN_ID: 'domain', DOMAIN_NAME: 'domain' }).mailbox
    expect(named.address).toMatchObject({ domains: null })
    expect(named.domain).toEqual({ column: column('domain'), holds: 'name' })
  })

  test('a list of the settings takes the place of a table of domains', () => {
    const { domain } = read({ DOMAIN_TABLE: '-', DOMAINS: 'Example.org, example.net' })
    expect(domain.table.values).toEqual(['example.org', 'example.net'])
  })

  test.each([
    [{ DOMAIN_TABLE: '-' }, 'DOMAINS must name'],
    [{ ALIAS_LIST: 'comma', ALIAS_DESTINATION: 'a@b' }, 'ALIAS_DESTINATION must be one column'],
    [{ ALIAS_INSERT: 'user_id={mailbox_id}' }, 'MAILBOX_ID must be set'],
    [{ MAILBOX_QUOTA: '-', COMPANION_INSERT: "quota: email='{address}', limit={quota}" }, 'MAILBOX_QUOTA must be set'],
    [{ COMPANION_DELETE: 'quota: user={login}' }, 'MAILBOX_LOGIN must be set'],
    [{ USAGE_TABLE: 'quota', USAGE_ADDRESS: 'login:user' }, 'MAILBOX_LOGIN must be set'],
    [{ COMPANION_DELETE: "quota: kind='mailbox'" }, 'COMPANION_DELETE must say'],
    [{ COMPANION_DELETE: "quota: local='{local}'" }, 'COMPANION_DELETE must say'],
    [{ MAILBOX_DELETE: 'gone=1', MAILBOX_WHERE: 'kind=0' }, 'MAILBOX_DELETE must change'],
    [{ ALIAS_DELETE: 'gone={now}' }, 'ALIAS_DELETE must change'],
    [{ ALIAS_DESTINATION: 'id:user' }, 'ALIAS_DESTINATION by id needs MAILBOX_ID'],
    [{ ALIAS_DESTINATION: 'r: address, a={alias_id}' }, 'ALIAS_DESTINATION in another table needs ALIAS_ID'],
    [{ ALIAS_DESTINATION: "r: address, kind='to'", ALIAS_ID: 'id' }, 'one column with {alias_id}'],
    [
      { ALIAS_DESTINATION: 'r: address, a={alias_id}', ALIAS_ID: 'id', ALIAS_WHERE: 'x=0', ALIAS_DELETE: 'x=1' },
      'ALIAS_DESTINATION in another table goes with neither',
    ],
    [{ ALIAS_DESTINATION: 'virtual_users: email, a={alias_id}', ALIAS_ID: 'id' }, 'nor the table of the aliases'],
    [{ ALIAS_DESTINATION: 'r: id:box, a={alias_id}', ALIAS_ID: 'id' }, 'ALIAS_DESTINATION by id needs MAILBOX_ID'],
    [{ ALIAS_DESTINATION: 'id:user', MAILBOX_ID: 'id', ALIAS_LIST: 'comma' }, 'ALIAS_DESTINATION must be one column'],
    [{ MAILBOX_PASSWORD: 'c: hash, user={mailbox_id}' }, 'MAILBOX_ID must be set'],
    [{ MAILBOX_PASSWORD: "c: hash, kind='mail'" }, 'MAILBOX_PASSWORD and MAILBOX_QUOTA must say by'],
    [{ MAILBOX_PASSWORD: 'c: hash, user={address}' }, 'COMPANION_INSERT must write {password}'],
  ])('what does not go together is told: %j', (env, message) => {
    expect(() => read(env)).toThrow(MappingError)
    expect(() => read(env)).toThrow(message)
  })

  test('everything that does not go together is told at once', () => {
    expect(() => read({ DOMAIN_TABLE: '-', COMPANION_DELETE: 'a: b=1' })).toThrow(/DOMAINS must.*\n.*COMPANION_DELETE/)
  })

  test('without a table of aliases there is nothing to do with aliases', () => {
    expect(read({ ALIAS_TABLE: '-' })).toMatchObject({ alias: null, actions: ['create', 'delete', 'password', 'lock'] })
    expect(() => read({ MAIL_ACTIONS: 'password, fly' })).toThrow('must be some of')
  })
})

describe('which rows count', () => {
  test.each([
    ['deleted_at IS NULL', { is: '=', not: false, values: [null] }],
    ['deleted_at is not null', { is: '=', not: true, values: [null] }],
    ['deleted_at=NULL', { is: '=', not: false, values: [null] }],
    ["deleted_at NOT IN ('x', NULL)", { is: '=', not: true, values: ['x', null] }],
    ['deleted_at>={now}', { is: '>=', not: false, values: ['{now}'] }],
    ["deleted_at not like 'a%, b'", { is: 'LIKE', not: true, values: ['a%, b'] }],
    ['deleted_at & 12 <> 4', { bits: '12', is: '=', not: true, values: ['4'] }],
  ])('%s', (text, said) => {
    expect(v.parse(conditions, text)).toEqual([[{ column: column('deleted_at'), ...said }]])
  })

  test('one of several may do, and a comma still adds another', () => {
    const read = v.parse(conditions, 'expires IS NULL OR expires>{now} or forever=1, active=1')
    expect(read.map((one) => one.map(({ column: { text }, is, values }) => [text, is, ...values]))).toEqual([
      [
        ['`expires`', '=', null],
        ['`expires`', '>', '{now}'],
        ['`forever`', '=', '1'],
      ],
      [['`active`', '=', '1']],
    ])
  })

  test('as SQL they are what they say', () => {
    const text = "expires IS NULL OR expires>{now}, kind<>'x', path NOT LIKE '/srv/%', flags & 8=0"
    expect(andWhere(v.parse(conditions, text))).toEqual(
      sql` AND ((${column('expires')} IS NULL) OR (${column('expires')} > NOW())) AND (NOT (${column('kind')} IN (${'x'}))) AND (NOT (${column('path')} LIKE ${'/srv/%'})) AND (((${column('flags')} & 8) IN (${'0'})))`,
    )
  })

  test.each([
    'deleted_at IS 1',
    'deleted_at IS',
    'deleted_at IS NULL active=1',
    'deleted_at>NULL',
    'deleted_at LIKE NULL',
    'deleted_at=1 OR',
    'OR deleted_at=1',
    'flags & 8=1',
    "flags & 8='x'",
    'flags & x=0',
    'flags & 0=0',
  ])('refuses “%s”', (text) => {
    expect(v.safeParse(conditions, text).success).toBe(false)
  })

  test('what one value alone fulfils is written into a new row, and of several that do the first', () => {
    const { insert } = read({
      MAILBOX_WHERE: "expires>{now} OR expires IS NULL, kind IN ('a', 'b'), a<>1, flags & 8=0, path LIKE 'x'",
      MAILBOX_INSERT: 'flags=3',
    }).mailbox
    expect(insert.map(({ column: { text }, bits, value }) => [text, bits, value])).toEqual([
      ['`expires`', undefined, null],
      ['`flags`', '8', '0'],
      ['`flags`', undefined, '3'],
    ])
  })
})

describe('flags that are bits of one number', () => {
  const locked = v.parse(mappingEntries.MAILBOX_LOCKED, 'flags & 12=8')

  test('are set one by one, and the others stay as they are', () => {
    expect(assign(locked)).toEqual([sql`${column('flags')} = (COALESCE(${column('flags')}, 0) & ~12) | 8`])
    expect(insertInto(column('t'), [{ column: column('flags'), value: '7' }, ...locked], {})).toEqual(
      sql`INSERT INTO ${column('t')} (${column('flags')}) VALUES ((${'7'} & ~12) | 8)`,
    )
    expect(insertInto(column('t'), locked, {})).toEqual(
      sql`INSERT INTO ${column('t')} (${column('flags')}) VALUES ((0 & ~12) | 8)`,
    )
  })

  test.each(['flags & 8={now}', 'flags & 8=16', 'flags<8', "flags LIKE '8'", 'a=1 OR b=1', 'a<>1'])(
    'nothing is set by “%s”',
    (text) => {
      expect(v.safeParse(mappingEntries.MAILBOX_LOCKED, text).success).toBe(false)
    },
  )
})

describe('what a mailbox has in another table', () => {
  test('is said with its table, and whose row it is', () => {
    const { mailbox } = read({
      MAILBOX_ID: 'id',
      MAILBOX_PASSWORD: "mail.`the keys`: hash, user={mailbox_id}, kind='a, b'",
      MAILBOX_QUOTA: 'limits: size, owner={address}, kind=NULL',
      COMPANION_INSERT: 'mail.`the keys`: user={mailbox_id}, hash={password}',
    })
    expect(mailbox.passwordAt).toEqual({
      table: new Name(['mail', 'the keys']),
      by: [
        { column: column('user'), value: '{mailbox_id}' },
        { column: column('kind'), value: 'a, b' },
      ],
    })
    expect(mailbox.quota).toMatchObject({ column: column('size'), at: { table: column('limits') } })
    expect(read({}).mailbox).toMatchObject({ passwordAt: null, quota: { at: null } })
    expect(read({ MAILBOX_QUOTA: '-' }).mailbox.quota).toBeNull()
  })

  test.each([
    'keys: hash',
    'keys: hash,',
    'keys: , user={mailbox_id}',
    'keys: hash, user={domain}',
    'keys: hash, a<>1',
    "keys: hash, user='x{address}'",
  ])('refuses “%s”', (text) => {
    expect(v.safeParse(mappingEntries.MAILBOX_PASSWORD, text).success).toBe(false)
  })
})

describe('rows that come with a mailbox', () => {
  test('are named by table, and their values may have what ends a table or a value in other places', () => {
    expect(
      v.parse(companions(['address']), "alias: address='{address}', note='a; b: c, d'; `my quota`.q2: x={address};"),
    ).toEqual([
      {
        table: new Name(['alias']),
        columns: [
          { column: column('address'), value: '{address}' },
          { column: column('note'), value: 'a; b: c, d' },
        ],
        optional: false,
      },
      { table: new Name(['my quota', 'q2']), columns: [{ column: column('x'), value: '{address}' }], optional: false },
    ])
  })

  test.each(['alias', 'alias:', 'alias a=1', 'alias: a<>1', "alias: a='{password}'", 'alias: a=1 other: b=2', ': a=1'])(
    'refuses “%s”',
    (text) => {
      expect(v.safeParse(companions(['address']), text).success).toBe(false)
    },
  )
})

describe('rows that go with a mailbox', () => {
  test('may be in a table that need not be there, which rows that come with it may not', () => {
    const text = "quota2: a='{address}'; `app password`? : b='{address}'; mail.totp?: c='{address}'"
    expect(v.parse(optionalCompanions(['address']), text).map(({ table, optional }) => [table.text, optional])).toEqual(
      [
        ['`quota2`', false],
        ['`app password`', true],
        ['`mail`.`totp`', true],
      ],
    )
    expect(v.safeParse(companions(['address']), text).success).toBe(false)
    expect(v.safeParse(optionalCompanions(['address']), "quota2??: a='{address}'").success).toBe(false)
  })
})

describe('other tables whose addresses are taken', () => {
  test('are named with their column or columns', () => {
    expect(v.parse(addressTables, 'lists: address; `my groups`.g : name@name:domain')).toEqual([
      { table: new Name(['lists']), address: { whole: column('address') } },
      {
        table: new Name(['my groups', 'g']),
        address: { local: column('name'), domain: column('domain'), holds: 'name' },
      },
    ])
  })

  test.each(['lists', 'lists:', 'lists: a b', 'lists: address;', ': address'])('refuses “%s”', (text) => {
    expect(v.safeParse(addressTables, text).success).toBe(false)
  })
})

describe('what stands for something in a value', () => {
  const known = { local: 'ada', domain: 'example.org', 'domain.': sql`FROM d WHERE id = ${'7'}` }

  test.each([
    ['{local}/{domain}/', sql`${'ada/example.org/'}`],
    ['{now}', sql`NOW()`],
    ['{unix}', sql`UNIX_TIMESTAMP()`],
    ['{1}', sql`TRUE`],
    ['{0}', sql`FALSE`],
    ['{0}1', sql`${'{0}1'}`],
    ['{domain.customer id}', sql`(SELECT ${column('customer id')} FROM d WHERE id = ${'7'})`],
    ['{"json": {"local": 1}, "empty": {}}', sql`${'{"json": {"local": 1}, "empty": {}}'}`],
    ['', sql`${''}`],
    [null, sql`NULL`],
  ])('%j', (value, piece) => {
    expect(fill(value, known)).toEqual(piece)
  })

  test('the time within a longer text is its digits', () => {
    expect(fill('{local}-{now}/', known)).toEqual(
      sql`CONCAT(${'ada'}, ${'-'}, DATE_FORMAT(NOW(), '%Y.%m.%d.%H.%i.%s'), ${'/'})`,
    )
  })

  test('a letter of the local part is nothing where there are fewer, and tells of no row whose it is', () => {
    expect(fill('{local:1}/{local:2}/{local}', { local: 'ada' })).toEqual(sql`${'a/d/ada'}`)
    expect(fill('{local:4}', { local: 'ada' })).toEqual(sql`${''}`)
    expect(v.safeParse(mappingEntries.MAILBOX_INSERT, "path='{local:1}/{local}'").success).toBe(true)
    expect(v.safeParse(mappingEntries.MAILBOX_INSERT, "path='{domain:1}'").success).toBe(false)
    expect(v.safeParse(mappingEntries.COMPANION_DELETE, "t: a='{local:1}', b='{domain}'").success).toBe(false)
  })

  test('what is not known is not invented: it makes the whole NULL, which equals nothing', () => {
    expect(fill('{mailbox_id}', { mailbox_id: null })).toEqual(sql`${null}`)
  })
})

describe('ids that a program makes', () => {
  test('a ULID has its time in front, as its specification says, and is another each time', () => {
    const made = newUlid('text', 1469918176385)
    expect(made).toMatch(/^01ARYZ6S41[0-9A-HJKMNP-TV-Z]{16}$/)
    expect(newUlid('text', 1469918176385)).not.toBe(made)
    expect(newUlid('hex', 1469918176385)).toMatch(/^01563df36481[0-9a-f]{20}$/)
  })

  test('as raw bytes they are unpacked on the way to the column, and read as digits', () => {
    expect(fill('{uuid:bytes}')).toEqual(sql`UNHEX(REPLACE(UUID(), '-', ''))`)
    expect(fill('{ulid:bytes}')).toMatchObject({ text: 'UNHEX(?)', values: [expect.stringMatching(/^[0-9a-f]{32}$/)] })
    const { mailbox, domain } = read({ MAILBOX_ID: 'bytes:id', DOMAIN_ID: 'bytes:`the key`', ALIAS_DOMAIN: 'd' })
    expect([mailbox.id, domain.id, mailbox.domain?.column].map((one) => one && idText(one).text)).toEqual([
      'HEX(`id`)',
      'HEX(`the key`)',
      'HEX(`domain_id`)',
    ])
    expect(idFromText(domain.id, '0A')).toEqual(sql`UNHEX(${'0A'})`)
    expect(idFromText(column('id'), '7')).toBe('7')
  })

  test.each(['{local:bytes}', '{uuid:1}'])('there is no %s', (value) => {
    expect(v.safeParse(mappingEntries.MAILBOX_INSERT, `id=${value}`).success).toBe(false)
  })
})

describe('storage', () => {
  const quota = (unit: string, ...unlimited: (string | null)[]) => ({
    column: column('quota'),
    at: null,
    unit: v.parse(quotaUnit, unit),
    unlimited: unlimited.length > 0 ? unlimited : ['0'],
  })
  const GiB = 1024 ** 3

  test.each([
    ['B', '5368709120'],
    ['KiB', '5242880'],
    ['MiB', '5120'],
    ['GiB', '5'],
    ['1024000', '5243'],
    ['text', '5G'],
    ['*:storage={size}', '*:storage=5G'],
    ['{bytes}S', '5368709120S'],
  ])('5 GiB in %s is %s', (unit, written) => {
    expect(writeQuota(quota(unit), 5 * GiB)).toBe(written)
    if (unit !== '1024000') expect(readQuota(quota(unit), written)).toBe(5 * GiB)
  })

  test('a size is rounded up to its unit, and a text takes the unit that says it exactly', () => {
    expect(writeQuota(quota('MiB'), 1024 ** 2 + 1)).toBe('2')
    expect(writeQuota(quota('text'), 1536 * 1024 ** 2)).toBe('1536M')
    expect(writeQuota(quota('text'), 1025)).toBe('1025B')
  })

  test.each([
    ['5G', 5 * GiB],
    ['1.5 g', 1.5 * GiB],
    ['500MB', 500 * 1024 ** 2],
    ['2MiB', 2 * 1024 ** 2],
    ['1024', 1024],
    ['all of it', null],
  ])('the text %s is read as %s bytes', (text, bytes) => {
    expect(readQuota(quota('text'), text)).toBe(bytes)
  })

  test.each([
    ['{bytes}S', '1073741824', GiB],
    ['{bytes}S', '1073741824S,1000C', GiB],
    ['{bytes}S', 'NOQUOTA', null],
    ['*:storage={size}', '*:storage=1G:messages=500', GiB],
    ['text', '5 apples', null],
    ['B', 'a lot', null],
    ['B', '', null],
  ])('in %s, %s is read as %s', (unit, text, bytes) => {
    expect(readQuota(quota(unit), text)).toBe(bytes)
  })

  test('any of the values that mean no limit is read so, and the first is written', () => {
    const either = quota('B', '-1', '0')
    expect([-1, '0', null].map((value) => readQuota(either, value))).toEqual(['unlimited', 'unlimited', 'unlimited'])
    expect(writeQuota(either, null)).toBe('-1')
    expect(writeQuota(quota('B', null), null)).toBeNull()
  })

  test.each(['', '0', '-1', 'MB', '{size}{bytes}', '{quota}'])('refuses the unit “%s”', (unit) => {
    expect(v.safeParse(quotaUnit, unit).success).toBe(false)
  })
})

describe('presets', () => {
  test.each(PRESET_NAMES)('%s can be read as it is', (name) => {
    expect(() => read(presets[name])).not.toThrow()
  })

  test('each variable of the environment counts more than the preset’s', () => {
    const env = withPreset({ MAIL_SCHEMA: 'postfixadmin', MAILBOX_TABLE: 'other', MAILBOX_QUOTA: undefined })
    expect(env).toMatchObject({ MAILBOX_TABLE: 'other', MAILBOX_ADDRESS: 'username' })
  })
})
