import type { FC } from 'hono/jsx'
import type { Messages } from '../../i18n/languages.ts'
import type { MailboxEntry } from '../../mailbox/with-mail-row.ts'
import { normaliseLocalPart } from '../../lib/addresses.ts'
import { AddressPreview } from '../../ui/address-preview.tsx'
import { Alert } from '../../ui/alert.tsx'
import { Button } from '../../ui/button.tsx'
import { ContactLink } from '../../ui/contact-link.tsx'
import { DomainField } from '../../ui/domain-field.tsx'
import { Field, firstWrong } from '../../ui/field.tsx'
import { PlusIcon } from '../../ui/icons.tsx'
import { MailboxCard, MailboxRow, swapCard } from '../../ui/mailbox-row.tsx'
import { NewPasswordFields, SuggestPassword, UsernameField } from '../../ui/password-fields.tsx'
import type { MailboxFormState, NewPasswordState } from './form.ts'
import type { MailboxPage } from './page.ts'

type WithMessages = { t: Messages }

/** The page's content, which a creation replaces as a whole: the list, the count and the form belong together. */
export const Mailboxes: FC<
  WithMessages & { page: MailboxPage; form?: MailboxFormState; made?: number | undefined }
> = ({ t, page, form, made }) => (
  <section id="mailboxes" tabindex={-1}>
    <header class="page-head">
      <h1>{t.mailboxes.title}</h1>
      <p class="count">{t.mailboxes.count(page.entries.length, page.limit)}</p>
    </header>
    {page.entries.length === 0 && (page.choice.domains.length > 0 || !page.mayCreate) && (
      <p class="empty">{page.mayCreate ? t.mailboxes.empty : t.mailboxes.emptyElsewhere}</p>
    )}
    <NewMailbox t={t} page={page} form={form} />
    {page.entries.length > 0 && (
      <ul class="mailboxes">
        {page.entries.map((entry) => (
          <MailboxRow t={t} entry={entry} changed={entry.id === made} />
        ))}
      </ul>
    )}
    <p class="beside">
      <a class="button secondary" href="/mailbox-claims">
        {t.claim.open}
      </a>
    </p>
  </section>
)

const NewMailbox: FC<WithMessages & { page: MailboxPage; form: MailboxFormState | undefined }> = ({
  t,
  page,
  form,
}) => {
  if (!page.mayCreate) return <Alert kind="info">{t.mailboxes.madeElsewhere}</Alert>
  if (page.choice.domains.length === 0) {
    return (
      <Alert kind="info">
        {t.mailboxes.noDomain} <ContactLink t={t} />
      </Alert>
    )
  }
  if (page.entries.length >= page.limit) {
    return (
      <p class="facts">
        {t.mailboxes.limitReached(page.limit)} <ContactLink t={t} />
      </p>
    )
  }

  const { errors = {}, typed = {} } = form ?? {}
  const first = firstWrong(errors)
  // Named one by one, because the form contains passwords, which must never be in a URL.
  const preview = {
    'hx-get': '/mailboxes/preview',
    'hx-include': '#localPart, #domain',
    'hx-target': '#preview',
    'hx-swap': 'innerHTML',
  }
  return (
    <details class="card" open={form !== undefined || page.entries.length === 0}>
      <summary>
        <h2>
          <PlusIcon /> {t.mailboxes.create}
        </h2>
      </summary>
      <form method="post" action="/mailboxes" hx-post="/mailboxes" hx-target="#mailboxes" hx-swap="outerHTML">
        <div class="columns">
          <Field
            name="localPart"
            label={t.mailboxes.localPart}
            hint={t.mailboxes.localPartHint}
            value={typed.localPart}
            error={errors.localPart}
            autocomplete="off"
            autocapitalize="none"
            spellcheck={false}
            maxlength={64}
            required
            autofocus={first === 'localPart'}
            {...preview}
            hx-trigger="input changed delay:300ms"
          />
          <DomainField
            t={t}
            name="domain"
            id="domain"
            label={t.mailboxes.domain}
            value={typed.domain}
            error={errors.domain}
            choice={page.choice}
            autofocus={first === 'domain'}
            attributes={preview}
          />
        </div>
        <p id="preview" class="preview" aria-live="polite">
          {typed.localPart && !errors.localPart && (
            <AddressPreview t={t} address={`${normaliseLocalPart(typed.localPart)}@${typed.domain ?? ''}`} />
          )}
        </p>
        {page.quota && (
          <Field
            name="quotaMegabytes"
            label={t.mailboxes.quota}
            hint={t.mailboxes.quotaHint(page.quota.mostMegabytes)}
            value={typed.quotaMegabytes ?? (page.quota.defaultMegabytes || '').toString()}
            error={errors.quotaMegabytes}
            inputmode="numeric"
            autocomplete="off"
            autofocus={first === 'quotaMegabytes'}
          >
            <span class="unit">{t.mailboxes.megabytes}</span>
          </Field>
        )}
        <NewPasswordFields t={t} asTyped errors={errors} suggested={form?.suggested} />
        <div class="actions">
          <Button>{t.mailboxes.submit}</Button>
          <SuggestPassword t={t} />
        </div>
      </form>
    </details>
  )
}

/** In place of the row: a new password for a mailbox whose setup failed. */
export const SetUpAgain: FC<WithMessages & { entry: MailboxEntry; form?: NewPasswordState }> = ({ t, entry, form }) => {
  const path = `/mailboxes/${entry.id}`
  const prefix = `mailbox-${entry.id}`
  return (
    <MailboxCard entry={entry}>
      <h2 class="address">{entry.address}</h2>
      <p>{t.mailboxes.setUpAgainIntro}</p>
      <form
        method="post"
        action={`${path}/creation`}
        hx-post={`${path}/creation`}
        hx-target="closest li"
        hx-swap="outerHTML"
      >
        <UsernameField address={entry.address} />
        <NewPasswordFields t={t} asTyped errors={form?.errors ?? {}} idPrefix={prefix} suggested={form?.suggested} />
        <div class="actions">
          <Button>{t.mailboxes.setUpAgain}</Button>
          <SuggestPassword t={t} />
          <a class="button quiet" href="/mailboxes" data-cancel {...swapCard(path)}>
            {t.common.cancel}
          </a>
        </div>
      </form>
    </MailboxCard>
  )
}
