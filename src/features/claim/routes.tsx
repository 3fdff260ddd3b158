import { listOwnedAmong } from '../../db/mailboxes.ts'
import { createRoutes, type AppContext, type Deps } from '../../http/context.ts'
import { parseForm } from '../../http/form.ts'
import { requireAccount, requireActor } from '../../http/guards.ts'
import { attempt, createLimit, tooMany } from '../../http/limits.ts'
import { render, seeOther } from '../../http/render.tsx'
import { claimMailbox } from './claim.ts'
import { claimForm, type ClaimState } from './form.ts'
import { ClaimForm } from './views.tsx'

/** For owners of mailboxes from before Colombier. */
export function claim(deps: Deps) {
  const byNetwork = createLimit(deps, 'claim-network')
  const wrongPasswords = createLimit(deps, 'mailbox-password')
  const byOwnedAddress = createLimit(deps, 'claim-owned')
  const show = (c: AppContext, status: 200 | 422 | 429 = 200, state: ClaimState = {}) =>
    render(c, { title: c.get('t').claim.title, status, body: <ClaimForm t={c.get('t')} {...state} /> })

  return createRoutes()
    .get('/mailbox-claims', (c) => {
      requireAccount(c)
      return show(c)
    })

    .post('/mailbox-claims', async (c) => {
      const actor = requireActor(c)
      const t = c.get('t')
      const form = await parseForm(c, claimForm)
      if (!form.ok) return show(c, 422, form)
      const refuse = (status: 422 | 429, errors: ClaimState['errors']) =>
        show(c, status, { typed: form.typed, ...(errors && { errors }) })

      // The password of a mailbox that has an owner is not judged, so that nobody else uses up the owner's attempts.
      const { address } = form.value
      const isOwned = (await listOwnedAmong(deps.pool, [address])).has(address)
      const { outcome, waitSeconds } = await attempt(
        [
          { limit: byNetwork, key: actor.network },
          { limit: isOwned ? byOwnedAddress : wrongPasswords, key: address },
        ],
        () => claimMailbox(deps, actor, { ...form.value, isOwned }),
        // A password that cannot be verified reveals as much about an address as a wrong one, so it counts like one.
        ({ refused }) => refused === 'wrong' || refused === 'unknown_scheme',
      )
      if (waitSeconds !== undefined) return refuse(429, { password: tooMany(c, waitSeconds) })
      if (outcome.done) return seeOther(c, '/mailboxes')
      const { refused } = outcome
      if (refused === 'wrong') c.get('security')({ act: 'mailbox password', outcome: 'refused' })
      return refuse(422, { [refused === 'wrong' ? 'password' : 'address']: t.claim.refusals[refused] })
    })
}
