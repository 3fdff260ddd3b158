import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { reconcile, reconcileDefaults } from '../../src/jobs/reconcile.ts'
import { createLog } from '../../src/lib/log.ts'
import { startApp, type TestApp } from '../support/app.ts'
import { addMailbox } from '../support/tasks.ts'

let site: TestApp
let lines: string[]
beforeAll(async () => {
  site = await startApp()
})
afterAll(() => site.stop())
beforeEach(async () => {
  for (const table of ['colombier_mailboxes', 'colombier_tasks', 'colombier_audit', 'virtual_users']) {
    await site.query(`DELETE FROM ${table}`)
  }
  lines = []
  await add('still.there@example.org')
  await add('lost.mailbox@example.org')
  await site.query("DELETE FROM virtual_users WHERE email = 'lost.mailbox@example.org'")
})

const add = (address: string) => addMailbox(site, { address, accountId: site.idOf('ada'), hash: '{PLAIN}x' })
const run = (settings = {}) =>
  reconcile({
    pool: site.pool,
    mapping: site.config.mapping,
    log: createLog({ write: (line) => lines.push(line) }),
    settings: { ...reconcileDefaults, batch: 3, ...settings },
  })
const aDayLater = () =>
  site.query(
    'UPDATE colombier_mailboxes SET missing_since = missing_since - INTERVAL 1 DAY WHERE missing_since IS NOT NULL',
  )
const known = async () =>
  (await site.query<{ address: string }>('SELECT address FROM colombier_mailboxes ORDER BY address')).map(
    ({ address }) => address,
  )

test('a mailbox that the mail server lost is forgotten a day later, and that is written down', async () => {
  expect(await run()).toBe(0)
  expect(await known()).toContain('lost.mailbox@example.org')
  expect(await run()).toBe(0)
  await aDayLater()
  expect(await run()).toBe(1)
  expect(await known()).toEqual(['still.there@example.org'])
  expect(await site.query('SELECT action, mailbox, domain FROM colombier_audit')).toEqual([
    { action: 'mailbox.cleared', mailbox: 'lost.mailbox@example.org', domain: 'example.org' },
  ])
  expect(lines.join('')).toContain('lost.mailbox@example.org')
})

test('one that came back within the day stays, and begins anew when it is lost again', async () => {
  await run()
  await aDayLater()
  await site.query(
    `INSERT INTO virtual_users (domain_id, email, password) SELECT id, 'Lost.Mailbox@example.org', 'x' FROM virtual_domains
     WHERE name = 'example.org'`,
  )
  expect(await run()).toBe(0)
  await site.query("DELETE FROM virtual_users WHERE email = 'lost.mailbox@example.org'")
  expect(await run()).toBe(0)
  expect(await known()).toHaveLength(2)
})

test('one with an open task waits for its end', async () => {
  await site.query(
    `INSERT INTO colombier_tasks (id, kind, mailbox, requested_at, not_before) VALUES
     (UUID(), 'delete', 'lost.mailbox@example.org', UTC_TIMESTAMP(6), UTC_TIMESTAMP(6))`,
  )
  await run()
  await aDayLater()
  expect(await run()).toBe(0)
  await site.query("UPDATE colombier_tasks SET state = 'failed'")
  expect(await run()).toBe(1)
})

test('several processes at once forget it once', async () => {
  await run()
  await aDayLater()
  const counts = await Promise.all([run(), run(), run()])
  expect(counts.reduce((sum, count) => sum + count)).toBe(1)
  expect(await site.query('SELECT 1 FROM colombier_audit')).toHaveLength(1)
})

test('many are gone through in batches', async () => {
  for (let index = 0; index < 10; index++) await add(`mailbox.number${index}@example.org`)
  for (let index = 0; index < 4; index++) {
    await site.query('DELETE FROM virtual_users WHERE email = ?', [`mailbox.number${index * 2}@example.org`])
  }
  await run()
  await aDayLater()
  expect(await run()).toBe(5)
  expect(await known()).toHaveLength(7)
})

test('when most are missing, the mapping is to blame: nothing is forgotten, and the log says so', async () => {
  for (let index = 0; index < 12; index++) await add(`mailbox.number${index}@example.org`)
  await site.query('DELETE FROM virtual_users')
  await run()
  await aDayLater()
  expect(await run()).toBe(0)
  expect(await known()).toHaveLength(14)
  expect(lines.join('')).toContain('see the mapping')
})

test('a mail server that cannot be asked has lost nothing', async () => {
  await run()
  await aDayLater()
  await site.query('RENAME TABLE virtual_users TO virtual_users_away')
  await expect(run()).rejects.toThrow()
  await site.query('RENAME TABLE virtual_users_away TO virtual_users')
  expect(await known()).toHaveLength(2)
})
