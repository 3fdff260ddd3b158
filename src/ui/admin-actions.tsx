import type { FC } from 'hono/jsx'
import type { Mailbox } from '../db/mailboxes.ts'
import type { Messages } from '../i18n/languages.ts'
import { Button } from './button.tsx'

type Props = { t: Messages; mailbox: Pick<Mailbox, 'id' | 'address' | 'locks' | 'task'>; mayLock: boolean }

/** What an administrator of its domain may do with a mailbox. */
export const AdminActions: FC<Props> = ({ t, mailbox, mayLock }) => {
  const path = `/mailboxes/${mailbox.id}`
  const pending = mailbox.task?.kind === 'delete' && ['queued', 'running'].includes(mailbox.task.state)
  const nameOf = (label: string) => `${label}: ${mailbox.address}`
  return (
    <>
      {mayLock && mailbox.locks.includes('administrator') && (
        <form method="post" action={`${path}/lock/removal`}>
          <Button kind="quiet" aria-label={nameOf(t.locks.remove)}>
            {t.locks.remove}
          </Button>
        </form>
      )}
      {mayLock && !mailbox.locks.includes('administrator') && (
        <a class="button quiet" href={`${path}/lock`} aria-label={nameOf(t.locks.lock)}>
          {t.locks.lock}
        </a>
      )}
      {pending && (
        <form method="post" action={`${path}/deletion/cancellation`}>
          <Button kind="quiet" aria-label={nameOf(t.deletion.cancel)}>
            {t.deletion.cancel}
          </Button>
        </form>
      )}
    </>
  )
}
