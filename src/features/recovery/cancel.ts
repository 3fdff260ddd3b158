import { readLocks } from '../../../connector/contract/lock.ts'
import { record, type Actor } from '../../db/audit.ts'
import { revokeAll } from '../../db/credentials.ts'
import { removeRecovery } from '../../db/recoveries.ts'
import { transaction } from '../../db/store.ts'
import type { Deps } from '../../http/context.ts'

/**
 * Cancels a recovery that waits. The code that it was requested with may be a thief's: it ends too.
 * @returns false when there is none any more
 */
export const cancelRecovery = (
  { pool, config: { mapping }, lockKey }: Pick<Deps, 'pool' | 'config' | 'lockKey'>,
  actor: Actor,
  mailbox: string,
): Promise<boolean> =>
  transaction(pool, async (db) => {
    await readLocks(db, { mapping, lockKey }, mailbox)
    if (!(await removeRecovery(db, mailbox))) return false
    await revokeAll(db, mailbox, 'recovery')
    await record(db, { action: 'recovery.cancelled', actor, mailbox })
    return true
  })
