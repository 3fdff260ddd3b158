import type { TaskError, TaskPayloads } from '../contract/tasks.ts'
import { touch } from '../queue.ts'
import { findLockedHome, step, type TaskContext } from './context.ts'
import { ensureKey } from './create.ts'

/**
 * Re-encrypts the mailbox's keys from the old key password to the new one. When this returns, the key password in force
 * is known: the new one after null, the old one after an error. As long as it is not known, this throws.
 */
export async function rekey(context: TaskContext, payload: TaskPayloads['rekey']): Promise<TaskError | null> {
  const { config, db, doveadm, task } = context
  const { oldKeyPassword, newKeyPassword } = payload

  if (task.late && !task.touched) return 'deadline'

  await step(context)
  await doveadm.endSessions(task.mailbox)
  await step(context)
  await findLockedHome(context)

  await step(context)
  const inForce = await doveadm.askKeyPassword(task.mailbox, newKeyPassword)
  if (inForce === 'opened') return null

  const { late } = await step(context)
  if (late) return 'deadline'

  await touch(db, task, config.leaseSeconds)
  if (inForce === 'no_key') {
    // Never logged in to and never delivered to: there is nothing to re-encrypt yet.
    await ensureKey(context, newKeyPassword)
    return null
  }
  const answer = await doveadm.changeKeyPassword(task.mailbox, oldKeyPassword, newKeyPassword)
  return answer === 'opened' ? null : 'wrong_key_password'
}
