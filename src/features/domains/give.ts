import { findActiveAccount } from '../../db/accounts.ts'
import { record, type Actor } from '../../db/audit.ts'
import { takeUnowned } from '../../db/mailboxes.ts'
import { transaction, type Pool } from '../../db/store.ts'

export type GiveOutcome = 'given' | 'account' | 'owned'

/**
 * Makes the account of this e-mail address the owner of a mailbox that has none. Its limit is for what it creates, and
 * does not stand in the way.
 * @returns 'account' when there is no such active account; 'owned' when somebody got the mailbox first
 */
export async function giveMailbox(pool: Pool, actor: Actor, address: string, email: string): Promise<GiveOutcome> {
  return transaction(pool, async (db) => {
    const account = await findActiveAccount(db, email)
    if (account === null) return 'account'
    if (!(await takeUnowned(db, address, account.id))) return 'owned'

    await record(db, { action: 'mailbox.given', actor, mailbox: address, subject: account.email })
    return 'given'
  })
}
