import { listConnectors, SILENT_SECONDS } from '../../db/connectors.ts'
import { createRoutes, type Deps } from '../../http/context.ts'
import { requireRole } from '../../http/guards.ts'
import { render } from '../../http/render.tsx'
import { FirstSteps } from './views.tsx'

/** Where the setup ends: what is left to do on the mail host, until a connector reports. */
export function firstSteps({ pool }: Pick<Deps, 'pool'>) {
  return createRoutes().get('/first-steps', async (c) => {
    requireRole(c, 'super_admin')
    const t = c.get('t')
    const reporting = (await listConnectors(pool)).filter(({ seenSecondsAgo }) => seenSecondsAgo < SILENT_SECONDS)
    const hosts = reporting.map(({ host }) => host)
    return render(c, { title: t.firstSteps.title, body: <FirstSteps t={t} hosts={hosts} /> })
  })
}
