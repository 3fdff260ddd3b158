import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startApp, type TestApp } from '../support/app.ts'
import { watchConnectors } from '../../src/jobs/connectors.ts'
import { readOutbox } from '../support/outbox.ts'
import { addMailbox } from '../support/tasks.ts'
import { numbersTo } from '../support/database.ts'
import { countStatements } from '../support/aliases.ts'
import type { Browser } from '../support/browser.ts'

let site: TestApp
let dora: Browser
beforeAll(async () => {
  site = await startApp()
})
afterAll(() => site.stop())
beforeEach(async () => {
  for (const table of ['tasks', 'connectors', 'outbox']) await site.query(`DELETE FROM colombier_${table}`)
  dora = await site.signedIn('dora')
})

interface Given {
  state?: string
  kind?: string
  error?: string | null
  attempts?: number
  /** ago */
  hours?: number
}
const addTask = (
  mailbox: string,
  { state = 'queued', kind = 'rekey', error = null, attempts = 0, hours = 1 }: Given = {},
) =>
  site.query(
    `INSERT INTO colombier_tasks (id, kind, mailbox, state, requested_at, not_before, attempts, error, payload, new_hash)
     VALUES (?, ?, ?, ?, UTC_TIMESTAMP(6) - INTERVAL ? HOUR, UTC_TIMESTAMP(6) - INTERVAL ? HOUR, ?, ?, 'SEALED', '{HASH}')`,
    [randomUUID(), kind, mailbox, state, hours, hours, attempts, error],
  )
const addMail = (recipient: string, attempts = 0, error: string | null = null) =>
  site.query(
    `INSERT INTO colombier_outbox (recipient, subject, text_body, html_body, created_at, send_at, attempts, error)
     VALUES (?, 'THE SUBJECT', 'THE BODY', 'THE BODY', UTC_TIMESTAMP(6) - INTERVAL 3 HOUR,
       UTC_TIMESTAMP(6) + INTERVAL 30 MINUTE, ?, ?)`,
    [recipient, attempts, error],
  )
const nextIn = (html: string) => /rel="next" href="([^"]+)"/.exec(html)?.[1]?.replaceAll('&amp;', '&')
const addressesIn = (html: string) => [...html.matchAll(/<bdi class="address">([^<]+)</g)].map(([, address]) => address)

describe('the tasks', () => {
  test('only one that waits is said not to start before a time', async () => {
    await addTask('ada.lovelace@example.org', { state: 'queued', hours: -2 })
    expect((await dora.get('/tasks')).html).toContain('not before')
    await site.query("UPDATE colombier_tasks SET state = 'running'")
    expect((await dora.get('/tasks')).html).not.toContain('not before')
    await site.query("UPDATE colombier_tasks SET state = 'failed'")
    const { html } = await dora.get('/tasks/failed')
    expect(html).toContain('ada.lovelace@example.org')
    expect(html).not.toContain('not before')
  })

  test('dora sees the open ones with kind, state, attempts, fault and age, and nothing that is sealed', async () => {
    await addTask('ada.lovelace@example.org', { state: 'running', attempts: 3, error: 'mail_host', hours: 2 })
    await addTask('done.already@example.org', { state: 'done' })
    const { html } = await dora.get('/tasks')
    for (const said of [
      'ada.lovelace@example.org',
      'Change password',
      'Running',
      'Something went wrong on the mail host',
      '2 hours ago',
    ]) {
      expect(html).toContain(said)
    }
    for (const hidden of ['done.already', 'SEALED', '{HASH}']) expect(html).not.toContain(hidden)
  })

  test('and those that failed in the last 30 days', async () => {
    await addTask('failed.lately@example.org', { state: 'failed', error: 'wrong_key_password' })
    await addTask('failed.before@example.org', { state: 'failed', error: 'deadline', hours: 31 * 24 })
    const { html } = await dora.get('/tasks/failed')
    expect(html).toContain('failed.lately@example.org')
    expect(html).toContain('The password entered does not open the key')
    expect(html).not.toContain('failed.before')
  })

  test('hundreds are paged, the newest first, each once, in as many questions as one', async () => {
    await addTask('first.one@example.org', { hours: 100 })
    const { statements: few } = await countStatements(site, () => dora.get('/tasks'))
    const many = Array.from({ length: 130 }, (_, index) => `task${String(index).padStart(3, '0')}@example.org`)
    for (const [index, mailbox] of many.entries()) {
      await addTask(mailbox, { state: index % 2 ? 'queued' : 'running', hours: Math.floor(index / 3) })
    }
    const seen: (string | undefined)[] = []
    for (let path: string | undefined = '/tasks'; path !== undefined && seen.length < 500;) {
      const asked: string = path
      const { answer, statements } = await countStatements(site, () => dora.get(asked))
      expect(statements).toBe(few)
      seen.push(...addressesIn(answer.html))
      path = nextIn(answer.html)
    }
    expect([...seen].sort()).toEqual(['first.one@example.org', ...many].sort())
    expect(seen.at(-1)).toBe('first.one@example.org')
    expect((await dora.get('/tasks?before=%27%20OR%201')).status).toBe(200)
  })

  test('a connector is shown with what it last reported; one that fell silent is marked', async () => {
    expect((await dora.get('/tasks')).html).toContain('No connector has reported yet.')
    await site.query(
      `INSERT INTO colombier_connectors (host, version, seen_at, mode, active_lock, last_failure, failed_at) VALUES
       ('mx1', '1.2.3', UTC_TIMESTAMP(6), 'watch', 'safe', NULL, NULL),
       ('<b>mx2</b>', '1.2.2', UTC_TIMESTAMP(6) - INTERVAL 3 HOUR, 'cron', 'invisible', 'mail_host', UTC_TIMESTAMP(6) - INTERVAL 4 HOUR)`,
    )
    const { html } = await dora.get('/tasks')
    const [first = '', second = ''] = [html.split('mx1')[1], html.split('mx2')[1]]
    expect(first).toContain('safe: mail arrives')
    expect(second).toContain('Not responding')
    expect(second).toContain('3 hours ago')
    expect(second).toContain('mail would bounce')
    expect(html).toContain('&lt;b&gt;mx2&lt;/b&gt;')
  })
})

describe('what waits and what fails', () => {
  test('dora sees how much waits, since when, and what is for later', async () => {
    expect((await dora.get('/tasks')).html).not.toContain('scheduled for later')
    await addTask('ada.lovelace@example.org', { hours: 2 })
    await addTask('grace.hopper@example.org', { hours: 3 })
    await addTask('running.one@example.org', { state: 'running', hours: 9 })
    await addTask('later.one@example.org', { kind: 'delete', hours: -5 })
    const { html } = await dora.get('/tasks')
    expect(html).toContain('2 waiting, 1 running, 1 scheduled for later.')
    expect(html).toContain('The oldest was due 3 hours ago.')
  })

  const retryAt = () => site.query('SELECT mailbox, retry_at FROM colombier_tasks ORDER BY mailbox')
  const rowOf = (html: string, error: string) =>
    html.split('<tr>').find((row) => row.includes(error) && row.includes('data-label="Still being tried"')) ?? ''

  test('failures are counted by category, and what waits for its next attempt can be tried at once', async () => {
    await addTask('waits.one@example.org', { error: 'mail_host', attempts: 3 })
    await addTask('waits.two@example.org', { error: 'mail_host', attempts: 1 })
    await addTask('held.one@example.org', { state: 'running', error: 'mail_host', attempts: 2 })
    await addTask('other.one@example.org', { error: 'unknown_mailbox', attempts: 2 })
    await addTask('failed.lately@example.org', { state: 'failed', error: 'mail_host' })
    await addTask('failed.before@example.org', { state: 'failed', error: 'deadline', hours: 31 * 24 })
    await site.query(
      "UPDATE colombier_tasks SET retry_at = UTC_TIMESTAMP(6) + INTERVAL 4 MINUTE WHERE state <> 'failed'",
    )
    await site.query(
      `UPDATE colombier_tasks SET lease = UUID(), leased_until = UTC_TIMESTAMP(6) + INTERVAL 1 MINUTE
       WHERE state = 'running'`,
    )
    const row = rowOf((await dora.get('/tasks')).html, 'Something went wrong on the mail host')
    expect(row).toContain('<td data-label="Still being tried">3</td>')
    expect(row).toContain('<td data-label="Failed in 30 days">1</td>')
    expect(row).toMatch(/in [34] minutes/)
    expect(row).toContain('Retry now')
    expect((await dora.get('/tasks')).html).not.toContain('Not carried out in time')

    expect(await dora.post('/tasks/retry', { error: 'mail_host' })).toMatchObject({ status: 303, location: '/tasks' })
    const due = (await retryAt()).filter((task) => task['retry_at'] === null).map(({ mailbox }) => mailbox)
    expect(due).toEqual([
      'failed.before@example.org',
      'failed.lately@example.org',
      'waits.one@example.org',
      'waits.two@example.org',
    ])
    // What is being tried, or is due, needs no button.
    expect(rowOf((await dora.get('/tasks')).html, 'Something went wrong on the mail host')).not.toContain('Retry now')
  })

  test('nobody else can have them tried, nor another site', async () => {
    await addTask('waits.one@example.org', { error: 'mail_host', attempts: 3 })
    await site.query('UPDATE colombier_tasks SET retry_at = UTC_TIMESTAMP(6) + INTERVAL 4 MINUTE')
    const before = await retryAt()
    for (const person of ['ada', 'ben', 'cleo'] as const) {
      const browser = await site.signedIn(person)
      expect((await browser.post('/tasks/retry', { error: 'mail_host' })).status).toBe(403)
    }
    const elsewhere = { headers: { Origin: 'https://elsewhere.test' } }
    expect((await dora.post('/tasks/retry', { error: 'mail_host' }, elsewhere)).status).toBe(403)
    expect((await dora.get('/tasks/retry')).status).toBe(404)
    await dora.post('/tasks/retry', { error: "mail_host' OR '1" })
    await dora.post('/tasks/retry')
    expect(await retryAt()).toEqual(before)
  })
})

describe('the mail that waits', () => {
  test('dora sees to whom, since when and why, and never what it says', async () => {
    await addMail('stuck@people.test', 4, 'EENVELOPE 550')
    await addMail('<i>new</i>@people.test')
    const { html } = await dora.get('/tasks/mail')
    for (const said of [
      '2 waiting',
      'stuck@people.test',
      'EENVELOPE 550',
      '3 hours ago',
      'Not tried yet',
      '&lt;i&gt;new',
    ]) {
      expect(html).toContain(said)
    }
    for (const hidden of ['THE SUBJECT', 'THE BODY']) expect(html).not.toContain(hidden)
  })

  test('thousands are counted as 1,000+ and paged, in as many questions as one', async () => {
    await addMail('first@people.test')
    const { statements: few } = await countStatements(site, () => dora.get('/tasks/mail'))
    await site.query(
      `INSERT INTO colombier_outbox (recipient, subject, text_body, html_body, created_at, send_at)
       SELECT CONCAT('person', seq, '@people.test'), '', '', '', UTC_TIMESTAMP(6), UTC_TIMESTAMP(6) FROM ${numbersTo(1500)}`,
    )
    const { answer, statements } = await countStatements(site, () => dora.get('/tasks/mail'))
    expect(statements).toBe(few)
    expect(answer.html).toContain('1,000+ waiting')
    expect(addressesIn(answer.html)[0]).toBe('first@people.test')
    const second = await dora.get(nextIn(answer.html) ?? '')
    expect(addressesIn(second.html)[0]).toBe('person50@people.test')
  })
})

describe('who may', () => {
  test('only a super admin, at each request', async () => {
    for (const path of ['/tasks', '/tasks/failed', '/tasks/mail']) {
      for (const person of ['ada', 'ben', 'cleo'] as const) {
        expect((await (await site.signedIn(person)).get(path)).status).toBe(403)
      }
      expect((await site.visitor().get(path)).status).toBe(303)
      expect((await dora.post(path)).status).toBe(404)
    }
    await site.query("UPDATE colombier_accounts SET role = 'admin' WHERE id = ?", [site.idOf('dora')])
    expect((await dora.get('/tasks')).status).toBe(403)
    await site.query("UPDATE colombier_accounts SET role = 'super_admin' WHERE id = ?", [site.idOf('dora')])
  })
})

describe('a connector that is silent', () => {
  const seen = (minutes: number) =>
    site.query(
      `REPLACE INTO colombier_connectors (host, version, seen_at, mode)
       VALUES ('mail.example.org', '1.0.0', UTC_TIMESTAMP(6) - INTERVAL ? MINUTE, 'cron')`,
      [minutes],
    )
  const banner = 'No connector has reported for more than ten minutes.'
  const tick = () => watchConnectors(site.pool, site.config)
  const told = async () => (await readOutbox(site)).map(({ recipient, subject }) => `${recipient}: ${subject}`)

  test('is told to administrators on every page, with a mark in the menu, and to nobody else', async () => {
    await seen(9)
    expect((await dora.get('/mailboxes')).html).not.toContain(banner)
    await seen(11)
    const { html } = await dora.get('/mailboxes')
    expect(html).toContain(banner)
    expect(html).toMatch(/class="menu-count bad"/)
    expect((await (await site.signedIn('ben')).get('/mailboxes')).html).toContain(banner)
    expect((await (await site.signedIn('ada')).get('/mailboxes')).html).not.toContain(banner)
  })

  test('none that ever was is missed only where a task waits for it', async () => {
    expect((await dora.get('/mailboxes')).html).not.toContain(banner)
    await addTask('ada.lovelace@example.org')
    expect((await dora.get('/mailboxes')).html).toContain(banner)
  })

  test('is mailed to super admins once, and once when it is back, however many processes watch', async () => {
    await seen(1)
    await tick()
    expect(await told()).toEqual([])
    await seen(11)
    await Promise.all([tick(), tick(), tick()])
    await tick()
    expect(await told()).toEqual(['dora@people.test: The connector is not responding'])
    await seen(0)
    await Promise.all([tick(), tick()])
    await tick()
    expect((await told()).slice(1)).toEqual(['dora@people.test: The connector is back'])
  })

  test('is no secret to ada, whose mailbox waits for it', async () => {
    await addMailbox(site, { address: 'ada.lovelace@example.org', accountId: site.idOf('ada') })
    const ada = await site.signedIn('ada')
    const words = 'The mail server has not answered for a while'
    await addTask('ada.lovelace@example.org', { kind: 'create' })
    await seen(1)
    expect((await ada.get('/mailboxes')).html).not.toContain(words)
    await seen(11)
    expect((await ada.get('/mailboxes')).html).toContain(words)

    // What is not due yet is late for nobody.
    await site.query("UPDATE colombier_tasks SET kind = 'delete', not_before = UTC_TIMESTAMP(6) + INTERVAL 1 DAY")
    expect((await ada.get('/mailboxes')).html).not.toContain(words)
  })
})

describe('one of several connectors', () => {
  const { version } = JSON.parse(readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8')) as {
    version: string
  }
  const seen = (host: string, minutes: number, its = version) =>
    site.query(
      `REPLACE INTO colombier_connectors (host, version, seen_at, mode)
       VALUES (?, ?, UTC_TIMESTAMP(6) - INTERVAL ? MINUTE, 'watch')`,
      [host, its, minutes],
    )
  const silent = 'One of the connectors has not reported for more than ten minutes.'
  const versions = 'The web app and a connector have different versions.'
  const days = 24 * 60
  const tick = () => watchConnectors(site.pool, site.config)
  const told = async () => (await readOutbox(site)).map(({ subject }) => subject)
  beforeEach(() => site.query("DELETE FROM colombier_settings WHERE name LIKE 'connector%'"))

  test('that is silent is told to administrators on every page, and after a week it counts as gone', async () => {
    await seen('mx1.example.org', 1)
    await seen('mx2.example.org', 9)
    expect((await dora.get('/mailboxes')).html).not.toContain(silent)
    await seen('mx2.example.org', 11)
    const { html } = await dora.get('/mailboxes')
    expect(html).toContain(silent)
    expect(html).toContain('<a href="/tasks">See the tasks</a>')
    expect(html).toMatch(/class="menu-count bad"/)
    const ben = (await (await site.signedIn('ben')).get('/mailboxes')).html
    expect(ben).toContain(silent)
    expect(ben).not.toContain('href="/tasks"')
    expect((await (await site.signedIn('ada')).get('/mailboxes')).html).not.toContain(silent)

    await seen('mx2.example.org', 8 * days)
    const page = (await dora.get('/tasks')).html
    expect(page).not.toContain(silent)
    expect(page).toMatch(/mx2\.example\.org[^]*?>Gone</)
    // The only one is missed for as long as it is away.
    await site.query("DELETE FROM colombier_connectors WHERE host = 'mx1.example.org'")
    expect((await dora.get('/mailboxes')).html).toContain('No connector has reported for more than ten minutes.')
    expect((await dora.get('/mailboxes')).html).not.toContain(silent)
  })

  test('is mailed to super admins once when it falls silent and once when it is back, however many processes watch', async () => {
    await seen('mx1.example.org', 1)
    await seen('mx2.example.org', 1)
    await tick()
    await seen('mx2.example.org', 11)
    await Promise.all([tick(), tick(), tick()])
    await tick()
    expect(await told()).toEqual(['The connector on mx2.example.org is not responding'])
    await seen('mx2.example.org', 0)
    await Promise.all([tick(), tick()])
    await tick()
    expect((await told()).slice(1)).toEqual(['The connector on mx2.example.org is back'])
  })

  test('is not mailed about beside the others when all are silent, nor as back when it was taken away', async () => {
    await seen('mx1.example.org', 11)
    await seen('mx2.example.org', 11)
    await tick()
    await tick()
    expect(await told()).toEqual(['The connector is not responding'])
    await seen('mx1.example.org', 0)
    await tick()
    expect((await told()).slice(1)).toEqual([
      'The connector is back',
      'The connector on mx2.example.org is not responding',
    ])
    await seen('mx2.example.org', 8 * days)
    await tick()
    expect(await told()).toHaveLength(3)
  })

  test('that has another version than the web app is told on every page, and after an hour by one mail', async () => {
    await seen('mx1.example.org', 1)
    await seen('mx2.example.org', 1)
    expect((await dora.get('/mailboxes')).html).not.toContain(versions)
    await seen('mx2.example.org', 1, '0.0.9')
    expect((await dora.get('/mailboxes')).html).toContain(versions)
    expect((await (await site.signedIn('ben')).get('/mailboxes')).html).toContain(versions)
    expect((await (await site.signedIn('ada')).get('/mailboxes')).html).not.toContain(versions)
    const page = (await dora.get('/tasks')).html
    expect(page).toContain(`web app: ${version}`)
    expect(page.split(`web app: ${version}`)).toHaveLength(2)

    await tick()
    await tick()
    expect(await told()).toEqual([])
    await site.query("UPDATE colombier_settings SET value = value - 3600001 WHERE name = 'connectors-versions'")
    await Promise.all([tick(), tick(), tick()])
    await tick()
    const [mail] = await readOutbox(site)
    expect(await told()).toEqual(['The web app and a connector have different versions'])
    expect(mail?.text_body).toContain('mx2.example.org (0.0.9)')

    await seen('mx2.example.org', 0)
    await tick()
    await seen('mx2.example.org', 0, '0.0.9')
    await tick()
    expect(await told()).toHaveLength(1)
    expect(await site.query("SELECT 1 FROM colombier_settings WHERE value = 'told'")).toEqual([])
  })
})
