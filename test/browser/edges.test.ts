// What stands below each other begins, or ends, at the same place: measured in pixels.
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { cookiesOf, SIZES, startSite, type Site } from '../support/chromium.ts'
import { fillGallery } from '../support/gallery.ts'

let site: Site
let pages: Awaited<ReturnType<typeof fillGallery>>['pages']
beforeAll(async () => {
  site = await startSite({ env: { MAIL_CLIENT_IMAP: 'imaps://mail.example.org' } })
  ;({ pages } = await fillGallery(site))
})
afterAll(() => site.stop())

/**
 * The lines of every box (the page, a card, a note in it, a cell) of which neither the first thing begins where the
 * box's content does, nor the last one ends where it ends.
 */
const linesOff = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const boxes = '.card, main > section, main, footer.site, header.site, .alert, .empty, .preview, .notes, td, th, summary, .columns > *'
    const things =
      'h1, h2, h3, p, label, legend, input, select, textarea, .button, .link, .badge, .tabs a, .languages a, dt, dd, table, .card, .alert, .empty, .preview, .notes'
    const edge = (element: Element, box: Element): { left: number; right: number; top: number; bottom: number; name: string } => {
      const { left, right, top, bottom } = element.getBoundingClientRect()
      const seen = { left, right, top, bottom, name: `${element.tagName.toLowerCase()} “${element.textContent.trim().slice(0, 30)}”` }
      // Of a button without a border, the words are what is seen. Amid others it has its place as a button.
      const isBare = element.matches('.quiet, .link')
      const text = document.createRange()
      text.selectNodeContents(element)
      const words = text.getBoundingClientRect()
      const content = contentOf(box)
      const nearer = (one: number, other: number, goal: number) => Math.abs(one - goal) <= Math.abs(other - goal) ? one : other
      if (isBare) {
        seen.left = element.matches('input + *, :first-child') ? words.left : nearer(left, words.left, content.left)
        seen.right = element.matches(':last-child') ? words.right : nearer(right, words.right, content.right)
      }
      return seen
    }
    const contentOf = (box: Element) => {
      const { left, right } = box.getBoundingClientRect()
      const style = getComputedStyle(box)
      const side = (name: 'Left' | 'Right') => parseFloat(style[`padding${name}`]) + parseFloat(style[`border${name}Width`])
      return { left: left + side('Left'), right: right - side('Right') }
    }

    const off: string[] = []
    for (const box of document.querySelectorAll(boxes)) {
      const centred = getComputedStyle(box).textAlign === 'center' || box.querySelector(':scope > .narrow')
      if (centred || box.matches('th, td:not([colspan])')) continue
      const within = [...box.querySelectorAll(things)]
        .filter((element) => element.parentElement?.closest(boxes) === box && element.checkVisibility({ visibilityProperty: true }))
        .filter((element) => !element.matches('.unseen, .trap, .skip') && Math.min(element.getBoundingClientRect().width, element.getBoundingClientRect().height) > 1)
        .map((element) => ({ ...edge(element, box), element }))
        .sort((one, other) => one.top - other.top)
      const content = contentOf(box)
      for (const { element, ...one } of within) {
        const line = within.filter(({ top, bottom }) => top < one.bottom - 1 && bottom > one.top + 1)
        const begins = Math.min(...line.map(({ left }) => left))
        const ends = Math.max(...line.map(({ right }) => right))
        // Where there is room, what ends close to the edge is meant to end there.
        const overhang = innerWidth > 1000 && element.matches('.button, .badge, .count') ? Math.abs(one.right - content.right) : 0
        if (overhang > 0.5 && overhang < 16) off.push(`${one.name} ends ${(one.right - content.right).toFixed(1)} from the edge`)
        if (Math.abs(begins - content.left) > 0.5 && Math.abs(ends - content.right) > 0.5)
          off.push(`${one.name} in ${box.tagName.toLowerCase()}.${box.className}: ${(begins - content.left).toFixed(1)}, ${(ends - content.right).toFixed(1)}`)
      }
    }
    return [...new Set(off)]
  }) // prettier-ignore

const people = ['nobody', 'cleo', 'ada', 'ben', 'dora'] as const
const windows = people.flatMap((person) => (['phone', 'desktop'] as const).map((size) => [person, size] as const))

test.each(windows)('everything that %s sees on a %s begins or ends where its box does', async (person, size) => {
  const { context, page } = await site.open({ viewport: SIZES[size] })
  if (person !== 'nobody') await context.addCookies(await cookiesOf(site, person))
  const found: Record<string, string[]> = {}
  for (const path of pages[person]) {
    await page.goto(path)
    const off = await linesOff(page)
    if (off.length > 0) found[path] = off
  }
  expect(found).toEqual({})
  await context.close()
})
