import type { Pool } from 'mysql2/promise'
import type { ConnectorConfig } from '../config.ts'
import { readLocks, turnIntoPasswordLock } from '../contract/lock.ts'
import type { Doveadm } from '../doveadm.ts'
import type { Journal } from '../journal.ts'
import { renew, transaction, type Claim } from '../queue.ts'
import { recordActiveLock } from '../heartbeat.ts'

/** What one task is carried out with. */
export interface TaskContext {
  config: ConnectorConfig
  db: Pool
  doveadm: Doveadm
  journal: Journal
  task: Claim
}

/** The mail server's tables have the mailbox, its Dovecot does not know it. */
export class UnknownMailbox extends Error {
  override name = 'UnknownMailbox'
}

/** To be called before each step: the lease lasts for the step. @throws LeaseLost */
export const step = ({ db, task, config }: TaskContext): Promise<{ late: boolean }> =>
  renew(db, task, config.leaseSeconds)

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
  const home = await doveadm.findHome(task.mailbox)

  if (byActive) {
    const verdict = home === null ? 'invisible' : (await doveadm.canFindLogin(task.mailbox)) ? 'ineffective' : 'safe'
    await recordActiveLock(db, config.name, verdict)
    if (verdict !== 'safe') {
      await transaction(db, (connection) => turnIntoPasswordLock(connection, config.mapping, task.mailbox))
      await doveadm.endSessions(task.mailbox)
    }
    if (verdict === 'invisible') return findHome(context)
  }
  if (home === null) throw new UnknownMailbox('The mail host does not know the mailbox')
  return home
}

async function findHome({ doveadm, task }: TaskContext): Promise<string> {
  const home = await doveadm.findHome(task.mailbox)
  if (home === null) throw new UnknownMailbox('The mail host does not know the mailbox')
  return home
}
