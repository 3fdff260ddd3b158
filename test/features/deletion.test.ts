import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { notifyEnded, remindOfDeletions } from '../../src/jobs/notify.ts'
import type { Browser } from '../support/browser.ts'
import { startApp, type TestApp } from '../support/app.ts'

const ADDRESS = 'dove.one@example.org'
const MAILBOX_PASSWORD = 'the password of the dove'
let app: TestApp
let ada: Browser
let id: number
beforeAll(async () => {
  app = await startApp()
  ada = await app.signedIn('ada')
})
afterAll(() => app.stop())

beforeEach(async () => {
  for (const table of ['tasks', 'mailboxes', 'rate_limits', 'outbox', 'audit', 'reservations']) {
    await app.query(`DELETE FROM colombier_${table}`)
  }
  await app.query('DELETE FROM virtual_users')
  await ada.post('/mailboxes', {
    localPart: 'dove.one',
    domain: 'example.org',
    password: MAILBOX_PASSWORD,
    again: MAILBOX_PASSWORD,
    quotaMegabytes: '',
  })
  const [row] = await app.query<{ id: number; kept_hash: string }>('SELECT id, kept_hash FROM colombier_mailboxes')
  id = row?.id ?? 0
  // As the connector leaves it.
  await app.query("UPDATE colombier_tasks SET state = 'done', payload = NULL, notified = TRUE")
  await app.query('UPDATE virtual_users SET password = ?', [row?.kept_hash])
  await app.query(
    "UPDATE colombier_mailboxes SET locks = '', kept_hash = NULL, lock_value = NULL, lock_row = NULL, lock_proof = NULL, end_sessions = 0",
  )
})

const state = async () => ({
  own: await app.query('SELECT locks, kept_hash IS NULL AS plain FROM colombier_mailboxes'),
  open: await app.query("SELECT kind FROM colombier_tasks WHERE state IN ('queued', 'running')"),
})
const untouched = { own: [{ locks: '', plain: 1 }], open: [] }
const ask = (browser: Browser, password = MAILBOX_PASSWORD, htmx = false) =>
  browser.post(`/mailboxes/${id}/deletion`, { password }, { htmx })

describe('deleting a mailbox', () => {
  test('ada reads what will be lost, gives the password, and the mailbox is closed for 48 hours', async () => {
    const page = await ada.get(`/mailboxes/${id}/deletion`)
    expect(page.html).toContain('every e-mail in the mailbox')
    expect(page.html).toContain('48 hours')
    expect(await state()).toEqual(untouched)

    const answer = await ask(ada)

    expect(answer).toMatchObject({ status: 303, location: '/mailboxes' })
    expect(await state()).toEqual({ own: [{ locks: 'task', plain: 0 }], open: [{ kind: 'delete' }] })
    expect(
      await app.query(`SELECT TIMESTAMPDIFF(SECOND, requested_at, not_before) AS seconds, payload IS NULL AS bare
        FROM colombier_tasks WHERE kind = 'delete'`),
    ).toEqual([{ seconds: 48 * 3600, bare: 0 }])
    expect(await app.query('SELECT recipient, subject FROM colombier_outbox')).toEqual([
      { recipient: 'ada@people.test', subject: `Your mailbox ${ADDRESS} will be deleted` },
    ])
    const list = await ada.get('/mailboxes')
    expect(list.html).toContain('Deletion scheduled')
    expect(list.html).toContain('Cancel deletion')
  })

  test('with htmx her card changes in place', async () => {
    const answer = await ask(ada, MAILBOX_PASSWORD, true)
    expect(answer.status).toBe(200)
    expect(answer.html).toMatch(/^<li id="mailbox-\d+"/)
    expect(answer.html).toContain('It will be deleted on')
  })

  test('a wrong password, or none, is said at the field and changes nothing', async () => {
    for (const password of ['not the password at all', '']) {
      const answer = await ask(ada, password)
      expect(answer.status).toBe(422)
      expect(answer.html).toContain('aria-invalid="true"')
      if (password) expect(answer.html).not.toContain(password)
    }
    expect(await state()).toEqual(untouched)
  })

  test('a password in a scheme that cannot be read is to be changed first, which her key can prove', async () => {
    await app.query("UPDATE virtual_users SET password = '{SCRAM-SHA-256}4096,c2FsdA==,x'")
    const answer = await ask(ada)
    expect(answer.status).toBe(422)
    expect(answer.html).toContain('Change it first')
    expect(await state()).toEqual(untouched)
  })

  test('guesses are counted, and then refused for a while', async () => {
    for (let guess = 0; guess < 5; guess++) await ask(ada, 'not the password at all')
    const answer = await ask(ada)
    expect(answer.status).toBe(429)
    expect(Number(answer.headers.get('Retry-After'))).toBeGreaterThan(60)
    expect(await state()).toEqual(untouched)
  })

  test('nobody else finds it, whatever their role, to look at, to ask for or to call off', async () => {
    for (const person of ['cleo', 'ben', 'dora'] as const) {
      const browser = await app.signedIn(person)
      expect((await browser.get(`/mailboxes/${id}/deletion`)).status).toBe(404)
      expect((await ask(browser)).status).toBe(404)
    }
    const cleo = await app.signedIn('cleo')
    await ask(ada)
    expect((await cleo.post(`/mailboxes/${id}/deletion/cancellation`)).status).toBe(404)
    expect((await state()).open).toEqual([{ kind: 'delete' }])
  })

  test('another origin is refused', async () => {
    const headers = { Origin: 'https://elsewhere.test' }
    const answer = await ada.post(`/mailboxes/${id}/deletion`, { password: MAILBOX_PASSWORD }, { headers })
    expect(answer.status).toBe(403)
    expect(await state()).toEqual(untouched)
  })

  test('a mailbox at which something is being done is not deleted; two requests at once are one', async () => {
    const answers = await Promise.all([ask(ada), ask(ada), ask(ada)])
    expect(answers.map(({ status }) => status).sort()).toEqual([303, 422, 422])
    expect(await app.query("SELECT COUNT(*) AS count FROM colombier_tasks WHERE kind = 'delete'")).toEqual([
      { count: 1 },
    ])
  })

  test('it counts towards the limit until it is gone', async () => {
    await app.query('UPDATE colombier_accounts SET mailbox_limit = 1 WHERE id = ?', [app.idOf('ada')])
    await ask(ada)
    const form = { localPart: 'second.dove', domain: 'example.org', quotaMegabytes: '' }
    const answer = await ada.post('/mailboxes', { ...form, password: MAILBOX_PASSWORD, again: MAILBOX_PASSWORD })
    expect(answer.status).toBe(422)
    await app.query('UPDATE colombier_accounts SET mailbox_limit = NULL')
  })
})

describe('calling a deletion off', () => {
  const stored = () => app.query('SELECT * FROM virtual_users')

  test('gives everything back as it was, the password included', async () => {
    const before = await stored()
    await ask(ada)
    expect(await stored()).not.toEqual(before)

    const answer = await ada.post(`/mailboxes/${id}/deletion/cancellation`)

    expect(answer).toMatchObject({ status: 303, location: '/mailboxes' })
    expect(await state()).toEqual(untouched)
    expect(await stored()).toEqual(before)
    expect(await app.query("SELECT state, payload FROM colombier_tasks WHERE kind = 'delete'")).toEqual([
      { state: 'cancelled', payload: null },
    ])
    expect(await app.query('SELECT subject FROM colombier_outbox ORDER BY id DESC LIMIT 1')).toEqual([
      { subject: `Your mailbox ${ADDRESS} will not be deleted` },
    ])
  })

  test('ben, who administers the domain, may do it too; a GET does nothing', async () => {
    await ask(ada)
    const ben = await app.signedIn('ben')
    expect((await ben.get(`/mailboxes/${id}/deletion/cancellation`)).status).toBe(404)
    expect((await state()).open).toEqual([{ kind: 'delete' }])

    expect((await ben.post(`/mailboxes/${id}/deletion/cancellation`)).location).toBe('/domains/example.org')
    expect(await state()).toEqual(untouched)
    expect(await app.query("SELECT actor FROM colombier_audit WHERE action = 'deletion.cancelled'")).toEqual([
      { actor: 'ben@people.test' },
    ])
  })

  test('is too late once the mail host has begun, and says so', async () => {
    await ask(ada)
    await app.query("UPDATE colombier_tasks SET state = 'running', touched = TRUE WHERE kind = 'delete'")
    const answer = await ada.post(`/mailboxes/${id}/deletion/cancellation`, {}, { htmx: true })
    expect(answer.status).toBe(409)
    expect(answer.html).toContain('Too late')
    expect((await state()).own).toEqual([{ locks: 'task', plain: 0 }])
  })
})

test('ada is reminded once, a day before, of a deletion that is still to come', async () => {
  await ask(ada)
  await remindOfDeletions(app.pool, app.config)
  expect(await app.query('SELECT COUNT(*) AS mails FROM colombier_outbox')).toEqual([{ mails: 1 }])

  await app.query("UPDATE colombier_tasks SET not_before = UTC_TIMESTAMP(6) + INTERVAL 23 HOUR WHERE kind = 'delete'")
  await Promise.all([remindOfDeletions(app.pool, app.config), remindOfDeletions(app.pool, app.config)])

  expect(await app.query('SELECT subject FROM colombier_outbox ORDER BY id DESC LIMIT 1')).toEqual([
    { subject: `Your mailbox ${ADDRESS} will be deleted soon` },
  ])
  expect(await app.query('SELECT COUNT(*) AS mails FROM colombier_outbox')).toEqual([{ mails: 2 }])
})

test('ada is told of the end of it, although neither mailbox nor owner is left in the tables', async () => {
  await ask(ada)
  await app.query("UPDATE colombier_tasks SET state = 'done', payload = NULL WHERE kind = 'delete'")
  await app.query('DELETE FROM virtual_users')
  await app.query('DELETE FROM colombier_mailboxes')

  await Promise.all([notifyEnded(app.pool, app.config, app.lockKey), notifyEnded(app.pool, app.config, app.lockKey)])

  expect(await app.query('SELECT recipient, subject FROM colombier_outbox ORDER BY id DESC LIMIT 1')).toEqual([
    { recipient: 'ada@people.test', subject: `Your mailbox ${ADDRESS} was deleted` },
  ])
  expect(await app.query('SELECT COUNT(*) AS mails FROM colombier_outbox')).toEqual([{ mails: 2 }])
})

describe('a lock by an administrator', () => {
  const lock = (browser: Browser, reason = 'Sends what nobody asked for') =>
    browser.post(`/mailboxes/${id}/lock`, { reason })

  test('ben locks it with a reason that ada reads, and unlocks it again', async () => {
    const ben = await app.signedIn('ben')
    expect((await ben.get(`/mailboxes/${id}/lock`)).html).toContain(ADDRESS)
    expect((await lock(ben, 'Sends <b>what</b> nobody asked for')).location).toBe('/domains/example.org')

    expect((await state()).own).toEqual([{ locks: 'administrator', plain: 0 }])
    expect((await ada.get('/mailboxes')).html).toContain('Sends &lt;b&gt;what&lt;/b&gt; nobody asked for')
    expect((await ask(ada)).status).toBe(422)

    await ben.post(`/mailboxes/${id}/lock/removal`)
    expect(await state()).toEqual(untouched)
    expect(
      await app.query("SELECT action FROM colombier_audit WHERE action LIKE 'mailbox.%locked' ORDER BY id"),
    ).toEqual([{ action: 'mailbox.locked' }, { action: 'mailbox.unlocked' }])
  })

  test('an empty reason is refused at the field', async () => {
    const ben = await app.signedIn('ben')
    const answer = await lock(ben, '  ')
    expect(answer.status).toBe(422)
    expect(answer.html).toContain('aria-invalid="true"')
    expect(await state()).toEqual(untouched)
  })

  test('is not for ada or cleo, nor for an admin of another domain; dora may', async () => {
    for (const person of ['ada', 'cleo'] as const) {
      const browser = await app.signedIn(person)
      expect((await lock(browser)).status).toBe(403)
    }
    await app.query("UPDATE colombier_grants SET domain = 'example.net' WHERE account_id = ?", [app.idOf('ben')])
    expect((await lock(await app.signedIn('ben'))).status).toBe(404)
    await app.query("UPDATE colombier_grants SET domain = 'example.org' WHERE account_id = ?", [app.idOf('ben')])
    expect(await state()).toEqual(untouched)

    expect((await lock(await app.signedIn('dora'))).status).toBe(303)
    expect((await state()).own).toEqual([{ locks: 'administrator', plain: 0 }])
  })

  test('is for mailboxes too that nobody owns and Colombier has never met', async () => {
    await app.query(`INSERT INTO virtual_users (domain_id, email, password)
      SELECT id, 'old.mailbox@example.org', '{PLAIN}once' FROM virtual_domains WHERE name = 'example.org'`)
    const path = '/domains/example.org/mailboxes/old.mailbox@example.org/lock'
    for (const person of ['ada', 'cleo'] as const)
      expect((await (await app.signedIn(person)).post(path)).status).toBe(403)
    const ben = await app.signedIn('ben')
    expect((await ben.get('/domains/example.org')).html).toContain(`action="${path.replace('@', '%40')}"`)
    expect((await ben.post(path.replace('old.mailbox', 'no.mailbox'))).status).toBe(404)
    expect((await ben.post(path.replaceAll('example.org', 'example.net'))).status).toBe(404)

    const { location } = await ben.post(path)
    expect(location).toMatch(/^\/mailboxes\/\d+\/lock$/)
    expect((await ben.post(location ?? '', { reason: 'Nobody knows whose it is' })).status).toBe(303)

    const [row] = await app.query<{ password: string }>(
      "SELECT password FROM virtual_users WHERE email = 'old.mailbox@example.org'",
    )
    expect(row?.password).toMatch(/^\{CRYPT\}\$5\$[\w-]{10}$/)
    await ben.post(`${location ?? ''}/removal`)
    expect(await app.query("SELECT password FROM virtual_users WHERE email = 'old.mailbox@example.org'")).toEqual([
      { password: '{PLAIN}once' },
    ])
  })
})
