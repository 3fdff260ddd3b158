import { afterEach, beforeEach, expect, test } from 'vitest'
import { issueSetupToken } from '../../src/features/setup/token.ts'
import { startApp, type TestApp } from '../support/app.ts'

let site: TestApp
let token: string
beforeEach(async () => {
  site = await startApp({ cast: false })
  token = (await issueSetupToken(site.pool)) ?? ''
})
afterEach(() => site.stop())

const PASSWORD = 'the first of all doves'
const filledIn = (changes: Record<string, string> = {}) => ({
  token,
  language: 'fr',
  email: 'Dora@People.test',
  password: PASSWORD,
  again: PASSWORD,
  ...changes,
})
const admins = () =>
  site.query("SELECT email, role, active, language FROM colombier_accounts WHERE role = 'super_admin'")

test('dora uses the token, is the super admin, and is signed in', async () => {
  const dora = site.visitor()
  expect((await dora.get('/setup')).status).toBe(200)
  expect(await dora.post('/setup', filledIn())).toMatchObject({ status: 303, location: '/' })

  expect(await admins()).toEqual([{ email: 'dora@people.test', role: 'super_admin', active: 1, language: 'fr' }])
  expect((await dora.get('/')).location).toBe('/mailboxes')
  const again = await site.visitor().post('/sign-in', { email: 'dora@people.test', password: PASSWORD, next: '/' })
  expect(again.status).toBe(303)
})

test('who comes to sign in is led to the setup, until there is an active super admin', async () => {
  expect(await site.visitor().get('/sign-in')).toMatchObject({ status: 303, location: '/setup' })
  await site.visitor().post('/setup', filledIn())
  expect((await site.visitor().get('/sign-in')).status).toBe(200)

  await site.query('UPDATE colombier_accounts SET active = FALSE')
  expect(await site.visitor().get('/sign-in')).toMatchObject({ status: 303, location: '/setup' })
})

test('afterwards the page is gone, and a restart gives out no further token', async () => {
  await site.visitor().post('/setup', filledIn())

  expect((await site.visitor().get('/setup')).status).toBe(404)
  expect((await site.visitor().post('/setup', filledIn({ email: 'eve@people.test' }))).status).toBe(404)
  expect(await issueSetupToken(site.pool)).toBeNull()
  expect(await site.query('SELECT * FROM colombier_settings')).toEqual([])
  expect(await admins()).toHaveLength(1)
})

test('two people at once: one becomes the super admin', async () => {
  const answers = await Promise.all(
    ['one', 'two', 'three', 'four'].map((name) =>
      site.visitor().post('/setup', filledIn({ email: `${name}@people.test` })),
    ),
  )
  expect(answers.filter(({ status }) => status === 303)).toHaveLength(1)
  expect(await admins()).toHaveLength(1)
})

test('without the right token nobody becomes anything, and five wrong ones are all that one may try', async () => {
  const eve = site.visitor()
  for (let attempt = 1; attempt <= 5; attempt++) {
    const answer = await eve.post('/setup', filledIn({ token: `guess number ${attempt}` }))
    expect(answer.status).toBe(422)
    expect(answer.html).toContain('This is not the current setup token.')
  }
  const blocked = await eve.post('/setup', filledIn())
  expect(blocked.status).toBe(429)
  expect(Number(blocked.headers.get('Retry-After'))).toBeGreaterThan(1700)
  expect(await admins()).toEqual([])
})

test('the token of an earlier start no longer counts, and the database never has the token itself', async () => {
  const newer = (await issueSetupToken(site.pool)) ?? ''
  expect((await site.visitor().post('/setup', filledIn())).status).toBe(422)

  const [setting] = await site.query<{ value: string }>('SELECT value FROM colombier_settings')
  expect(setting?.value).toMatch(/^[0-9a-f]{64}$/)
  expect(setting?.value).not.toContain(newer)
})

test.each([
  ['a short password', { password: 'too short', again: 'too short' }, 'password', '12 characters or more'],
  ['a very long one', { password: 'x'.repeat(257), again: 'x'.repeat(257) }, 'password', '256 characters or fewer'],
  ['a line break in it', { password: `${PASSWORD}\n`, again: `${PASSWORD}\n` }, 'password', 'control characters'],
  ['two that differ', { again: 'another one altogether' }, 'again', 'not the same'],
  ['no address', { email: 'dora' }, 'email', 'such as ada@example.org'],
  ['no token', { token: '' }, 'token', 'Please fill this in'],
  ['an unknown language', { language: 'xx' }, 'language', 'cannot be used'],
])('a form with %s comes back with the message and without the passwords', async (_what, changes, field, message) => {
  const answer = await site.visitor().post('/setup', filledIn(changes))

  expect(answer.status).toBe(422)
  expect(answer.html).toMatch(new RegExp(`id="${field}-error">[^<]*${message}`))
  for (const secret of [token, PASSWORD, 'too short', 'another one', 'xxxxxxxx'])
    expect(answer.html).not.toContain(secret)
  expect(await admins()).toEqual([])
})

test('what is typed is shown again as text', async () => {
  const email = '"><script>alert(1)</script>@people.test'
  const answer = await site.visitor().post('/setup', filledIn({ email }))
  expect(answer.html).not.toContain('<script>alert')
})

test('someone who had an account becomes super admin with the new password, and is out everywhere else', async () => {
  await site.query(
    `INSERT INTO colombier_accounts (email, password_hash, role, active, language, created_at)
     VALUES ('dora@people.test', 'none', 'user', FALSE, 'en', UTC_TIMESTAMP(6))`,
  )
  expect((await site.visitor().post('/setup', filledIn())).status).toBe(303)
  expect(await admins()).toEqual([{ email: 'dora@people.test', role: 'super_admin', active: 1, language: 'fr' }])
})
