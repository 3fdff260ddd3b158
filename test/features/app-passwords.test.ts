import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { passdbQuery } from '../../connector/passdb.ts'
import { startApp, type TestApp } from '../support/app.ts'
import type { Browser } from '../support/browser.ts'
import { askPassdb } from '../support/credentials.ts'
import { addMailbox, everyRow, MAILBOX_PASSWORD } from '../support/tasks.ts'

const ADDRESS = 'ada.lovelace@example.org'
const fields = { name: 'phone', protocols: ['imap', 'sending'], lastDay: '', password: MAILBOX_PASSWORD }

let site: TestApp
let ada: Browser
let path: string
beforeAll(async () => {
  site = await startApp({ env: { APP_PASSWORDS: 'offered' } })
  ada = await site.signedIn('ada')
})
afterAll(() => site.stop())
beforeEach(async () => {
  for (const table of [
    'colombier_mailboxes',
    'colombier_tasks',
    'colombier_credentials',
    'colombier_audit',
    'colombier_outbox',
    'colombier_rate_limits',
    'virtual_users',
  ])
    await site.query(`DELETE FROM ${table}`)
  path = `/mailboxes/${await addMailbox(site, { address: ADDRESS, accountId: site.idOf('ada') })}/app-passwords`
})

const shownIn = (html: string): string => /<code>([a-z2-9]{4}(?:-[a-z2-9]{4}){6})<\/code>/.exec(html)?.[1] ?? ''
async function make(given: Partial<typeof fields> = {}) {
  const { status, html } = await ada.post(path, { ...fields, ...given })
  return { status, html, secret: shownIn(html) }
}
const find = (password: string, protocol = 'imap') =>
  askPassdb(
    site.query,
    passdbQuery({ mapping: site.config.mapping, database: site.database.name, loginKey: site.credentialKeys.login }),
    { user: ADDRESS, password, protocol },
  )
const names = async () =>
  (
    await site.query<{ name: string }>('SELECT name FROM colombier_credentials WHERE revoked_at IS NULL ORDER BY id')
  ).map(({ name }) => name)

test('ada makes an app password, which is shown once, opens her mail and stands nowhere', async () => {
  const { status, html, secret } = await make()
  expect(status, html).toBe(201)
  expect(secret).not.toBe('')
  expect((await find(secret))?.keyPassword).toBe(site.config.keyPassword.derive(MAILBOX_PASSWORD))
  expect(await find(secret, 'submission')).not.toBeNull()
  expect(await find(secret, 'pop3')).toBeNull()

  const list = await ada.get(path)
  expect(list.html).toContain('phone')
  expect(shownIn(list.html)).toBe('')
  const tables = JSON.stringify(await everyRow(site))
  expect(tables).not.toContain(secret)
  expect(site.lines.join('')).not.toContain(secret)
  const [audit] = await site.query('SELECT action, mailbox, subject FROM colombier_audit')
  expect(audit).toEqual({ action: 'app_password.made', mailbox: ADDRESS, subject: 'phone' })
  expect(await site.query('SELECT recipient, subject FROM colombier_outbox')).toEqual([
    { recipient: 'ada@people.test', subject: `New app password for ${ADDRESS}` },
  ])
  expect((await site.visitor().post('/sign-in', { email: 'ada@people.test', password: secret })).status).toBe(422)
})

test.each([
  ['the wrong password', { password: 'not the password' }],
  ['no password', { password: '' }],
  ['no name', { name: ' ' }],
  ['no protocol', { protocols: [] }],
  ['a protocol that there is not', { protocols: ['lmtp'] }],
  ['a day that there is not', { lastDay: '2027-02-30' }],
  ['a day that is over', { lastDay: '2020-01-01' }],
])('with %s nothing is made, and the field says why', async (_, given) => {
  const before = await everyRow(site)
  const { status, html } = await make(given)
  expect(status).toBe(422)
  expect(html).toMatch(/aria-invalid="true"/)
  expect(await everyRow(site)).toEqual(before)
})

test('at most twenty, also when two are asked for at once', async () => {
  for (let number = 1; number < 20; number++) expect((await make({ name: `number ${number}` })).status).toBe(201)
  const two = await Promise.all([make({ name: 'one' }), make({ name: 'other' })])
  expect(two.map(({ status }) => status).sort()).toEqual([201, 422])
  expect(await names()).toHaveLength(20)
  expect((await ada.get(path)).html).toContain('which is the most it can have')
})

test('one is revoked and the others are not; then all are', async () => {
  const phone = await make()
  const laptop = await make({ name: 'laptop' })
  const [row] = await site.query<{ id: number }>("SELECT id FROM colombier_credentials WHERE name = 'phone'")
  const revoked = await ada.post(`${path}/${row?.id ?? 0}/revocation`, {}, { htmx: true })
  expect(revoked.html).toContain('was revoked')
  expect(await names()).toEqual(['laptop'])
  expect(await find(phone.secret)).toBeNull()
  expect(await find(laptop.secret)).not.toBeNull()
  expect((await ada.post(`${path}/${row?.id ?? 0}/revocation`)).status).toBe(303)

  await make({ name: 'tablet' })
  expect((await ada.post(`${path}/revocation`)).status).toBe(303)
  expect(await names()).toEqual([])
  expect(await find(laptop.secret)).toBeNull()
  const audit = await site.query<{ action: string }>('SELECT action FROM colombier_audit ORDER BY id')
  expect(audit.map(({ action }) => action).slice(2)).toEqual([
    'app_password.revoked',
    'app_password.made',
    'app_password.all_revoked',
  ])
})

test('cleo, ben and who is not signed in find nothing there, and change nothing', async () => {
  await make()
  const [row] = await site.query<{ id: number }>('SELECT id FROM colombier_credentials')
  const others = [await site.signedIn('cleo'), await site.signedIn('ben')]
  const before = await everyRow(site)
  const visitor = await site.visitor().post(`${path}/revocation`)
  expect(visitor.location).toContain('/sign-in')
  for (const other of others) {
    expect((await other.get(path)).status).toBe(404)
    expect((await other.post(path, fields)).status).toBe(404)
    expect((await other.post(`${path}/${row?.id ?? 0}/revocation`)).status).toBe(404)
    expect((await other.post(`${path}/revocation`)).status).toBe(404)
  }
  expect(await everyRow(site)).toEqual(before)
})

test('an app password of her other mailbox is not revoked through this one', async () => {
  const other = await addMailbox(site, { address: 'ada.other@example.org', accountId: site.idOf('ada') })
  await make()
  const [row] = await site.query<{ id: number }>('SELECT id FROM colombier_credentials')
  await ada.post(`/mailboxes/${other}/app-passwords/${row?.id ?? 0}/revocation`)
  await ada.post(`/mailboxes/${other}/app-passwords/revocation`)
  expect(await names()).toEqual(['phone'])
})

test('a mailbox that is locked gets none, and is told why', async () => {
  const next = 'a second long password'
  await ada.post(path.replace('app-passwords', 'password'), { current: MAILBOX_PASSWORD, password: next, again: next })
  const { status, html } = await make()
  expect(status).toBe(422)
  expect(html).toContain('class="alert bad"')
  expect(await names()).toEqual([])
})

test('where they are off, nothing leads there, whatever the mail hosts take', async () => {
  const without = await startApp({ env: { APP_PASSWORDS: 'off' } })
  const id = await addMailbox(without, { address: ADDRESS, accountId: without.idOf('ada') })
  await report(without, 'offered')
  const her = await without.signedIn('ada')
  expect((await her.get('/mailboxes')).html).not.toContain('app-passwords')
  expect((await her.get(`/mailboxes/${id}/app-passwords`)).status).toBe(404)
  await without.stop()
  expect((await ada.get('/mailboxes')).html).toContain(path)
})

const report = ({ query }: TestApp, seen: string, { host = 'mail', minutesAgo = 1 } = {}) =>
  query(
    `REPLACE INTO colombier_connectors (host, version, seen_at, mode, app_passwords)
     VALUES (?, '1', UTC_TIMESTAMP(6) - INTERVAL ? MINUTE, 'cron', ?)`,
    [host, minutesAgo, seen],
  )

describe('where nothing is set', () => {
  let unset: TestApp
  let her: Browser
  let page: string
  beforeAll(async () => {
    unset = await startApp({ env: { MAIL_CLIENT_IMAP: 'imaps://mail.example.org' } })
    page = `/mailboxes/${await addMailbox(unset, { address: ADDRESS, accountId: unset.idOf('ada') })}/app-passwords`
    her = await unset.signedIn('ada')
  })
  afterAll(() => unset.stop())
  beforeEach(async () => {
    await unset.query('DELETE FROM colombier_connectors')
    await unset.query('DELETE FROM colombier_credentials')
  })
  const isOffered = async () => (await her.get('/mailboxes')).html.includes(page)
  const settings = async () => (await unset.visitor().get(`/mail-program?address=${ADDRESS}`)).html

  test('ada is offered them as soon as every mail host was seen to take them, and no longer', async () => {
    expect(await isOffered()).toBe(false)
    await report(unset, 'off')
    expect(await isOffered()).toBe(false)
    expect((await her.get(page)).status).toBe(404)
    expect((await her.post(page, fields)).status).toBe(404)
    expect(await settings()).toContain('always that of the mailbox')

    await report(unset, 'offered')
    expect(await isOffered()).toBe(true)
    expect((await her.post(page, fields)).status).toBe(201)
    await unset.query('DELETE FROM colombier_credentials')
    expect(await settings()).toContain('or an app password')
    await report(unset, 'off', { host: 'another' })
    expect(await isOffered()).toBe(false)
    // A mail host that was given up.
    await report(unset, 'off', { host: 'another', minutesAgo: 2 * 24 * 60 })
    expect(await isOffered()).toBe(true)
    await report(unset, 'offered', { minutesAgo: 2 * 24 * 60 })
    expect(await isOffered()).toBe(false)
  })

  test('those that she has can be revoked while the mail host takes none, and no other is made', async () => {
    await report(unset, 'offered')
    await her.post(page, fields)
    await report(unset, 'off')
    expect(await isOffered()).toBe(true)
    const { html } = await her.get(page)
    expect(html).toContain('takes no app passwords at the moment')
    expect(html).not.toContain('name="lastDay"')
    expect((await her.post(page, { ...fields, name: 'laptop' })).status).toBe(422)
    expect(await unset.query('SELECT name FROM colombier_credentials')).toEqual([{ name: 'phone' }])
    const [row] = await unset.query<{ id: number }>('SELECT id FROM colombier_credentials')
    const revoked = await her.post(`${page}/${row?.id ?? 0}/revocation`, {}, { htmx: true })
    expect(revoked.html).toContain('was revoked')
    expect(await isOffered()).toBe(false)
  })

  test('where the mail host takes nothing else, she is told so', async () => {
    await report(unset, 'required')
    expect((await her.get(page)).html).toContain('own password here')
    expect(await settings()).toContain('own password does not work in mail programs')
  })
})
