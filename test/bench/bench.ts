// npm run bench [-- MAILBOXES]: how long the pages take, and how many a second there are, on a mail server with a thousand
// mailboxes and on one with a hundred thousand, or as many as it is told, without the indexes that check names and with them. A MariaDB of its own; the app is in this process.
import { availableParallelism } from 'node:os'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { Bench } from 'tinybench'
import { checkIndexes } from '../../src/db/check/indexes.ts'
import { readTables } from '../../src/db/check/tables.ts'
import { createHashers } from '../../src/lib/hashers.ts'
import { startApp, type Person, type TestApp } from '../support/app.ts'
import { createDatabase, numbersTo, startDatabase } from '../support/database.ts'

const FEW = 1_000
const MANY = Number(process.argv[2] ?? 100_000)
const ALIASES_EACH = 5
const ADAS_MAILBOXES = 10
/** as many requests under way as a busy server has */
const AT_ONCE = 16
const NETWORK = '192.0.2.10'

const round = (milliseconds: number): number => Math.round(milliseconds * 100) / 100
const count = (n: number): string => n.toLocaleString('en')
const seconds = (milliseconds: number): string => (milliseconds / 1000).toFixed(0)

if (!Number.isInteger(MANY) || MANY < 10 * FEW) {
  console.error(`The number of mailboxes is a whole number from ${10 * FEW}.`)
  process.exit(1)
}

const server = await startDatabase()
console.log(`Node ${process.version}, ${availableParallelism()} processors\n`)
for (const mailboxes of [FEW, MANY]) {
  const site = await startSite(mailboxes)
  await benchPages(site)
  if (mailboxes === MANY) {
    await addIndexes(site)
    await benchPages(site)
    await benchPagesWhileHashing(site)
  }
  await site.stop()
}
await server.stop()

/** example.org with its thousand mailboxes; where there are more, a third in one domain and the rest in domains of a thousand. */
async function startSite(mailboxes: number) {
  const began = Date.now()
  const database = await createDatabase()
  const hashers = createHashers({ scheme: 'argon2id' })
  const app = await startApp({ database, deps: { hashers } })
  const { query } = app
  await query('SET GLOBAL innodb_buffer_pool_size = 1 << 30')

  const others = mailboxes - FEW
  const inBig = Math.floor(others / 3)
  if (others > 0) {
    await query("INSERT INTO virtual_domains (name) VALUES ('big.example')")
    await query(
      `INSERT INTO virtual_domains (name) SELECT CONCAT('d', seq, '.example') FROM ${numbersTo(others / FEW)}`,
    )
  }
  const domain = `CASE WHEN seq <= ${FEW} THEN 'example.org' WHEN seq <= ${FEW + inBig} THEN 'big.example'
                  ELSE CONCAT('d', CEIL((seq - ${FEW}) / ${FEW}), '.example') END`
  await query(
    `INSERT INTO virtual_users (domain_id, email, password, quota)
     SELECT id, CONCAT('box', seq, '@', name), '{ARGON2ID}$argon2id$v=19$m=65536,t=3,p=1$c2FsdA$aGFzaA', 1073741824
     FROM ${numbersTo(mailboxes)} JOIN virtual_domains ON name = ${domain}`,
  )
  await query(
    `INSERT INTO virtual_aliases (domain_id, source, destination)
     SELECT domain_id, CONCAT('alias', seq, '.', email), email FROM virtual_users JOIN ${numbersTo(ALIASES_EACH)}`,
  )
  await query(
    `INSERT INTO colombier_accounts (email, password_hash, created_at)
     SELECT CONCAT('owner', seq, '@people.test'), 'unused', UTC_TIMESTAMP(6) FROM ${numbersTo(mailboxes / ADAS_MAILBOXES)}`,
  )
  await query(
    `INSERT INTO colombier_mailboxes (address, account_id, created_at)
     SELECT u.email, IF(u.n <= ${ADAS_MAILBOXES}, ?, a.id), UTC_TIMESTAMP(6)
     FROM (SELECT email, ROW_NUMBER() OVER (ORDER BY id) AS n FROM virtual_users) u
     JOIN colombier_accounts a ON a.email = CONCAT('owner', CEIL(u.n / ${ADAS_MAILBOXES}), '@people.test')`,
    [app.idOf('ada')],
  )
  await query(
    `INSERT INTO colombier_audit (at, account_id, actor, network, action, mailbox, domain)
     SELECT created_at, account_id, 'owner@people.test', '192.0.2.1', 'mailbox.created', address,
       SUBSTRING_INDEX(address, '@', -1) FROM colombier_mailboxes`,
  )
  await query(
    `INSERT INTO colombier_registrations (email, password_hash, reason, language, state, requested_at, expires_at, confirmed_at)
     SELECT CONCAT('new', seq, '@people.test'), 'unused', 'I would like to write to you', 'en', 'waiting',
       UTC_TIMESTAMP(6), UTC_TIMESTAMP(6), UTC_TIMESTAMP(6) FROM ${numbersTo(1000)}`,
  )
  await query(
    'ANALYZE TABLE virtual_users, virtual_aliases, colombier_mailboxes, colombier_audit, colombier_registrations',
  )
  console.log(
    `## ${count(mailboxes)} mailboxes, ${count(mailboxes * ALIASES_EACH)} aliases (made in ${seconds(Date.now() - began)} s)\n`,
  )

  return {
    ...app,
    mailboxes,
    /** the first of ada's */
    first: Number((await query<{ id: number }>('SELECT MIN(id) AS id FROM colombier_mailboxes'))[0]?.id),
    async stop() {
      await app.stop()
      await hashers.close()
      await database.drop()
    },
  }
}

type Site = Awaited<ReturnType<typeof startSite>>

/** Those that npm run check names. */
async function addIndexes({ pool, config: { mapping }, query }: Site): Promise<void> {
  const statements: string[] = []
  const keep = (_level: string, _what: string, remedy = '') => void statements.push(remedy)
  await checkIndexes(pool, keep, mapping, await readTables(pool, mapping))
  console.log('With the indexes that npm run check names:')
  for (const statement of statements.filter((text) => text.startsWith('CREATE INDEX'))) {
    console.log(`  ${statement}`)
    await query(statement)
  }
  await query('ANALYZE TABLE virtual_users, virtual_aliases')
}

async function benchPages(site: Site): Promise<void> {
  const [ada, ben, dora] = await Promise.all([cookieOf(site, 'ada'), cookieOf(site, 'ben'), cookieOf(site, 'dora')])
  const { first, mailboxes } = site
  const middle = `box${FEW / 2}@example.org`
  const pages: [string, string, string][] = [
    ['sign-in, without a session', '', '/sign-in'],
    ['her ten mailboxes', ada, '/mailboxes'],
    ['the aliases of one', ada, `/mailboxes/${first}/aliases`],
    ['whether an address is free', ada, '/mailboxes/preview?localPart=ada.lovelace&domain=example.org'],
    ['a domain, first page', ben, '/domains/example.org'],
    ['a domain, from the middle', ben, `/domains/example.org?after=${encodeURIComponent(middle)}`],
    ['a domain, by the first letters', ben, '/domains/example.org?q=box99'],
    ['registrations that wait', ben, '/registrations'],
    ['what was done, newest', dora, '/audit'],
    ['the domains', dora, '/domains'],
  ]
  if (mailboxes > FEW) {
    pages.push(
      ['the big domain, first page', dora, '/domains/big.example'],
      [
        'the big domain, from the middle',
        dora,
        `/domains/big.example?after=box${Math.floor(mailboxes / 6)}%40big.example`,
      ],
      ['the big domain, by the first letters', dora, '/domains/big.example?q=box12'],
    )
  }

  const alone = new Bench({ time: 1000, iterations: 10, warmupTime: 200, warmupIterations: 2 })
  const together = new Bench({ time: 1000, iterations: 10, warmupTime: 200, warmupIterations: 2 })
  for (const [name, cookie, path] of pages) {
    const view = () => expectStatus(200, ask(site, path, cookie))
    await view()
    alone.add(name, view)
    together.add(name, () => Promise.all(Array.from({ length: AT_ONCE }, view)))
  }
  alone.add('an alias, made and deleted', async () => {
    const aliases = `/mailboxes/${first}/aliases`
    const alias = new URLSearchParams({ localPart: 'pigeon.post', domain: 'example.org' })
    await expectStatus(303, ask(site, aliases, ada, NETWORK, alias))
    await expectStatus(
      303,
      ask(site, `${aliases}/pigeon.post%40example.org/removal`, ada, NETWORK, new URLSearchParams()),
    )
  })

  await alone.run()
  await together.run()
  const rates = new Map(together.tasks.map(({ name, result }) => [name, result]))
  console.table(
    alone.tasks.map(({ name, result }) => {
      if (result.state !== 'completed') throw new Error(name, { cause: 'error' in result ? result.error : undefined })
      const crowd = rates.get(name)
      return {
        page: name,
        'ms, half of them': round(result.latency.p50),
        'ms, 99 of 100': round(result.latency.p99),
        [`a second, ${AT_ONCE} at once`]:
          crowd?.state === 'completed' ? Math.round(crowd.throughput.mean * AT_ONCE) : '',
      }
    }),
  )
}

/** Eight people who send wrong passwords all the time, and what others notice of it. */
async function benchPagesWhileHashing(site: Site): Promise<void> {
  const ada = await cookieOf(site, 'ada')
  let busy = true
  let refused = 0
  const guessers = Array.from({ length: 8 }, async (_, guesser) => {
    for (let n = 0; busy; n += 1) {
      // Each time another account and network, so that none is blocked before its password is judged.
      const email = `nobody${guesser}.${n}@people.test`
      const body = new URLSearchParams({ email, password: 'wrong password', next: '/' })
      await expectStatus(422, ask(site, '/sign-in', '', `198.51.${guesser}.${n % 250}`, body))
      refused += 1
    }
  })
  const delay = monitorEventLoopDelay({ resolution: 1 })
  delay.enable()
  const bench = new Bench({ time: 5000, iterations: 10, warmupTime: 500 })
  bench.add('her ten mailboxes', () => expectStatus(200, ask(site, '/mailboxes', ada)))
  await bench.run()
  delay.disable()
  busy = false
  await Promise.all(guessers)

  const result = bench.tasks[0]?.result
  if (result?.state !== 'completed') throw new Error('the pages failed while passwords were hashed')
  console.log('While eight clients send wrong passwords (argon2id, 64 MiB, 3 passes):')
  console.table({
    'her ten mailboxes, ms, half of them': round(result.latency.p50),
    'her ten mailboxes, ms, 99 of 100': round(result.latency.p99),
    'event loop, ms, longest': round(delay.max / 1e6),
    'passwords judged': refused,
  })
}

async function cookieOf(site: TestApp, person: Person): Promise<string> {
  const { cookies } = await site.signedIn(person)
  return [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
}

/** Without the browser of the tests, which reads all HTML again to see whether it is valid. */
async function ask({ app, config }: TestApp, path: string, cookie: string, network = NETWORK, body?: URLSearchParams) {
  const socket = { incoming: { socket: { remoteAddress: network } } }
  const headers = { Cookie: cookie, ...(body && { Origin: config.origin }) }
  const answer = await app.request(config.origin + path, { headers, ...(body && { method: 'POST', body }) }, socket)
  await answer.text()
  return answer.status
}

async function expectStatus(expected: number, status: Promise<number>): Promise<void> {
  if ((await status) !== expected) throw new Error(`${await status} in place of ${expected}`)
}
