import { removeMailbox } from '../contract/removal.ts'
import type { TaskError } from '../contract/tasks.ts'
import { isAddress } from '../mapping/address-sql.ts'
import { andWhere } from '../mapping/pieces.ts'
import { ask, sql } from '../mapping/sql.ts'
import { UnsafeHome } from '../mail-store.ts'
import { touch, transaction } from '../queue.ts'
import { endSessions, findLockedHome, type TaskContext } from './context.ts'
import { isShared, quarantine } from './home.ts'

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
  const [path, store] = [home, await mailStore.look(home)]
  await transaction(db, async (connection) => {
    await removeMailbox(connection, config.mapping, mailbox, config.reservedDays)
    // Whatever would keep the rows, such as another table's reference to them, has said so: the store is where it was.
    if (store !== null) await quarantine(context, path, store)
  })
  await endSessions(context)
  await clearWhatCame(context, home)
  return null
}

/**
 * A delivery that had found the mailbox before its rows went may have made the home anew. As long as the task is open,
 * nobody else gets the address from Colombier; where another program has given it away, the home is that mailbox's.
 */
async function clearWhatCame(context: TaskContext, home: string) {
  const { config, db, mailStore, task, log } = context
  const { table, address, where } = config.mapping.mailbox
  try {
    const folder = await mailStore.look(home)
    const again = await ask(db, sql`SELECT 1 FROM ${table} WHERE ${isAddress(address, task.mailbox)}${andWhere(where)} LIMIT 1`) // prettier-ignore
    if (folder !== null && again.length === 0) await quarantine(context, home, folder)
  } catch (error) {
    if (!(error instanceof UnsafeHome)) throw error
    log('error', 'what came to the home after the deletion stays there', { task: task.id, reason: error.message })
  }
}

async function isUnsafe(context: TaskContext, home: string): Promise<boolean> {
  try {
    await context.mailStore.look(home)
    return await isShared(context, home)
  } catch (error) {
    if (error instanceof UnsafeHome) return true
    throw error
  }
}
