import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { countReads } from '../bench/site.ts'
import { CAST, PASSWORD, startApp, type TestApp } from '../support/app.ts'
import type { Browser } from '../support/browser.ts'
import { readOutbox } from '../support/outbox.ts'
import {
  addAuthenticator,
  backupCodesOn,
  codeOf,
  forgetSecondFactors,
  keyOn,
  signInWithPassword,
} from '../support/second-factor.ts'

let site: TestApp
beforeAll(async () => {
  site = await startApp()
})
afterAll(() => site.stop())
beforeEach(() => forgetSecondFactors(site))

const CODE = '/sign-in/second-factor'
const actions = async () => (await site.query<{ action: string }>('SELECT action FROM colombier_audit ORDER BY id')).map(({ action }) => action) // prettier-ignore
const mailsTo = async (email: string) =>
  (await readOutbox(site)).filter(({ recipient }) => recipient === email).map(({ subject }) => subject)
const isSignedIn = async (browser: Browser) => (await browser.get('/mailboxes')).status === 200
/** somebody who has typed ada's password, and nothing more */
async function halfway(address?: string): Promise<Browser> {
  const browser = site.visitor(address)
  expect((await signInWithPassword(browser, 'ada')).location).toBe(CODE)
  return browser
}

describe('adding an authenticator app', () => {
  test('ada sees the key as a picture and in letters, shows one code, and gets ten backup codes once', async () => {
    const ada = await site.signedIn('ada')
    expect((await ada.get('/security')).html).toContain('Set up an authenticator app')
    expect((await ada.post('/security/authenticator')).location).toBe('/security/authenticator')
    const { html } = await ada.get('/security/authenticator')
    expect(html).toMatch(/<svg class="qr"[^>]*aria-label="QR code with the key/)
    const key = keyOn(html)
    expect(key).toMatch(/^[A-Z2-7]{32}$/)
    expect(html).toContain('otpauth://totp/Colombier:ada%40people.test')

    const answer = await ada.post('/security/authenticator/confirmation', { code: codeOf(key) })
    expect(answer.status).toBe(201)
    expect(new Set(backupCodesOn(answer.html)).size).toBe(10)
    expect(await isSignedIn(ada)).toBe(true)
    const after = await ada.get('/security')
    expect(after.html).toContain('10 codes left')
    expect(backupCodesOn(after.html)).toEqual([])
    expect((await ada.get('/security/authenticator')).location).toBe('/security')
    expect(await actions()).toEqual(['account.second_factor_added'])
    const [mail] = await readOutbox(site)
    expect(mail).toMatchObject({ recipient: CAST.ada.email, subject: 'Your account has a new second factor' })
    expect(mail?.text_body).toContain('Network: 192.0.2.10.')
  })

  test('a wrong code adds nothing, and the same key is shown again', async () => {
    const ada = await site.signedIn('ada')
    await ada.post('/security/authenticator')
    const key = keyOn((await ada.get('/security/authenticator')).html)
    const answer = await ada.post('/security/authenticator/confirmation', { code: codeOf(key, 5) })
    expect(answer.status).toBe(422)
    expect(keyOn(answer.html)).toBe(key)
    expect(answer.html).toContain('This code is wrong or was already used.')
    expect(await site.query('SELECT account_id FROM colombier_backup_codes')).toEqual([])
    await ada.post('/sign-out')
    expect((await signInWithPassword(ada, 'ada')).location).toBe('/')
  })

  test('a GET adds nothing, and neither does another site', async () => {
    const ada = await site.signedIn('ada')
    expect((await ada.get('/security/authenticator')).location).toBe('/security')
    for (const path of ['/security/authenticator', '/security/authenticator/removal', '/security/backup-codes'])
      expect((await ada.post(path, {}, { headers: { Origin: 'https://evil.example' } })).status).toBe(403)
    expect(await site.query('SELECT account_id FROM colombier_totp')).toEqual([])
  })

  test('the key is sealed where it is kept, and opens for no other account', async () => {
    await addAuthenticator(await site.signedIn('ada'))
    const [row] = await site.query<{ secret: string }>('SELECT secret FROM colombier_totp')
    expect(row?.secret).toMatch(/^sealed:1:/)
    await site.query('UPDATE colombier_totp SET account_id = ?', [site.idOf('cleo')])
    await site.query('UPDATE colombier_backup_codes SET account_id = ?', [site.idOf('cleo')])
    const cleo = site.visitor()
    expect((await signInWithPassword(cleo, 'cleo')).location).toBe(CODE)
    expect((await cleo.post(CODE, { code: '000000', next: '/' })).status).toBe(422)
  })

  test('who began in another browser of hers does not see this key, nor confirm it', async () => {
    const [here, there] = [await site.signedIn('ada'), await site.signedIn('ada')]
    await there.post('/security/authenticator')
    const theirs = keyOn((await there.get('/security/authenticator')).html)
    await here.post('/security/authenticator')
    const mine = keyOn((await here.get('/security/authenticator')).html)
    expect(mine).not.toBe(theirs)
    expect((await there.get('/security/authenticator')).location).toBe('/security')
    for (const code of [codeOf(mine), codeOf(theirs)])
      expect((await there.post('/security/authenticator/confirmation', { code })).location).toBe('/security')
    expect((await here.post('/security/authenticator/confirmation', { code: codeOf(mine) })).status).toBe(201)
  })
})

describe('signing in with a code', () => {
  test('the code is asked for on a page of its own, and leads to where she wanted to go', async () => {
    const { key } = await addAuthenticator(await site.signedIn('ada'))
    const ada = site.visitor()
    expect((await signInWithPassword(ada, 'ada', '/profile')).location).toBe(`${CODE}?next=%2Fprofile`)
    const { html } = await ada.get(`${CODE}?next=%2Fprofile`)
    expect(html).toContain('autocomplete="one-time-code"')
    expect(html).toContain('name="next" value="/profile"')
    const answer = await ada.post(CODE, { code: codeOf(key), next: '/profile' })
    expect(answer).toMatchObject({ status: 303, location: '/profile' })
    expect(await isSignedIn(ada)).toBe(true)
    const [row] = await site.query('SELECT last_sign_in_at FROM colombier_accounts WHERE id = ?', [site.idOf('ada')])
    expect(row?.['last_sign_in_at']).not.toBeNull()
  })

  test('a code may be one period early or late, and not two', async () => {
    const { key } = await addAuthenticator(await site.signedIn('ada'))
    await site.query('UPDATE colombier_totp SET last_step = 0')
    for (const [periods, status] of [
      [-3, 422],
      [3, 422],
      [-1, 303],
    ] as const)
      expect([periods, (await (await halfway()).post(CODE, { code: codeOf(key, periods), next: '/' })).status]).toEqual(
        [periods, status],
      )
    expect((await (await halfway()).post(CODE, { code: codeOf(key, 1), next: '/' })).status).toBe(303)
  })

  test('a code opens once, also for two who send it at the same time', async () => {
    const { key } = await addAuthenticator(await site.signedIn('ada'))
    const code = codeOf(key)
    const all = await Promise.all(Array.from({ length: 4 }, (_, index) => halfway(`198.51.100.${index + 1}`)))
    const statuses = (await Promise.all(all.map((one) => one.post(CODE, { code, next: '/' })))).map(
      ({ status }) => status,
    )
    expect(statuses.sort()).toEqual([303, 422, 422, 422])
    await site.query('DELETE FROM colombier_rate_limits')
    expect((await (await halfway()).post(CODE, { code: codeOf(key, -1), next: '/' })).status).toBe(422)
  })

  test('five wrong codes block the account, for the right code too, and the right password clears nothing', async () => {
    const { key } = await addAuthenticator(await site.signedIn('ada'))
    for (let attempt = 1; attempt <= 5; attempt++) {
      const answer = await (await halfway(`198.51.100.${attempt}`)).post(CODE, { code: '12345', next: '/' })
      expect(answer.status).toBe(422)
    }
    const answer = await (await halfway('198.51.100.9')).post(CODE, { code: codeOf(key), next: '/' })
    expect(answer.status).toBe(429)
    expect(answer.headers.get('Retry-After')).toMatch(/^\d+$/)
    expect(site.lines.some((line) => line.includes('"act":"second factor","outcome":"blocked"'))).toBe(true)
  })

  test('browsers that were known before there was a second factor have no attempts of their own', async () => {
    const earlier = await Promise.all([1, 2].map(() => site.signedIn('ada')))
    await addAuthenticator(await site.signedIn('ada'))
    const statuses = []
    for (const browser of [...earlier, site.visitor()]) {
      await browser.post('/sign-out')
      await signInWithPassword(browser, 'ada')
      for (let time = 0; time < 3; time++)
        statuses.push((await browser.post(CODE, { code: '12345', next: '/' })).status)
    }
    expect(statuses).toEqual([422, 422, 422, 422, 422, 429, 429, 429, 429])
  })

  test('a backup code opens once, however it is typed, and ada is told', async () => {
    const { backupCodes } = await addAuthenticator(await site.signedIn('ada'))
    await site.query('DELETE FROM colombier_outbox')
    const [code = ''] = backupCodes
    const ada = await halfway()
    const { html } = await ada.get(`${CODE}?with=backup-code`)
    expect(html).toContain('Backup code')
    const typed = ` ${code.toUpperCase().replaceAll('-', ' ')} `
    expect((await ada.post(`${CODE}?with=backup-code`, { code: typed, next: '/' })).status).toBe(303)
    expect(await isSignedIn(ada)).toBe(true)
    expect((await ada.get('/security')).html).toContain('9 codes left')
    expect(await mailsTo(CAST.ada.email)).toEqual(['A backup code was used'])
    expect(await actions()).toContain('account.backup_code_used')

    expect((await (await halfway()).post(CODE, { code, next: '/' })).status).toBe(422)
  })

  test('new backup codes take the place of the earlier ones', async () => {
    const ada = await site.signedIn('ada')
    const { backupCodes: before } = await addAuthenticator(ada)
    const answer = await ada.post('/security/backup-codes')
    expect(answer.status).toBe(201)
    const [fresh = ''] = backupCodesOn(answer.html)
    expect((await (await halfway()).post(CODE, { code: before[0] ?? '', next: '/' })).status).toBe(422)
    expect((await (await halfway()).post(CODE, { code: fresh, next: '/' })).status).toBe(303)
  })

  test('cleo’s codes do not open ada’s account', async () => {
    await addAuthenticator(await site.signedIn('ada'))
    const { key, backupCodes } = await addAuthenticator(await site.signedIn('cleo'))
    for (const code of [codeOf(key), backupCodes[0] ?? ''])
      expect((await (await halfway()).post(CODE, { code, next: '/' })).status).toBe(422)
  })
})

describe('no way round it', () => {
  const pages = ['/', '/mailboxes', '/profile', '/security', '/security/authenticator', '/mailboxes/1/password']
  const expectNothing = async (browser: Browser) => {
    for (const path of pages) {
      const { status, location } = await browser.get(path)
      expect([path, status, location]).toEqual([path, 303, expect.stringMatching(/^\/sign-in/)])
    }
    for (const path of [
      '/security/authenticator',
      '/security/authenticator/removal',
      '/security/backup-codes',
      '/profile/deletion',
    ])
      // prettier-ignore
      expect((await browser.post(path, { current: PASSWORD })).location).toMatch(/^\/sign-in/)
  }

  test('the password alone opens no page, in this tab or another, and is not prolonged', async () => {
    await addAuthenticator(await site.signedIn('ada'))
    const ada = await halfway()
    await expectNothing(ada)
    expect((await ada.get('/sign-in?next=%2Fprofile')).location).toBe(`${CODE}?next=%2Fprofile`)
    const [row] = await site.query<{ minutes: number }>(
      `SELECT TIMESTAMPDIFF(MINUTE, created_at, expires_at) AS minutes FROM colombier_sessions
       WHERE second_factor_at IS NULL`,
    )
    expect(row?.minutes).toBe(15)
  })

  test('a session from before is asked for the code from then on', async () => {
    const before = await site.signedIn('ada')
    const { key } = await addAuthenticator(await site.signedIn('ada'))
    await expectNothing(before)
    expect((await before.get('/sign-in')).location).toBe(CODE)
    expect((await before.post(CODE, { code: codeOf(key), next: '/' })).status).toBe(303)
    expect(await isSignedIn(before)).toBe(true)
  })

  test('a sign-in that is under way while the factor is added waits for it', async () => {
    const ada = await site.signedIn('ada')
    await ada.post('/security/authenticator')
    const key = keyOn((await ada.get('/security/authenticator')).html)
    const others = Array.from({ length: 4 }, () => site.visitor())
    await Promise.all([
      ada.post('/security/authenticator/confirmation', { code: codeOf(key) }),
      ...others.map((other) => signInWithPassword(other, 'ada')),
    ])
    for (const other of others) expect(await isSignedIn(other)).toBe(false)
    expect(await isSignedIn(ada)).toBe(true)
  })

  test('a cookie that was copied before the code was shown is worth nothing afterwards', async () => {
    const { key } = await addAuthenticator(await site.signedIn('ada'))
    const ada = await halfway()
    const thief = site.visitor()
    for (const [name, value] of ada.cookies) thief.cookies.set(name, value)
    expect((await ada.post(CODE, { code: codeOf(key), next: '/' })).status).toBe(303)
    expect(await isSignedIn(thief)).toBe(false)
    expect((await thief.get(CODE)).location).toBe('/sign-in')
    expect((await thief.post(CODE, { code: codeOf(key, 1), next: '/' })).location).toBe('/sign-in')
    expect(await isSignedIn(thief)).toBe(false)
  })

  test('changing the password keeps what was shown, and nothing that was not', async () => {
    const ada = await site.signedIn('ada')
    await addAuthenticator(ada)
    const next = 'another dove at another dusk'
    const form = { current: PASSWORD, password: next, again: next }
    expect((await ada.post('/profile/password', form)).location).toBe('/profile?done=password')
    expect(await isSignedIn(ada)).toBe(true)
    await site.query(
      'UPDATE colombier_accounts a JOIN colombier_accounts b SET a.password_hash = b.password_hash WHERE a.id = ? AND b.id = ?',
      [site.idOf('ada'), site.idOf('cleo')],
    )
  })

  test('before the password was right, nothing tells who has a second factor', async () => {
    const answer = () =>
      site.visitor().post('/sign-in', { email: CAST.ada.email, password: 'not her password', next: '/' })
    const without = await answer()
    await addAuthenticator(await site.signedIn('ada'))
    expect(await answer()).toMatchObject({ status: without.status, html: without.html })
  })

  test('a wrong password takes as many statements with a second factor as without', async () => {
    const wrong = async () => {
      await site.query('DELETE FROM colombier_rate_limits')
      await site.visitor().post('/sign-in', { email: CAST.ada.email, password: 'not her password', next: '/' })
    }
    const { queries } = await countReads(site, wrong)
    await addAuthenticator(await site.signedIn('ada'))
    expect((await countReads(site, wrong)).queries).toBe(queries)
  })

  test('twenty sign-ins with the password alone end none of ada’s sessions', async () => {
    const ada = await site.signedIn('ada')
    await addAuthenticator(ada)
    for (let time = 0; time < 25; time++) await halfway()
    expect(await isSignedIn(ada)).toBe(true)
    const [row] = await site.query<{ count: number }>('SELECT COUNT(*) AS count FROM colombier_sessions')
    expect(row?.count).toBe(21)
  })
})

describe('removing the app', () => {
  test('ada removes it, her other sessions end, and the password is enough again', async () => {
    const ada = await site.signedIn('ada')
    const { key, backupCodes } = await addAuthenticator(ada)
    const other = await halfway()
    await other.post(CODE, { code: codeOf(key), next: '/' })
    await site.query('DELETE FROM colombier_outbox')
    expect((await ada.post('/security/authenticator/removal')).location).toBe('/security?done=removed')
    expect(await isSignedIn(ada)).toBe(true)
    expect(await isSignedIn(other)).toBe(false)
    expect(await mailsTo(CAST.ada.email)).toEqual(['A second factor of your account was removed'])
    expect(await site.query('SELECT account_id FROM colombier_backup_codes')).toEqual([])
    expect((await signInWithPassword(site.visitor(), 'ada')).location).toBe('/')
    expect(backupCodes).toHaveLength(10)
  })

  test('removed twice, as in another tab, it is told once', async () => {
    const ada = await site.signedIn('ada')
    await addAuthenticator(ada)
    await site.query('DELETE FROM colombier_outbox')
    await ada.post('/security/authenticator/removal')
    await ada.post('/security/authenticator/removal')
    expect(await mailsTo(CAST.ada.email)).toHaveLength(1)
  })
})
