import type { Route } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { addAliasRow, aliasRows } from '../support/aliases.ts'
import { CAST, PASSWORD } from '../support/app.ts'
import { SIZES, startSite, type Site, type Window } from '../support/chromium.ts'
import { addMailbox, MAILBOX_PASSWORD } from '../support/tasks.ts'

const NEXT = 'eight calm doves; 2 owls'

let site: Site, window: Window, id: number
beforeAll(async () => {
  site = await startSite()
  id = await addMailbox(site, { address: 'adalove@example.org', accountId: site.idOf('ada') })
  window = await site.open({ viewport: SIZES.desktop })
  await window.signIn('ada')
})
afterAll(() => {
  // Each test has looked at what it provoked.
  window.complaints.length = 0
  return site.stop()
})
beforeEach(async () => {
  for (const table of ['virtual_aliases', 'colombier_tasks', 'colombier_rate_limits'])
    await site.query(`DELETE FROM ${table}`)
  await addAliasRow(site, 'summer.shop@example.org', 'adalove@example.org')
  await addAliasRow(site, 'winter.shop@example.org', 'adalove@example.org')
})

// Chromium notes the answers that these tests provoke.
const complaints = () =>
  window.complaints.filter((text) => !/status of (401|404|413|500|502) |ERR_FAILED|Failed to fetch/.test(text))
const path = () => `/mailboxes/${id}/aliases`
const focusedName = () => window.page.evaluate(() => document.activeElement?.getAttribute('name'))
const rename = async ({ page }: Window, name: string) => {
  await page.goto(path())
  await page.getByRole('link', { name: 'Rename summer.shop@example.org' }).click()
  await page.locator('li.alias').getByLabel('Name', { exact: true }).fill(name)
}

test('a slow answer shows that it is under way, a second click sends nothing, and the changed row is marked', async () => {
  const { page } = window
  await rename(window, 'autumn.shop')
  let posts = 0
  let answer = () => {}
  const held = new Promise<void>((resolve) => (answer = resolve))
  await page.route('**/name', async (route) => {
    posts++
    await held
    await route.continue()
  })
  const save = page.getByRole('button', { name: 'Save' })
  await save.dblclick()
  await save.press('Enter')
  expect(await save.getAttribute('aria-busy')).toBe('true')
  // Only after a while, so that it does not flicker.
  await page.waitForFunction(
    () => getComputedStyle(document.querySelector('[aria-busy]') as Element, '::before').visibility === 'visible',
  )
  answer()
  await page.getByText('Renamed to autumn.shop@example.org.').waitFor()
  await page.unroute('**/name')
  expect(posts).toBe(1)
  expect(await page.locator('li.alias.changed').count()).toBe(1)
  expect(complaints()).toEqual([])
})

test('Escape gives the row back, and the keyboard to what had opened the form', async () => {
  const { page } = window
  await rename(window, 'autumn.shop')
  await page.keyboard.press('Escape')
  const link = page.getByRole('link', { name: 'Rename summer.shop@example.org' })
  await link.waitFor()
  await expect.poll(() => link.evaluate((element) => element === document.activeElement)).toBe(true)
})

test('without an answer, or with one of a proxy, it is said in place and what was typed stays', async () => {
  const { page } = window
  await rename(window, 'autumn.shop')
  const name = page.locator('li.alias').getByLabel('Name', { exact: true })
  const save = page.getByRole('button', { name: 'Save' })
  const notice = page.locator('#notice')

  await page.route('**/name', (route) => route.abort())
  await save.click()
  await notice.getByText('There was no answer.').waitFor()
  await page.unroute('**/name')
  await page.route('**/name', (route) => route.fulfill({ status: 502, contentType: 'text/html', body: '<h1>Bad</h1>' }))
  await save.click()
  await expect.poll(() => page.locator('[aria-busy]').count()).toBe(0)
  await notice.getByText('There was no answer.').waitFor()
  expect(await name.inputValue()).toBe('autumn.shop')
  expect(await page.getByText('Bad').count()).toBe(0)
  await page.unroute('**/name')

  // More than is accepted, and the limit of what is typed is only the page's.
  await page.route('**/preview?**', (route) => route.fulfill({ status: 204 }))
  await name.evaluate((input: HTMLInputElement) => {
    input.maxLength = 100_000
    input.value = 'x'.repeat(70_000)
  })
  await save.click()
  await notice.getByText('That’s too large').waitFor()
  await name.fill('autumn.shop')
  await page.unroute('**/preview?**')

  await site.query('RENAME TABLE virtual_aliases TO virtual_elsewhere')
  await save.click()
  await notice.getByText('Something went wrong').waitFor()
  await site.query('RENAME TABLE virtual_elsewhere TO virtual_aliases')
  expect(await name.inputValue()).toBe('autumn.shop')

  await save.click()
  await page.getByText('Renamed to autumn.shop@example.org.').waitFor()
  expect(await notice.textContent()).toBe('')
})

test('a session that has ended is told in place; she signs in in another tab and sends the same form', async () => {
  const { page, context } = window
  await rename(window, 'autumn.shop')
  await site.query('DELETE FROM colombier_sessions')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText('Sign in again.').waitFor()
  expect(await page.locator('li.alias').getByLabel('Name', { exact: true }).inputValue()).toBe('autumn.shop')

  const [other] = await Promise.all([
    context.waitForEvent('page'),
    page.getByRole('link', { name: 'Sign in in a new tab' }).click(),
  ])
  await other.getByLabel('E-mail address').fill(CAST.ada.email)
  await other.getByLabel('Password', { exact: true }).fill(PASSWORD)
  await other.getByRole('main').getByRole('button', { name: 'Sign in' }).click()
  await other.waitForURL(`**${path()}/**`)
  await other.close()

  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText('Renamed to autumn.shop@example.org.').waitFor()
  expect(await page.locator('#notice').textContent()).toBe('')
})

test('what has been done is read out, and what is wrong is read out with its field, which has the keyboard', async () => {
  const { page } = window
  await rename(window, 'winter.shop')
  // A reader speaks what changes inside of a region that it has met before.
  await page.evaluate(() => {
    const spoken: string[] = []
    Object.assign(globalThis, { spoken })
    new MutationObserver((records) => {
      for (const { target } of records) {
        const region = (target as Element).closest('[role=status], [role=alert], [aria-live]')
        if (region?.textContent) spoken.push(region.textContent.trim())
      }
    }).observe(document.body, { childList: true, subtree: true })
  })
  await page.keyboard.press('Enter')
  await page.getByText('This address is already taken.').waitFor()
  await expect.poll(focusedName).toBe('localPart')
  const described = await page.evaluate(() => {
    const field = document.activeElement
    const notes = field?.getAttribute('aria-describedby')?.split(' ') ?? []
    return [field?.getAttribute('aria-invalid'), notes.map((id) => document.getElementById(id)?.textContent).join(' ')]
  })
  expect(described).toEqual(['true', expect.stringContaining('This address is already taken.')])

  await page.locator('li.alias').getByLabel('Name', { exact: true }).fill('autumn.shop')
  await page.keyboard.press('Enter')
  await expect
    .poll(() => page.evaluate(() => (globalThis as unknown as { spoken: string[] }).spoken))
    .toContain('Renamed to autumn.shop@example.org.')
})

test('a mailbox whose deletion was asked for in another tab: its aliases stay, and it is said why', async () => {
  const { page, context } = window
  await rename(window, 'autumn.shop')
  const other = await context.newPage()
  await other.goto(`/mailboxes/${id}/deletion`)
  await other.getByLabel('Password of the mailbox').fill(MAILBOX_PASSWORD)
  await other.getByRole('button', { name: 'Delete mailbox' }).click()
  await other.getByText('Deletion scheduled').waitFor()
  await other.close()

  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText('This mailbox will be deleted. Cancel the deletion to change its aliases.').waitFor()
  expect(await aliasRows(site)).toContainEqual(expect.objectContaining({ source: 'summer.shop@example.org' }))
  expect(await page.locator('li.alias').getByLabel('Name', { exact: true }).inputValue()).toBe('autumn.shop')

  await page.goto('/mailboxes')
  await page.getByRole('button', { name: 'Cancel deletion' }).click()
  await page.getByText('Active').waitFor()
})

test('an alias that another tab has deleted: its aliases as they are now, in place', async () => {
  const { page } = window
  await rename(window, 'autumn.shop')
  await site.query("DELETE FROM virtual_aliases WHERE source = 'summer.shop@example.org'")
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText('summer.shop@example.org is no longer an alias of this mailbox').waitFor()
  await page.getByText('Aliases 1 of 100').waitFor()
  expect((await aliasRows(site)).map(({ source }) => source)).toEqual(['winter.shop@example.org'])
  await expect.poll(() => page.evaluate(() => document.activeElement?.id)).toBe(`mailbox-${id}`)
})

test('the address that she types is free or not, also where she renames one', async () => {
  const { page, requests } = window
  await rename(window, 'winter.shop')
  await page.locator('li.alias .preview', { hasText: 'is already taken.' }).waitFor()
  await page.locator('li.alias').getByLabel('Name', { exact: true }).fill('autumn.shop')
  await page.locator('li.alias .preview', { hasText: 'is available.' }).waitFor()

  await page.goto('/mailboxes')
  await page.getByText('New mailbox').click()
  await page.getByLabel('Name').fill('adalove')
  await page.locator('#preview', { hasText: 'is already taken.' }).waitFor()
  expect(requests.filter((one) => one.includes('preview')).join()).not.toContain('password')
})

test('she sees how strong her password is, shows it, or has one suggested; nothing else of the form is sent', async () => {
  const { page, requests } = window
  await page.goto('/mailboxes')
  const row = page.getByRole('listitem').filter({ hasText: 'adalove@example.org' })
  await row.getByRole('link', { name: 'Change password' }).click()
  await row.getByLabel('Current password').fill(MAILBOX_PASSWORD)
  const next = row.getByLabel('New password')
  const entered = page.waitForRequest('**/password-strength**')
  await next.focus()
  expect((await entered).postData()).toBe('password=')
  const asked = page.waitForRequest('**/password-strength**')
  await next.pressSequentially(NEXT)
  expect((await asked).postData()).toMatch(/^password=[^&]+$/)
  await page.getByText('Strength: Strong').waitFor()
  await expect.poll(focusedName).toBe('password')

  await row.getByRole('button', { name: 'Suggest a password' }).click()
  await page.getByText('it won’t be shown again').waitFor()
  await expect.poll(focusedName).toBe('password')
  const suggested = await next.inputValue()
  expect(suggested).toMatch(/^(?:[a-z]{6}-){4}\d\d$/)
  expect(await row.getByLabel('Repeat the password').inputValue()).toBe(suggested)
  expect(await next.getAttribute('type')).toBe('text')
  expect(await row.locator('.preview').isVisible()).toBe(false)
  await row.getByRole('button', { name: 'Copy' }).click()
  await row.getByRole('button', { name: 'Copied' }).waitFor()
  expect(await row.getByLabel('Current password').inputValue()).toBe(MAILBOX_PASSWORD)
  const reveal = row.getByLabel('Show password')
  await reveal.focus()
  await page.keyboard.press('Space')
  expect(await next.getAttribute('type')).toBe('password')
  await page.keyboard.press('Space')
  expect(await next.getAttribute('type')).toBe('text')

  await next.press('Enter')
  await page.getByText('Re-encrypting').waitFor()
  expect(requests.join()).not.toContain(suggested)
  expect(complaints()).toEqual([])
})

test('Back leads to the page before, with the alias as it is now, and after signing out to no page of hers', async () => {
  const { page } = window
  await page.goto('/profile')
  await rename(window, 'autumn.shop')
  await page.keyboard.press('Enter')
  await page.getByText('Renamed to autumn.shop@example.org.').waitFor()
  // What had opened in place was at an address of its own.
  await page.goBack()
  await page.getByText('autumn.shop@example.org').first().waitFor()
  await page.goBack()
  await page.waitForURL('**/profile')
  await page.goForward()
  await page.getByText('autumn.shop@example.org').first().waitFor()

  await page.getByRole('button', { name: 'Sign out' }).click()
  await page.waitForURL('**/sign-in')
  await page.goBack()
  await page.waitForURL('**/sign-in**')
  expect(await page.getByText('autumn.shop').count()).toBe(0)
  await window.signIn('ada')
  expect(complaints()).toEqual([])
})

test.each([
  ['there is no connection', undefined],
  ['the server does not answer', (route: Route) => route.abort()],
  ['only a proxy answers', (route: Route) => route.fulfill({ status: 502, contentType: 'text/html', body: '<h1>Bad</h1>' })],
])('a form that is sent as a page while %s keeps what was typed, and says so', async (_how, answer) => {
  const { context, page, complaints } = await site.open()
  await page.goto('/sign-in')
  await page.getByLabel('E-mail address').fill(CAST.ada.email)
  await page.locator('[name=password]').fill(PASSWORD)
  const send = () => page.getByRole('button', { name: 'Sign in' }).click()

  await (answer ? context.route('**/*', answer) : context.setOffline(true))
  await send()
  await page.getByText('There was no answer.').waitFor()
  expect(await page.locator('[name=password]').inputValue()).toBe(PASSWORD)
  expect(await page.locator('[aria-busy]').count()).toBe(0)

  await (answer ? context.unroute('**/*', answer) : context.setOffline(false))
  complaints.length = 0
  await send()
  await page.waitForURL('**/mailboxes')
  await context.close()
}) // prettier-ignore
