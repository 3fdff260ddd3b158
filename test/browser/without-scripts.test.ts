import { afterAll, beforeAll, expect, test } from 'vitest'
import { CAST, PASSWORD } from '../support/app.ts'
import { startSite, type Site } from '../support/chromium.ts'
import { addMailbox, MAILBOX_PASSWORD } from '../support/tasks.ts'

let site: Site, id: number
beforeAll(async () => {
  site = await startSite()
  id = await addMailbox(site, { address: 'adalove@example.org', accountId: site.idOf('ada') })
})
afterAll(() => site.stop())

const open = (person: 'ada' | 'ben' | 'dora') =>
  site.open({ javaScriptEnabled: false }).then(async (window) => {
    window.page.setDefaultTimeout(5000)
    await window.signIn(person)
    return window
  })

test('ada has a password suggested, which fills the form once, and Enter sends it', async () => {
  const { page, context, complaints } = await open('ada')
  await page.goto(`/mailboxes/${id}/password`)
  await page.getByRole('button', { name: 'Suggest a password' }).click()
  const next = page.getByLabel('New password')
  expect(await next.inputValue()).toMatch(/^(?:[a-z]{6}-){4}\d\d$/)
  await page.getByText(await next.inputValue(), { exact: true }).waitFor()
  await page.getByLabel('Current password').fill(MAILBOX_PASSWORD)
  await next.press('Enter')
  await page.getByText('Re-encrypting').waitFor()
  expect(complaints).toEqual([])
  await site.query('DELETE FROM colombier_tasks')
  await site.query("UPDATE colombier_mailboxes SET locks = '', kept_hash = NULL")
  await context.close()
})

test('a form of hers that comes after her session has ended leads to sign-in, and from there back to it', async () => {
  const { page, context } = await open('ada')
  await page.goto(`/mailboxes/${id}/aliases`)
  await site.query('DELETE FROM colombier_sessions')
  await page.getByLabel('Name', { exact: true }).fill('summer.shop')
  await page.getByRole('button', { name: 'Add alias' }).click()
  await page.waitForURL('**/sign-in?next=**')
  await page.getByLabel('E-mail address').fill(CAST.ada.email)
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD)
  await page.getByRole('main').getByRole('button', { name: 'Sign in' }).click()
  await page.waitForURL(`**/mailboxes/${id}/aliases`)
  await context.close()
})

test('she deletes her mailbox and cancels it, changes her language, and signs out for good', async () => {
  await site.query("UPDATE virtual_users SET password = ? WHERE email = 'adalove@example.org'", [
    `{PLAIN}${MAILBOX_PASSWORD}`,
  ])
  const { page, context, complaints } = await open('ada')
  await page.getByRole('link', { name: 'Delete' }).click()
  await page.getByLabel('Password of the mailbox').fill(MAILBOX_PASSWORD)
  await page.getByRole('main').getByRole('button', { name: 'Delete' }).click()
  await page.getByText('Deletion scheduled').waitFor()
  await page.getByRole('main').getByRole('button').first().click()
  await page.getByText('Active', { exact: true }).waitFor()

  await page.getByRole('button', { name: 'Français' }).click()
  await page.getByRole('heading', { name: 'Boîtes mail' }).waitFor()
  await page.getByRole('button', { name: 'English' }).click()

  await page.goto('/profile')
  await page.locator('summary', { hasText: 'Account password' }).click()
  await page.getByLabel('Current password').first().fill('not this one')
  await page.getByLabel('New password').fill('a louder dove at dawn')
  await page.getByLabel('Repeat the password').fill('a louder dove at dawn')
  await page.getByRole('button', { name: 'Change password' }).click()
  await page.locator('#password-current-error').waitFor()

  await page.goto('/mailboxes')
  await page.getByRole('button', { name: 'Sign out' }).click()
  await page.waitForURL('**/sign-in')
  await page.goBack()
  await page.waitForURL('**/sign-in**')
  expect(complaints).toEqual([])
  await context.close()
})

test('ben looks for a mailbox, locks it and unlocks it', async () => {
  const { page, context, complaints } = await open('ben')
  await page.goto('/domains/example.org')
  await page.getByLabel('Address starts with').fill('ada')
  await page.getByRole('button', { name: 'Show', exact: true }).click()
  await page.locator('summary', { hasText: 'Actions' }).click()
  await page.getByRole('link', { name: 'Lock: adalove@example.org' }).click()
  await page.getByRole('textbox').fill('as a test')
  await page.getByRole('main').getByRole('button', { name: 'Lock' }).click()
  await page.locator('summary', { hasText: 'Actions' }).click()
  await page.getByRole('button', { name: 'Unlock: adalove@example.org' }).click()
  await page.getByText('Active', { exact: true }).waitFor()
  expect(complaints).toEqual([])
  await context.close()
})

test('ben ticks two requests, approves them together, and sees what became of each', async () => {
  for (const name of ['emma', 'florian'])
    await site.query(
      `INSERT INTO colombier_registrations (email, password_hash, reason, language, state, requested_at, expires_at, confirmed_at)
       VALUES (?, '$argon2id$', 'I keep pigeons.', 'en', 'waiting', UTC_TIMESTAMP(6), UTC_TIMESTAMP(6) + INTERVAL 1 DAY, UTC_TIMESTAMP(6))`,
      [`${name}@people.test`],
    )
  const { page, context, complaints } = await open('ben')
  await page.goto('/registrations')
  await page.getByRole('link', { name: 'Select all' }).click()
  for (const name of ['emma', 'florian'])
    expect(await page.locator('li', { hasText: name }).getByRole('checkbox').isChecked()).toBe(true)
  await page.locator('#bulk summary').click()
  await page.locator('#bulk').getByLabel('example.org').check()
  await page.getByRole('button', { name: 'Approve selected' }).click()
  await page.getByText('Approved by ben@people.test').nth(1).waitFor()
  expect(
    await site.query("SELECT email FROM colombier_accounts WHERE email LIKE 'emma%' OR email LIKE 'flor%'"),
  ).toHaveLength(2)
  expect(complaints).toEqual([])
  await context.close()
})

test('dora gives an unowned mailbox to ada, and changes the rights of an account', async () => {
  await addMailbox(site, { address: 'nobodys@example.org', accountId: null })
  const { page, context, complaints } = await open('dora')
  await page.goto('/domains/example.org?only=unowned')
  await page.locator('summary', { hasText: 'Actions' }).click()
  await page.getByRole('link', { name: 'Give to an account: nobodys@example.org' }).click()
  await page.getByRole('textbox').fill(CAST.ada.email)
  await page.getByRole('button', { name: 'Give' }).click()
  await page.goto('/domains/example.org')
  expect(await page.getByRole('row', { name: 'nobodys@example.org' }).textContent()).toContain(CAST.ada.email)

  await page.goto(`/accounts/${site.idOf('cleo')}/rights`)
  await page.getByRole('main').getByRole('combobox').selectOption('admin')
  await page.getByRole('button', { name: 'Save' }).click()
  const [cleo] = await site.query<{ role: string }>('SELECT role FROM colombier_accounts WHERE email = ?', [
    CAST.cleo.email,
  ])
  expect(cleo?.role).toBe('admin')
  expect(complaints).toEqual([])
  await context.close()
})
