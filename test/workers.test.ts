import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { generateSealKeys } from '../connector/contract/seal.ts'
import { createDatabase, type TestDatabase } from './support/database.ts'

const root = join(import.meta.dirname, '..')
const folder = mkdtempSync(join(tmpdir(), 'colombier-workers-'))
let database: TestDatabase
let env: Record<string, string>
let server: ChildProcess | null = null
let output = ''

beforeAll(async () => {
  database = await createDatabase()
  const [web, connector] = await Promise.all([generateSealKeys(), generateSealKeys()])
  const keyFile = join(folder, 'web.key')
  writeFileSync(keyFile, web.privateKey, { mode: 0o600 })
  env = {
    PATH: process.env['PATH'] ?? '',
    APP_URL: 'http://colombier.test',
    PORT: '0',
    WEB_WORKERS: '2',
    SESSION_SECRET: 'for tests only, and long enough to pass',
    SEAL_PRIVATE_KEY_FILE: keyFile,
    SEAL_CONNECTOR_PUBLIC_KEY: connector.publicKey,
    ...database.env,
  }
})
afterEach(async () => {
  if (server?.exitCode === null && server.signalCode === null) await stop()
})
afterAll(async () => {
  await database.drop()
  rmSync(folder, { recursive: true })
})

function start(settings: Record<string, string> = {}) {
  output = ''
  const child = spawn(process.execPath, ['--import', 'tsx', 'src/server.ts'], {
    cwd: root,
    env: { ...env, ...settings },
  })
  const listen = (text: Buffer) => (output += text.toString())
  child.stdout.on('data', listen)
  child.stderr.on('data', listen)
  server = child
  return child
}

/** Once there is a connector's key the setup is over, and no token is given out. */
const beforeSetup = { SEAL_CONNECTOR_PUBLIC_KEY: '' }

async function stop(): Promise<number | null> {
  const ended = new Promise<number | null>((resolve) => server?.once('exit', resolve))
  server?.kill('SIGTERM')
  return ended
}

const portsIn = (text: string) => [...text.matchAll(/"port":(\d+)/g)].map(([, port]) => port)
const untilListening = (count: number) =>
  vi.waitFor(() => expect(portsIn(output)).toHaveLength(count), { timeout: 50_000, interval: 50 })
const url = (path: string) => `http://127.0.0.1:${portsIn(output)[0]}${path}`

/** The processes that the first one began. */
const workersOf = ({ pid }: ChildProcess) =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => {
      try {
        return new RegExp(`^PPid:\\s+${pid}$`, 'm').test(readFileSync(`/proc/${name}/status`, 'utf8'))
      } catch {
        return false
      }
    })
    .filter((name) => readFileSync(`/proc/${name}/cmdline`, 'utf8').includes('server.ts'))
    .map(Number)

test('two processes answer at one port, one gives out the token, and all end when the first is asked to', async () => {
  const child = start(beforeSetup)
  await untilListening(2)
  expect(new Set(portsIn(output)).size).toBe(1)
  expect(output.match(/one-time token/g)).toHaveLength(1)
  expect(workersOf(child)).toHaveLength(2)

  for (let visit = 0; visit < 6; visit += 1) {
    const answer = await fetch(url('/setup'), { headers: { Connection: 'close' } })
    expect(answer.status).toBe(200)
  }
  expect(await stop()).toBe(0)
})

test('a process that is killed is replaced, and the token stays the one that was given out', async () => {
  const child = start(beforeSetup)
  await untilListening(2)
  const [first = 0] = workersOf(child)
  process.kill(first, 'SIGKILL')
  await untilListening(3)
  expect(output).toContain('"event":"a web process broke"')
  expect(output.match(/one-time token/g)).toHaveLength(1)
  expect((await fetch(url('/setup'))).status).toBe(200)
})

test('what keeps one process from starting ends all, and is said', async () => {
  const keyFile = join(folder, 'open.key')
  writeFileSync(keyFile, 'x'.repeat(43), { mode: 0o644 })
  const child = start({ SEAL_PRIVATE_KEY_FILE: keyFile })
  const code = await new Promise<number | null>((resolve) => child.once('exit', resolve))
  expect(code).toBe(78)
  expect(output).toContain('chmod 600')
})

test('a process that is stuck is replaced where systemd watches the first one', async () => {
  const child = start({ ...beforeSetup, WATCHDOG_USEC: '4000000' })
  await untilListening(2)
  const [first = 0, second = 0] = workersOf(child)
  process.kill(first, 'SIGSTOP')
  await untilListening(3)
  expect(output).toContain('"signal":"SIGKILL"')
  expect(workersOf(child)).toContain(second)
  expect(workersOf(child)).not.toContain(first)
})

test('once there is a super admin, every process gives way to the application', async () => {
  start()
  await untilListening(2)
  const pool = database.connect()
  await pool.query(
    `INSERT INTO colombier_accounts (email, password_hash, role, created_at)
     VALUES ('dora@people.test', 'unused', 'super_admin', UTC_TIMESTAMP(6))`,
  )
  await pool.end()
  for (let visit = 0; visit < 6; visit += 1) {
    const answer = await fetch(url('/sign-in'), { headers: { Connection: 'close' }, redirect: 'manual' })
    expect(answer.status).toBe(200)
  }
})
