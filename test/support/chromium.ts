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
export async function startSite(options: Parameters<typeof startApp>[0] = {}) {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const site = await startApp({ ...options, env: { APP_URL: origin, ...options.env } })
  const listener = getRequestListener(site.app.fetch)
  server.on('request', (request, response) => void listener(request, response))
  const browser = await startBrowser(origin)

  return {
    ...site,
    origin,
    open: browser.open,

    async stop() {
      await browser.close()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
      await site.stop()
    },
  }
}

/** A Chromium to look at a site that runs. */
export async function startBrowser(origin: string) {
  if (!existsSync(executablePath)) throw new Error('Chromium is missing. Install it: sudo apt-get install chromium')
  const browser = await chromium.launch({ executablePath, args: switches })
  return {
    /** a new window in which nobody has signed in */
    open: async (context: BrowserContextOptions = {}) =>
      watch(await browser.newContext({ baseURL: origin, locale: 'en-GB', ...context })),
    close: () => browser.close(),
  }
}

export interface Window {
  context: BrowserContext
  page: Page
  /** What the browser complained about: console messages, errors of scripts, reports of the content policy. */
  complaints: string[]
  /** the paths that were asked for, with their queries */
  requests: string[]
  signIn(person: Person): Promise<void>
}

async function watch(context: BrowserContext): Promise<Window> {
  const page = await context.newPage()
  const complaints: string[] = []
  const requests: string[] = []
  page.on('console', (message) => {
    // Chromium notes every answer from 400 up; a refused form is one.
    if (!/status of (422|429) /.test(message.text())) complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('request', (request) => requests.push(request.url().slice(new URL(request.url()).origin.length)))

  return {
    context,
    page,
    complaints,
    requests,
    async signIn(person) {
      await page.goto('/sign-in')
      await page.getByLabel('E-mail address').fill(CAST[person].email)
      await page.getByLabel('Password', { exact: true }).fill(PASSWORD)
      await page.getByRole('main').getByRole('button', { name: 'Sign in' }).click()
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
