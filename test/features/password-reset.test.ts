import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { CAST, PASSWORD, startApp, type TestApp } from '../support/app.ts'
import { linkTo, readOutbox } from '../support/outbox.ts'

const NEXT = 'a louder dove at dawn'

let site: TestApp
let hash: string
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
  await site.query('UPDATE colombier_accounts SET password_hash = ?, active = TRUE', [hash])
})

let nextAddress = 1
const stranger = () => site.visitor(`198.51.100.${nextAddress++}`)
const ask = (email: string = CAST.ada.email) => stranger().post('/password-reset', { email })
const tokenIn = (path: string) => new URL(path, 'http://x').searchParams.get('token') ?? ''
const askedToken = async () => {
  await ask()
  return tokenIn(await linkTo(site, CAST.ada.email))
}
const reset = (token: string, password = NEXT, again = password) =>
  stranger().post('/password-reset/new', { token, password, again })
const signIn = (password: string) => stranger().post('/sign-in', { email: CAST.ada.email, password, next: '/' })
const hashNow = async () => {
  const [row] = await site.query<{ password_hash: string }>(
    'SELECT password_hash FROM colombier_accounts WHERE id = ?',
    [site.idOf('ada')],
  )
  return row?.password_hash
}

describe('a forgotten password', () => {
  test('the sign-in page leads to the form', async () => {
    expect((await stranger().get('/sign-in')).html).toContain('href="/password-reset"')
    expect((await stranger().get('/password-reset')).html).toContain('action="/password-reset"')
  })

  test('ada gets a link, sets a new password with it, and is signed out everywhere', async () => {
    const old = await site.signedIn('ada')
    expect(await ask(' Ada@People.test ')).toMatchObject({ status: 303, location: '/password-reset/sent' })
    const path = await linkTo(site, CAST.ada.email)
    const page = await stranger().get(path)
    expect(page.status).toBe(200)
    expect(page.html).toContain('name="again"')

    expect(await reset(tokenIn(path))).toMatchObject({ status: 303, location: '/password-reset/done' })
    expect((await old.get('/profile')).location).toMatch(/^\/sign-in/)
    expect((await signIn(PASSWORD)).status).toBe(422)
    expect((await signIn(NEXT)).status).toBe(303)
    expect((await readOutbox(site)).map(({ recipient, subject }) => [recipient, subject])).toEqual([
      [CAST.ada.email, 'Set a new password for your account'],
      [CAST.ada.email, 'Your account password was changed'],
    ])
    expect(await site.query('SELECT action, actor FROM colombier_audit')).toEqual([
      { action: 'account.password_reset', actor: CAST.ada.email },
    ])
  })

  test('known, unknown and inactive addresses get the same answer and write the same', async () => {
    await site.query('UPDATE colombier_accounts SET active = FALSE WHERE id = ?', [site.idOf('cleo')])
    const known = await ask()
    const unknown = await ask('nobody@people.test')
    const inactive = await ask(CAST.cleo.email)
    const seen = ({ status, html, location }: typeof known) => ({ status, html, location })
    expect(seen(unknown)).toEqual(seen(known))
    expect(seen(inactive)).toEqual(seen(known))
    expect((await readOutbox(site)).map(({ recipient }) => recipient)).toEqual([CAST.ada.email])
    const links = await site.query<{ account_id: number | null }>('SELECT account_id FROM colombier_links')
    expect(links).toHaveLength(3)
    expect(links.filter(({ account_id }) => account_id === null)).toHaveLength(2)
  })

  test('opening the link, ten times, uses nothing up', async () => {
    const token = await askedToken()
    for (let time = 1; time <= 10; time++) {
      expect((await stranger().get(`/password-reset/new?token=${token}`)).status).toBe(200)
    }
    expect(await hashNow()).toBe(hash)
    expect((await reset(token)).status).toBe(303)
  })

  test('a link is good once, also for two at once, and uses up the others', async () => {
    const first = await askedToken()
    const token = await askedToken()
    const answers = await Promise.all([reset(token), reset(token, 'a third dove at noon')])
    expect(answers.map(({ location }) => location).sort()).toEqual(['/password-reset/done', null])
    expect(answers.find(({ location }) => location === null)?.html).toContain('Already done')
    const changed = await hashNow()
    for (const again of [await reset(token), await stranger().get(`/password-reset/new?token=${token}`)]) {
      expect(again.status).toBe(200)
      expect(again.html).toContain('Already done')
      expect(again.html).not.toContain('name="password"')
    }
    expect(await hashNow()).toBe(changed)
    expect(await site.query('SELECT action FROM colombier_audit')).toHaveLength(1)
    expect((await reset(first)).status).toBe(410)

    await site.query('UPDATE colombier_links SET expires_at = UTC_TIMESTAMP(6)')
    expect((await reset(token)).status).toBe(410)
  })

  test('a link that is too old, made up, meant for something else or of a deactivated account leads nowhere', async () => {
    const token = await askedToken()
    await site.query("UPDATE colombier_links SET purpose = 'email_change'")
    expect((await reset(token)).status).toBe(410)
    await site.query("UPDATE colombier_links SET purpose = 'password_reset'")
    await site.query('UPDATE colombier_accounts SET active = FALSE WHERE id = ?', [site.idOf('ada')])
    expect((await reset(token)).status).toBe(410)
    await site.query('UPDATE colombier_accounts SET active = TRUE WHERE id = ?', [site.idOf('ada')])
    await site.query('UPDATE colombier_links SET expires_at = UTC_TIMESTAMP(6)')
    expect((await reset(token)).status).toBe(410)
    for (const made of ['x', '<script>', 'A'.repeat(43)]) {
      const answer = await reset(made)
      expect(answer.status).toBe(410)
      expect(answer.html).not.toContain('<script>')
    }
    expect(await hashNow()).toBe(hash)
  })

  test('it is good for as long as the settings say', async () => {
    await ask()
    const [row] = await site.query<{ minutes: number }>(
      'SELECT TIMESTAMPDIFF(SECOND, UTC_TIMESTAMP(6), expires_at) / 60 AS minutes FROM colombier_links',
    )
    expect(Math.ceil(Number(row?.minutes))).toBe(60)
  })

  test('a wrong new password comes back with its message and the link still good', async () => {
    const token = await askedToken()
    for (const [password, again] of [
      ['', ''],
      ['short', 'short'],
      [NEXT, `${NEXT}!`],
      [`${NEXT}\u0007`, `${NEXT}\u0007`],
    ] as const) {
      const answer = await reset(token, password, again)
      expect(answer.status).toBe(422)
      expect(answer.html).toContain('aria-invalid="true"')
      expect(answer.html).toContain(`value="${token}"`)
      if (password !== '') expect(answer.html).not.toContain(`value="${password}"`)
    }
    expect(await hashNow()).toBe(hash)
    expect((await reset(token)).status).toBe(303)
  })

  test('what is no address is told at the form and writes nothing', async () => {
    for (const email of ['', 'nobody', '<b>@x', 'a@people.test\r\nBcc: b@people.test']) {
      expect((await ask(email)).status).toBe(422)
    }
    expect(await site.query('SELECT 1 FROM colombier_links')).toEqual([])
  })

  test('an address gets so many, from whatever networks, and one that nobody has is blocked alike', async () => {
    for (const email of [CAST.ada.email, 'nobody@people.test']) {
      for (let attempt = 1; attempt <= 5; attempt++) expect((await ask(email)).status).toBe(303)
      const blocked = await ask(email)
      expect(blocked.status).toBe(429)
      expect(blocked.headers.get('Retry-After')).not.toBeNull()
    }
    expect(await readOutbox(site)).toHaveLength(5)
    expect((await signIn(PASSWORD)).status).toBe(303)
  })

  test('a network may ask so often, for whatever addresses', async () => {
    const browser = stranger()
    for (let attempt = 1; attempt <= 5; attempt++) {
      expect((await browser.post('/password-reset', { email: `person${attempt}@people.test` })).status).toBe(303)
    }
    expect((await browser.post('/password-reset', { email: CAST.ada.email })).status).toBe(429)
    expect((await ask()).status).toBe(303)
  })

  test('another origin is refused, and a GET with everything in it changes nothing', async () => {
    const token = await askedToken()
    const headers = { Origin: 'https://evil.example' }
    const form = { token, password: NEXT, again: NEXT }
    expect((await stranger().post('/password-reset/new', form, { headers })).status).toBe(403)
    expect((await stranger().post('/password-reset', { email: CAST.ada.email }, { headers })).status).toBe(403)
    await stranger().get(`/password-reset/new?${new URLSearchParams(form)}`)
    await stranger().get(`/password-reset?email=${CAST.ada.email}`)
    expect(await hashNow()).toBe(hash)
    expect(await readOutbox(site)).toHaveLength(1)
  })

  test('the table holds the hash of the token alone, and no log or history has it or the passwords', async () => {
    const token = await askedToken()
    const table = await site.query<{ id_hash: Buffer }>('SELECT * FROM colombier_links')
    expect(JSON.stringify(table)).not.toContain(token)
    expect(table[0]?.id_hash).toHaveLength(32)
    await reset(token)
    const written = site.lines.join('') + JSON.stringify(await site.query('SELECT * FROM colombier_audit'))
    for (const secret of [token, PASSWORD, NEXT]) expect(written).not.toContain(secret)
  })
})
