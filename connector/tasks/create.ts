import type { TaskError, TaskPayloads } from '../contract/tasks.ts'
import { UnsafeHome } from '../mail-store.ts'
import { endSessions, findLockedHome, step, userOf, type TaskContext } from './context.ts'
import { clearLeftover } from './home.ts'
import { ensureKey } from './key.ts'

const movedLeftover = 'moved what an earlier mailbox had left to the quarantine'
const movedForNewStart = 'moved the store of a mailbox that begins anew to the quarantine'

/**
 * Gives a new mailbox its INBOX and its key pair, so that mail can be delivered before anyone has logged in.
 * @returns null when it is done, or why it cannot be done
 */
export async function create(
  context: TaskContext,
  { keyPassword, as }: TaskPayloads['create'],
): Promise<TaskError | null> {
  const { doveadm, remains, task } = context

  // Mail that arrived before the row existed has left "no such user" in the cache.
  await endSessions(context)
  const home = await findLockedHome(context)
  try {
    const cleared = await clearLeftover(context, home, as === 'new start')
    if (cleared === 'not_ours') return 'leftover'
    if (cleared === 'moved') {
      context.log('info', as === 'new start' ? movedForNewStart : movedLeftover, {
        task: task.id,
        mailbox: task.mailbox,
      })
    }
  } catch (error) {
    if (error instanceof UnsafeHome) return 'unsafe_home'
    throw error
  }

  await step(context)
  await doveadm.createInbox(userOf(context))

  await ensureKey(context, keyPassword)
  // From here on the mailbox belongs to somebody.
  await remains.remove(home)
  return null
}
