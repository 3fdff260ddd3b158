import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { HasherBusy } from '../../src/lib/password/work.ts'
import { CAST, PASSWORD, startApp, type TestApp } from '../support/app.ts'
import type { Browser } from '../support/browser.ts'

let site: TestApp
beforeAll(async () => {
  site = await startApp({ env: { TRUSTED_PROXIES: '10.0.0.0/8, fd00::/8' } })
})
afterAll(() => site.stop())

let nextAddress = 1
/** Someone on a network that nobody in this file has used yet. */
const stranger = () => site.visitor(`198.51.100.${nextAddress++}`)

const tryOut = (browser: Browser, email: string, password = PASSWORD, headers: Record<string, string> = {}) =>
  browser.post('/sign-in', { email, password, next: '/' }, { headers })

async function failFiveTimes(browser: Browser, emailOf: (attempt: number) => string, headers = {}) {
  for (let attempt = 1; attempt <= 5; attempt++) {
    expect((await tryOut(browser, emailOf(attempt), 'wrong password', headers)).status).toBe(422)
  }
}

describe('signing in', () => {
  test('ada signs in and is led to her mailboxes, and the row says when', async () => {
    const browser = stranger()
    const answer = await tryOut(browser, '  Ada@People.test ')

    expect(answer.status).toBe(303)
    expect(answer.location).toBe('/')
    expect((await browser.get('/')).location).toBe('/mailboxes')
    const [row] = await site.query('SELECT last_sign_in_at FROM colombier_accounts WHERE id = ?', [site.idOf('ada')])
    expect(row?.['last_sign_in_at']).not.toBeNull()
  })

  test('ada gets back to the page that she had asked for, but not to another site', async () => {
    const answer = await stranger().post('/sign-in', {
      email: CAST.ada.email,
      password: PASSWORD,
      next: '/mailboxes?page=2',
    })
    expect(answer.location).toBe('/mailboxes?page=2')

    for (const next of [
      '//evil.example',
      'https://evil.example/',
      '/\\evil.example',
      'javascript:alert(1)',
      '/\t/evil.example',
    ]) {
      const led = await stranger().post('/sign-in', { email: CAST.ada.email, password: PASSWORD, next })
      expect(led.location).toBe('/')
    }
  })

  test('someone who is signed in already is led on from the sign-in page', async () => {
    const ada = await site.signedIn('ada')
    expect(await ada.get('/sign-in')).toMatchObject({ status: 303, location: '/' })
  })

  test('a wrong password is told at the form, which keeps the address and not the password', async () => {
    const answer = await tryOut(stranger(), CAST.ada.email, 'not her <b>password</b>')

    expect(answer.status).toBe(422)
    expect(answer.html).toContain('Wrong e-mail address or password.')
    expect(answer.html).toContain('aria-describedby="password-error"')
    expect(answer.html).toContain(`value="${CAST.ada.email}"`)
    expect(answer.html).not.toContain('not her')
  })

  test('an empty form says what is missing at each field', async () => {
    const answer = await tryOut(stranger(), '', '')
    expect(answer.status).toBe(422)
    expect(answer.html).toContain('id="email-error"')
    expect(answer.html).toContain('id="password-error"')
  })

  test('an unknown address, an inactive account and a wrong password get the same answer', async () => {
    await site.query("UPDATE colombier_accounts SET active = FALSE WHERE email = 'cleo@people.test'")
    const wrong = await tryOut(stranger(), CAST.ben.email, 'wrong password')
    const unknown = await tryOut(stranger(), 'bem@people.test', 'wrong password')
    const inactive = await tryOut(stranger(), CAST.cleo.email)
    await site.query("UPDATE colombier_accounts SET active = TRUE WHERE email = 'cleo@people.test'")

    expect(unknown.status).toBe(422)
    expect(unknown.html.replace('bem@', 'ben@')).toBe(wrong.html)
    expect(inactive.status).toBe(422)
    expect(inactive.html.replace('cleo@', 'ben@')).toBe(wrong.html)
  })

  test('a form with a field twice, and one that is no form, are refused', async () => {
    const browser = stranger()
    expect(
      (await browser.post('/sign-in', { email: [CAST.ada.email, 'b@c.de'], password: PASSWORD, next: '/' })).status,
    ).toBe(400)
    const json = { method: 'POST', body: JSON.stringify({ email: CAST.ada.email, password: PASSWORD }) }
    const headers = { Origin: site.config.origin, 'Content-Type': 'application/json' }
    expect((await browser.send('/sign-in', json, { headers })).status).toBe(400)
  })

  test('a GET with everything in its query signs nobody in', async () => {
    const browser = stranger()
    const query = new URLSearchParams({ email: CAST.ada.email, password: PASSWORD })
    expect((await browser.get(`/sign-in?${query}`)).status).toBe(200)
    expect(browser.cookies.size).toBe(0)
  })

  test('when too many passwords are being checked, people are asked to come back, and it does not count', async () => {
    const busy = await startApp({
      deps: {
        hashers: {
          account: { verify: () => Promise.reject(new HasherBusy()) } as never,
          mailbox: null as never,
        },
      },
    })
    for (let attempt = 1; attempt <= 8; attempt++) {
      const answer = await tryOut(busy.visitor(), CAST.ada.email)
      expect(answer.status).toBe(503)
      expect(answer.headers.get('Retry-After')).toBe('5')
    }
    await busy.stop()
  })
})

describe('limits', () => {
  test('five failures block the account from everywhere, for someone with the right password too', async () => {
    await failFiveTimes(stranger(), () => CAST.dora.email)
    const answer = await tryOut(stranger(), CAST.dora.email)

    expect(answer.status).toBe(429)
    expect(Number(answer.headers.get('Retry-After'))).toBeGreaterThan(1700)
    expect(answer.html).toContain('Too many attempts. Try again in 30 minutes.')
    await site.query('DELETE FROM colombier_rate_limits')
  })

  test('a browser that dora has used before is not blocked by what strangers try, and has five attempts of its own', async () => {
    const known = stranger()
    expect((await tryOut(known, CAST.dora.email)).status).toBe(303)
    await known.post('/sign-out')
    await failFiveTimes(stranger(), () => CAST.dora.email)
    await failFiveTimes(known, (attempt) => `colleague${attempt}@people.test`)
    expect((await tryOut(stranger(), CAST.dora.email)).status).toBe(429)
    expect((await tryOut(known, CAST.ada.email)).status).toBe(429)
    expect((await tryOut(known, CAST.dora.email)).status).toBe(303)

    await known.post('/sign-out')
    await failFiveTimes(known, () => CAST.dora.email)
    expect((await tryOut(known, CAST.dora.email)).status).toBe(429)
    await site.query('DELETE FROM colombier_rate_limits')
  })

  test('a known browser may ask for a new password after strangers have asked too often', async () => {
    const known = stranger()
    await tryOut(known, CAST.dora.email)
    await known.post('/sign-out')
    for (let time = 1; time <= 5; time++) await stranger().post('/password-reset', { email: CAST.dora.email })
    expect((await stranger().post('/password-reset', { email: CAST.dora.email })).status).toBe(429)
    expect((await known.post('/password-reset', { email: CAST.dora.email })).status).toBe(303)
    await site.query('DELETE FROM colombier_rate_limits')
  })

  test('the cookie of a known browser is of use for no other account, altered, or under another secret', async () => {
    const known = stranger()
    const answer = await tryOut(known, CAST.cleo.email)
    const line = answer.headers.getSetCookie().find((one) => one.startsWith('colombier-device='))
    expect(line).toMatch(/; HttpOnly/)
    expect(line).toMatch(/; SameSite=Lax/i)
    expect(line).toMatch(/; Max-Age=34560000/)
    expect(line).not.toContain('cleo')
    const cookie = known.cookies.get('colombier-device') ?? ''
    const other = await startApp({
      env: { SESSION_SECRET: 'another secret, as long as the first one' },
      database: site.database,
      cast: false,
    })
    const signedElsewhere = other.visitor('198.51.100.201')
    await tryOut(signedElsewhere, CAST.dora.email)
    await other.stop()

    await failFiveTimes(stranger(), () => CAST.dora.email)
    const [name = '', signature = ''] = cookie.split('.')
    for (const forged of [
      cookie,
      `${'A'.repeat(22)}.${signature}`,
      `${name}.${'A'.repeat(43)}`,
      signedElsewhere.cookies.get('colombier-device') ?? '',
      '',
    ]) {
      const thief = stranger()
      thief.cookies.set('colombier-device', forged)
      expect((await tryOut(thief, CAST.dora.email)).status).toBe(429)
    }
    await site.query('DELETE FROM colombier_rate_limits')
  })

  test('the profile and the sign-in count together: what is guessed at one is gone at the other', async () => {
    const browser = stranger()
    await tryOut(browser, CAST.cleo.email)
    for (let guess = 1; guess <= 5; guess++)
      expect((await browser.post('/profile/deletion', { current: `guess ${guess}` })).status).toBe(422)
    await browser.post('/sign-out')
    expect((await tryOut(browser, CAST.cleo.email)).status).toBe(429)
    await site.query('DELETE FROM colombier_rate_limits')
  })

  test('an address that nobody has is blocked just the same', async () => {
    await failFiveTimes(stranger(), () => 'nobody@people.test')
    expect((await tryOut(stranger(), 'nobody@people.test')).status).toBe(429)
  })

  test('five failures with five addresses block the network, and the others stay free', async () => {
    const browser = stranger()
    await failFiveTimes(browser, (attempt) => `person${attempt}@people.test`)

    expect((await tryOut(browser, CAST.ada.email)).status).toBe(429)
    expect((await tryOut(stranger(), CAST.ada.email)).status).toBe(303)
  })

  test('of twenty guesses at once five are judged', async () => {
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => tryOut(stranger(), 'parallel@people.test', 'wrong password')),
    )
    expect(answers.filter(({ status }) => status === 422)).toHaveLength(5)
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(15)
  })

  test('signing in does not count, however often', async () => {
    const browser = stranger()
    for (let time = 1; time <= 7; time++) expect((await tryOut(browser, CAST.ada.email)).status).toBe(303)
  })

  test('what a client writes into X-Forwarded-For changes nothing', async () => {
    const browser = stranger()
    for (let attempt = 1; attempt <= 5; attempt++) {
      const headers = { 'X-Forwarded-For': `203.0.113.${attempt}` }
      expect((await tryOut(browser, `forged${attempt}@people.test`, 'wrong password', headers)).status).toBe(422)
    }
    expect((await tryOut(browser, CAST.ada.email, PASSWORD, { 'X-Forwarded-For': '203.0.113.99' })).status).toBe(429)
  })

  test('behind a trusted proxy the client counts, by what the proxy wrote and not by what the client did', async () => {
    const proxied = site.visitor('10.1.2.3')
    for (let attempt = 1; attempt <= 5; attempt++) {
      const headers = { 'X-Forwarded-For': `192.0.2.${attempt}, 203.0.113.7, 10.9.9.9` }
      expect((await tryOut(proxied, `proxied${attempt}@people.test`, 'wrong password', headers)).status).toBe(422)
    }
    expect((await tryOut(proxied, CAST.ada.email, PASSWORD, { 'X-Forwarded-For': '203.0.113.7' })).status).toBe(429)
    expect((await tryOut(proxied, CAST.ada.email, PASSWORD, { 'X-Forwarded-For': '203.0.113.8' })).status).toBe(303)
  })

  test('all addresses of one IPv6 customer count as one', async () => {
    for (let attempt = 1; attempt <= 5; attempt++) {
      const browser = site.visitor(`2001:db8:0:7::${attempt}`)
      expect((await tryOut(browser, `six${attempt}@people.test`, 'wrong password')).status).toBe(422)
    }
    expect((await tryOut(site.visitor('2001:db8:0:7:ffff::1'), CAST.ada.email)).status).toBe(429)
    expect((await tryOut(site.visitor('2001:db8:0:8::1'), CAST.ada.email)).status).toBe(303)
  })

  test('the database keeps neither the addresses that were tried nor the networks', async () => {
    const keys = await site.query<{ key: string }>('SELECT `key` FROM colombier_rate_limits')
    expect(keys.length).toBeGreaterThan(0)
    for (const { key } of keys)
      expect(key).toMatch(/^(sign-in-account|sign-in-network|reset-address|reset-network):[\w-]{43}$/)
  })
})

describe('the log and the history', () => {
  const events = () =>
    site.lines
      .map((line) => JSON.parse(line) as Record<string, unknown>)
      .filter(({ event }) => event === 'security')
      .map(({ act, outcome, account, address }) => ({ act, outcome, account, address }))

  test('tell who came in, who was refused and who was kept out, from where, and nothing that was typed', async () => {
    site.lines.length = 0
    const browser = stranger()
    const { address } = browser
    await tryOut(browser, CAST.cleo.email, 'a wrong password')
    await tryOut(browser, 'a password typed in here@x.test', 'a wrong password')
    await tryOut(browser, CAST.cleo.email)
    await browser.get('/accounts')
    await browser.post('/profile/deletion', { current: 'a wrong password' })
    await browser.post('/sign-out')
    const account = site.idOf('cleo')
    expect(events()).toEqual([
      { act: 'sign-in', outcome: 'refused', account, address },
      { act: 'sign-in', outcome: 'refused', address },
      { act: 'sign-in', outcome: 'done', account, address },
      { act: 'right', outcome: 'refused', account, address },
      { act: 'account password', outcome: 'refused', account, address },
      { act: 'sign-out', outcome: 'done', account, address },
    ])
    site.lines.length = 0
    const guesser = stranger()
    await failFiveTimes(guesser, (attempt) => `log${attempt}@people.test`)
    await tryOut(guesser, CAST.cleo.email)
    expect(events().slice(5)).toEqual([
      { act: 'sign-in', outcome: 'blocked', address: guesser.address },
      { act: 'limit', outcome: 'blocked', address: guesser.address },
    ])
    const written = site.lines.join('')
    for (const typed of ['wrong password', 'typed in here', CAST.cleo.email, PASSWORD])
      expect(written).not.toContain(typed)
    await site.query('DELETE FROM colombier_rate_limits')
  })

  test('name the sign-ins of those who have a say over others, and of nobody else', async () => {
    await site.query('DELETE FROM colombier_audit')
    for (const person of ['ada', 'ben', 'dora'] as const) await tryOut(stranger(), CAST[person].email)
    expect(await site.query('SELECT action, actor, domain, subject FROM colombier_audit ORDER BY id')).toEqual(
      ['ben', 'dora'].map((person) => ({
        action: 'account.signed_in',
        actor: `${person}@people.test`,
        domain: null,
        subject: `${person}@people.test`,
      })),
    )
  })
})

describe('a proxy that the settings do not name', () => {
  test('is told to administrators and to the log, once, and to nobody else', async () => {
    const behind = { 'X-Forwarded-For': '203.0.113.44' }
    const other = await startApp({ database: site.database, cast: false })
    const visit = async (email: string) => {
      const browser = other.visitor('172.16.0.9')
      await tryOut(browser, email, PASSWORD, behind)
      return (await browser.get('/profile', { headers: behind })).html
    }
    const warning = 'Requests come through 172.16.0.9'
    expect(await visit(CAST.ben.email)).toContain(warning)
    expect(await visit(CAST.dora.email)).toContain(warning)
    expect(await visit(CAST.ada.email)).not.toContain(warning)
    const lines = other.lines.filter((line) => line.includes('"event":"stray proxy"'))
    expect(lines).toHaveLength(1)
    expect(lines[0]).toContain('172.16.0.9')
    expect(lines[0]).not.toContain('203.0.113.44')
    await other.stop()

    const named = site.visitor('10.1.1.1')
    await tryOut(named, CAST.dora.email, PASSWORD, behind)
    expect((await named.get('/profile', { headers: behind })).html).not.toContain('Requests come through')
    expect((await named.get('/profile')).html).not.toContain('Requests come through')
    expect(site.lines.join('')).not.toContain('stray proxy","address":"10.')
  })
})
