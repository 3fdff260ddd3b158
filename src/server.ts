import { serve } from '@hono/node-server'
import { ConfigError } from './config.ts'
import { DatabaseNotReady } from './db/check/at-start.ts'
import { openSettings } from './lib/env-file.ts'
import { createLog } from './lib/log.ts'
import { openSite } from './site.ts'

try {
  await start()
} catch (error) {
  if (!(error instanceof ConfigError) && !(error instanceof DatabaseNotReady)) throw error
  console.error(error.message)
  process.exit(1)
}

async function start(): Promise<void> {
  const log = createLog()
  const stopping = new AbortController()
  const settings = openSettings(process.env, process.execArgv)
  const { config, setupToken, ...site } = await openSite({ settings, log, stopping: stopping.signal })

  const server = serve({ fetch: site.fetch, hostname: config.host, port: config.port }, ({ address, port }) => {
    log.info({ event: 'listening', address, port })
  })
  // For the eyes of whoever started the server; it is not one of the log's lines.
  if (setupToken !== null)
    console.log(`No administrator yet. At ${config.origin}/setup, enter this one-time token: ${setupToken}`)

  const stop = async () => {
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
  process.once('SIGTERM', () => void stop())
  process.once('SIGINT', () => void stop())
}
