import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { listModeratorSessions } from '../../src/db/sessions.ts'
import { CAST, PASSWORD, startApp, type TestApp } from '../support/app.ts'
import type { Browser } from '../support/browser.ts'
import { linkTo, readOutbox } from '../support/outbox.ts'
import { addAuthenticator, codeOf, forgetSecondFactors, keyOn, signInWithPassword } from '../support/second-factor.ts'

// Several web processes over one database, which differ in what the site wants.

let site: TestApp
let admins: TestApp
let later: TestApp
let over: TestApp
let everyone: TestApp
let off: TestApp
beforeAll(async () => {
  site = await startApp()
  const another = (env: Record<string, string>) => startApp({ env, database: site.database, cast: false })
  admins = await another({ SECOND_FACTOR: 'admins' })
  later = await another({ SECOND_FACTOR: 'admins', SECOND_FACTOR_FROM: '2999-01-31' })
  over = await another({ SECOND_FACTOR: 'admins', SECOND_FACTOR_FROM: '2020-01-31' })
  everyone = await another({ SECOND_FACTOR: 'everyone' })
  off = await another({ SECOND_FACTOR: 'off' })
})
afterAll(async () => {
  for (const one of [admins, later, over, everyone, off]) await one.stop()
  await site.stop()
})
beforeEach(() => forgetSecondFactors(site))

const INVITATION = '/security/second-factor'
const isSignedIn = async (browser: Browser) => (await browser.get('/mailboxes')).status === 200

describe('where admins need one at once', () => {
  test('ben is led to it after his password, and gets nowhere else before he has added it', async () => {
    const ben = admins.visitor()
    expect((await signInWithPassword(ben, 'ben', '/registrations')).location).toBe(
      `${INVITATION}?next=%2Fregistrations`,
    )
    const { html } = await ben.get(INVITATION)
    expect(html).toContain('Your account needs a second factor before you can go on.')
    expect(html).not.toContain('Later')
    for (const path of [
      '/',
      '/mailboxes',
      '/registrations',
      '/registrations/events',
      '/domains/example.org',
      '/profile',
      '/security',
    ])
      // prettier-ignore
      expect([path, (await ben.get(path)).location]).toEqual([path, expect.stringMatching(/^\/sign-in/)])
    expect((await ben.get('/sign-in')).location).toBe(INVITATION)
    expect((await ben.post('/profile/email', { email: 'b@c.test', current: PASSWORD })).location).toMatch(/^\/sign-in/)

    await ben.post('/security/authenticator')
    const key = keyOn((await ben.get('/security/authenticator')).html)
    expect((await ben.post('/security/authenticator/confirmation', { code: codeOf(key) })).status).toBe(201)
    expect((await ben.get('/registrations')).status).toBe(200)
    expect((await ben.get(INVITATION)).location).toBe('/')
  })

  test('ada, who is no admin, goes on as before', async () => {
    expect((await signInWithPassword(admins.visitor(), 'ada')).location).toBe('/')
  })

  test('a session from before the site wanted it opens nothing', async () => {
    const { cookies } = await site.signedIn('ben')
    const ben = admins.visitor()
    for (const [name, value] of cookies) ben.cookies.set(name, value)
    expect(await isSignedIn(ben)).toBe(false)
    expect((await ben.get('/sign-in')).location).toBe(INVITATION)
  })

  test('whoever finds a browser open for long cannot add a factor of their own', async () => {
    const ben = admins.visitor()
    await signInWithPassword(ben, 'ben')
    await site.query('UPDATE colombier_sessions SET proven_at = UTC_TIMESTAMP(6) - INTERVAL 11 MINUTE')
    expect((await ben.post('/security/authenticator')).status).toBe(401)
    expect((await ben.post('/security/authenticator', { proof: 'wrong' })).status).toBe(422)
    expect(await site.query('SELECT account_id FROM colombier_totp')).toEqual([])
    expect((await ben.post('/security/authenticator', { proof: PASSWORD })).location).toBe('/security/authenticator')
  })

  test('an account that becomes an admin’s needs one from its next request', async () => {
    const ada = admins.visitor()
    await signInWithPassword(ada, 'ada')
    expect(await isSignedIn(ada)).toBe(true)
    await site.query("UPDATE colombier_accounts SET role = 'admin' WHERE id = ?", [site.idOf('ada')])
    expect(await isSignedIn(ada)).toBe(false)
    await site.query("UPDATE colombier_accounts SET role = 'user' WHERE id = ?", [site.idOf('ada')])
  })

  test('who removes the last one has to add another', async () => {
    const ben = admins.visitor()
    await signInWithPassword(ben, 'ben')
    await addAuthenticator(ben)
    await ben.post('/security/authenticator/removal')
    expect(await isSignedIn(ben)).toBe(false)
    expect((await ben.get('/sign-in')).location).toBe(INVITATION)
  })

  test('neither a new password by e-mail nor a new address gets round it', async () => {
    const ben = site.visitor()
    await signInWithPassword(ben, 'ben')
    await addAuthenticator(ben)
    const visitor = admins.visitor('198.51.100.77')
    await visitor.post('/password-reset', { email: CAST.ben.email })
    const link = await linkTo(site, CAST.ben.email)
    const token = new URLSearchParams(link.split('?')[1]).get('token') ?? ''
    expect((await visitor.post('/password-reset/new', { token, password: PASSWORD, again: PASSWORD })).location).toBe(
      '/password-reset/done',
    )
    expect(await isSignedIn(visitor)).toBe(false)
    expect((await signInWithPassword(visitor, 'ben')).location).toBe('/sign-in/second-factor')
    expect(await isSignedIn(visitor)).toBe(false)

    await site.query("UPDATE colombier_accounts SET email = 'ben@elsewhere.test' WHERE id = ?", [site.idOf('ben')])
    const answer = await admins
      .visitor()
      .post('/sign-in', { email: 'ben@elsewhere.test', password: PASSWORD, next: '/' })
    await site.query('UPDATE colombier_accounts SET email = ? WHERE id = ?', [CAST.ben.email, site.idOf('ben')])
    expect(answer.location).toBe('/sign-in/second-factor')
  })
})

test('the stream of an open page ends when its session does not suffice any more', async () => {
  const now = { isFactorWanted: true, factorFrom: null }
  const listens = async (needed = { isFactorWanted: false, factorFrom: null as string | null }) => {
    const rows = await site.query<{ hash: Buffer }>('SELECT id_hash AS hash FROM colombier_sessions')
    return (
      await listModeratorSessions(
        site.pool,
        rows.map(({ hash }) => hash),
        needed,
      )
    ).size
  }
  await site.signedIn('ben')
  expect(await listens()).toBe(1)
  expect(await listens({ isFactorWanted: true, factorFrom: '2999-01-31' })).toBe(1)
  expect(await listens(now)).toBe(0)
  const other = await site.signedIn('ben')
  expect(await listens()).toBe(2)
  await addAuthenticator(other)
  expect(await listens()).toBe(1)
  expect(await listens(now)).toBe(1)
})

describe('where there is time until a day', () => {
  test('ben is told of the day, puts it off, and goes where he wanted to', async () => {
    const ben = later.visitor()
    const { location } = await signInWithPassword(ben, 'ben', '/registrations')
    expect(location).toBe(`${INVITATION}?next=%2Fregistrations`)
    const { html } = await ben.get(location ?? '')
    expect(html).toContain('From 31 January 2999, your account needs a second factor.')
    expect(html).toContain('<a href="/registrations">Later</a>')
    expect((await ben.get('/registrations')).status).toBe(200)
  })

  test('from that day on it cannot be put off', async () => {
    const ben = over.visitor()
    await signInWithPassword(ben, 'ben')
    expect((await ben.get(INVITATION)).html).not.toContain('Later')
    expect(await isSignedIn(ben)).toBe(false)
  })
})

test('where everyone needs one, ada does too', async () => {
  const ada = everyone.visitor()
  expect((await signInWithPassword(ada, 'ada')).location).toBe(INVITATION)
  expect(await isSignedIn(ada)).toBe(false)
})

test('where there are none, none can be added, but one that is there is asked for and can be removed', async () => {
  const ada = off.visitor()
  await signInWithPassword(ada, 'ada')
  expect((await ada.get('/security')).html).not.toContain('Second factor')
  await ada.post('/security/authenticator')
  expect(await site.query('SELECT account_id FROM colombier_totp')).toEqual([])

  const before = await site.signedIn('ada')
  const { key } = await addAuthenticator(before)
  expect(await isSignedIn(ada)).toBe(false)
  expect((await ada.post('/sign-in/second-factor', { code: codeOf(key), next: '/' })).status).toBe(303)
  expect((await ada.post('/security/authenticator/removal')).status).toBe(303)
  expect((await signInWithPassword(off.visitor(), 'ada')).location).toBe('/')
})

describe('a second factor that was lost', () => {
  test('dora takes it away: ben is out, is told, and signs in with his password to add another', async () => {
    const ben = site.visitor()
    await signInWithPassword(ben, 'ben')
    await addAuthenticator(ben)
    await site.query('DELETE FROM colombier_outbox')
    const dora = await site.signedIn('dora')
    const path = `/accounts/${site.idOf('ben')}`
    expect((await dora.get(path)).html).toContain('aria-label="Remove second factor: ben@people.test"')
    const answer = await dora.post(`${path}/second-factor/removal`, {}, { htmx: true })
    expect(answer.html).toContain('The second factor was removed, and the person was signed out everywhere.')
    expect(answer.html).not.toContain('Remove second factor')

    expect(await isSignedIn(ben)).toBe(false)
    expect((await readOutbox(site)).map(({ recipient, subject }) => [recipient, subject])).toEqual([
      [CAST.ben.email, 'Your second factor was removed'],
    ])
    expect(await site.query("SELECT actor, subject FROM colombier_audit WHERE action LIKE '%taken_away'")).toEqual([
      { actor: CAST.dora.email, subject: CAST.ben.email },
    ])
    expect(await site.query('SELECT account_id FROM colombier_backup_codes')).toEqual([])
    expect((await signInWithPassword(site.visitor(), 'ben')).location).toBe('/')
  })

  test('ben takes away nobody’s, and where there is none nothing is written', async () => {
    const ada = await site.signedIn('ada')
    await addAuthenticator(ada)
    const ben = await site.signedIn('ben')
    expect((await ben.post(`/accounts/${site.idOf('ada')}/second-factor/removal`)).status).toBe(403)
    expect(await isSignedIn(ada)).toBe(true)
    const dora = await site.signedIn('dora')
    await site.query('DELETE FROM colombier_outbox')
    await dora.post(`/accounts/${site.idOf('cleo')}/second-factor/removal`)
    expect((await dora.post('/accounts/999999/second-factor/removal')).status).toBe(404)
    expect(await readOutbox(site)).toEqual([])
  })
})
