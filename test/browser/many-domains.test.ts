import { afterAll, beforeAll, expect, test } from 'vitest'
import { overflow, SIZES, startSite, violations, type Site } from '../support/chromium.ts'

let site: Site
beforeAll(async () => {
  site = await startSite()
  const names = Array.from({ length: 300 }, (_, index) => [`d${String(index).padStart(4, '0')}.example`])
  await site.query('INSERT INTO virtual_domains (name) VALUES ?', [names])
})
afterAll(() => site.stop())

test('dora types a domain of three hundred, is proposed what begins so, and makes a mailbox in it', async () => {
  const dora = await site.open({ viewport: SIZES.phone })
  const { page, complaints } = dora
  await dora.signIn('dora')
  await page.goto('/mailboxes')
  await page.getByLabel('Domain').fill('d029')
  await expect
    .poll(() =>
      page.locator('#domain-options option').evaluateAll((all) => all.map((one) => one.getAttribute('value'))),
    )
    .toEqual(Array.from({ length: 10 }, (_, index) => `d029${index}.example`))
  await page.getByLabel('Domain').fill('d0299.example')
  await page.getByLabel('Name', { exact: true }).fill('dora.mail')
  await page.getByText('dora.mail@d0299.example').waitFor()
  expect([await overflow(page), await violations(page)]).toEqual([0, []])
  await page.getByLabel('New password').fill('a stork on the chimney')
  await page.getByLabel('Repeat the password').fill('a stork on the chimney')
  await page.getByRole('button', { name: 'Create mailbox' }).click()
  await page.getByRole('heading', { name: 'dora.mail@d0299.example' }).waitFor()

  await page.goto(`/accounts/${site.idOf('ben')}/domains`)
  expect([await overflow(page), await violations(page)]).toEqual([0, []])
  await page.getByRole('combobox', { name: 'Domain' }).fill('d0123.example')
  await page.getByRole('button', { name: 'Grant domain' }).click()
  await page.getByRole('button', { name: 'Withdraw d0123.example' }).click()
  await page.getByRole('button', { name: 'Withdraw example.org' }).waitFor()
  expect(await page.getByText('d0123.example').count()).toBe(0)
  expect(complaints).toEqual([])
})
