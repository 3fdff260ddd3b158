import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { overflow, SIZES, startSite, violations, type Site, type Window } from '../support/chromium.ts'
import { addMailbox, endTask, MAILBOX_PASSWORD } from '../support/tasks.ts'

const NEXT = 'eight calm doves; 2 owls'
const ADDRESS = 'ada.lovelace@example.org'

let site: Site
beforeAll(async () => {
  site = await startSite()
})
afterAll(() => site.stop())
beforeEach(async () => {
  for (const table of ['colombier_tasks', 'colombier_mailboxes', 'virtual_users', 'colombier_rate_limits'])
    await site.query(`DELETE FROM ${table}`)
})

const sizes = Object.entries(SIZES) as [keyof typeof SIZES, { width: number; height: number }][]
const give = (address = ADDRESS) => addMailbox(site, { address, accountId: site.idOf('ada') })

/** Nothing is wider than the window, and axe has nothing to say, in light and in dark. */
async function looksRight({ page }: Window) {
  expect(await overflow(page)).toBe(0)
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme })
    expect(await violations(page)).toEqual([])
  }
}

const nameOfFocused = ({ page }: Window) => page.evaluate(() => document.activeElement?.getAttribute('name'))

async function open(viewport: { width: number; height: number }, javaScriptEnabled = true): Promise<Window> {
  const window = await site.open({ viewport, javaScriptEnabled, reducedMotion: 'reduce' })
  await window.signIn('ada')
  return window
}

describe.each(sizes)('on a %s', (_, viewport) => {
  test('ada creates a mailbox, sees its address as she types and its errors in place, and it opens by itself', async () => {
    const window = await open(viewport)
    const { page, complaints, requests } = window
    await page.clock.install()
    await page.reload()
    await looksRight(window)

    await page.getByLabel('New password').fill(NEXT)
    await page.getByLabel('Name').pressSequentially('Ada.Lovelace')
    await page.locator('#preview strong', { hasText: ADDRESS }).waitFor()
    await looksRight(window)
    expect(requests.filter((path) => path.includes('preview')).join()).not.toContain('password')

    await page.getByLabel('Name').fill('ada')
    await page.getByLabel('Repeat the password').fill('something else')
    await page.getByLabel('Repeat the password').press('Enter')
    await page.getByText('Use 6 characters or more.').last().waitFor()
    expect(page.url()).toMatch(/\/mailboxes$/)
    expect(await page.getByLabel('Name').inputValue()).toBe('ada')
    await page.getByText('The passwords don’t match.').waitFor()
    expect(await page.getByLabel('New password').inputValue()).toBe(NEXT)
    expect(await page.getByLabel('Repeat the password').inputValue()).toBe('something else')
    await expect.poll(() => nameOfFocused(window)).toBe('localPart')
    await looksRight(window)

    await page.getByLabel('Name').fill('ada.lovelace')
    await page.getByLabel('New password').fill(NEXT)
    await page.getByLabel('Repeat the password').fill(NEXT)
    await page.getByRole('button', { name: 'Create mailbox' }).click()
    const row = page.getByRole('listitem').filter({ hasText: ADDRESS })
    await row.getByText('Being set up').waitFor()
    await looksRight(window)
    expect(await page.getByText('1 of 3').count()).toBe(1)

    await endTask(site, ADDRESS)
    await row.getByText('Active').waitFor()
    await row.getByRole('link', { name: 'Change password' }).waitFor()
    const polls = () => requests.filter((path) => /^\/mailboxes\/\d+$/.test(path)).length
    const polled = polls()
    expect(polled).toBeGreaterThan(0)
    await page.clock.fastForward(10_000)
    expect(await page.evaluate(() => document.readyState)).toBe('complete')
    expect(polls()).toBe(polled)
    expect(complaints).toEqual([])
    await window.context.close()
  })

  test('ada changes a password in place, and the row follows until the mail host is done', async () => {
    await give()
    const window = await open(viewport)
    const { page, complaints } = window
    const row = page.getByRole('listitem').filter({ hasText: ADDRESS })
    const change = row.getByRole('link', { name: 'Change password' })
    await looksRight(window)

    await change.click()
    await expect.poll(() => nameOfFocused(window)).toBe('current')
    await looksRight(window)
    await row.getByRole('link', { name: 'Cancel' }).click()
    await change.waitFor()
    await expect.poll(() => change.evaluate((link) => link === document.activeElement)).toBe(true)

    await page.keyboard.press('Enter')
    await expect.poll(() => nameOfFocused(window)).toBe('current')
    await page.keyboard.press('Escape')
    await change.waitFor()
    await expect.poll(() => change.evaluate((link) => link === document.activeElement)).toBe(true)

    await change.click()
    await row.getByLabel('Current password').fill('not this one')
    await row.getByLabel('New password').fill(NEXT)
    await row.getByLabel('Repeat the password').fill(NEXT)
    await row.getByRole('button', { name: 'Change password' }).click()
    await row.getByText('This is not the current password of the mailbox.').waitFor()
    await expect.poll(() => nameOfFocused(window)).toBe('current')
    await looksRight(window)

    await row.getByLabel('Current password').fill(MAILBOX_PASSWORD)
    await row.getByLabel('New password').fill(NEXT)
    await row.getByLabel('Repeat the password').fill(NEXT)
    await row.getByRole('button', { name: 'Change password' }).dblclick()
    await row.getByText('Re-encrypting').waitFor()
    await expect.poll(() => row.evaluate((item) => item === document.activeElement)).toBe(true)
    await looksRight(window)
    expect(await site.query('SELECT 1 FROM colombier_tasks')).toHaveLength(1)

    await endTask(site, ADDRESS)
    await row.getByText('Active').waitFor()
    await change.waitFor()
    expect(page.url()).toMatch(/\/mailboxes$/)
    expect(complaints).toEqual([])
    await window.context.close()
  })

  test('without scripts ada creates a mailbox and changes its password all the same', async () => {
    const window = await open(viewport, false)
    const { page, complaints } = window
    expect(await page.getByLabel('Show password').isVisible()).toBe(false)
    await page.getByLabel('Name').fill('ada')
    await page.getByLabel('New password').fill(NEXT)
    await page.getByLabel('Repeat the password').fill(NEXT)
    await page.getByRole('button', { name: 'Create mailbox' }).click()
    await page.locator('#localPart-error').waitFor()
    expect(await page.getByLabel('Name').inputValue()).toBe('ada')

    await page.getByLabel('Name').fill('ada.lovelace')
    await page.getByLabel('New password').fill(MAILBOX_PASSWORD)
    await page.getByLabel('Repeat the password').fill(MAILBOX_PASSWORD)
    await page.getByRole('button', { name: 'Create mailbox' }).click()
    await page.getByText('Being set up').waitFor()
    await endTask(site, ADDRESS)
    await page.reload()

    await page.getByRole('link', { name: 'Change password' }).click()
    await page.getByLabel('Current password').fill('not this one')
    await page.getByLabel('New password').fill(NEXT)
    await page.getByLabel('Repeat the password').fill(NEXT)
    await page.getByRole('button', { name: 'Change password' }).click()
    await page.getByText('This is not the current password of the mailbox.').waitFor()
    await page.getByLabel('Current password').fill(MAILBOX_PASSWORD)
    await page.getByLabel('New password').fill(NEXT)
    await page.getByLabel('Repeat the password').fill(NEXT)
    await page.getByRole('button', { name: 'Change password' }).click()
    await page.waitForURL('**/mailboxes')
    expect(await page.getByText('Re-encrypting').count()).toBe(1)
    expect(complaints).toEqual([])
    await window.context.close()
  })

  test('every state of a mailbox can be read, with long addresses and words from others', async () => {
    const long = `${'a.rather.long.name.that.somebody.chose'.repeat(2).slice(0, 64)}@example.org`
    for (const [address, sql] of [
      [long, ''],
      ['failed.change@example.org', "('rekey', 'failed', 'wrong_key_password')"],
      ['re.encrypting@example.org', "('rekey', 'running', NULL)"],
      ['being.made@example.org', "('create', 'queued', NULL)"],
      ['never.made@example.org', "('create', 'failed', 'mail_host')"],
      ['to.be.deleted@example.org', "('delete', 'queued', NULL)"],
      ['locked@example.org', ''],
      ['closed@example.org', ''],
      ['missing@example.org', ''],
    ] as const) {
      await give(address)
      const values = /'(\w+)', '(\w+)', (?:'(\w+)'|NULL)/.exec(sql)
      if (values === null) continue
      await site.query(
        `INSERT INTO colombier_tasks (id, mailbox, kind, state, error, requested_at, not_before, deadline)
         VALUES (UUID(), ?, ?, ?, ?, UTC_TIMESTAMP(6), '2030-11-24 09:10:00', '2030-11-23 14:32:00')`,
        [address, ...values.slice(1, 4).map((value) => (value as string | undefined) ?? null)],
      )
    }
    await site.query(
      `UPDATE colombier_mailboxes SET locks = 'administrator', lock_reason = ? WHERE address LIKE 'locked%'`,
      [`<b>${'unbroken'.repeat(40)}</b>`],
    )
    await site.query(`UPDATE colombier_mailboxes SET locks = 'setup', kept_hash = 'x' WHERE address LIKE 'never%'`)
    await site.query("UPDATE virtual_users SET active = 0 WHERE email LIKE 'closed%'")
    await site.query("DELETE FROM virtual_users WHERE email LIKE 'missing%'")
    const window = await open(viewport)
    expect(
      await window.page
        .getByRole('listitem')
        .filter({ has: window.page.getByRole('heading') })
        .count(),
    ).toBe(9)
    await looksRight(window)
    expect(window.complaints).toEqual([])
    await window.context.close()
  })
})

test('what happens to one mailbox does not take the words out of a form beside it', async () => {
  await give()
  await give('zoe.lovelace@example.org')
  const window = await open(SIZES.desktop)
  const { page } = window
  const [ada, zoe] = [ADDRESS, 'zoe.lovelace@example.org'].map((text) =>
    page.getByRole('listitem').filter({ hasText: text }),
  )
  if (!ada || !zoe) throw new Error('two rows are missing')
  await ada.getByRole('link', { name: 'Change password' }).click()
  await ada.getByLabel('Current password').fill(MAILBOX_PASSWORD)
  await ada.getByLabel('New password').fill(NEXT)
  await ada.getByLabel('Repeat the password').fill(NEXT)
  await ada.getByRole('button', { name: 'Change password' }).click()
  await ada.getByText('Re-encrypting').waitFor()

  await zoe.getByRole('link', { name: 'Change password' }).click()
  await zoe.getByLabel('Current password').pressSequentially('half a ')
  await endTask(site, ADDRESS)
  await ada.getByText('Active').waitFor()
  await page.keyboard.type('word')
  expect(await zoe.getByLabel('Current password').inputValue()).toBe('half a word')
  expect(window.complaints).toEqual([])
  await window.context.close()
})

test('ada can look at what she types, and it is hidden again when it is sent', async () => {
  const window = await open(SIZES.desktop)
  const { page } = window
  await page.getByLabel('New password').fill(NEXT)
  expect(await page.getByLabel('New password').getAttribute('type')).toBe('password')
  await page.getByLabel('Show password').check()
  expect(await page.getByLabel('New password').getAttribute('type')).toBe('text')
  await looksRight(window)
  await page.getByLabel('Show password').uncheck()
  expect(await page.getByLabel('Repeat the password').getAttribute('type')).toBe('password')
  await window.context.close()
})
