import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { cookiesOf, SIZES, startSite, violations, type Site } from '../support/chromium.ts'
import { fillGallery } from '../support/gallery.ts'

let site: Site
let page: Page
beforeAll(async () => {
  site = await startSite()
  await fillGallery(site)
  const { context, page: opened } = await site.open({ viewport: SIZES.desktop })
  await context.addCookies(await cookiesOf(site, 'dora'))
  page = opened
})
afterAll(() => site.stop())

const styleOf = (selector: string, property: string): Promise<string> =>
  page
    .locator(selector)
    .first()
    .evaluate((element, name) => getComputedStyle(element).getPropertyValue(name), property)

test('on paper a list is dark on white, without what only a screen has a use for', async () => {
  await page.goto('/domains/example.org')
  await page.emulateMedia({ media: 'print', colorScheme: 'dark' })
  expect(await page.getByText('ada.lovelace@example.org').isVisible()).toBe(true)
  expect(await page.getByText('Re-encrypting').isVisible()).toBe(true)
  for (const hidden of ['header nav', 'footer', '.button', '[role=search]', 'header form'])
    expect([hidden, await page.locator(hidden).first().isVisible()]).toEqual([hidden, false])
  expect(await styleOf('html', 'background-color')).toBe('rgba(0, 0, 0, 0)')
  const [red = 255, green = 255, blue = 255] = (await styleOf('td', 'color')).match(/\d+/g)?.map(Number) ?? []
  expect(Math.max(red, green, blue)).toBeLessThan(80)
  await page.emulateMedia({ media: null, colorScheme: null })
})

test('whoever asks for more contrast gets it: no soft words, and a line around each state', async () => {
  await page.goto('/domains/example.org')
  const soft = await styleOf('.facts', 'color')
  expect(soft).not.toBe(await styleOf('h1', 'color'))
  await page.emulateMedia({ contrast: 'more' })
  expect(await styleOf('.facts', 'color')).toBe(await styleOf('h1', 'color'))
  expect(await styleOf('.badge.good', 'border-top-color')).toBe(await styleOf('.badge.good', 'color'))
  expect(await violations(page)).toEqual([])
  await page.emulateMedia({ contrast: null })
})

test('in colours that the system forces, states have a dot and a line, and the open page is marked', async () => {
  await page.goto('/domains/example.org')
  await page.emulateMedia({ forcedColors: 'active' })
  const canvas = await styleOf('body', 'background-color')
  for (const selector of ['.badge', '.button.secondary', '.card, table', 'input'])
    expect([selector, await styleOf(selector, 'border-top-color')]).not.toEqual([selector, canvas])
  const [dot, mark] = await page.evaluate(() =>
    [
      ['.badge', '::before'],
      ['header nav a[aria-current]', '::after'],
    ].map(([selector = '', part]) => {
      const element = document.querySelector(selector)
      return element && getComputedStyle(element, part).borderBottomStyle
    }),
  )
  expect([dot, mark]).toEqual(['solid', 'solid'])
  await page.emulateMedia({ forcedColors: null })
})

test('nothing moves for whoever has asked for that', async () => {
  const moving = () => page.evaluate(() => document.getAnimations().length)
  await page.emulateMedia({ reducedMotion: 'no-preference' })
  await page.goto('/domains/example.org')
  expect(await moving()).toBeGreaterThan(0)
  await page.emulateMedia({ reducedMotion: 'reduce' })
  expect(await moving()).toBe(0)
  expect(await styleOf('.button', 'transition-duration')).toBe('0s')
})

test('on a phone each row of a table is a card in which each value says what it is', async () => {
  await page.setViewportSize(SIZES.phone)
  await page.goto('/domains/example.org')
  const row = page.getByRole('row', { name: 'ada.lovelace' })
  const { width = 0, height = 0 } = (await row.boundingBox()) ?? {}
  expect(width).toBeGreaterThan(300)
  expect(height).toBeGreaterThan(100)
  const labels = await row.evaluate((element) =>
    [...element.querySelectorAll('td[data-label]')].map((cell) => getComputedStyle(cell, '::before').content),
  )
  expect(labels).toEqual(['"State"', '"Owner"', '"Aliases in domain"', '"Storage"'])
})
