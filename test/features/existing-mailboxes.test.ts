import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { CAST, startApp, type TestApp } from '../support/app.ts'
import type { Browser } from '../support/browser.ts'
import { endTask } from '../support/tasks.ts'

// Mailboxes that somebody else made, under addresses that Colombier would not give to a new one.

const SECRET = 'the first of many'
const NEXT = 'eight calm doves; 2 owls'

let site: TestApp
let ada: Browser
let dora: Browser
beforeAll(async () => {
  site = await startApp()
  ada = await site.signedIn('ada')
  dora = await site.signedIn('dora')
})
afterAll(() => site.stop())
beforeEach(async () => {
  for (const table of ['colombier_tasks', 'colombier_mailboxes', 'virtual_aliases', 'virtual_users'])
    await site.query(`DELETE FROM ${table}`)
})

test.each([
  'Ada.Lovelace@Example.Org',
  "o'neil@example.org",
  'a+b@example.org',
  'x@example.org',
  '_x&y=z~@example.org',
  'first..last@example.org',
  '-dash@example.org',
  'up!per#x@example.org',
])(
  '%s is found, given, changed, locked, gets an alias and is deleted, and its row keeps its spelling',
  async (spelled) => {
    const address = spelled.toLowerCase()
    await site.query(
      "INSERT INTO virtual_users (domain_id, email, password) SELECT id, ?, ? FROM virtual_domains WHERE name = 'example.org'",
      [spelled, `{PLAIN}${SECRET}`],
    )
    const owner = `/domains/example.org/mailboxes/${encodeURIComponent(address)}/owner`
    const listed = await dora.get(`/domains/example.org?q=${encodeURIComponent(address)}`)
    expect(listed.html).toContain(owner.replaceAll("'", '&#39;'))
    expect((await dora.post(owner, { email: CAST.ada.email })).status).toBe(303)
    const [own] = await site.query<{ id: number }>('SELECT id FROM colombier_mailboxes WHERE address = ?', [address])
    const path = `/mailboxes/${own?.id ?? 0}`
    expect((await ada.get(path)).html).toContain('>Active<')

    const passwords = { current: SECRET, password: NEXT, again: NEXT }
    expect((await ada.post(`${path}/password`, passwords, { htmx: true })).status).toBe(200)
    await endTask(site, address)
    expect((await ada.get(path)).html).toContain('>Active<')

    const alias = { localPart: 'another.name', domain: 'example.org' }
    expect((await ada.post(`${path}/aliases`, alias, { htmx: true })).status).toBe(200)
    expect(await site.query('SELECT source, destination FROM virtual_aliases')).toEqual([
      { source: 'another.name@example.org', destination: address },
    ])
    expect((await ada.get(`${path}/aliases`, { htmx: true })).html).toContain('another.name@example.org')

    expect((await dora.post(`${path}/lock`, { reason: 'On leave' })).status).toBe(303)
    expect((await dora.post(`${path}/lock/removal`, {})).status).toBe(303)
    expect((await ada.post(`${path}/deletion`, { password: NEXT }, { htmx: true })).status).toBe(200)
    expect((await ada.get(path)).html).toContain('Deletion scheduled')
    expect(await site.query('SELECT email FROM virtual_users')).toEqual([{ email: spelled }])
  },
)

test('one that doveadm takes for many is claimed and locked, but neither changed nor deleted, and everyone is told why', async () => {
  const address = 'ada*x@example.org'
  await site.query(
    "INSERT INTO virtual_users (domain_id, email, password) SELECT id, ?, ? FROM virtual_domains WHERE name = 'example.org'",
    [address, `{PLAIN}${SECRET}`],
  )
  expect((await ada.post('/mailbox-claims', { address, password: SECRET })).status).toBe(303)
  const [own] = await site.query<{ id: number }>('SELECT id FROM colombier_mailboxes')
  const path = `/mailboxes/${own?.id ?? 0}`
  const before = await site.query('SELECT * FROM virtual_users')

  const passwords = { current: SECRET, password: NEXT, again: NEXT }
  for (const [act, form] of Object.entries({ password: passwords, deletion: { password: SECRET } })) {
    const { status, html } = await ada.post(`${path}/${act}`, form, { htmx: true })
    expect(status).toBe(422)
    expect(html).toContain('don’t take this address')
  }
  expect((await ada.get(path)).html).toContain('don’t take this address')
  expect((await dora.get('/domains/example.org')).html).toContain('doveadm does not take its address')
  expect(await site.query('SELECT * FROM virtual_users')).toEqual(before)
  expect(await site.query('SELECT 1 FROM colombier_tasks')).toEqual([])
})
