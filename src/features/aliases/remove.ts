import { removeFromAlias } from '../../db/mail/aliases.ts'
import { record } from '../../db/audit.ts'
import type { Deps } from '../../http/context.ts'
import { withHeldMailbox, type AliasRequest, type Hindrance } from './held-mailbox.ts'

export type RemoveOutcome = { removed: 'alias' | 'mailbox' } | Hindrance

/**
 * Removes an alias of the owner's mailbox, or, where it leads elsewhere too, the mailbox from the alias.
 * @returns null when the account has no such mailbox, or the mailbox no such alias
 */
export const removeAlias = async (deps: Deps, request: AliasRequest, address: string): Promise<RemoveOutcome | null> =>
  withHeldMailbox<RemoveOutcome | null>(deps, request, async (db, mailbox) => {
    const alias = mailbox.aliases.find((one) => one.address === address)
    if (alias === undefined) return null

    await removeFromAlias(db, deps.config.mapping, alias, mailbox.address)
    await record(db, { action: 'alias.removed', actor: request.account, mailbox: mailbox.address, subject: address })
    return { removed: alias.shared ? 'mailbox' : 'alias' }
  })
