import { createRateLimit } from '../../db/rate-limits.ts'
import { createRoutes, type AppContext, type Deps } from '../../http/context.ts'
import { parseForm } from '../../http/form.ts'
import { requireAccount, requireActor } from '../../http/guards.ts'
import { render, seeOther } from '../../http/render.tsx'
import { claimMailbox } from './claim.ts'
import { claimForm, type ClaimState } from './form.ts'
import { ClaimForm } from './views.tsx'

/** For owners whose mailbox was there before Colombier. */
export function claim(deps: Deps) {
  const { config, pool } = deps
  const limits = {
    byAddress: createRateLimit(pool, config.database.name, 'claim-address', config.signIn),
    byNetwork: createRateLimit(pool, config.database.name, 'claim-network', config.signIn),
  }
  const show = (c: AppContext, status: 200 | 422 | 429 = 200, state: ClaimState = {}) =>
    render(c, { title: c.var.t.claim.title, status, body: <ClaimForm t={c.var.t} {...state} /> })

  return createRoutes()
    .get('/mailbox-claims', (c) => {
      requireAccount(c)
      return show(c)
    })

    .post('/mailbox-claims', async (c) => {
      const actor = requireActor(c)
      const { t } = c.var
      const form = await parseForm(c, claimForm)
      if (!form.ok) return show(c, 422, form)
      const refuse = (status: 422 | 429, errors: ClaimState['errors']) =>
        show(c, status, { typed: form.typed, ...(errors && { errors }) })

      const outcome = await claimMailbox(deps, limits, actor, form.value)
      if (outcome.is === 'claimed') return seeOther(c, '/mailboxes')
      if (outcome.is === 'wrong') return refuse(422, { password: t.claim.refusals.wrong })
      if (outcome.is !== 'blocked') return refuse(422, { address: t.claim.refusals[outcome.is] })
      c.header('Retry-After', String(outcome.retryAfterSeconds))
      return refuse(429, { password: t.claim.blocked(outcome.retryAfterSeconds) })
    })
}
