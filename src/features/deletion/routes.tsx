import { findOwnedEntry, type MailboxEntry } from '../../mailbox/with-mail-row.ts'
import { findAdministered } from '../../db/mailboxes.ts'
import { createRoutes, type AppContext, type Deps } from '../../http/context.ts'
import { parseForm } from '../../http/form.ts'
import { requireAccount, requireActor, requireFound } from '../../http/guards.ts'
import { attempt, createLimit, tooMany } from '../../http/limits.ts'
import { explain } from '../../ui/mailbox-row.tsx'
import { createCards } from '../../http/render-card.tsx'
import { seeOther } from '../../http/render.tsx'
import { stateOf } from '../../mailbox/state.ts'
import { cancel } from './cancel.ts'
import { deletionForm } from './form.ts'
import { requestDeletion } from './request.ts'
import { DeletionForm } from './views.tsx'

export function deletion(deps: Deps) {
  const { config, pool } = deps
  const { renderCard, showChanged } = createCards(deps)
  const wrongPasswords = createLimit(deps, 'mailbox-password')

  const findEntry = async (accountId: number, id: string) =>
    requireFound(await findOwnedEntry(pool, config, accountId, id))
  const show = (
    c: AppContext,
    entry: MailboxEntry,
    status: 200 | 409 | 422 | 429 = 200,
    said: { error?: string | undefined; notice?: string } = {},
  ) =>
    renderCard(
      c,
      entry,
      <DeletionForm t={c.get('t')} entry={entry} hours={config.deletionDelayHours} {...said} />,
      status,
    )

  return createRoutes()
    .get('/mailboxes/:id/deletion', async (c) => show(c, await findEntry(requireAccount(c).id, c.req.param('id'))))

    .post('/mailboxes/:id/deletion', async (c) => {
      const actor = requireActor(c)
      const t = c.get('t')
      const entry = await findEntry(actor.id, c.req.param('id'))
      // Sent twice, or requested in another tab: nothing is left to do.
      if (stateOf(entry, entry.mailRow).is === 'deleting') return showChanged(c, () => Promise.resolve(entry))
      const form = await parseForm(c, deletionForm)
      if (!form.ok) return show(c, entry, 422, { error: form.errors.password })

      const { outcome, waitSeconds } = await attempt(
        [{ limit: wrongPasswords, key: entry.address }],
        () => requestDeletion(deps, actor, entry, { password: form.value.password, t }),
        ({ refused }) => refused === 'wrong_password',
      )
      if (waitSeconds !== undefined) return show(c, entry, 429, { error: tooMany(c, waitSeconds) })
      if (outcome.done) return showChanged(c, () => findEntry(actor.id, c.req.param('id')))
      switch (outcome.refused) {
        case 'wrong_password':
          c.get('security')({ act: 'mailbox password', outcome: 'refused' })
          return show(c, entry, 422, { error: t.password.refusals.wrong_current })
        case 'unknown_scheme':
          return show(c, entry, 422, { error: t.deletion.unknownScheme })
        default:
          return show(c, entry, 422, { notice: explain(t, entry, outcome.refused) })
      }
    })

    .post('/mailboxes/:id/deletion/cancellation', async (c) => {
      const actor = requireActor(c)
      const id = c.req.param('id')
      const owned = await findOwnedEntry(pool, config, actor.id, id)
      const { address } = requireFound(owned ?? (await findAdministered(pool, actor, id)))

      const cancelled = await cancel(deps, actor, address)
      if (!owned) return seeOther(c, `/domains/${address.slice(address.indexOf('@') + 1)}`)
      if (!cancelled) return show(c, owned, 409, { notice: c.get('t').deletion.tooLate })
      return showChanged(c, () => findEntry(actor.id, id))
    })
}
