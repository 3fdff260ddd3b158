import { findActiveAccount } from '../../db/accounts.ts'
import { record, type Actor } from '../../db/audit.ts'
import { takeUnowned } from '../../db/mailboxes.ts'
import { transaction } from '../../db/store.ts'
import type { Deps } from '../../http/context.ts'
import type { Result } from '../../lib/result.ts'

/**
 * Makes the account of this e-mail address the owner of a mailbox that has none. Its limit is for what it creates, and
 * does not stand in the way.
 * @returns refused: `account` when there is no such active account, `owned` when somebody got the mailbox first
 */
export async function giveMailbox(
  { pool }: Pick<Deps, 'pool'>,
  actor: Actor,
  address: string,
  email: string,
): Promise<Result<'given', 'account' | 'owned'>> {
  return transaction(pool, async (db) => {
    const account = await findActiveAccount(db, email)
    if (account === null) return { refused: 'account' }
    if (!(await takeUnowned(db, address, account.id))) return { refused: 'owned' }

    await record(db, { action: 'mailbox.given', actor, mailbox: address, subject: account.email })
    return { done: 'given' }
  })
}
