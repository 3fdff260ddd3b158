import type { FC } from 'hono/jsx'
import type { Messages } from '../../i18n/languages.ts'
import type { MailboxEntry } from '../../mailbox/with-mail-row.ts'
import { whyNoMore, type MailboxList } from '../../mailbox/list.ts'
import { normaliseLocalPart } from '../../lib/addresses.ts'
import { AddressField } from '../../ui/address-field.tsx'
import { AddressPreview } from '../../ui/address-preview.tsx'
import { Button } from '../../ui/button.tsx'
import { Field, firstWrong } from '../../ui/field.tsx'
import { AnotherMailbox, MailboxListPage } from '../../ui/mailbox-list.tsx'
import { MailboxCard, swapCard } from '../../ui/mailbox-row.tsx'
import { NewPasswordFields, SuggestPassword, UsernameField } from '../../ui/password-fields.tsx'
import type { MailboxFormState, NewPasswordState } from './form.ts'
import type { QuotaRange } from './quota.ts'

type WithMessages = { t: Messages }

type ListProps = WithMessages & {
  list: MailboxList
  quota: QuotaRange
  /** the form for another mailbox, where it is open */
  form?: MailboxFormState | undefined
  made?: number | undefined
}

/** The page's content, which a creation replaces as a whole: the list, the count and the form belong together. */
export const Mailboxes: FC<ListProps> = ({ t, list, quota, form, made }) => {
  const isOpen = whyNoMore(list) === null && (form !== undefined || list.entries.length === 0)
  return (
    <MailboxListPage
      t={t}
      list={list}
      made={made}
      form={isOpen && <NewMailbox t={t} list={list} quota={quota} form={form} />}
    />
  )
}

/** What the link to the form is replaced by. */
export const OpenedMailbox: FC<ListProps> = ({ t, list, quota }) => (
  <AnotherMailbox
    t={t}
    list={list}
    form={whyNoMore(list) === null && <NewMailbox t={t} list={list} quota={quota} form={{}} />}
  />
)

const NewMailbox: FC<ListProps> = ({ t, list, quota, form }) => {
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
    <form
      class="card"
      method="post"
      action="/mailboxes"
      hx-post="/mailboxes"
      hx-target="#mailboxes"
      aria-labelledby="create"
    >
      <h2 id="create">{t.mailboxes.create}</h2>
      <AddressField
        t={t}
        label={t.mailboxes.localPart}
        hint={t.mailboxes.localPartHint}
        choice={list.choice}
        typed={typed}
        errors={errors}
        focus={first}
        preview={preview}
      />
      <p id="preview" class="preview" aria-live="polite">
        {typed.localPart && !errors.localPart && (
          <AddressPreview t={t} address={`${normaliseLocalPart(typed.localPart)}@${typed.domain ?? ''}`} />
        )}
      </p>
      {quota && <QuotaField t={t} quota={quota} form={form} />}
      <NewPasswordFields t={t} asTyped errors={errors} suggested={form?.suggested} />
      <div class="actions">
        <Button>{t.mailboxes.submit}</Button>
        <SuggestPassword t={t} />
        {list.entries.length > 0 && (
          <a
            class="button quiet"
            href="/mailboxes"
            data-cancel
            hx-get="/mailboxes"
            hx-target="#another"
            hx-select="#another"
          >
            {t.common.cancel}
          </a>
        )}
      </div>
    </form>
  )
}

/** The sizes that most people want, as far as they may have them, and any other. */
const commonSizes = [1024, 5120, 10_240]

type QuotaProps = WithMessages & { quota: NonNullable<QuotaRange>; form: MailboxFormState | undefined }

/** The choice is a size in megabytes; the field for another one is only there for whoever chooses to have one. */
const QuotaField: FC<QuotaProps> = ({ t, quota: { byDefault, most }, form: { errors = {}, typed = {} } = {} }) => {
  const sizes = [...new Set([byDefault, ...commonSizes])]
    .filter((size) => most === 0 || (size > 0 && size <= most))
    .sort((one, other) => one - other)
  const chosen = typed.quotaChoice ?? (typed.quotaMegabytes ? '' : String(byDefault))
  return (
    <fieldset class="ticks sizes">
      <legend>{t.mailboxes.quota}</legend>
      <div class="choices">
        {sizes.map((size) => (
          <label>
            <input type="radio" name="quotaChoice" value={size} checked={chosen === String(size)} />
            {size === 0 ? t.domains.noQuota : t.format.bytes(size * 1024 ** 2)}
          </label>
        ))}
        <label>
          <input type="radio" name="quotaChoice" value="" checked={chosen === ''} />
          {t.mailboxes.quotaOther}
        </label>
      </div>
      <Field
        name="quotaMegabytes"
        label={t.mailboxes.quotaField}
        hint={t.mailboxes.quotaHint(most)}
        value={typed.quotaMegabytes}
        error={errors.quotaMegabytes}
        inputmode="numeric"
        autocomplete="off"
        autofocus={firstWrong(errors) === 'quotaMegabytes'}
      >
        <span class="unit">{t.mailboxes.megabytes}</span>
      </Field>
    </fieldset>
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
      <form method="post" action={`${path}/creation`} hx-post={`${path}/creation`} hx-target="closest li">
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
