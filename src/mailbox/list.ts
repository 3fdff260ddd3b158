import type { Config } from '../config.ts'
import type { Account } from '../db/accounts.ts'
import { listForAccount, type OwnMailbox } from '../db/mailboxes.ts'
import type { Pool } from '../db/store.ts'
import { listUsable, type DomainChoice } from './domains.ts'
import { listEntries, type MailboxEntry } from './with-mail-row.ts'

export interface MailboxList {
  entries: MailboxEntry[]
  /** whether Colombier creates mailboxes here at all */
  mayCreate: boolean
  limit: number
  /** where this account may create */
  choice: DomainChoice
}

/**
 * What the account's page of mailboxes shows, in few queries whatever the number of mailboxes.
 * @param own the account's mailboxes, where they are known already
 */
export async function readMailboxList(
  pool: Pool,
  config: Config,
  account: Account,
  own?: OwnMailbox[],
): Promise<MailboxList> {
  const [entries, choice] = await Promise.all([
    listEntries(pool, config, own ?? (await listForAccount(pool, account.id))),
    listUsable(pool, config.mapping, account),
  ])
  return {
    entries,
    mayCreate: config.mapping.actions.includes('create'),
    limit: account.mailboxLimit ?? config.limits.mailboxesPerAccount,
    choice,
  }
}

/** Why this account cannot have another mailbox here; null if it can. */
export function whyNoMore({ entries, mayCreate, limit, choice }: MailboxList): 'elsewhere' | 'domain' | 'limit' | null {
  if (!mayCreate) return 'elsewhere'
  if (choice.domains.length === 0) return 'domain'
  return entries.length >= limit ? 'limit' : null
}
