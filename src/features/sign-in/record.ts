import type { PoolConnection } from 'mysql2/promise'
import { tell, type Place } from '../../account/tell.ts'
import type { Config } from '../../config.ts'
import { setLastSignIn, type Account } from '../../db/accounts.ts'
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

/** Records that a backup code was used, and tells its owner. */
export async function recordBackupCode(
  db: PoolConnection,
  config: Config,
  account: Account & Actor,
  place: Place,
): Promise<void> {
  await record(db, { action: 'account.backup_code_used', actor: account, subject: account.email })
  await tell(db, config, account, 'backupCodeUsed', place)
}
