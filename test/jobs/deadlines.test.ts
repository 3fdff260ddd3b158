import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { lockMailbox } from '../../connector/contract/lock.ts'
import { transaction } from '../../src/db/store.ts'
import { rollBackOverdue } from '../../src/jobs/deadlines.ts'
import { startApp, type TestApp } from '../support/app.ts'
import { addMailbox, everyRow } from '../support/tasks.ts'

const ADDRESS = 'ada.lovelace@example.org'
const HASH = '{PLAIN}the first of many'

let site: TestApp
beforeAll(async () => {
  site = await startApp()
})
afterAll(() => site.stop())
beforeEach(async () => {
  for (const table of ['colombier_tasks', 'colombier_mailboxes', 'virtual_users'])
    await site.query(`DELETE FROM ${table}`)
})

/** ada has asked for another password, and the mail host has not answered. */
async function askForChange(address = ADDRESS) {
  const id = await addMailbox(site, { address, accountId: site.idOf('ada'), hash: HASH })
  const ada = await site.signedIn('ada')
  const form = { current: 'the first of many', password: 'another long one', again: 'another long one' }
  expect((await ada.post(`/mailboxes/${id}/password`, form, { htmx: true })).status).toBe(200)
}
/** Moves the task, by setting columns of it. */
const set = (columns: string) => site.query(`UPDATE colombier_tasks SET ${columns}`)
const past = 'UTC_TIMESTAMP(6) - INTERVAL 1 SECOND'
const future = 'UTC_TIMESTAMP(6) + INTERVAL 1 MINUTE'
const rollBack = () => rollBackOverdue(site.pool, site.locking)

test('a change that nobody has begun by its deadline is undone: the old password logs in again', async () => {
  await askForChange()
  await set(`deadline = ${past}`)

  expect(await rollBack()).toBe(1)
  expect(await site.query('SELECT password, active FROM virtual_users')).toEqual([{ password: HASH, active: 1 }])
  expect(await site.query('SELECT locks, kept_hash FROM colombier_mailboxes')).toEqual([{ locks: '', kept_hash: null }])
  const [task] = await site.query('SELECT * FROM colombier_tasks')
  expect(task).toMatchObject({
    state: 'failed',
    error: 'deadline',
    payload: null,
    new_hash: null,
    lease: null,
    notified: 0,
  })
  expect(task?.['finished_at']).not.toBeNull()
})

test('ada sees that the old password holds, and can change it at once', async () => {
  await askForChange()
  await set(`deadline = ${past}`)
  await rollBack()
  const { html } = await (await site.signedIn('ada')).get('/mailboxes')
  expect(html).toContain('did not answer in time. Your old password still works.')
  expect(html).toContain('Change password')
})

test.each([
  ['that still has time', `deadline = ${future}`],
  ['that the mail host has begun, and may have done', `deadline = ${past}, state = 'running', touched = TRUE`],
  ['that the mail host is at', `deadline = ${past}, state = 'running', lease = UUID(), leased_until = ${future}`],
  ['without a deadline', 'deadline = NULL'],
])('a change %s is left alone', async (_, columns) => {
  await askForChange()
  await set(columns)
  const before = await everyRow(site)
  expect(await rollBack()).toBe(0)
  expect(await everyRow(site)).toEqual(before)
})

test('a change that was taken up and dropped before anything was done is undone', async () => {
  await askForChange()
  await set(`deadline = ${past}, state = 'running', lease = UUID(), leased_until = ${past}`)
  expect(await rollBack()).toBe(1)
  expect(await site.query('SELECT password FROM virtual_users')).toEqual([{ password: HASH }])
})

test('an administrator’s lock that came meanwhile stays', async () => {
  await askForChange()
  await set(`deadline = ${past}`)
  await transaction(site.pool, (db) => lockMailbox(db, site.locking, ADDRESS, 'administrator', 'password'))
  expect(await rollBack()).toBe(1)
  expect(await site.query('SELECT locks, kept_hash FROM colombier_mailboxes')).toEqual([
    { locks: 'administrator', kept_hash: HASH },
  ])
  const [row] = await site.query('SELECT password FROM virtual_users')
  expect(row?.['password']).not.toBe(HASH)
})

test('two processes at once undo it once', async () => {
  await askForChange()
  await set(`deadline = ${past}`)
  const counts = await Promise.all(Array.from({ length: 8 }, rollBack))
  expect(counts.reduce((sum, count) => sum + count)).toBe(1)
  expect(await site.query('SELECT password FROM virtual_users')).toEqual([{ password: HASH }])
})

test('a mailbox that the mail server has lost does not keep its task open', async () => {
  await askForChange()
  await set(`deadline = ${past}`)
  await site.query('DELETE FROM virtual_users')
  expect(await rollBack()).toBe(1)
  expect(await site.query('SELECT state FROM colombier_tasks')).toEqual([{ state: 'failed' }])
})

test('one mailbox that cannot be given back does not keep the others locked, and is reported', async () => {
  for (const address of ['first.one@example.org', 'second.one@example.org', 'third.one@example.org'])
    await askForChange(address)
  await set(`deadline = ${past}`)
  await site.query(`CREATE TRIGGER stubborn BEFORE UPDATE ON virtual_users FOR EACH ROW
    IF NEW.email = 'second.one@example.org' THEN SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'no'; END IF`)
  await expect(rollBack()).rejects.toThrow('no')
  await site.query('DROP TRIGGER stubborn')

  expect(await site.query('SELECT mailbox, state FROM colombier_tasks ORDER BY mailbox')).toEqual([
    { mailbox: 'first.one@example.org', state: 'failed' },
    { mailbox: 'second.one@example.org', state: 'queued' },
    { mailbox: 'third.one@example.org', state: 'failed' },
  ])
  expect(await rollBack()).toBe(1)
})

test('where the active column locks, it is the one that opens again', async () => {
  const active = await startApp({ env: { LOCK: 'active' } })
  await active.query(
    `INSERT INTO colombier_connectors (host, version, seen_at, mode, active_lock) VALUES ('mail', '1', UTC_TIMESTAMP(6), 'cron', 'safe')`,
  )
  const id = await addMailbox(active, { address: ADDRESS, accountId: active.idOf('ada'), hash: HASH })
  const form = { current: 'the first of many', password: 'another long one', again: 'another long one' }
  await (await active.signedIn('ada')).post(`/mailboxes/${id}/password`, form)
  expect(await active.query('SELECT password, active FROM virtual_users')).toEqual([{ password: HASH, active: 0 }])

  await active.query(`UPDATE colombier_tasks SET deadline = ${past}`)
  expect(await rollBackOverdue(active.pool, active.locking)).toBe(1)
  expect(await active.query('SELECT password, active FROM virtual_users')).toEqual([{ password: HASH, active: 1 }])
  await active.stop()
})
