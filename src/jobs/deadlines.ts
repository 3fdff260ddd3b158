import { MailboxGone, unlockMailbox } from '../../connector/contract/lock.ts'
import type { Mapping } from '../../connector/mapping/mapping.ts'
import { transaction, type Pool } from '../db/store.ts'
import { endOverdue, listOverdue } from '../db/tasks.ts'
import { forEach } from './for-each.ts'

/**
 * Gives mailboxes back, with their old password, whose change was not begun by its deadline. Safe when several
 * processes run it, and beside the connector: the task is ended once.
 * @returns how many were given back
 */
export async function rollBackOverdue(pool: Pool, mapping: Mapping): Promise<number> {
  let count = 0
  await forEach(await listOverdue(pool), async ({ id, mailbox }) => {
    const ended = await transaction(pool, async (db) => {
      try {
        await unlockMailbox(db, mapping, mailbox, 'task')
      } catch (error) {
        if (!(error instanceof MailboxGone)) throw error
      }
      if (!(await endOverdue(db, id))) throw new NoLongerOverdue()
      return true
    }).catch((error: unknown) => {
      if (error instanceof NoLongerOverdue) return false
      throw error
    })
    if (ended) count++
  })
  return count
}

/** Undoes the unlocking: somebody else has ended the task meanwhile, or is at it. */
class NoLongerOverdue extends Error {}
