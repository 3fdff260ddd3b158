import { findOwnedEntry, type MailboxEntry } from '../../mailbox/with-mail-row.ts'
import { createRoutes, type AppContext, type Deps } from '../../http/context.ts'
import { allErrors, ownAddressFault, parseForm } from '../../http/form.ts'
import { requireAccount, requireActor, requireFound } from '../../http/guards.ts'
import { attempt, createLimit, tooMany } from '../../http/limits.ts'
import { createCards } from '../../http/render-card.tsx'
import { explain } from '../../ui/mailbox-row.tsx'
import type { Messages } from '../../i18n/languages.ts'
import { hindranceOf, type Hindrance } from '../../mailbox/hindrance.ts'
import { changePassword, isWrongPassword } from './change.ts'
import { passwordForm, type PasswordState } from './form.ts'
import { PasswordForm } from './views.tsx'
import type { Account } from '../../db/accounts.ts'

type Errors = NonNullable<PasswordState['errors']>

export function password(deps: Deps) {
  const { config, pool, hashers } = deps
  const { renderCard, renderMailbox, showChanged } = createCards(deps)
  const wrongPasswords = createLimit(deps, 'mailbox-password')

  const findEntry = async (account: Account, id: string) =>
    requireFound(await findOwnedEntry(pool, config, account.id, id))
  const refuse = (c: AppContext, entry: MailboxEntry, errors: PasswordState['errors'], status: 422 | 429 = 422) =>
    renderCard(c, entry, <PasswordForm t={c.get('t')} entry={entry} form={errors ? { errors } : {}} />, status)

  const passwordFault = (t: Messages, password: string | undefined, address: string) =>
    password !== undefined && hashers.mailbox.refusal(password)
      ? t.password.tooManyBytes
      : ownAddressFault(t, password, address)

  /** With what is wrong with the current password too, so that nobody mends one thing to be told of the next. */
  const refuseAll = async (c: AppContext, entry: MailboxEntry, errors: Errors, current: string | undefined) => {
    if (current === undefined || hindranceOf('password', entry) !== null) return refuse(c, entry, errors)
    const { outcome: wrong, waitSeconds } = await attempt(
      [{ limit: wrongPasswords, key: entry.address }],
      () => isWrongPassword(deps, entry, current),
      (wrong) => wrong,
    )
    if (waitSeconds !== undefined) return refuse(c, entry, { current: tooMany(c, waitSeconds), ...errors }, 429)
    if (!wrong) return refuse(c, entry, errors)
    c.get('security')({ act: 'mailbox password', outcome: 'refused' })
    return refuse(c, entry, { current: c.get('t').password.refusals.wrong_current, ...errors })
  }

  const refuseNow = (c: AppContext, entry: MailboxEntry, why: Hindrance<'password'>) => {
    const t = c.get('t')
    return renderCard(c, entry, <PasswordForm t={t} entry={entry} notice={explain(t, entry, why)} />, 422)
  }

  return createRoutes()
    .get('/mailboxes/:id/password', async (c) => {
      const entry = await findEntry(requireAccount(c), c.req.param('id'))
      if (hindranceOf('password', entry) !== null) return renderMailbox(c, entry)
      return renderCard(c, entry, <PasswordForm t={c.get('t')} entry={entry} />)
    })

    .post('/mailboxes/:id/password', async (c) => {
      const account = requireActor(c)
      const t = c.get('t')
      const find = () => findEntry(account, c.req.param('id'))
      const entry = await find()
      const form = await parseForm(c, passwordForm)
      if (!form.ok && form.suggested !== undefined)
        return renderCard(c, entry, <PasswordForm t={t} entry={entry} form={form} />)
      const errors = allErrors(passwordForm, form, { password: passwordFault(t, form.valid.password, entry.address) })
      if (errors !== null || !form.ok) return refuseAll(c, entry, errors ?? {}, form.valid.current)

      const { current, password: next } = form.value
      const { outcome, waitSeconds } = await attempt(
        [{ limit: wrongPasswords, key: entry.address }],
        () => changePassword(deps, account, entry, { current, next }),
        // A password that only the key can judge is proved later: until then it counts as wrong.
        ({ done, refused }) => refused === 'wrong_current' || done?.byKey === true,
      )
      if (waitSeconds !== undefined) return refuse(c, entry, { current: tooMany(c, waitSeconds) }, 429)
      if (outcome.done) return showChanged(c, find)
      if (outcome.refused === 'wrong_current') {
        c.get('security')({ act: 'mailbox password', outcome: 'refused' })
        return refuse(c, entry, { current: t.password.refusals.wrong_current })
      }
      return refuseNow(c, await find(), outcome.refused)
    })
}
