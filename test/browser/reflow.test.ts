import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { cookiesOf, overflow, SIZES, startSite, type Site } from '../support/chromium.ts'
import { fillGallery } from '../support/gallery.ts'

// A window of 1280 × 1024, magnified four times (WCAG 2.2, 1.4.10).
const magnified = { width: 320, height: 256 }
// What a reader may ask for without losing anything (WCAG 2.2, 1.4.12).
const textSpacing = `
  * { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important }
  p { margin-bottom: 2em !important }`

let site: Site
let pages: Awaited<ReturnType<typeof fillGallery>>['pages']
beforeAll(async () => {
  site = await startSite()
  pages = (await fillGallery(site)).pages
})
afterAll(() => site.stop())

/**
 * The texts that are cut off, or that stand outside of the window where nothing scrolls to them.
 * @param besides what is not looked at, as a selector
 */
const lostTexts = (page: Page, besides = ''): Promise<string[]> =>
  page.evaluate((passedOver) => {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
    const lost = new Set<string>()
    while (walker.nextNode()) {
      const text = walker.currentNode
      const parent = text.parentElement
      if (
        !text.textContent?.trim() ||
        !parent?.checkVisibility() ||
        parent.closest(`.skip, .trap, .unseen, thead, option${passedOver}`)
      )
        continue
      const range = document.createRange()
      range.selectNodeContents(text)
      const { left, right } = range.getBoundingClientRect()
      const cutting = [parent, ...ancestorsOf(parent)].find(
        (element) => getComputedStyle(element).overflowX !== 'visible' && element.scrollWidth > element.clientWidth + 1,
      )
      if (cutting || left < -1 || right > innerWidth + 1) lost.add(text.textContent.trim())
    }
    return [...lost]

    function ancestorsOf(element: Element): Element[] {
      return element.parentElement ? [element.parentElement, ...ancestorsOf(element.parentElement)] : []
    }
  }, besides)

test.each(['en-GB', 'fr-FR'])(
  'in %s every page, magnified four times and with widely spaced text, loses nothing',
  async (locale) => {
    const found: unknown[] = []
    for (const person of ['nobody', 'cleo', 'ada', 'ben', 'dora'] as const) {
      const { context, page } = await site.open({ viewport: magnified, locale })
      if (person !== 'nobody') await context.addCookies(await cookiesOf(site, person))
      for (const path of pages[person]) {
        await page.goto(path)
        await page.evaluate((css) => {
          const sheet = new CSSStyleSheet()
          sheet.replaceSync(css)
          document.adoptedStyleSheets.push(sheet)
        }, textSpacing)
        const [wider, lost] = [await overflow(page), await lostTexts(page)]
        if (wider > 0 || lost.length > 0) found.push({ path, wider, lost })
      }
      await context.close()
    }
    expect(found).toEqual([])
  },
)

test('in German, whose words are long, a window of any width cuts nothing off', async () => {
  const found: unknown[] = []
  for (const person of ['nobody', 'cleo', 'ada', 'ben', 'dora'] as const) {
    const { context, page } = await site.open({ viewport: SIZES.desktop, locale: 'de-DE' })
    if (person !== 'nobody') await context.addCookies(await cookiesOf(site, person))
    for (const path of pages[person]) {
      await page.goto(path)
      for (const width of [360, 700, 1000, 1200]) {
        await page.setViewportSize({ ...SIZES.desktop, width })
        // On a phone the menu scrolls.
        const [wider, lost] = [await overflow(page), await lostTexts(page, ', header nav')]
        if (wider > 0 || lost.length > 0) found.push({ path, width, wider, lost })
      }
    }
    await context.close()
  }
  expect(found).toEqual([])
})

/** What is smaller than 24 by 24 pixels and has no such room around its middle (WCAG 2.2, 2.5.8). */
const crampedTargets = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const targets = [...document.querySelectorAll('a, button, input, select, textarea, summary')]
      .filter((element) => element.checkVisibility() && !element.closest('.skip, .trap'))
      // A box is ticked by its label too, and a link in a sentence is as high as the line.
      .map((element) => element.closest('label') ?? element)
      .map((element) => ({ element, box: element.getBoundingClientRect() }))
      .filter(
        ({ element, box }) => box.width > 0 && (getComputedStyle(element).display !== 'inline' || !inSentence(element)),
      )
    const isSmall = (box: DOMRect) => box.width < 24 || box.height < 24
    return targets
      .filter(({ element, box }) => {
        if (!isSmall(box)) return false
        const x = box.x + box.width / 2
        const y = box.y + box.height / 2
        return targets.some((other) => {
          if (other.element === element) return false
          const aside = Math.max(other.box.left - x, x - other.box.right, 0)
          const above = Math.max(other.box.top - y, y - other.box.bottom, 0)
          const apart = Math.hypot(x - other.box.x - other.box.width / 2, y - other.box.y - other.box.height / 2)
          return Math.hypot(aside, above) < 12 || (isSmall(other.box) && apart < 24)
        })
      })
      .map(({ element }) => element.outerHTML)

    function inSentence(element: Element): boolean {
      return element.parentElement?.textContent.trim() !== element.textContent.trim()
    }
  })

test.each(['phone', 'desktop'] as const)('on a %s dora reads the whole domain of a new mailbox', async (size) => {
  const { page, context } = await site.open({ viewport: SIZES[size] })
  await context.addCookies(await cookiesOf(site, 'dora'))
  await page.goto('/mailboxes')
  const { shown, whole } = await page.getByRole('combobox').evaluate((select) => {
    const { width } = select.getBoundingClientRect()
    Object.assign((select as HTMLSelectElement).style, { position: 'absolute', maxWidth: 'none' })
    return { shown: width, whole: select.getBoundingClientRect().width }
  })
  expect(shown).toBeGreaterThanOrEqual(Math.floor(whole))
  await context.close()
})

test('with a thumb on a phone nobody hits what is beside the thing, and everybody may skip what is on every page', async () => {
  const found: unknown[] = []
  for (const person of ['nobody', 'cleo', 'ada', 'ben', 'dora'] as const) {
    const { context, page } = await site.open({ viewport: SIZES.phone, hasTouch: true })
    if (person !== 'nobody') await context.addCookies(await cookiesOf(site, person))
    for (const path of pages[person]) {
      await page.goto(path)
      const cramped = await crampedTargets(page)
      if (cramped.length > 0) found.push({ path, cramped })
    }

    await page.goto(pages[person][0] ?? '/')
    await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur())
    await page.locator('.skip').focus()
    expect(await page.locator('.skip').evaluate((link) => link.getBoundingClientRect().top)).toBeGreaterThanOrEqual(0)
    await page.keyboard.press('Enter')
    await page.keyboard.press('Tab')
    expect(await page.evaluate(() => document.activeElement?.closest('main')?.id)).toBe('main')
    await context.close()
  }
  expect(found).toEqual([])
})
