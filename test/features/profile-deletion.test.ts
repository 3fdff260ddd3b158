import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { CAST, PASSWORD, startApp, type Person, type TestApp } from '../support/app.ts'

let site: TestApp
beforeAll(async () => {
  site = await startApp()
})
afterAll(() => site.stop())
beforeEach(async () => {
  await site.query('DELETE FROM colombier_rate_limits')
})

/** Someone whose account may go: the cast stays. */
async function addVisitor(email: string, role = 'user') {
  await site.query(
    `INSERT INTO colombier_accounts (email, password_hash, role, created_at)
     SELECT ?, password_hash, ?, UTC_TIMESTAMP(6) FROM colombier_accounts WHERE id = ?`,
    [email, role, site.idOf('ada')],
  )
  const [row] = await site.query<{ id: number }>('SELECT id FROM colombier_accounts WHERE email = ?', [email])
  const browser = site.visitor()
  await browser.post('/sign-in', { email, password: PASSWORD, next: '/' })
  return { id: row?.id ?? 0, browser }
}
const exists = async (id: number) =>
  (await site.query('SELECT 1 FROM colombier_accounts WHERE id = ?', [id])).length === 1
const addMailboxOf = (id: number, address: string) =>
  site.query('INSERT INTO colombier_mailboxes (address, account_id, created_at) VALUES (?, ?, UTC_TIMESTAMP(6))', [
    address,
    id,
  ])

describe('deleting one’s account', () => {
  test('it is gone with its grants, sessions and links, and it is written down', async () => {
    const { id, browser } = await addVisitor('leaving@people.test')
    await site.query("INSERT INTO colombier_grants VALUES (?, 'example.org')", [id])
    await site.visitor().post('/password-reset', { email: 'leaving@people.test' })
    const answer = await browser.post('/profile/deletion', { current: PASSWORD })
    expect(answer).toMatchObject({ status: 303, location: '/account-deleted' })
    expect((await browser.get('/account-deleted')).html).toContain('Your account was deleted')

    expect(await exists(id)).toBe(false)
    for (const table of ['grants', 'sessions', 'links']) {
      expect(await site.query(`SELECT 1 FROM colombier_${table} WHERE account_id = ?`, [id])).toEqual([])
    }
    expect((await browser.get('/profile')).location).toMatch(/^\/sign-in/)
    const again = await site.visitor().post('/sign-in', { email: 'leaving@people.test', password: PASSWORD, next: '/' })
    expect(again.status).toBe(422)
    const acts = await site.query('SELECT action, actor FROM colombier_audit WHERE account_id = ?', [id])
    expect(acts).toEqual([{ action: 'account.deleted', actor: 'leaving@people.test' }])
  })

  test('one that has a mailbox stays, and the page says what to do', async () => {
    const { id, browser } = await addVisitor('owner@people.test')
    expect((await browser.get('/profile')).html).toContain('action="/profile/deletion"')
    await addMailboxOf(id, 'owner@example.org')
    const page = await browser.get('/profile')
    expect(page.html).toContain('Delete them first')
    expect(page.html).not.toContain('action="/profile/deletion"')
    const answer = await browser.post('/profile/deletion', { current: PASSWORD })
    expect(answer.status).toBe(422)
    expect(answer.html).toContain('Delete them first')
    expect(await exists(id)).toBe(true)
  })

  test('a wrong or missing password changes nothing, and five block', async () => {
    const { id, browser } = await addVisitor('careful@people.test')
    expect((await browser.post('/profile/deletion')).status).toBe(422)
    for (let attempt = 1; attempt <= 5; attempt++) {
      expect((await browser.post('/profile/deletion', { current: `guess ${attempt}` })).status).toBe(422)
    }
    expect((await browser.post('/profile/deletion', { current: PASSWORD })).status).toBe(429)
    expect(await exists(id)).toBe(true)
  })

  test('a GET deletes nothing, and another origin is refused', async () => {
    const { id, browser } = await addVisitor('steady@people.test')
    expect((await browser.get(`/profile/deletion?current=${encodeURIComponent(PASSWORD)}`)).status).toBe(404)
    const headers = { Origin: 'https://evil.example' }
    expect((await browser.post('/profile/deletion', { current: PASSWORD }, { headers })).status).toBe(403)
    expect(await exists(id)).toBe(true)
  })

  test('the last active super admin cannot leave', async () => {
    const dora = await site.signedIn('dora')
    const answer = await dora.post('/profile/deletion', { current: PASSWORD })
    expect(answer.status).toBe(422)
    expect(answer.html).toContain('last active super administrator')
    expect(await exists(site.idOf('dora'))).toBe(true)
  })

  test('of two super admins who leave at once, one stays', async () => {
    for (let round = 1; round <= 4; round++) {
      const one = await addVisitor(`first${round}@people.test`, 'super_admin')
      const two = await addVisitor(`second${round}@people.test`, 'super_admin')
      await site.query("UPDATE colombier_accounts SET role = 'user' WHERE id NOT IN (?, ?)", [one.id, two.id])
      const answers = await Promise.all(
        [one, two].map(({ browser }) => browser.post('/profile/deletion', { current: PASSWORD })),
      )
      expect(answers.map(({ status }) => status).sort()).toEqual([303, 422])
      expect(await site.query("SELECT 1 FROM colombier_accounts WHERE role = 'super_admin' AND active")).toHaveLength(1)
      for (const [name, { role }] of Object.entries(CAST)) {
        await site.query('UPDATE colombier_accounts SET role = ? WHERE id = ?', [role, site.idOf(name as Person)])
      }
      await site.query('DELETE FROM colombier_accounts WHERE id IN (?, ?)', [one.id, two.id])
    }
  })
})
