import { createHmac } from 'node:crypto'
import type { TaskError, TaskPayloads } from '../contract/tasks.ts'
import { MailHostError } from '../doveadm.ts'
import { findLockedHome, step, type TaskContext } from './context.ts'

/**
 * Gives a new mailbox its INBOX and its key pair, so that mail can be delivered to it before anyone has logged in.
 * @returns null when it is done, or why it can't be
 */
export async function create(context: TaskContext, { keyPassword }: TaskPayloads['create']): Promise<TaskError | null> {
  const { doveadm, task } = context

  // Mail that came before the row did has left "no such user" in the login cache.
  await step(context)
  await doveadm.endSessions(task.mailbox)
  await step(context)
  await findLockedHome(context)

  await step(context)
  await doveadm.createInbox(task.mailbox)

  await ensureKey(context, keyPassword)
  await doveadm.endSessions(task.mailbox)
  return null
}

/**
 * Leaves the mailbox with a key that this password opens. The key is made under a passing password, computed from the
 * lasting one so that a run that was killed between the two calls can be taken up by the next.
 */
export async function ensureKey(context: TaskContext, keyPassword: string) {
  const { doveadm, task } = context
  const temporary = createHmac('sha256', keyPassword).update('colombier temporary key password').digest('hex')

  await step(context)
  const answer = await doveadm.askKeyPassword(task.mailbox, keyPassword)
  if (answer === 'opened') return

  if (answer === 'no_key') {
    await step(context)
    await doveadm.generateKey(task.mailbox, temporary)
  }
  await step(context)
  if ((await doveadm.changeKeyPassword(task.mailbox, temporary, keyPassword)) !== 'opened') {
    throw new MailHostError('The mailbox has a key under another password')
  }
}
