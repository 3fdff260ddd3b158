import { insertAlias } from '../../db/mail/aliases.ts'
import { record } from '../../db/audit.ts'
import { listMailRows, type RowRefusal } from '../../db/mail/rows.ts'
import type { Deps } from '../../http/context.ts'
import { orRefusal, type Result } from '../../lib/result.ts'
import { takeAddress } from '../../mailbox/address.ts'
import type { Hindrance } from '../../mailbox/hindrance.ts'
import { withHeldMailbox, type AliasRequest } from './held-mailbox.ts'

export interface WantedAddress {
  localPart: string
  domain: string
}

/** `present`: the mailbox had the alias already. */
export type Addition = Result<'added' | 'present', 'limit' | 'gone' | RowRefusal | Hindrance<'aliases'>>

/** Adds an alias that leads to the owner's mailbox. @returns null when the account has no such mailbox */
export async function addAlias(deps: Deps, request: AliasRequest, wanted: WantedAddress): Promise<Addition | null> {
  const { mapping, limits } = deps.config
  const { account } = request
  const alias = `${wanted.localPart}@${wanted.domain}`

  const added = withHeldMailbox<Addition>(deps, request, async (db, mailbox) => {
    if (mailbox.aliases.some(({ address }) => address === alias)) return { done: 'present' }
    if (mailbox.aliases.length >= limits.aliasesPerMailbox) return { refused: 'limit' }
    if (!mailbox.domains.includes(wanted.domain)) return { refused: 'domain' }
    const row = (await listMailRows(db, mapping, [mailbox.address])).get(mailbox.address)
    if (row === undefined) return { refused: 'gone' }

    await takeAddress(db, mapping, alias, account.id)
    await insertAlias(db, mapping, { ...wanted, destination: mailbox.address })
    await record(db, { action: 'alias.added', actor: account, mailbox: mailbox.address, subject: alias })
    return { done: 'added' }
  })
  return orRefusal(added)
}
