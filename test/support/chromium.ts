import { existsSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { AxeBuilder } from '@axe-core/playwright'
import { getRequestListener } from '@hono/node-server'
import { chromium, type BrowserContext, type BrowserContextOptions, type Page } from 'playwright-core'
import { CAST, PASSWORD, startApp, type Person } from './app.ts'

const executablePath = '/usr/bin/chromium'
const switches = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

export const SIZES = { phone: { width: 360, height: 740 }, desktop: { width: 1280, height: 800 } }

export type Site = Awaited<ReturnType<typeof startSite>>

/** The real app on a free port of this machine, and a Chromium to look at it. */
export async function startSite({
  host = '127.0.0.1',
  ...options
}: Parameters<typeof startApp>[0] & {
  /** its name in addresses: passkeys need one */
  host?: string
} = {}) {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const origin = `http://${host}:${(server.address() as AddressInfo).port}`
  const site = await startApp({ ...options, env: { APP_URL: origin, ...options.env } })
  const listener = getRequestListener(site.app.fetch)
  server.on('request', (request, response) => void listener(request, response))
  const browser = await startBrowser(origin)

  return {
    ...site,
    origin,
    open: (context?: BrowserContextOptions) => browser.open(context),

    /** @throws when any window that was opened has something to complain about */
    async stop() {
      const closed = browser.close()
      await closed.catch(() => undefined)
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
      await site.stop()
      await closed
    },
  }
}

/** A Chromium to look at a site that runs. */
export async function startBrowser(origin: string) {
  if (!existsSync(executablePath)) throw new Error('Chromium is missing. Install it: sudo apt-get install chromium')
  const browser = await chromium.launch({ executablePath, args: switches })
  const windows: Window[] = []
  return {
    /** a new window in which nobody has signed in */
    async open(context: BrowserContextOptions = {}): Promise<Window> {
      const window = await watch(await browser.newContext({ baseURL: origin, locale: 'en-GB', ...context }))
      windows.push(window)
      return window
    },

    /** @throws when any window that was opened has something to complain about */
    async close(): Promise<void> {
      await browser.close()
      const complaints = windows.flatMap((window) => window.complaints)
      if (complaints.length > 0) throw new Error(`Chromium complained:\n${complaints.join('\n')}`)
    },
  }
}

export interface Window {
  context: BrowserContext
  page: Page
  /** What the browser complained about: console messages, errors of scripts, reports of the content policy. */
  complaints: string[]
  /** answers that Chromium notes, as it does from 400 up, and that are no surprise: by itself a refused form */
  expected: Set<number>
  /** the paths that were asked for, with their queries */
  requests: string[]
  signIn(person: Person): Promise<void>
}

async function watch(context: BrowserContext): Promise<Window> {
  const page = await context.newPage()
  const complaints: string[] = []
  const expected = new Set([422, 429])
  const requests: string[] = []
  // A page that says that something is not there is no surprise to whoever opened it.
  const visited = new Set<string>()
  context.on('console', (message) => {
    const [, status] = /with a status of (\d+) /.exec(message.text()) ?? []
    // The driver of a busy browser is at a field before the page has chosen the first one.
    if (message.text().startsWith('Autofocus processing was blocked because a document already has')) return
    const asked = visited.has(message.location().url) && status !== undefined
    if (!asked && !expected.has(Number(status))) complaints.push(`${message.text()} ${message.location().url}`)
  })
  context.on('weberror', (error) => complaints.push(error.error().message))
  page.on('request', (request) => request.isNavigationRequest() && visited.add(request.url()))
  page.on('request', (request) => requests.push(request.url().slice(new URL(request.url()).origin.length)))

  return {
    context,
    page,
    complaints,
    expected,
    requests,
    async signIn(person) {
      await page.goto('/sign-in')
      await page.locator('[name=email]').fill(CAST[person].email)
      await page.locator('[name=password]').fill(PASSWORD)
      await page.locator('[name=password]').press('Enter')
      await page.waitForURL('**/mailboxes')
    },
  }
}

/** Of somebody who has just signed in, for a window to begin with. */
export async function cookiesOf(site: Site, person: Person) {
  const { cookies } = await site.signedIn(person)
  return [...cookies].map(([name, value]) => ({ name, value, url: site.origin }))
}

/** What axe finds against WCAG 2.2 A and AA: the rule and the element of each violation. */
export async function violations(page: Page): Promise<string[]> {
  const { violations: found } = await new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'])
    // There are no frames, for which axe would open a second page each time.
    .setLegacyMode(true)
    .analyze()
  return found.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html} ${node.failureSummary ?? ''}`))
}

/** By how many pixels the page is wider than the window. */
export const overflow = (page: Page): Promise<number> =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
