import { listSuperAdminsForUpdate, removeAccount } from '../../db/accounts.ts'
import { record, type Actor } from '../../db/audit.ts'
import { countForAccountForUpdate } from '../../db/mailboxes.ts'
import { transaction } from '../../db/store.ts'
import type { Deps } from '../../http/context.ts'
import type { Result } from '../../lib/result.ts'

/**
 * Removes the account, with its grants and sessions. One that has a mailbox stays, and so does the last super admin.
 */
export async function deleteAccount(
  { pool }: Pick<Deps, 'pool'>,
  actor: Actor,
): Promise<Result<'deleted', 'mailboxes' | 'last_super_admin'>> {
  return transaction(pool, async (db) => {
    const superAdmins = await listSuperAdminsForUpdate(db)
    if (superAdmins.length === 1 && superAdmins[0] === actor.id) return { refused: 'last_super_admin' }
    if ((await countForAccountForUpdate(db, actor.id)) > 0) return { refused: 'mailboxes' }

    await removeAccount(db, actor.id)
    await record(db, { action: 'account.deleted', actor, subject: actor.email })
    return { done: 'deleted' }
  })
}
