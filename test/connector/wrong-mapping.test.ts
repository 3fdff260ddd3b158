import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readConfig } from '../../connector/config.ts'
import { findRefusals } from '../../connector/rights.ts'
import { createLanes, NotAllowed, openConnector } from '../../connector/run.ts'
import { startApp, type TestApp } from '../support/app.ts'
import { addMailbox, everyRow, MAILBOX_PASSWORD } from '../support/tasks.ts'
import { connectorSettings } from './settings.ts'

const ADDRESS = 'ada.lovelace@example.org'
const NEW = 'a second long password'

let site: TestApp
let folder: string
let settings: Awaited<ReturnType<typeof connectorSettings>>

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'colombier-'))
  site = await startApp()
  settings = await connectorSettings(site, folder)

  const id = await addMailbox(site, { address: ADDRESS, accountId: site.idOf('ada') })
  const ada = await site.signedIn('ada')
  await ada.post(`/mailboxes/${id}/password`, { current: MAILBOX_PASSWORD, password: NEW, again: NEW })
  // Her sessions are ended before any task is begun, and need no mapping.
  await site.query('UPDATE colombier_mailboxes SET end_sessions = FALSE')
})
afterAll(async () => {
  await site.stop()
  await rm(folder, { recursive: true })
})

/**
 * A pass of the connector with its own rights, on a host without Dovecot. @returns what it throws, or how many tasks it
 * began
 */
async function run(env: Record<string, string>): Promise<unknown> {
  const config = readConfig({ ...settings, ...env })
  const connector = openConnector(config, () => undefined)
  const lanes = createLanes(connector)
  const thrown = await lanes.begin().catch((error: unknown) => error)
  await lanes.end()
  await connector.db.end()
  return thrown
}

const states = () => site.query('SELECT state, attempts FROM colombier_tasks')

test.each([
  ['a column that is written at the end', { MAILBOX_ON_PASSWORD: 'changed_on={now}' }, 'changed_on'],
  ['a table of aliases', { ALIAS_TABLE: 'forwardings' }, 'forwardings'],
  ['a filter', { MAILBOX_WHERE: 'sort=1' }, 'sort'],
  ['rows of another table', { COMPANION_DELETE: 'filters: owner={address}' }, 'filters'],
])('with a mapping that has %s wrong, ada’s new password waits and nothing is touched', async (_, env, named) => {
  const before = await everyRow(site)
  const thrown = await run(env)
  expect(thrown).toBeInstanceOf(NotAllowed)
  expect((thrown as Error).message).toContain(named)
  expect(await everyRow(site)).toEqual(before)
  expect(await states()).toEqual([{ state: 'queued', attempts: 0 }])
})

test('a database that is away is no wrong mapping', async () => {
  const thrown = await run({ DATABASE_PORT: '1' })
  expect(thrown).toMatchObject({ code: 'ECONNREFUSED' })

  const gone = { query: () => Promise.reject(Object.assign(new Error('gone'), { code: 'PROTOCOL_CONNECTION_LOST' })) }
  await expect(findRefusals(gone as never, site.config.mapping)).rejects.toThrow('gone')
})

test('her sessions are ended all the same, however long doveadm takes', async () => {
  await site.query('UPDATE colombier_mailboxes SET end_sessions = 1')
  await writeFile(join(folder, 'doveadm'), '#!/bin/sh\nsleep 1\n', { mode: 0o755 })
  const child = spawn(process.execPath, ['--import', 'tsx', 'connector/main.ts', 'run'], {
    cwd: join(import.meta.dirname, '../..'),
    env: { PATH: process.env['PATH'], ...settings, DOVEADM: join(folder, 'doveadm'), ALIAS_TABLE: 'forwardings' },
  })
  expect(await once(child, 'exit')).toEqual([78, null])
  expect(await site.query('SELECT end_sessions FROM colombier_mailboxes')).toEqual([{ end_sessions: 0 }])
  expect(await states()).toEqual([{ state: 'queued', attempts: 0 }])
})

test('once the mapping is mended, her task is begun', async () => {
  expect(await run({})).toBe(1)
  expect(await states()).toMatchObject([{ attempts: 1 }])
})
