import { afterAll, beforeAll, expect, test } from 'vitest'
import { overflow, startSite, SIZES, type Site } from '../support/chromium.ts'
import { addMailbox, MAILBOX_PASSWORD } from '../support/tasks.ts'

let site: Site
beforeAll(async () => {
  site = await startSite()
})
afterAll(() => site.stop())

test.each(['phone', 'desktop'] as const)(
  'ada deletes a mailbox in place, calls it off, deletes it again, and its card goes when it is gone (%s)',
  async (size) => {
    const address = `dove.${size}@example.org`
    await addMailbox(site, { address, accountId: site.idOf('ada') })
    const window = await site.open({ viewport: SIZES[size] })
    const { context, page, complaints } = window
    // Its card asks for news of it until the last moment.
    window.expected.add(404)
    await window.signIn('ada')
    await page.goto('/mailboxes')
    const card = page.locator('li.card', { hasText: address })
    const request = async () => {
      await card.getByRole('link', { name: 'Delete' }).click()
      await card.getByLabel('Password of the mailbox').fill(MAILBOX_PASSWORD)
      await card.getByRole('button', { name: 'Delete mailbox' }).click()
      await card.getByText('Deletion scheduled').waitFor()
    }

    await request()
    await card.getByRole('button', { name: 'Cancel deletion' }).click()
    await card.getByText('Active').waitFor()
    await request()
    expect(await overflow(page)).toBe(0)

    // As the connector leaves it.
    await site.query('DELETE FROM virtual_users WHERE email = ?', [address])
    await site.query('DELETE FROM colombier_mailboxes WHERE address = ?', [address])
    await card.waitFor({ state: 'detached' })
    expect(complaints).toEqual([])
    await context.close()
  },
)
