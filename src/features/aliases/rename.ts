import { renameAlias as renameRows } from '../../db/mail/aliases.ts'
import { record } from '../../db/audit.ts'
import { isAddressTaken, orRefusal, type RowRefusal } from '../../db/mail/rows.ts'
import { claimAddress, isMailboxKnown, releaseAddress } from '../../db/mailboxes.ts'
import type { Deps } from '../../http/context.ts'
import type { WantedAddress } from './add.ts'
import { withHeldMailbox, type AliasRequest, type Hindrance } from './held-mailbox.ts'

export type RenameOutcome = 'renamed' | 'shared' | RowRefusal | Hindrance

/**
 * Gives an alias of the owner's mailbox another address. One that leads elsewhere too is not theirs alone to rename.
 * @returns null when the account has no such mailbox, or the mailbox no such alias
 */
export async function renameAlias(
  deps: Deps,
  request: AliasRequest,
  address: string,
  wanted: WantedAddress,
): Promise<RenameOutcome | null> {
  const { mapping } = deps.config
  const { account } = request
  const name = `${wanted.localPart}@${wanted.domain}`

  const renamed = withHeldMailbox<RenameOutcome | null>(deps, request, async (db, mailbox) => {
    const alias = mailbox.aliases.find((one) => one.address === address)
    if (alias === undefined) return null
    if (alias.shared) return 'shared'
    if (name === address) return 'renamed'
    if (!mailbox.domains.includes(wanted.domain)) return 'domain'

    if (!(await claimAddress(db, name, account.id))) return 'taken'
    const taken = (await isAddressTaken(db, mapping, name)) || (await isMailboxKnown(db, name))
    await releaseAddress(db, name)
    if (taken) return 'taken'

    await renameRows(db, mapping, alias, { ...wanted, destination: mailbox.address })
    await record(db, {
      action: 'alias.renamed',
      actor: account,
      mailbox: mailbox.address,
      subject: `${address} → ${name}`,
    })
    return 'renamed'
  })
  return orRefusal(renamed)
}
