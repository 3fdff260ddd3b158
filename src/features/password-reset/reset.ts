import { tellPasswordChanged } from '../../account/tell.ts'
import type { Place } from '../../db/account-events.ts'
import { setAccountPasswordHash } from '../../db/accounts.ts'
import { record } from '../../db/audit.ts'
import { findLink, removeLinksOf, takeLink } from '../../db/links.ts'
import { endSessionsOf } from '../../db/sessions.ts'
import { transaction } from '../../db/store.ts'
import type { Deps } from '../../http/context.ts'
import type { Result } from '../../lib/result.ts'

/**
 * Uses the link up: the account has the new password, is signed out everywhere and told by mail.
 * @returns a refusal when the link was used before; null when it has expired or never existed
 * @throws HasherBusy
 */
export async function resetPassword(
  { pool, config, hashers }: Deps,
  { token, password, place }: { token: string; password: string; place: Place },
): Promise<Result<'reset', 'used'> | null> {
  // Hashing is expensive: only for those who have a link.
  const found = await findLink(pool, token, 'password_reset')
  if (found === null) return null
  if (found.used) return { refused: 'used' }
  const hash = await hashers.account.hash(password)

  return transaction(pool, async (db) => {
    const taken = await takeLink(db, token, 'password_reset')
    if (!taken?.done) return taken
    const link = taken.done

    const { accountId: id, email } = link
    await setAccountPasswordHash(db, id, hash)
    await removeLinksOf(db, id)
    await endSessionsOf(db, id)
    await record(db, { action: 'account.password_reset', actor: { id, email, network: place.network }, subject: email })

    await tellPasswordChanged(db, config, { id, email, language: link.language }, place)
    return { done: 'reset' }
  })
}
