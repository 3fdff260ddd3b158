import { listAudit, listMailboxHistory } from '../../db/audit-list.ts'
import { findOwned } from '../../db/mailboxes.ts'
import { createRoutes, type AppContext, type Deps } from '../../http/context.ts'
import { requireAccount, requireFound, requireRole } from '../../http/guards.ts'
import { queryText } from '../../http/query.ts'
import { render } from '../../http/render.tsx'
import { Audit, History, isAction } from './views.tsx'

/** Who did what: to admins for their domains, to owners for each mailbox of theirs. */
export function audit({ pool }: Deps) {
  return createRoutes()
    .get('/audit', async (c) => {
      const account = requireRole(c, 'admin')
      const t = c.get('t')
      const action = queryText(c, 'action')
      const search = {
        mailbox: queryText(c, 'mailbox').toLowerCase(),
        action: isAction(t, action) ? action : null,
        before: readId(c),
      }

      const page = await listAudit(pool, account, search)
      return render(c, {
        title: t.audit.title,
        body: <Audit t={t} page={page} search={search} showNetwork={account.role === 'super_admin'} />,
      })
    })

    .get('/mailboxes/:id/history', async (c) => {
      const account = requireAccount(c)
      const t = c.get('t')
      const mailbox = requireFound(await findOwned(pool, account.id, c.req.param('id')))
      const before = readId(c)

      const page = await listMailboxHistory(pool, mailbox, before)
      return render(c, {
        title: t.audit.of(mailbox.address),
        body: <History t={t} mailbox={mailbox} page={page} before={before} accountId={account.id} />,
      })
    })
}

const readId = (c: AppContext): number | null => {
  const text = queryText(c, 'before')
  return /^[1-9]\d{0,14}$/.test(text) ? Number(text) : null
}
