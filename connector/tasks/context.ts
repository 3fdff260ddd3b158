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

/** What one task is carried out with. */
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

/** The mail server's tables have the mailbox, its Dovecot does not know it. */
export class UnknownMailbox extends Error {
  override name = 'UnknownMailbox'
}

/** The lock under which a task is carried out. */
export const lockOf = ({ kind }: Pick<Claim, 'kind'>): Lock => (kind === 'create' ? 'setup' : 'task')

/** To be called before each call of doveadm: the lease lasts for the call. @throws LeaseLost */
export const step = ({ db, task, config }: TaskContext): Promise<{ late: boolean }> => renew(db, task, config.lease)

/** Ends the sessions of the mailbox, and forgets cached log-ins. */
export async function endSessions(context: TaskContext) {
  const { doveadm, task } = context
  await step(context)
  await doveadm.kick(task.mailbox)
  await step(context)
  await doveadm.forgetLogins(task.mailbox)
}

/**
 * The home of the locked mailbox. A mailbox locked by its active column must still exist for the mail host, or its mail
 * bounces, and must not be found by a log-in: where that is not so, the lock is made one by password at once, and the
 * web app no longer locks by that column.
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
  // Unknown in any case, or only while its column says so?
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
