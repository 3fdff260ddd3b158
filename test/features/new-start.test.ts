import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { notifyEnded } from '../../src/jobs/notify.ts'
import { startApp, type TestApp } from '../support/app.ts'
import { addAliasRow } from '../support/aliases.ts'
import type { Browser } from '../support/browser.ts'
import { addMailbox, endTask, everyRow } from '../support/tasks.ts'

const ADDRESS = 'ada.lovelace@example.org'
const NEXT = 'a second long password'
const confirmed = { password: NEXT, again: NEXT, sure: 'yes' }

let site: TestApp
let [ada, ben, cleo]: Browser[] = []
let path: string
beforeAll(async () => {
  site = await startApp()
  ada = await site.signedIn('ada')
  ben = await site.signedIn('ben')
  cleo = await site.signedIn('cleo')
})
afterAll(() => site.stop())
beforeEach(async () => {
  for (const table of ['mailboxes', 'tasks', 'audit', 'outbox']) await site.query(`DELETE FROM colombier_${table}`)
  await site.query('DELETE FROM virtual_users')
  await site.query('DELETE FROM virtual_aliases')
  path = `/mailboxes/${await addMailbox(site, { address: ADDRESS, accountId: site.idOf('ada') })}`
})

const offer = () => ben?.post(`${path}/new-start-offer`)
const acts = async () =>
  (await site.query<{ action: string }>('SELECT action FROM colombier_audit ORDER BY id')).map(({ action }) => action)

test('ben offers it, ada confirms it with a new password, and the mail host makes the mailbox anew', async () => {
  await addAliasRow(site, 'her.alias@example.org', ADDRESS)
  expect((await ben?.get(`${path}/new-start-offer`))?.html).toContain('every e-mail in the mailbox')
  expect((await offer())?.status).toBe(303)
  expect(await site.query('SELECT recipient, subject FROM colombier_outbox')).toEqual([
    { recipient: 'ada@people.test', subject: `You can start ${ADDRESS} anew` },
  ])
  expect((await ada?.get('/mailboxes'))?.html).toContain('Start anew without the old mail')
  expect((await ada?.get(`${path}/new-start`))?.html).toContain('every e-mail in the mailbox')
  expect((await ada?.post(`${path}/new-start`, confirmed))?.status).toBe(303)

  expect(await site.query('SELECT kind, state FROM colombier_tasks')).toEqual([{ kind: 'create', state: 'queued' }])
  expect((await site.query('SELECT locks FROM colombier_mailboxes'))[0]).toEqual({ locks: 'setup' })
  await endTask(site, ADDRESS)
  await notifyEnded(site.pool, site.config, site.lockKey)
  expect((await ada?.get('/mailboxes'))?.html).not.toContain('Start anew')
  expect(await site.query('SELECT source FROM virtual_aliases')).toEqual([{ source: 'her.alias@example.org' }])
  expect(await acts()).toEqual(['mailbox.new_start_offered', 'mailbox.started_anew', 'mailbox.created'])
})

test.each([
  ['who does not confirm', { ...confirmed, sure: '' }],
  ['whose passwords differ', { ...confirmed, again: 'another long password' }],
])('an owner %s loses nothing', async (_, form) => {
  await offer()
  const before = await everyRow(site)
  expect((await ada?.post(`${path}/new-start`, form))?.status).toBe(422)
  expect(await everyRow(site)).toEqual(before)
})

test('without the offer, or after it was withdrawn, nothing begins anew', async () => {
  await ada?.post(`${path}/new-start`, confirmed)
  await offer()
  await ben?.post(`${path}/new-start-offer/removal`)
  await ada?.post(`${path}/new-start`, confirmed)
  expect(await site.query('SELECT id FROM colombier_tasks')).toEqual([])
  expect(await acts()).toEqual(['mailbox.new_start_offered', 'mailbox.new_start_withdrawn'])
})

test('confirmed twice at once it begins once', async () => {
  await offer()
  await Promise.all([ada?.post(`${path}/new-start`, confirmed), ada?.post(`${path}/new-start`, confirmed)])
  expect(await site.query('SELECT kind FROM colombier_tasks')).toHaveLength(1)
})

test('ada cannot offer it to herself, ben cannot confirm it, and cleo finds nothing there', async () => {
  expect((await ada?.post(`${path}/new-start-offer`))?.status).toBe(403)
  await offer()
  const before = await everyRow(site)
  expect((await ben?.post(`${path}/new-start`, confirmed))?.status).toBe(404)
  expect((await cleo?.post(`${path}/new-start`, confirmed))?.status).toBe(404)
  expect((await cleo?.get(`${path}/new-start-offer`))?.status).toBe(403)
  expect(await everyRow(site)).toEqual(before)
})
