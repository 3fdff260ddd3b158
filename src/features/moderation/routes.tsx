import { listDecisions, queuePageSize } from '../../db/registrations.ts'
import { createRoutes, type Deps } from '../../http/context.ts'
import { parseForm } from '../../http/form.ts'
import { requireFound } from '../../http/guards.ts'
import { render, seeOther } from '../../http/render.tsx'
import { catalogues } from '../../i18n/languages.ts'
import { RequestsCount } from '../../ui/requests-count.tsx'
import { approve, deny } from './decide.ts'
import { approvalForm, denialForm, noteForm } from './form.ts'
import { createLive } from './live.ts'
import { addNote } from './note.ts'
import { createAnswers, requireModerator } from './answers.tsx'
import { readPrefix, readTicks, readView } from './queue-view.ts'
import { bulkDecisions } from './bulk.ts'
import { reopen } from './reopen.ts'
import { openStream } from './stream.ts'
import { ApprovalForm, Decisions, DenialForm, NoteForm, Queue } from './views.tsx'
import { isHtmx } from '../../http/paths.ts'
import { Outcome } from '../../ui/outcome.tsx'

export function moderation(deps: Deps) {
  const { pool, config, log, stopping } = deps
  const answers = createAnswers(deps)
  const { find, listGrantable, listUsual, judgeDomains, showRow, showQueue, answerDecision } = answers
  const live = createLive({
    pool,
    config,
    log,
    stopping,
    renderCount: (language, waiting) => <RequestsCount t={catalogues[language]} waiting={waiting} update />,
    renderQueue: (language, view, page) => <Queue t={catalogues[language]} view={view} page={page} update />,
  })

  return createRoutes()
    .get('/registrations', (c) =>
      showQueue(c, requireModerator(c), readView(c), c.req.query('all') === '1' ? { selected: 'all' } : undefined),
    )

    .get('/registrations/events', (c) => {
      requireModerator(c)
      const sessionHash = c.get('sessionHash')
      const language = c.get('language')
      if (sessionHash === null) throw new Error('An account without a session')
      // Nobody would ever read or close this stream.
      if (c.req.method === 'HEAD') return c.body(null, 200, { 'Content-Type': 'text/event-stream; charset=utf-8' })

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
        title: c.get('t').moderation.title,
        body: <Decisions t={c.get('t')} prefix={prefix} registrations={registrations} next={next} />,
      })
    })

    .route('/', bulkDecisions(deps, answers))

    .get('/registrations/:id', async (c) => {
      requireModerator(c)
      return showRow(c, await find(c.req.param('id')))
    })

    .get('/registrations/:id/approval', async (c) => {
      const moderator = requireModerator(c)
      const registration = await find(c.req.param('id'))
      const grantable = await listGrantable(moderator)
      return showRow(c, registration, {
        form: <ApprovalForm t={c.get('t')} id={registration.id} grantable={grantable} />,
      })
    })

    .post('/registrations/:id/approval', async (c) => {
      const moderator = requireModerator(c)
      const t = c.get('t')
      const registration = await find(c.req.param('id'))
      const grantable = await listGrantable(moderator)
      const form = await parseForm(c, approvalForm)
      const { domains: chosen, usual } = await readTicks(c)
      const refuse = (errors: { domains?: string; limit?: string }) => {
        const state = { errors, typed: form.typed, chosen }
        return showRow(c, registration, {
          status: 422,
          form: <ApprovalForm t={t} id={registration.id} grantable={grantable} form={state} />,
        })
      }
      if (!form.ok) return refuse(form.errors)
      const { limit } = form.value
      const domains = usual ? await listUsual(moderator, grantable) : form.value.domains
      const fault = await judgeDomains(moderator, domains)
      if (fault) return refuse({ domains: t.moderation.refusals[fault] })

      const outcome = await approve(deps, moderator, registration.id, { domains, mailboxLimit: limit })
      return answerDecision(c, c.req.param('id'), requireFound(outcome))
    })

    .get('/registrations/:id/denial', async (c) => {
      requireModerator(c)
      const registration = await find(c.req.param('id'))
      return showRow(c, registration, { form: <DenialForm t={c.get('t')} id={registration.id} /> })
    })

    .post('/registrations/:id/denial', async (c) => {
      const moderator = requireModerator(c)
      const registration = await find(c.req.param('id'))
      const form = await parseForm(c, denialForm)
      if (!form.ok) {
        const again = <DenialForm t={c.get('t')} id={registration.id} form={form} />
        return showRow(c, registration, { status: 422, form: again })
      }

      const { message } = form.value
      const outcome = await deny(deps, moderator, registration.id, message === '' ? null : message)
      return answerDecision(c, c.req.param('id'), requireFound(outcome))
    })

    .post('/registrations/:id/reopening', async (c) => {
      const moderator = requireModerator(c)
      const t = c.get('t')
      const { id } = await find(c.req.param('id'))
      const outcome = requireFound(await reopen(deps, moderator, id))
      if (outcome.done !== 'askedAnew')
        return answerDecision(c, String(id), outcome.done ? { done: 'decided' } : outcome)

      const link = { href: '/registrations', label: t.moderation.waiting }
      return render(c, { title: t.moderation.title, body: <Outcome {...t.moderation.askedAnew} link={link} /> })
    })

    .get('/registrations/:id/notes', async (c) => {
      requireModerator(c)
      const registration = await find(c.req.param('id'))
      return showRow(c, registration, { form: <NoteForm t={c.get('t')} id={registration.id} /> })
    })

    .post('/registrations/:id/notes', async (c) => {
      const moderator = requireModerator(c)
      const registration = await find(c.req.param('id'))
      const form = await parseForm(c, noteForm)
      if (!form.ok) {
        const again = <NoteForm t={c.get('t')} id={registration.id} form={form} />
        return showRow(c, registration, { status: 422, form: again })
      }

      await addNote(pool, moderator, registration, form.value.note)
      return isHtmx(c) ? showRow(c, await find(c.req.param('id'))) : seeOther(c, '/registrations')
    })
}
