import { tellPasswordChanged } from '../../account/tell.ts'
import type { Place } from '../../db/account-events.ts'
import { replacePasswordHash } from '../../db/accounts.ts'
import { record, type Actor } from '../../db/audit.ts'
import { removeLinksOf } from '../../db/links.ts'
import { endSessionsOf, holdSession } from '../../db/sessions.ts'
import { transaction } from '../../db/store.ts'
import type { Deps } from '../../http/context.ts'
import { SignInNeeded } from '../../http/guards.ts'

/**
 * Sets the account's password, ends its other sessions and notifies the owner by mail.
 * @param previous the hash against which the current password was checked
 * @returns false when the password has changed since
 * @throws HasherBusy, SignInNeeded when the session has ended
 */
export async function changePassword(
  { pool, config, hashers }: Deps,
  account: Actor & { language: string | null },
  { previous, password, session, place }: { previous: string; password: string; session: Buffer | null; place: Place },
): Promise<boolean> {
  const hash = await hashers.account.hash(password)

  return transaction(pool, async (db) => {
    if (!(await replacePasswordHash(db, account.id, previous, hash))) return false
    // A session that was ended meanwhile, by somebody who found it to be a stranger's, does not go on under a new id.
    if (session === null || !(await holdSession(db, session, account.id))) throw new SignInNeeded()
    await removeLinksOf(db, account.id)
    await endSessionsOf(db, account.id, session)
    await record(db, { action: 'account.password_changed', actor: account, subject: account.email })
    await tellPasswordChanged(db, config, account, place)
    return true
  })
}
