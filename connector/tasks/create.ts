import { createHmac } from 'node:crypto'
import type { TaskError, TaskPayloads } from '../contract/tasks.ts'
import { MailHostError } from '../doveadm.ts'
import { UnsafeHome } from '../mail-store.ts'
import { endSessions, findLockedHome, step, type TaskContext } from './context.ts'
import { clearLeftover } from './delete.ts'

/**
 * Gives a new mailbox its INBOX and its key pair, so that mail can be delivered to it before anyone has logged in.
 * @returns null when it is done, or why it can't be
 */
export async function create(context: TaskContext, { keyPassword }: TaskPayloads['create']): Promise<TaskError | null> {
  const { doveadm, task } = context

  // Mail that came before the row did has left "no such user" in the login cache.
  await endSessions(context)
  const home = await findLockedHome(context)
  try {
    if (await clearLeftover(context, home)) {
      context.log('info', 'moved what an earlier mailbox had left to the quarantine', {
        task: task.id,
        mailbox: task.mailbox,
      })
    }
  } catch (error) {
    if (error instanceof UnsafeHome) return 'unsafe_home'
    throw error
  }

  await step(context)
  await doveadm.createInbox(task.mailbox)

  await ensureKey(context, keyPassword)
  return null
}

/** Leaves the mailbox with a key that this password opens. */
export async function ensureKey(context: TaskContext, keyPassword: string) {
  const { doveadm, task } = context

  await step(context)
  const answer = await doveadm.askKeyPassword(task.mailbox, keyPassword)
  if (answer === 'opened') return

  if (answer === 'no_key') {
    await doveadm.generateKey(task.mailbox, temporaryKeyPassword(keyPassword), () => step(context))
  }
  if (!(await openGeneratedKey(context, keyPassword))) {
    throw new MailHostError('The mailbox has a key under another password')
  }
}

/**
 * Gives a key that has just been made, by this run or by one that was killed then, its lasting password.
 * @returns false when there is no such key; nothing was done
 */
export async function openGeneratedKey(context: TaskContext, keyPassword: string): Promise<boolean> {
  const { doveadm, task } = context
  await step(context)
  const temporary = temporaryKeyPassword(keyPassword)
  return (await doveadm.changeKeyPassword(task.mailbox, temporary, keyPassword)) === 'opened'
}

/** The password a key is made under: computed from the lasting one, so that any run can take up where another ended. */
const temporaryKeyPassword = (keyPassword: string): string =>
  createHmac('sha256', keyPassword).update('colombier temporary key password').digest('hex')
