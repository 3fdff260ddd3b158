// What a screen reader calls what can be pressed: in a list, "Delete" alone does not say what would be deleted.
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { LANGUAGES } from '../../src/i18n/languages.ts'
import { cookiesOf, startSite, type Site } from '../support/chromium.ts'
import { fillGallery } from '../support/gallery.ts'

let site: Site
let pages: Awaited<ReturnType<typeof fillGallery>>['pages']
beforeAll(async () => {
  site = await startSite({
    env: { MAIL_CLIENT_IMAP: 'imaps://mail.example.org', APP_PASSWORDS: 'offered', MAILBOXES_PER_ACCOUNT: '20' },
  })
  ;({ pages } = await fillGallery(site))
  await site.query('UPDATE colombier_accounts SET mailbox_limit = 20')
})
afterAll(() => site.stop())

/** Everything that can be pressed, folded menus open, by role, name and where it leads, as Chromium tells programs. */
async function namesOf(page: Page): Promise<string[]> {
  await page.evaluate(() => {
    for (const menu of document.querySelectorAll('details')) {
      menu.removeAttribute('name')
      menu.open = true
    }
  })
  const session = await page.context().newCDPSession(page)
  const { nodes } = await session.send('Accessibility.getFullAXTree')
  await session.detach()
  return nodes
    .filter(({ ignored, role }) => !ignored && ['button', 'link', 'DisclosureTriangle'].includes(String(role?.value)))
    .map(({ role, name, properties }) => {
      const url = properties?.find((property) => property.name === 'url')?.value.value as string | undefined
      return `${String(role?.value)} “${String(name?.value)}”${url === undefined ? '' : ` ${url}`}`
    })
}

/** Names that several things have that do not do the same. */
function repeated(names: string[]): string[] {
  const links = new Set(names.filter((name) => name.startsWith('link')))
  const called = [...links, ...names.filter((name) => !name.startsWith('link'))].map((name) =>
    name.replace(/” .*/, '”'),
  )
  return called.filter((name, index) => called.indexOf(name) !== index)
}

const people = ['nobody', 'cleo', 'ada', 'ben', 'dora'] as const
test.each(people)('no two things that %s can press on a page have the same name', async (person) => {
  const { context, page } = await site.open()
  if (person !== 'nobody') await context.addCookies(await cookiesOf(site, person))
  const found: Record<string, string[]> = {}
  for (const path of pages[person]) {
    await page.goto(path)
    const twice = repeated(await namesOf(page))
    if (twice.length > 0) found[path] = twice
  }
  expect(found).toEqual({})
  await context.close()
})

const lists = /^\/(?:mailboxes|mailboxes\/\d+\/aliases|registrations|accounts|domains\/example\.org)$/
test.each(LANGUAGES)('who speaks %s to a device says what is read there, and what it says is pressed', async (language) => {
  await site.query('UPDATE colombier_accounts SET language = ?', [language])
  for (const person of ['ada', 'ben', 'dora'] as const) {
    const { context, page } = await site.open()
    await context.addCookies(await cookiesOf(site, person))
    for (const path of pages[person].filter((path) => lists.test(path))) {
      await page.goto(path)
      const odd = await page.locator('a[aria-label], button[aria-label], summary[aria-label]').evaluateAll((elements) =>
        elements
          .map((element) => [element.ariaLabel ?? '', element.textContent.trim().replace(/\s+/g, ' ')] as const)
          .filter(([name, read]) => !name.toLowerCase().includes(read.toLowerCase())),
      )
      expect(odd).toEqual([])
    }
    await context.close()
  }
}) // prettier-ignore
