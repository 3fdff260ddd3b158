import type { ResultSetHeader, RowDataPacket } from 'mysql2/promise'
import { deriveCredentialKeys } from '../../connector/contract/credentials.ts'
import { deriveLockKey } from '../../connector/contract/lock-record.ts'
import { generateSealKeys } from '../../connector/contract/seal.ts'
import { readCollations } from '../../connector/mapping/collations.ts'
import { createApp } from '../../src/app.tsx'
import { loadConfig } from '../../src/config.ts'
import { createDatabasePool } from '../../src/db/store.ts'
import type { Deps } from '../../src/http/context.ts'
import { createLog } from '../../src/lib/log.ts'
import { createPasswordHasher } from '../../src/lib/password/hasher.ts'
import { forAccounts } from '../../src/lib/password/normalised.ts'
import { createStrengthMeter } from '../../src/lib/password/strength.ts'
import { createHashWork } from '../../src/lib/password/work.ts'
import { Browser } from './browser.ts'
import { createDatabase, type TestDatabase } from './database.ts'
import type { Role } from '../../src/lib/roles.ts'

export const ORIGIN = 'http://colombier.test'
export const PASSWORD = 'a quiet dove at dusk'

/** ada owns things, ben looks after her domain, cleo has an account elsewhere, dora may do everything. */
export const CAST = {
  ada: { email: 'ada@people.test', role: 'user', domains: ['example.org'] },
  ben: { email: 'ben@people.test', role: 'admin', domains: ['example.org'] },
  cleo: { email: 'cleo@people.test', role: 'user', domains: ['example.net'] },
  dora: { email: 'dora@people.test', role: 'super_admin', domains: [] },
} satisfies Record<string, { email: string; role: Role; domains: string[] }>

export type Person = keyof typeof CAST
export type TestApp = Awaited<ReturnType<typeof startApp>>

interface Options {
  /** settings beside those of the database */
  env?: Record<string, string>
  /** parts to put in place of the real ones */
  deps?: Partial<Deps>
  /** without it nobody has an account, as before the first run */
  cast?: boolean
  /** whether the mail server's tables have their domains already; by default they are made */
  served?: boolean
  /** another app's, for a second web process over it; by default one of its own */
  database?: TestDatabase
}

/** The real application over a database of its own. */
export async function startApp({ env = {}, deps = {}, cast = true, served = false, database: shared }: Options = {}) {
  const database = shared ?? (await createDatabase())
  const [web, connector] = await Promise.all([generateSealKeys(), generateSealKeys()])
  const config = loadConfig({
    APP_URL: ORIGIN,
    SESSION_SECRET: 'for tests only, and long enough to pass',
    SEAL_PRIVATE_KEY_FILE: '/nowhere',
    SEAL_CONNECTOR_PUBLIC_KEY: connector.publicKey,
    ...database.env,
    ...env,
  })

  const pool = createDatabasePool(config.database)
  // The app's own user may not be there yet, or its database be out of reach.
  const direct = database.connect()
  await readCollations(direct, config.mapping)
  await direct.end()
  // What the tests look at and put in place is not for the web app's user.
  const administrator = createDatabasePool({
    ...config.database,
    options: { ...config.database.options, ...database.login },
  })
  const work = createHashWork({ maxWaiting: 1000 })
  // The cheapest that are allowed: what a hash costs is another test's business.
  const account = forAccounts(
    createPasswordHasher({ scheme: 'argon2id', argon2MemoryKiB: 8192, argon2Passes: 1, work }),
  )
  const mailbox = createPasswordHasher({
    ...config.password,
    argon2MemoryKiB: config.password.argon2MemoryKiB ?? 8192,
    work,
  })
  const meter = createStrengthMeter()
  const lines: string[] = []
  const sealKeys = { webPrivateKey: web.privateKey, connectorPublicKey: connector.publicKey }
  const lockKey = deriveLockKey(web.privateKey, connector.publicKey)
  const credentialKeys = deriveCredentialKeys(web.privateKey, connector.publicKey)
  const log = createLog({ write: (line) => lines.push(line) })
  const app = createApp({
    config,
    pool,
    hashers: { account, mailbox },
    sealKeys,
    lockKey,
    credentialKeys,
    log,
    strengthOf: meter.strengthOf,
    ...deps,
  })

  const query = async <T = Record<string, unknown>>(sql: string, values: unknown[] = []) =>
    (await administrator.query<RowDataPacket[]>(sql, values))[0] as T[]
  const ids = cast ? await addCast(await account.hash(PASSWORD)) : null

  async function addCast(passwordHash: string): Promise<Record<Person, number>> {
    if (!served) await query("INSERT INTO virtual_domains (name) VALUES ('example.org'), ('example.net')")
    const people = await Promise.all(
      Object.entries(CAST).map(async ([name, { email, role, domains }]) => {
        const [{ insertId }] = await administrator.query<ResultSetHeader>(
          `INSERT INTO colombier_accounts (email, password_hash, role, created_at) VALUES (?, ?, ?, UTC_TIMESTAMP(6))`,
          [email, passwordHash, role],
        )
        for (const domain of domains) await query('INSERT INTO colombier_grants VALUES (?, ?)', [insertId, domain])
        return [name, insertId] as const
      }),
    )
    return Object.fromEntries(people) as Record<Person, number>
  }

  const visitor = (address = '192.0.2.10') => new Browser(app, config.origin, address)

  return {
    app,
    config,
    pool,
    database,
    connectorKeys: connector,
    webPublicKey: web.publicKey,
    lockKey,
    sealKeys,
    credentialKeys,
    locking: { mapping: config.mapping, lockKey },
    /** the lines of the log so far, as they were written */
    lines,
    query,

    /** the id of a person's account */
    idOf(person: Person): number {
      if (ids === null) throw new Error('this app was started without the cast')
      return ids[person]
    },

    /** a browser in which nobody has signed in */
    visitor,

    /** a browser in which this person has just signed in */
    async signedIn(person: Person): Promise<Browser> {
      const browser = visitor()
      const forget = () =>
        query('UPDATE colombier_accounts SET last_sign_in_at = NULL WHERE email = ?', [CAST[person].email])
      // As the first, of which no mail is sent.
      await forget()
      const answer = await browser.post('/sign-in', { email: CAST[person].email, password: PASSWORD, next: '/' })
      if (answer.status !== 303) throw new Error(`${person} could not sign in: ${answer.status}`)
      // What a test does not do itself stands in no history that it looks at.
      await query("DELETE FROM colombier_audit WHERE action = 'account.signed_in'")
      await query("DELETE FROM colombier_account_events WHERE event = 'signedIn'")
      await forget()
      return browser
    },

    async stop(): Promise<void> {
      await Promise.all([work.close(), meter.close()])
      await Promise.all([pool.end(), administrator.end()])
      if (!shared) await database.drop()
    },
  }
}
