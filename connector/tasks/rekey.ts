import type { TaskError, TaskPayloads } from '../contract/tasks.ts'
import { MailHostError } from '../doveadm.ts'
import { touch, wasGivenKey } from '../queue.ts'
import { endSessions, findLockedHome, step, userOf, type TaskContext } from './context.ts'
import { ensureKey, openGeneratedKey } from './key.ts'

/**
 * Re-encrypts the mailbox's keys from the old key password to the new one. When this returns, it is certain which one
 * is in force: the new one after null, the old one after an error. As long as it is uncertain, this throws. An error
 * rolls back: `finish` in run.ts then restores the old hash and unlocks.
 */
export async function rekey(context: TaskContext, payload: TaskPayloads['rekey']): Promise<TaskError | null> {
  const { config, db, doveadm, task } = context
  const { oldKeyPassword, newKeyPassword, proof } = payload

  if (task.late && !task.touched) return 'deadline'

  await endSessions(context)
  await findLockedHome(context)

  await step(context)
  const inForce = await doveadm.askKeyPassword(userOf(context), newKeyPassword)
  if (inForce === 'opened') return null

  // If a run was killed between generating a first key and giving it its password, neither password opens the key.
  if (inForce === 'refused' && task.touched && (await openGeneratedKey(context, newKeyPassword))) return null

  const { late } = await step(context)
  if (late) return 'deadline'

  if (inForce === 'no_key') {
    // The mailbox has never been logged in to or delivered to, so there is nothing to re-encrypt. But if it had a key
    // before, the key is merely out of reach (an unmounted store, a damaged file), and we must not create a second one.
    if (await wasGivenKey(db, task.mailbox)) throw new MailHostError('The key of the mailbox is not to be found')
    if (proof === 'key') return 'no_key'
    await touch(db, task, config.lease)
    await ensureKey(context, newKeyPassword)
    return null
  }

  await touch(db, task, config.lease)
  const answer = await doveadm.changeKeyPassword(userOf(context), oldKeyPassword, newKeyPassword)
  if (answer === 'no_key') throw new MailHostError('The key of the mailbox is not to be found')
  if (answer === 'opened') return null
  return proof === 'key' ? 'wrong_password' : 'wrong_key_password'
}
