// The pictures of the README, taken of the real app with the people of the demo, in the fonts of the machine that takes
// them: npm run pictures
import { join } from 'node:path'
import type { BrowserContextOptions } from 'playwright-core'
import { addAliasRow } from '../support/aliases.ts'
import { startSite } from '../support/chromium.ts'
import { addMailbox } from '../support/tasks.ts'
import { addPeople, emailOf, passwordOf, sampleDomains } from './sample.ts'

const folder = join(import.meta.dirname, 'pictures')
const site = await startSite({ cast: false })
const { query } = site
await query(sampleDomains)
await addPeople(site.pool)
await addSample()

const ada = await signIn('ada', { viewport: { width: 1100, height: 960 } })
await ada.getByRole('link', { name: 'Aliases' }).first().click()
await ada.getByRole('link', { name: 'Rename garden.shop@example.org' }).click()
const field = ada.getByRole('form', { name: 'Rename garden.shop' }).getByRole('textbox', { name: 'Name' })
await field.fill('garden.orders')
await ada.getByText('garden.orders@example.org').waitFor()
await ada.screenshot({ path: join(folder, 'mailboxes.png') })

const ben = await signIn('ben', { viewport: { width: 1100, height: 820 } })
await ben.goto('/registrations')
await ben.getByRole('link', { name: 'Approve' }).first().click()
await ben.getByRole('checkbox', { name: 'example.org' }).first().check()
await ben.screenshot({ path: join(folder, 'requests.png') })

const dark = await signIn('ada', { viewport: { width: 1100, height: 700 }, colorScheme: 'dark' })
await dark.screenshot({ path: join(folder, 'dark.png') })

const phone = await signIn('ada', { viewport: { width: 375, height: 700 } })
await phone.screenshot({ path: join(folder, 'phone.png') })

const { page: visitor } = await site.open({ viewport: { width: 1100, height: 700 } })
await visitor.goto('/sign-in')
await visitor.screenshot({ path: join(folder, 'sign-in.png') })
await site.stop()
// The private MariaDB ends with this process.
process.exit()

async function signIn(name: string, context: BrowserContextOptions) {
  const { page } = await site.open({ reducedMotion: 'reduce', ...context })
  await page.goto('/sign-in')
  await page.getByLabel('E-mail address').fill(emailOf(name))
  await page.getByLabel('Password', { exact: true }).fill(passwordOf(name))
  await page.getByRole('main').getByRole('button', { name: 'Sign in' }).click()
  await page.waitForURL('**/mailboxes')
  return page
}

async function addSample(): Promise<void> {
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
