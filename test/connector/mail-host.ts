import { randomUUID } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import type { ChildProcess } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { createPool, type RowDataPacket } from 'mysql2/promise'
import { deriveCredentialKeys } from '../../connector/contract/credentials.ts'
import { deriveLockKey } from '../../connector/contract/lock-record.ts'
import { generateSealKeys } from '../../connector/contract/seal.ts'
import { readCollations } from '../../connector/mapping/collations.ts'
import { loadConfig, type Config } from '../../src/config.ts'
import { notifyEnded } from '../../src/jobs/notify.ts'
import { createDatabasePool, type Pool } from '../../src/db/store.ts'
import { findOwnedEntry, type MailboxEntry } from '../../src/mailbox/with-mail-row.ts'
import { changePassword } from '../../src/features/password/change.ts'
import { createMailbox } from '../../src/features/mailboxes/create.ts'
import type { Deps } from '../../src/http/context.ts'
import { createHashWork } from '../../src/lib/password/work.ts'
import { createPasswordHasher } from '../../src/lib/password/hasher.ts'
import { readGrants } from '../support/grants.ts'
import { configurePostfix, type PostfixConfig } from '../lab/postfix.ts'
import { defaultPostfix, defaultSql, startLab, type Lab, type LabOptions, type RunResult } from '../lab/lab.ts'

const projectRoot = fileURLToPath(new URL('../..', import.meta.url))
export const connectorFolder = '/opt/colombier-connector'
export const connectorProgram = `${connectorFolder}/dist/main.js`

export interface Row extends RowDataPacket {
  [column: string]: unknown
}

export interface MailHostOptions extends Omit<LabOptions, 'sql' | 'bind'> {
  /** settings of the web app and of the connector */
  env?: Record<string, string>
  /** its Postfix, which finds every mailbox where it is not told otherwise */
  postfix?: PostfixConfig
}

export const bind = [{ from: `${projectRoot}/connector`, to: connectorFolder }]
export const ownSql = (): Promise<string> => readFile(`${projectRoot}/schema.sql`, 'utf8')

/** A database, and the two users that Colombier has there. */
export interface Place {
  database: string
  web: string
  connector: string
  password: string
}

/** The lab with Colombier on it, each of its programs with the rights that docs/install.md gives it. */
export async function startMailHost({ env = {}, postfix = defaultPostfix, ...options }: MailHostOptions = {}) {
  const sql = defaultSql + (await ownSql()) + readGrants(grantees)
  const lab = await startLab({ ...options, sql, bind })
  await configurePostfix(lab, postfix, grantees.database)
  const host = await settle(lab, grantees, env)
  return {
    ...host,
    async stop() {
      await host.leave()
      await host.lab.stop()
    },
  }
}

export type MailHost = Awaited<ReturnType<typeof startMailHost>>
export type SettledHost = Awaited<ReturnType<typeof settle>>

/** Colombier in one of a lab's databases: an owner, the web app's acts, and the connector as it is installed. */
export async function settle(lab: Lab, place: Place, env: Record<string, string> = {}) {
  const { host, port, user, password } = lab.database
  const databaseEnv = (role: 'web' | 'connector') => ({
    DATABASE_HOST: host,
    DATABASE_PORT: String(port),
    DATABASE_USER: place[role],
    DATABASE_PASSWORD: place.password,
    DATABASE_NAME: place.database,
  })
  const [web, connector] = [await generateSealKeys(), await generateSealKeys()]
  await mkdir(`${lab.root}/etc/colombier`, { recursive: true })
  await writeFile(`${lab.root}/etc/colombier/connector.key`, connector.privateKey, { mode: 0o600 })

  const config = loadConfig({
    APP_URL: 'http://127.0.0.1',
    SESSION_SECRET: randomUUID(),
    // Hashing is judged elsewhere: here it only has to be quick.
    ARGON2_MEMORY_KIB: '8192',
    ARGON2_PASSES: '1',
    MAILBOXES_PER_ACCOUNT: '1000',
    SEAL_PRIVATE_KEY_FILE: 'given below',
    SEAL_CONNECTOR_PUBLIC_KEY: connector.publicKey,
    ...databaseEnv('web'),
    ...env,
  })
  const connectorEnv = {
    ...databaseEnv('connector'),
    SEAL_WEB_PUBLIC_KEY: web.publicKey,
    ATTEMPTS: '3',
    RETRY_SECONDS: '0',
    CONNECTOR_NAME: 'mail.example.org',
    MAIL_ROOT: '/srv/mail',
    ...env,
  }
  const pool = createDatabasePool(config.database)
  const administrator = createPool({ ...config.database.options, user, password, connectionLimit: 4 })
  // The programs' own users may not be there yet.
  await readCollations(administrator, config.mapping)
  const work = createHashWork()
  const hasher = createPasswordHasher({ ...config.password, work })
  const deps = depsOf(config, pool, hasher, { webPrivateKey: web.privateKey, connectorPublicKey: connector.publicKey })

  await administrator.execute(
    `INSERT INTO colombier_accounts (email, password_hash, created_at) VALUES ('ada@example.org', '', UTC_TIMESTAMP(6))`,
  )
  const account = { id: 1, email: 'ada@example.org', network: '127.0.0.1', mailboxLimit: null }

  const query = async (sql: string, parameters: (string | number | null)[] = []): Promise<Row[]> =>
    (await administrator.execute<Row[]>(sql, parameters))[0]
  const find = async (address: string): Promise<MailboxEntry> => {
    const [row] = await query('SELECT id FROM colombier_mailboxes WHERE address = ?', [address])
    const mailbox = row && (await findOwnedEntry(pool, deps.config, account.id, String(row['id'])))
    if (!mailbox) throw new Error(`there is no mailbox ${address}`)
    return mailbox
  }

  return {
    lab,
    pool,
    deps,
    administrator,
    query,
    find,
    keys: { web, connector },
    account,
    locking: { mapping: config.mapping, lockKey: deps.lockKey },
    env: connectorEnv,

    /** One cron pass, waited for. */
    connect: (more: Record<string, string> = {}, command = ['run']): Promise<RunResult> =>
      lab.run(['node', connectorProgram, ...command], { env: { ...connectorEnv, ...more } }),
    /** The same, as a process to be killed or to go on. */
    spawnConnector: (more: Record<string, string> = {}, command = ['run']): ChildProcess =>
      lab.spawn(['node', connectorProgram, ...command], { env: { ...connectorEnv, ...more } }),

    /** Asks for a mailbox as its owner does in the browser. */
    async requestMailbox(address: string, password: string, owner = account) {
      const [localPart = '', domain = ''] = address.split('@')
      const outcome = await createMailbox(deps, owner, { localPart, domain, password, quotaBytes: null })
      if (outcome.refused) throw new Error(`refused: ${outcome.refused}`)
    },
    /** A mailbox that is ready. */
    async makeMailbox(address: string, password: string) {
      await this.requestMailbox(address, password)
      const { code, stdout } = await this.connect()
      if (code !== 0) throw new Error(`the connector ended with ${code}: ${stdout}`)
    },
    /** What the owner is told: that it was requested, or why not. */
    async requestPassword(address: string, current: string, next: string) {
      const { done, refused } = await changePassword(deps, account, await find(address), { current, next })
      return done ? (done.byKey ? 'requested_by_key' : 'requested') : refused
    },

    /** The newest task of the mailbox, with every column. */
    async task(address: string): Promise<Row> {
      const [row] = await query('SELECT * FROM colombier_tasks WHERE mailbox = ? ORDER BY requested_at DESC LIMIT 1', [
        address,
      ])
      if (!row) throw new Error(`there is no task for ${address}`)
      return row
    },
    /** The web app's job that tells owners, and gives back what the connector refused to act on. */
    notify: () => notifyEnded(pool, config, deps.lockKey),
    /** As if the time of every lease and every wait had gone by. */
    async passTime() {
      await query(
        `UPDATE colombier_tasks SET leased_until = UTC_TIMESTAMP(6) - INTERVAL 1 SECOND WHERE leased_until IS NOT NULL`,
      )
      await query('UPDATE colombier_tasks SET retry_at = NULL')
    },
    /** Ends what this one has open; the lab goes on. */
    async leave() {
      await Promise.all([pool.end(), administrator.end()])
      await work.close()
    },
  }
}

const grantees: Place = {
  database: 'mail',
  web: 'colombier_web',
  connector: 'colombier_connector',
  password: randomUUID(),
}

function depsOf(
  config: Config,
  pool: Pool,
  hasher: ReturnType<typeof createPasswordHasher>,
  sealKeys: Deps['sealKeys'],
): Deps {
  const quiet = () => undefined
  const log = { info: quiet, warn: quiet, error: quiet, debug: quiet } as unknown as Deps['log']
  const pair = [sealKeys.webPrivateKey, sealKeys.connectorPublicKey] as const
  const [lockKey, credentialKeys] = [deriveLockKey(...pair), deriveCredentialKeys(...pair)]
  return { config, pool, hashers: { account: hasher, mailbox: hasher }, sealKeys, lockKey, credentialKeys, log }
}

/** A mail of about this many bytes, and what is to be found of it in the mailbox. */
export function makeMail(subject: string, bytes = 200): string {
  const line = `${subject} Bonjour, la colombe ${randomUUID()}`
  const body = Array.from({ length: Math.ceil(bytes / line.length) }, () => line).join('\r\n')
  return `From: ben@example.org\r\nTo: ada@example.org\r\nSubject: ${subject}\r\nMessage-ID: <${randomUUID()}@example.org>\r\n\r\n${body}\r\n`
}
