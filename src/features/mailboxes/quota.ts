import type { Config } from '../../config.ts'
import { listEntries, type MailboxEntry } from '../../mailbox/with-mail-row.ts'
import type { Pool } from '../../db/store.ts'
import type { Account } from '../../db/accounts.ts'
import { listUsable, type DomainChoice } from '../../mailbox/domains.ts'

export interface MailboxPage {
  entries: MailboxEntry[]
  /** whether Colombier creates mailboxes here at all */
  mayCreate: boolean
  limit: number
  /** where this account may create */
  choice: DomainChoice
  quota: { defaultMegabytes: number; mostMegabytes: number } | null
}

const megabyte = 1024 ** 2

/** What the account's page of mailboxes shows, in two or three queries whatever the number of mailboxes. */
export async function readMailboxPage(pool: Pool, config: Config, account: Account): Promise<MailboxPage> {
  const [entries, choice] = await Promise.all([
    listEntries(pool, config, account.id),
    listUsable(pool, config.mapping, account),
  ])
  const { quotaDefaultBytes, quotaMaxBytes } = config.limits

  return {
    entries,
    mayCreate: config.mapping.actions.includes('create'),
    limit: account.mailboxLimit ?? config.limits.mailboxesPerAccount,
    choice,
    quota: config.mapping.mailbox.quota && {
      defaultMegabytes: Math.floor(quotaDefaultBytes / megabyte),
      mostMegabytes: Math.floor(quotaMaxBytes / megabyte),
    },
  }
}

/**
 * The typed quota in bytes, by default the settings' one. Null means no limit: where the mail server has no quotas, and
 * for 0 where QUOTA_MAX is 0.
 * @returns 'out_of_range' when it is above QUOTA_MAX, or 0 where there is a QUOTA_MAX
 */
export function readQuota(config: Config, typed: string): number | null | 'out_of_range' {
  const { quotaDefaultBytes, quotaMaxBytes } = config.limits
  if (config.mapping.mailbox.quota === null) return null
  const bytes = typed === '' ? quotaDefaultBytes : Number(typed) * megabyte
  if (quotaMaxBytes === 0) return bytes === 0 ? null : bytes
  return bytes > 0 && bytes <= quotaMaxBytes ? bytes : 'out_of_range'
}
