// The demo: the web app, a mail catcher, and, for root, a real mail host with the connector. Everything it keeps stands
// in .demo/, and everything it starts ends with it.
import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { createPool } from 'mysql2/promise'
import { generateSealKeys, sealPublicKey } from '../../connector/contract/seal.ts'
import { createDatabasePool } from '../../src/db/store.ts'
import { startLab, type Lab } from '../lab/lab.ts'
import { mailSchema, ownSchema, startDatabaseServer } from '../support/database.ts'
import { startMailCatcher } from '../support/mail-catcher.ts'
import { addPeople, emailOf, passwordOf, people, sampleDomains } from './sample.ts'

const top = join(import.meta.dirname, '../..')
const folder = join(top, '.demo')
const sql = mailSchema + sampleDomains + ownSchema
const { values: options } = parseArgs({
  options: { fresh: { type: 'boolean', default: false }, port: { type: 'string', default: '8686' } },
})
const port = Number(options.port)
if (!Number.isInteger(port) || port < 1 || port > 65_000) throw new Error('--port must be a port number up to 65000')
const ports = { web: port, catcher: port + 1, imap: port + 2 }

/** What was started, each to be stopped before what was started before it. */
const stops: (() => Promise<unknown>)[] = []
const ending: { promise?: Promise<never> } = {}
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void stop(0))

try {
  await start()
} catch (error) {
  // What fails because it is being stopped is no news.
  if (!ending.promise) console.error(`\n${error instanceof Error ? error.message : String(error)}\n`)
  await stop(1)
}

async function start(): Promise<void> {
  for (const [what, taken] of Object.entries(ports)) {
    if (await answers(taken))
      throw new Error(`Port ${taken} (${what}) is in use. Choose others: npm run demo -- --port N`)
  }
  if (options.fresh) rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true, mode: 0o700 })

  const { lab, database, missing } = await startDatabase()
  await addSample(database)
  const catcher = await startMailCatcher({ webPort: ports.catcher, folder: join(folder, 'mail') })
  stops.push(() => catcher.stop())
  const keys = await sealKeys()
  await startWeb(database, catcher.smtpPort, keys)
  if (lab) await startConnector(lab, database, keys)
  console.log(summary(lab, missing))
}

type Database = Lab['database']

/** The mail host's database where there is a mail host; else one of its own, and why there is none. */
async function startDatabase(): Promise<{ lab: Lab | null; database: Database; missing: string }> {
  let missing = 'it needs root. Stop this and start it again with: sudo npm run demo'
  if (process.getuid?.() === 0) {
    try {
      const bind = [{ from: join(top, 'connector'), to: '/opt/colombier-connector' }]
      const lab = await startLab({ dataFolder: join(folder, 'lab'), sql, bind, ports: { imap: ports.imap } })
      stops.push(() => lab.stop())
      writeFileSync(join(folder, 'lmtp-port'), String(lab.ports.lmtp))
      return { lab, database: lab.database, missing: '' }
    } catch (error) {
      missing = error instanceof Error ? error.message : String(error)
    }
  }
  const mariadb = await startDatabaseServer({ dataFolder: join(folder, 'database') })
  const { host, port, user, password } = mariadb
  stops.push(() => mariadb.stop())
  const database: Database = { host, port, user, password, database: 'mail' }
  const loaded = join(folder, 'database-loaded')
  if (!existsSync(loaded)) {
    const pool = createPool({ host, port, user, password, multipleStatements: true, charset: 'utf8mb4' })
    // What a start that was cut short has left.
    await pool.query(`DROP DATABASE IF EXISTS mail; CREATE DATABASE mail; USE mail; ${sql}`)
    await pool.end()
    writeFileSync(loaded, '')
  }
  return { lab: null, database, missing }
}

async function addSample(database: Database): Promise<void> {
  const pool = createDatabasePool({ options: database, poolSize: 4, timeoutSeconds: 60 })
  await addPeople(pool)
  await pool.end()
}

interface Keys {
  webKeyFile: string
  webPublicKey: string
  connectorPrivateKey: string
  connectorPublicKey: string
}

async function sealKeys(): Promise<Keys> {
  const [web, connector] = [await generateSealKeys(), await generateSealKeys()]
  const webPrivateKey = kept('web.key', web.privateKey)
  const connectorPrivateKey = kept('connector.key', connector.privateKey)
  return {
    webKeyFile: join(folder, 'web.key'),
    webPublicKey: await sealPublicKey(webPrivateKey),
    connectorPrivateKey,
    connectorPublicKey: await sealPublicKey(connectorPrivateKey),
  }
}

/** What the file in .demo/ says; `otherwise`, which is written into it, when there is none. */
function kept(name: string, otherwise: string): string {
  const file = join(folder, name)
  if (!existsSync(file)) writeFileSync(file, otherwise, { mode: 0o600 })
  return readFileSync(file, 'utf8')
}

function databaseEnv({ host, port, user, password, database }: Database): Record<string, string> {
  return {
    DATABASE_HOST: host,
    DATABASE_PORT: String(port),
    DATABASE_USER: user,
    DATABASE_PASSWORD: password,
    DATABASE_NAME: database,
  }
}

async function startWeb(database: Database, smtpPort: number, keys: Keys): Promise<void> {
  const settings = {
    APP_URL: `http://127.0.0.1:${ports.web}`,
    PORT: String(ports.web),
    SESSION_SECRET: kept('session-secret', randomBytes(32).toString('base64url')),
    ...databaseEnv(database),
    SEAL_PRIVATE_KEY_FILE: keys.webKeyFile,
    SEAL_CONNECTOR_PUBLIC_KEY: keys.connectorPublicKey,
    SMTP_URL: `smtp://127.0.0.1:${smtpPort}`,
    MAIL_FROM: 'Colombier <noreply@example.org>',
  }
  const envFile = join(folder, 'colombier.env')
  rmSync(envFile, { force: true })
  const lines = Object.entries(settings).map(([name, value]) => `${name}="${value}"\n`)
  writeFileSync(envFile, lines.join(''), { mode: 0o600 })

  // What is kept in .demo/ may be of a version before this one.
  execFileSync(process.execPath, [`--env-file=${envFile}`, 'dist/src/cli/migrate.js'], { cwd: top })
  const log = openSync(join(folder, 'web.log'), 'a', 0o600)
  // In a group of its own: Ctrl-C is for this process, which then ends the others in their order.
  const child = spawn(process.execPath, [`--env-file=${envFile}`, 'dist/src/server.js'], {
    cwd: top,
    env: { PATH: process.env['PATH'], NODE_ENV: 'production' },
    stdio: ['ignore', log, log],
    detached: true,
  })
  closeSync(log)
  stops.push(() => end(child))
  watchOver(child, 'The web app', 'web.log')
  while (!(await answers(ports.web))) {
    if (child.exitCode !== null) throw new Error('The web app did not start')
    await sleep(50)
  }
}

/** The connector, compiled and bound into the mail host, staying up with `--watch`. */
async function startConnector(lab: Lab, database: Database, keys: Keys): Promise<void> {
  mkdirSync(join(lab.root, 'etc/colombier'), { recursive: true })
  writeFileSync(join(lab.root, 'etc/colombier/connector.key'), keys.connectorPrivateKey, { mode: 0o600 })
  const log = openSync(join(folder, 'connector.log'), 'a', 0o600)
  const child = lab.spawn(['node', '/opt/colombier-connector/dist/main.js', 'run', '--watch'], {
    env: {
      ...databaseEnv(database),
      SEAL_WEB_PUBLIC_KEY: keys.webPublicKey,
      CONNECTOR_NAME: 'mail.example.org',
      MAIL_ROOT: '/srv/mail',
    },
    stdio: ['ignore', log, log],
    detached: true,
  })
  closeSync(log)
  stops.push(() => end(child))
  watchOver(child, 'The connector', 'connector.log')
  await once(child, 'spawn')
}

function watchOver(child: ChildProcess, what: string, log: string): void {
  child.once('exit', (code, signal) => {
    if (ending.promise) return
    const last = readFileSync(join(folder, log), 'utf8').trimEnd().split('\n').slice(-5).join('\n')
    console.error(`\n${what} ended by itself (${signal ?? code ?? ''}). The end of .demo/${log}:\n${last}\n`)
    void stop(1)
  })
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  child.kill('SIGTERM')
  const late = setTimeout(() => child.kill('SIGKILL'), 10_000)
  await ended
  clearTimeout(late)
}

function stop(code: number): Promise<never> {
  return (ending.promise ??= (async () => {
    for (const stopOne of stops.reverse()) await stopOne().catch((error: unknown) => console.error(error))
    process.exit(code)
  })())
}

function answers(onPort: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port: onPort })
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
    socket.once('connect', () => socket.destroy())
  })
}

function summary(lab: Lab | null, missing: string): string {
  const rows = people.map(
    ({ name, role, may }) =>
      `  ${emailOf(name).padEnd(18)} ${passwordOf(name).padEnd(20)} ${role.padEnd(12)} may ${may}`,
  )
  const mailHost = lab
    ? `Mail host  IMAP on 127.0.0.1:${ports.imap} without TLS; the connector acts within two seconds
           read:    curl -u ADDRESS 'imap://127.0.0.1:${ports.imap}/INBOX;MAILINDEX=1'
           deliver: node --import tsx test/demo/mail.ts ADDRESS`
    : `Mail host  MISSING: ${missing}
           Tasks stay waiting: a new mailbox is shown as being set up, and a changed password stays under way.`
  return `
Colombier  http://127.0.0.1:${ports.web}
Its mail   http://127.0.0.1:${ports.catcher} (nothing is really sent)
${mailHost}

  account            password             role
${rows.join('\n')}

The data stay in .demo/ until a start with --fresh. Ctrl-C stops all of it.
`
}
