import { serve } from '@hono/node-server'
import { createApp } from './app.tsx'
import { ConfigError, loadConfig } from './config.ts'
import { checkDatabase, checkMapping, DatabaseNotReady } from './db/check.ts'
import { createDatabasePool } from './db/store.ts'
import { issueSetupToken } from './features/setup/token.ts'
import { jobsOf } from './jobs/jobs.ts'
import { startSchedule } from './jobs/schedule.ts'
import { createHashers } from './lib/hashers.ts'
import { createStrengthMeter } from './lib/password/strength.ts'
import { loadSealKeys } from './seal-keys.ts'
import { createLog } from './lib/log.ts'

try {
  await start()
} catch (error) {
  if (!(error instanceof ConfigError) && !(error instanceof DatabaseNotReady)) throw error
  console.error(error.message)
  process.exit(1)
}

async function start(): Promise<void> {
  const config = loadConfig(process.env)
  const sealKeys = loadSealKeys(config)
  const log = createLog()
  const pool = createDatabasePool(config.database)
  await checkDatabase(pool, config.database)
  await checkMapping(pool, config.mapping)

  const hashers = createHashers(config.password)
  const meter = createStrengthMeter()
  const stopping = new AbortController()
  const app = createApp({
    config,
    pool,
    hashers,
    sealKeys,
    log,
    strengthOf: meter.strengthOf,
    stopping: stopping.signal,
  })
  const server = serve({ fetch: app.fetch, hostname: config.host, port: config.port }, ({ address, port }) => {
    log.info({ event: 'listening', address, port })
  })

  const schedule = startSchedule(jobsOf({ config, pool, log }), log)

  const token = await issueSetupToken(pool)
  // For the eyes of whoever started the server; it is not one of the log's lines.
  if (token !== null)
    console.log(`No administrator yet. At ${config.origin}/setup, enter this one-time token: ${token}`)

  const stop = async () => {
    stopping.abort()
    await new Promise((resolve) => {
      server.close(resolve)
      if ('closeIdleConnections' in server) server.closeIdleConnections()
      // Requests under way have this long.
      setTimeout(resolve, 5000).unref()
    })
    await schedule.stop()
    await Promise.all([hashers.close(), meter.close()])
    await pool.end()
    process.exit(0)
  }
  process.once('SIGTERM', () => void stop())
  process.once('SIGINT', () => void stop())
}
