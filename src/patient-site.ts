import { setTimeout as sleep } from 'node:timers/promises'
import { loadBaseConfig } from './config.ts'
import { DatabaseNotReady, notReady } from './db/check/at-start.ts'
import { isUnavailable } from './db/unavailable.ts'
import { openSite, type Site, type SiteDeps } from './site.ts'
import { createWaitingApp } from './waiting-app.ts'

interface PatientDeps extends SiteDeps {
  stopping: AbortSignal
  /** told when the site is open */
  opened: (site: Site) => void
  /** told why it cannot be waited for: nothing but the database is */
  failed: (error: unknown) => void
}

const betweenAttemptsMs = 2000

/**
 * The site, or while the database cannot be used, pages that say so and give way to the site by themselves. To end and
 * be started again and again would leave visitors with the proxy's error page.
 * @throws ConfigError
 */
export async function openPatiently(deps: PatientDeps): Promise<Pick<Site, 'config' | 'fetch' | 'close'>> {
  const { settings, log, stopping, opened, failed } = deps
  const config = loadBaseConfig(settings.read())
  let said = ''
  /** Null where the database has yet to be waited for, which is logged once for each reason. */
  const attempt = async (): Promise<Site | null> => {
    try {
      return await openSite(deps)
    } catch (thrown) {
      // It may also go away between two questions.
      const error = isUnavailable(thrown) ? notReady(config.database, thrown) : thrown
      if (!(error instanceof DatabaseNotReady)) throw error
      if (error.message !== said) log.error({ event: 'waiting for the database', message: error.message })
      said = error.message
      return null
    }
  }

  const waiting = createWaitingApp({ config, log })
  let site = await attempt()
  if (site) opened(site)
  else void wait().catch(failed)

  async function wait() {
    while (site === null) {
      await sleep(betweenAttemptsMs, undefined, { signal: stopping }).catch(() => undefined)
      if (stopping.aborted) return
      site = await attempt()
    }
    if (stopping.aborted) await site.close()
    else opened(site)
  }

  return {
    config,
    fetch: (request, bindings) => (site ?? waiting).fetch(request, bindings),
    close: async () => site?.close(),
  }
}
