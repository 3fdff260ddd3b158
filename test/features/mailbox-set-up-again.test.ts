import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { setUpAgain } from '../../src/features/mailboxes/set-up-again.ts'
import { findOwned } from '../../src/db/mailboxes.ts'
import { createPasswordHasher } from '../../src/lib/password/hasher.ts'
import { startApp, type TestApp } from '../support/app.ts'
import type { Browser } from '../support/browser.ts'
import { endTask, everyRow } from '../support/tasks.ts'

const ADDRESS = 'ada.lovelace@example.org'
const FIRST = 'a first long password'
const SECOND = 'a second long password'

let site: TestApp
let ada: Browser
let id: number
const hasher = createPasswordHasher({ scheme: 'argon2id' })

beforeAll(async () => {
  site = await startApp()
  ada = await site.signedIn('ada')
})
afterAll(async () => {
  await site.stop()
  await hasher.close()
})
/** ada's mailbox, whose setting up the mail host has given up. */
beforeEach(async () => {
  for (const table of ['colombier_tasks', 'colombier_mailboxes', 'virtual_users', 'colombier_audit'])
    await site.query(`DELETE FROM ${table}`)
  await ada.post('/mailboxes', { localPart: 'ada.lovelace', domain: 'example.org', password: FIRST, again: FIRST })
  await endTask(site, ADDRESS, 'mail_host')
  const [row] = await site.query<{ id: number }>('SELECT id FROM colombier_mailboxes')
  id = row?.id ?? 0
})

const again = (fields: Record<string, string> = {}, htmx = true) =>
  ada.post(`/mailboxes/${id}/creation`, { password: SECOND, again: SECOND, ...fields }, { htmx })

test('ada gives a password again, and the mail host is asked once more', async () => {
  const { html } = await ada.get(`/mailboxes/${id}/creation`, { htmx: true })
  expect(html).toContain('the first one was not kept')

  const answer = await again()
  expect(answer.status).toBe(200)
  expect(answer.html).toContain('Being set up')
  const [own] = await site.query<{ locks: string; kept_hash: string }>(
    'SELECT locks, kept_hash FROM colombier_mailboxes',
  )
  expect(own?.locks).toBe('setup')
  expect(await hasher.verify(own?.kept_hash ?? '', SECOND)).toBe('match')
  const [row] = await site.query<{ password: string }>('SELECT password FROM virtual_users')
  expect(await hasher.verify(row?.password ?? '', SECOND)).not.toBe('match')
  expect(await site.query('SELECT state FROM colombier_tasks ORDER BY requested_at')).toEqual([
    { state: 'failed' },
    { state: 'queued' },
  ])

  await endTask(site, ADDRESS)
  const [open] = await site.query<{ password: string }>('SELECT password FROM virtual_users')
  expect(await hasher.verify(open?.password ?? '', SECOND)).toBe('match')
})

test('without scripts one is led back to the mailboxes', async () => {
  expect(await again({}, false)).toMatchObject({ status: 303, location: '/mailboxes' })
})

test.each([
  ['too short', { password: 'short', again: 'short' }, 'password', '12 characters'],
  ['not the same', { again: 'another one altogether' }, 'again', 'don’t match'],
  ['empty', { password: '' }, 'password', 'Fill this in.'],
])('a password that is %s changes nothing', async (_, fields, at, says) => {
  const before = await everyRow(site)
  const { status, html } = await again(fields)
  expect(status).toBe(422)
  expect(new RegExp(`id="mailbox-${id}-${at}-error">([^<]*)<`).exec(html)?.[1]).toContain(says)
  expect(html).not.toMatch(/type="password"[^>]*value=/)
  expect(await everyRow(site)).toEqual(before)
})

test('asked twice at once, it is set up once, with the password of the one that was taken', async () => {
  const answers = await Promise.all([again(), again({ password: FIRST, again: FIRST })])
  expect(answers.map(({ status }) => status)).toEqual([200, 200])
  for (const { html } of answers) expect(html).toContain('Being set up')
  expect(await site.query("SELECT 1 FROM colombier_tasks WHERE state = 'queued'")).toHaveLength(1)
})

test('a mailbox that was set up meanwhile keeps its password: its key would not follow another', async () => {
  const stale = await findOwned(site.pool, site.idOf('ada'), String(id))
  await again()
  await endTask(site, ADDRESS)
  const before = await everyRow(site)

  const { config, pool } = site
  const sealKeys = { webPrivateKey: '', connectorPublicKey: '' }
  const deps = {
    config,
    pool,
    sealKeys,
    lockKey: site.lockKey,
    credentialKeys: site.credentialKeys,
    hashers: { account: hasher, mailbox: hasher },
    log: null as never,
  }
  const actor = { id: site.idOf('ada'), email: 'ada@people.test', network: '192.0.2.10' }
  if (stale === null) throw new Error('ada has no mailbox')
  expect(await setUpAgain(deps, actor, stale, FIRST)).toBe(false)
  expect(await everyRow(site)).toEqual(before)
})

test('for a mailbox that needs no setting up it does nothing, and shows it as it is', async () => {
  await again()
  await endTask(site, ADDRESS)
  const before = await everyRow(site)
  for (const fields of [{ password: SECOND }, { password: 'short' }]) {
    const { status, html } = await again(fields)
    expect(status).toBe(200)
    expect(html).toContain('>Active<')
  }
  expect(await everyRow(site)).toEqual(before)
  expect((await ada.get(`/mailboxes/${id}/creation`, { htmx: true })).html).not.toContain('name="password"')
})

test('a mailbox whose row the mail server has lost: the mail host is asked, and will say so', async () => {
  await site.query('DELETE FROM virtual_users')
  expect((await again()).status).toBe(200)
  expect(await site.query("SELECT 1 FROM colombier_tasks WHERE state = 'queued'")).toHaveLength(1)
})

test('where mailboxes are no longer made here, she is offered nothing and changes nothing', async () => {
  const other = await startApp({ database: site.database, cast: false, env: { MAIL_ACTIONS: 'password aliases lock' } })
  const there = await other.signedIn('ada')
  const before = await everyRow(site)
  expect((await there.get('/mailboxes')).html).not.toContain(`/mailboxes/${id}/creation`)
  expect((await there.get(`/mailboxes/${id}/creation`, { htmx: true })).html).not.toContain('name="password"')
  const { html } = await there.post(`/mailboxes/${id}/creation`, { password: SECOND, again: SECOND }, { htmx: true })
  expect(html).not.toContain('Being set up')
  expect(await everyRow(site)).toEqual(before)
  await other.stop()
})
