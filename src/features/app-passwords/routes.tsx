import type { ContentfulStatusCode } from 'hono/utils/http-status'
import { listCredentials } from '../../db/credentials.ts'
import { createRoutes, type AppContext, type Deps } from '../../http/context.ts'
import { parseForm } from '../../http/form.ts'
import { requireAccount, requireActor, requireFound } from '../../http/guards.ts'
import { attempt, createLimit, tooMany } from '../../http/limits.ts'
import { isHtmx } from '../../http/paths.ts'
import { createCards } from '../../http/render-card.tsx'
import { seeOther } from '../../http/render.tsx'
import { findOwnedEntry, type MailboxEntry } from '../../mailbox/with-mail-row.ts'
import { explain } from '../../ui/mailbox-row.tsx'
import { appPasswordForm, type AppPasswordState } from './form.ts'
import { makeAppPassword, MOST_APP_PASSWORDS } from './make.ts'
import { revoke, revokeEvery } from './revoke.ts'
import { AppPasswords, appPasswordsPath } from './views.tsx'

interface Said {
  form?: AppPasswordState
  notice?: string
  done?: string
  made?: { name: string; secret: string }
}

export function appPasswords(deps: Deps) {
  const { config, pool } = deps
  const { renderCard } = createCards(deps)
  const wrongPasswords = createLimit(deps, 'mailbox-password')

  /** Where they are not taken, only a mailbox that has some has this page. */
  const findEntry = async (accountId: number, id: string) => {
    const entry = requireFound(await findOwnedEntry(pool, config, accountId, id))
    return requireFound(entry.appPasswords === 'off' && !entry.hasAppPasswords ? null : entry)
  }
  const show = async (c: AppContext, entry: MailboxEntry, said: Said = {}, status: ContentfulStatusCode = 200) => {
    const list = await listCredentials(pool, entry.address, 'app')
    return renderCard(c, entry, <AppPasswords t={c.get('t')} entry={entry} appPasswords={list} {...said} />, status)
  }
  const showRevoked = (c: AppContext, entry: MailboxEntry, done: string) =>
    isHtmx(c) ? show(c, entry, { done }) : seeOther(c, appPasswordsPath(entry.id))

  return createRoutes()
    .get('/mailboxes/:id/app-passwords', async (c) => show(c, await findEntry(requireAccount(c).id, c.req.param('id'))))

    .post('/mailboxes/:id/app-passwords', async (c) => {
      const actor = requireActor(c)
      const t = c.get('t')
      const entry = await findEntry(actor.id, c.req.param('id'))
      if (entry.appPasswords === 'off') return show(c, entry, {}, 422)
      const protocols = (await c.req.formData()).getAll('protocols').map(String)
      const form = await parseForm(c, appPasswordForm)
      if (!form.ok) return show(c, entry, { form: { ...form, protocols } }, 422)

      const { outcome, waitSeconds } = await attempt(
        [{ limit: wrongPasswords, key: entry.address }],
        () => makeAppPassword(deps, actor, entry, form.value, t),
        ({ refused }) => refused === 'wrong_password',
      )
      const refuse = (errors: NonNullable<AppPasswordState['errors']>, status: 422 | 429 = 422) =>
        show(c, entry, { form: { errors, typed: form.typed, protocols } }, status)
      if (waitSeconds !== undefined) return refuse({ password: tooMany(c, waitSeconds) }, 429)
      // Not redirected to: what is shown is nowhere else.
      if (outcome.done !== undefined)
        return show(c, entry, { made: { name: form.value.name, secret: outcome.done } }, 201)
      switch (outcome.refused) {
        case 'wrong_password':
          c.get('security')({ act: 'mailbox password', outcome: 'refused' })
          return refuse({ password: t.password.refusals.wrong_current })
        case 'unknown_scheme':
          return refuse({ password: t.appPasswords.unknownScheme })
        case 'past':
          return refuse({ lastDay: t.appPasswords.lastDayPast })
        case 'limit':
          return show(c, entry, { notice: t.appPasswords.limitReached(MOST_APP_PASSWORDS) }, 422)
        default: {
          const now = await findEntry(actor.id, c.req.param('id'))
          return show(c, now, { notice: explain(t, now, outcome.refused) }, 422)
        }
      }
    })

    .post('/mailboxes/:id/app-passwords/revocation', async (c) => {
      const actor = requireActor(c)
      const entry = await findEntry(actor.id, c.req.param('id'))
      await revokeEvery(deps, actor, entry.address)
      return showRevoked(c, entry, c.get('t').appPasswords.allRevoked)
    })

    .post('/mailboxes/:id/app-passwords/:credential/revocation', async (c) => {
      const actor = requireActor(c)
      const entry = await findEntry(actor.id, c.req.param('id'))
      // Revoked twice, or in another tab: it is as they want it.
      await revoke(deps, actor, entry.address, c.req.param('credential'))
      return showRevoked(c, entry, c.get('t').appPasswords.revoked)
    })
}
