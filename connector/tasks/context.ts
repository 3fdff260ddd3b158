import type { Pool } from 'mysql2/promise'
import type { ConnectorConfig } from '../config.ts'
import { requireLock, turnIntoPasswordLock, type Lock } from '../contract/lock.ts'
import type { Db } from '../contract/database.ts'
import type { Doveadm } from '../doveadm.ts'
import { recordActiveLock } from '../heartbeat.ts'
import type { Journal } from '../journal.ts'
import type { Log } from '../log.ts'
import type { MailStore } from '../mail-store.ts'
import type { Remains } from '../remains.ts'
import { renew, transaction, type Claim } from '../queue.ts'

/** Everything needed to carry out one task. */
export interface TaskContext {
  config: ConnectorConfig
  db: Pool
  doveadm: Doveadm
  journal: Journal
  mailStore: MailStore
  remains: Remains
  log: Log
  task: Claim
}

/** The mailbox is in the mail server's tables, but Dovecot does not know it. */
export class UnknownMailbox extends Error {
  override name = 'UnknownMailbox'
}

/** The lock under which a task is carried out. */
export const lockOf = ({ kind }: Pick<Claim, 'kind'>): Lock => (kind === 'create' ? 'setup' : 'task')

/** Renews the lease. To be called right before each call of doveadm and each move of a store. @throws LeaseLost */
export const step = ({ db, task, config }: TaskContext): Promise<{ late: boolean }> => renew(db, task, config.lease)

/** Ends the mailbox's sessions and flushes its cached log-ins. */
export async function endSessions(context: TaskContext) {
  const { doveadm, task } = context
  await step(context)
  await doveadm.kick(task.mailbox)
  await step(context)
  await doveadm.forgetLogins(task.mailbox)
}

/**
 * Finds the home of the locked mailbox. If the mailbox is locked by its active column, it must still exist for the mail
 * host, or its mail would bounce, and no log-in may find it. Where that is not so, the lock is turned into one by
 * password at once, and the web app stops locking by that column.
 * @throws UnknownMailbox; ChangedElsewhere or LockUnproven, when the lock is not the one that the web app made for the task
 */
export async function findLockedHome(context: TaskContext): Promise<string> {
  const { config, db, doveadm, task } = context
  const { keptHash } = await transaction(db, (connection) => requireOwnLock(connection, context))
  const byActive = config.mapping.lock === 'active' && keptHash === null
  const home = await findHome(context)
  if (!byActive) return home ?? unknown()

  await step(context)
  if (home !== null && !(await doveadm.canFindLogin(task.mailbox))) {
    await recordActiveLock(db, config.name, 'safe')
    return home
  }

  await transaction(db, async (connection) => {
    await turnIntoPasswordLock(connection, config.locking, await requireOwnLock(connection, context))
  })
  await endSessions(context)
  if (home !== null) {
    await recordActiveLock(db, config.name, 'ineffective')
    return home
  }
  // Is the mailbox unknown altogether, or was it only while its column said so?
  const nowVisible = (await findHome(context)) ?? unknown()
  await recordActiveLock(db, config.name, 'invisible')
  return nowVisible
}

/** @throws MailboxGone, ChangedElsewhere, LockUnproven */
export const requireOwnLock = (db: Db, { config, task }: Pick<TaskContext, 'config' | 'task'>) =>
  requireLock(db, config.locking, task.mailbox, lockOf(task))

async function findHome(context: TaskContext): Promise<string | null> {
  await step(context)
  return context.doveadm.findHome(context.task.mailbox)
}

function unknown(): never {
  throw new UnknownMailbox('The mail host does not know the mailbox')
}
