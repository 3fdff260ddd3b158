import type { FC } from 'hono/jsx'
import type { MailboxEntry } from '../../mailbox/with-mail-row.ts'
import type { Messages } from '../../i18n/languages.ts'
import { Alert } from '../../ui/alert.tsx'
import { Button } from '../../ui/button.tsx'
import { Field } from '../../ui/field.tsx'
import { MailboxCard, swapCard } from '../../ui/mailbox-row.tsx'
import { RevealPasswords, UsernameField } from '../../ui/password-fields.tsx'

type Props = {
  t: Messages
  entry: MailboxEntry
  hours: number
  error?: string | undefined
  notice?: string | undefined
}

/** What will be lost, and the field for the mailbox's password: in place of its row, or as a page. */
export const DeletionForm: FC<Props> = ({ t, entry, hours, error, notice }) => {
  const path = `/mailboxes/${entry.id}/deletion`
  return (
    <MailboxCard entry={entry}>
      <section class="danger-zone">
        <h2 class="address">{t.deletion.title(entry.address)}</h2>
        <p>{t.deletion.intro}</p>
        <ul>
          {t.deletion.losses(entry.address).map((loss) => (
            <li>{loss}</li>
          ))}
        </ul>
        <p>{t.deletion.delay(hours)}</p>
        {notice && <Alert kind="bad">{notice}</Alert>}
        <form method="post" action={path} hx-post={path} hx-target="closest li.card">
          <UsernameField address={entry.address} />
          <Field
            name="password"
            id={`mailbox-${entry.id}-deletion`}
            type="password"
            label={t.deletion.password}
            error={error}
            autocomplete="current-password"
            autofocus
            required
          />
          <RevealPasswords t={t} />
          <div class="actions">
            <Button kind="danger">{t.deletion.submit}</Button>
            <a class="button quiet" href="/mailboxes" data-cancel {...swapCard(`/mailboxes/${entry.id}`)}>
              {t.deletion.keep}
            </a>
          </div>
        </form>
      </section>
    </MailboxCard>
  )
}
