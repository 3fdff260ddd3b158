import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { CAST, PASSWORD, startApp, type TestApp } from '../support/app.ts'
import type { Browser } from '../support/browser.ts'
import { readOutbox } from '../support/outbox.ts'

const NEXT = 'a louder dove at dawn'

let site: TestApp
let hash: string
let ada: Browser
beforeAll(async () => {
  site = await startApp()
  const [row] = await site.query<{ password_hash: string }>('SELECT password_hash FROM colombier_accounts LIMIT 1')
  hash = row?.password_hash ?? ''
})
afterAll(() => site.stop())

beforeEach(async () => {
  for (const table of ['sessions', 'outbox', 'audit', 'links', 'rate_limits']) {
    await site.query(`DELETE FROM colombier_${table}`)
  }
  await site.query('UPDATE colombier_accounts SET password_hash = ?', [hash])
  ada = await site.signedIn('ada')
})

const form = { current: PASSWORD, password: NEXT, again: NEXT }
const hashNow = async () => {
  const [row] = await site.query<{ password_hash: string }>(
    'SELECT password_hash FROM colombier_accounts WHERE id = ?',
    [site.idOf('ada')],
  )
  return row?.password_hash
}
const signIn = (password: string) => site.visitor().post('/sign-in', { email: CAST.ada.email, password, next: '/' })

describe('the password of the account', () => {
  test('ada changes it: her other sessions end, this one goes on under a new id, and a mail tells her', async () => {
    const elsewhere = await site.signedIn('ada')
    const before = ada.cookies.get('colombier')
    expect(await ada.post('/profile/password', form)).toMatchObject({ status: 303, location: '/profile?done=password' })

    expect((await elsewhere.get('/profile')).location).toMatch(/^\/sign-in/)
    expect(ada.cookies.get('colombier')).not.toBe(before)
    const page = await ada.get('/profile?done=password')
    expect(page.status).toBe(200)
    expect(page.html).toContain('Your password was changed')
    expect(await site.query('SELECT 1 FROM colombier_sessions')).toHaveLength(1)
    expect((await signIn(PASSWORD)).status).toBe(422)
    expect((await signIn(NEXT)).status).toBe(303)

    const [mail] = await readOutbox(site)
    expect(mail).toMatchObject({ recipient: CAST.ada.email, subject: 'Your account password was changed' })
    expect(await site.query('SELECT action, actor, subject FROM colombier_audit')).toEqual([
      { action: 'account.password_changed', actor: CAST.ada.email, subject: CAST.ada.email },
    ])
  })

  test('what somebody planted before the change is worth nothing after it', async () => {
    const thief = site.visitor()
    thief.cookies.set('colombier', ada.cookies.get('colombier') ?? '')
    expect((await thief.get('/profile')).status).toBe(200)
    await ada.post('/profile/password', form)
    expect((await thief.get('/profile')).location).toMatch(/^\/sign-in/)
  })

  test('a link that was mailed before is good for nothing any more', async () => {
    await site.visitor().post('/password-reset', { email: CAST.ada.email })
    await ada.post('/profile/password', form)
    expect(await site.query('SELECT 1 FROM colombier_links')).toEqual([])
  })

  test('a wrong form says what is wrong and changes nothing', async () => {
    for (const wrong of [
      {},
      { ...form, current: 'not her password' },
      { ...form, password: 'short', again: 'short' },
      { ...form, again: `${NEXT}!` },
      { ...form, password: PASSWORD, again: PASSWORD },
      { ...form, current: 'x'.repeat(1025) },
    ]) {
      const answer = await ada.post('/profile/password', wrong)
      expect(answer.status).toBe(422)
      expect(answer.html).toContain('aria-invalid="true"')
      expect(answer.html).not.toContain('not her password')
    }
    expect(await hashNow()).toBe(hash)
    expect(await readOutbox(site)).toEqual([])
    expect(await site.query('SELECT 1 FROM colombier_audit')).toEqual([])
  })

  test('in place, the whole profile comes back with the message at the field', async () => {
    const answer = await ada.post('/profile/password', { ...form, current: 'not her password' }, { htmx: true })
    expect(answer.status).toBe(422)
    expect(answer.html).toMatch(/^<section id="profile"/)
    expect(answer.html).toContain('id="password-current-error"')
    expect(await ada.post('/profile/password', form, { htmx: true })).toMatchObject({
      status: 204,
      location: '/profile?done=password',
    })
  })

  test('five wrong passwords block further ones, the right one too, and nobody else', async () => {
    for (let attempt = 1; attempt <= 5; attempt++) {
      expect((await ada.post('/profile/password', { ...form, current: `guess ${attempt}` })).status).toBe(422)
    }
    const blocked = await ada.post('/profile/password', form)
    expect(blocked.status).toBe(429)
    expect(blocked.headers.get('Retry-After')).not.toBeNull()
    expect(await hashNow()).toBe(hash)
    const cleo = await site.signedIn('cleo')
    expect((await cleo.post('/profile/password', form)).status).toBe(303)
  })

  test('a session that is ended meanwhile changes nothing, and does not go on', async () => {
    const other = await site.pool.getConnection()
    await other.beginTransaction()
    await other.query('SELECT 1 FROM colombier_accounts WHERE id = ? FOR UPDATE', [site.idOf('ada')])
    const changing = ada.post('/profile/password', form)
    await sleep(1_000)
    await other.query('DELETE FROM colombier_sessions')
    await other.commit()
    other.release()
    await changing
    expect((await ada.get('/profile')).status).toBe(303)
    expect(await site.query('SELECT id_hash FROM colombier_sessions')).toEqual([])
    expect(await readOutbox(site)).toEqual([])
  })

  test('of two changes at once one holds', async () => {
    const elsewhere = await site.signedIn('ada')
    const other = 'a third dove at noon'
    const answers = await Promise.all([
      ada.post('/profile/password', form),
      elsewhere.post('/profile/password', { current: PASSWORD, password: other, again: other }),
    ])
    const kept = answers.filter(({ location }) => location === '/profile?done=password')
    expect(kept).toHaveLength(1)
    expect(await readOutbox(site)).toHaveLength(1)
  })

  test('a GET changes nothing, another origin is refused, and a stranger is led to sign in', async () => {
    const query = new URLSearchParams(form)
    expect((await ada.get(`/profile/password?${query}`)).status).toBe(404)
    await ada.get(`/profile?${query}`)
    const headers = { Origin: 'https://evil.example' }
    expect((await ada.post('/profile/password', form, { headers })).status).toBe(403)
    expect((await site.visitor().post('/profile/password', form)).location).toBe('/sign-in')
    expect(await hashNow()).toBe(hash)
  })

  test('neither password is in the log or in the history', async () => {
    await ada.post('/profile/password', { ...form, current: 'not her password' })
    await ada.post('/profile/password', form)
    const written = site.lines.join('') + JSON.stringify(await site.query('SELECT * FROM colombier_audit'))
    for (const secret of [PASSWORD, NEXT, 'not her password', '$argon2']) expect(written).not.toContain(secret)
  })
})
