import cluster from 'node:cluster'
import { setTimeout as sleep } from 'node:timers/promises'
import { ConfigError, loadBaseConfig } from './config.ts'
import { openSettings } from './lib/env-file.ts'
import { createLog } from './lib/log.ts'
import { createServiceManager } from './lib/service-manager.ts'
import { giveSignsOfLife, runWorkers } from './workers.ts'

/** sysexits(3): the settings do not suffice, and another start would not mend them. */
const EX_CONFIG = 78

/** Less than the unit's TimeoutStopSec. */
const REQUESTS_END_WITHIN_MS = 20_000

const log = createLog()
const settings = openSettings(process.env, process.execArgv)
const serviceManager = createServiceManager(process.env, log)

try {
  const { workers } = loadBaseConfig(settings.read())
  if (workers > 1 && cluster.isPrimary) {
    process.exit(await runWorkers(workers, settings, log, serviceManager))
  }
  await start()
} catch (error) {
  fail(error)
}

function fail(error: unknown): void {
  if (!(error instanceof ConfigError)) throw error
  console.error(error.message)
  process.exit(EX_CONFIG)
}

async function start(): Promise<void> {
  const [{ serve }, { openPatiently }] = await Promise.all([import('@hono/node-server'), import('./patient-site.ts')])
  const stopping = new AbortController()
  const site = await openPatiently({
    settings,
    log,
    // Of several processes one gives out the token; where that one is begun anew, the token is the one that it
    // gave out.
    issueToken: cluster.isPrimary || cluster.worker?.id === 1,
    stopping: stopping.signal,
    // For the eyes of whoever started the server; it is not one of the log's lines.
    opened({ config, setupToken }) {
      if (setupToken !== null)
        console.log(`No administrator yet. At ${config.origin}/setup, enter this one-time token: ${setupToken}`)
    },
    failed: fail,
  })

  const server = serve(
    { fetch: site.fetch, hostname: site.config.host, port: site.config.port },
    ({ address, port }) => {
      log.info({ event: 'listening', address, port })
      if (cluster.isPrimary) serviceManager.ready()
      else giveSignsOfLife(serviceManager)
    },
  )

  const stop = async () => {
    // The service manager and the first process may both say so.
    if (stopping.signal.aborted) return
    stopping.abort()
    const closed = new Promise((resolve) => server.close(resolve))
    // Connections that the proxy keeps for a next request are idle as soon as the present one is answered.
    setInterval(() => 'closeIdleConnections' in server && server.closeIdleConnections(), 50)
    await Promise.race([closed, sleep(REQUESTS_END_WITHIN_MS)])
    await site.close()
    process.exit(0)
  }
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void stop())
}
