import type { FC } from 'hono/jsx'
import type { Mailbox } from '../../db/mailboxes.ts'
import type { Messages } from '../../i18n/languages.ts'
import { Alert } from '../../ui/alert.tsx'
import { Button } from '../../ui/button.tsx'
import { Field } from '../../ui/field.tsx'
import type { LockState } from './form.ts'

export const LockForm: FC<LockState & { t: Messages; mailbox: Mailbox; notice?: string | undefined }> = ({
  t,
  mailbox,
  notice,
  errors = {},
  typed = {},
}) => (
  <section class="card narrow">
    <h1 class="long">{t.locks.title(mailbox.address)}</h1>
    <p>{t.locks.intro}</p>
    {notice && <Alert kind="bad">{notice}</Alert>}
    <form method="post" action={`/mailboxes/${mailbox.id}/lock`}>
      <Field
        name="reason"
        label={t.locks.reason}
        hint={t.locks.reasonHint}
        value={typed.reason ?? mailbox.lockReason ?? ''}
        error={errors.reason}
        maxlength={500}
        required
      />
      <div class="actions">
        <Button kind="danger">{t.locks.submit}</Button>
        <a class="button quiet" href={`/domains/${mailbox.address.slice(mailbox.address.indexOf('@') + 1)}`}>
          {t.common.cancel}
        </a>
      </div>
    </form>
  </section>
)
