import { createHmac } from 'node:crypto'
import { MailHostError } from '../doveadm.ts'
import { step, type TaskContext } from './context.ts'

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
 * Gives a newly generated key its lasting password, whether this run generated it or an earlier one that was killed.
 * @returns false when there is no such key; nothing was done
 */
export async function openGeneratedKey(context: TaskContext, keyPassword: string): Promise<boolean> {
  const { doveadm, task } = context
  await step(context)
  const temporary = temporaryKeyPassword(keyPassword)
  return (await doveadm.changeKeyPassword(task.mailbox, temporary, keyPassword)) === 'opened'
}

/** A key is generated under this password: derived from the lasting one, so that any run can finish what another began. */
const temporaryKeyPassword = (keyPassword: string): string =>
  createHmac('sha256', keyPassword).update('colombier temporary key password').digest('hex')
