import { afterAll, beforeAll, expect, test } from 'vitest'
import { CAST, type Person } from '../support/app.ts'
import { cookiesOf, startSite, type Site } from '../support/chromium.ts'
import { fillGallery } from '../support/gallery.ts'

let site: Site
let gallery: Awaited<ReturnType<typeof fillGallery>>
beforeAll(async () => {
  site = await startSite()
  gallery = await fillGallery(site)
})
afterAll(() => site.stop())

async function open(person: Person, javaScriptEnabled = true) {
  const window = await site.open({ javaScriptEnabled })
  await window.context.addCookies(await cookiesOf(site, person))
  window.page.setDefaultTimeout(10_000)
  return window
}

const mailbox = () => `/mailboxes/${gallery.ids['ada.lovelace']}`
const panels = () =>
  [
    {
      person: 'ada',
      page: '/mailboxes',
      path: `${mailbox()}/password`,
      field: 'Current password',
    },
    { person: 'ada', page: '/mailboxes', path: `${mailbox()}/aliases`, field: 'Name' },
    { person: 'ada', page: '/mailboxes', path: '/mailboxes/new', field: 'Name' },
    {
      person: 'ben',
      page: '/registrations',
      path: gallery.pages.ben.find((path) => path.endsWith('/denial')) ?? '',
      field: 'Message to the person',
    },
    {
      person: 'dora',
      page: '/accounts',
      path: `/accounts/${site.idOf('ada')}/rights`,
      menu: CAST.ada.email,
      field: 'Role',
    },
    {
      person: 'dora',
      page: '/domains/example.org',
      path: gallery.pages.dora.find((path) => path.endsWith('/owner')) ?? '',
      menu: 'before.colombier@example.org',
      field: 'Give before.colombier@example.org to',
    },
  ] as { person: Person; page: string; path: string; menu?: string; field: string }[]

test('what opens in place has an address: the bar follows, a reload keeps it open, Back and Cancel close it', async () => {
  for (const { person, page: list, path, menu, field } of panels()) {
    const { page, context, complaints } = await open(person)
    const url = () => new URL(page.url()).pathname
    const shown = page.getByRole('main').getByLabel(field, { exact: true }).and(page.locator('input, textarea, select'))
    const openPanel = async () => {
      if (menu) await page.locator(`summary[aria-label="Actions: ${menu}"]`).click()
      await page.locator(`main a[href="${path}"]`).click()
      await shown.first().waitFor()
    }
    await page.goto(list)
    const rows = await page.getByRole('main').locator('li.card, tbody tr').count()
    await openPanel()
    await expect.poll(url).toBe(path)

    await page.reload()
    await shown.first().waitFor()
    // Aliases may be many: they have a page of their own.
    const among = path.endsWith('/aliases') ? 1 : rows
    expect([path, await page.getByRole('main').locator('li.card, tbody tr').count()]).toEqual([path, among])
    expect(url()).toBe(path)

    await page.goBack()
    await page.waitForURL(`**${list}`)
    await shown.first().waitFor({ state: 'hidden' })

    await openPanel()
    await page
      .getByRole('main')
      .getByRole('link', { name: /Cancel|Back to the mailbox/ })
      .click()
    await shown.first().waitFor({ state: 'hidden' })
    await expect.poll(url).toBe(list)
    expect([path, complaints]).toEqual([path, []])
    await context.close()
  }
})

test('without scripts the same addresses show the same form among the other rows', async () => {
  for (const { person, path, field } of panels()) {
    if (path.endsWith('/aliases')) continue
    const { page, context } = await open(person, false)
    await page.goto(path)
    await page.getByRole('main').getByLabel(field, { exact: true }).first().waitFor()
    expect([path, (await page.getByRole('main').locator('li.card, tbody tr').count()) > 1]).toEqual([path, true])
    await context.close()
  }
})

test('what closes in place gives a list its own address back, with what it was searched for', async () => {
  const { page } = await open('dora')
  await page.goto('/accounts?q=ada')
  await page.locator(`summary[aria-label="Actions: ${CAST.ada.email}"]`).click()
  await page.getByRole('link', { name: `Edit the rights of ${CAST.ada.email}` }).click()
  await page.waitForURL('**/rights')
  await page.getByRole('button', { name: 'Save' }).click()
  await expect.poll(() => page.url()).toMatch(/\/accounts\?q=ada$/)
})
