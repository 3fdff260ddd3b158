import { afterAll, beforeAll, expect, test } from 'vitest'
import { overflow, startSite, SIZES, violations, type Site } from '../support/chromium.ts'
import { addMailbox, MAILBOX_PASSWORD } from '../support/tasks.ts'

let site: Site
beforeAll(async () => {
  site = await startSite({ env: { APP_PASSWORDS: 'offered' } })
})
afterAll(() => site.stop())

test('on her phone ada gets a recovery code, makes an app password and revokes it, requests a password and cancels it', async () => {
  await addMailbox(site, { address: 'ada.lovelace@example.org', accountId: site.idOf('ada') })
  const window = await site.open({ viewport: SIZES.phone })
  const { context, page, complaints } = window
  // A wrong end of the code.
  window.expected.add(422)
  await window.signIn('ada')
  await page.goto('/mailboxes')
  const card = page.locator('li.card')
  const fits = async () => {
    expect(await overflow(page)).toBe(0)
    expect(await violations(page)).toEqual([])
  }

  await card.getByRole('link', { name: 'Get recovery code' }).click()
  await card.getByLabel('Password of the mailbox').fill(MAILBOX_PASSWORD)
  await card.getByRole('button', { name: 'Create recovery code' }).click()
  const code = await card.locator('strong.address').textContent()
  await fits()
  await page.emulateMedia({ media: 'print' })
  expect(await card.locator('strong.address').isVisible()).toBe(true)
  expect(await card.getByRole('button').count()).toBe(0)
  expect(await card.getByLabel('The last 8 characters of the code').isVisible()).toBe(false)
  await page.emulateMedia({ media: 'screen' })
  const end = card.getByLabel('The last 8 characters of the code')
  await end.fill('wrong')
  await card.getByRole('button', { name: 'I have kept the code' }).click()
  await card.getByText('This is not the end of the code').waitFor()
  expect(await card.textContent()).not.toContain(code)
  await end.fill(code?.slice(-9) ?? '')
  await card.getByRole('button', { name: 'I have kept the code' }).click()
  await card.getByText('The recovery code works now').waitFor()
  await card.getByRole('link', { name: 'Cancel' }).click()

  await card.getByRole('link', { name: 'App passwords' }).click()
  await card.getByLabel('What is it for?').fill('phone')
  await card.getByLabel('Password of the mailbox').fill(MAILBOX_PASSWORD)
  await card.getByRole('button', { name: 'Create an app password' }).click()
  await card.getByText('The app password for “phone”').waitFor()
  await fits()
  await card.getByRole('button', { name: 'Revoke phone' }).click()
  await card.getByText('The app password was revoked').waitFor()
  await card.getByRole('link', { name: 'Back' }).click()

  await card.getByRole('link', { name: 'Change password' }).click()
  await card.getByRole('link', { name: 'Forgot the password?' }).click()
  await card.getByLabel('Recovery code').fill(code ?? '')
  await card.getByLabel('New password').fill('a second long password')
  await card.getByLabel('Repeat the password').fill('a second long password')
  await fits()
  await card.getByRole('button', { name: 'Change password' }).click()
  await card.getByText('A new password was requested with the recovery code').waitFor()
  await fits()
  await card.getByRole('button', { name: 'Cancel new password' }).click()
  await card.getByRole('link', { name: 'Get recovery code' }).waitFor()
  expect(page.url()).not.toContain(code)
  expect(complaints).toEqual([])
  await context.close()
})
