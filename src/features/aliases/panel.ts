import type { Config } from '../../config.ts'
import { listForMailbox, type Alias } from '../../db/mail/aliases.ts'
import type { Mailbox } from '../../db/mailboxes.ts'
import type { Pool } from '../../db/store.ts'
import { aliasDomains } from './form.ts'
import { hindranceOf, type Hindrance } from '../../mailbox/hindrance.ts'
import type { Account } from '../../db/accounts.ts'

/** What is shown of a mailbox's aliases. */
export interface AliasPanel {
  mailbox: Mailbox
  /** where new ones may be */
  domains: string[]
  /** how many there are, found or not */
  count: number
  limit: number
  /** what was looked for, in lower case; empty: all */
  wanted: string
  /** those found, by address */
  found: Alias[]
  hindrance: Hindrance<'aliases'> | null
}

/** How many rows a page shows; whoever has more finds them by name. */
export const mostShown = 100

export async function readPanel(
  pool: Pool,
  config: Config,
  account: Account,
  mailbox: Mailbox,
  typed = '',
): Promise<AliasPanel> {
  const domains = aliasDomains(mailbox.address, account.domains)
  const aliases = await listForMailbox(pool, config.mapping, { mailbox: mailbox.address, domains })
  const wanted = typed.trim().toLowerCase()
  return {
    mailbox,
    domains,
    count: aliases.length,
    limit: config.limits.aliasesPerMailbox,
    wanted,
    found: aliases.filter(({ address }) => address.includes(wanted)),
    hindrance: hindranceOf('aliases', mailbox),
  }
}
