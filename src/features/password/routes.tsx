import { findOwnedEntry, type MailboxEntry } from '../../mailbox/with-mail-row.ts'
import { createRateLimit } from '../../db/rate-limits.ts'
import type { Account } from '../../db/sessions.ts'
import { createRoutes, type AppContext, type Deps } from '../../http/context.ts'
import { ownAddressFault, parseForm, statusOf } from '../../http/form.ts'
import { requireAccount, requireActor, requireFound } from '../../http/guards.ts'
import { renderCard, renderMailbox, showChanged } from '../../http/render-card.tsx'
import { describe } from '../../ui/mailbox-row.tsx'
import { stateOf } from '../../mailbox/state.ts'
import { changePassword } from './change.ts'
import { passwordForm, type PasswordState } from './form.ts'
import { PasswordForm } from './views.tsx'

export function password(deps: Deps) {
  const { config, pool, hashers } = deps
  const attempts = createRateLimit(pool, config.database.name, 'mailbox-password', config.signIn)

  const findEntry = async (account: Account, id: string) =>
    requireFound(await findOwnedEntry(pool, config.mapping, account.id, id))
  const refuse = (c: AppContext, entry: MailboxEntry, errors: PasswordState['errors'], status: 422 | 429 = 422) =>
    renderCard(c, entry, <PasswordForm t={c.var.t} entry={entry} form={errors ? { errors } : {}} />, status)

  const refuseNow = (c: AppContext, entry: MailboxEntry, why: 'busy' | 'locked' | 'closed' | 'gone') => {
    const { t } = c.var
    const state = describe(t, stateOf(entry, entry.mailRow))
    const notice =
      why === 'busy' ? `${t.password.refusals.busy} ${state}` : why === 'closed' ? state : t.password.refusals[why]
    return renderCard(c, entry, <PasswordForm t={t} entry={entry} notice={notice} />, 422)
  }

  return createRoutes()
    .get('/mailboxes/:id/password', async (c) => {
      const entry = await findEntry(requireAccount(c), c.req.param('id'))
      if (stateOf(entry, entry.mailRow).is !== 'active') return renderMailbox(c, entry)
      return renderCard(c, entry, <PasswordForm t={c.var.t} entry={entry} />)
    })

    .post('/mailboxes/:id/password', async (c) => {
      const account = requireActor(c)
      const { t } = c.var
      const find = () => findEntry(account, c.req.param('id'))
      const entry = await find()
      const form = await parseForm(c, passwordForm)
      if (!form.ok) return renderCard(c, entry, <PasswordForm t={t} entry={entry} form={form} />, statusOf(form))
      const { current, password: next } = form.value
      const fault = hashers.mailbox.refusal(next) ? t.password.tooManyBytes : ownAddressFault(t, next, entry.address)
      if (fault) return refuse(c, entry, { password: fault })

      const waitSeconds = await attempts.take(entry.address)
      if (waitSeconds !== null) {
        c.header('Retry-After', String(waitSeconds))
        return refuse(c, entry, { current: t.signIn.blocked(waitSeconds) }, 429)
      }
      const outcome = await changePassword(deps, account, entry, { current, next }).catch(async (error: unknown) => {
        await attempts.giveBack(entry.address)
        throw error
      })
      // Whether a password that only the key can judge was right comes out later: until then it counts as a wrong one.
      if (outcome === 'wrong_current' || outcome === 'requested_by_key') await attempts.fail(entry.address)
      else await attempts.giveBack(entry.address)

      switch (outcome) {
        case 'requested':
        case 'requested_by_key':
          return showChanged(c, find)
        case 'wrong_current':
          return refuse(c, entry, { current: t.password.refusals[outcome] })
        default:
          return refuseNow(c, await find(), outcome)
      }
    })
}
