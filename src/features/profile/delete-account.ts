import { lockSuperAdmins, removeAccount } from '../../db/accounts.ts'
import { record, type Actor } from '../../db/audit.ts'
import { countForAccountLocked } from '../../db/mailboxes.ts'
import { transaction, type Pool } from '../../db/store.ts'

export type AccountDeletion = 'deleted' | 'mailboxes' | 'last_super_admin'

/** Removes the account, with its grants and sessions. One that has a mailbox stays, and so does the last super admin. */
export async function deleteAccount(pool: Pool, actor: Actor): Promise<AccountDeletion> {
  return transaction(pool, async (db) => {
    const superAdmins = await lockSuperAdmins(db)
    if (superAdmins.length === 1 && superAdmins[0] === actor.id) return 'last_super_admin'
    if ((await countForAccountLocked(db, actor.id)) > 0) return 'mailboxes'

    await removeAccount(db, actor.id)
    await record(db, { action: 'account.deleted', actor, subject: actor.email })
    return 'deleted'
  })
}
