import { record, type Actor } from '../../db/audit.ts'
import { revokeAll, revokeAppPassword } from '../../db/credentials.ts'
import { transaction } from '../../db/store.ts'
import type { Deps } from '../../http/context.ts'

/** Ends one app password of the mailbox. @returns false when it has no such one any more */
export const revoke = ({ pool }: Pick<Deps, 'pool'>, actor: Actor, mailbox: string, id: string): Promise<boolean> =>
  transaction(pool, async (db) => {
    const name = await revokeAppPassword(db, mailbox, id)
    if (name === null) return false
    await record(db, { action: 'app_password.revoked', actor, mailbox, subject: name })
    return true
  })

/** Ends all of them. @returns how many there were */
export const revokeEvery = ({ pool }: Pick<Deps, 'pool'>, actor: Actor, mailbox: string): Promise<number> =>
  transaction(pool, async (db) => {
    const count = await revokeAll(db, mailbox, 'app')
    if (count > 0) await record(db, { action: 'app_password.all_revoked', actor, mailbox, subject: String(count) })
    return count
  })
