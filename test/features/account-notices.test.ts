import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { CAST, PASSWORD, startApp, type TestApp } from '../support/app.ts'
import type { Browser } from '../support/browser.ts'
import { linkTo, readOutbox } from '../support/outbox.ts'
import { addAuthenticator, forgetSecondFactors, signInWithPassword } from '../support/second-factor.ts'

const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0'

let site: TestApp
beforeAll(async () => {
  site = await startApp()
})
afterAll(() => site.stop())
beforeEach(() => forgetSecondFactors(site))

const mails = async () => (await readOutbox(site)).map(({ recipient, subject }) => [recipient, subject])
const signInFrom = async (browser: Browser, password = PASSWORD) =>
  browser.post('/sign-in', { email: CAST.ada.email, password, next: '/' }, { headers: { 'User-Agent': FIREFOX } })
const eventsOf = async (browser: Browser) => {
  const { html } = await browser.get('/security')
  return [...html.slice(html.indexOf('Activity on')).matchAll(/<tr><td>([^<]+)<\/td>/g)].map(([, event]) => event)
}

describe('signing in', () => {
  test('the first is told to nobody; another browser, and another network, are', async () => {
    await site.query('UPDATE colombier_accounts SET last_sign_in_at = NULL')
    const here = site.visitor('192.0.2.1')
    await signInFrom(here)
    await here.post('/sign-out')
    await signInFrom(here)
    expect(await mails()).toEqual([])

    await signInFrom(site.visitor('192.0.2.1'))
    expect(await mails()).toEqual([[CAST.ada.email, 'New sign-in to your account']])
    here.address = '192.0.2.99'
    await signInFrom(here)
    expect(await mails()).toHaveLength(2)
    const [, mail] = await readOutbox(site)
    expect(mail?.text_body).toMatch(/Time: .+\. Browser: Firefox on Linux\. Network: 192\.0\.2\.99\./)
    expect(mail?.text_body).toContain('If this wasn’t you, set a new password at once')
    expect(mail?.text_body).toContain(`${site.config.origin}/security`)
    await signInFrom(here)
    expect(await mails()).toHaveLength(2)
  })

  test('the first after a long time is told too, though nothing of before is kept', async () => {
    await signInFrom(site.visitor('192.0.2.1'))
    await site.query('DELETE FROM colombier_account_events')
    await site.query('DELETE FROM colombier_outbox')
    await signInFrom(site.visitor('198.51.100.7'))
    expect(await mails()).toEqual([[CAST.ada.email, 'New sign-in to your account']])
  })

  test('a password that is not followed by the code tells of nothing but the attempt', async () => {
    const ada = await site.signedIn('ada')
    await addAuthenticator(ada)
    await site.query('DELETE FROM colombier_outbox')
    const thief = site.visitor('198.51.100.7')
    await signInFrom(thief)
    await thief.post('/sign-in/second-factor', { code: '000000', next: '/' }, { headers: { 'User-Agent': FIREFOX } })
    expect(await mails()).toEqual([])
    expect(await eventsOf(ada)).toEqual([
      'Sign-in failed: wrong code',
      'Password entered, second step not done',
      'Second factor added',
    ])
  })
})

describe('the history of one’s own account', () => {
  test('however often a stranger tries, what else happened stays on the page', async () => {
    const ada = await site.signedIn('ada')
    await addAuthenticator(ada)
    await site.query(
      `INSERT INTO colombier_account_events (account_id, at, event)
       SELECT ?, UTC_TIMESTAMP(6), 'signInFailed' FROM information_schema.COLUMNS LIMIT 100`,
      [site.idOf('ada')],
    )
    const events = await eventsOf(ada)
    expect(events.filter((event) => event === 'Sign-in failed: wrong password')).toHaveLength(30)
    expect(events).toContain('Second factor added')
  })

  test('ada reads who came in and who did not, from where, and nothing of cleo', async () => {
    await signInFrom(site.visitor('203.0.113.5'), 'not her password')
    await site.visitor('203.0.113.6').post('/sign-in', { email: CAST.cleo.email, password: 'no', next: '/' })
    const ada = site.visitor()
    await signInFrom(ada)
    expect(await eventsOf(ada)).toEqual(['Signed in', 'Sign-in failed: wrong password'])
    const { html } = await ada.get('/security')
    expect(html).toContain('203.0.113.5')
    expect(html).not.toContain('203.0.113.6')
  })

  test('an attempt at an address without an account writes a row too, which nobody reads', async () => {
    await site.visitor().post('/sign-in', { email: 'nobody@people.test', password: 'no', next: '/' })
    expect(await site.query('SELECT account_id, event FROM colombier_account_events')).toEqual([
      { account_id: null, event: 'signInFailed' },
    ])
  })
})

describe('what is changed', () => {
  test('a changed password is told with when and from where', async () => {
    const ada = await site.signedIn('ada')
    const next = 'another dove at another dusk'
    await ada.post('/profile/password', { current: PASSWORD, password: next, again: next })
    const [mail] = await readOutbox(site)
    expect(mail?.subject).toBe('Your account password was changed')
    expect(mail?.text_body).toContain('Network: 192.0.2.10.')
    expect(await eventsOf(ada)).toEqual(['Password changed'])
    await site.query(
      'UPDATE colombier_accounts a JOIN colombier_accounts b SET a.password_hash = b.password_hash WHERE a.id = ? AND b.id = ?',
      [site.idOf('ada'), site.idOf('cleo')],
    )
  })

  test('a changed address is told to the old one and to the new one', async () => {
    const cleo = await site.signedIn('cleo')
    await cleo.post('/profile/email', { email: 'cleo@elsewhere.test', current: PASSWORD })
    const token = new URLSearchParams((await linkTo(site, 'cleo@elsewhere.test')).split('?')[1]).get('token') ?? ''
    await site.query('DELETE FROM colombier_outbox')
    await cleo.post('/email-confirmation', { token })
    expect(await mails()).toEqual([
      [CAST.cleo.email, 'Your account’s e-mail address was changed'],
      ['cleo@elsewhere.test', 'Your account has a new address'],
    ])
    await site.query('UPDATE colombier_accounts SET email = ? WHERE id = ?', [CAST.cleo.email, site.idOf('cleo')])
  })

  test('sessions that end are told, whether ada ends them or dora', async () => {
    const [here, other] = [await site.signedIn('ada'), await site.signedIn('ada')]
    await here.post('/security/sessions/revocation')
    expect(await mails()).toEqual([[CAST.ada.email, 'Devices were signed out of your account']])
    await here.post('/security/sessions/revocation')
    expect(await mails()).toHaveLength(1)
    expect((await other.get('/profile')).location).toMatch(/^\/sign-in/)

    const dora = await site.signedIn('dora')
    await dora.post(`/accounts/${site.idOf('ada')}/sessions/revocation`)
    expect(await mails()).toHaveLength(2)
    const [, mail] = await readOutbox(site)
    expect(mail?.text_body).not.toContain('Network:')
    await signInWithPassword(here, 'ada')
    expect(await eventsOf(here)).toEqual(['Signed in', 'Signed out elsewhere', 'Signed out elsewhere'])
  })
})
