import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { CAST, PASSWORD, startApp, type Person, type TestApp } from '../support/app.ts'
import { numbersTo } from '../support/database.ts'
import { asNode, type Browser } from '../support/browser.ts'

/** Two web processes over one database, as two hosts would run them. */
let site: TestApp
let other: TestApp
const stopping = new AbortController()
beforeAll(async () => {
  site = await startApp()
  other = await startApp({
    database: site.database,
    cast: false,
    deps: { stopping: stopping.signal },
  })
})
afterAll(async () => {
  await other.stop()
  await site.stop()
})

let open: Stream[] = []
beforeEach(async () => {
  await site.query('DELETE FROM colombier_registrations')
  await site.query('DELETE FROM colombier_rate_limits')
})
afterEach(async () => {
  await Promise.all(open.map((stream) => stream.close()))
  open = []
})

interface Stream {
  status: number
  headers: Headers
  /** all that has come so far */
  text(): string
  /** true once the server has ended it */
  ended(): boolean
  close(): Promise<void>
}

/** This person's event stream from one of the two processes, as a page of theirs opens it. */
async function listen(
  browser: Browser,
  at: TestApp,
  query = 'queue=1',
  headers: Record<string, string> = {},
): Promise<Stream> {
  const cookie = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
  const response = await at.app.request(
    `${at.config.origin}/registrations/events?${query}`,
    { headers: { Cookie: cookie, 'HX-Request': 'true', ...headers } },
    asNode('192.0.2.10').bindings,
  )
  const reader = (response.body ?? new ReadableStream<Uint8Array>()).getReader()
  let [text, ended] = ['', false]
  const decoder = new TextDecoder()
  const read = async (): Promise<void> => {
    const { done, value } = await reader.read()
    ended = done
    if (done) return
    text += decoder.decode(value, { stream: true })
    return read()
  }
  const reading = read().catch(() => undefined)
  const stream = {
    status: response.status,
    headers: response.headers,
    text: () => text,
    ended: () => ended,
    async close() {
      await reader.cancel()
      await reading
    },
  }
  open.push(stream)
  return stream
}

/** The mark of the queue as a page that is opened now would carry it. */
async function markNow(browser: Browser): Promise<string> {
  return /events\?since=(\d+)/.exec((await browser.get('/registrations')).html)?.[1] ?? ''
}

const textOf = (sql: string | { sql: string }) => (typeof sql === 'string' ? sql : sql.sql)

const within2Seconds = { timeout: 2000, interval: 20 }
const soon = { timeout: 10_000, interval: 20 }

/** Someone asks for an account and confirms, at this process. */
async function register(at: TestApp, email: string): Promise<void> {
  const token = email.replace(/\W/g, '').padEnd(43, 'x')
  await site.query(
    `INSERT INTO colombier_registrations (email, password_hash, reason, language, token_hash, requested_at, expires_at)
     VALUES (?, 'unused', 'A reason of some length', 'en', UNHEX(SHA2(?, 256)), UTC_TIMESTAMP(6),
       UTC_TIMESTAMP(6) + INTERVAL 1 HOUR)`,
    [email, token],
  )
  const answer = await at.visitor().post('/registration/confirmation', { token, password: PASSWORD, again: PASSWORD })
  expect(answer.status).toBe(303)
}

const idOf = async (email: string) => {
  const [row] = await site.query<{ id: number }>('SELECT id FROM colombier_registrations WHERE email = ?', [email])
  return row?.id ?? 0
}

test('a request confirmed at one process is in the open queues of both within two seconds, and so is its decision', async () => {
  const [ben, dora] = await Promise.all([site.signedIn('ben'), site.signedIn('dora')])
  const since = await markNow(ben)
  const streams = [
    await listen(ben, site, `since=${since}&queue=1&email=&after=0`),
    await listen(dora, other, `since=${since}&queue=1&email=&after=0`),
  ]
  await register(other, 'one@new.test')
  await vi.waitFor(() => {
    for (const stream of streams) expect(stream.text()).toContain('one@new.test')
  }, within2Seconds)
  for (const stream of streams) expect(stream.text()).toMatch(/id="requests-count"[^>]*hx-swap-oob="true">1</)

  await dora.post(`/registrations/${await idOf('one@new.test')}/denial`, { message: '' })
  await vi.waitFor(() => {
    for (const stream of streams) expect(stream.text()).toContain(`Denied by ${CAST.dora.email}`)
  }, within2Seconds)
})

test('is an event stream that proxies hand on at once and keep nowhere', async () => {
  const stream = await listen(await site.signedIn('ben'), site)
  expect(stream.status).toBe(200)
  expect(stream.headers.get('Content-Type')).toBe('text/event-stream; charset=utf-8')
  expect(stream.headers.get('X-Accel-Buffering')).toBe('no')
  expect(stream.headers.get('Cache-Control')).toBe('no-store')
  expect(stream.headers.get('Content-Encoding')).toBeNull()
  await vi.waitFor(() => expect(stream.text()).toContain('retry: 1000\n'), soon)
})

test('every line of a reason arrives as data, and none of it as an event', async () => {
  const ben = await site.signedIn('ben')
  const stream = await listen(ben, site)
  await register(site, 'one@new.test')
  await site.query(
    "UPDATE colombier_registrations SET reason = 'first\\n\\nevent: close\\ndata: <script>alert(1)</script>'",
  )
  await ben.post(`/registrations/${await idOf('one@new.test')}/notes`, { note: 'look' })

  await vi.waitFor(() => expect(stream.text()).toContain('data: event: close\ndata: data: &lt;script&gt;'), soon)
  expect(stream.text()).not.toMatch(/^event: close/m)
  expect(stream.text()).not.toContain('<script>')
})

test('a page that shows a filtered part of the queue is told of that part', async () => {
  const ben = await site.signedIn('ben')
  const since = await markNow(ben)
  const stream = await listen(ben, site, `since=${since}&queue=1&email=tw&after=0`)
  const elsewhere = await listen(ben, site, `since=${since}`)
  await register(site, 'one@new.test')
  await register(site, 'two@new.test')

  await vi.waitFor(() => expect(stream.text()).toContain('two@new.test'), soon)
  expect(stream.text()).not.toContain('one@new.test')
  // A page without a queue is told how many wait, and no more.
  await vi.waitFor(() => expect(elsewhere.text()).toMatch(/id="requests-count"[^>]*>2</), soon)
  expect(elsewhere.text()).not.toContain('@new.test')
})

test('whoever comes back is told what they missed, and nothing when they missed nothing', async () => {
  const ben = await site.signedIn('ben')
  const before = await markNow(ben)
  await register(site, 'one@new.test')
  const now = await markNow(ben)
  expect(now).not.toBe(before)

  const missed = await listen(ben, site, `since=${before}&queue=1`)
  const cameBack = await listen(ben, site, `since=${now}&queue=1`, { 'Last-Event-ID': before })
  const upToDate = await listen(ben, site, `since=${before}&queue=1`, { 'Last-Event-ID': now })
  await vi.waitFor(() => expect(missed.text()).toContain('one@new.test'), soon)
  await vi.waitFor(() => expect(cameBack.text()).toContain(`id: ${now}\n`), soon)
  expect(upToDate.text()).not.toContain('one@new.test')
})

test.each([
  ['ben, who is no admin any more', "UPDATE colombier_accounts SET role = 'user' WHERE id = ?"],
  ['ben, who was deactivated', 'UPDATE colombier_accounts SET active = FALSE WHERE id = ?'],
  ['ben, whose session was ended', 'DELETE FROM colombier_sessions WHERE account_id = ?'],
  [
    'ben, whose session has expired',
    'UPDATE colombier_sessions SET expires_at = UTC_TIMESTAMP(6) WHERE account_id = ?',
  ],
])('%s, hears no more', async (_, sql) => {
  const [ben, dora] = [await site.signedIn('ben'), await site.signedIn('dora')]
  const stream = await listen(ben, other)
  const untouched = await listen(dora, other)
  await vi.waitFor(() => expect(stream.text()).not.toBe(''), soon)
  await site.query(sql, [site.idOf('ben')])

  await vi.waitFor(() => expect(stream.ended()).toBe(true), soon)
  expect(stream.text()).toMatch(/event: close\ndata: \n\n$/)
  await register(site, 'one@new.test')
  await vi.waitFor(() => expect(untouched.text()).toContain('one@new.test'), soon)
  expect(stream.text()).not.toContain('one@new.test')
  await site.query("UPDATE colombier_accounts SET role = 'admin', active = TRUE WHERE id = ?", [site.idOf('ben')])
})

test.each(['ada', 'cleo'] as Person[])('%s is refused', async (person) => {
  expect((await listen(await site.signedIn(person), site)).status).toBe(403)
})

test('a hundred open pages ask the database no more often than one, and with ten thousand waiting all are told', async () => {
  await site.query(
    `INSERT INTO colombier_registrations
       (email, password_hash, reason, language, state, requested_at, expires_at, confirmed_at)
     SELECT CONCAT('p', seq, '@new.test'), 'unused', REPEAT('because ', 20), 'en', 'waiting', UTC_TIMESTAMP(6),
       UTC_TIMESTAMP(6), UTC_TIMESTAMP(6) FROM ${numbersTo(10_000)}`,
  )
  const ben = await site.signedIn('ben')
  // As many questions as a change takes, with this many streams at a process.
  const countQuestions = async (streams: number, email: string) => {
    const since = await markNow(ben)
    for (let number = 1; number <= streams; number++) await listen(ben, site, `since=${since}&queue=1&email=${email}`)
    const mine = open.slice(-streams)
    const spies = [vi.spyOn(site.pool, 'query'), vi.spyOn(site.pool, 'execute')]
    const asked = () => spies.flatMap((spy) => spy.mock.calls.map(([sql]) => textOf(sql)))
    await register(other, `${email}@new.test`)
    await vi.waitFor(() => {
      for (const stream of mine) expect(stream.text()).toContain(`${email}@new.test`)
    }, soon)
    const lists = asked().filter((sql) => sql.includes('LIMIT 51')).length
    const perTurn = asked().filter((sql) => sql.includes('s.id_hash IN')).length
    const turns = asked().filter((sql) => sql.includes('AS mark')).length
    for (const spy of spies) spy.mockRestore()
    return { lists, perTurn, turns }
  }
  const one = await countQuestions(1, 'zebra')
  const hundred = await countQuestions(99, 'zulu')

  expect(one.lists).toBe(1)
  expect(hundred.lists).toBe(1)
  expect(hundred.perTurn).toBeLessThanOrEqual(hundred.turns + 1)
  expect(hundred.turns).toBeLessThanOrEqual(5)
  expect((await ben.get('/registrations')).status).toBe(200)
})

test('while nobody listens the database is not asked', async () => {
  const [ben, dora] = [await site.signedIn('ben'), await site.signedIn('dora')]
  const stream = await listen(ben, site)
  const spy = vi.spyOn(site.pool, 'execute')
  const turnsHere = () => spy.mock.calls.filter(([sql]) => textOf(sql).includes('AS mark')).length
  await vi.waitFor(() => expect(turnsHere()).toBeGreaterThan(1), soon)
  await stream.close()

  const before = turnsHere()
  // The other process takes its turns meanwhile: each answers a stream that comes with an old mark.
  for (let turn = 1; turn <= 3; turn++) {
    const elsewhere = await listen(dora, other, `since=old-${turn}`)
    await vi.waitFor(() => expect(elsewhere.text()).toContain('id: '), soon)
  }
  expect(turnsHere() - before).toBeLessThanOrEqual(1)
  spy.mockRestore()
})

test('while the database is away streams stay open, with one line in the log, and go on after', async () => {
  const stream = await listen(await site.signedIn('ben'), site)
  await vi.waitFor(() => expect(stream.text()).not.toBe(''), soon)
  const failures = () => site.lines.filter((line) => line.includes('"event":"live"')).length
  const spy = vi.spyOn(site.pool, 'execute')
  spy.mockImplementation(() => Promise.reject(Object.assign(new Error('away'), { code: 'ECONNREFUSED' })))
  await vi.waitFor(() => expect(spy.mock.calls.length).toBeGreaterThan(2), soon)
  spy.mockRestore()

  expect(failures()).toBe(1)
  await register(site, 'one@new.test')
  await vi.waitFor(() => expect(stream.text()).toContain('one@new.test'), soon)
  expect(stream.ended()).toBe(false)
})

test('a server that stops ends its streams, so that browsers come back to the next one', async () => {
  const stream = await listen(await site.signedIn('ben'), other)
  await vi.waitFor(() => expect(stream.text()).not.toBe(''), soon)
  stopping.abort()

  await vi.waitFor(() => expect(stream.ended()).toBe(true), soon)
  expect(stream.text()).not.toContain('event: close')
  const late = await listen(await site.signedIn('ben'), other)
  await vi.waitFor(() => expect(late.ended()).toBe(true), soon)
})
