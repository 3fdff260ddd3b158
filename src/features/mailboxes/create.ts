import { findRealHash, recordLock, unmatchableHash } from '../../../connector/contract/lock.ts'
import { record, type Actor } from '../../db/audit.ts'
import type { Deps } from '../../http/context.ts'
import { insertMailRow, type RowRefusal } from '../../db/mail/rows.ts'
import { countForAccountForUpdate, findOwnedId, insertMailbox } from '../../db/mailboxes.ts'
import { transaction } from '../../db/store.ts'
import { hasOpenTask, requestTask } from '../../db/tasks.ts'
import { orRefusal, Refused, type Result } from '../../lib/result.ts'
import { takeAddress } from '../../mailbox/address.ts'
import type { Account } from '../../db/accounts.ts'

export interface NewMailbox {
  localPart: string
  domain: string
  password: string
  quotaBytes: number | null
}

/** `done`: the new mailbox's id. */
type Creation = Result<number, 'limit' | 'yours' | 'ending' | 'login_taken' | RowRefusal>

/**
 * Adds a locked mailbox to the mail server's table and asks the connector to set it up: it opens once it has its key,
 * so that no mail meets a mailbox without one.
 * @throws HasherBusy
 */
export async function createMailbox(
  { pool, config, hashers, sealKeys, lockKey }: Deps,
  account: Actor & Pick<Account, 'mailboxLimit'>,
  wanted: NewMailbox,
): Promise<Creation> {
  const { mapping } = config
  const locking = { mapping, lockKey }
  const address = `${wanted.localPart}@${wanted.domain}`
  const hash = await hashers.mailbox.hash(wanted.password)
  const keyPassword = config.keyPassword.derive(wanted.password)
  // The mail host's connector tries the active column's lock on mailboxes that have nothing to lose yet.
  const byActive = mapping.lock === 'active'

  const creation = transaction(pool, async (db): Promise<Creation> => {
    const limit = account.mailboxLimit ?? config.limits.mailboxesPerAccount
    const count = await countForAccountForUpdate(db, account.id)
    if ((await findOwnedId(db, account.id, address)) !== null) return { refused: 'yours' }
    if (count >= limit) return { refused: 'limit' }
    await takeAddress(db, mapping, address, account.id)
    // An earlier mailbox's deletion: its rows are gone, and the mail host is still busy with the rest.
    if (await hasOpenTask(db, address)) throw new Refused('ending')

    const id = await insertMailbox(db, { address, accountId: account.id, locks: ['setup'] })
    const requested = await requestTask(db, sealKeys, {
      kind: 'create',
      mailbox: address,
      requestedBy: account.id,
      payload: { keyPassword },
    })
    if (requested === null) throw new Error('A new mailbox has an open task')
    await record(db, { action: 'mailbox.requested', actor: account, mailbox: address })

    // Late: a table without transactions keeps what it was given.
    await insertMailRow(db, mapping, {
      ...wanted,
      hash: byActive ? hash : unmatchableHash(),
      state: byActive ? mapping.mailbox.locked : mapping.mailbox.open,
    })
    await recordLock(db, locking, address, ['setup'], byActive ? null : hash)
    return { done: id }
  })
  return orRefusal(creation)
}

/**
 * Finds the account's mailbox of this address, if it has this password: the same form was sent twice then.
 * @returns its id; null when there is none, or it has another password
 * @throws HasherBusy
 */
export async function findSame(
  { pool, config, hashers, lockKey }: Deps,
  accountId: number,
  { localPart, domain, password }: NewMailbox,
): Promise<number | null> {
  const address = `${localPart}@${domain}`
  const made = await findOwnedId(pool, accountId, address)
  const hash = await findRealHash(pool, { mapping: config.mapping, lockKey }, address)
  const same = made !== null && hash !== null && (await hashers.mailbox.verify(hash, password)) === 'match'
  return same ? made : null
}
