import { setLastSignIn } from '../../db/accounts.ts'
import { record, type Actor } from '../../db/audit.ts'
import type { Db } from '../../db/store.ts'
import { hasRole, type Role } from '../../lib/roles.ts'

/**
 * Records the sign-in. The history shows only those of admins, who have power over others; the log has everybody's.
 */
export async function recordSignIn(db: Db, account: Actor & { role: Role }): Promise<void> {
  await setLastSignIn(db, account.id)
  if (hasRole(account, 'admin'))
    await record(db, { action: 'account.signed_in', actor: account, subject: account.email })
}
