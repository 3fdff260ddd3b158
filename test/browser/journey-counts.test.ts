import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { PASSWORD } from '../support/app.ts'
import { startSite, type Site } from '../support/chromium.ts'
import { linkTo } from '../support/outbox.ts'
import { endTask, MAILBOX_PASSWORD } from '../support/tasks.ts'

let site: Site
beforeAll(async () => {
  site = await startSite({
    env: {
      REGISTRATION_MIN_SECONDS: '0',
      MAIL_CLIENT_IMAP: 'imaps://mail.example.org',
      MAIL_CLIENT_SMTP: 'smtp://mail.example.org',
    },
  })
})
afterAll(() => site.stop())

/** Somebody on a page whose clicks and filled fields are counted. A link that is followed from a mail is no click. */
function counting(page: Page) {
  const counts = { clicks: 0, fields: 0 }
  return {
    counts,
    click: async (name: string, role: 'button' | 'link' | 'checkbox' = 'button') => {
      counts.clicks++
      await page.getByRole('main').getByRole(role, { name }).first().click()
    },
    fill: async (label: string, text: string) => {
      counts.fields++
      await page.getByRole('main').getByLabel(label).first().fill(text)
    },
  }
}

async function addWaiting(count: number): Promise<void> {
  for (let number = 0; number < count; number++)
    await site.query(
      `INSERT INTO colombier_registrations (email, password_hash, reason, language, state, requested_at, expires_at, confirmed_at)
       VALUES (?, '$argon2id$', 'I keep pigeons.', 'en', 'waiting', UTC_TIMESTAMP(6), UTC_TIMESTAMP(6) + INTERVAL 1 DAY, UTC_TIMESTAMP(6))`,
      [`waiting.${number}@people.test`],
    )
}

test('a new person has a mailbox, with its settings in view, after 6 clicks and 8 fields', async () => {
  const email = 'nora@newcomers.test'
  const { page } = await site.open()
  const { counts, click, fill } = counting(page)
  await page.goto('/sign-in')
  await click('Request one', 'link')
  await fill('E-mail address', email)
  await fill('Why would you like an account?', 'I look after the carrier pigeons.')
  await click('Send the request')
  await page.getByRole('heading', { name: 'Check your inbox' }).waitFor()
  await page.goto(await linkTo(site, email))
  await fill('Choose a password', PASSWORD)
  await fill('Repeat the password', PASSWORD)
  await click('Confirm request')
  await page.getByRole('heading', { name: 'Thank you' }).waitFor()

  const ben = await site.signedIn('ben')
  const [request] = await site.query<{ id: number }>('SELECT id FROM colombier_registrations WHERE email = ?', [email])
  await ben.post(`/registrations/${request?.id}/approval`, { domains: 'example.org', limit: '' })

  await page.goto(await linkTo(site, email))
  await fill('Password', PASSWORD)
  await click('Sign in')
  await page.waitForURL('**/mailboxes')
  await fill('Name', 'nora.nightingale')
  await fill('New password', MAILBOX_PASSWORD)
  await fill('Repeat the password', MAILBOX_PASSWORD)
  await click('Create mailbox')
  await page.locator('li.card', { hasText: 'nora.nightingale@example.org' }).waitFor()
  await endTask(site, 'nora.nightingale@example.org')
  await click('Mail program settings', 'link')
  await page.getByText('mail.example.org').first().waitFor()
  expect(counts.clicks).toBeLessThanOrEqual(6)
  expect(counts.fields).toBeLessThanOrEqual(8)
})

test('ben decides about one request with 1 click, and about thirty with 3 at most', async () => {
  await addWaiting(31)
  const window = await site.open()
  await window.signIn('ben')
  const { page } = window
  const { counts, click } = counting(page)
  const approved = async () =>
    (await site.query("SELECT 1 FROM colombier_registrations WHERE email LIKE 'waiting%' AND state = 'approved'"))
      .length
  await page.goto('/registrations')
  await click('Approve: waiting.0@people.test')
  await expect.poll(approved).toBe(1)
  expect(counts.clicks).toBe(1)

  await page.goto('/registrations')
  await click('Select all', 'link')
  await click('Approve selected')
  await expect.poll(approved).toBe(31)
  expect(counts.clicks - 1).toBeLessThanOrEqual(3)
})
