import { execFileSync, spawn } from 'node:child_process'
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseEnv } from 'node:util'
import { getRequestListener } from '@hono/node-server'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { sealPublicKey } from '../../connector/contract/seal.ts'
import type { Browser } from '../support/browser.ts'
import { freePorts } from '../support/ports.ts'
import { entered, fillIn, startSetup, withToken, type SetupSite } from '../support/setup.ts'

const program = fileURLToPath(new URL('../../connector/dist/main.js', import.meta.url))
const example = readFileSync(new URL('../../connector/.env.example', import.meta.url), 'utf8')

let tls: string
let site: SetupSite
let server: Server
let dora: Browser
let folder: string
let settings: string
/** what the server was asked for, and what it does before it answers */
let asked: { method: string; url: string; headers: string }[]
let beforeAnswer: () => Promise<void>

beforeAll(() => {
  tls = mkdtempSync(join(tmpdir(), 'colombier-pair-tls-'))
  // prettier-ignore
  execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2', '-subj', '/CN=self-made', '-keyout', join(tls, 'key.pem'), '-out', join(tls, 'cert.pem')], { stdio: 'pipe' })
})
afterAll(() => rmSync(tls, { recursive: true }))

beforeEach(async () => {
  const [port = 0] = await freePorts(1)
  site = await startSetup({ env: { APP_URL: `https://localhost:${port}` } })
  asked = []
  beforeAnswer = () => Promise.resolve()
  const listener = getRequestListener(async (request, bindings) => {
    const answer = await site.fetch(request, bindings)
    await beforeAnswer()
    return answer
  })
  const options = { key: readFileSync(join(tls, 'key.pem')), cert: readFileSync(join(tls, 'cert.pem')) }
  server = createServer(options, (request, response) => {
    const { method = '', url = '', headers } = request
    asked.push({ method, url, headers: JSON.stringify(headers) })
    void listener(request, response)
  })
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))

  dora = await withToken(site)
  await dora.post('/setup/mapping', entered(site).mapping)
  folder = mkdtempSync(join(tmpdir(), 'colombier-pair-'))
  settings = join(folder, 'connector.env')
  // As the package leaves it, and colombier-database after it.
  writeFileSync(settings, withLines(site.database.env), { mode: 0o600 })
})
afterEach(async () => {
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
  await site.stop()
  rmSync(folder, { recursive: true })
})

const withLines = ({ DATABASE_USER, DATABASE_PASSWORD }: Record<string, string>) =>
  example
    .replace(/^DATABASE_USER=.*/m, `DATABASE_USER=${DATABASE_USER ?? ''}`)
    .replace(/^DATABASE_PASSWORD=.*/m, `DATABASE_PASSWORD="${DATABASE_PASSWORD ?? ''}"`)

/** The line that the page shows now. */
async function showLine(): Promise<string> {
  const { html } = await dora.post('/setup/connector/line')
  const [, line = ''] = /colombier-connector pair (?:&#39;|')([^&']+)(?:&#39;|')/.exec(html) ?? []
  return line
}

function start(args: string[], typed = '') {
  const child = spawn(process.execPath, [program, 'pair', ...args], {
    cwd: '/',
    env: { PATH: '/usr/bin:/bin', COLOMBIER_CONNECTOR_SETTINGS: settings },
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (output += text))
  child.stdin.end(typed)
  const ended = new Promise<{ status: number | null; output: string }>((resolve) =>
    child.on('close', (status) => resolve({ status, output })),
  )
  return { child, ended }
}
const pair = (...args: string[]) => start(args).ended

const written = () => parseEnv(readFileSync(settings, 'utf8'))
const modeOf = (file: string) => statSync(file).mode & 0o777

test('one line gives a mail host its settings and its key, over a certificate that nobody vouches for', async () => {
  await fillIn(site, dora)
  const line = await showLine()
  const { status, output } = await pair(line, '--mail-root', folder)

  expect(output).toContain(`${settings} is written.`)
  const webKey = readFileSync(site.keyFile, 'utf8').trim()
  expect(written()).toMatchObject({
    DATABASE_NAME: site.database.name,
    DATABASE_PASSWORD: site.database.env.DATABASE_PASSWORD,
    MAIL_SCHEMA: 'default',
    SEAL_WEB_PUBLIC_KEY: await sealPublicKey(webKey),
    MAIL_ROOT: folder,
  })
  const key = join(folder, 'connector.key')
  expect([modeOf(settings), modeOf(key)]).toEqual([0o600, 0o600])
  // The comments of the file stay.
  expect(readFileSync(settings, 'utf8')).toContain("# The connector's own database user.")

  // The database was found where it is for this host; the doctor has looked.
  expect(output).not.toContain('No database at')
  // There is no Dovecot here.
  expect(output).toMatch(/^ok {4}settings$/m)
  expect(output).toMatch(/^fail {2}doveadm cannot read the configuration/m)
  expect(output).toContain('Then: systemctl enable --now colombier-connector-watch.service')
  expect(status).toBe(1)

  const publicKey = await sealPublicKey(readFileSync(key, 'utf8').trim())
  expect((await dora.get('/setup/summary')).html).toContain(`SEAL_CONNECTOR_PUBLIC_KEY=${publicKey}`)
})

test('the secret goes into no address and no header, and the database’s password is asked for where there is none', async () => {
  writeFileSync(settings, example.replace('colombier_connector', site.database.env.DATABASE_USER))
  const line = await showLine()
  await start([line], `${site.database.env.DATABASE_PASSWORD}\n`).ended

  expect(written()['DATABASE_PASSWORD']).toBe(site.database.env.DATABASE_PASSWORD)
  const secret = new URL(line).hash.slice(1, 23)
  expect(secret).toMatch(/^[\w-]{22}$/)
  expect(asked.map(({ method, url }) => `${method} ${url}`)).toEqual(['POST /pairing'])
  expect(JSON.stringify(asked)).not.toContain(secret)
  expect(
    readdirSync(folder)
      .map((file) => readFileSync(join(folder, file), 'utf8'))
      .join(''),
  ).not.toContain(secret)
})

test('a password that is a credential of systemd is asked for to try the database, and not written down', async () => {
  const { DATABASE_USER, DATABASE_PASSWORD } = site.database.env
  writeFileSync(settings, withLines({ DATABASE_USER, DATABASE_PASSWORD: 'credential:database' }))
  const { output } = await start([await showLine()], `${DATABASE_PASSWORD}\n`).ended

  expect(written()['DATABASE_PASSWORD']).toBe('credential:database')
  expect(output).toContain('ok    the database is on this host')
  expect(readFileSync(settings, 'utf8')).not.toContain(DATABASE_PASSWORD)
})

test('settings that are there are left alone unless that is wanted, and the old ones stay beside the new', async () => {
  const before = `${withLines(site.database.env)}MAILBOX_TABLE=users_of_old\nSEAL_WEB_PUBLIC_KEY=${'k'.repeat(43)}\n`
  writeFileSync(settings, before, { mode: 0o600 })
  chmodSync(settings, 0o644)
  const line = await showLine()
  const refused = await pair(line)
  expect(refused.status).toBe(78)
  expect(refused.output).toContain('has settings and is left as it is')
  expect(readFileSync(settings, 'utf8')).toBe(before)

  // The line was not used for it.
  expect((await pair(line, '--force')).output).toContain('is written.')
  expect(written()).not.toHaveProperty('MAILBOX_TABLE', 'users_of_old')
  expect(written()['SEAL_WEB_PUBLIC_KEY']).not.toBe('k'.repeat(43))
  expect(readFileSync(`${settings}.bak`, 'utf8')).toBe(before)
  expect(modeOf(settings)).toBe(0o600)
})

test('killed while it waits for the answer it leaves all as it was, and with a new line it does the rest with the same key', async () => {
  const before = readFileSync(settings, 'utf8')
  const line = await showLine()
  const { child, ended } = start([line])
  await new Promise<void>((resolve) => {
    beforeAnswer = () => {
      resolve()
      return new Promise((go) => setTimeout(go, 1000))
    }
  })
  child.kill('SIGKILL')
  await ended
  beforeAnswer = () => Promise.resolve()
  expect(readFileSync(settings, 'utf8')).toBe(before)
  const key = readFileSync(join(folder, 'connector.key'), 'utf8')

  const again = await pair(line)
  expect(again.status).toBe(78)
  expect(again.output).toContain('the line was used')
  expect((await pair(await showLine())).output).toContain('is written.')
  expect(readFileSync(join(folder, 'connector.key'), 'utf8')).toBe(key)
})

test('another server in the web app’s place learns nothing and is not believed', async () => {
  const line = await showLine()
  const [port = 0] = await freePorts(1)
  let body = ''
  const stranger = createServer(
    { key: readFileSync(join(tls, 'key.pem')), cert: readFileSync(join(tls, 'cert.pem')) },
    (request, response) => {
      request.on('data', (part: Buffer) => (body += part.toString()))
      request.on('end', () => response.end('A'.repeat(200)))
    },
  )
  await new Promise<void>((resolve) => stranger.listen(port, '127.0.0.1', resolve))
  const before = readFileSync(settings, 'utf8')
  const { status, output } = await pair(line.replace(/localhost:\d+/, `localhost:${port}`))
  stranger.closeAllConnections()
  stranger.close()

  expect(status).toBe(78)
  expect(output).toContain('is not the web app that showed this line')
  expect(body).toMatch(/^connector=[\w-]{43}&sealed=[\w-]+$/)
  expect(body).not.toContain(new URL(line).hash.slice(1, 23))
  expect(readFileSync(settings, 'utf8')).toBe(before)
})

test.each([
  ['half a line', (line: string) => line.slice(0, -10), 'this is no line to pair with'],
  ['plain HTTP to another machine', (line: string) => line.replace(/https:..localhost/, 'http://mail.example.org'), 'this is no line to pair with'], // prettier-ignore
  ['a host that does not answer', (line: string) => line.replace(/localhost:\d+/, 'localhost:1'), 'does not answer (ECONNREFUSED)'], // prettier-ignore
])('%s is refused in words that say what to do', async (_what, spoil, words) => {
  const before = readFileSync(settings, 'utf8')
  const { status, output } = await pair(spoil(await showLine()))
  expect(output).toContain(words)
  expect(status).toBe(78)
  expect(readFileSync(settings, 'utf8')).toBe(before)
})
