import { removeMailbox } from '../contract/removal.ts'
import type { TaskError } from '../contract/tasks.ts'
import { touch, transaction } from '../queue.ts'
import { endSessions, findLockedHome, step, type TaskContext } from './context.ts'
import { isUnsafe } from './home.ts'

/**
 * Removes the mailbox's rows and moves its store to the quarantine. The home is kept on this host first, so that a run
 * that was killed after the rows had gone can be taken up by the next.
 * @returns null when it is done, or why it may not be; nothing was touched then
 */
export async function remove(context: TaskContext): Promise<TaskError | null> {
  const { config, db, mailStore, task } = context
  const { mailbox } = task
  let home = await mailStore.recallHome(task.id)

  if (home === null) {
    await endSessions(context)
    home = await findLockedHome(context)
    if (await isUnsafe(context, home)) return 'unsafe_home'
    await mailStore.rememberHome(task.id, home)
  }

  await touch(db, task, config.lease)
  const store = home
  await transaction(db, async (connection) => {
    await removeMailbox(connection, config.mapping, mailbox, config.reservedDays)
    // Whatever would keep the rows, such as another table's reference to them, has said so: the store is where it was.
    await step(context)
    await mailStore.quarantine(store, task.id, mailbox)
  })
  // Mail that came between the two may have made the home anew.
  await endSessions(context)
  await mailStore.quarantine(home, task.id, mailbox)
  return null
}
