import { readdir } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createApp } from '../../src/app.tsx'
import { readTables } from '../schemas/layouts.ts'
import { Browser, type Answer } from '../support/browser.ts'
import { makeMail, startMailHost, type MailHost } from './mail-host.ts'
import { readSubjects } from './promises.ts'

// PostfixAdmin's own tables with people in them, and its own queries for Dovecot 2.4 (DOCUMENTS/DOVECOT-2.4.md), to which
// the key password and the lab's paths are added.

const passdbQuery = `SELECT username AS user, password,
  '%{password | sha256 | hexlify}' AS userdb_crypt_user_key_password
  FROM mailbox WHERE username = '%{user}' AND active = '1'`
const userdbQuery = `SELECT '/srv/mail/%{user | domain}/%{user | username}' AS home, 5000 AS uid, 5000 AS gid,
  CONCAT(quota, 'B') AS quota_storage_size
  FROM mailbox WHERE username = '%{user}' AND active = '1'`
const quota = `mail_plugins {
  quota = yes
}
quota "User quota" {
  driver = count
}`

const ADDRESS = 'ada.lovelace@example.org'
const FIRST = 'a first long password'
const SECOND = 'a second long password'

let host: MailHost
let ada: Browser
let rows: () => Promise<unknown[]>
beforeAll(async () => {
  const { schema, rows: people } = readTables({ tables: 'postfixadmin' })
  host = await startMailHost({
    sql: schema + people,
    passdbQuery,
    userdbQuery,
    extraConfig: quota,
    env: { MAIL_SCHEMA: 'postfixadmin', DELETION_DELAY_HOURS: '0' },
  })
  rows = async () => [
    await host.query('SELECT * FROM mailbox ORDER BY username'),
    await host.query('SELECT * FROM alias ORDER BY address'),
    await host.query('SELECT * FROM vacation ORDER BY email'),
  ]
  await host.query('UPDATE colombier_accounts SET password_hash = ?', [await host.deps.hashers.account.hash(FIRST)])
  await host.query("INSERT INTO colombier_grants VALUES (1, 'example.org')")
  ada = new Browser(createApp(host.deps), host.deps.config.origin, '192.0.2.10')
})
afterAll(() => host.stop())

const accepted = ({ status, html }: Answer) => expect(status, html).toBe(303)
const connect = async () => {
  const { code, stdout } = await host.connect()
  expect(code, stdout).toBe(0)
}

describe('on PostfixAdmin’s tables and queries', () => {
  test('ada makes a mailbox, reads her mail before and after a new password, and deletes it; all else is as before', async () => {
    const before = await rows()
    accepted(await ada.post('/sign-in', { email: 'ada@example.org', password: FIRST, next: '/' }))

    const form = { localPart: 'ada.lovelace', domain: 'example.org', quotaMegabytes: '1024', password: FIRST }
    accepted(await ada.post('/mailboxes', { ...form, again: FIRST }))
    expect(await host.lab.canLogIn(ADDRESS, FIRST)).toBe(false)
    await connect()
    expect((await host.lab.deliver(ADDRESS, makeMail('First'))).code).toBe(250)
    expect(await readSubjects(host, ADDRESS, FIRST)).toEqual(['First'])

    const path = `/mailboxes/${(await host.find(ADDRESS)).id}`
    accepted(await ada.post(`${path}/password`, { current: FIRST, password: SECOND, again: SECOND }))
    expect(await host.lab.canLogIn(ADDRESS, FIRST)).toBe(false)
    expect((await host.lab.deliver(ADDRESS, makeMail('Meanwhile'))).code).toBe(250)
    await connect()
    expect(await host.lab.canLogIn(ADDRESS, FIRST)).toBe(false)
    expect((await host.lab.deliver(ADDRESS, makeMail('Later'))).code).toBe(250)
    expect(await readSubjects(host, ADDRESS, SECOND)).toEqual(['First', 'Meanwhile', 'Later'])
    expect((await ada.get(path)).html).toContain('>Active<')

    accepted(await ada.post(`${path}/deletion`, { password: SECOND }))
    expect(await host.lab.canLogIn(ADDRESS, SECOND)).toBe(false)
    await connect()
    expect((await host.lab.deliver(ADDRESS, makeMail('Too late'))).code).toBe(550)
    expect(
      (await readdir(`${host.lab.root}/srv/mail-quarantine`)).filter((name) => name.endsWith(ADDRESS)),
    ).toHaveLength(1)
    expect(await rows()).toEqual(before)
  })
})
