import { removeMailbox } from '../contract/removal.ts'
import type { Db } from '../contract/database.ts'
import { ChangedElsewhere, LockUnproven, MailboxGone } from '../contract/lock.ts'
import type { TaskError, TaskPayloads } from '../contract/tasks.ts'
import { isAddress } from '../mapping/address-sql.ts'
import { andWhere } from '../mapping/pieces.ts'
import { ask, sql } from '../mapping/sql.ts'
import { MailHostError } from '../doveadm.ts'
import { UnsafeHome } from '../mail-store.ts'
import { isKnown, touch, transaction, wasGivenKey } from '../queue.ts'
import { endSessions, findLockedHome, requireOwnLock, userOf, type TaskContext } from './context.ts'
import { isShared, quarantine } from './home.ts'
import { askKey, openGeneratedKey } from './key.ts'

/**
 * Removes the mailbox's rows and moves its store to the quarantine. The home is noted on this host first: if this run
 * is killed after the rows are gone, the next one can still find it.
 * @returns null when it is done, or why it must not be done; then nothing was touched
 */
export async function remove(context: TaskContext, { keyPassword }: TaskPayloads['delete']): Promise<TaskError | null> {
  const { config, db, log, mailStore, remains, task } = context
  const remembered = await mailStore.recallHome(task.id)
  let home = remembered

  // Columns outside the seal, such as `touched`, prove nothing.
  if (home === null) {
    if (task.late) return 'deadline'
    await endSessions(context)
    home = await findLockedHome(context)
    if (await isUnsafe(context, home)) return 'unsafe_home'
    if (!(await isProven(context, keyPassword))) return 'wrong_key_password'
    await mailStore.rememberHome(task.id, home, userOf(context))
  }

  await touch(db, task, config.lease)
  const [path, store] = [home, await mailStore.look(home)]
  // If an earlier run has moved the store, the mailbox cannot be given back.
  const hasMoved = remembered !== null && (await mailStore.hasMoved(task.id))
  let isComplete = remembered === null || (!hasMoved && (await mailStore.isOccupied(home)))
  try {
    await transaction(db, async (connection) => {
      if (await isToBeRemoved(connection, context)) {
        await removeMailbox(connection, config.mapping, task.mailbox, config.reservedDays)
      }
      // Anything that keeps the rows, such as a foreign key, has made this fail by now, with the store still in place.
      if (store === null) return
      isComplete = false
      await quarantine(context, path, store)
    })
  } catch (error) {
    if (isComplete && isForbidden(error)) return 'rows_kept'
    if (hasMoved && (error instanceof ChangedElsewhere || error instanceof LockUnproven))
      log('error', 'the mailbox stays, but its store is in the quarantine', { task: task.id, mailbox: task.mailbox })
    throw error
  }
  await endSessions(context)
  await clearWhatCame(context, home)
  await remains.add(home)
  return null
}

// A trigger that uses its own table, has lost its definer, or signals an error; MySQL's check constraint.
const forbidden = [1442, 1449, 1644, 3819]

/** Whether every attempt would fail alike, because of a trigger, a foreign key or another constraint (SQLSTATE 23). */
function isForbidden(error: unknown): boolean {
  const { errno = 0, sqlState = '' } = error as { errno?: number; sqlState?: string }
  return sqlState.startsWith('23') || forbidden.includes(errno)
}

/**
 * Whether whoever requested the deletion knew the mailbox's password. The key decides, not the database, where somebody
 * may have written a hash and an owner of their own. A mailbox without a key has nothing that a password protects, and
 * without mail_crypt there is no key to ask.
 */
async function isProven(context: TaskContext, keyPassword: string): Promise<boolean> {
  const { db, task } = context
  const answer = await askKey(context, keyPassword)
  // Here whoever writes a hash into the database reads and deletes all mail over IMAP anyway.
  if (answer === 'no_mail_crypt') return true
  if (answer !== 'no_key') return answer === 'opened' || openGeneratedKey(context, keyPassword)

  if (await wasGivenKey(db, task.mailbox)) throw new MailHostError('The key of the mailbox is not to be found')
  return true
}

/**
 * Whether the mailbox's rows still exist. Once an earlier run has deleted them, whoever has the address now is somebody
 * else.
 * @throws ChangedElsewhere, LockUnproven
 */
async function isToBeRemoved(db: Db, context: TaskContext): Promise<boolean> {
  if (!(await isKnown(db, context.task.mailbox))) return false
  await requireOwnLock(db, context).catch((error: unknown) => {
    // An earlier run died: a table without transactions has lost its row already.
    if (!(error instanceof MailboxGone)) throw error
  })
  return true
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
