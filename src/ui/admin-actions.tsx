import type { FC } from 'hono/jsx'
import type { Mailbox } from '../db/mailboxes.ts'
import type { Messages } from '../i18n/languages.ts'
import { Button } from './button.tsx'
import { hasOpenTask } from '../mailbox/hindrance.ts'
import { nameOf } from './name-of.ts'

type Props = { t: Messages; mailbox: Pick<Mailbox, 'id' | 'address' | 'locks' | 'task'>; mayLock: boolean }

/** What an administrator of its domain may do with a mailbox. */
export const AdminActions: FC<Props> = ({ t, mailbox, mayLock }) => {
  const path = `/mailboxes/${mailbox.id}`
  const isLocked = mailbox.locks.includes('administrator')
  const pending = mailbox.task?.kind === 'delete' && hasOpenTask(mailbox)
  return (
    <>
      {mayLock && isLocked && (
        <form method="post" action={`${path}/lock/removal`}>
          <Button kind="quiet" aria-label={nameOf(t.locks.remove, mailbox.address)}>
            {t.locks.remove}
          </Button>
        </form>
      )}
      {mayLock && !isLocked && (
        <a class="button quiet" href={`${path}/lock`} aria-label={nameOf(t.locks.lock, mailbox.address)}>
          {t.locks.lock}
        </a>
      )}
      {pending && (
        <form method="post" action={`${path}/deletion/cancellation`}>
          <Button kind="quiet" aria-label={nameOf(t.deletion.cancel, mailbox.address)}>
            {t.deletion.cancel}
          </Button>
        </form>
      )}
    </>
  )
}
