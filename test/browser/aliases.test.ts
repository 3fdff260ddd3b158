import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { addAliasRow, HASH } from '../support/aliases.ts'
import { overflow, SIZES, startSite, violations, type Site, type Window } from '../support/chromium.ts'
import { addMailbox } from '../support/tasks.ts'

let site: Site, window: Window, id: number
beforeAll(async () => {
  site = await startSite()
  id = await addMailbox(site, { address: 'adalove@example.org', accountId: site.idOf('ada'), hash: HASH })
  window = await site.open({ viewport: SIZES.desktop })
  await window.signIn('ada')
})
afterAll(() => site.stop())
beforeEach(async () => {
  await site.query('DELETE FROM virtual_aliases')
  for (let number = 1; number <= 12; number++) {
    await addAliasRow(site, `shop.no.${number}@example.org`, 'adalove@example.org')
  }
  await addAliasRow(site, 'team.of.two@example.org', 'adalove@example.org')
  await addAliasRow(site, 'team.of.two@example.org', 'benjamin@example.org')
})

const focused = () => window.page.evaluate(() => document.activeElement?.id ?? '')

test('ada opens her aliases in the card, adds one by the keyboard, and goes back, without leaving the page', async () => {
  const { page, complaints } = window
  const name = page.locator(`#mailbox-${id}`).getByLabel('Name', { exact: true })
  await page.goto('/mailboxes')
  await page.getByRole('link', { name: 'Aliases' }).click()
  await page.getByText('Aliases 13 of 100').waitFor()
  await expect.poll(focused).toBe(`mailbox-${id}`)

  await name.fill('winter.shop')
  await page.getByText('winter.shop@example.org').waitFor()
  await page.keyboard.press('Enter')
  await page.getByText('winter.shop@example.org was added.').waitFor()
  await page.getByText('Aliases 14 of 100').waitFor()
  await expect.poll(focused).toBe(`mailbox-${id}-localPart`)

  await name.fill('benjamin+x')
  await page.getByRole('button', { name: 'Add alias' }).click()
  await page.getByText('You can’t use this character').waitFor()
  expect(await name.inputValue()).toBe('benjamin+x')
  await expect.poll(focused).toBe(`mailbox-${id}-localPart`)

  await page.getByRole('link', { name: 'Back to the mailbox' }).click()
  await page.getByRole('link', { name: 'Change password' }).waitFor()
  expect(page.url()).toBe(`${site.origin}/mailboxes`)
  expect(complaints).toEqual([])
})

test('a random name fills the field in place, and can be added', async () => {
  const { page, complaints } = window
  await page.goto(`/mailboxes/${id}/aliases`)
  await page.getByRole('button', { name: 'Suggest a random name' }).click()
  await page.waitForFunction(
    (field) => (document.getElementById(field) as HTMLInputElement).value !== '',
    `mailbox-${id}-localPart`,
  )
  const name = await page.getByLabel('Name', { exact: true }).inputValue()
  expect(name).toMatch(/^[a-z0-9-]{12,}$/)
  await page.getByRole('button', { name: 'Add alias' }).click()
  await page.getByText(`${name}@example.org was added.`).waitFor()
  expect(complaints).toEqual([])
})

test('she finds one as she types, renames it and deletes another, and the list stays where it is', async () => {
  const { page, complaints } = window
  await page.goto(`/mailboxes/${id}/aliases`)
  await page.getByLabel('Find an alias').pressSequentially('no.1')
  await page.getByText('4 aliases found').waitFor()
  expect(await page.locator('li.alias').count()).toBe(4)
  await expect.poll(focused).toBe(`mailbox-${id}-find`)

  await page.getByRole('link', { name: 'Rename shop.no.11@example.org' }).click()
  const row = page.locator('li.alias').filter({ has: page.getByRole('button', { name: 'Save' }) })
  await row.getByLabel('Name', { exact: true }).fill('renamed.shop')
  await row.getByText('renamed.shop@example.org').waitFor()
  await page.keyboard.press('Enter')
  await page.getByText('Renamed to renamed.shop@example.org.').waitFor()
  await expect
    .poll(() => page.evaluate(() => document.activeElement?.getAttribute('aria-label')))
    .toBe('Rename renamed.shop@example.org')

  await page.getByRole('link', { name: 'Delete shop.no.12@example.org' }).click()
  await page.getByText('Delete shop.no.12@example.org? Mail to it will be refused').waitFor()
  await page.keyboard.press('Escape')
  await page.getByRole('link', { name: 'Delete shop.no.12@example.org' }).click()
  await page.getByRole('button', { name: 'Delete', exact: true }).click()
  await page.getByText('shop.no.12@example.org was deleted.').waitFor()
  await page.getByText('Aliases 12 of 100').waitFor()
  expect(await page.getByLabel('Find an alias').inputValue()).toBe('no.1')
  expect(await page.locator('li.alias').count()).toBe(4)
  expect(complaints).toEqual([])
})

test('the page has no barrier that axe knows, in each of its states, and is no wider than a phone', async () => {
  const phone = await site.open({ viewport: SIZES.phone })
  await phone.signIn('ada')
  const long = `${'long'.repeat(16)}@example.org`
  await addAliasRow(site, long, 'adalove@example.org')
  await phone.page.goto(`/mailboxes/${id}/aliases`)
  await phone.page.getByRole('link', { name: 'Rename shop.no.3@' }).click()
  await phone.page.getByRole('button', { name: 'Save' }).waitFor()
  await phone.page.getByRole('link', { name: 'Stop receiving mail to team.of.two@' }).click()
  await phone.page.getByRole('button', { name: 'Stop receiving' }).waitFor()

  expect(await violations(phone.page)).toEqual([])
  expect(await overflow(phone.page)).toBe(0)
  expect(phone.complaints).toEqual([])
  await phone.context.close()
})

test('without JavaScript she adds, renames and deletes by the same forms', async () => {
  const plain = await site.open({ javaScriptEnabled: false })
  await plain.signIn('ada')
  const { page } = plain
  await page.getByRole('link', { name: 'Aliases' }).click()
  await page.getByRole('button', { name: 'Suggest a random name' }).click()
  expect(await page.getByLabel('Name', { exact: true }).inputValue()).toMatch(/^[a-z0-9-]{12,}$/)
  await page.getByLabel('Name', { exact: true }).fill('plain.shop')
  await page.getByRole('button', { name: 'Add alias' }).click()
  await page.getByRole('link', { name: 'Rename plain.shop@example.org' }).click()
  await page.locator('li.alias').getByLabel('Name', { exact: true }).fill('plainer.shop')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByLabel('Find an alias').fill('plainer')
  await page.getByRole('button', { name: 'Find', exact: true }).click()
  await page.getByText('1 alias found').waitFor()
  await page.getByRole('link', { name: 'Delete plainer.shop@example.org' }).click()
  await page.getByRole('button', { name: 'Delete', exact: true }).click()
  await page.getByText('Aliases 13 of 100').waitFor()
  await plain.context.close()
})
