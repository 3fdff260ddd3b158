import { removeFromAlias } from '../../db/mail/aliases.ts'
import { record } from '../../db/audit.ts'
import type { Deps } from '../../http/context.ts'
import type { Result } from '../../lib/result.ts'
import type { Hindrance } from '../../mailbox/hindrance.ts'
import { withHeldMailbox, type AliasRequest } from './held-mailbox.ts'

/** What was removed: the alias, or the mailbox from an alias that leads elsewhere too. */
export type Removal = Result<'alias' | 'mailbox', Hindrance<'aliases'>>

/**
 * Removes an alias of the owner's mailbox, or, where it leads elsewhere too, the mailbox from the alias.
 * @returns null when the account has no such mailbox, or the mailbox no such alias
 */
export const removeAlias = async (deps: Deps, request: AliasRequest, address: string): Promise<Removal | null> =>
  withHeldMailbox<Removal | null>(deps, request, async (db, mailbox) => {
    const alias = mailbox.aliases.find((one) => one.address === address)
    if (alias === undefined) return null

    await removeFromAlias(db, deps.config.mapping, alias, mailbox.address)
    await record(db, { action: 'alias.removed', actor: request.account, mailbox: mailbox.address, subject: address })
    return { done: alias.shared ? 'mailbox' : 'alias' }
  })
