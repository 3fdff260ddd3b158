import type { Child, FC, JSX, PropsWithChildren } from 'hono/jsx'
import type { Decision, Note, QueuePage, QueueView, Registration } from '../../db/registrations.ts'
import type { Messages } from '../../i18n/languages.ts'
import { Alert } from '../../ui/alert.tsx'
import { Badge } from '../../ui/badge.tsx'
import { Button } from '../../ui/button.tsx'
import type { DomainChoice } from '../../mailbox/domains.ts'
import { TypedDomainField } from '../../ui/domain-field.tsx'
import { Email } from '../../ui/email.tsx'
import { describedBy, Field, TextField } from '../../ui/field.tsx'
import { nameOf } from '../../ui/name-of.ts'
import { Moment, Sentence } from '../../ui/moment.tsx'
import { addressOf } from './queue-view.ts'
import type { ApprovalState, BulkState, DenialState, NoteState } from './form.ts'

type WithMessages = { t: Messages }

/** What a moderator may grant. */
export interface Grantable {
  choice: DomainChoice
  defaultLimit: number
}

type ModerationProps = WithMessages & {
  view: QueueView
  page: QueuePage
  grantable: Grantable
  /** the domains that one click grants; none: it opens the form */
  usual: string[]
  /** how many forms machines filled in during the last seven days */
  dropped: number
  bulk?: BulkState
  open?: OpenRow | undefined
}

/** What stands in the place of one of the rows. */
type OpenRow = { id: number; row: Child }

export const Moderation: FC<ModerationProps> = ({ t, view, page, grantable, usual, dropped, bulk = {}, open }) => (
  <section>
    <ModerationHead t={t} current="waiting" prefix={view.prefix} />
    {bulk.problem && <Alert kind="bad">{bulk.problem}</Alert>}
    {bulk.report?.map((line) => (
      <Alert kind="info">{line}</Alert>
    ))}
    {usual.length > 0 && page.registrations.length > 0 && <p class="hint">{t.moderation.usual(usual.join(', '))}</p>}
    <Queue t={t} view={view} page={page} selected={bulk.selected} open={open} />
    <BulkBar t={t} view={view} grantable={grantable} bulk={bulk} />
    {dropped > 0 && <p class="facts">{t.moderation.dropped(dropped)}</p>}
  </section>
)

type HeadProps = WithMessages & { current: 'waiting' | 'decided'; prefix: string }

/** The head of both lists: the link to the other one, and the filter. */
const ModerationHead: FC<HeadProps> = ({ t, current, prefix }) => {
  const path = current === 'waiting' ? '/registrations' : '/registrations/decisions'
  return (
    <>
      <header class="page-head">
        <h1>{t.moderation.title}</h1>
        <nav class="tabs" aria-label={t.moderation.tabs}>
          <a href="/registrations" aria-current={current === 'waiting' ? 'page' : undefined}>
            {t.moderation.waiting}
          </a>
          <a href="/registrations/decisions" aria-current={current === 'decided' ? 'page' : undefined}>
            {t.moderation.decided}
          </a>
        </nav>
      </header>
      <form class="filter" method="get" action={path} role="search">
        <label for="filter">{t.moderation.filter}</label>
        <input id="filter" name="email" type="search" value={prefix} maxlength={254} autocomplete="off" />
        <Button kind="secondary">{t.moderation.search}</Button>
        {prefix !== '' && (
          <a class="button quiet" href={path}>
            {t.moderation.all}
          </a>
        )}
      </form>
    </>
  )
}

type QueueProps = WithMessages & {
  view: QueueView
  page: QueuePage
  selected?: BulkState['selected']
  /** sent later, to replace what the page shows */
  update?: boolean
  open?: OpenRow | undefined
}

/**
 * The part of the queue that a page shows. An update is morphed into it: open forms, ticks and the focus stay as they
 * are.
 */
export const Queue: FC<QueueProps> = ({ t, view, page, selected = [], update = false, open }) => (
  <div id="queue" {...(update && { 'hx-swap-oob': 'outerMorph' })}>
    {page.registrations.length === 0 ? (
      <p class="empty">{view.prefix === '' && view.after === 0 ? t.moderation.empty : t.moderation.emptyFilter}</p>
    ) : (
      <>
        {page.registrations.length > 1 && <SelectAll t={t} view={view} />}
        <Registrations>
          {page.registrations.map((registration) =>
            registration.id === open?.id ? (
              open.row
            ) : (
              <RegistrationRow
                t={t}
                registration={registration}
                selectable
                selected={selected === 'all' || selected.includes(String(registration.id))}
              />
            ),
          )}
        </Registrations>
      </>
    )}
    <p class="pages">
      {view.after > 0 && <a href={addressOf({ prefix: view.prefix, after: 0 })}>{t.moderation.first}</a>}
      {page.next !== null && <a href={addressOf({ prefix: view.prefix, after: page.next })}>{t.moderation.next}</a>}
    </p>
  </div>
)

/** Requests, each of which is replaced by the answer to what is done in it. */
export const Registrations: FC<PropsWithChildren> = ({ children }) => (
  <ol class="registrations" hx-target:inherited="closest li.registration">
    {children}
  </ol>
)

/** A script ticks the boxes; without it the server sends the same page with all of them ticked. */
const SelectAll: FC<WithMessages & { view: QueueView }> = ({ t, view }) => (
  <p class="actions">
    <a class="button quiet" href={addressOf(view, { all: '1' })} data-tick="all">
      {t.moderation.selectAll}
    </a>
  </p>
)

type RowProps = PropsWithChildren<
  WithMessages & {
    registration: Registration
    /** with a checkbox, for bulk decisions */
    selectable?: boolean
    selected?: boolean
    problem?: string | undefined
    /** children are the form that is open at this request */
  }
>

/** One request: with its actions while it waits, and with the decision afterwards. */
export const RegistrationRow: FC<RowProps> = (props) =>
  props.registration.decision ? (
    <DecidedRow {...props} decision={props.registration.decision} />
  ) : (
    <WaitingRow {...props} />
  )

// A page has fifty of these: plain elements, which cost nothing, and no attributes that are put together first.
const WaitingRow: FC<RowProps> = ({ t, registration, selectable = false, selected = false, problem, children }) => {
  const { id, email, reason, requestedAt, notes } = registration
  const path = `/registrations/${id}`
  const { approve, options, deny, addNote } = t.moderation
  return (
    <li id={`registration-${id}`} class="card registration">
      <div class="card-head">
        {selectable && (
          <input
            type="checkbox"
            name="selected"
            value={id}
            form="bulk"
            checked={selected}
            aria-label={t.moderation.select(email)}
          />
        )}
        <h2 class="address">
          <Email address={email} />
        </h2>
        <p class="facts">
          <Sentence t={t} at={requestedAt} text={t.moderation.requestedAt(requestedAt)} />
        </p>
      </div>
      <p class="foreign">{reason}</p>
      {notes.length > 0 && <Notes t={t} notes={notes} />}
      {problem && <Alert kind="bad">{problem}</Alert>}
      <div class="actions">
        <form method="post" action={`${path}/approval`} hx-post={`${path}/approval`}>
          <button type="submit" class="button primary" name="usual" value="1" aria-label={nameOf(approve, email)}>
            {approve}
          </button>
        </form>
        <a
          class="button secondary"
          href={`${path}/approval`}
          hx-get={`${path}/approval`}
          aria-label={nameOf(options, email)}
        >
          {options}
        </a>
        <a class="button secondary" href={`${path}/denial`} hx-get={`${path}/denial`} aria-label={nameOf(deny, email)}>
          {deny}
        </a>
        <a class="button quiet" href={`${path}/notes`} hx-get={`${path}/notes`} aria-label={nameOf(addNote, email)}>
          {addNote}
        </a>
      </div>
      <div id={`registration-${id}-form`} hx-morph-skip-children>
        {children}
      </div>
    </li>
  )
}

const DecidedRow: FC<RowProps & { decision: Decision }> = ({ t, registration, decision, problem }) => {
  const { id, email } = registration
  return (
    <li id={`registration-${id}`} class="card registration decided">
      <div class="card-head">
        <h2 class="address">
          <Email address={email} />
        </h2>
        <DecisionBadge t={t} decision={decision} />
      </div>
      {problem ? <Alert kind="bad">{problem}</Alert> : <Decided t={t} decision={decision} />}
      {decision.domains.length > 0 && (
        <dl class="facts">
          <Fact name={t.moderation.granted}>{decision.domains.join(', ')}</Fact>
        </dl>
      )}
      <Reopening t={t} registration={registration} hx-post={`/registrations/${id}/reopening`} />
    </li>
  )
}

type ReopeningProps = WithMessages & JSX.IntrinsicElements['form'] & { registration: Registration }

/** The way back from a denial. */
const Reopening: FC<ReopeningProps> = ({ t, registration: { id, email, decision }, ...rest }) =>
  decision?.is === 'denied' ? (
    <form class="actions" method="post" action={`/registrations/${id}/reopening`} {...rest}>
      <Button kind="secondary" aria-label={nameOf(t.moderation.reopen, email)}>
        {t.moderation.reopen}
      </Button>
    </form>
  ) : null

const Decided: FC<WithMessages & { decision: Decision }> = ({ t, decision: { is, by, at } }) => (
  <p class="state">
    <Sentence t={t} at={at} text={t.moderation.decisions[is](by, at)} />
  </p>
)

const DecisionBadge: FC<WithMessages & { decision: Decision }> = ({ t, decision }) => (
  <Badge kind={decision.is === 'approved' ? 'good' : 'neutral'}>{t.moderation.badges[decision.is]}</Badge>
)

const Notes: FC<WithMessages & { notes: Note[] }> = ({ t, notes }) =>
  notes.length === 0 ? null : (
    <ul class="notes" aria-label={t.moderation.notes}>
      {notes.map(({ author, at, text }) => (
        <li>
          <p class="facts">
            <bdi>{author}</bdi>, <Moment t={t} at={at} />
          </p>
          <p class="foreign">{text}</p>
        </li>
      ))}
    </ul>
  )

const Cancel: FC<WithMessages & { id: number }> = ({ t, id }) => (
  <a class="button quiet" href="/registrations" data-cancel hx-get={`/registrations/${id}`}>
    {t.common.cancel}
  </a>
)

type ApprovalProps = WithMessages & { id: number; grantable: Grantable; form?: ApprovalState | undefined }

export const ApprovalForm: FC<ApprovalProps> = ({ t, id, grantable, form }) => (
  <form class="inner" method="post" action={`/registrations/${id}/approval`} hx-post={`/registrations/${id}/approval`}>
    <ApprovalFields t={t} idPrefix={`registration-${id}`} grantable={grantable} form={form} autofocus />
    <div class="actions">
      <Button>{t.moderation.approveLong}</Button>
      <Cancel t={t} id={id} />
    </div>
  </form>
)

type ApprovalFieldsProps = WithMessages & {
  idPrefix: string
  grantable: Grantable
  form?: ApprovalState | undefined
  autofocus?: boolean
}

const ApprovalFields: FC<ApprovalFieldsProps> = ({ t, idPrefix, grantable, form = {}, autofocus = false }) => {
  const { domains, more } = grantable.choice
  const { errors = {}, typed = {}, chosen = domains.length === 1 ? domains : [] } = form
  const id = `${idPrefix}-domains`
  return (
    <>
      <fieldset class="ticks" {...describedBy(id, t.moderation.domainsHint, errors.domains)}>
        <legend>{t.moderation.domains}</legend>
        {domains.length === 0 && <p>{t.moderation.noDomains}</p>}
        {more ? (
          <TypedDomains t={t} id={id} domains={domains} chosen={chosen} autofocus={autofocus} />
        ) : (
          <div class="choices">
            {domains.map((domain, index) => (
              <label>
                <input
                  type="checkbox"
                  name="domains"
                  value={domain}
                  checked={chosen.includes(domain)}
                  autofocus={autofocus && index === 0}
                />
                {domain}
              </label>
            ))}
          </div>
        )}
        <p class="hint" id={`${id}-hint`}>
          {t.moderation.domainsHint}
        </p>
        {errors.domains && (
          <p class="error" id={`${id}-error`}>
            {errors.domains}
          </p>
        )}
      </fieldset>
      <Field
        name="limit"
        id={`${idPrefix}-limit`}
        label={t.moderation.limit}
        hint={t.moderation.limitHint(grantable.defaultLimit)}
        value={typed.limit}
        error={errors.limit}
        inputmode="numeric"
        autocomplete="off"
        maxlength={5}
      />
    </>
  )
}

type TypedDomainsProps = WithMessages & { id: string; domains: string[]; chosen: string[]; autofocus: boolean }

/** For too many domains to list: a field with suggestions, and one for further domains below it. */
const TypedDomains: FC<TypedDomainsProps> = ({ t, id, domains, chosen: [first, ...others], autofocus }) => (
  <>
    <TypedDomainField
      t={t}
      name="domains"
      id={`${id}-first`}
      label={t.mailboxes.domain}
      value={first}
      domains={domains}
      autofocus={autofocus}
    />
    <TextField
      name="domains"
      id={`${id}-others`}
      label={t.domainField.others}
      value={others.join('\n')}
      rows={2}
      autocapitalize="none"
      spellcheck={false}
    />
  </>
)

export const DenialForm: FC<WithMessages & { id: number; form?: DenialState | undefined }> = ({ t, id, form }) => (
  <form class="inner" method="post" action={`/registrations/${id}/denial`} hx-post={`/registrations/${id}/denial`}>
    <MessageField t={t} idPrefix={`registration-${id}`} form={form} autofocus />
    <div class="actions">
      <Button kind="danger">{t.moderation.denyLong}</Button>
      <Cancel t={t} id={id} />
    </div>
  </form>
)

type MessageFieldProps = WithMessages & { idPrefix: string; form?: DenialState | undefined; autofocus?: boolean }

const MessageField: FC<MessageFieldProps> = ({ t, idPrefix, form, autofocus = false }) => (
  <TextField
    name="message"
    id={`${idPrefix}-message`}
    label={t.moderation.message}
    hint={t.moderation.messageHint}
    value={form?.typed?.message}
    error={form?.errors?.message}
    rows={4}
    maxlength={2000}
    autofocus={autofocus}
  />
)

export const NoteForm: FC<WithMessages & { id: number; form?: NoteState | undefined }> = ({ t, id, form }) => (
  <form class="inner" method="post" action={`/registrations/${id}/notes`} hx-post={`/registrations/${id}/notes`}>
    <TextField
      name="note"
      id={`registration-${id}-note`}
      label={t.moderation.noteField}
      value={form?.typed?.note}
      error={form?.errors?.note}
      rows={3}
      maxlength={2000}
      autofocus
      required
    />
    <div class="actions">
      <Button>{t.moderation.saveNote}</Button>
      <Cancel t={t} id={id} />
    </div>
  </form>
)

type BulkProps = WithMessages & { view: QueueView; grantable: Grantable; bulk: BulkState }

/** The bulk decisions. The checkboxes belong to this form, wherever they are in the page. */
const BulkBar: FC<BulkProps> = ({ t, view, grantable, bulk }) => (
  <form id="bulk" class="card bulk" method="post" action="/registrations/approvals" aria-label={t.moderation.selected}>
    {view.prefix !== '' && <input type="hidden" name="prefix" value={view.prefix} />}
    {view.after > 0 && <input type="hidden" name="after" value={view.after} />}
    <div class="actions">
      <output class="scripted" data-selected>
        {t.moderation.selectedCount(0)}
      </output>
      <Button name="usual" value="1">
        {t.moderation.approveSelected}
      </Button>
      <Button kind="danger" formaction="/registrations/denials">
        {t.moderation.denySelected}
      </Button>
      <a class="button quiet" href={addressOf(view)} data-tick="" data-cancel>
        {t.moderation.clear}
      </a>
    </div>
    <details open={bulk.problem !== undefined}>
      <summary class="link">{t.moderation.options}</summary>
      <div class="columns">
        <div>
          <ApprovalFields t={t} idPrefix="bulk" grantable={grantable} form={bulk.approval} />
        </div>
        <MessageField t={t} idPrefix="bulk" form={bulk.denial} />
      </div>
    </details>
  </form>
)

type DecisionsProps = WithMessages & { prefix: string; registrations: Registration[]; next: string | null }

export const Decisions: FC<DecisionsProps> = ({ t, prefix, registrations, next }) => (
  <section>
    <ModerationHead t={t} current="decided" prefix={prefix} />
    {registrations.length === 0 && <p class="empty">{t.moderation.emptyDecided}</p>}
    <ol class="registrations">
      {registrations.map(
        (registration) => registration.decision && <History t={t} {...registration} decision={registration.decision} />,
      )}
    </ol>
    {next !== null && (
      <p class="pages">
        <a href={`/registrations/decisions?${new URLSearchParams({ email: prefix, before: next }).toString()}`}>
          {t.moderation.next}
        </a>
      </p>
    )}
  </section>
)

const History: FC<WithMessages & Registration & { decision: Decision }> = ({ t, ...registration }) => {
  const { id, email, reason, requestedAt, notes, decision } = registration
  return (
    <li id={`registration-${id}`} class="card registration">
      <div class="card-head">
        <h2 class="address">
          <Email address={email} />
        </h2>
        <DecisionBadge t={t} decision={decision} />
      </div>
      <Decided t={t} decision={decision} />
      <p class="facts">
        <Sentence t={t} at={requestedAt} text={t.moderation.requestedAt(requestedAt)} />
      </p>
      <p class="foreign">{reason}</p>
      <dl class="facts">
        {decision.is === 'approved' ? (
          <Fact name={t.moderation.granted}>{decision.domains.join(', ')}</Fact>
        ) : (
          <Fact name={t.moderation.told}>{decision.message ?? t.moderation.silently}</Fact>
        )}
      </dl>
      <Notes t={t} notes={notes} />
      <Reopening t={t} registration={{ ...registration, decision }} />
    </li>
  )
}

const Fact: FC<{ name: string; children: Child }> = ({ name, children }) => (
  <>
    <dt>{name}</dt>
    <dd class="foreign">{children}</dd>
  </>
)
