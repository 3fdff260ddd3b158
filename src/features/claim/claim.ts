import { findRealHash } from '../../../connector/contract/lock.ts'
import { record, type Actor } from '../../db/audit.ts'
import { findServedDomain } from '../../db/mail/lists.ts'
import { countForAccountForUpdate, takeUnowned } from '../../db/mailboxes.ts'
import { transaction } from '../../db/store.ts'
import type { Deps } from '../../http/context.ts'
import { domainOf } from '../../lib/addresses.ts'
import { atEvenTime } from '../../lib/even-time.ts'
import { orRefusal, Refused, type Result } from '../../lib/result.ts'
import { whileClaimed } from '../../mailbox/address.ts'
import type { Account } from '../../db/accounts.ts'

export type Claim = Result<'claimed', 'wrong' | 'unknown_scheme' | 'limit' | 'reserved'>

/** `isOwned`: the mailbox has an owner, so its password is not judged */
type Given = { address: string; password: string; isOwned: boolean }

type Claimant = Actor & Pick<Account, 'mailboxLimit'>

// Longer than verifying takes with any scheme that mailboxes from elsewhere are likely to have.
const stepMs = 1500

/**
 * Gives a mailbox without an owner to whoever proves its password. An unknown address, a wrong password in any scheme,
 * and a mailbox that has an owner all get one answer, after the same time.
 * @throws HasherBusy
 */
export const claimMailbox = (deps: Deps, claimant: Claimant, given: Given) =>
  atEvenTime(
    stepMs,
    () => claim(deps, claimant, given),
    ({ refused }) => refused !== 'wrong',
  )

async function claim(
  { pool, config, hashers, lockKey }: Deps,
  claimant: Claimant,
  { address, password, isOwned }: Given,
): Promise<Claim> {
  const { mapping } = config
  const locking = { mapping, lockKey }
  const [hash, served] = await Promise.all([
    findRealHash(pool, locking, address),
    findServedDomain(pool, mapping, domainOf(address)),
  ])
  const verdict =
    hash === null ? await hashers.mailbox.verifyAgainstNothing(password) : await hashers.mailbox.verify(hash, password)
  if (hash === null || served === null || isOwned || verdict === 'mismatch') return { refused: 'wrong' }
  if (verdict === 'unknown-scheme') return { refused: 'unknown_scheme' }

  const claimed = transaction(pool, async (db): Promise<Claim> => {
    const limit = claimant.mailboxLimit ?? config.limits.mailboxesPerAccount
    if ((await countForAccountForUpdate(db, claimant.id)) >= limit) return { refused: 'limit' }
    const take = async (): Promise<Claim> => {
      // Changed since it was verified: the password may no longer be theirs.
      const same = (await findRealHash(db, locking, address)) === hash
      if (!same || !(await takeUnowned(db, address, claimant.id))) throw new Refused('wrong')

      await record(db, { action: 'mailbox.claimed', actor: claimant, mailbox: address, subject: claimant.email })
      return { done: 'claimed' }
    }
    return whileClaimed<Claim>(db, address, claimant.id, take, { refused: 'reserved' })
  })
  return orRefusal(claimed)
}
