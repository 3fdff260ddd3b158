import type { Page, Request } from 'playwright-core'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import type { Person } from '../support/app.ts'
import { cookiesOf, startSite, type Site } from '../support/chromium.ts'
import { fillGallery } from '../support/gallery.ts'

let site: Site
let gallery: Awaited<ReturnType<typeof fillGallery>>
beforeAll(async () => {
  site = await startSite()
  gallery = await fillGallery(site)
})
afterAll(() => site.stop())

const isStream = (text: string): boolean => text.includes('/registrations/events')

/** What came over the wire while this was done, headers included, and how often the server was asked for something. */
async function weigh(page: Page, act: () => Promise<unknown>) {
  const begun: Request[] = []
  const note = (request: Request) => begun.push(request)
  const logged = site.lines.length
  page.on('request', note)
  await act()
  page.off('request', note)

  const sizes = await Promise.all(
    begun.filter((request) => !isStream(request.url()) && request.failure() === null).map((request) => request.sizes()),
  )
  return {
    // The log has what a browser asks for without telling, its icon among it.
    requests: site.lines.slice(logged).filter((line) => line.includes('"event":"request"') && !isStream(line)).length,
    // What the browser had kept has no headers, and a body that makes up for those that it remembers.
    bytes: sizes.reduce((sum, size) => sum + size.responseHeadersSize + size.responseBodySize, 0),
  }
}

async function open(person: Person | 'nobody') {
  const { context, page } = await site.open()
  // A page that stays open goes on asking, and is counted with the next one.
  onTestFinished(() => context.close())
  if (person !== 'nobody') await context.addCookies(await cookiesOf(site, person))
  return page
}

// The stream of a moderator's page is no part of its first view: it is opened when the page stands, stays open, and
// carries what changes afterwards.
test.each([
  ['nobody', '/sign-in'],
  ['ada', '/mailboxes'],
  ['ben', '/registrations'],
] as const)('the first view of %s, %s, takes four requests and 25 KB', async (person, path) => {
  const page = await open(person)
  const { requests, bytes } = await weigh(page, () => page.goto(path))
  expect(requests).toBe(4)
  expect(bytes).toBeGreaterThan(10_000)
  expect(bytes).toBeLessThanOrEqual(25_000)
})

test.each(['nobody', 'cleo', 'ada', 'ben', 'dora'] as const)(
  'each later view of %s takes 3 KB, or 3.2 with a form open in it',
  async (person) => {
    // Ten mailboxes, but not one in each state that there is.
    await site.query('DELETE FROM colombier_tasks')
    await site.query("UPDATE colombier_mailboxes SET locks = ''")
    const page = await open(person)
    await page.goto('/')
    const heavy: unknown[] = []
    for (const path of gallery.pages[person]) {
      const { bytes } = await weigh(page, () => page.goto(path))
      // A form that has opened in place stands among all the other rows at its own address.
      const isAmongOthers = /\/(password|aliases.*|deletion|creation|approval|denial|notes|rights|owner)$/.test(path)
      if (bytes > (isAmongOthers ? 3200 : 3000) || bytes < 1000) heavy.push({ path, bytes })
    }
    expect(heavy).toEqual([])
  },
)

// Of the body: the headers, which are the same each time, are a few bytes once HTTP/2 has sent them before.
test('what is swapped in place takes 1 KB, and comes compressed', async () => {
  const { ids } = gallery
  const mailbox = `/mailboxes/${ids['ada.lovelace']}`
  const alias = `${mailbox}/aliases/${encodeURIComponent('bookshop.orders@example.org')}`
  const page = await open('ada')
  await page.goto(mailbox)
  const heavy = await page.evaluate(
    async (asked) => {
      const answers = []
      for (const { path, form } of asked) {
        const answer = await fetch(path, {
          headers: { 'HX-Request': 'true', 'HX-Request-Type': 'partial' },
          ...(form && { method: 'POST', body: new URLSearchParams(form) }),
        })
        await answer.text()
        const [entry] = performance.getEntriesByName(answer.url).slice(-1) as PerformanceResourceTiming[]
        answers.push({
          path,
          status: answer.status,
          encoding: answer.headers.get('Content-Encoding'),
          bytes: entry?.encodedBodySize ?? 0,
        })
      }
      return answers.filter(
        ({ status, encoding, bytes }) =>
          ![200, 422].includes(status) || encoding !== 'br' || bytes > 1000 || bytes < 50,
      )
    },
    [
      { path: mailbox },
      { path: `${mailbox}/password` },
      { path: `${mailbox}/password`, form: { current: '', password: 'short', again: '' } },
      { path: `${mailbox}/deletion` },
      { path: `${alias}/name` },
      { path: `${alias}/name`, form: { localPart: 'a', domain: 'example.org' } },
      { path: `${alias}/removal` },
      { path: `${alias}/name`, form: { localPart: 'bookshop.bills', domain: 'example.org' } },
      { path: '/mailboxes/preview?localPart=ada.l&domain=example.org' },
    ] as { path: string; form?: Record<string, string> }[],
  )
  expect(heavy).toEqual([])
})
