import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { generateSealKeys } from '../../connector/contract/seal.ts'
import type { RowDataPacket } from 'mysql2/promise'
import { createDatabasePool } from '../../src/db/store.ts'
import { loadBaseConfig } from '../../src/config.ts'
import { valuesOf } from '../../src/features/setup/mapping/fields.ts'
import { openSettings } from '../../src/lib/env-file.ts'
import { createLog } from '../../src/lib/log.ts'
import { openSite } from '../../src/site.ts'
import { Browser } from './browser.ts'
import { createDatabase, type TestDatabase } from './database.ts'

export const PASSWORD = 'the first of all doves'

export type SetupSite = Awaited<ReturnType<typeof startSetup>>

interface Options {
  /** settings of the file, beside those of the database */
  env?: Record<string, string>
  /** of the program's environment */
  outside?: Record<string, string>
  database?: TestDatabase
  /** started without a file of settings */
  withoutFile?: boolean
}

/** The server's site over a database in which nobody has an account, and with a file of settings. */
export async function startSetup({ env = {}, outside = {}, database: shared, withoutFile = false }: Options = {}) {
  const database = shared ?? (await createDatabase())
  const folder = mkdtempSync(join(tmpdir(), 'colombier-setup-'))
  const file = join(folder, 'colombier.env')
  const keyFile = join(folder, 'web.key')
  const settings = {
    APP_URL: 'http://colombier.test',
    SESSION_SECRET: 'for tests only, and long enough to pass',
    SEAL_PRIVATE_KEY_FILE: keyFile,
    ...database.env,
    ...env,
  }
  writeFileSync(
    file,
    Object.entries(settings)
      .map(([name, value]) => `${name}="${value}"\n`)
      .join(''),
    { mode: 0o600 },
  )
  const started = { PATH: '/usr/bin', ...settings, ...outside }
  const source = openSettings(started, withoutFile ? [] : [`--env-file=${file}`])
  const lines: string[] = []
  const log = createLog({ write: (line) => lines.push(line) })
  const site = await openSite({ settings: source, log })
  const config = loadBaseConfig(settings)
  const administrator = createDatabasePool({
    ...config.database,
    options: { ...config.database.options, ...database.login },
  })
  const app = {
    request: (url: string, init: RequestInit, bindings: object) => site.fetch(new Request(url, init), bindings),
  }

  return {
    /** answers requests, for a server that listens */
    fetch: site.fetch,
    database,
    file,
    folder,
    keyFile,
    lines,
    token: site.setupToken ?? '',
    pool: administrator,
    query: async <T = Record<string, unknown>>(sql: string, values: unknown[] = []) =>
      (await administrator.query<RowDataPacket[]>(sql, values))[0] as T[],
    visitor: (address = '192.0.2.10') => new Browser(app, config.origin, address),
    connectorKey: (await generateSealKeys()).publicKey,

    async stop() {
      await site.close()
      await administrator.end()
      chmodSync(folder, 0o700)
      rmSync(folder, { recursive: true })
      if (!shared) await database.drop()
    },
  }
}

/** A browser that has entered the token. */
export async function withToken(site: SetupSite): Promise<Browser> {
  const dora = site.visitor()
  await dora.post('/setup', { token: site.token })
  return dora
}

/** What is entered at each step, up to the summary. */
export const entered = (site: SetupSite) => ({
  language: { language: 'en' },
  admin: { email: 'Dora@People.test', password: PASSWORD, again: PASSWORD },
  mapping: { MAIL_SCHEMA: 'default', ...valuesOf('default', {}) },
  limits: { mailboxes: '5', aliases: '50', quota: '500 MB', mostQuota: '2 Go', deletionHours: '24' },
  mail: {
    action: 'save',
    scheme: 'smtp',
    host: '127.0.0.1',
    port: '2525',
    user: '',
    password: '',
    from: 'Colombier <colombier@example.org>',
  },
  connector: { publicKey: site.connectorKey, mailRoot: '/srv/mail' },
})

/** Goes through every step but the last one. */
export async function fillIn(
  site: SetupSite,
  dora: Browser,
  changes: Record<string, Record<string, string>> = {},
): Promise<void> {
  await dora.post('/setup/connector/key', { keyFile: site.keyFile })
  for (const [step, form] of Object.entries({ ...entered(site), ...changes })) {
    const answer = await dora.post(`/setup/${step}`, form)
    if (answer.status !== 303) throw new Error(`${step}: ${answer.status}\n${answer.html}`)
  }
}
