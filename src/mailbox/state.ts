import type { TaskError } from '../../connector/contract/tasks.ts'
import type { MailRow } from '../db/mail/rows.ts'
import type { Mailbox } from '../db/mailboxes.ts'
import { hasOpenTask } from './hindrance.ts'

/** What is happening to a mailbox, as its owner is told. Times in UTC, as the database prints them. */
export type MailboxState =
  | { is: 'active' }
  | { is: 'settingUp' }
  | { is: 'rekeying'; until: string }
  | { is: 'deleting'; at: string }
  | { is: 'lockedByAdministrator'; reason: string | null }
  | { is: 'setUpFailed'; error: TaskError }
  /** closed in the mail server's table, and not by Colombier */
  | { is: 'closed' }
  /** the mail server has no row for it any more */
  | { is: 'missing' }

/** @param mailRow the mail server's row; null when it has none */
export function stateOf(
  mailbox: Pick<Mailbox, 'task' | 'locks' | 'lockReason'>,
  mailRow: Pick<MailRow, 'open'> | null,
): MailboxState {
  const { task, locks, lockReason } = mailbox
  const open = task !== null && hasOpenTask(mailbox)
  if (open && task.kind === 'create') return { is: 'settingUp' }
  if (open && task.kind === 'rekey') return { is: 'rekeying', until: task.deadline ?? task.requestedAt }
  if (open) return { is: 'deleting', at: task.notBefore }
  if (locks.includes('setup')) return { is: 'setUpFailed', error: task?.error ?? 'mail_host' }
  if (locks.includes('administrator')) return { is: 'lockedByAdministrator', reason: lockReason }
  if (mailRow === null) return { is: 'missing' }
  return mailRow.open ? { is: 'active' } : { is: 'closed' }
}

/** The time that is told with the state; null where there is none. */
export const momentOf = (state: MailboxState): string | null =>
  state.is === 'rekeying' ? state.until : state.is === 'deleting' ? state.at : null

/** Whether the state changes by itself, so that the page has to ask again. */
export const isPassing = (state: MailboxState): boolean => ['settingUp', 'rekeying', 'deleting'].includes(state.is)

/** Why the last change of password or deletion came to nothing; null when the last thing that happened did not fail. */
export const failedTask = ({ task }: Mailbox): { kind: 'rekey' | 'delete'; error: TaskError } | null =>
  task?.state === 'failed' && task.kind !== 'create' ? { kind: task.kind, error: task.error ?? 'mail_host' } : null
