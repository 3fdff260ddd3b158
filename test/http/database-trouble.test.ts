import { createConnection } from 'mysql2/promise'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { createDatabasePool, transaction } from '../../src/db/store.ts'
import { startDatabaseProxy, type DatabaseProxy } from '../connector/database-proxy.ts'
import { startAliasSite } from '../support/aliases.ts'
import { CAST, PASSWORD, startApp } from '../support/app.ts'
import type { Answer, Browser } from '../support/browser.ts'
import { startDatabase } from '../support/database.ts'

const TIMEOUT_SECONDS = 4
const env = { DATABASE_TIMEOUT_SECONDS: String(TIMEOUT_SECONDS), DATABASE_POOL_SIZE: '4' }

let proxy: DatabaseProxy
let site: Awaited<ReturnType<typeof startAliasSite>>['site'], ids: Record<'ada' | 'ben' | 'cleo', number>
let ada: Browser, cleo: Browser
beforeAll(async () => {
  proxy = await startDatabaseProxy((await startDatabase()).port)
  ;({ site, ids, ada } = await startAliasSite(env))
  cleo = await site.signedIn('cleo')
})
afterAll(async () => {
  await site.stop()
  await proxy.stop()
})

let number = 0
const addAlias = (browser: Browser, mailbox: number) =>
  browser.post(`/mailboxes/${mailbox}/aliases`, { localPart: `a.new.alias.${++number}`, domain: 'example.org' })

const took = async <T>(work: Promise<T>): Promise<{ answer: T; seconds: number }> => {
  const began = performance.now()
  const answer = await work
  return { answer, seconds: (performance.now() - began) / 1000 }
}

function expectToComeBack(answer: Answer) {
  expect(answer.status).toBe(503)
  expect(answer.headers.get('Retry-After')).toBe('5')
  expect(answer.html).toContain('Just a moment')
  // A page, which reloads by itself, or what was sent and is not sent again.
  expect(answer.html.includes('reloads by itself')).toBe(answer.headers.has('Refresh'))
}

describe('connections that something between has forgotten', () => {
  test('cost each request seconds at most, and then all is as before', async () => {
    const behind = await startApp({ env: { ...env, ...proxy.env }, database: site.database, cast: false })
    const visitor = behind.visitor()
    visitor.cookies.set('colombier', ada.cookies.get('colombier') ?? '')
    const pages = () =>
      Promise.all(['/mailboxes', '/profile', '/mailboxes', '/health'].map((path) => visitor.get(path)))
    const allWell = async () => expect((await pages()).map(({ status }) => status)).toEqual([200, 200, 200, 200])
    await allWell()

    proxy.forget()
    const { answer, seconds } = await took(pages())
    expect(answer.map(({ status }) => status)).toContain(503)
    expect(seconds).toBeLessThan(2 * TIMEOUT_SECONDS)
    await allWell()
    await behind.stop()
  })

  test('do not keep the rows that a process held when it was cut off', async () => {
    const { options } = site.config.database
    const cutOff = createDatabasePool({
      ...site.config.database,
      options: { ...options, port: Number(proxy.env.DATABASE_PORT) },
    })
    let wakeUp: () => void = () => undefined
    const asleep = new Promise<void>((resolve) => (wakeUp = resolve))
    let cut: () => void = () => undefined
    const isCut = new Promise<void>((resolve) => (cut = resolve))
    const outcome = transaction(cutOff, async (db) => {
      await db.execute('SELECT id FROM colombier_mailboxes WHERE id = ? FOR UPDATE', [ids.ada])
      proxy.forget()
      cut()
      await asleep
      await db.execute("UPDATE colombier_mailboxes SET lock_reason = 'too late' WHERE id = ?", [ids.ada])
    }).then(
      () => 'written',
      () => 'lost',
    )

    await isCut
    expectToComeBack(await addAlias(ada, ids.ada))
    await vi.waitFor(async () => expect((await addAlias(ada, ids.ada)).status).toBe(303), 20_000)
    wakeUp()
    expect(await outcome).toBe('lost')
    expect(await site.query("SELECT id FROM colombier_mailboxes WHERE lock_reason = 'too late'")).toEqual([])
    await cutOff.end()
  })
})

describe('a row that somebody holds', () => {
  test('has those who want to write to it come back, and keeps nobody else waiting', async () => {
    const { host, port, name, login } = { ...site.database.server, ...site.database }
    const holder = await createConnection({ host, port, database: name, ...login })
    await holder.beginTransaction()
    await holder.execute('SELECT id FROM colombier_mailboxes WHERE id = ? FOR UPDATE', [ids.ada])

    const clicks = took(Promise.all(Array.from({ length: 12 }, () => addAlias(ada, ids.ada))))
    for (let time = 1; time <= 5; time++) {
      const { answer, seconds } = await took(cleo.get('/mailboxes'))
      expect(answer.status).toBe(200)
      expect(seconds).toBeLessThan(1)
    }
    const { answer, seconds } = await clicks
    for (const each of answer) expectToComeBack(each)
    expect(seconds).toBeLessThan(2 * TIMEOUT_SECONDS)

    await holder.rollback()
    await holder.end()
    expect((await addAlias(ada, ids.ada)).status).toBe(303)
  })
})

describe('a database that takes no writes', () => {
  afterEach(() => site.query('SET GLOBAL read_only = OFF'))

  test('can be read, also by those whose session would be prolonged, and says that it will be back', async () => {
    const dora = await site.signedIn('dora')
    await site.query('UPDATE colombier_sessions SET last_seen_at = last_seen_at - INTERVAL 5 MINUTE')
    await site.query('SET GLOBAL read_only = ON')
    site.lines.length = 0

    for (const path of ['/mailboxes', '/domains', '/registrations', '/accounts', '/tasks', '/audit', '/profile'])
      expect((await dora.get(path)).status, path).toBe(200)
    expect(site.lines.join('')).toContain('"event":"session not prolonged"')
    expectToComeBack(await addAlias(ada, ids.ada))
    expectToComeBack(await site.visitor().post('/sign-in', { email: CAST.ben.email, password: PASSWORD, next: '/' }))
    await site.query('SET GLOBAL read_only = OFF')
    expect((await addAlias(ada, ids.ada)).status).toBe(303)
  })
})

describe('a database with no more room for connections', () => {
  test('has people come back', async () => {
    const crowded = await startApp({ database: site.database, env, cast: false })
    const user = `${site.database.env.DATABASE_USER}@'%'`
    await site.query(`ALTER USER ${user} WITH MAX_USER_CONNECTIONS 1`)
    const visitor = crowded.visitor()
    visitor.cookies.set('colombier', cleo.cookies.get('colombier') ?? '')

    const answers = await Promise.all(Array.from({ length: 4 }, () => visitor.get('/mailboxes')))
    expect(answers.filter(({ status }) => status !== 200).length).toBeGreaterThan(0)
    for (const answer of answers) if (answer.status !== 200) expectToComeBack(answer)

    await site.query(`ALTER USER ${user} WITH MAX_USER_CONNECTIONS 0`)
    expect((await visitor.get('/mailboxes')).status).toBe(200)
    await crowded.stop()
  })
})
