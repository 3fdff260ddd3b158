import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createConnection } from 'mysql2/promise'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { generateSealKeys } from '../connector/contract/seal.ts'
import { createDatabase, type TestDatabase } from './support/database.ts'

const root = join(import.meta.dirname, '..')
const folder = mkdtempSync(join(tmpdir(), 'colombier-server-'))
let database: TestDatabase
let env: Record<string, string>

beforeAll(async () => {
  database = await createDatabase()
  const [web, connector] = await Promise.all([generateSealKeys(), generateSealKeys()])
  const keyFile = join(folder, 'web.key')
  writeFileSync(keyFile, web.privateKey, { mode: 0o600 })
  env = {
    PATH: process.env['PATH'] ?? '',
    APP_URL: 'http://colombier.test',
    PORT: '0',
    SESSION_SECRET: 'for tests only, and long enough to pass',
    SEAL_PRIVATE_KEY_FILE: keyFile,
    SEAL_CONNECTOR_PUBLIC_KEY: connector.publicKey,
    ...database.env,
  }
})
afterAll(async () => {
  await database.drop()
  rmSync(folder, { recursive: true })
})

/** Runs a program of ours until it ends by itself, or until `enough` says that it has written what is waited for. */
function run(
  program: string,
  settings: Record<string, string>,
  options: { arguments?: string[]; input?: string; enough?: RegExp } = {},
) {
  const child = spawn(process.execPath, ['--import', 'tsx', program, ...(options.arguments ?? [])], {
    cwd: root,
    env: settings,
  })
  let output = ''
  return new Promise<{ code: number | null; output: string; child: typeof child }>((resolve) => {
    const listen = (text: Buffer) => {
      output += text.toString()
      if (options.enough?.test(output)) resolve({ code: null, output, child })
    }
    child.stdout.on('data', listen)
    child.stderr.on('data', listen)
    child.once('exit', (code) => resolve({ code, output, child }))
    child.stdin.end(options.input ?? '')
  })
}

const ask = async (sql: string) => {
  const { host, port, user, password } = database.server
  const connection = await createConnection({ host, port, user, password, database: database.name })
  const [rows] = await connection.query(sql)
  await connection.end()
  return rows
}
const admins = () => ask("SELECT email, active FROM colombier_accounts WHERE role = 'super_admin'")

test('the server prints the setup token, answers, and stops when it is asked to', async () => {
  // Once it has a connector's key the setup is over.
  const { child, output } = await run(
    'src/server.ts',
    { ...env, SEAL_CONNECTOR_PUBLIC_KEY: '' },
    {
      enough: /one-time token: [\w-]{22}[\s\S]*"port":\d+|"port":\d+[\s\S]*token: [\w-]{22}/,
    },
  )
  const port = /"port":(\d+)/.exec(output)?.[1] ?? ''
  expect(await (await fetch(`http://127.0.0.1:${port}/health`)).text()).toBe('ok')

  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve))
  child.kill('SIGTERM')
  expect(await ended).toBe(0)
})

test('an open event stream is ended when the server stops, and does not keep it', async () => {
  const own = await createDatabase()
  const settings = { ...env, ...own.env }
  const password = 'a quiet dove at dusk'
  await run('src/cli/admin.ts', settings, { arguments: ['dora@people.test'], input: `${password}\n` })
  const { child, output } = await run('src/server.ts', settings, { enough: /"port":\d+/ })
  const base = `http://127.0.0.1:${/"port":(\d+)/.exec(output)?.[1] ?? ''}`
  const signedIn = await fetch(`${base}/sign-in`, {
    method: 'POST',
    redirect: 'manual',
    headers: { Origin: 'http://colombier.test' },
    body: new URLSearchParams({ email: 'dora@people.test', password, next: '/' }),
  })
  const Cookie = signedIn.headers
    .getSetCookie()
    .map((line) => line.replace(/;.*/, ''))
    .join('; ')
  const stream = await fetch(`${base}/registrations/events`, { headers: { Cookie } })
  expect(stream.status).toBe(200)
  for (const { headers } of [signedIn, stream, await fetch(`${base}/sign-in`), await fetch(`${base}/nowhere`)]) {
    expect(headers.get('Content-Security-Policy')).toContain("default-src 'none'")
    expect(headers.get('X-Content-Type-Options')).toBe('nosniff')
    expect(headers.get('Referrer-Policy')).toBe('same-origin')
    expect(headers.get('Cache-Control')).toBe('no-store')
  }

  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve))
  child.kill('SIGTERM')
  // Cut off in the middle, it would be an error.
  expect(await stream.text()).toContain('retry: ')
  expect(await ended).toBe(0)
  await own.drop()
})

test('the server does not start over a database without its tables, and says what to import', async () => {
  const empty = await createDatabase('SELECT 1')
  const { code, output } = await run('src/server.ts', { ...env, ...empty.env })
  expect(code).toBe(1)
  expect(output).toContain('Run colombier-database, or import schema.sql')
  await empty.drop()
})

test('the server does not start without its database or settings, and shows no password', async () => {
  const away = await run('src/server.ts', { ...env, DATABASE_PORT: '1', DATABASE_PASSWORD: 'not-to-be-shown' })
  expect(away.code).toBe(1)
  expect(away.output).toMatch(
    /^The database \S+ at 127\.0\.0\.1:1 cannot be reached: nothing listens there \(ECONNREFUSED\)/,
  )
  expect(away.output).not.toContain('not-to-be-shown')

  const bare = await run('src/server.ts', { PATH: env['PATH'] ?? '' })
  expect(bare.code).toBe(1)
  for (const name of ['APP_URL', 'SESSION_SECRET', 'DATABASE_USER', 'DATABASE_NAME'])
    expect(bare.output).toContain(name)

  const own = await createDatabase()
  const settings = { ...env, ...own.env }
  await run('src/cli/admin.ts', settings, { arguments: ['dora@people.test'], input: 'the first of all doves\n' })
  writeFileSync(join(folder, 'open.key'), 'x'.repeat(43), { mode: 0o644 })
  const open = await run('src/server.ts', { ...settings, SEAL_PRIVATE_KEY_FILE: join(folder, 'open.key') })
  expect(open.output).toContain('chmod 600')
  await own.drop()
})

test('the admin command makes a super admin of an address, with the password that it reads', async () => {
  await ask("INSERT INTO colombier_settings (name, value) VALUES ('setup-draft', 'of a setup that was given up')")
  const made = await run('src/cli/admin.ts', env, {
    arguments: ['Dora@People.test'],
    input: 'the first of all doves\n',
  })
  expect(made).toMatchObject({ code: 0, output: 'dora@people.test is a new super admin.\n' })
  expect(await ask("SELECT name FROM colombier_settings WHERE name LIKE 'setup%'")).toEqual([])
  expect(await admins()).toEqual([{ email: 'dora@people.test', active: 1 }])

  // Whoever had the account before may have links to it.
  await ask(
    `INSERT INTO colombier_links (id_hash, purpose, account_id, expires_at)
     SELECT REPEAT('x', 32), 'password_reset', id, UTC_TIMESTAMP(6) + INTERVAL 1 HOUR FROM colombier_accounts`,
  )
  const again = await run('src/cli/admin.ts', env, {
    arguments: ['dora@people.test'],
    input: 'the second of all doves',
  })
  expect(again.output).toBe(
    'dora@people.test is a super admin now, with the new password. A second factor stays as it is.\n',
  )
  expect(await admins()).toHaveLength(1)
  const act = { action: 'account.super_admin_by_command', actor: null, subject: 'dora@people.test' }
  expect(await ask('SELECT action, actor, subject FROM colombier_audit')).toEqual([act, act])
  expect(await ask('SELECT purpose FROM colombier_links')).toEqual([])
  const told = { recipient: 'dora@people.test', subject: 'Your account password was changed' }
  expect(await ask('SELECT recipient, subject FROM colombier_outbox')).toEqual([told])
})

test('the admin command takes a lost second factor away, and leaves the password as it is', async () => {
  await run('src/cli/admin.ts', env, { arguments: ['dora@people.test'], input: 'the first of all doves\n' })
  const remove = () => run('src/cli/admin.ts', env, { arguments: ['--remove-second-factor', 'dora@people.test'] })
  expect(await remove()).toMatchObject({ code: 1, output: 'dora@people.test has no second factor.\n' })
  await ask(
    "INSERT INTO colombier_totp (account_id, secret, created_at) SELECT id, 'x', UTC_TIMESTAMP(6) FROM colombier_accounts",
  )
  await ask('DELETE FROM colombier_outbox')
  const before = await ask('SELECT password_hash FROM colombier_accounts')
  expect(await remove()).toMatchObject({
    code: 0,
    output: 'dora@people.test signs in with the password alone now.\n',
  })
  expect(await ask('SELECT account_id FROM colombier_totp')).toEqual([])
  expect(await ask('SELECT password_hash FROM colombier_accounts')).toEqual(before)
  expect(await ask('SELECT recipient FROM colombier_outbox')).toEqual([{ recipient: 'dora@people.test' }])
  const nobody = await run('src/cli/admin.ts', env, { arguments: ['--remove-second-factor', 'eve@people.test'] })
  expect(nobody).toMatchObject({ code: 1, output: 'There is no active account eve@people.test.\n' })
})

test('the admin command refuses a weak password, no address, and a password among its arguments', async () => {
  const weak = await run('src/cli/admin.ts', env, { arguments: ['eve@people.test'], input: 'short\n' })
  expect(weak).toMatchObject({ code: 1, output: 'Use 12 characters or more.\n' })
  const common = await run('src/cli/admin.ts', env, { arguments: ['eve@people.test'], input: 'password1234\n' })
  expect(common).toMatchObject({ code: 1, output: expect.stringContaining('too common') as string })
  const own = await run('src/cli/admin.ts', env, { arguments: ['eve@people.test'], input: 'eve@people.test\n' })
  expect(own).toMatchObject({ code: 1, output: expect.stringContaining('close to your address') as string })
  expect((await run('src/cli/admin.ts', env, { arguments: [] })).output).toContain('Usage:')
  expect((await run('src/cli/admin.ts', env, { arguments: ['eve@people.test', 'a long password'] })).output).toContain(
    'Usage:',
  )
  expect((await run('src/cli/admin.ts', env, { arguments: ['eve'] })).code).toBe(1)
})
