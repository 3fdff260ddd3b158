import { makeBackupCodes } from '../../account/second-factor.ts'
import { tell } from '../../account/tell.ts'
import type { Place } from '../../db/account-events.ts'
import { holdActiveAccount, type Account } from '../../db/accounts.ts'
import { record, type Actor } from '../../db/audit.ts'
import { isSecondFactorNeeded, replaceBackupCodes } from '../../db/second-factors.ts'
import { endSessionsOf } from '../../db/sessions.ts'
import { transaction, type Db } from '../../db/store.ts'
import type { Deps } from '../../http/context.ts'

/**
 * Removes a second factor, and ends the other sessions: one of them may be why. Where there is none, as in another tab,
 * nothing is done.
 */
export async function removeFactor(
  { pool, config }: Deps,
  account: Account & Actor,
  session: Buffer | null,
  place: Place,
  remove: (db: Db, accountId: number) => Promise<boolean>,
): Promise<void> {
  await transaction(pool, async (db) => {
    if (!(await holdActiveAccount(db, account.id)) || !(await remove(db, account.id))) return
    // They stand in for a factor, and for nothing where there is none.
    if (!(await isSecondFactorNeeded(db, account.id))) await replaceBackupCodes(db, account.id, [])
    await endSessionsOf(db, account.id, session)
    await record(db, { action: 'account.second_factor_removed', actor: account, subject: account.email })
    await tell(db, config, account, 'factorRemoved', place)
  })
}

/** New backup codes in place of the earlier ones, to be shown once. Null where the account has no second factor. */
export async function renewBackupCodes(
  { pool, config }: Deps,
  account: Account & Actor,
  place: Place,
): Promise<string[] | null> {
  return transaction(pool, async (db) => {
    if (!(await holdActiveAccount(db, account.id)) || !(await isSecondFactorNeeded(db, account.id))) return null
    const codes = await makeBackupCodes(db, account.id)
    await record(db, { action: 'account.backup_codes_made', actor: account, subject: account.email })
    await tell(db, config, account, 'backupCodesMade', place)
    return codes
  })
}

/** Ends sessions of one's own, and tells the owner. @returns what `end` does; where it ended none, nothing is told */
export async function endSessions(
  { pool, config }: Deps,
  account: Account & Actor,
  place: Place,
  end: (db: Db, accountId: number) => Promise<number | boolean>,
): Promise<number | boolean> {
  return transaction(pool, async (db) => {
    const ended = await end(db, account.id)
    if (!ended) return ended
    await record(db, { action: 'account.sessions_ended', actor: account, subject: account.email })
    await tell(db, config, account, 'sessionsEnded', place)
    return ended
  })
}
