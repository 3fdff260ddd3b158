import type { FC } from 'hono/jsx'
import type { Mailbox } from '../../db/mailboxes.ts'
import type { Messages } from '../../i18n/languages.ts'
import { domainOf } from '../../lib/addresses.ts'
import type { MailboxEntry } from '../../mailbox/with-mail-row.ts'
import { Alert } from '../../ui/alert.tsx'
import { Button } from '../../ui/button.tsx'
import { describedBy, FieldNotes } from '../../ui/field.tsx'
import { MailboxCard, swapCard } from '../../ui/mailbox-row.tsx'
import { NewPasswordFields, SuggestPassword, UsernameField } from '../../ui/password-fields.tsx'
import type { NewStartState } from './form.ts'

const Losses: FC<{ t: Messages }> = ({ t }) => (
  <ul>
    {t.newStart.losses.map((loss) => (
      <li>{loss}</li>
    ))}
  </ul>
)

/** For the administrator. */
export const NewStartOffer: FC<{ t: Messages; mailbox: Mailbox }> = ({ t, mailbox: { id, address, mayStartAnew } }) => {
  const path = `/mailboxes/${id}/new-start-offer`
  return (
    <section class="card narrow">
      <h1 class="long">{t.newStart.title(address)}</h1>
      <p>{t.newStart.offerIntro}</p>
      <Losses t={t} />
      <p>{mayStartAnew ? t.newStart.isOffered : t.newStart.ownerDecides}</p>
      <form method="post" action={mayStartAnew ? `${path}/removal` : path}>
        <div class="actions">
          <Button kind={mayStartAnew ? 'secondary' : 'danger'}>
            {mayStartAnew ? t.newStart.withdraw : t.newStart.submitOffer}
          </Button>
          <a class="button quiet" href={`/domains/${encodeURIComponent(domainOf(address))}`}>
            {t.common.cancel}
          </a>
        </div>
      </form>
    </section>
  )
}

type FormProps = { t: Messages; entry: MailboxEntry; form: NewStartState; notice: string | undefined }

/** For the owner, in the place of the row. */
export const NewStartForm: FC<FormProps> = ({ t, entry, form: { errors = {}, suggested }, notice }) => {
  const path = `/mailboxes/${entry.id}/new-start`
  const prefix = `mailbox-${entry.id}`
  const sure = `${prefix}-sure`
  return (
    <MailboxCard entry={entry}>
      <section class="danger-zone">
        <h2 class="address">{t.newStart.title(entry.address)}</h2>
        <p>{t.deletion.intro}</p>
        <Losses t={t} />
        <p>{t.newStart.stays}</p>
        {notice && <Alert kind="bad">{notice}</Alert>}
        <form method="post" action={path} hx-post={path} hx-target="closest li.card">
          <UsernameField address={entry.address} />
          <NewPasswordFields t={t} asTyped errors={errors} idPrefix={prefix} suggested={suggested} />
          <div class="field">
            <label>
              <input type="checkbox" name="sure" value="yes" required {...describedBy(sure, undefined, errors.sure)} />{' '}
              {t.newStart.sure}
            </label>
            <FieldNotes id={sure} hint={undefined} error={errors.sure} />
          </div>
          <div class="actions">
            <Button kind="danger">{t.newStart.submit}</Button>
            <SuggestPassword t={t} />
            <a class="button quiet" href="/mailboxes" data-cancel {...swapCard(`/mailboxes/${entry.id}`)}>
              {t.common.cancel}
            </a>
          </div>
        </form>
      </section>
    </MailboxCard>
  )
}
