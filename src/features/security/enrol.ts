import type { PoolConnection } from 'mysql2/promise'
import { makeBackupCodes, totpSeal } from '../../account/second-factor.ts'
import { tell } from '../../account/tell.ts'
import type { Place } from '../../db/account-events.ts'
import { holdActiveAccount, type Account } from '../../db/accounts.ts'
import { record, type Actor } from '../../db/audit.ts'
import { readTimeMs } from '../../db/clock.ts'
import { insertPasskey, listPasskeys, MOST_PASSKEYS } from '../../db/passkeys.ts'
import { beginTotp, confirmTotp, findBegunTotp, readSecondFactors } from '../../db/second-factors.ts'
import { holdSession } from '../../db/sessions.ts'
import { transaction } from '../../db/store.ts'
import type { Deps } from '../../http/context.ts'
import { newTotpKey, periodOf } from '../../lib/totp.ts'

/** A new key for an authenticator app, which only this session can see and confirm. False when there is one already. */
export async function beginEnrolment({ pool, config }: Deps, accountId: number, session: Buffer): Promise<boolean> {
  const sealed = totpSeal(config).seal(newTotpKey(), accountId)
  return transaction(
    pool,
    async (db) => (await holdActiveAccount(db, accountId)) && beginTotp(db, accountId, sealed, session),
  )
}

/** The key that this session has yet to confirm; null when there is none. */
export async function findEnrolment(
  { pool, config }: Deps,
  accountId: number,
  session: Buffer,
): Promise<string | null> {
  const sealed = await findBegunTotp(pool, accountId, session)
  return sealed === null ? null : totpSeal(config).open(sealed, accountId)
}

/** The app is a second factor from now on. False when the code is wrong, or there is nothing to confirm any more. */
export async function confirmEnrolment(
  db: PoolConnection,
  { config }: Deps,
  accountId: number,
  session: Buffer,
  code: string,
): Promise<boolean> {
  if (!(await holdActiveAccount(db, accountId)) || !(await holdSession(db, session, accountId))) return false
  const sealed = await findBegunTotp(db, accountId, session)
  const key = sealed === null ? null : totpSeal(config).open(sealed, accountId)
  const period = key === null ? null : periodOf(key, code.replace(/\s/g, ''), await readTimeMs(db))
  return period !== null && confirmTotp(db, accountId, session, period)
}

/** The passkey is the account's from now on. False when the account has too many, or it is some account's already. */
export async function addPasskey(
  db: PoolConnection,
  accountId: number,
  session: Buffer,
  passkey: Parameters<typeof insertPasskey>[1],
): Promise<boolean> {
  if (!(await holdActiveAccount(db, accountId)) || !(await holdSession(db, session, accountId))) return false
  if ((await listPasskeys(db, accountId)).length >= MOST_PASSKEYS) return false
  return insertPasskey(db, passkey)
}

/**
 * What goes with a new second factor, in its transaction.
 * @returns backup codes, to be shown once; none where the account has some from an earlier factor
 */
export async function noteEnrolment(
  db: PoolConnection,
  { config }: Deps,
  account: Account & Actor,
  place: Place,
): Promise<string[]> {
  const { backupCodes } = await readSecondFactors(db, account.id)
  const codes = backupCodes > 0 ? [] : await makeBackupCodes(db, account.id)
  await record(db, { action: 'account.second_factor_added', actor: account, subject: account.email })
  await tell(db, config, account, 'factorAdded', place)
  return codes
}
