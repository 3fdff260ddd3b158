import { hasActiveSuperAdmin, makeSuperAdmin } from '../../db/accounts.ts'
import { record } from '../../db/audit.ts'
import { endSessionsOf } from '../../db/sessions.ts'
import { removeSetting, takeSetting } from '../../db/settings.ts'
import { transaction, type Pool } from '../../db/store.ts'
import { SETUP_DRAFT } from './draft.ts'
import { SETUP_TOKEN } from './token.ts'

interface FirstAdmin {
  email: string
  passwordHash: string
  language: string
  tokenDigest: string
  /** from where */
  network: string
}

/**
 * Uses the token up and makes the first super admin. Of two at once one takes the token; the other waits for its row
 * and then finds it gone.
 * @returns the account's id; null when the token was used up or replaced, or there is a super admin already
 */
export async function createFirstAdmin(pool: Pool, admin: FirstAdmin): Promise<number | null> {
  return transaction(pool, async (db) => {
    if (!(await takeSetting(db, SETUP_TOKEN, admin.tokenDigest))) return null
    if (await hasActiveSuperAdmin(db)) return null

    const { id } = await makeSuperAdmin(db, admin)
    await endSessionsOf(db, id)
    await removeSetting(db, SETUP_DRAFT)
    const actor = { id, email: admin.email, network: admin.network }
    await record(db, { action: 'account.super_admin_by_setup', actor, subject: admin.email })
    return id
  })
}
