import type { Pool } from 'mysql2/promise'
import type { ConnectorConfig } from '../config.ts'
import type { Db } from '../contract/database.ts'
import { MailboxGone, requireLock, turnIntoPasswordLock, type Lock } from '../contract/lock.ts'
import { MailHostError, type Doveadm } from '../doveadm.ts'
import { readActiveLock, recordActiveLock, type ActiveLockVerdict } from '../heartbeat.ts'
import type { Journal } from '../journal.ts'
import type { Log } from '../log.ts'
import type { MailStore } from '../mail-store.ts'
import type { Postfix } from '../postfix.ts'
import type { Remains } from '../remains.ts'
import { renew, transaction, type Claim } from '../queue.ts'

/** Everything needed to carry out one task. */
export interface TaskContext {
  config: ConnectorConfig
  db: Pool
  doveadm: Doveadm
  postfix: Postfix
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

/** What Dovecot calls the task's mailbox. @throws MailboxGone when neither its row nor a note says it */
export function userOf({ task }: Pick<TaskContext, 'task'>): string {
  if (task.user === null) throw new MailboxGone('No row says what Dovecot calls the mailbox')
  return task.user
}

/** The lock under which the task runs. */
export const lockOf = ({ kind }: Pick<Claim, 'kind'>): Lock => (kind === 'create' ? 'setup' : 'task')

/** Renews the lease. To be called right before each call of doveadm and each move of a store. @throws LeaseLost */
export const step = ({ db, task, config }: TaskContext): Promise<{ late: boolean }> => renew(db, task, config.lease)

/** Ends the mailbox's sessions and flushes its cached log-ins. */
export async function endSessions(context: TaskContext) {
  const { doveadm } = context
  const user = userOf(context)
  await step(context)
  await doveadm.kick(user)
  await step(context)
  await doveadm.forgetLogins(user)
}

/**
 *
 * Finds the home of the locked mailbox. If the mailbox is locked by its active column, it must still exist for Dovecot
 * and for Postfix, or its mail would bounce, and no log-in may find it. Where that is not so, or cannot be told, the
 * lock is turned into one by password at once, and the web app stops locking by that column.
 * @throws UnknownMailbox; ChangedElsewhere or LockUnproven, when the lock is not the one that the web app made for the
 *   task
 */
export async function findLockedHome(context: TaskContext): Promise<string> {
  const { config, db } = context
  const { keptHash } = await transaction(db, (connection) => requireOwnLock(connection, context))
  const byActive = config.mapping.lock === 'active' && keptHash === null
  const home = await findHome(context)
  if (!byActive) return home ?? unknown()

  const seen = home === null ? 'invisible' : await tryActiveLock(context)
  if (home !== null && seen === 'safe') {
    await recordActiveLock(db, config.name, seen)
    return home
  }

  await transaction(db, async (connection) => {
    await turnIntoPasswordLock(connection, config.locking, await requireOwnLock(connection, context))
  })
  await endSessions(context)
  // Unknown in any case, or only while its column says so?
  const visible = home ?? (await findHome(context)) ?? unknown()
  const onlyThen = home === null || seen !== 'invisible' || (await isDelivered(context)) === true
  await recordActiveLock(db, config.name, onlyThen ? seen : 'unknown')
  return visible
}

/** Over which protocols people log in, and over which mail comes: a query may tell them apart. */
const protocols = { logIn: ['imap', 'pop3', 'smtp', 'sieve'], mail: ['lmtp', 'lda'] }

/** What the mail host makes of a mailbox that Dovecot knows while it is locked by its active column. */
async function tryActiveLock(context: TaskContext): Promise<ActiveLockVerdict> {
  const { config, db, doveadm } = context
  // Where all was tried and is well, the first protocol stands for the others.
  const before = await readActiveLock(db, config.name)
  for (const protocol of before === 'safe' ? protocols.logIn.slice(0, 1) : protocols.logIn) {
    await step(context)
    if (await doveadm.canFindLogin(userOf(context), protocol)) return 'ineffective'
  }
  const delivered = await isDelivered(context, before === 'safe')
  if (delivered === null) return 'unknown'
  return delivered ? 'safe' : 'invisible'
}

/** Whether the mailbox takes mail; null when nobody here can say. @param briefly asks Postfix alone */
async function isDelivered(context: TaskContext, briefly = false): Promise<boolean | null> {
  const { doveadm, postfix, task, log } = context
  for (const protocol of briefly ? [] : protocols.mail) {
    await step(context)
    if (!(await doveadm.canDeliver(userOf(context), protocol))) return false
  }
  try {
    const taken = await postfix.takesMail(task.mailbox)
    if (taken === null) log('info', 'no Postfix here tells whether an inactive mailbox takes mail', { task: task.id })
    return taken
  } catch (error) {
    if (!(error instanceof MailHostError)) throw error
    log('error', 'Postfix cannot be asked whether it takes mail', { task: task.id, reason: error.message })
    return null
  }
}

/** @throws MailboxGone, ChangedElsewhere, LockUnproven */
export const requireOwnLock = (db: Db, { config, task }: Pick<TaskContext, 'config' | 'task'>) =>
  requireLock(db, config.locking, task.mailbox, lockOf(task))

async function findHome(context: TaskContext): Promise<string | null> {
  await step(context)
  return context.doveadm.findHome(userOf(context))
}

function unknown(): never {
  throw new UnknownMailbox('The mail host does not know the mailbox')
}
