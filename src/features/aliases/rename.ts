import { renameAlias as renameRows } from '../../db/mail/aliases.ts'
import { record } from '../../db/audit.ts'
import type { RowRefusal } from '../../db/mail/rows.ts'
import type { Deps } from '../../http/context.ts'
import type { WantedAddress } from './add.ts'
import { orRefusal, type Result } from '../../lib/result.ts'
import { takeAddress } from '../../mailbox/address.ts'
import type { Hindrance } from '../../mailbox/hindrance.ts'
import { withHeldMailbox, type AliasRequest } from './held-mailbox.ts'

/** `shared`: others get the mail of this alias too. */
export type Renaming = Result<'renamed', 'shared' | RowRefusal | Hindrance<'aliases'>>

/**
 * Gives an alias of the owner's mailbox another address. One that leads elsewhere too is not theirs alone to rename.
 * @returns null when the account has no such mailbox, or the mailbox no such alias
 */
export async function renameAlias(
  deps: Deps,
  request: AliasRequest,
  address: string,
  wanted: WantedAddress,
): Promise<Renaming | null> {
  const { mapping } = deps.config
  const { account } = request
  const name = `${wanted.localPart}@${wanted.domain}`

  const renamed = withHeldMailbox<Renaming | null>(deps, request, async (db, mailbox) => {
    const alias = mailbox.aliases.find((one) => one.address === address)
    if (alias === undefined) return null
    if (alias.shared) return { refused: 'shared' }
    if (name === address) return { done: 'renamed' }
    if (!mailbox.domains.includes(wanted.domain)) return { refused: 'domain' }

    await takeAddress(db, mapping, name, account.id)
    await renameRows(db, mapping, alias, { ...wanted, destination: mailbox.address })
    await record(db, {
      action: 'alias.renamed',
      actor: account,
      mailbox: mailbox.address,
      subject: `${address} → ${name}`,
    })
    return { done: 'renamed' }
  })
  return orRefusal(renamed)
}
