import type { PoolConnection } from 'mysql2/promise'
import type { Config } from '../config.ts'
import { findNamedForUpdate } from '../db/accounts.ts'
import { record, type Actor } from '../db/audit.ts'
import { removeSecondFactors } from '../db/second-factors.ts'
import { endSessionsOf } from '../db/sessions.ts'
import { tell } from './tell.ts'

/**
 * For who has lost their second factor and the backup codes: takes all of it away, ends the account's sessions and
 * tells its owner. Where the site wants the account to have one, the next sign-in adds one.
 * @param actor null for the command on the host
 * @returns whether there was one
 */
export async function takeSecondFactorAway(
  db: PoolConnection,
  config: Config,
  accountId: number,
  actor: Actor | null,
): Promise<boolean> {
  const account = await findNamedForUpdate(db, accountId)
  if (account === null || !(await removeSecondFactors(db, accountId))) return false
  await endSessionsOf(db, accountId)
  await record(db, {
    action: 'account.second_factor_taken_away',
    ...(actor && { actor }),
    subject: account.email,
  })
  await tell(db, config, account, 'factorTakenAway', null)
  return true
}
