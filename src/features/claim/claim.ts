import { findRealHash } from '../../../connector/contract/lock.ts'
import { record, type Actor } from '../../db/audit.ts'
import { findServedDomain } from '../../db/mail/lists.ts'
import { countForAccountForUpdate, listOwnedAmong, takeUnowned } from '../../db/mailboxes.ts'
import { transaction } from '../../db/store.ts'
import type { Deps } from '../../http/context.ts'
import { domainOf } from '../../lib/addresses.ts'
import { atEvenTime } from '../../lib/even-time.ts'
import type { Result } from '../../lib/result.ts'
import { whileClaimed } from '../../mailbox/address.ts'
import type { Account } from '../../db/accounts.ts'

export type Claim = Result<'claimed', 'wrong' | 'unknown_scheme' | 'limit' | 'reserved'>

type Claimant = Actor & Pick<Account, 'mailboxLimit'>

// Longer than verifying takes with any scheme that mailboxes from elsewhere are likely to have.
const stepMs = 1500

/**
 * Gives a mailbox without an owner to whoever proves its password. An unknown address, a wrong password in any scheme,
 * and a mailbox that has an owner all get one answer, after the same time.
 * @throws HasherBusy
 */
export const claimMailbox = (deps: Deps, claimant: Claimant, given: { address: string; password: string }) =>
  atEvenTime(
    stepMs,
    () => claim(deps, claimant, given),
    ({ refused }) => refused !== 'wrong',
  )

async function claim(
  { pool, config, hashers, lockKey }: Deps,
  claimant: Claimant,
  { address, password }: { address: string; password: string },
): Promise<Claim> {
  const { mapping } = config
  const locking = { mapping, lockKey }
  const [hash, served, owned] = await Promise.all([
    findRealHash(pool, locking, address),
    findServedDomain(pool, mapping, domainOf(address)),
    listOwnedAmong(pool, [address]),
  ])
  const verdict =
    hash === null ? await hashers.mailbox.verifyAgainstNothing(password) : await hashers.mailbox.verify(hash, password)
  if (hash === null || served === null || owned.has(address) || verdict === 'mismatch') return { refused: 'wrong' }
  if (verdict === 'unknown-scheme') return { refused: 'unknown_scheme' }

  return transaction(pool, async (db) => {
    const limit = claimant.mailboxLimit ?? config.limits.mailboxesPerAccount
    if ((await countForAccountForUpdate(db, claimant.id)) >= limit) return { refused: 'limit' }
    const take = async (): Promise<Claim> => {
      // Changed since it was verified: the password may no longer be theirs.
      const same = (await findRealHash(db, locking, address)) === hash
      if (!same || !(await takeUnowned(db, address, claimant.id))) return { refused: 'wrong' }

      await record(db, { action: 'mailbox.claimed', actor: claimant, mailbox: address, subject: claimant.email })
      return { done: 'claimed' }
    }
    return whileClaimed<Claim>(db, address, claimant.id, take, { refused: 'reserved' })
  })
}
