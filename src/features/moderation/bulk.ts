import type { QueueView } from '../../db/registrations.ts'
import { createRoutes, type AppContext, type Deps } from '../../http/context.ts'
import { parseForm } from '../../http/form.ts'
import { seeOther } from '../../http/render.tsx'
import { approve, deny, type Verdict } from './decide.ts'
import { approvalsForm, denialsForm } from './form.ts'
import { requireModerator, type Answers } from './answers.tsx'
import { addressOf, describeRefusal, readTicks, toView } from './queue-view.ts'
import type { Account } from '../../db/accounts.ts'

/** Decisions about all ticked requests. */
export function bulkDecisions(deps: Deps, { find, listGrantable, listUsual, judgeDomains, showQueue }: Answers) {
  return createRoutes()
    .get('/registrations/:act{approvals|denials}', (c) => seeOther(c, '/registrations'))

    .post('/registrations/approvals', async (c) => {
      const moderator = requireModerator(c)
      const t = c.get('t')
      const form = await parseForm(c, approvalsForm)
      const view = toView(form.typed.prefix, form.typed.after)
      const { domains: chosen, selected, usual } = await readTicks(c)
      const refuse = (problem: string, errors: { domains?: string; limit?: string } = {}) =>
        showQueue(c, moderator, view, { problem, selected, approval: { errors, typed: form.typed, chosen } }, 422)
      if (!form.ok) return refuse(Object.values(form.errors)[0] ?? t.fields.invalid, form.errors)

      const { limit, selected: ids } = form.value
      const isUsual = usual && form.value.domains.length === 0
      const domains = isUsual ? await listUsual(moderator, await listGrantable(moderator)) : form.value.domains
      const fault = await judgeDomains(moderator, domains)
      if (ids.length === 0) return refuse(t.moderation.refusals.unselected)
      if (fault) return refuse(t.moderation.refusals[fault], { domains: t.moderation.refusals[fault] })

      const decide = (id: number) => approve(deps, moderator, id, { domains, mailboxLimit: limit })
      return decideEach(c, moderator, { ids, view, decide, report: t.moderation.bulk.approved })
    })

    .post('/registrations/denials', async (c) => {
      const moderator = requireModerator(c)
      const t = c.get('t')
      const form = await parseForm(c, denialsForm)
      const view = toView(form.typed.prefix, form.typed.after)
      const { selected } = await readTicks(c)
      const refuse = (problem: string, errors: { message?: string } = {}) =>
        showQueue(c, moderator, view, { problem, selected, denial: { errors, typed: form.typed } }, 422)
      if (!form.ok) return refuse(Object.values(form.errors)[0] ?? t.fields.invalid, form.errors)

      const { message, selected: ids } = form.value
      if (ids.length === 0) return refuse(t.moderation.refusals.unselected)

      const decide = (id: number) => deny(deps, moderator, id, message === '' ? null : message)
      return decideEach(c, moderator, { ids, view, decide, report: t.moderation.bulk.denied })
    })

  /** Decides them one after the other and reports those that could not be decided. */
  async function decideEach(
    c: AppContext,
    moderator: Account,
    {
      ids,
      view,
      decide,
      report,
    }: {
      ids: number[]
      view: QueueView
      decide: (id: number) => Promise<Verdict | null>
      report: (count: number) => string
    },
  ) {
    const t = c.get('t')
    let done = 0
    const refused: string[] = []
    for (const id of new Set(ids)) {
      const outcome = await decide(id)
      if (outcome?.done) done++
      else if (outcome) refused.push(`${(await find(String(id))).email}: ${describeRefusal(t, outcome.refused)}`)
    }
    if (refused.length === 0) return seeOther(c, addressOf(view))
    return showQueue(c, moderator, view, { report: [report(done), ...refused] }, 409)
  }
}
