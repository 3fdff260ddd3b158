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
    expect((await ada.get(path)).html).toContain('To be deleted')
    expect(await site.query('SELECT email FROM virtual_users')).toEqual([{ email: spelled }])
  },
)
