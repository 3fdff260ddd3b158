import { readCollations } from '../connector/mapping/collations.ts'
import { createApp } from './app.tsx'
import { loadBreached } from './breached.ts'
import { ConfigError, loadBaseConfig, type BaseConfig } from './config.ts'
import { hasActiveSuperAdmin } from './db/accounts.ts'
import { checkDatabase, checkMapping, DatabaseNotReady } from './db/check/at-start.ts'
import { createDatabasePool, type Pool } from './db/store.ts'
import { loadConfigOrSayAll } from './db/check/wrong-settings.ts'
import { readDraft } from './features/setup/draft.ts'
import { issueSetupToken } from './features/setup/token.ts'
import { jobsOf } from './jobs/jobs.ts'
import { startSchedule } from './jobs/schedule.ts'
import type { SettingsSource } from './lib/env-file.ts'
import { createHashers } from './lib/hashers.ts'
import { describeError, type Log } from './lib/log.ts'
import { createStrengthMeter } from './lib/password/strength.ts'
import { loadSealKeys } from './seal-keys.ts'
import { createSetupApp } from './setup-app.tsx'

type Fetch = (request: Request, bindings: object) => Response | Promise<Response>

/** What answers requests, and what it holds open. */
interface Part {
  fetch: Fetch
  close(): Promise<void>
}

export interface SiteDeps {
  settings: SettingsSource
  log: Log
  /** whether this process gives out the token for the setup; by default it does */
  issueToken?: boolean
  /** aborted when the server stops */
  stopping?: AbortSignal
}

export interface Site {
  config: BaseConfig
  fetch: Fetch
  /** for whoever started the program; null where there is no setup, and where another process gives it out */
  setupToken: string | null
  close(): Promise<void>
}

/**
 * The setup until there is a super admin or a connector's key, the application from then on, without a restart.
 * @throws ConfigError, DatabaseNotReady
 */
export async function openSite(deps: SiteDeps): Promise<Site> {
  const config = loadBaseConfig(deps.settings.read())
  const setup = await openSetup(deps, config)
  return setup ? { config, ...setup } : { config, setupToken: null, ...(await openApplication(deps)) }
}

/** The setup, which gives way to the application. Null once there is a super admin or a connector's key. */
async function openSetup(deps: SiteDeps, config: BaseConfig): Promise<(Part & Pick<Site, 'setupToken'>) | null> {
  const { settings, log, issueToken = true } = deps
  const pool = createDatabasePool(config.database)
  const opened = await withPool(pool, async () => {
    const { isDone, setupToken } = await prepare(pool, config, { settings, issueToken })
    return isDone ? null : { setupToken, isBreached: await loadBreached(config, log) }
  })
  if (opened === null) {
    await pool.end()
    return null
  }
  const { setupToken, isBreached } = opened
  const hashers = createHashers({ scheme: 'argon2id' })
  const { strengthOf, ...meter } = createStrengthMeter()
  const close = async () => {
    await Promise.all([hashers.close(), meter.close()])
    await pool.end()
  }

  let application: Part | null = null
  let opening: Promise<void> | null = null
  const startApplication = () =>
    (opening ??= openApplication(deps)
      .then((opened) => {
        application = opened
        void setup.close()
      })
      .finally(() => (opening = null)))
  const setup = closedAfterUse(
    createSetupApp({ config, pool, log, strengthOf, isBreached, hasher: hashers.account, settings, startApplication })
      .fetch,
    close,
  )
  const sayOnce = createSayOnce(log)

  return {
    setupToken,
    async fetch(request, bindings) {
      // Another process may have made the super admin, or the admin command.
      if (application === null && (await hasActiveSuperAdmin(pool).catch(() => false)))
        await startApplication().catch(sayOnce)
      return (application ?? setup).fetch(request, bindings)
    },
    async close() {
      await Promise.all([setup.close(), application?.close()])
    },
  }
}

/** Logs why the application cannot start: once, and not for each visitor's request. */
function createSayOnce(log: Log) {
  let said = ''
  return (error: unknown) => {
    const reason = error instanceof Error ? error.message : ''
    if (reason === '' || reason !== said)
      log.error({ event: 'settings incomplete', ...describeError(error), ...messageOf(error) })
    said = reason
  }
}

/** @returns whether the setup is over, and if not the token for it, unless another process gives it out */
async function prepare(
  pool: Pool,
  config: BaseConfig,
  { settings, issueToken }: Pick<SiteDeps, 'settings' | 'issueToken'>,
) {
  await checkDatabase(pool, config.database)
  if (await isSettled(pool, config, settings)) return { isDone: true, setupToken: null }
  const setupToken = issueToken ? await issueSetupToken(pool, config) : null
  return { isDone: issueToken ? setupToken === null : await hasActiveSuperAdmin(pool), setupToken }
}

/**
 * Whether the settings name the connector already: from then on only the command makes a super admin. Otherwise
 * somebody could deactivate the present ones in the database, and be asked for a connector's key. A setup whose draft
 * has come to that step is not over, though: its lines were pasted by hand, or its process died. Nobody who only has
 * the database can seal a draft, and whoever makes a super admin removes it.
 */
async function isSettled(pool: Pool, config: BaseConfig, settings: SiteDeps['settings']): Promise<boolean> {
  const key = settings.read()['SEAL_CONNECTOR_PUBLIC_KEY'] ?? ''
  return key !== '' && (await readDraft({ pool, config })).connector === undefined
}

async function openApplication({ settings, log, stopping }: SiteDeps): Promise<Part> {
  const config = await loadConfigOrSayAll(settings.read())
  const keys = loadSealKeys(config)
  const pool = createDatabasePool(config.database)
  const isBreached = await withPool(pool, async () => {
    await checkDatabase(pool, config.database)
    const absent = await checkMapping(pool, config.mapping)
    if (absent.length > 0) log.warn({ event: 'tables of COMPANION_DELETE left out', tables: absent })
    await readCollations(pool, config.mapping)
    if (!(await hasActiveSuperAdmin(pool)))
      log.warn({ event: 'no super admin', message: 'Nobody may administer this site: run npm run admin -- EMAIL' })
    return loadBreached(config, log)
  })

  // They share the cores.
  const hashers = createHashers(config.password, { shares: config.workers })
  const { strengthOf, ...meter } = createStrengthMeter()
  const app = createApp({ config, pool, hashers, ...keys, log, strengthOf, isBreached, ...(stopping && { stopping }) })
  const schedule = startSchedule(jobsOf({ config, pool, log, ...keys }), log)

  return {
    fetch: app.fetch,
    async close() {
      await schedule.stop()
      await Promise.all([hashers.close(), meter.close()])
      await pool.end()
    },
  }
}

/** What is opened before the database has answered would be opened at each attempt. */
async function withPool<T>(pool: Pool, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    await pool.end()
    throw error
  }
}

/** Closes what `fetch` works with as soon as the requests are answered that it has begun. */
function closedAfterUse(fetch: Fetch, close: () => Promise<void>): Part {
  const running = new Set<Promise<Response>>()
  let closing: Promise<void> | null = null

  return {
    async fetch(request, bindings) {
      const answer = Promise.resolve(fetch(request, bindings))
      running.add(answer)
      return answer.finally(() => running.delete(answer))
    },
    close: () => (closing ??= Promise.allSettled(running).then(close)),
  }
}

const messageOf = (error: unknown) =>
  error instanceof ConfigError || error instanceof DatabaseNotReady ? { message: error.message } : {}
