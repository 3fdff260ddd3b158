import type { ContentfulStatusCode } from 'hono/utils/http-status'
import { createRoutes, type AppContext, type Deps } from '../../http/context.ts'
import { ownAddressFault, parseForm, statusOf } from '../../http/form.ts'
import { requireAccount, requireActor, requireFound } from '../../http/guards.ts'
import { attempt, createLimit, tooMany } from '../../http/limits.ts'
import { createCards } from '../../http/render-card.tsx'
import { hindranceOf } from '../../mailbox/hindrance.ts'
import { findOwnedEntry, type MailboxEntry } from '../../mailbox/with-mail-row.ts'
import { explain } from '../../ui/mailbox-row.tsx'
import { cancelRecovery } from './cancel.ts'
import { makeForm, proofForm, recoveryForm, type RecoveryState } from './form.ts'
import { makeRecoveryCode, proveCode } from './make-code.ts'
import { requestRecovery } from './request.ts'
import { RecoveryCode, RecoveryForm, type CodeProps } from './views.tsx'

/** A mailbox's recovery code, and the way back into the mailbox with it for whoever has lost its password. */
export function recovery(deps: Deps) {
  const { config, pool, hashers } = deps
  const { renderCard, renderMailbox, showChanged } = createCards(deps)
  const wrongPasswords = createLimit(deps, 'mailbox-password')
  const wrongCodes = createLimit(deps, 'recovery-code')

  const findEntry = async (accountId: number, id = '') =>
    requireFound(await findOwnedEntry(pool, config, accountId, id))
  const showCode = (
    c: AppContext,
    entry: MailboxEntry,
    said: Omit<CodeProps, 't' | 'entry'> = {},
    status: ContentfulStatusCode = 200,
  ) => renderCard(c, entry, <RecoveryCode t={c.get('t')} entry={entry} {...said} />, status)
  const showForm = (
    c: AppContext,
    entry: MailboxEntry,
    form: RecoveryState = {},
    status: ContentfulStatusCode = 200,
    notice?: string,
  ) => {
    const t = c.get('t')
    const hours = config.recoveryDelayHours
    return renderCard(c, entry, <RecoveryForm t={t} entry={entry} hours={hours} form={form} notice={notice} />, status)
  }

  return createRoutes()
    .get('/mailboxes/:id/code', async (c) => showCode(c, await findEntry(requireAccount(c).id, c.req.param('id'))))

    .post('/mailboxes/:id/code', async (c) => {
      const actor = requireActor(c)
      const t = c.get('t')
      const entry = await findEntry(actor.id, c.req.param('id'))
      const form = await parseForm(c, makeForm)
      if (!form.ok) return showCode(c, entry, { error: form.errors.password }, 422)

      const { outcome, waitSeconds } = await attempt(
        [{ limit: wrongPasswords, key: entry.address }],
        () => makeRecoveryCode(deps, entry, form.value.password),
        ({ refused }) => refused === 'wrong_password',
      )
      if (waitSeconds !== undefined) return showCode(c, entry, { error: tooMany(c, waitSeconds) }, 429)
      // Not redirected to: what is shown is nowhere else.
      if (outcome.done !== undefined) return showCode(c, entry, { shown: outcome.done }, 201)
      switch (outcome.refused) {
        case 'wrong_password':
          c.get('security')({ act: 'mailbox password', outcome: 'refused' })
          return showCode(c, entry, { error: t.password.refusals.wrong_current }, 422)
        case 'unknown_scheme':
          return showCode(c, entry, { error: t.appPasswords.unknownScheme }, 422)
        default: {
          const now = await findEntry(actor.id, c.req.param('id'))
          return showCode(c, now, { notice: explain(t, now, outcome.refused) }, 422)
        }
      }
    })

    .post('/mailboxes/:id/code/proof', async (c) => {
      const actor = requireActor(c)
      const t = c.get('t')
      const find = () => findEntry(actor.id, c.req.param('id'))
      const entry = await find()
      const form = await parseForm(c, proofForm)
      const shown = { id: form.typed.code ?? '', check: form.typed.check ?? '' }
      if (!form.ok) return showCode(c, entry, { shown, error: form.errors.part }, 422)

      const { done, refused } = await proveCode(deps, actor, entry, shown, { typed: form.value.part, t })
      if (done) return showCode(c, await find(), { done: t.recovery.proven })
      if (refused === 'wrong') return showCode(c, entry, { shown, error: t.recovery.wrongPart }, 422)
      return showCode(c, await find(), { notice: t.recovery.replaced }, 422)
    })

    .get('/mailboxes/:id/recovery', async (c) => {
      const entry = await findEntry(requireAccount(c).id, c.req.param('id'))
      if (hindranceOf('password', entry) !== null || entry.recoveryDueAt !== null) return renderMailbox(c, entry)
      return showForm(c, entry)
    })

    .post('/mailboxes/:id/recovery', async (c) => {
      const actor = requireActor(c)
      const t = c.get('t')
      const find = () => findEntry(actor.id, c.req.param('id'))
      const entry = await find()
      const form = await parseForm(c, recoveryForm)
      if (!form.ok) return showForm(c, entry, form, statusOf(form))
      const { code, password: next } = form.value
      const fault = hashers.mailbox.refusal(next) ? t.password.tooManyBytes : ownAddressFault(t, next, entry.address)
      if (fault) return showForm(c, entry, { errors: { password: fault } }, 422)

      const { outcome, waitSeconds } = await attempt(
        [{ limit: wrongCodes, key: entry.address }],
        () => requestRecovery(deps, actor, entry, { code, next, t }),
        ({ refused }) => refused === 'wrong_code',
      )
      if (waitSeconds !== undefined) return showForm(c, entry, { errors: { code: tooMany(c, waitSeconds) } }, 429)
      if (outcome.done || outcome.refused === 'pending') return showChanged(c, find)
      if (outcome.refused === 'wrong_code') {
        c.get('security')({ act: 'recovery code', outcome: 'refused' })
        return showForm(c, entry, { errors: { code: t.recovery.wrongCode } }, 422)
      }
      const now = await find()
      return showForm(c, now, {}, 422, explain(t, now, outcome.refused))
    })

    .post('/mailboxes/:id/recovery/cancellation', async (c) => {
      const actor = requireActor(c)
      const find = () => findEntry(actor.id, c.req.param('id'))
      // Cancelled twice, or too late: the card says how it is.
      await cancelRecovery(deps, actor, (await find()).address)
      return showChanged(c, find)
    })
}
