import { insertAlias } from '../../db/mail/aliases.ts'
import { record } from '../../db/audit.ts'
import { isAddressTaken, listMailRows, orRefusal, type RowRefusal } from '../../db/mail/rows.ts'
import { claimAddress, isMailboxKnown, releaseAddress } from '../../db/mailboxes.ts'
import type { Deps } from '../../http/context.ts'
import { withHeldMailbox, type AliasRequest, type Hindrance } from './held-mailbox.ts'

export interface WantedAddress {
  localPart: string
  domain: string
}

export type AddOutcome = 'added' | 'present' | 'limit' | 'missing' | RowRefusal | Hindrance

/** Adds an alias that leads to the owner's mailbox. @returns null when the account has no such mailbox */
export async function addAlias(deps: Deps, request: AliasRequest, wanted: WantedAddress): Promise<AddOutcome | null> {
  const { mapping, limits } = deps.config
  const { account } = request
  const alias = `${wanted.localPart}@${wanted.domain}`

  const added = withHeldMailbox<AddOutcome>(deps, request, async (db, mailbox) => {
    if (mailbox.aliases.some(({ address }) => address === alias)) return 'present'
    if (mailbox.aliases.length >= limits.aliasesPerMailbox) return 'limit'
    if (!mailbox.domains.includes(wanted.domain)) return 'domain'
    const row = (await listMailRows(db, mapping, [mailbox.address])).get(mailbox.address)
    if (row === undefined) return 'missing'

    if (!(await claimAddress(db, alias, account.id))) return 'taken'
    const taken = (await isAddressTaken(db, mapping, alias)) || (await isMailboxKnown(db, alias))
    await releaseAddress(db, alias)
    if (taken) return 'taken'

    await insertAlias(db, mapping, { ...wanted, destination: mailbox.address })
    await record(db, { action: 'alias.added', actor: account, mailbox: mailbox.address, subject: alias })
    return 'added'
  })
  return orRefusal(added)
}
