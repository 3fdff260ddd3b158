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
 * Removes the mailbox's rows and moves its store to the quarantine. The home is noted on this host first: if this run
 * is killed after the rows are gone, the next one can still find it.
 * @returns null when it is done, or why it must not be done; then nothing was touched
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
    // Anything that keeps the rows, such as a foreign key, has made this fail by now, with the store still in place.
    if (store !== null) await quarantine(context, path, store)
  })
  await endSessions(context)
  await clearWhatCame(context, home)
  return null
}

/**
 * A delivery that looked the mailbox up before its rows were gone may have created the home again. While the task is
 * open, Colombier gives the address to nobody else; if another program has done so, the home belongs to that mailbox.
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
    log('error', 'what arrived at the home during the deletion cannot be moved', {
      task: task.id,
      reason: error.message,
    })
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
