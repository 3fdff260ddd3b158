import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { CAST, PASSWORD, startApp, type TestApp } from '../support/app.ts'
import { Browser } from '../support/browser.ts'

const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0'

let site: TestApp
beforeAll(async () => {
  site = await startApp()
})
afterAll(() => site.stop())
beforeEach(async () => {
  await site.query('DELETE FROM colombier_sessions')
  await site.query('DELETE FROM colombier_audit')
})

async function signedInWith(userAgent: string, address = '192.0.2.44'): Promise<Browser> {
  const browser = site.visitor(address)
  const form = { email: CAST.ada.email, password: PASSWORD, next: '/' }
  await browser.post('/sign-in', form, { headers: { 'User-Agent': userAgent } })
  return browser
}
const idOf = async (userAgent: string) => {
  const [row] = await site.query<{ id: string }>(
    'SELECT LOWER(HEX(id_hash)) AS id FROM colombier_sessions WHERE user_agent = ?',
    [userAgent],
  )
  return row?.id ?? ''
}

describe('one’s own sessions', () => {
  test('ada sees each with browser, network and times, and which one is this', async () => {
    await signedInWith(FIREFOX, '192.0.2.44')
    const ada = await site.signedIn('ada')
    const { html } = await ada.get('/security')
    expect(html).toContain('Firefox on Linux')
    expect(html).toContain('192.0.2.44')
    expect(html.match(/This browser/g)).toHaveLength(1)
    expect(html.match(/\/security\/sessions\/[0-9a-f]{64}\/revocation" hx-post/g)).toHaveLength(1)
  })

  test('she sees nobody else’s', async () => {
    await signedInWith(FIREFOX, '192.0.2.44')
    const cleo = await site.signedIn('cleo')
    const { html } = await cleo.get('/security')
    expect(html).not.toContain('Firefox')
    expect(html).not.toContain('192.0.2.44')
  })

  test('ends one of them, and that browser is out at its next request', async () => {
    const other = await signedInWith(FIREFOX)
    const ada = await site.signedIn('ada')
    const answer = await ada.post(`/security/sessions/${await idOf(FIREFOX)}/revocation`)
    expect(answer).toMatchObject({ status: 303, location: '/security?done=session' })
    expect((await other.get('/profile')).location).toMatch(/^\/sign-in/)
    expect((await ada.get('/profile')).status).toBe(200)
    expect(await site.query('SELECT action FROM colombier_audit')).toEqual([{ action: 'account.sessions_ended' }])
  })

  test('ends all the others', async () => {
    const others = [await signedInWith(FIREFOX), await signedInWith('a browser nobody knows')]
    const ada = await site.signedIn('ada')
    const cleo = await site.signedIn('cleo')
    expect((await ada.post('/security/sessions/revocation')).location).toBe('/security?done=sessions')
    for (const other of others) expect((await other.get('/profile')).location).toMatch(/^\/sign-in/)
    expect((await ada.get('/profile')).status).toBe(200)
    expect((await cleo.get('/profile')).status).toBe(200)
  })

  test('cleo cannot end one of ada’s: 404, as for one that is not there', async () => {
    const ada = await signedInWith(FIREFOX)
    const cleo = await site.signedIn('cleo')
    const hers = await cleo.post(`/security/sessions/${await idOf(FIREFOX)}/revocation`)
    const nobodys = await cleo.post(`/security/sessions/${'0'.repeat(64)}/revocation`)
    expect(hers.status).toBe(404)
    expect(nobodys.status).toBe(404)
    expect(hers.html).toBe(nobodys.html)
    for (const id of ['x', '%27', '0'.repeat(63)]) {
      expect((await cleo.post(`/security/sessions/${id}/revocation`)).status).toBe(404)
    }
    expect((await ada.get('/profile')).status).toBe(200)
  })

  test('what a browser calls itself is shown as text', async () => {
    await signedInWith('<img src=x onerror=alert(1)>')
    const ada = await site.signedIn('ada')
    const { html } = await ada.get('/security')
    expect(html).toContain('<bdi>Unknown</bdi>')
    expect(html).not.toContain('<img src=x')
  })

  test('a GET ends nothing, and another origin is refused', async () => {
    const other = await signedInWith(FIREFOX)
    const ada = await site.signedIn('ada')
    const path = `/security/sessions/${await idOf(FIREFOX)}/revocation`
    expect((await ada.get(path)).status).toBe(404)
    expect((await ada.get('/security/sessions/revocation')).status).toBe(404)
    for (const one of [path, '/security/sessions/revocation']) {
      expect((await ada.post(one, {}, { headers: { Origin: 'https://evil.example' } })).status).toBe(403)
    }
    expect((await other.get('/profile')).status).toBe(200)
  })

  test('her language is chosen here, and the page comes back in it', async () => {
    const ada = await site.signedIn('ada')
    const answer = await ada.post('/preferences/language', { language: 'fr', next: '/profile' })
    expect(answer.location).toBe('/profile')
    expect((await ada.get('/security')).html).toContain('Appareils connectés')
  })
})
