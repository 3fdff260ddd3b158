import { listConnectors } from '../../db/connectors.ts'
import { listWaiting } from '../../db/outbox.ts'
import { countFailures, listTasks, measureQueue, retryNow } from '../../db/task-list.ts'
import { createRoutes, type Deps } from '../../http/context.ts'
import { readForm } from '../../http/form.ts'
import { requireRole } from '../../http/guards.ts'
import { queryText } from '../../http/query.ts'
import { render, seeOther } from '../../http/render.tsx'
import { FailedTasks, OpenTasks, WaitingMails } from './views.tsx'

/** For super admins: whether tasks, connectors and mails are getting on. */
export function tasks({ pool }: Deps) {
  return createRoutes()
    .get('/tasks', async (c) => {
      requireRole(c, 'super_admin')
      const t = c.get('t')
      const before = queryText(c, 'before')

      const [page, connectors, queue, failures] = await Promise.all([
        listTasks(pool, 'open', before),
        listConnectors(pool),
        measureQueue(pool),
        countFailures(pool),
      ])
      const body = <OpenTasks t={t} page={page} before={before} parts={{ connectors, queue, failures }} />
      return render(c, { title: t.tasks.title, body })
    })

    .post('/tasks/retry', async (c) => {
      requireRole(c, 'super_admin')
      const error = (await readForm(c)).get('error')

      await retryNow(pool, typeof error === 'string' ? error : '')
      return seeOther(c, '/tasks')
    })

    .get('/tasks/failed', async (c) => {
      requireRole(c, 'super_admin')
      const t = c.get('t')
      const before = queryText(c, 'before')

      const page = await listTasks(pool, 'failed', before)
      return render(c, { title: t.tasks.failed, body: <FailedTasks t={t} page={page} before={before} /> })
    })

    .get('/tasks/mail', async (c) => {
      requireRole(c, 'super_admin')
      const t = c.get('t')
      const after = queryText(c, 'after')

      const waiting = await listWaiting(pool, /^\d{1,15}$/.test(after) ? Number(after) : 0)
      return render(c, { title: t.tasks.mail, body: <WaitingMails t={t} waiting={waiting} after={after} /> })
    })
}
