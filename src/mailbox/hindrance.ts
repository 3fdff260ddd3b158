import { isForDoveadm } from '../../connector/contract/doveadm-address.ts'
import type { Mailbox } from '../db/mailboxes.ts'

/**
 * What its owner may want to do with a mailbox, and what can stand in the way:
 * - `busy`: a task is in progress
 * - `deleting`: it is to be deleted
 * - `locked`: an administrator locked it
 * - `unready`: it was never set up, so it has no key
 * - `ready`: it needs no setting up
 * - `closed`: it was closed on the mail server, and not by Colombier: the end of a lock would open it
 * - `gone`: the mail server has no such mailbox
 * - `unrunnable`: doveadm cannot be given its address
 * - `unproven`: Colombier did not write the lock that the database shows
 */
interface Hindrances {
  password: 'busy' | 'deleting' | 'locked' | 'unready' | 'closed' | 'gone' | 'unrunnable' | 'unproven'
  deletion: 'busy' | 'deleting' | 'locked' | 'gone' | 'unrunnable' | 'unproven'
  aliases: 'deleting' | 'locked'
  setUpAgain: 'busy' | 'ready'
}

export type Act = keyof Hindrances
export type Hindrance<A extends Act = Act> = Hindrances[A]

/**
 * The mailbox as far as this needs it; with the mail server's row for it where that was read, null when there is none.
 */
export type Judged = Pick<Mailbox, 'address' | 'locks' | 'task'> & { mailRow?: { open: boolean } | null }

/** Whether the newest task of the mailbox is still to be carried out. */
export const hasOpenTask = ({ task }: Pick<Mailbox, 'task'>): boolean =>
  task?.state === 'queued' || task?.state === 'running'

const isDeleting = (mailbox: Judged): boolean => hasOpenTask(mailbox) && mailbox.task?.kind === 'delete'

/** What stands in the way of every act that the mail host has a part in. */
function heldBy(mailbox: Judged): 'busy' | 'deleting' | 'locked' | 'gone' | 'unrunnable' | null {
  if (isDeleting(mailbox)) return 'deleting'
  if (hasOpenTask(mailbox) || mailbox.locks.includes('task')) return 'busy'
  if (mailbox.locks.includes('administrator')) return 'locked'
  if (mailbox.mailRow === null) return 'gone'
  return isForDoveadm(mailbox.address) ? null : 'unrunnable'
}

const rules: { [A in Act]: (mailbox: Judged) => Hindrance<A> | null } = {
  password(mailbox) {
    const held = heldBy(mailbox)
    if (held !== null) return held
    if (mailbox.locks.includes('setup')) return 'unready'
    return mailbox.mailRow?.open === false ? 'closed' : null
  },
  deletion: heldBy,
  // Neither a change of the password nor a set-up that failed changes where mail is delivered.
  aliases(mailbox) {
    if (isDeleting(mailbox)) return 'deleting'
    return mailbox.locks.includes('administrator') ? 'locked' : null
  },
  setUpAgain(mailbox) {
    if (!mailbox.locks.includes('setup')) return 'ready'
    return hasOpenTask(mailbox) ? 'busy' : null
  },
}

/**
 * Why the act cannot be done with the mailbox now; null when it can. The answer holds only as long as the mailbox's row
 * is held: see lock-for-task.ts.
 */
export const hindranceOf = <A extends Act>(act: A, mailbox: Judged): Hindrance<A> | null => rules[act](mailbox)
