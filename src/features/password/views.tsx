import type { FC } from 'hono/jsx'
import type { MailboxEntry } from '../../mailbox/with-mail-row.ts'
import type { Messages } from '../../i18n/languages.ts'
import { Alert } from '../../ui/alert.tsx'
import { Button } from '../../ui/button.tsx'
import { Field, firstWrong } from '../../ui/field.tsx'
import { MailboxCard, swapCard } from '../../ui/mailbox-row.tsx'
import { NewPasswordFields, SuggestPassword, UsernameField } from '../../ui/password-fields.tsx'
import type { PasswordState } from './form.ts'

type Props = { t: Messages; entry: MailboxEntry; form?: PasswordState; notice?: string | undefined }

/** In the place of the mailbox's row. */
export const PasswordForm: FC<Props> = ({ t, entry, form = {}, notice }) => {
  const { errors = {}, suggested } = form
  const path = `/mailboxes/${entry.id}/password`
  const prefix = `mailbox-${entry.id}`

  return (
    <MailboxCard entry={entry}>
      <h2 class="address">{entry.address}</h2>
      <p>{t.password.intro}</p>
      {notice && <Alert kind="bad">{notice}</Alert>}
      <form method="post" action={path} hx-post={path} hx-target="closest li">
        <UsernameField address={entry.address} />
        <Field
          name="current"
          id={`${prefix}-current`}
          type="password"
          label={t.password.current}
          error={errors.current}
          autocomplete="current-password"
          autofocus={(firstWrong(errors) ?? 'current') === 'current'}
          required
        />
        <NewPasswordFields t={t} asTyped errors={errors} idPrefix={prefix} suggested={suggested} />
        <div class="actions">
          <Button>{t.password.submit}</Button>
          <SuggestPassword t={t} />
          <a class="button quiet" href="/mailboxes" data-cancel {...swapCard(`/mailboxes/${entry.id}`)}>
            {t.common.cancel}
          </a>
        </div>
      </form>
      <p class="beside">
        <a href={`/mailboxes/${entry.id}/recovery`} {...swapCard(`/mailboxes/${entry.id}/recovery`)}>
          {t.recovery.forgotten}
        </a>
      </p>
    </MailboxCard>
  )
}
