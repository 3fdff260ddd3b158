import { afterAll, beforeAll, expect, test } from 'vitest'
import { startSite, type Site } from '../support/chromium.ts'
import { addMailbox } from '../support/tasks.ts'

let site: Site
beforeAll(async () => {
  site = await startSite()
  await addMailbox(site, { address: 'adalove@example.org', accountId: site.idOf('ada') })
})
afterAll(() => site.stop())

const readIn = async (timezoneId: string, locale = 'en-GB') => {
  const window = await site.open({ timezoneId, locale })
  await window.signIn('ada')
  const times = await window.page.locator('.state time').allTextContents()
  const zone = await window.page.locator('[data-zone]').textContent()
  expect(window.complaints).toEqual([])
  await window.context.close()
  return { times, zone }
}

test('ada reads times on the clock of where she is, as her language writes them, and which clock it is', async () => {
  await site.query(
    `INSERT INTO colombier_tasks (id, mailbox, kind, state, requested_at, not_before)
     VALUES (UUID(), 'adalove@example.org', 'delete', 'queued', UTC_TIMESTAMP(6), '2035-01-31 20:05:00')`,
  )
  expect(await readIn('Asia/Tokyo')).toEqual({ times: ['1 Feb 2035, 05:05'], zone: 'Times: Asia/Tokyo' })
  expect(await readIn('America/New_York', 'fr')).toEqual({
    times: ['31 janv. 2035, 15:05'],
    zone: 'Heures\u00a0: America/New_York',
  })
})

test('when it is soon, she also reads how soon', async () => {
  await site.query('DELETE FROM colombier_tasks')
  await site.query(
    `INSERT INTO colombier_tasks (id, mailbox, kind, state, requested_at, not_before, deadline)
     VALUES (UUID(), 'adalove@example.org', 'rekey', 'running', UTC_TIMESTAMP(6), UTC_TIMESTAMP(6),
       UTC_TIMESTAMP(6) + INTERVAL 710 SECOND)`,
  )
  const { times } = await readIn('Asia/Tokyo')
  expect(times.join()).toMatch(/^\d\d:\d\d \(in 12 minutes\)$/)
})
