import { createHash } from 'node:crypto'
import { unsealData } from 'iron-session'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { CAST, PASSWORD, startApp, type TestApp } from '../support/app.ts'
import { findSession } from '../../src/db/sessions.ts'
import { numbersTo } from '../support/database.ts'
import { addMailbox } from '../support/tasks.ts'

let site: TestApp
beforeAll(async () => {
  site = await startApp()
})
afterAll(() => site.stop())

const countSessions = async (person: keyof typeof CAST) =>
  (await site.query('SELECT 1 FROM colombier_sessions WHERE account_id = ?', [site.idOf(person)])).length

describe('a session', () => {
  test('its cookie carries an id and nothing else, and the row only the hash of it', async () => {
    const ada = await site.signedIn('ada')
    const cookie = decodeURIComponent(ada.cookies.get('colombier') ?? '')
    const sealed = await unsealData<{ sid: string }>(cookie, { password: site.config.sessionSecrets[0] ?? '' })

    expect(Object.keys(sealed)).toEqual(['sid'])
    expect(sealed.sid).toMatch(/^[\w-]{22}$/)
    const idHash = createHash('sha256').update(sealed.sid).digest()
    const [row] = await site.query('SELECT network FROM colombier_sessions WHERE id_hash = ?', [idHash])
    expect(row).toEqual({ network: '192.0.2.10' })
  })

  test('its cookie is kept from scripts and from other sites', async () => {
    const answer = await site.visitor().post('/sign-in', { email: CAST.ada.email, password: PASSWORD, next: '/' })
    const cookie = answer.headers.getSetCookie().find((line) => line.startsWith('colombier='))
    expect(cookie).toMatch(/; HttpOnly/)
    expect(cookie).toMatch(/; SameSite=Lax/i)
    expect(cookie).toMatch(/; Path=\/(;|$)/)
    expect(cookie).not.toMatch(/Secure|Max-Age|Expires/)
  })

  test('behind https its cookie is tied to this very host, and the browser told to stay with https', async () => {
    const secure = await startApp({ env: { APP_URL: 'https://mail.example.org' } })
    const answer = await secure.visitor().post('/sign-in', { email: CAST.ada.email, password: PASSWORD, next: '/' })
    expect(answer.headers.getSetCookie()[0]).toMatch(/^__Host-colombier=.*; Secure/)
    expect(answer.headers.get('Strict-Transport-Security')).toMatch(/^max-age=\d+$/)
    await secure.stop()
  })

  test('signing in again gives a new id and ends the old one', async () => {
    const ben = await site.signedIn('ben')
    const before = ben.cookies.get('colombier') ?? ''
    await ben.post('/sign-in', { email: CAST.ben.email, password: PASSWORD, next: '/' })

    expect(ben.cookies.get('colombier')).not.toBe(before)
    expect(await countSessions('ben')).toBe(1)
    const thief = site.visitor()
    thief.cookies.set('colombier', before)
    expect((await thief.get('/')).location).toBe('/sign-in')
  })

  test('an id that someone else put into the browser is not taken over', async () => {
    const victim = site.visitor()
    victim.cookies.set('colombier', (await site.signedIn('cleo')).cookies.get('colombier') ?? '')
    const planted = victim.cookies.get('colombier') ?? ''
    await victim.post('/sign-in', { email: CAST.ada.email, password: PASSWORD, next: '/' })

    const planter = site.visitor()
    planter.cookies.set('colombier', planted)
    expect((await planter.get('/')).location).toBe('/sign-in')
  })

  test('someone without one is led to sign in, and from there to what was wanted', async () => {
    const visitor = site.visitor()
    expect(await visitor.get('/mailboxes?page=2')).toMatchObject({
      status: 303,
      location: '/sign-in?next=%2Fmailboxes%3Fpage%3D2',
    })
    const inPlace = await visitor.post(
      '/mailboxes',
      {},
      { htmx: true, headers: { 'HX-Current-URL': `${site.config.origin}/mailboxes` } },
    )
    expect(inPlace.status).toBe(401)
    expect(inPlace.headers.get('HX-Redirect')).toBeNull()
    expect(inPlace.headers.get('HX-Retarget')).toBe('#notice')
    expect(inPlace.html).toContain('Sign in again. Your session has ended. Nothing was changed.')
    expect(inPlace.html).toContain('href="/sign-in?next=%2Fmailboxes" target="_blank"')

    expect((await visitor.post('/mailboxes')).location).toBe('/sign-in')
    const headers = { Referer: `${site.config.origin}/mailboxes/12/password` }
    expect((await visitor.post('/mailboxes/12/password', {}, { headers })).location).toBe(
      '/sign-in?next=%2Fmailboxes%2F12%2Fpassword',
    )
  })

  test('an altered cookie is nobody', async () => {
    const ada = await site.signedIn('ada')
    ada.cookies.set(
      'colombier',
      (ada.cookies.get('colombier') ?? '').replace(/.$/, (last) => (last === 'A' ? 'B' : 'A')),
    )
    expect((await ada.get('/')).location).toBe('/sign-in')
  })

  test('ends by the database’s clock, and each use moves its end', async () => {
    const ada = await site.signedIn('ada')
    await site.query(
      `UPDATE colombier_sessions SET last_seen_at = UTC_TIMESTAMP(6) - INTERVAL 2 MINUTE,
         expires_at = UTC_TIMESTAMP(6) + INTERVAL 1 MINUTE WHERE account_id = ?`,
      [site.idOf('ada')],
    )
    expect((await ada.get('/')).location).toBe('/mailboxes')
    const [row] = await site.query<{ later: number }>(
      'SELECT MAX(expires_at) > UTC_TIMESTAMP(6) + INTERVAL 23 HOUR AS later FROM colombier_sessions WHERE account_id = ?',
      [site.idOf('ada')],
    )
    expect(row?.later).toBe(1)

    await site.query('UPDATE colombier_sessions SET expires_at = UTC_TIMESTAMP(6) WHERE account_id = ?', [
      site.idOf('ada'),
    ])
    expect((await ada.get('/')).location).toBe('/sign-in')
  })

  test('has a last day that no use moves, and a longer life in the settings does not prolong it beyond that', async () => {
    const ada = await site.signedIn('ada')
    const age = (days: number) =>
      site.query(
        `UPDATE colombier_sessions SET last_seen_at = UTC_TIMESTAMP(6) - INTERVAL 2 MINUTE,
           created_at = UTC_TIMESTAMP(6) - INTERVAL ? MINUTE WHERE account_id = ?`,
        [days * 1440 - 60, site.idOf('ada')],
      )
    await age(30)
    expect((await ada.get('/')).location).toBe('/mailboxes')
    const [row] = await site.query<{ minutes: number }>(
      `SELECT MAX(TIMESTAMPDIFF(MINUTE, UTC_TIMESTAMP(6), expires_at)) AS minutes FROM colombier_sessions
       WHERE account_id = ?`,
      [site.idOf('ada')],
    )
    expect(row?.minutes).toBeGreaterThan(57)
    expect(row?.minutes).toBeLessThan(61)
    await age(400)
    await ada.get('/')
    expect((await ada.get('/')).location).toBe('/sign-in')
  })

  test('is one of twenty at most: with the next one the least used ends', async () => {
    await site.query('DELETE FROM colombier_sessions')
    const first = await site.signedIn('ben')
    const second = await site.signedIn('ben')
    await site.query("UPDATE colombier_sessions SET last_seen_at = '2026-01-01' ORDER BY created_at LIMIT 1")
    for (let more = 1; more <= 18; more++) await site.signedIn('ben')
    expect((await first.get('/')).location).toBe('/mailboxes')
    await site.query("UPDATE colombier_sessions SET last_seen_at = '2026-01-01' ORDER BY created_at LIMIT 1")
    await site.signedIn('ben')
    expect(await countSessions('ben')).toBe(20)
    expect((await first.get('/')).location).toBe('/sign-in')
    expect((await second.get('/')).location).toBe('/mailboxes')
    expect(site.lines.filter((line) => line.includes('"act":"session limit"'))).toHaveLength(1)
  })

  test('ends for no other that has run out', async () => {
    await site.query('DELETE FROM colombier_sessions')
    const first = await site.signedIn('ben')
    for (let more = 1; more <= 19; more++) await site.signedIn('ben')
    await site.query("UPDATE colombier_sessions SET last_seen_at = '2026-01-01' ORDER BY created_at LIMIT 1")
    await site.query("UPDATE colombier_sessions SET expires_at = '2026-01-01' ORDER BY created_at DESC LIMIT 1")

    await site.signedIn('ben')

    expect((await first.get('/')).location).toBe('/mailboxes')
  })

  test('of an administrator does not begin where the history cannot tell of it', async () => {
    await site.query('DELETE FROM colombier_sessions')
    await site.query(`CREATE TRIGGER no_history BEFORE INSERT ON colombier_audit FOR EACH ROW SIGNAL SQLSTATE '45000'`)
    const answer = await site.visitor().post('/sign-in', { email: CAST.ben.email, password: PASSWORD, next: '/' })
    await site.query('DROP TRIGGER no_history')

    expect(answer.status).toBe(500)
    expect(await countSessions('ben')).toBe(0)
  })

  test('an account that is deactivated is out at its next request', async () => {
    const cleo = await site.signedIn('cleo')
    await site.query('UPDATE colombier_accounts SET active = FALSE WHERE id = ?', [site.idOf('cleo')])
    expect((await cleo.get('/')).location).toBe('/sign-in')
    await site.query('UPDATE colombier_accounts SET active = TRUE WHERE id = ?', [site.idOf('cleo')])
  })

  test('works on with the secret before the last while the secrets are changed', async () => {
    const ada = await site.signedIn('ada')
    const later = await startApp({
      env: {
        SESSION_SECRET: 'another secret, as long as the first one',
        SESSION_SECRET_OLD: 'for tests only, and long enough to pass',
      },
      database: site.database,
      cast: false,
    })
    const browser = later.visitor()
    browser.cookies.set('colombier', ada.cookies.get('colombier') ?? '')
    expect((await browser.get('/')).location).toBe('/mailboxes')
    await later.stop()
  })
})

test('ben holds each of two thousand domains, however short the texts are that the server puts together', async () => {
  const domain = "CONCAT('number-', LPAD(seq, 4, '0'), '.example')"
  await site.query(`INSERT INTO virtual_domains (name) SELECT ${domain} FROM ${numbersTo(2000)}`)
  await site.query(`INSERT INTO colombier_grants (account_id, domain) SELECT ?, ${domain} FROM ${numbersTo(2000)}`, [
    site.idOf('ben'),
  ])
  const cookie = (await site.signedIn('ben')).cookies.get('colombier') ?? ''
  await site.query('SET GLOBAL group_concat_max_len = 1024')
  onTestFinished(async () => {
    await site.query('SET GLOBAL group_concat_max_len = DEFAULT')
  })
  const short = await startApp({ database: site.database, cast: false })
  const ben = short.visitor()
  ben.cookies.set('colombier', cookie)

  for (const name of ['number-0001.example', 'number-0039.example', 'number-2000.example', 'example.org'])
    expect((await ben.get(`/domains/${name}`)).status, name).toBe(200)
  expect((await ben.get('/domains/example.net')).status).toBe(404)

  // The page of mailboxes has all of them in one row, which is that of the first of these.
  for (const name of ['one', 'another'])
    await addMailbox(short, { address: `${name}@example.org`, accountId: site.idOf('ben') })
  const [{ hash } = { hash: Buffer.alloc(0) }] = await site.query<{ hash: Buffer }>(
    'SELECT id_hash AS hash FROM colombier_sessions WHERE account_id = ? ORDER BY created_at DESC LIMIT 1',
    [site.idOf('ben')],
  )
  const session = await findSession(short.pool, hash, { mailboxes: 'all', mapping: short.config.mapping })
  expect(session?.account.domains).toHaveLength(2001)
  expect(session?.mailboxes?.map(({ address }) => address)).toEqual(['another@example.org', 'one@example.org'])
  await short.stop()
})
