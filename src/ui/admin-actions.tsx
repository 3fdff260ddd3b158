import type { FC } from 'hono/jsx'
import type { Mailbox } from '../db/mailboxes.ts'
import type { Messages } from '../i18n/languages.ts'
import { Button } from './button.tsx'

/** What an administrator of its domain may do with a mailbox. */
export const AdminActions: FC<{ t: Messages; mailbox: Pick<Mailbox, 'id' | 'locks' | 'task'>; mayLock: boolean }> = ({
  t,
  mailbox,
  mayLock,
}) => {
  const path = `/mailboxes/${mailbox.id}`
  const pending = mailbox.task?.kind === 'delete' && ['queued', 'running'].includes(mailbox.task.state)
  return (
    <div class="actions">
      {mayLock && mailbox.locks.includes('administrator') && (
        <form method="post" action={`${path}/lock/removal`}>
          <Button kind="secondary">{t.locks.remove}</Button>
        </form>
      )}
      {mayLock && !mailbox.locks.includes('administrator') && (
        <a class="button secondary" href={`${path}/lock`}>
          {t.locks.lock}
        </a>
      )}
      {pending && (
        <form method="post" action={`${path}/deletion/cancellation`}>
          <Button kind="secondary">{t.deletion.cancel}</Button>
        </form>
      )}
    </div>
  )
}
