import type { PoolConnection } from 'mysql2/promise'
import { tell } from '../../account/tell.ts'
import type { Config } from '../../config.ts'
import { wasSignedInFrom, noteEvent, type Place } from '../../db/account-events.ts'
import { setLastSignIn } from '../../db/accounts.ts'
import { record } from '../../db/audit.ts'
import { hasRole, type Role } from '../../lib/roles.ts'

/**
 * Records the sign-in, and mails its owner where it is from a browser or a network that was not used before. The
 * history of the site shows only those of admins, who have power over others; the account's own has all.
 */
export async function recordSignIn(
  db: PoolConnection,
  config: Config,
  account: { id: number; email: string; role: Role; language: string | null },
  { place, isKnownBrowser }: { place: Place; isKnownBrowser: boolean },
): Promise<void> {
  const { id, email } = account
  const actor = { id, email, network: place.network }
  const isFirst = await setLastSignIn(db, id)
  if (hasRole(account, 'admin')) await record(db, { action: 'account.signed_in', actor, subject: email })
  // The first there is nothing to be told apart from.
  const isUsual = isFirst || (isKnownBrowser && (await wasSignedInFrom(db, id, place.network)))
  if (isUsual) await noteEvent(db, id, 'signedIn', place)
  else await tell(db, config, account, 'signedIn', place)
}
