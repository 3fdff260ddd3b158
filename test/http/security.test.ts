import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { PASSWORD, startApp, type TestApp } from '../support/app.ts'

let site: TestApp
beforeAll(async () => {
  site = await startApp()
})
afterAll(() => site.stop())

test('no page runs a script or a style that is not a file of ours, and none may be framed', async () => {
  for (const path of ['/sign-in', '/no-such-page']) {
    const page = await site.visitor().get(path)
    const policy = page.headers.get('Content-Security-Policy') ?? ''
    expect(policy.split('; ').sort()).toEqual([
      "base-uri 'none'",
      "connect-src 'self'",
      "default-src 'none'",
      "form-action 'self'",
      "frame-ancestors 'none'",
      "img-src 'self'",
      "script-src 'self'",
      "style-src 'self'",
    ])
    expect(page.html).not.toMatch(/<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)/)
    expect(page.headers.get('X-Content-Type-Options')).toBe('nosniff')
    expect(page.headers.get('X-Frame-Options')).toBe('DENY')
    expect(page.headers.get('Referrer-Policy')).toBe('same-origin')
    expect(page.headers.get('Cache-Control')).toBe('no-store')
    expect(page.headers.get('Strict-Transport-Security')).toBeNull()
  }
})

test('a page whose address has a token in it tells it to no other request, whatever becomes of the page', async () => {
  const paths = ['/password-reset/new', '/registration/confirmation', '/email-confirmation', '/no-such-page']
  for (const path of paths) {
    const { headers } = await site.visitor().get(`${path}?token=${'A'.repeat(43)}`)
    expect([path, headers.get('Referrer-Policy')]).toEqual([path, 'strict-origin'])
  }
})

test('what belongs to a page is found by the name of its content, kept for ever, and small on the wire', async () => {
  const { html } = await site.visitor().get('/sign-in')
  const paths = [...html.matchAll(/(?:href|src)="(\/static\/[^"]+)"/g)].map(([, path]) => path ?? '')
  expect(new Set(paths).size).toBe(3)

  for (const path of paths) {
    const asset = await site.visitor().get(path, { headers: { 'Accept-Encoding': 'gzip, br' } })
    expect(asset.status).toBe(200)
    expect(path).toMatch(/\.[0-9a-f]{12}\.(css|js|svg)$/)
    expect(asset.headers.get('Cache-Control')).toBe('public, max-age=31536000, immutable')
    expect(asset.headers.get('Content-Encoding')).toBe('br')
  }
  for (const path of ['/static/colombier.css', '/static/../package.json', '/static/%2e%2e%2fpackage.json']) {
    expect((await site.visitor().get(path)).status).toBe(404)
  }
})

describe('a request from another site', () => {
  const form = { email: 'ada@people.test', password: PASSWORD, next: '/' }

  test.each([
    ['another origin', { Origin: 'https://evil.example' }],
    ['an origin that is kept secret', { Origin: 'null' }],
    ['the same host over another scheme', { Origin: 'https://colombier.test' }],
    ['another site, as the browser says', { 'Sec-Fetch-Site': 'cross-site' }],
    ['a sister site', { 'Sec-Fetch-Site': 'same-site' }],
  ])('is refused when it comes from %s', async (_what, headers) => {
    const answer = await site.visitor().post('/sign-in', form, { headers })
    expect(answer.status).toBe(403)
    expect(answer.headers.getSetCookie()).toEqual([])
  })

  test.each(['application/json', 'text/plain', 'application/x-www-form-urlencoded', ''])(
    'is refused whatever it says its content is: %s',
    async (type) => {
      const browser = await site.signedIn('ada')
      const headers: Record<string, string> = {
        Origin: 'https://evil.example',
        ...(type !== '' && { 'Content-Type': type }),
      }
      const answer = await browser.send('/sign-out', { method: 'POST', body: '{}' }, { headers })
      expect(answer.status).toBe(403)
      expect((await browser.get('/')).location).toBe('/mailboxes')
    },
  )

  test('is refused with other methods too, and when nothing says where it comes from', async () => {
    for (const method of ['PUT', 'PATCH', 'DELETE']) {
      const headers = { Origin: 'https://evil.example' }
      expect((await site.visitor().send('/sign-out', { method }, { headers })).status).toBe(403)
    }
    expect((await site.visitor().send('/sign-out', { method: 'POST' })).status).toBe(403)
  })

  test('tells a person who came by another address where to go', async () => {
    const answer = await site.visitor().post('/sign-in', form, { headers: { Origin: 'http://127.0.0.1:8686' } })
    expect(answer.html).toContain(`another address than ${site.config.origin}`)
  })
})

test('more than a form can hold is refused before it is read', async () => {
  const answer = await site.visitor().post('/sign-in', { email: 'x'.repeat(70_000), password: 'y', next: '/' })
  expect(answer.status).toBe(413)
})
