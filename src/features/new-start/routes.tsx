import { findAdministered, type Mailbox } from '../../db/mailboxes.ts'
import { createRoutes, type AppContext, type Deps } from '../../http/context.ts'
import { ownAddressFault, parseForm, statusOf } from '../../http/form.ts'
import { requireAccount, requireActor, requireFound, requireRole } from '../../http/guards.ts'
import { createProof } from '../../http/proof.tsx'
import { createCards } from '../../http/render-card.tsx'
import { render, seeOther } from '../../http/render.tsx'
import { domainOf } from '../../lib/addresses.ts'
import { hindranceOf } from '../../mailbox/hindrance.ts'
import { findOwnedEntry, type MailboxEntry } from '../../mailbox/with-mail-row.ts'
import { explain } from '../../ui/mailbox-row.tsx'
import { newStartForm, type NewStartState } from './form.ts'
import { offerNewStart } from './offer.ts'
import { startAnew } from './start.ts'
import { NewStartForm, NewStartOffer } from './views.tsx'

/** For an owner who lost the password and has no recovery code: an administrator offers it, and the owner decides. */
export function newStart(deps: Deps) {
  const { config, pool, hashers } = deps
  const requireProof = createProof(deps)
  const { renderCard, renderMailbox, showChanged } = createCards(deps)

  const findTheirs = async (c: AppContext): Promise<Mailbox> => {
    requireRole(c, 'admin')
    return requireFound(await findAdministered(pool, requireActor(c), c.req.param('id') ?? ''))
  }
  const backToDomain = (c: AppContext, { address }: Mailbox) =>
    seeOther(c, `/domains/${encodeURIComponent(domainOf(address))}`)
  const findEntry = async (accountId: number, id: string) =>
    requireFound(await findOwnedEntry(pool, config, accountId, id))
  const show = (
    c: AppContext,
    entry: MailboxEntry,
    form: NewStartState = {},
    status: 200 | 422 = 200,
    notice?: string,
  ) => renderCard(c, entry, <NewStartForm t={c.get('t')} entry={entry} form={form} notice={notice} />, status)

  return createRoutes()
    .get('/mailboxes/:id/new-start-offer', async (c) => {
      const mailbox = await findTheirs(c)
      const t = c.get('t')
      return render(c, { title: t.newStart.offer, body: <NewStartOffer t={t} mailbox={mailbox} /> })
    })

    .post('/mailboxes/:id/new-start-offer', async (c) => {
      const mailbox = await findTheirs(c)
      await requireProof(c)
      await offerNewStart(deps, requireActor(c), mailbox.address, true)
      return backToDomain(c, mailbox)
    })

    .post('/mailboxes/:id/new-start-offer/removal', async (c) => {
      const mailbox = await findTheirs(c)
      await offerNewStart(deps, requireActor(c), mailbox.address, false)
      return backToDomain(c, mailbox)
    })

    .get('/mailboxes/:id/new-start', async (c) => {
      const entry = await findEntry(requireAccount(c).id, c.req.param('id'))
      if (!entry.mayStartAnew || hindranceOf('deletion', entry) !== null) return renderMailbox(c, entry)
      return show(c, entry)
    })

    .post('/mailboxes/:id/new-start', async (c) => {
      const actor = requireActor(c)
      const t = c.get('t')
      const find = () => findEntry(actor.id, c.req.param('id'))
      const entry = await find()
      if (!entry.mayStartAnew) return showChanged(c, find)
      const form = await parseForm(c, newStartForm)
      if (!form.ok) return show(c, entry, form, statusOf(form))
      const { password } = form.value
      const fault = hashers.mailbox.refusal(password)
        ? t.password.tooManyBytes
        : ownAddressFault(t, password, entry.address)
      if (fault) return show(c, entry, { errors: { password: fault } }, 422)

      const { done, refused } = await startAnew(deps, actor, entry, password)
      if (done || refused === 'withdrawn') return showChanged(c, find)
      const now = await find()
      return show(c, now, {}, 422, explain(t, now, refused))
    })
}
