import type { FC } from 'hono/jsx'
import type { AuditAction } from '../../db/audit.ts'
import type { AuditEntry, AuditSearch } from '../../db/audit-list.ts'
import type { Mailbox } from '../../db/mailboxes.ts'
import type { Paged } from '../../db/page.ts'
import type { Messages } from '../../i18n/languages.ts'
import { Button } from '../../ui/button.tsx'
import { Field, SelectField } from '../../ui/field.tsx'
import { Pager, swapList } from '../../ui/lists.tsx'
import { Moment } from '../../ui/moment.tsx'

type WithMessages = { t: Messages }

export const isAction = (t: Messages, text: string): text is AuditAction => Object.hasOwn(t.audit.actions, text)

type AuditProps = WithMessages & { page: Paged<AuditEntry>; search: AuditSearch; showNetwork: boolean }

export const Audit: FC<AuditProps> = ({ t, page, search, showNetwork }) => (
  <section id="audit" tabindex={-1}>
    <header class="page-head">
      <h1>{t.audit.title}</h1>
    </header>
    <form class="search" method="get" action="/audit" role="search" {...swapList('/audit', 'audit')}>
      <div class="columns">
        <Field
          name="mailbox"
          type="text"
          label={t.audit.mailbox}
          value={search.mailbox}
          autocomplete="off"
          autocapitalize="none"
          spellcheck={false}
          maxlength={254}
        />
        <SelectField
          name="action"
          label={t.audit.action}
          value={search.action ?? ''}
          options={[
            { value: '', label: t.audit.anyAction },
            ...Object.entries(t.audit.actions).map(([value, label]) => ({ value, label })),
          ]}
        />
      </div>
      <Button kind="secondary">{t.lists.show}</Button>
    </form>
    {page.rows.length === 0 ? (
      <p class="empty">{t.audit.empty}</p>
    ) : (
      <table>
        <thead>
          <tr>
            {[t.audit.when, t.audit.what, t.audit.mailboxOrDomain, t.audit.who].map((label) => (
              <th scope="col">{label}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {page.rows.map((entry) => (
            <tr>
              <td class="whole">
                <Moment t={t} at={entry.at} />
              </td>
              <EventCell t={t} entry={entry} />
              <td data-label={t.audit.mailboxOrDomain}>
                <Named text={entry.mailbox ?? entry.domain ?? ''} />
              </td>
              <td data-label={t.audit.who}>
                <bdi>{entry.actor ?? t.audit.colombier}</bdi>
                {showNetwork && entry.network && <p class="facts">{entry.network}</p>}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    )}
    <Pager
      t={t}
      path="/audit"
      list="audit"
      kept={{ mailbox: search.mailbox, action: search.action ?? '' }}
      name="before"
      after={String(search.before ?? '')}
      next={page.next}
    />
  </section>
)

type HistoryProps = WithMessages & {
  mailbox: Mailbox
  page: Paged<AuditEntry>
  before: number | null
  accountId: number
}

/** To its owner: what happened to this mailbox. */
export const History: FC<HistoryProps> = ({ t, mailbox, page, before, accountId }) => (
  <section id="history" tabindex={-1}>
    <header class="page-head">
      <h1 class="long">{t.audit.of(mailbox.address)}</h1>
    </header>
    {page.rows.length === 0 ? (
      <p class="empty">{t.audit.empty}</p>
    ) : (
      <table>
        <thead>
          <tr>
            {[t.audit.when, t.audit.what, t.audit.who].map((label) => (
              <th scope="col">{label}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {page.rows.map((entry) => (
            <tr>
              <td class="whole">
                <Moment t={t} at={entry.at} />
              </td>
              <EventCell t={t} entry={entry} />
              <td data-label={t.audit.who}>{whoTo(t, entry, accountId)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    )}
    <Pager
      t={t}
      path={`/mailboxes/${mailbox.id}/history`}
      list="history"
      kept={{}}
      name="before"
      after={String(before ?? '')}
      next={page.next}
    />
    <p class="beside">
      <a href="/mailboxes">{t.audit.back}</a>
    </p>
  </section>
)

/** What happened, in few words, and beneath it with what. */
const EventCell: FC<WithMessages & { entry: AuditEntry }> = ({ t, entry }) => {
  const details = detailsOf(t, entry)
  return (
    <td data-label={t.audit.what}>
      {sentenceOf(t, entry)}
      {details !== '' && (
        <p class="facts">
          <bdi>{details}</bdi>
        </p>
      )}
    </td>
  )
}

/** Nothing for an empty text, so that a phone does not show its cell. */
const Named: FC<{ text: string }> = ({ text }) => (text === '' ? null : <bdi>{text}</bdi>)

/** The name itself, for an act that a newer version wrote down. */
const sentenceOf = (t: Messages, { action }: AuditEntry): string =>
  isAction(t, action) ? t.audit.actions[action] : String(action)

function detailsOf(t: Messages, { subject }: AuditEntry): string {
  const errors: Partial<Record<string, string>> = t.tasks.errors
  return (subject !== null && Object.hasOwn(errors, subject) ? errors[subject] : subject) ?? ''
}

/** An owner learns that it was an administrator, not which one. */
const whoTo = (t: Messages, entry: AuditEntry, accountId: number): string =>
  entry.accountId === null ? t.audit.colombier : entry.accountId === accountId ? t.audit.you : t.audit.administrator
