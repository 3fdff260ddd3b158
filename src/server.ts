import cluster from 'node:cluster'
import { ConfigError, loadBaseConfig } from './config.ts'
import { openSettings } from './lib/env-file.ts'
import { createLog } from './lib/log.ts'

const log = createLog()
const settings = openSettings(process.env, process.execArgv)

try {
  const { workers } = loadBaseConfig(settings.read())
  if (workers > 1 && cluster.isPrimary) {
    const { runWorkers } = await import('./workers.ts')
    process.exit(await runWorkers(workers, settings, log))
  }
  await start()
} catch (error) {
  const { DatabaseNotReady } = await import('./db/check/at-start.ts')
  if (!(error instanceof ConfigError) && !(error instanceof DatabaseNotReady)) throw error
  console.error(error.message)
  process.exit(1)
}

async function start(): Promise<void> {
  const [{ serve }, { openSite }] = await Promise.all([import('@hono/node-server'), import('./site.ts')])
  const stopping = new AbortController()
  // Of several processes one gives out the token; where that one is begun anew, the token is the one that it gave out.
  const issueToken = cluster.isPrimary || cluster.worker?.id === 1
  const { config, setupToken, ...site } = await openSite({ settings, log, issueToken, stopping: stopping.signal })

  const server = serve({ fetch: site.fetch, hostname: config.host, port: config.port }, ({ address, port }) => {
    log.info({ event: 'listening', address, port })
  })
  // For the eyes of whoever started the server; it is not one of the log's lines.
  if (setupToken !== null)
    console.log(`No administrator yet. At ${config.origin}/setup, enter this one-time token: ${setupToken}`)

  const stop = async () => {
    // The service manager and the first process may both say so.
    if (stopping.signal.aborted) return
    stopping.abort()
    await new Promise((resolve) => {
      server.close(resolve)
      if ('closeIdleConnections' in server) server.closeIdleConnections()
      // Requests under way have this long.
      setTimeout(resolve, 5000).unref()
    })
    await site.close()
    process.exit(0)
  }
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void stop())
}
