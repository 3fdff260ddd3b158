import { afterAll, beforeAll, expect, test } from 'vitest'
import { CAST, PASSWORD, startApp, type TestApp } from '../support/app.ts'

let site: TestApp
beforeAll(async () => {
  site = await startApp()
  site.app.get('/broken', async () => {
    await site.pool.query("INSERT INTO colombier_accounts (email, password_hash) VALUES (?, 'the-secret-hash')", [
      CAST.ada.email,
    ])
    return new Response()
  })
  site.app.get('/slip', () => {
    throw new TypeError('a slip in the code')
  })
})
afterAll(() => site.stop())

const lastError = (at: TestApp) => at.lines.filter((line) => line.includes('"event":"error"')).at(-1) ?? ''

test('what breaks shows a reference, the same is in the log, and neither says what was in the query', async () => {
  const page = await site.visitor().get('/broken?token=in-the-query')
  expect(page.status).toBe(500)
  const [, reference] = /Reference ([0-9a-f]{10})/.exec(page.html) ?? []

  const line = JSON.parse(lastError(site)) as Record<string, unknown>
  expect(line).toMatchObject({ level: 50, event: 'error', reference })
  expect(line['errno']).toBeTypeOf('number')
  for (const text of [page.html, ...site.lines]) {
    expect(text).not.toContain('the-secret-hash')
    expect(text).not.toContain(CAST.ada.email)
    expect(text).not.toContain('INSERT INTO')
  }
  expect(site.lines.join('')).not.toContain('in-the-query')
})

test('a slip of our own keeps its message and the place in the log, not on the page', async () => {
  const page = await site.visitor().get('/slip')
  expect(page.html).not.toContain('a slip in the code')
  expect(JSON.parse(lastError(site))).toMatchObject({ error: 'TypeError', message: 'a slip in the code' })
  expect(lastError(site)).toContain('errors.test.ts')
})

test('htmx gets the message for the place that the page keeps for it', async () => {
  const answer = await site.visitor().get('/slip', { htmx: true })
  expect(answer.headers.get('HX-Retarget')).toBe('#notice')
  expect(answer.html).not.toContain('<html')
  expect(answer.headers.get('Vary')).toContain('HX-Request')
})

test('a request leaves one line: what, how it ended, how long it took, and nothing that was typed', async () => {
  site.lines.length = 0
  await site.visitor().post('/sign-in?x=1', { email: CAST.ada.email, password: PASSWORD, next: '/' })

  const requests = site.lines.filter((line) => line.includes('"event":"request"'))
  expect(requests).toHaveLength(1)
  const line = JSON.parse(requests[0] ?? '') as Record<string, unknown>
  expect(Object.keys(line).sort()).toEqual(['event', 'level', 'method', 'ms', 'path', 'reference', 'status', 'time'])
  expect(line).toMatchObject({ method: 'POST', path: '/sign-in', status: 303 })
})

test('while the database is away people are asked to come back, and the health check fails', async () => {
  const away = await startApp()
  const ada = await away.signedIn('ada')
  expect((await away.visitor().get('/health')).status).toBe(200)
  const stranded = await startApp({
    env: { DATABASE_PORT: '1', DATABASE_NAME: away.database.name },
    cast: false,
  })
  const browser = stranded.visitor()
  browser.cookies.set('colombier', ada.cookies.get('colombier') ?? '')

  const page = await browser.get('/')
  expect(page.status).toBe(503)
  expect(page.headers.get('Retry-After')).toBe('5')
  expect(page.headers.get('Refresh')).toBe('5')
  expect(page.html).toContain('Just a moment')
  expect((await stranded.visitor().get('/health')).status).toBe(503)
  expect((await stranded.visitor().get('/password-reset')).status).toBe(200)
  await stranded.stop()
  await away.stop()
})

test('a page that is not there says so in the person’s language', async () => {
  const page = await site.visitor().get('/nowhere', { headers: { 'Accept-Language': 'ja, fr-CH;q=0.9, en;q=0.5' } })
  expect(page.status).toBe(404)
  expect(page.html).toContain('<html lang="fr">')
  expect(page.html).toContain('Page introuvable')
})
