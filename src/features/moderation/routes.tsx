import { listDomains } from '../../db/mail-rows.ts'
import {
  findRegistration,
  listDecisions,
  queuePageSize,
  readQueue,
  type QueueView,
  type Registration,
} from '../../db/registrations.ts'
import type { Account } from '../../db/sessions.ts'
import { createRoutes, type AppContext, type Deps } from '../../http/context.ts'
import { parseForm } from '../../http/form.ts'
import { hasRole, requireActor, requireFound, requireRole } from '../../http/guards.ts'
import { isHtmx, render, seeOther, type Body } from '../../http/render.tsx'
import { catalogues } from '../../i18n/languages.ts'
import { RequestsCount } from '../../ui/requests-count.tsx'
import { approve, deny, type DecisionOutcome } from './decide.ts'
import { approvalForm, approvalsForm, denialForm, denialsForm, noteForm, type BulkState } from './form.ts'
import { createLive } from './live.ts'
import { addNote } from './note.ts'
import { addressOf, describeRefusal, judgeDomains, readPrefix, readTicks, readView, toView } from './read.ts'
import { openStream } from './stream.ts'
import {
  ApprovalForm,
  Decisions,
  DenialForm,
  Moderation,
  NoteForm,
  Queue,
  RegistrationRow,
  type Grantable,
} from './views.tsx'

export function moderation(deps: Deps) {
  const { config, pool, log, stopping } = deps
  const live = createLive({
    pool,
    log,
    stopping,
    renderCount: (language, waiting) => <RequestsCount t={catalogues[language]} waiting={waiting} update />,
    renderQueue: (language, view, page) => <Queue t={catalogues[language]} view={view} page={page} update />,
  })

  const requireModerator = (c: AppContext) => {
    requireRole(c, 'admin')
    return requireActor(c)
  }
  const find = async (id: string) => requireFound(await findRegistration(pool, id))
  const listGrantable = async (account: Account): Promise<Grantable> => ({
    domains: hasRole(account, 'super_admin') ? await listDomains(pool, config.mapping, 500) : account.domains,
    defaultLimit: config.limits.mailboxesPerAccount,
  })

  /** One request, alone for htmx, in a page with nothing else for anyone else; with a form in it, if one is given. */
  const showRow = (
    c: AppContext,
    registration: Registration,
    { status = 200, form, problem }: { status?: 200 | 409 | 422; form?: Body; problem?: string } = {},
  ) => {
    const row = (
      <RegistrationRow t={c.var.t} registration={registration} selectable={isHtmx(c)} problem={problem}>
        {form}
      </RegistrationRow>
    )
    return render(c, {
      title: c.var.t.moderation.title,
      status,
      body: <ol class="registrations">{row}</ol>,
      fragment: row,
    })
  }

  const showQueue = async (c: AppContext, account: Account, view: QueueView, bulk?: BulkState, status?: 409 | 422) => {
    // The state first: whatever changes from here on, the page's event stream tells.
    await c.var.queueState()
    const [[page], grantable] = await Promise.all([readQueue(pool, [view]), listGrantable(account)])
    return render(c, {
      title: c.var.t.moderation.title,
      status: status ?? 200,
      events: { queue: '1', email: view.prefix, after: String(view.after) },
      body: (
        <Moderation
          t={c.var.t}
          view={view}
          page={page ?? { registrations: [], next: null }}
          grantable={grantable}
          {...(bulk && { bulk })}
        />
      ),
    })
  }

  /** After a decision about one: its row as it is now, or the queue; with who was first, if somebody was. */
  const answerDecision = async (c: AppContext, id: string, outcome: DecisionOutcome) => {
    const { t } = c.var
    if (outcome.is === 'done' && !isHtmx(c)) return seeOther(c, '/registrations')
    const registration = await find(id)
    if (outcome.is === 'done') return showRow(c, registration)
    return showRow(c, registration, { status: 409, problem: describeRefusal(t, outcome) })
  }

  return createRoutes()
    .get('/registrations', (c) => showQueue(c, requireModerator(c), readView(c)))

    .get('/registrations/events', (c) => {
      requireModerator(c)
      const { sessionHash, language } = c.var
      if (sessionHash === null) throw new Error('An account without a session')

      const view = c.req.query('queue') === undefined ? null : readView(c)
      const seen = c.req.header('Last-Event-ID') ?? c.req.query('since') ?? ''
      const stream = openStream((writer) => live.join({ sessionHash, language, view, seen, ...writer }))
      return c.body(stream, 200, {
        'Content-Type': 'text/event-stream; charset=utf-8',
        'Cache-Control': 'no-store',
        'X-Accel-Buffering': 'no',
      })
    })

    .get('/registrations/decisions', async (c) => {
      requireModerator(c)
      const prefix = readPrefix(c.req.query('email'))
      const [, at, id] = /^(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{6}),(\d{1,16})$/.exec(c.req.query('before') ?? '') ?? []
      const before = at === undefined ? null : { at, id: Number(id) }
      const found = await listDecisions(pool, { prefix, before })
      const registrations = found.slice(0, queuePageSize)
      const last = registrations.at(-1)
      const next = found.length > queuePageSize && last ? `${last.decision?.at ?? ''},${last.id}` : null

      return render(c, {
        title: c.var.t.moderation.title,
        body: <Decisions t={c.var.t} prefix={prefix} registrations={registrations} next={next} />,
      })
    })

    .post('/registrations/approvals', async (c) => {
      const moderator = requireModerator(c)
      const { t } = c.var
      const form = await parseForm(c, approvalsForm)
      const view = toView(form.typed.prefix, form.typed.after)
      const { domains: chosen, selected } = await readTicks(c)
      const refuse = (problem: string, errors: { domains?: string; limit?: string } = {}) =>
        showQueue(c, moderator, view, { problem, selected, approval: { errors, typed: form.typed, chosen } }, 422)
      if (!form.ok) return refuse(Object.values(form.errors)[0] ?? t.fields.invalid, form.errors)

      const { domains, limit, selected: ids } = form.value
      const fault = judgeDomains(domains, (await listGrantable(moderator)).domains)
      if (ids.length === 0) return refuse(t.moderation.refusals.unselected)
      if (fault) return refuse(t.moderation.refusals[fault], { domains: t.moderation.refusals[fault] })

      const decide = (id: number) => approve(deps, moderator, id, { domains, mailboxLimit: limit })
      return decideEach(c, moderator, { ids, view, decide, report: t.moderation.bulk.approved })
    })

    .post('/registrations/denials', async (c) => {
      const moderator = requireModerator(c)
      const { t } = c.var
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

    .get('/registrations/:id', async (c) => {
      requireModerator(c)
      return showRow(c, await find(c.req.param('id')))
    })

    .get('/registrations/:id/approval', async (c) => {
      const moderator = requireModerator(c)
      const registration = await find(c.req.param('id'))
      const grantable = await listGrantable(moderator)
      return showRow(c, registration, {
        form: <ApprovalForm t={c.var.t} id={registration.id} grantable={grantable} />,
      })
    })

    .post('/registrations/:id/approval', async (c) => {
      const moderator = requireModerator(c)
      const { t } = c.var
      const registration = await find(c.req.param('id'))
      const grantable = await listGrantable(moderator)
      const form = await parseForm(c, approvalForm)
      const { domains: chosen } = await readTicks(c)
      const refuse = (errors: { domains?: string; limit?: string }) => {
        const state = { errors, typed: form.typed, chosen }
        return showRow(c, registration, {
          status: 422,
          form: <ApprovalForm t={t} id={registration.id} grantable={grantable} form={state} />,
        })
      }
      if (!form.ok) return refuse(form.errors)
      const { domains, limit } = form.value
      const fault = judgeDomains(domains, grantable.domains)
      if (fault) return refuse({ domains: t.moderation.refusals[fault] })

      const outcome = await approve(deps, moderator, registration.id, { domains, mailboxLimit: limit })
      return answerDecision(c, c.req.param('id'), requireFound(outcome))
    })

    .get('/registrations/:id/denial', async (c) => {
      requireModerator(c)
      const registration = await find(c.req.param('id'))
      return showRow(c, registration, { form: <DenialForm t={c.var.t} id={registration.id} /> })
    })

    .post('/registrations/:id/denial', async (c) => {
      const moderator = requireModerator(c)
      const registration = await find(c.req.param('id'))
      const form = await parseForm(c, denialForm)
      if (!form.ok) {
        const again = <DenialForm t={c.var.t} id={registration.id} form={form} />
        return showRow(c, registration, { status: 422, form: again })
      }

      const { message } = form.value
      const outcome = await deny(deps, moderator, registration.id, message === '' ? null : message)
      return answerDecision(c, c.req.param('id'), requireFound(outcome))
    })

    .get('/registrations/:id/notes', async (c) => {
      requireModerator(c)
      const registration = await find(c.req.param('id'))
      return showRow(c, registration, { form: <NoteForm t={c.var.t} id={registration.id} /> })
    })

    .post('/registrations/:id/notes', async (c) => {
      const moderator = requireModerator(c)
      const registration = await find(c.req.param('id'))
      const form = await parseForm(c, noteForm)
      if (!form.ok) {
        const again = <NoteForm t={c.var.t} id={registration.id} form={form} />
        return showRow(c, registration, { status: 422, form: again })
      }

      await addNote(pool, moderator, registration, form.value.note)
      return isHtmx(c) ? showRow(c, await find(c.req.param('id'))) : seeOther(c, '/registrations')
    })

  /** Decides one after the other, each for itself, and says what became of those that could not be decided. */
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
      decide: (id: number) => Promise<DecisionOutcome | null>
      report: (count: number) => string
    },
  ) {
    const { t } = c.var
    let done = 0
    const refused: string[] = []
    for (const id of new Set(ids)) {
      const outcome = await decide(id)
      if (outcome?.is === 'done') done++
      else if (outcome) refused.push(`${(await find(String(id))).email}: ${describeRefusal(t, outcome)}`)
    }
    if (refused.length === 0) return seeOther(c, addressOf(view))
    return showQueue(c, moderator, view, { report: [report(done), ...refused] }, 409)
  }
}
