import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { CAST, startApp, type TestApp } from '../support/app.ts'
import type { Browser } from '../support/browser.ts'

const ADDRESS = 'before.colombier@example.org'
const PATH = `/domains/example.org/mailboxes/${encodeURIComponent(ADDRESS)}/owner`

let site: TestApp
let dora: Browser
beforeAll(async () => {
  site = await startApp()
})
afterAll(() => site.stop())
beforeEach(async () => {
  for (const table of ['colombier_mailboxes', 'colombier_audit', 'virtual_users'])
    await site.query(`DELETE FROM ${table}`)
  await site.query('UPDATE colombier_accounts SET active = TRUE, mailbox_limit = NULL')
  await site.query(
    `INSERT INTO virtual_users (domain_id, email, password, quota)
     SELECT id, 'Before.Colombier@example.org', '{PLAIN}x', 0 FROM virtual_domains WHERE name = 'example.org'`,
  )
  dora = await site.signedIn('dora')
})

const ownerNow = async () => {
  const [row] = await site.query<{ account_id: number | null }>(
    'SELECT account_id FROM colombier_mailboxes WHERE address = ?',
    [ADDRESS],
  )
  return row?.account_id
}
const give = (browser: Browser, email: string, options = {}) => browser.post(PATH, { email }, options)

describe('giving an unowned mailbox to an account', () => {
  test('dora gives it to ada, who then has it among hers', async () => {
    const before = await site.query('SELECT * FROM virtual_users')
    expect((await dora.get(PATH)).html).toContain('past its mailbox limit')
    expect(await give(dora, CAST.ada.email)).toMatchObject({ status: 303, location: '/domains/example.org' })
    expect(await ownerNow()).toBe(site.idOf('ada'))
    expect((await (await site.signedIn('ada')).get('/mailboxes')).html).toContain(ADDRESS)
    expect(await site.query('SELECT action, actor, mailbox, domain, subject FROM colombier_audit')).toEqual([
      {
        action: 'mailbox.given',
        actor: CAST.dora.email,
        mailbox: ADDRESS,
        domain: 'example.org',
        subject: CAST.ada.email,
      },
    ])
    expect(await site.query('SELECT * FROM virtual_users')).toEqual(before)
  })

  test('in place, the form takes the row’s place, and the row with its owner the form’s', async () => {
    expect((await dora.get(PATH, { htmx: true })).html).toMatch(/^<tr.*name="email"/s)
    const row = await give(dora, CAST.ada.email, { htmx: true })
    expect(row.status).toBe(200)
    expect(row.html).toMatch(/^<tr/)
    expect(row.html).toContain('ada@people.test')
  })

  test('the limit of the account does not stand in the way', async () => {
    await site.query('UPDATE colombier_accounts SET mailbox_limit = 0 WHERE id = ?', [site.idOf('ada')])
    expect((await give(dora, CAST.ada.email)).status).toBe(303)
  })

  test('one that Colombier knows, but that has no owner, is given likewise', async () => {
    await site.query(
      "INSERT INTO colombier_mailboxes (address, locks, created_at) VALUES (?, 'administrator', NOW())",
      [ADDRESS],
    )
    expect((await give(dora, CAST.ada.email)).status).toBe(303)
    expect(await site.query('SELECT account_id, locks FROM colombier_mailboxes')).toEqual([
      { account_id: site.idOf('ada'), locks: 'administrator' },
    ])
  })

  test('an address without an active account, and what is no address, is told at the field', async () => {
    await site.query('UPDATE colombier_accounts SET active = FALSE WHERE id = ?', [site.idOf('cleo')])
    for (const email of ['nobody@people.test', CAST.cleo.email, '', 'nobody', '<script>alert(1)</script>']) {
      const answer = await give(dora, email)
      expect(answer.status).toBe(422)
      expect(answer.html).toContain('aria-invalid="true"')
      expect(answer.html).not.toContain('<script>alert')
    }
    expect(await ownerNow()).toBeUndefined()
  })

  test('one that has an owner is not given away', async () => {
    await give(dora, CAST.ada.email)
    const answer = await give(dora, CAST.cleo.email)
    expect(answer.status).toBe(422)
    expect(answer.html).toContain('has an owner by now')
    expect(await ownerNow()).toBe(site.idOf('ada'))
  })

  test('of two gifts at once one holds', async () => {
    const other = await site.signedIn('dora')
    const answers = await Promise.all([give(dora, CAST.ada.email), give(other, CAST.cleo.email)])
    expect(answers.map(({ status }) => status).sort()).toEqual([303, 422])
    expect(await site.query('SELECT 1 FROM colombier_audit')).toHaveLength(1)
  })

  test('ben, who looks after the domain, may not, nor may ada and cleo', async () => {
    for (const person of ['ben', 'ada', 'cleo'] as const) {
      const browser = await site.signedIn(person)
      expect((await browser.get(PATH)).status).toBe(403)
      expect((await give(browser, CAST[person].email)).status).toBe(403)
    }
    expect(await ownerNow()).toBeUndefined()
  })

  test('a mailbox that is not there, or is another domain’s, is 404', async () => {
    for (const [domain, address] of [
      ['example.org', 'nobody@example.org'],
      ['example.net', ADDRESS],
      ['nothing.example', ADDRESS],
      ['example.org', "x' OR 1=1 -- @example.org"],
    ] as const) {
      const path = `/domains/${domain}/mailboxes/${encodeURIComponent(address)}/owner`
      expect((await dora.get(path)).status).toBe(404)
      expect((await dora.post(path, { email: CAST.ada.email })).status).toBe(404)
    }
    expect(await site.query('SELECT 1 FROM colombier_mailboxes')).toEqual([])
  })

  test('a GET gives nothing, and another origin is refused', async () => {
    await dora.get(`${PATH}?email=${CAST.ada.email}`)
    expect((await give(dora, CAST.ada.email, { headers: { Origin: 'https://evil.example' } })).status).toBe(403)
    expect(await ownerNow()).toBeUndefined()
  })
})
