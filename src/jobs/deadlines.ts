import { MailboxGone, unlockMailbox, type Locking, type Unlocking } from '../../connector/contract/lock.ts'
import type { TaskError } from '../../connector/contract/tasks.ts'
import { transaction, type Pool } from '../db/store.ts'
import { endOverdue, listOverdue } from '../db/tasks.ts'
import { forEach } from './for-each.ts'

/**
 * Gives mailboxes back, with their old password, whose change was not begun by its deadline. Safe when several
 * processes run it, and beside the connector: the task is ended once.
 * @returns how many were given back
 */
export async function rollBackOverdue(pool: Pool, locking: Locking): Promise<number> {
  let count = 0
  await forEach(await listOverdue(pool), async ({ id, mailbox }) => {
    const ended = await transaction(pool, async (db) => {
      const unlocked = await unlockMailbox(db, locking, mailbox, 'task').catch((error: unknown): Unlocking => {
        if (error instanceof MailboxGone) return 'opened'
        throw error
      })
      if (!(await endOverdue(db, id, errors[unlocked]))) throw new NoLongerOverdue()
      return true
    }).catch((error: unknown) => {
      if (error instanceof NoLongerOverdue) return false
      throw error
    })
    if (ended) count++
  })
  return count
}

const errors: Record<Unlocking, TaskError> = {
  opened: 'deadline',
  held: 'deadline',
  changed_elsewhere: 'changed_elsewhere',
  unproven: 'seal',
}

/** Rolls the unlocking back: somebody else has ended the task since, or is working on it. */
class NoLongerOverdue extends Error {}
