import type { PoolConnection } from 'mysql2/promise'
import { AliasChanged, listForMailbox, type Alias } from '../../db/mail/aliases.ts'
import type { Actor } from '../../db/audit.ts'
import { findOwnedForUpdate } from '../../db/mailboxes.ts'
import { transaction } from '../../db/store.ts'
import type { Deps } from '../../http/context.ts'
import { hindranceOf, type Hindrance } from '../../mailbox/hindrance.ts'
import { aliasDomains } from './form.ts'
import type { Account } from '../../db/accounts.ts'

/** Who changes an alias of which mailbox. */
export interface AliasRequest {
  account: Account & Actor
  mailboxId: string
}

interface HeldMailbox {
  address: string
  domains: string[]
  aliases: Alias[]
}

const attempts = 3

/**
 * Runs a change of aliases in a transaction that holds the mailbox, so that the number of aliases cannot change
 * meanwhile.
 * @returns null when the account has no such mailbox
 */
export async function withHeldMailbox<T>(
  { pool, config }: Deps,
  { account, mailboxId }: AliasRequest,
  change: (db: PoolConnection, mailbox: HeldMailbox) => Promise<T>,
): Promise<T | { refused: Hindrance<'aliases'> } | null> {
  const once = () =>
    transaction(pool, async (db) => {
      const mailbox = await findOwnedForUpdate(db, account.id, mailboxId)
      if (mailbox === null) return null
      const hindrance = hindranceOf('aliases', mailbox)
      if (hindrance !== null) return { refused: hindrance }

      const { address } = mailbox
      const domains = aliasDomains(address, account.domains)
      const aliases = await listForMailbox(db, config.mapping, { mailbox: address, domains })
      return change(db, { address, domains, aliases })
    })

  for (let attempt = 1; ; attempt++) {
    try {
      return await once()
    } catch (error) {
      if (!(error instanceof AliasChanged) || attempt === attempts) throw error
    }
  }
}
