import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { SIZES, startSite, violations, type Site, type Window } from '../support/chromium.ts'
import { stumbles } from '../support/stumbles.ts'
import {
  forgetAttempts,
  openViewer,
  prepareViews,
  VIEWERS,
  VIEWS_ENV,
  type View,
  type Viewer,
} from '../support/views.ts'

let site: Site
let views: View[]
beforeAll(async () => {
  site = await startSite({ host: 'localhost', env: VIEWS_ENV })
  views = (await prepareViews(site)).filter(({ fragment }) => !fragment)
})
afterAll(() => site.stop())

/** Each way of looking has each of the sizes, colours and languages once, and none needs all of them together. */
const looks = [
  { size: 'phone', colorScheme: 'dark', language: 'fr' },
  { size: 'desktop', colorScheme: 'light', language: 'en' },
] as const

test.each(looks)(
  'on a $size, in $colorScheme colours and in $language, nothing on any page is a barrier that axe or a keyboard finds',
  async ({ size, colorScheme, language }) => {
    const windows = new Map<Viewer, Window>()
    for (const viewer of VIEWERS) {
      const window = await site.open({ viewport: SIZES[size], colorScheme, locale: language, reducedMotion: 'reduce' })
      const { cookies } = await openViewer(site, viewer)
      await window.context.addCookies([...cookies].map(([name, value]) => ({ name, value, url: site.origin })))
      windows.set(viewer, window)
    }

    const wrong: string[] = []
    for (const view of views) {
      await forgetAttempts(site)
      const page = windows.get(view.as)?.page
      if (!page) throw new Error(`${String(view.as)} has no window`)
      await show(page, view)
      const found = await violations(page)
      await page.evaluate(closeMenus)
      found.push(...(await stumbles(page)))
      wrong.push(...found.map((fault) => `${view.form ? 'POST' : 'GET'} ${view.path}: ${fault}`))
    }
    expect(wrong).toEqual([])
  },
  // Some two hundred pages, a second each: more on a machine that has other work.
  900_000,
)

/** As they are unless somebody opens one, for a moment, over what is beneath. */
function closeMenus(): void {
  for (const menu of document.querySelectorAll<HTMLDetailsElement>('details.menu')) menu.open = false
}

async function show(page: Page, { path, form, status, opens = [] }: View): Promise<void> {
  const answered = page.waitForResponse((response) => response.request().isNavigationRequest())
  if (form) {
    if (page.url() === 'about:blank') await page.goto('/sign-in')
    await Promise.all([page.waitForEvent('load'), page.evaluate(postForm, { path, form })])
  } else await page.goto(path)
  expect([path, (await answered).status()]).toEqual([path, status])

  for (const link of opens) {
    const element = await page.waitForSelector(link, { state: 'attached' })
    await element.evaluate((one) => one.closest('details')?.setAttribute('open', ''))
    await element.click()
    await element.waitForElementState('hidden')
  }
  await page.evaluate(() => {
    for (const details of document.querySelectorAll('details')) details.open = true
  })
}

/** Sends it as a form on the page would. */
function postForm({ path, form }: { path: string; form: Record<string, string> }) {
  const element = document.createElement('form')
  element.method = 'post'
  element.action = path
  for (const [name, value] of Object.entries(form)) {
    const input = document.createElement('input')
    Object.assign(input, { type: 'hidden', name, value })
    element.append(input)
  }
  document.body.append(element)
  element.submit()
}
