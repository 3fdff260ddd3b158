// npm run build && npm run bench [-- MAILBOXES]: how many pages a second the built server makes, and what share that is
// of R, the page's questions alone (reference.ts). R and the pages take turns, five rounds long: machines drift, and
// the share does not. On a mail server with a thousand mailboxes and on one with a hundred thousand, or as many as it
// is told, without the indexes that check names and with them. Then what people do, against the same without checks;
// two processes against one; and what others notice of wrong passwords. A MariaDB of its own; the load is wrk's.
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { createHashers } from '../../src/lib/hashers.ts'
import { passdbQuery } from '../../connector/passdb.ts'
import { CAST, PASSWORD, type Person } from '../support/app.ts'
import { askPassdb, everyProtocol, putCredential } from '../support/credentials.ts'
import { startDatabase } from '../support/database.ts'
import { endPrograms, heldUp, memoryOf, publicOrigin, startProgram, startServer, type Server } from './programs.ts'
import { addIndexes, countReads, FEW, makeSite, type Site } from './site.ts'

const MANY = Number(process.argv[2] ?? 100_000)
const ROUNDS = 5
const SECONDS = 3
/** as many requests under way as a busy server has */
const AT_ONCE = 16

const folder = mkdtempSync(join(tmpdir(), 'colombier-bench-'))
/** how many forms were sent */
let posted = 0

if (!Number.isInteger(MANY) || MANY < 10 * FEW) {
  console.error(`The number of mailboxes is a whole number from ${10 * FEW}.`)
  process.exit(1)
}

const database = await startDatabase()
try {
  console.log(`Node ${process.version}, ${availableParallelism()} processors`)
  for (const mailboxes of [FEW, MANY]) {
    const site = await makeSite(mailboxes)
    const { pages } = await startPages(site)
    await measure(`${mailboxes.toLocaleString('en')} mailboxes`, site, pages)
    await measureLogIns(site)
    if (mailboxes === MANY) {
      await addIndexes(site)
      const { server, ...again } = await startPages(site)
      console.log(`\nThe web process answers with ${memoryOf(server)} MB`)
      await measure('the same with the indexes that npm run check names', site, again.pages)
      console.log(`After these pages it has ${memoryOf(server)} MB`)
      await measure('what people do', site, again.acts)
      await measureWorkers(site, again.pages)
      await measureWhileHashing(again.pages, server)
    }
    await site.stop()
  }
} finally {
  await endPrograms()
  await database.stop()
  rmSync(folder, { recursive: true })
}

interface Page {
  name: string
  url: string
  cookie: string
  /** what it is compared with, by name; null: it is a measure itself */
  against: string | null
  /** the form that is sent; `%d` is another number each time */
  form?: string
  /** how many requests are under way, where it is not the usual number */
  atOnce?: number
}

async function startPages(site: Site): Promise<{ pages: Page[]; acts: Page[]; server: Server }> {
  const hashers = createHashers({ scheme: 'argon2id' })
  const hash = await hashers.account.hash(PASSWORD)
  await site.query("UPDATE colombier_accounts SET password_hash = ? WHERE email IN ('ada@people.test', 'cleo@people.test', 'dora@people.test')", [hash]) // prettier-ignore
  await hashers.close()

  const server = await startServer(site, folder)
  const signIn = async (person: Person) => {
    const answer = await fetch(`${server.origin}/sign-in`, {
      method: 'POST',
      redirect: 'manual',
      headers: { Origin: publicOrigin },
      body: new URLSearchParams({ email: CAST[person].email, password: PASSWORD, next: '/' }),
    })
    if (answer.status !== 303) throw new Error(`${person} could not sign in: ${answer.status}`)
    return answer.headers
      .getSetCookie()
      .map((line) => line.replace(/;.*/, ''))
      .join('; ')
  }
  const [ada, dora] = [await signIn('ada'), await signIn('dora')]
  const [session] = await site.query<{ hash: string }>(
    'SELECT HEX(id_hash) AS hash FROM colombier_sessions WHERE account_id = ? LIMIT 1',
    [site.idOf('ada')],
  )
  const { origin: reference } = await startProgram(['--import', 'tsx', join(import.meta.dirname, 'reference.ts')], {
    PAGE_SESSION: session?.hash ?? '',
    PAGE_MAILBOX: String(site.first),
    // Dovecot's scheme in front of it is not the library's.
    PAGE_HASH: hash.replace(/^\{.*?\}/, ''),
    ...site.database.env,
  })

  const page = (name: string, cookie: string, path: string, against = 'R, ten mailboxes') => ({
    name,
    url: server.origin + path,
    cookie,
    against,
  })
  const pages: Page[] = [
    { name: 'R, ten mailboxes', url: `${reference}/mailboxes`, cookie: '', against: null },
    { name: 'R, aliases', url: `${reference}/aliases`, cookie: '', against: null },
    page('sign-in, without a session', '', '/sign-in'),
    page('her ten mailboxes', ada, '/mailboxes'),
    page('the aliases of one (50)', ada, `/mailboxes/${site.first}/aliases`, 'R, aliases'),
    page('a domain of a thousand, first page', dora, '/domains/example.org'),
    page('registrations that wait (100)', dora, '/registrations'),
    page('accounts', dora, '/accounts'),
    page('what was done, newest', dora, '/audit'),
  ]
  if (site.mailboxes > FEW) {
    const middle = encodeURIComponent(`box${Math.floor(site.mailboxes / 6)}@big.example`)
    pages.push(page('a third of all in one domain, first page', dora, '/domains/big.example'))
    pages.push(page('the same, from the middle', dora, `/domains/big.example?after=${middle}`))
  }
  for (const { name, url, cookie } of pages) {
    const answer = await fetch(url, { headers: { Cookie: cookie } })
    if (answer.status !== 200) throw new Error(`${name}: ${answer.status}`)
  }

  const alias = { form: 'localPart=bench.number.%d&domain=example.org', atOnce: 1 }
  const credentials = new URLSearchParams({ email: CAST.cleo.email, password: PASSWORD, next: '/' }).toString()
  const signingIn = { form: credentials, atOnce: availableParallelism() }
  const acts: Page[] = [
    { name: 'R, a row', url: `${reference}/aliases`, cookie: '', against: null, ...alias },
    { ...page('an alias is added', ada, `/mailboxes/${site.first + 1}/aliases`, 'R, a row'), ...alias },
    { name: 'R, the library', url: `${reference}/sign-in`, cookie: '', against: null, ...signingIn },
    { ...page('somebody signs in', '', '/sign-in', 'R, the library'), ...signingIn },
  ]
  return { pages, acts, server }
}

/** Two processes at one port, against one. It says most where each has a core, and so have the database and wrk. */
async function measureWorkers(site: Site, pages: Page[]): Promise<void> {
  const page = pages.find(({ name }) => name === 'her ten mailboxes')
  if (page === undefined) throw new Error('There is no such page')
  const started = async (name: string, WEB_WORKERS: string, against: string | null): Promise<Page> => {
    const { origin } = await startServer(site, folder, { WEB_WORKERS })
    return { ...page, name, url: page.url.replace(/^http:..[^/]*/, origin), against }
  }
  const one = await started('one process', '1', null)
  const two = await started('two processes', '2', one.name)
  // Until V8 has compiled what is called often, each process is slow for itself.
  for (const warm of [one, two]) await load(warm, 4 * SECONDS)
  await measure('her ten mailboxes by two processes, as a share of one', site, [one, two])
}

interface Measured {
  aSecond: number
  p50: number
  p99: number
}

/** @throws with the command that installs wrk, where it is missing */
async function load({ name, url, cookie, form, atOnce = AT_ONCE }: Page, seconds: number): Promise<Measured> {
  const script = join(folder, 'post.lua')
  // Any number that no round had before.
  const first = (posted += 100_000)
  const send = `wrk.format('POST', nil, nil, (form:gsub('%%d', n)))`
  if (form !== undefined)
    writeFileSync(
      script,
      `local n, form = ${first}, '${form}'\nfunction request() n = n + 1; return ${send} end\n` +
        `wrk.headers['Content-Type'] = 'application/x-www-form-urlencoded'`,
    )
  const { stdout } = await promisify(execFile)('wrk', [
    '-t1',
    `-c${atOnce}`,
    `-d${seconds}s`,
    '--latency',
    ...['-H', `Cookie: ${cookie}`, '-H', `Origin: ${publicOrigin}`],
    ...(form === undefined ? [] : ['-s', script]),
    url,
  ]).catch((error: unknown) => {
    throw (error as { code?: unknown }).code === 'ENOENT' ? new Error('Missing: apt-get install wrk') : error
  })
  if (/Non-2xx/.test(stdout)) throw new Error(`${name} was refused`)
  const ms = (share: string) => {
    const [, value, unit] = new RegExp(`${share}%\\s+([\\d.]+)(us|ms|s)`).exec(stdout) ?? []
    return Number(value) * (unit === 'us' ? 0.001 : unit === 's' ? 1000 : 1)
  }
  return { aSecond: Number(/Requests\/sec:\s+([\d.]+)/.exec(stdout)?.[1]), p50: ms('50'), p99: ms('99') }
}

async function measure(title: string, site: Site, pages: Page[]): Promise<void> {
  const rounds = new Map<string, Measured[]>(pages.map(({ name }) => [name, []]))
  for (const page of pages) await load(page, SECONDS)
  for (let round = 0; round < ROUNDS; round += 1)
    for (const page of pages) {
      // What was written before is not to be read with it.
      await site.query("DELETE FROM virtual_aliases WHERE source LIKE 'bench.number.%'")
      rounds.get(page.name)?.push(await load(page, SECONDS))
    }

  const of = (name: string, value: (one: Measured) => number) => (rounds.get(name) ?? []).map(value)
  const rows: Record<string, string | number>[] = []
  for (const { name, url, cookie, against, form } of pages) {
    const rates = of(name, ({ aSecond }) => aSecond)
    const shares =
      against === null ? [] : rates.map((rate, round) => rate / (of(against, (one) => one.aSecond)[round] ?? 0))
    const view = async () => {
      const body = form === undefined ? null : new URLSearchParams(form.replace('%d', String((posted += 1))))
      const headers = { Cookie: cookie, Origin: publicOrigin }
      await (await fetch(url, { headers, redirect: 'manual', ...(body && { method: 'POST', body }) })).text()
    }
    const { queries, reads } = await countReads(site, view)
    const [p50, p99] = [median(of(name, (one) => one.p50)), median(of(name, (one) => one.p99))]
    rows.push({
      page: name,
      'a second': Math.round(median(rates)),
      'of R': shares.length === 0 ? '' : median(shares).toFixed(2),
      'least to most':
        shares.length === 0 ? '' : `${Math.min(...shares).toFixed(2)} to ${Math.max(...shares).toFixed(2)}`,
      'p50, ms': p50,
      'p99, ms': p99,
      queries,
      'rows read': reads,
    })
  }
  console.log(`\n${title}, ${AT_ONCE} requests at once, median of ${ROUNDS} rounds of ${SECONDS} s`)
  console.table(rows)
}

/** What Dovecot's second passdb costs: the database's part of a log-in. */
async function measureLogIns(site: Site): Promise<void> {
  const { config, credentialKeys, database, query } = site
  const mailbox = 'box1@example.org'
  const [row] = await query<{ hash: string }>('SELECT password AS hash FROM virtual_users WHERE email = ?', [mailbox])
  const terms = { mailbox, kind: 'app', protocols: everyProtocol, lastDay: null } as const
  const inForce = { keyPassword: 'of the bench', loginHash: row?.hash ?? '' }
  await putCredential(query, credentialKeys, terms, 'an app password', inForce)
  const passdb = passdbQuery({ mapping: config.mapping, database: database.name, loginKey: credentialKeys.login })

  const rows: Record<string, string | number>[] = []
  for (const password of ['an app password', 'another']) {
    const logIn = () => askPassdb(query, passdb, { user: mailbox, password })
    if (((await logIn()) === null) !== (password === 'another')) throw new Error('The passdb answers wrongly')
    const times: number[] = []
    for (let n = 0; n < 1_000; n += 1) {
      const begun = performance.now()
      await logIn()
      times.push(performance.now() - begun)
    }
    const { queries, reads } = await countReads(site, logIn)
    rows.push({ 'log-in with': password, 'p50, ms': median(times).toFixed(2), queries, 'rows read': reads })
  }
  console.log('\nthe second passdb, one log-in after another')
  console.table(rows)
}

function median(values: number[]): number {
  return values.toSorted((one, other) => one - other)[values.length >> 1] ?? NaN
}

/** Eight people who send wrong passwords all the time, and what others notice of it. */
async function measureWhileHashing(pages: Page[], server: Server): Promise<void> {
  const page = pages.find(({ name }) => name === 'her ten mailboxes')
  if (page === undefined) throw new Error('There is no such page')
  await heldUp(server)
  const idle = await load(page, 5)
  const idleLoop = await heldUp(server)
  let busy = true
  let refused = 0
  const guessers = Array.from({ length: 8 }, async (_, guesser) => {
    for (let n = 0; busy; n += 1) {
      const body = new URLSearchParams({
        email: `nobody${guesser}.${n}@people.test`,
        password: 'wrong password',
        next: '/',
      })
      const { status } = await fetch(new URL('/sign-in', page.url), {
        method: 'POST',
        headers: { Origin: publicOrigin },
        body,
      })
      // Where too many wait, people are asked to come back.
      if (![422, 429, 503].includes(status)) throw new Error(`A wrong password was answered with ${status}`)
      if (status === 422) refused += 1
    }
  })
  const crowded = await load(page, 10)
  const crowdedLoop = await heldUp(server)
  const memory = memoryOf(server)
  busy = false
  await Promise.all(guessers)
  console.log(
    `\nwhile eight clients send wrong passwords (argon2id, 64 MiB, 3 passes), of which ${refused} were judged`,
  )
  console.table({ 'her ten mailboxes, idle': idle, 'her ten mailboxes, meanwhile': crowded })
  console.log(
    `p99 is ${(crowded.p99 / idle.p99).toFixed(1)} times what it was; the event loop's delay at p99.9 is ${crowdedLoop} ms, ` +
      `it was ${idleLoop} ms; memory ${memory} MB`,
  )
}
