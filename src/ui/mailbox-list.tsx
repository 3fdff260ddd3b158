import type { Child, FC } from 'hono/jsx'
import type { Messages } from '../i18n/languages.ts'
import { whyNoMore, type MailboxList } from '../mailbox/list.ts'
import { Alert } from './alert.tsx'
import { ContactLink } from './contact-link.tsx'
import { PlusIcon } from './icons.tsx'
import { MailboxRow } from './mailbox-row.tsx'

type Props = { t: Messages; list: MailboxList }

type ListProps = Props & {
  /** the id of the mailbox that was just made */
  made?: number | undefined
  /** what stands in the place of one of the rows */
  open?: { id: number; card: Child }
  /** for another mailbox, where it is open */
  form?: Child
}

/** An account's mailboxes, with what is open among them. */
export const MailboxListPage: FC<ListProps> = ({ t, list, made, open, form }) => (
  <section id="mailboxes" tabindex={-1}>
    <header class="page-head">
      <h1>{t.mailboxes.title}</h1>
      <p class="count">{t.mailboxes.count(list.entries.length, list.limit)}</p>
    </header>
    {list.entries.length === 0 && whyNoMore(list) !== 'domain' && (
      <p class="empty">{list.mayCreate ? t.mailboxes.empty : t.mailboxes.emptyElsewhere}</p>
    )}
    <AnotherMailbox t={t} list={list} form={form} />
    {list.entries.length > 0 && (
      <ul class="mailboxes">
        {list.entries.map((entry) =>
          entry.id === open?.id ? open.card : <MailboxRow t={t} entry={entry} changed={entry.id === made} />,
        )}
      </ul>
    )}
  </section>
)

/** The ways to another mailbox: the form for a new one if it is open, and what leads to it if not. */
export const AnotherMailbox: FC<Props & { form?: Child }> = ({ t, list, form }) => {
  const hindrance = whyNoMore(list)
  return (
    <div id="another">
      {hindrance === 'elsewhere' && <Alert kind="info">{t.mailboxes.madeElsewhere}</Alert>}
      {hindrance === 'domain' && (
        <Alert kind="info">
          {t.mailboxes.noDomain} <ContactLink t={t} />
        </Alert>
      )}
      {hindrance === 'limit' && (
        <p class="facts">
          {t.mailboxes.limitReached(list.limit)} <ContactLink t={t} />
        </p>
      )}
      {form}
      <div class="actions">
        {hindrance === null && !form && (
          <a class="button" href="/mailboxes/new" hx-get="/mailboxes/new" hx-target="#another">
            <PlusIcon /> {t.mailboxes.create}
          </a>
        )}
        <a class="button secondary" href="/mailbox-claims">
          {t.claim.open}
        </a>
      </div>
    </div>
  )
}
