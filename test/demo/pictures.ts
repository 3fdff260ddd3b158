// The pictures of the documents, taken of the real app with the people of the demo, in the fonts of the machine that
// takes them: npm run pictures
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { getRequestListener } from '@hono/node-server'
import type { BrowserContextOptions, Page } from 'playwright-core'
import { addAliasRow } from '../support/aliases.ts'
import { startBrowser, startSite } from '../support/chromium.ts'
import { PASSWORD, startSetup } from '../support/setup.ts'
import { addMailbox } from '../support/tasks.ts'
import { addPeople, emailOf, passwordOf, sampleDomains } from './sample.ts'

const folder = join(import.meta.dirname, '../../docs/pictures')
const desktop = { width: 1200, height: 760 }

await takePages()
await takeSetup()
// The private MariaDB ends with this process.
process.exit()

async function takePages(): Promise<void> {
  const site = await startSite({ cast: false })
  await site.query(sampleDomains)
  await addPeople(site.pool)
  await addSample(site)

  const { page: visitor } = await site.open({ viewport: desktop })
  await visitor.goto('/sign-in')
  await take(visitor, 'sign-in')

  const ada = await signIn('ada', { viewport: desktop })
  await take(ada, 'mailboxes')
  await ada.goto('/profile')
  await take(ada, 'profile')
  await take(await signIn('ada', { viewport: { width: 375, height: 740 }, colorScheme: 'dark' }), 'phone')

  const ben = await signIn('ben', { viewport: desktop })
  await ben.goto('/registrations')
  await take(ben, 'requests')

  const dora = await signIn('dora', { viewport: desktop })
  for (const [name, path] of Object.entries({
    domains: '/domains',
    accounts: '/accounts',
    history: '/audit',
    tasks: '/tasks',
  })) {
    await dora.goto(path)
    await take(dora, name)
  }
  await site.stop()

  async function signIn(name: string, context: BrowserContextOptions): Promise<Page> {
    const { page } = await site.open({ reducedMotion: 'reduce', ...context })
    await page.goto('/sign-in')
    await page.getByLabel('E-mail address').fill(emailOf(name))
    await page.getByLabel('Password', { exact: true }).fill(passwordOf(name))
    await page.getByRole('main').getByRole('button', { name: 'Sign in' }).click()
    await page.waitForURL('**/mailboxes')
    return page
  }
}

/** The step of the setup that finds the mail server's tables. */
async function takeSetup(): Promise<void> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const setup = await startSetup({ env: { APP_URL: origin } })
  const listener = getRequestListener(setup.fetch)
  server.on('request', (request, response) => void listener(request, response))
  await setup.query(sampleDomains)
  await setup.query(
    `INSERT INTO virtual_users (domain_id, email, password, quota)
     SELECT id, 'ada.lovelace@example.org', '{ARGON2ID}$argon2id$v=19$m=8,t=1,p=1$c2FsdHNhbHQ$aGFzaGhhc2g', 1073741824
     FROM virtual_domains WHERE name = 'example.org'`,
  )

  const browser = await startBrowser(origin)
  const { page } = await browser.open({ viewport: { width: 1000, height: 760 } })
  await page.goto('/setup')
  await page.getByLabel('Setup token').fill(setup.token)
  await page.getByRole('main').getByRole('button').first().click()
  await page.waitForURL('**/setup/admin')
  await page.getByRole('textbox').first().fill(emailOf('dora'))
  for (const field of await page.locator('input[type=password]').all()) await field.fill(PASSWORD)
  await page.getByRole('button', { name: 'Continue' }).click()
  await page.waitForURL('**/setup/mapping')
  await page.getByText('ada.lovelace@example.org').first().waitFor()
  await take(page, 'setup')

  await browser.close()
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
  await setup.stop()
}

/** What the window shows of the page as it stands. */
async function take(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: join(folder, `${name}.png`) })
}

async function addSample(site: Awaited<ReturnType<typeof startSite>>): Promise<void> {
  const { query } = site
  const [account] = await query<{ id: number }>('SELECT id FROM colombier_accounts WHERE email = ?', [emailOf('ada')])
  await query('UPDATE colombier_accounts SET mailbox_limit = 5 WHERE id = ?', [account?.id])
  for (const name of ['ada.lovelace', 'family.letters', 'village.choir'])
    await addMailbox(site, { address: `${name}@example.org`, accountId: account?.id ?? null })
  for (const name of ['bookshop.orders', 'garden.shop', 'railway.tickets'])
    await addAliasRow(site, `${name}@example.org`, 'ada.lovelace@example.org')
  await query(
    `INSERT INTO colombier_tasks (id, kind, state, mailbox, requested_at, not_before, deadline)
     VALUES (UUID(), 'rekey', 'running', 'family.letters@example.org', UTC_TIMESTAMP(6), UTC_TIMESTAMP(6),
             UTC_TIMESTAMP(6) + INTERVAL 15 MINUTE)`,
  )
  await query(
    `INSERT INTO colombier_connectors (host, version, seen_at, mode)
     VALUES ('mail.example.org', '0.1.0', UTC_TIMESTAMP(6), 'watch')`,
  )
  for (const [action, mailbox] of [
    ['mailbox.requested', 'ada.lovelace@example.org'],
    ['mailbox.created', 'ada.lovelace@example.org'],
    ['alias.added', 'ada.lovelace@example.org'],
    ['password.change_requested', 'family.letters@example.org'],
  ] as const) {
    const actor = action === 'mailbox.created' ? null : emailOf('ada')
    await query(
      `INSERT INTO colombier_audit (at, actor, network, action, mailbox, domain, subject)
       VALUES (UTC_TIMESTAMP(6), ?, ?, ?, ?, 'example.org', ?)`,
      [actor, actor && '192.0.2.10', action, mailbox, action === 'alias.added' ? 'garden.shop@example.org' : null],
    )
  }
  for (const [name, reason] of [
    ['emma', 'I keep the pigeons at the mill, and would like an address for the club.'],
    ['florian', 'My sister Emma told me about you. It is for family letters, and for the choir.'],
    ['grace', 'We spoke at the market on Saturday: the allotment society needs a new address.'],
  ] as const) {
    await query(
      `INSERT INTO colombier_registrations
         (email, password_hash, reason, language, state, requested_at, expires_at, confirmed_at)
       VALUES (?, '', ?, 'en', 'waiting', UTC_TIMESTAMP(6), UTC_TIMESTAMP(6), UTC_TIMESTAMP(6))`,
      [`${name}@example.com`, reason],
    )
  }
}
