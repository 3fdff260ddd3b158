import { findOwnedEntry, type MailboxEntry } from '../../mailbox/with-mail-row.ts'
import { createRoutes, type AppContext, type Deps } from '../../http/context.ts'
import { ownAddressFault, parseForm, statusOf } from '../../http/form.ts'
import { requireAccount, requireActor, requireFound } from '../../http/guards.ts'
import { attempt, createLimit, tooMany } from '../../http/limits.ts'
import { renderCard, renderMailbox, showChanged } from '../../http/render-card.tsx'
import { explain } from '../../ui/mailbox-row.tsx'
import { hindranceOf, type Hindrance } from '../../mailbox/hindrance.ts'
import { changePassword } from './change.ts'
import { passwordForm, type PasswordState } from './form.ts'
import { PasswordForm } from './views.tsx'
import type { Account } from '../../db/accounts.ts'

export function password(deps: Deps) {
  const { config, pool, hashers } = deps
  const wrongPasswords = createLimit(deps, 'mailbox-password')

  const findEntry = async (account: Account, id: string) =>
    requireFound(await findOwnedEntry(pool, config.mapping, account.id, id))
  const refuse = (c: AppContext, entry: MailboxEntry, errors: PasswordState['errors'], status: 422 | 429 = 422) =>
    renderCard(c, entry, <PasswordForm t={c.var.t} entry={entry} form={errors ? { errors } : {}} />, status)

  const refuseNow = (c: AppContext, entry: MailboxEntry, why: Hindrance<'password'>) => {
    const { t } = c.var
    return renderCard(c, entry, <PasswordForm t={t} entry={entry} notice={explain(t, entry, why)} />, 422)
  }

  return createRoutes()
    .get('/mailboxes/:id/password', async (c) => {
      const entry = await findEntry(requireAccount(c), c.req.param('id'))
      if (hindranceOf('password', entry) !== null) return renderMailbox(c, entry)
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

      const { outcome, waitSeconds } = await attempt(
        [{ limit: wrongPasswords, key: entry.address }],
        () => changePassword(deps, account, entry, { current, next }),
        // A password that only the key can judge is proved later: until then it counts as wrong.
        ({ done, refused }) => refused === 'wrong_current' || done?.byKey === true,
      )
      if (waitSeconds !== undefined) return refuse(c, entry, { current: tooMany(c, waitSeconds) }, 429)
      if (outcome.done) return showChanged(c, find)
      if (outcome.refused === 'wrong_current') {
        c.var.security({ act: 'mailbox password', outcome: 'refused' })
        return refuse(c, entry, { current: t.password.refusals.wrong_current })
      }
      return refuseNow(c, await find(), outcome.refused)
    })
}
