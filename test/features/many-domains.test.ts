import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startApp, type TestApp } from '../support/app.ts'
import type { Browser } from '../support/browser.ts'

const COUNT = 2200
const domainAt = (index: number) => `d${String(index).padStart(4, '0')}.example`
const LAST = domainAt(COUNT - 1)
const SECRET = 'a stork on the chimney'

let site: TestApp
let dora: Browser
beforeAll(async () => {
  site = await startApp()
  const names = Array.from({ length: COUNT }, (_, index) => [domainAt(index)])
  await site.query('INSERT INTO virtual_domains (name) VALUES ?', [names])
})
afterAll(() => site.stop())
beforeEach(async () => {
  for (const table of ['colombier_registrations', 'colombier_tasks', 'colombier_mailboxes', 'colombier_audit'])
    await site.query(`DELETE FROM ${table}`)
  await site.query("DELETE FROM colombier_grants WHERE domain LIKE 'd%.example'")
  dora = await site.signedIn('dora')
})

const grantAll = (person: 'ada' | 'ben') =>
  site.query('INSERT INTO colombier_grants (account_id, domain) VALUES ?', [
    Array.from({ length: COUNT }, (_, index) => [site.idOf(person), domainAt(index)]),
  ])
const countGrants = async (person: 'ada' | 'ben') =>
  (await site.query('SELECT 1 FROM colombier_grants WHERE account_id = ?', [site.idOf(person)])).length

async function addWaiting(email: string): Promise<number> {
  await site.query(
    `INSERT INTO colombier_registrations
       (email, password_hash, reason, language, state, requested_at, expires_at, confirmed_at)
     VALUES (?, 'unused', 'A reason of some length', 'en', 'waiting', UTC_TIMESTAMP(6), UTC_TIMESTAMP(6), UTC_TIMESTAMP(6))`,
    [email],
  )
  const [row] = await site.query<{ id: number }>('SELECT MAX(id) AS id FROM colombier_registrations')
  return row?.id ?? 0
}

describe('of 2,200 domains', () => {
  test('dora makes a mailbox in the last one, which she types', async () => {
    const { html } = await dora.get('/mailboxes')
    expect(html).toContain('<input id="domain" name="domain"')
    expect(html).not.toContain(LAST)
    const preview = await dora.get(`/mailboxes/preview?localPart=dora.mail&domain=${LAST}`, { htmx: true })
    expect(preview.html).toContain('is available.')
    const form = { localPart: 'dora.mail', password: SECRET, again: SECRET }
    expect((await dora.post('/mailboxes', { ...form, domain: 'elsewhere.example' })).status).toBe(422)
    expect((await dora.post('/mailboxes', { ...form, domain: ` ${LAST.toUpperCase()} ` })).status).toBe(303)
    expect(await site.query('SELECT address FROM colombier_mailboxes')).toEqual([{ address: `dora.mail@${LAST}` }])
  })

  test('twenty are proposed that begin as is typed, to each of those that they may use', async () => {
    const options = async (browser: Browser, domain: string) =>
      [
        ...(await browser.get(`/domain-options?field=domain&domain=${domain}`, { htmx: true })).html.matchAll(
          /value="([^"]+)"/g,
        ),
      ].map(([, name]) => name)
    expect(await options(dora, 'D219')).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9].map((index) => domainAt(2190 + index)))
    expect(await options(dora, 'd')).toHaveLength(20)
    expect(await options(dora, '%')).toEqual([])
    expect(await options(await site.signedIn('ada'), '')).toEqual(['example.org'])
    await grantAll('ada')
    expect(await options(await site.signedIn('ada'), 'd2199')).toEqual([LAST])
    expect((await site.visitor().get('/domain-options')).location).toMatch(/^\/sign-in/)
  })

  test('dora lets someone into the last ones, one by one and several at once', async () => {
    const one = await addWaiting('one@newcomers.test')
    const several = [await addWaiting('two@newcomers.test'), await addWaiting('three@newcomers.test')]
    expect((await dora.get(`/registrations/${one}/approval`)).html).not.toContain('type="checkbox" name="domains"')
    const foreign = await dora.post(`/registrations/${one}/approval`, {
      domains: [LAST, 'elsewhere.example'],
      limit: '',
    })
    expect(foreign.status).toBe(422)
    expect(foreign.html).toContain(`value="${LAST}"`)
    const none = await dora.post(`/registrations/${one}/approval`, { domains: ['', ' '], limit: '' })
    expect(none.status).toBe(422)

    const typed = [LAST, `${domainAt(7)}\n${domainAt(2000)}`]
    expect((await dora.post(`/registrations/${one}/approval`, { domains: typed, limit: '' })).status).toBe(303)
    const bulk = { selected: several.map(String), domains: typed, limit: '', prefix: '', after: '' }
    expect((await dora.post('/registrations/approvals', bulk)).status).toBe(303)
    const grants = await site.query<{ domain: string }>(
      `SELECT domain FROM colombier_grants g JOIN colombier_accounts a ON a.id = g.account_id
       WHERE a.email LIKE '%@newcomers.test' ORDER BY a.email, domain`,
    )
    const wanted = [domainAt(7), domainAt(2000), LAST]
    expect(grants.map(({ domain }) => domain)).toEqual([...wanted, ...wanted, ...wanted])
    await site.query("DELETE FROM colombier_accounts WHERE email LIKE '%@newcomers.test'")
  })
})

describe('an account with 2,200 domains', () => {
  const path = () => `/accounts/${site.idOf('ben')}`
  const rights = { role: 'admin', active: 'yes', mailboxLimit: '7' }

  test('is saved as it is shown, and keeps all of them', async () => {
    await grantAll('ben')
    const before = await countGrants('ben')
    const { html } = await dora.get(`${path()}/rights`)
    expect(html).not.toContain('name="domains"')
    expect(html).toContain(`href="${path()}/domains"`)
    expect((await dora.post(`${path()}/rights`, rights)).status).toBe(303)
    // As an older page would send it.
    expect((await dora.post(`${path()}/rights`, { ...rights, domains: 'example.org' })).status).toBe(303)
    expect(await countGrants('ben')).toBe(before)
    expect(await site.query('SELECT mailbox_limit FROM colombier_accounts WHERE id = ?', [site.idOf('ben')])).toEqual([
      { mailbox_limit: 7 },
    ])
    expect((await dora.get('/accounts')).html).toContain(`href="${path()}/domains"`)
  })

  test('gets one more and loses one, and is signed out where it loses one', async () => {
    await grantAll('ben')
    const ben = await site.signedIn('ben')
    const missing = LAST
    await site.query('DELETE FROM colombier_grants WHERE account_id = ? AND domain = ?', [site.idOf('ben'), missing])
    expect((await dora.get(`${path()}/domains?q=d00`)).html).toContain(domainAt(49))
    expect((await dora.get(`${path()}/domains?q=d21&after=${domainAt(2149)}`)).html).toContain(domainAt(2150))

    for (let twice = 1; twice <= 2; twice++)
      expect((await dora.post(`${path()}/domains`, { domain: missing })).location).toBe(`${path()}/domains`)
    expect(await countGrants('ben')).toBe(COUNT + 1)
    expect((await ben.get('/domains')).status).toBe(200)
    for (let twice = 1; twice <= 2; twice++)
      expect((await dora.post(`${path()}/domains/${domainAt(5)}/withdrawal`)).location).toBe(`${path()}/domains`)
    expect(await countGrants('ben')).toBe(COUNT)
    expect((await ben.get('/domains')).location).toMatch(/^\/sign-in/)
    expect(await site.query('SELECT action, domain, subject FROM colombier_audit ORDER BY id')).toEqual([
      { action: 'account.domain_granted', domain: missing, subject: 'ben@people.test' },
      { action: 'account.domain_withdrawn', domain: domainAt(5), subject: 'ben@people.test' },
    ])
  })

  test('gets no domain that the mail server does not serve, and from nobody but a super admin', async () => {
    for (const domain of ['', 'elsewhere.example', '<script>']) {
      const answer = await dora.post(`${path()}/domains`, { domain })
      expect(answer.status).toBe(422)
      expect(answer.html).toContain('id="granted-domain-error"')
    }
    for (const person of ['ada', 'ben', 'cleo'] as const) {
      const browser = await site.signedIn(person)
      expect((await browser.get(`${path()}/domains`)).status).toBe(403)
      expect((await browser.post(`${path()}/domains`, { domain: LAST })).status).toBe(403)
      expect((await browser.post(`${path()}/domains/example.org/withdrawal`)).status).toBe(403)
    }
    await dora.get(`${path()}/domains?domain=${LAST}`)
    const headers = { Origin: 'https://evil.example' }
    expect((await dora.post(`${path()}/domains`, { domain: LAST }, { headers })).status).toBe(403)
    expect((await dora.post('/accounts/999999/domains', { domain: LAST })).status).toBe(404)
    expect(await countGrants('ben')).toBe(1)
  })
})
