import { lockMailbox, LockUnproven, MailboxGone, readLocks, type LockKind } from '../../connector/contract/lock.ts'
import type { TaskKind } from '../../connector/contract/tasks.ts'
import type { Mapping } from '../../connector/mapping/mapping.ts'
import type { PoolConnection } from 'mysql2/promise'
import { isActiveLockSafe } from '../db/connectors.ts'
import { listMailRows } from '../db/mail/rows.ts'
import type { Mailbox } from '../db/mailboxes.ts'
import { transaction, type Db } from '../db/store.ts'
import { requestTask, type TaskRequest } from '../db/tasks.ts'
import type { Deps } from '../http/context.ts'
import type { Result } from '../lib/result.ts'
import { hindranceOf, type Act, type Hindrance } from './hindrance.ts'

/** How a mailbox that has mail is locked now: by its active column only where that is known to be safe. */
export async function chooseLock(db: Db, mapping: Mapping, address: string): Promise<LockKind> {
  if (mapping.lock === 'password') return 'password'
  // Somebody else closed it on the mail server: the end of a lock by that column would open it.
  const rows = await listMailRows(db, mapping, [address])
  if (rows.get(address)?.open === false) return 'password'
  return (await isActiveLockSafe(db)) ? 'active' : 'password'
}

interface Request<A extends Act, K extends TaskKind> {
  act: A
  task: Omit<TaskRequest<K>, 'mailbox'>
  /** whether what the act was judged by still holds, now that the mailbox is held */
  isUnchanged: (db: PoolConnection) => Promise<boolean>
  /** what else belongs to the request, in its transaction */
  alsoDo: (db: PoolConnection, task: { notBefore: string }) => Promise<void>
}

/**
 * Locks the mailbox and hands the task about it to the connector, in one transaction that holds the mailbox's row.
 * @returns `changed` when what the act was judged by no longer holds
 */
export async function lockForTask<A extends 'password' | 'deletion', K extends TaskKind>(
  { pool, config: { mapping }, sealKeys, lockKey }: Pick<Deps, 'pool' | 'config' | 'sealKeys' | 'lockKey'>,
  mailbox: Mailbox,
  { act, task, isUnchanged, alsoDo }: Request<A, K>,
): Promise<Result<'requested', Hindrance<A> | 'busy' | 'gone' | 'unproven' | 'changed'>> {
  const { address } = mailbox
  const locking = { mapping, lockKey }
  try {
    return await transaction(pool, async (db) => {
      const held = await readLocks(db, locking, address)
      const hindrance = hindranceOf(act, { ...mailbox, locks: held.locks })
      if (hindrance !== null) return { refused: hindrance }
      if (!(await isUnchanged(db))) return { refused: 'changed' }

      const requested = await requestTask(db, sealKeys, { ...task, mailbox: address })
      if (requested === null) return { refused: 'busy' }
      await lockMailbox(db, locking, address, 'task', await chooseLock(db, mapping, address), held)
      await alsoDo(db, requested)
      return { done: 'requested' }
    })
  } catch (error) {
    if (error instanceof MailboxGone) return { refused: 'gone' }
    if (error instanceof LockUnproven) return { refused: 'unproven' }
    throw error
  }
}
