import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createConnection, type RowDataPacket } from 'mysql2/promise'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import {
  deriveCredentialKeys,
  digestOf,
  lookupOf,
  openDigest,
  unwrap,
  wrap,
  type CredentialKeys,
  type CredentialTerms,
  type WrappedForm,
} from '../../connector/contract/credentials.ts'
import { removeMailbox } from '../../connector/contract/removal.ts'
import { findRealHash } from '../../connector/contract/lock.ts'
import { passdbBlock, passdbGrants, passdbQuery, NotForDovecot } from '../../connector/passdb.ts'
import { Name } from '../../connector/mapping/sql.ts'
import { transaction } from '../../src/db/store.ts'
import { layouts } from '../schemas/layouts.ts'
import { startApp, type TestApp } from '../support/app.ts'
import { startLayoutSite } from '../support/layout-site.ts'
import { onMysql } from '../support/database-server.ts'
import { askPassdb, everyProtocol, filledIn, putCredential } from '../support/credentials.ts'
import { addMailbox } from '../support/tasks.ts'

interface Vector {
  web: { privateKey: string; publicKey: string }
  connector: { publicKey: string }
  terms: CredentialTerms
  secret: string
  login: string
  digest: string
  keyPassword: string
  loginHash: string
  form: Record<keyof WrappedForm, string>
}
const { credential: vector, seal: sealKeys } = JSON.parse(
  readFileSync(new URL('../../connector/contract/vectors.json', import.meta.url), 'utf8'),
) as { credential: Omit<Vector, 'web' | 'connector'>; seal: Pick<Vector, 'web' | 'connector'> }

const ADA = 'ada.lovelace@example.org'
const GRACE = 'grace.hopper@example.org'
const SECRET = 'k3fm-9wqa-zt4e-hh2p-x8rn-dd6s-u7vy'
const KEY_PASSWORD = createHash('sha256').update('the first of many').digest('hex')
const HASH = '{PLAIN}the first of many'

const placeOf = (site: Pick<TestApp, 'config' | 'credentialKeys' | 'database'>) => ({
  mapping: site.config.mapping,
  database: site.database.name,
  loginKey: site.credentialKeys.login,
})

describe('a wrapped key password', () => {
  const keys = deriveCredentialKeys(sealKeys.web.privateKey, sealKeys.connector.publicKey)
  const form = Object.fromEntries(
    Object.entries(vector.form).map(([name, text]) => [name, Buffer.from(text, 'base64url')]),
  ) as unknown as WrappedForm
  const { terms, digest, keyPassword, loginHash } = vector

  test('is opened by the committed credential, and by the committed key password the other way about', () => {
    expect(keys.login).toBe(vector.login)
    expect(digestOf(keys, vector.secret)).toBe(digest)
    expect(lookupOf(digest)).toEqual(form.lookup)
    expect(unwrap(terms, form, digest, loginHash)).toBe(keyPassword)
    expect(openDigest(keys, terms, form, keyPassword)).toBe(digest)
  })

  test('opens for no other mailbox, kind, protocols, day, hash or credential, and with no byte altered', () => {
    const others: Partial<CredentialTerms>[] = [
      { mailbox: 'ben@example.org' },
      { kind: 'recovery' },
      { protocols: 'imap' },
      { lastDay: '2027-01-01' },
      { lastDay: null },
    ]
    for (const other of others) expect(unwrap({ ...terms, ...other }, form, digest, loginHash)).toBeNull()
    expect(unwrap(terms, form, digest, '{PLAIN}other')).toBeNull()
    expect(unwrap(terms, form, digestOf(keys, 'another'), loginHash)).toBeNull()
    for (const part of ['salt', 'wrapped', 'proof'] as const)
      for (let index = 0; index < form[part].length; index++) {
        const altered = Buffer.from(form[part])
        altered[index] = (altered[index] ?? 0) ^ 1
        expect(unwrap(terms, { ...form, [part]: altered }, digest, loginHash), `${part} ${index}`).toBeNull()
      }
  })

  test('is sealed with a key of the two programs as well as with the key password', () => {
    const strange = deriveCredentialKeys(sealKeys.web.privateKey, sealKeys.web.publicKey)
    expect(openDigest(strange, terms, form, keyPassword)).toBeNull()
    expect(openDigest(keys, terms, form, 'another')).toBeNull()
    expect(openDigest(keys, { ...terms, mailbox: 'ben@example.org' }, form, keyPassword)).toBeNull()
    expect(openDigest(keys, terms, { ...form, sealed: Buffer.alloc(0) }, keyPassword)).toBeNull()
    for (let index = 0; index < form.sealed.length; index++) {
      const sealed = Buffer.from(form.sealed)
      sealed[index] = (sealed[index] ?? 0) ^ 1
      expect(openDigest(keys, terms, { ...form, sealed }, keyPassword), `byte ${index}`).toBeNull()
    }
  })

  test('is another each time, though the credential and the key password are the same', () => {
    const [one, two] = [0, 1].map(() => wrap(keys, terms, digest, { keyPassword, loginHash }))
    for (const part of ['salt', 'wrapped', 'sealed', 'proof'] as const) expect(one?.[part]).not.toEqual(two?.[part])
    expect(one?.lookup).toEqual(two?.lookup)
  })
})

describe.each(layouts)('on the tables of $product', (layout) => {
  test('the database itself unwraps what was wrapped for a mailbox that is open, and for no other', async () => {
    const site = await startLayoutSite(layout)
    try {
      const keys = site.credentialKeys
      await site.query('INSERT INTO colombier_mailboxes (address, created_at) VALUES (?, UTC_TIMESTAMP(6))', [GRACE])
      const loginHash = (await findRealHash(site.pool, site.locking, GRACE)) ?? ''
      const terms = { mailbox: GRACE, kind: 'app', protocols: everyProtocol, lastDay: null } as const
      const odd = 'Été à l’ombre'.repeat(39)
      await putCredential(site.query, keys, terms, SECRET, { keyPassword: odd, loginHash })
      // What people log in with, where it is not the address.
      const [local = '', domain = ''] = GRACE.split('@')
      const said = layout.user?.replace('%u', local).replace('%d', domain) ?? `'${GRACE}'`
      const [row] = await site.query<{ login: string }>(`SELECT ${said} AS login`)
      const login = row?.login ?? ''
      const ask = (password: string, user = login) =>
        askPassdb(site.query, passdbQuery(placeOf(site)), { user, password })

      expect((await ask(SECRET))?.keyPassword).toBe(odd)
      expect((await ask(SECRET, login.toUpperCase()))?.user).toBe(login)
      expect(await ask('another')).toBeNull()
      expect(await ask(SECRET, login.replace('grace', 'gracé'))).toBeNull()
      await site.query("UPDATE colombier_mailboxes SET locks = 'administrator'")
      expect(await ask(SECRET)).toBeNull()
    } finally {
      await site.stop()
    }
  })
})

describe('on the default tables', () => {
  let site: TestApp
  let keys: CredentialKeys
  let passdb: string
  const terms = { mailbox: ADA, kind: 'app', protocols: everyProtocol, lastDay: null } as const
  const inForce = { keyPassword: KEY_PASSWORD, loginHash: HASH }
  beforeAll(async () => {
    site = await startApp()
    keys = site.credentialKeys
    passdb = passdbQuery(placeOf(site))
    await addMailbox(site, { address: ADA, accountId: site.idOf('ada'), hash: HASH })
    await addMailbox(site, { address: 'ada.other@example.org', accountId: site.idOf('ada'), hash: HASH })
  })
  afterAll(() => site.stop())
  beforeEach(async () => {
    await site.query('DELETE FROM colombier_credentials')
    await putCredential(site.query, keys, terms, SECRET, inForce)
  })
  const ask = (login: { user?: string; password?: string; protocol?: string } = {}) =>
    askPassdb(site.query, passdb, { user: ADA, password: SECRET, ...login })

  test('the hash that Dovecot is given is that of the password which it was given', async () => {
    const digest = createHash('sha256').update(SECRET).digest('hex')
    expect(await ask()).toEqual({ user: ADA, password: `{SHA256.HEX}${digest}`, keyPassword: KEY_PASSWORD })
  })

  test.each([
    ['copied to another mailbox', "mailbox = 'ada.other@example.org'", 'ada.other@example.org'],
    ['made a credential for more protocols', "protocols = 'imap,lmtp'", ADA],
    ['given another last day', "last_day = '2999-01-01'", ADA],
    ['given another salt', "salt = REPEAT('x', 16)", ADA],
    ['given another key password', "wrapped = AES_ENCRYPT('mine', 'mine')", ADA],
    ['given another proof', "proof = REPEAT('x', 32)", ADA],
    ['made a recovery code', "kind = 'recovery'", ADA],
  ])('a row that was %s is not found', async (_, change, user) => {
    expect(await ask()).not.toBeNull()
    await site.query(`UPDATE colombier_credentials SET ${change}`)
    expect(await ask({ user })).toBeNull()
  })

  test('a recovery code logs in to nothing', async () => {
    const code = { ...terms, kind: 'recovery', protocols: '' } as const
    await putCredential(site.query, keys, code, 'the code', inForce)
    expect(await ask({ password: 'the code' })).toBeNull()
    await site.query("UPDATE colombier_credentials SET kind = 'app', protocols = 'imap'")
    expect(await ask({ password: 'the code' })).toBeNull()
  })

  test('it logs in over the protocols that it was made for, and until the end of its last day', async () => {
    expect(await ask({ protocol: 'lmtp' })).toBeNull()
    expect(await ask({ protocol: '' })).toBeNull()
    const dayIn = async (days: number) =>
      String((await site.query<{ day: string }>('SELECT UTC_DATE() + INTERVAL ? DAY AS day', [days]))[0]?.day)
    const some = async (protocols: string, lastDay: string | null) => {
      await site.query('DELETE FROM colombier_credentials')
      await putCredential(site.query, keys, { ...terms, protocols, lastDay }, SECRET, inForce)
    }
    await some('pop3,smtp', null)
    expect(await ask()).toBeNull()
    expect(await ask({ protocol: 'pop3' })).not.toBeNull()
    await some('imap', await dayIn(0))
    expect(await ask()).not.toBeNull()
    await some('imap', await dayIn(-1))
    expect(await ask()).toBeNull()
  })

  test('it ends with the hash that was in force when it was made, whoever replaces that', async () => {
    await site.query("UPDATE virtual_users SET password = '{PLAIN}another' WHERE email = ?", [ADA])
    expect(await ask()).toBeNull()
    await site.query('UPDATE virtual_users SET password = ?, active = 0 WHERE email = ?', [HASH, ADA])
    expect(await ask()).toBeNull()
    await site.query('UPDATE virtual_users SET active = 1 WHERE email = ?', [ADA])
    expect(await ask()).not.toBeNull()
  })

  test('what the doctor tries, of a mailbox that the mail server does not have, is found; made so for one that it has, it is not', async () => {
    const nobody = 'nobody@doctor.invalid'
    await site.query('INSERT INTO colombier_mailboxes (address, created_at) VALUES (?, UTC_TIMESTAMP(6))', [nobody])
    for (const mailbox of [nobody, ADA]) {
      const of = { ...terms, mailbox } as const
      await putCredential(site.query, keys, of, 'thrown away', { ...inForce, loginHash: null })
    }
    expect(await ask({ user: nobody, password: 'thrown away' })).not.toBeNull()
    expect(await ask({ password: 'thrown away' })).toBeNull()
  })

  test('a log-in that could not open the mail is none', async () => {
    const digest = digestOf(keys, SECRET)
    const [row] = await site.query<WrappedForm>('SELECT salt FROM colombier_credentials')
    const wrapped = Buffer.from('not a text of this cipher, in 32 b')
    const sha = (text: string) => createHash('sha256').update(text).digest('hex')
    const hex = (bytes: Buffer | undefined) => bytes?.toString('hex').toUpperCase()
    const said = ['app', everyProtocol, '', hex(row?.salt), hex(wrapped), sha(HASH), ADA].join('|')
    const proof = Buffer.from(sha(`proof${digest}${sha(`proof${digest}${said}`)}`), 'hex')
    await site.query('UPDATE colombier_credentials SET wrapped = ?, proof = ?', [wrapped, proof])
    expect(await ask()).toBeNull()
  })

  test('who can write to the database makes no row that logs in, without the key in Dovecot’s configuration', async () => {
    await site.query('DELETE FROM colombier_credentials')
    await putCredential(site.query, { ...keys, login: 'guessed'.padEnd(64, '0') }, terms, SECRET, inForce)
    expect(await ask()).toBeNull()
  })

  test('Dovecot’s user needs the grants that are printed and its right on the mail server’s columns, and no other', async () => {
    const user = `dovecot_${site.database.name}`
    await site.query(`CREATE USER ${user}@'%' IDENTIFIED BY 'for tests only'`)
    await site.query(`GRANT SELECT (email, password, active) ON virtual_users TO ${user}@'%'`)
    for (const grant of passdbGrants(site.database.name, `${user}@'%'`).split('\n').filter(Boolean))
      await site.query(grant)
    const { host, port } = site.database.server
    const dovecot = await createConnection({
      host,
      port,
      user,
      password: 'for tests only',
      database: site.database.name,
    })
    const asked = filledIn(passdb, { user: ADA, password: SECRET })
    const [rows] = await dovecot.query<RowDataPacket[]>(asked)
    expect(rows).toHaveLength(1)
    await expect(dovecot.query('SELECT sealed FROM colombier_credentials')).rejects.toThrow(/denied/)
    await expect(dovecot.query('SELECT kept_hash FROM colombier_mailboxes')).rejects.toThrow(/denied/)

    // A row of each table, by a unique key, however many there are.
    const [plan] = await dovecot.query<
      (RowDataPacket & { table: string | null; type: string; rows: number | string })[]
    >(`EXPLAIN ${onMysql ? 'FORMAT=TRADITIONAL ' : ''}${asked}`)
    expect(plan.map(({ table, type, rows: read }) => [table, type, Number(read)]).sort()).toEqual([
      ['c', 'const', 1],
      ['m', 'const', 1],
      ['virtual_users', expect.stringMatching(/range|const|ref/), 1],
    ])

    const reads = async () => {
      const [status] = await dovecot.query<(RowDataPacket & { Value: string })[]>(
        "SHOW SESSION STATUS LIKE 'Handler_read%'",
      )
      return status.reduce((sum, { Value }) => sum + Number(Value), 0)
    }
    const readsFor = async (password: string) => {
      const [first, idle] = [await reads(), await reads()]
      await dovecot.query(filledIn(passdb, { user: ADA, password }))
      return (await reads()) - idle - (idle - first)
    }
    for (const password of [SECRET, 'another']) expect(await readsFor(password)).toBeLessThanOrEqual(3)
    await dovecot.end()
  })

  test('they go with their mailbox', async () => {
    const connector = site.database.connect()
    await transaction(connector, (db) => removeMailbox(db, site.config.mapping, ADA, 90))
    await connector.end()
    expect(await site.query('SELECT id FROM colombier_credentials')).toEqual([])
  })

  test('names that Dovecot would take apart are refused in words', () => {
    const { mapping } = site.config
    const odd = { ...mapping, mailbox: { ...mapping.mailbox, password: new Name(['pass%{user}']) } }
    expect(() => passdbBlock({ ...placeOf(site), mapping: odd })).toThrow(NotForDovecot)
  })
})
