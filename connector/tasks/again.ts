import { ChangedElsewhere, LockUnproven, MailboxGone } from '../contract/lock.ts'
import type { TaskError, TaskPayloads } from '../contract/tasks.ts'
import { transaction } from '../queue.ts'
import { endSessions, requireOwnLock, type TaskContext } from './context.ts'
import { askKey } from './key.ts'

/**
 * Ends a task that this host has ended before although it is open. Either somebody put it back, or the database has
 * lost its end: it crashed before it wrote what it had acknowledged, or a lagging replica took over. In that case its
 * lock still holds the mailbox, and the key shows how the task ended. Nothing is changed on the mail host.
 * @returns how the task ends; `replayed` when that cannot be told
 */
export async function endAgain(
  context: TaskContext,
  payload: TaskPayloads[keyof TaskPayloads],
): Promise<TaskError | null> {
  if (!(await isHeld(context))) return 'replayed'

  await endSessions(context)
  if ('newKeyPassword' in payload) {
    if (await opens(context, payload.newKeyPassword)) return null
    return (await opens(context, payload.oldKeyPassword)) ? 'mail_host' : 'replayed'
  }
  const isThere = await opens(context, payload.keyPassword)
  if (context.task.kind === 'create') return isThere ? null : 'replayed'
  return isThere ? 'mail_host' : 'replayed'
}

async function isHeld(context: TaskContext): Promise<boolean> {
  try {
    await transaction(context.db, (connection) => requireOwnLock(connection, context))
    return true
  } catch (error) {
    if ([MailboxGone, ChangedElsewhere, LockUnproven].some((kind) => error instanceof kind)) return false
    throw error
  }
}

async function opens(context: TaskContext, keyPassword: string): Promise<boolean> {
  return (await askKey(context, keyPassword)) === 'opened'
}
