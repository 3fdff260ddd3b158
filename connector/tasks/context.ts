import type { Pool } from 'mysql2/promise'
import type { ConnectorConfig } from '../config.ts'
import { readLocks, turnIntoPasswordLock } from '../contract/lock.ts'
import type { Doveadm } from '../doveadm.ts'
import { recordActiveLock } from '../heartbeat.ts'
import type { Journal } from '../journal.ts'
import type { Log } from '../log.ts'
import type { MailStore } from '../mail-store.ts'
import { renew, transaction, type Claim } from '../queue.ts'

/** What one task is carried out with. */
export interface TaskContext {
  config: ConnectorConfig
  db: Pool
  doveadm: Doveadm
  journal: Journal
  mailStore: MailStore
  log: Log
  task: Claim
}

/** The mail server's tables have the mailbox, its Dovecot does not know it. */
export class UnknownMailbox extends Error {
  override name = 'UnknownMailbox'
}

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
 * @throws UnknownMailbox
 */
export async function findLockedHome(context: TaskContext): Promise<string> {
  const { config, db, doveadm, task } = context
  const byActive = await transaction(db, async (connection) => {
    const { locks, keptHash } = await readLocks(connection, task.mailbox)
    return config.mapping.lock === 'active' && locks.length > 0 && keptHash === null
  })
  const home = await findHome(context)
  if (!byActive) return home ?? unknown()

  await step(context)
  if (home !== null && !(await doveadm.canFindLogin(task.mailbox))) {
    await recordActiveLock(db, config.name, 'safe')
    return home
  }

  await transaction(db, (connection) => turnIntoPasswordLock(connection, config.mapping, task.mailbox))
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

async function findHome(context: TaskContext): Promise<string | null> {
  await step(context)
  return context.doveadm.findHome(context.task.mailbox)
}

function unknown(): never {
  throw new UnknownMailbox('The mail host does not know the mailbox')
}
