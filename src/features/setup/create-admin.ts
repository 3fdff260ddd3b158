import { hasActiveSuperAdmin, makeSuperAdmin } from '../../db/accounts.ts'
import { record } from '../../db/audit.ts'
import { removeLinksOf } from '../../db/links.ts'
import { endSessionsOf } from '../../db/sessions.ts'
import { removeSetup, SETUP_TOKEN, takeSetting } from '../../db/settings.ts'
import { transaction, type Pool } from '../../db/store.ts'

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
    await removeLinksOf(db, id)
    await endSessionsOf(db, id)
    await removeSetup(db)
    const actor = { id, email: admin.email, network: admin.network }
    await record(db, { action: 'account.super_admin_by_setup', actor, subject: admin.email })
    return id
  })
}
