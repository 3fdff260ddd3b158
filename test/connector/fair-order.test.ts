import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { readConfig } from '../../connector/config.ts'
import { listDue } from '../../connector/queue.ts'
import type { Log } from '../../connector/log.ts'
import { createLanes, openConnector, type Connector } from '../../connector/run.ts'
import { countReads } from '../bench/site.ts'
import { startApp, type TestApp } from '../support/app.ts'
import { numbersTo } from '../support/database.ts'
import { connectorSettings } from './settings.ts'

let site: TestApp
let folder: string
let connector: Connector

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'colombier-'))
  site = await startApp()
  connector = openConnector(readConfig(await connectorSettings(site, folder)), () => undefined)
})
afterAll(async () => {
  await connector.db.end()
  await site.stop()
  await rm(folder, { recursive: true })
})

test('with nothing to do, a pass of a connector that watches asks the database one question', async () => {
  const execute = vi.spyOn(connector.db, 'execute')
  const query = vi.spyOn(connector.db, 'query')
  expect(await createLanes(connector).begin()).toBe(0)
  expect(execute.mock.calls.length + query.mock.calls.length).toBe(1)
  vi.restoreAllMocks()
})

test('ten thousand changes that are due keep nobody waiting who asks now, and are not kept waiting themselves', async () => {
  await site.query(
    `INSERT INTO colombier_tasks (id, kind, mailbox, requested_at, not_before)
     SELECT CONCAT('00000000-0000-4000-8000-', LPAD(seq, 12, '0')), 'rekey', CONCAT('box', seq, '@example.org'),
       UTC_TIMESTAMP(6) - INTERVAL 20000 - seq SECOND, UTC_TIMESTAMP(6) FROM ${numbersTo(10000)}`,
  )
  await site.query(
    `INSERT INTO colombier_tasks (id, kind, mailbox, requested_at, not_before)
     VALUES ('ffffffff-ffff-4fff-8fff-ffffffffffff', 'rekey', 'now@example.org', UTC_TIMESTAMP(6), UTC_TIMESTAMP(6))`,
  )
  const [first, second, ...rest] = await listDue(connector.db)
  expect(first).toBe('ffffffff-ffff-4fff-8fff-ffffffffffff')
  expect(second).toBe('00000000-0000-4000-8000-000000000001')
  expect(rest.length).toBeLessThanOrEqual(8)
  // Read from both ends of an index: to sort ten thousand for each task would take longer than some tasks.
  expect((await countReads(site, () => listDue(connector.db))).reads).toBeLessThan(50)
})

const idOf = (number: number) => `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`
const ask = (number: number) =>
  site.query(
    `INSERT INTO colombier_tasks (id, kind, mailbox, requested_at, not_before)
     VALUES (?, 'rekey', ?, UTC_TIMESTAMP(6), UTC_TIMESTAMP(6))`,
    [idOf(number), `box${number}@example.org`],
  )

/** Lanes, and the tasks that they have ended with. Sealed by nobody, each of them fails. */
function startLanes(many: number, doveadm = connector.doveadm) {
  const ended: unknown[] = []
  const log: Log = (_level, _message, fields) => {
    if (fields?.['task']) ended.push(fields['task'])
  }
  const config = { ...connector.config, lanes: many }
  return { ended, lanes: createLanes({ ...connector, config, doveadm, log }, { eachOnce: true }) }
}

test('one that is asked for while others wait is the next but one to begin, however many wait', async () => {
  await site.query('DELETE FROM colombier_tasks')
  for (let number = 1; number <= 12; number++) await ask(number)
  const { ended, lanes } = startLanes(1)
  await lanes.begin()
  await ask(13)
  while ((await lanes.begin()) > 0);
  await lanes.end()
  expect(ended).toHaveLength(13)
  expect(ended.slice(0, 4)).toEqual([12, 1, 13, 2].map(idOf))
})

test('where several lanes are free, the newest is among the first, whatever began before', async () => {
  for (const before of [0, 1]) {
    await site.query('DELETE FROM colombier_tasks')
    const { ended, lanes } = startLanes(2)
    for (let number = 1; number <= before; number++) await ask(number)
    await lanes.begin()
    await lanes.end()
    for (let number = 11; number <= 20; number++) await ask(number)
    while ((await lanes.begin()) > 0) await lanes.end()
    expect(ended).toHaveLength(before + 10)
    expect(ended.slice(before, before + 2).sort()).toEqual([11, 20].map(idOf))
  }
})

test('no task waits while Dovecot is asked to end the sessions of a revoked app password, and a pass waits for it', async () => {
  await site.query('DELETE FROM colombier_tasks')
  await site.query("INSERT INTO virtual_users (domain_id, email, password) VALUES (1, 'box1@example.org', '')")
  await site.query(
    `INSERT INTO colombier_credentials
       (mailbox, kind, name, protocols, lookup, salt, wrapped, sealed, proof, created_at, revoked_at)
     VALUES ('box1@example.org', 'app', 'phone', 'imap', '', '', '', '', '', UTC_TIMESTAMP(6), UTC_TIMESTAMP(6))`,
  )
  let answer = () => {}
  const answered = new Promise<void>((resolve) => (answer = resolve))
  const { ended, lanes } = startLanes(1, { ...connector.doveadm, forgetLogins: () => answered, kick: () => answered })
  await ask(2)
  while ((await lanes.begin()) > 0);
  await expect.poll(() => ended).toEqual([idOf(2)])

  let isOver = false
  const over = lanes.end().then(() => (isOver = true))
  await new Promise((resolve) => setTimeout(resolve, 100))
  expect(isOver).toBe(false)
  answer()
  await over
  expect(await site.query('SELECT id FROM colombier_credentials')).toEqual([])
})
