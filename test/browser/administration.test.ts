import type { Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { CAST } from '../support/app.ts'
import { overflow, SIZES, startSite, violations, type Site, type Window } from '../support/chromium.ts'
import { addMailbox } from '../support/tasks.ts'

const ADDRESS = 'before.colombier@example.org'

let site: Site
beforeAll(async () => {
  site = await startSite()
  await addMailbox(site, { address: 'ada.lovelace@example.org', accountId: site.idOf('ada') })
  await site.query(
    `INSERT INTO virtual_users (domain_id, email, password, quota)
     SELECT id, ?, '{PLAIN}x', 0 FROM virtual_domains WHERE name = 'example.org'`,
    [ADDRESS],
  )
  await site.query(
    `INSERT INTO colombier_tasks (id, kind, mailbox, requested_at, not_before) VALUES
     (UUID(), 'delete', 'someone.else@example.net', UTC_TIMESTAMP(6), UTC_TIMESTAMP(6) + INTERVAL 1 DAY)`,
  )
  await site.query(
    `INSERT INTO colombier_connectors (host, version, seen_at, mode, active_lock, last_failure, failed_at) VALUES
     ('mail.example.org', '1.0.0', UTC_TIMESTAMP(6), 'watch', 'safe', 'mail_host', UTC_TIMESTAMP(6))`,
  )
  await site.query(
    `INSERT INTO colombier_outbox (recipient, subject, text_body, html_body, created_at, send_at, attempts, error)
     VALUES ('stuck@people.test', '', '', '', UTC_TIMESTAMP(6), UTC_TIMESTAMP(6) + INTERVAL 1 HOUR, 4, 'ECONNECTION')`,
  )
})
afterAll(() => site.stop())
beforeEach(async () => {
  await site.query('DELETE FROM colombier_mailboxes WHERE address = ?', [ADDRESS])
  await site.query("UPDATE colombier_accounts SET role = 'user', mailbox_limit = NULL WHERE id = ?", [site.idOf('ada')])
})

const sizes = Object.entries(SIZES) as [keyof typeof SIZES, { width: number; height: number }][]

/** Nothing is wider than the window, and axe has nothing to say, in light and in dark. */
async function looksRight({ page }: Window) {
  expect(await overflow(page)).toBe(0)
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme })
    expect(await violations(page)).toEqual([])
  }
}

const openMenu = (page: Page, address: string) => page.locator(`summary[aria-label="Actions: ${address}"]`).click()

async function open(viewport: { width: number; height: number }, javaScriptEnabled = true): Promise<Window> {
  const window = await site.open({ viewport, javaScriptEnabled, reducedMotion: 'reduce' })
  await window.signIn('dora')
  return window
}

describe.each(sizes)('on a %s', (_, viewport) => {
  test('every page of dora’s reads well', async () => {
    const window = await open(viewport)
    for (const path of [
      '/accounts',
      `/accounts/${site.idOf('ada')}/rights`,
      '/profile',
      '/domains',
      '/domains/example.org',
      `/domains/example.org/mailboxes/${encodeURIComponent(ADDRESS)}/owner`,
      '/mailbox-claims',
      '/audit',
      '/tasks',
      '/tasks/failed',
      '/tasks/mail',
      '/password-reset',
    ]) {
      await window.page.goto(path)
      await looksRight(window)
    }
    expect(window.complaints).toEqual([])
    await window.context.close()
  })

  test('dora changes ada’s rights in place, by keyboard, and calls it off with Escape', async () => {
    const window = await open(viewport)
    const { page, complaints } = window
    await page.goto('/accounts')
    const row = page.locator(`#account-${site.idOf('ada')}`)
    const change = page.getByRole('link', { name: `Edit the rights of ${CAST.ada.email}` })

    const menu = row.locator('summary')
    await menu.press('Enter')
    await looksRight(window)
    await menu.press('Escape')
    await change.waitFor({ state: 'hidden' })
    await menu.press('Enter')
    await change.press('Enter')
    await row.getByLabel('Role').waitFor()
    await looksRight(window)
    await row.getByLabel('Mailbox limit').press('Escape')
    // The keyboard is at the menu that had the link.
    await expect.poll(() => menu.evaluate((element) => element === document.activeElement)).toBe(true)

    await menu.press('Enter')
    await change.press('Enter')
    await row.getByLabel('Role').selectOption('admin')
    await row.getByLabel('Mailbox limit').fill('seven')
    await row.getByLabel('Mailbox limit').press('Enter')
    await row.getByText('Enter a whole number').waitFor()
    await row.getByLabel('Mailbox limit').fill('7')
    await row.getByRole('button', { name: 'Save' }).press('Enter')
    await row.getByText('of 7').waitFor()
    expect(await row.innerText()).toContain('Administrator')
    expect(page.url()).toMatch(/\/accounts$/)
    expect(complaints).toEqual([])
    await window.context.close()
  })

  test('dora sees what is wrong with the connectors, and has what waits after a failure tried at once', async () => {
    await site.query(
      `REPLACE INTO colombier_connectors (host, version, seen_at, mode) VALUES
       ('a-long-name-of-a-mail-host.in.a.data-centre.example.net', '0.9.0', UTC_TIMESTAMP(6) - INTERVAL 1 HOUR, 'cron')`,
    )
    await site.query(
      `REPLACE INTO colombier_tasks (id, kind, mailbox, requested_at, not_before, attempts, error, retry_at) VALUES
       ('00000000-0000-4000-8000-000000000001', 'rekey', 'waits.one@example.org', UTC_TIMESTAMP(6) - INTERVAL 1 HOUR,
        UTC_TIMESTAMP(6) - INTERVAL 1 HOUR, 3, 'mail_host', UTC_TIMESTAMP(6) + INTERVAL 5 MINUTE)`,
    )
    const window = await open(viewport)
    const { page, complaints } = window
    await page.goto('/mailboxes')
    await page.getByText('One of the connectors has not reported').waitFor()
    await page.getByText('The web app and a connector have different versions.').waitFor()
    await looksRight(window)
    await page.getByRole('link', { name: 'See the tasks' }).first().click()
    await page.getByText('1 waiting, 0 running, 1 scheduled for later.').waitFor()
    await looksRight(window)
    const retry = page.getByRole('button', { name: /^Retry now\b.*Something went wrong on the mail host/ })
    await retry.click()
    await retry.waitFor({ state: 'detached' })
    const [task] = await site.query("SELECT retry_at FROM colombier_tasks WHERE mailbox = 'waits.one@example.org'")
    expect(task).toEqual({ retry_at: null })

    await page.getByRole('link', { name: 'Connect the mail host' }).click()
    await page.waitForURL('**/pairing')
    await looksRight(window)
    await page.getByRole('button', { name: 'Show the command' }).click()
    await page.getByText(/^colombier-connector pair 'http/).waitFor()
    await looksRight(window)
    expect(complaints).toEqual([])
    await window.context.close()
    await site.query("DELETE FROM colombier_connectors WHERE host LIKE 'a-long%'")
    await site.query("DELETE FROM colombier_tasks WHERE mailbox = 'waits.one@example.org'")
  })

  test('dora is asked before she signs cleo out everywhere', async () => {
    await site.signedIn('cleo')
    const sessions = () => site.query('SELECT 1 FROM colombier_sessions WHERE account_id = ?', [site.idOf('cleo')])
    const window = await open(viewport)
    const { page } = window
    await page.goto('/accounts')
    const row = page.locator(`#account-${site.idOf('cleo')}`)
    await openMenu(page, CAST.cleo.email)
    await row.getByRole('link', { name: `Sign out everywhere: ${CAST.cleo.email}` }).click()
    await row.getByText(`Sign ${CAST.cleo.email} out everywhere?`).waitFor()
    await looksRight(window)
    expect((await sessions()).length).toBeGreaterThan(0)
    await row.getByRole('button', { name: 'Sign out everywhere' }).click()
    await row.getByText('ended.').waitFor()
    expect(await sessions()).toEqual([])
    expect(window.complaints).toEqual([])
    await window.context.close()
  })

  test('dora finds accounts and gives a mailbox to ada in place', async () => {
    const window = await open(viewport)
    const { page, complaints } = window
    await page.goto('/accounts')
    await page.getByLabel('E-mail address starts with').fill('cl')
    await page.getByLabel('E-mail address starts with').press('Enter')
    await page.getByText(CAST.ada.email).waitFor({ state: 'detached' })
    expect(page.url()).toMatch(/\/accounts\?q=cl$/)

    await page.goto('/domains/example.org')
    await page.getByRole('link', { name: 'Without an owner' }).click()
    await page.waitForURL('**/domains/example.org?only=unowned')
    await openMenu(page, ADDRESS)
    await page.getByRole('link', { name: `Give to an account: ${ADDRESS}` }).click()
    await page.getByRole('textbox', { name: `Give ${ADDRESS} to` }).fill(CAST.ada.email)
    await page.getByRole('button', { name: 'Give' }).click()
    await page.getByRole('row', { name: ADDRESS }).getByText(CAST.ada.email).waitFor()
    expect(complaints).toEqual([])
    await window.context.close()
  })

  test('all of it without scripts', async () => {
    const window = await open(viewport, false)
    const { page } = window
    await page.goto('/accounts?q=ada')
    await openMenu(page, CAST.ada.email)
    await page.getByRole('link', { name: `Edit the rights of ${CAST.ada.email}` }).click()
    await page.getByLabel('Mailbox limit').fill('8')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText('of 8').waitFor()

    await page.goto('/domains/example.org')
    await openMenu(page, ADDRESS)
    await page.getByRole('link', { name: `Give to an account: ${ADDRESS}` }).click()
    await page.getByRole('textbox', { name: `Give ${ADDRESS} to` }).fill(CAST.ada.email)
    await page.getByRole('button', { name: 'Give' }).click()
    await page.waitForURL('**/domains/example.org')
    await page.getByRole('row', { name: ADDRESS }).getByText(CAST.ada.email).waitFor()
    await window.context.close()
  })
})
