import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { CAST, PASSWORD, startApp, type Person, type TestApp } from '../support/app.ts'
import type { Browser } from '../support/browser.ts'
import { addMailbox } from '../support/tasks.ts'

// Acts that hurt others, or open an account to somebody else, ask for the password again after ten minutes.

let site: TestApp
let mailbox: number
beforeAll(async () => {
  site = await startApp()
  mailbox = await addMailbox(site, { address: 'ada.lovelace@example.org', accountId: site.idOf('ada') })
  await site.query(
    `INSERT INTO virtual_users (domain_id, email, password, quota)
     SELECT id, 'before.colombier@example.org', '{PLAIN}x', 0 FROM virtual_domains WHERE name = 'example.org'`,
  )
})
afterAll(() => site.stop())
beforeEach(() => site.query('DELETE FROM colombier_rate_limits'))

/** a browser in which this person signed in a while ago */
async function signedInBefore(person: Person): Promise<Browser> {
  const browser = await site.signedIn(person)
  await site.query('UPDATE colombier_sessions SET proven_at = UTC_TIMESTAMP(6) - INTERVAL 11 MINUTE')
  return browser
}
const rights = () => ({ path: `/accounts/${site.idOf('cleo')}/rights`, form: { role: 'admin', active: 'yes', mailboxLimit: '', domains: 'example.net' } }) // prettier-ignore
const roleOfCleo = async () =>
  (await site.query('SELECT role FROM colombier_accounts WHERE id = ?', [site.idOf('cleo')]))[0]?.['role']
const hiddenOn = (html: string) =>
  Object.fromEntries(
    [...html.matchAll(/<input type="hidden" name="(\w+)" value="([^"]*)"/g)]
      .map(([, name = '', value = '']) => [name, value] as const)
      .filter(([name]) => name !== 'next'),
  )
const NOT_LIKE = /Confirm that it’s you/

test('within ten minutes of the password nothing is asked', async () => {
  const dora = await site.signedIn('dora')
  const { path, form } = rights()
  expect((await dora.post(path, { ...form, role: 'user' })).status).toBe(303)
})

test('later, the password is asked for in place of the page, and then the act goes on as it was', async () => {
  const dora = await signedInBefore('dora')
  const { path, form } = rights()
  const asked = await dora.post(path, form)
  expect(asked.status).toBe(401)
  expect(asked.html).toContain('Confirm that it’s you')
  expect(asked.html).toContain(`action="${path}"`)
  expect(hiddenOn(asked.html)).toEqual(form)
  expect(await roleOfCleo()).toBe('user')

  const wrong = await dora.post(path, { ...hiddenOn(asked.html), proof: 'not her password' })
  expect(wrong.status).toBe(422)
  expect(wrong.html).not.toContain('not her password')
  expect(hiddenOn(wrong.html)).toEqual(form)
  expect(await roleOfCleo()).toBe('user')

  expect((await dora.post(path, { ...hiddenOn(wrong.html), proof: PASSWORD })).status).toBe(303)
  expect(await roleOfCleo()).toBe('admin')
  expect((await dora.post(path, { ...form, role: 'user' })).status).toBe(303)
  expect(await roleOfCleo()).toBe('user')
})

test('with htmx the question takes the place of what the page shows', async () => {
  const dora = await signedInBefore('dora')
  const { path, form } = rights()
  const { status, html, headers } = await dora.post(path, form, { htmx: true })
  expect(status).toBe(401)
  expect(html).toMatch(/^<section class="card narrow">/)
  expect(html).toMatch(NOT_LIKE)
  expect(headers.get('HX-Retarget')).toBe('main > :last-child')
})

test('once the password was given, the session goes on under a new id, and a copy of the old one ends', async () => {
  const dora = await signedInBefore('dora')
  const copy = site.visitor()
  for (const [name, value] of dora.cookies) copy.cookies.set(name, value)
  const ends = () => site.query('SELECT expires_at, created_at FROM colombier_sessions ORDER BY created_at')
  const before = await ends()
  const { path, form } = rights()
  expect((await dora.post(path, { ...form, role: 'user', proof: PASSWORD })).status).toBe(303)
  expect((await dora.get('/accounts')).status).toBe(200)
  expect((await copy.get('/accounts')).location).toMatch(/^\/sign-in/)
  expect(await ends()).toEqual(before)
})

test('wrong passwords count as at the sign-in', async () => {
  const dora = await signedInBefore('dora')
  const { path, form } = rights()
  const statuses = []
  for (let time = 0; time < 6; time++) statuses.push((await dora.post(path, { ...form, proof: 'wrong' })).status)
  expect(statuses).toEqual([422, 422, 422, 422, 422, 429])
  expect((await dora.post(path, { ...form, proof: PASSWORD })).status).toBe(429)
  expect(await roleOfCleo()).toBe('user')
})

test('somebody else’s password proves nothing, and no session but this one is proven', async () => {
  const other = await signedInBefore('dora')
  const dora = await signedInBefore('dora')
  await site.query('UPDATE colombier_accounts SET password_hash = ? WHERE id = ?', ['x', site.idOf('ada')])
  const { path, form } = rights()
  expect((await dora.post(path, { ...form, role: 'user', proof: PASSWORD })).status).toBe(303)
  expect((await other.post(path, form)).status).toBe(401)
  await site.query('UPDATE colombier_accounts a JOIN colombier_accounts b SET a.password_hash = b.password_hash WHERE a.id = ? AND b.id = ?', [site.idOf('ada'), site.idOf('ben')]) // prettier-ignore
})

test('a role that may not do it is refused before any password is asked for', async () => {
  const ada = await signedInBefore('ada')
  const { path, form } = rights()
  expect((await ada.post(path, form)).status).toBe(403)
  expect((await site.visitor().post(path, form)).location).toMatch(/^\/sign-in/)
})

const acts: [string, Person, () => { path: string; form?: Record<string, string> }][] = [
  ['changing rights', 'dora', rights],
  ['granting a domain', 'dora', () => ({ path: `/accounts/${site.idOf('cleo')}/domains`, form: { domain: 'example.org' } })],
  ['withdrawing a domain', 'dora', () => ({ path: `/accounts/${site.idOf('cleo')}/domains/example.net/withdrawal` })],
  ['ending the sessions of an account', 'dora', () => ({ path: `/accounts/${site.idOf('cleo')}/sessions/revocation` })],
  ['removing a second factor', 'dora', () => ({ path: `/accounts/${site.idOf('cleo')}/second-factor/removal` })],
  ['giving a mailbox away', 'dora', () => ({ path: '/domains/example.org/mailboxes/before.colombier@example.org/owner', form: { email: CAST.cleo.email } })],
  ['locking a mailbox', 'ben', () => ({ path: `/mailboxes/${mailbox}/lock`, form: { reason: 'It sent spam.' } })],
  ['unlocking a mailbox', 'ben', () => ({ path: `/mailboxes/${mailbox}/lock/removal` })],
  ['offering a new start', 'ben', () => ({ path: `/mailboxes/${mailbox}/new-start-offer` })],
  ['adding a second factor', 'ada', () => ({ path: '/security/authenticator' })],
  ['removing one’s own', 'ada', () => ({ path: '/security/authenticator/removal' })],
  ['ending one’s other sessions', 'ada', () => ({ path: '/security/sessions/revocation' })],
  ['new backup codes', 'ada', () => ({ path: '/security/backup-codes' })],
] // prettier-ignore

test.each(acts)('%s asks for the password again', async (_act, person, of) => {
  const browser = await signedInBefore(person)
  const before = await site.query('SELECT COUNT(*) AS rows_before FROM colombier_audit')
  const { path, form } = of()
  const answer = await browser.post(path, form)
  expect(answer.status).toBe(401)
  expect(answer.html).toMatch(NOT_LIKE)
  expect(await site.query('SELECT COUNT(*) AS rows_before FROM colombier_audit')).toEqual(before)
  expect((await browser.post(path, { ...form, proof: PASSWORD })).status).toBe(303)
})
