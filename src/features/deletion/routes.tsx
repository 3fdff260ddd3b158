import { findOwnedEntry, type MailboxEntry } from '../../mailbox/with-mail-row.ts'
import { findAdministered } from '../../db/mailboxes.ts'
import { createRateLimit } from '../../db/rate-limits.ts'
import { createRoutes, type AppContext, type Deps } from '../../http/context.ts'
import { parseForm } from '../../http/form.ts'
import { requireAccount, requireActor, requireFound } from '../../http/guards.ts'
import { renderCard, showChanged } from '../../http/render-card.tsx'
import { seeOther } from '../../http/render.tsx'
import { stateOf } from '../../mailbox/state.ts'
import { cancel } from './cancel.ts'
import { deletionForm } from './form.ts'
import { requestDeletion } from './request.ts'
import { DeletionForm } from './views.tsx'

export function deletion(deps: Deps) {
  const { config, pool } = deps
  const attempts = createRateLimit(pool, config.database.name, 'mailbox-password', config.signIn)

  const findEntry = async (accountId: number, id: string) =>
    requireFound(await findOwnedEntry(pool, config.mapping, accountId, id))
  const show = (
    c: AppContext,
    entry: MailboxEntry,
    status: 200 | 409 | 422 | 429 = 200,
    said: { error?: string | undefined; notice?: string } = {},
  ) =>
    renderCard(c, entry, <DeletionForm t={c.var.t} entry={entry} hours={config.deletionDelayHours} {...said} />, status)

  return createRoutes()
    .get('/mailboxes/:id/deletion', async (c) => show(c, await findEntry(requireAccount(c).id, c.req.param('id'))))

    .post('/mailboxes/:id/deletion', async (c) => {
      const actor = requireActor(c)
      const { t } = c.var
      const entry = await findEntry(actor.id, c.req.param('id'))
      // Sent twice, or asked for in another tab: it is as they want it.
      if (stateOf(entry, entry.mailRow).is === 'deleting') return showChanged(c, () => Promise.resolve(entry))
      const form = await parseForm(c, deletionForm)
      if (!form.ok) return show(c, entry, 422, { error: form.errors.password })

      const waitSeconds = await attempts.take(entry.address)
      if (waitSeconds !== null) {
        c.header('Retry-After', String(waitSeconds))
        return show(c, entry, 429, { error: t.signIn.blocked(waitSeconds) })
      }
      const { password } = form.value
      const outcome = await requestDeletion(deps, actor, entry, password, t).catch(async (error: unknown) => {
        await attempts.giveBack(entry.address)
        throw error
      })
      if (outcome === 'wrong_password') await attempts.fail(entry.address)
      else await attempts.giveBack(entry.address)

      switch (outcome) {
        case 'requested':
          return showChanged(c, () => findEntry(actor.id, c.req.param('id')))
        case 'wrong_password':
          return show(c, entry, 422, { error: t.password.refusals.wrong_current })
        case 'unknown_scheme':
          return show(c, entry, 422, { error: t.deletion.unknownScheme })
        default:
          return show(c, entry, 422, { notice: t.password.refusals[outcome] })
      }
    })

    .post('/mailboxes/:id/deletion/cancellation', async (c) => {
      const actor = requireActor(c)
      const id = c.req.param('id')
      const owned = await findOwnedEntry(pool, config.mapping, actor.id, id)
      const { address } = requireFound(owned ?? (await findAdministered(pool, actor, id)))

      const cancelled = await cancel(deps, actor, address)
      if (!owned) return seeOther(c, `/domains/${address.slice(address.indexOf('@') + 1)}`)
      if (!cancelled) return show(c, owned, 409, { notice: c.var.t.deletion.tooLate })
      return showChanged(c, () => findEntry(actor.id, id))
    })
}
