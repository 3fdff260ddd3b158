import { findRealHash } from '../../../connector/contract/lock.ts'
import { record, type Actor } from '../../db/audit.ts'
import { findServedDomain } from '../../db/mail/lists.ts'
import { countForAccountForUpdate, listOwnedAmong, takeUnowned } from '../../db/mailboxes.ts'
import { transaction } from '../../db/store.ts'
import type { Deps } from '../../http/context.ts'
import { domainOf } from '../../lib/addresses.ts'
import type { Result } from '../../lib/result.ts'
import { whileClaimed } from '../../mailbox/address.ts'
import type { PasswordHasher } from '../../lib/password/hasher.ts'
import { readStored } from '../../lib/password/schemes.ts'
import type { Account } from '../../db/accounts.ts'

export type Claim = Result<'claimed', 'wrong' | 'unknown_scheme' | 'limit' | 'reserved'>

type Claimant = Actor & Pick<Account, 'mailboxLimit'>

/**
 * Gives a mailbox without an owner to whoever proves its password. An unknown address, a wrong password and a mailbox
 * that has an owner get one answer after the same time.
 * @throws HasherBusy
 */
export async function claimMailbox(
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
  const verdict = await verifyAsLong(hashers.mailbox, config.password.defaultScheme, hash, password)
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

/** Verifies for no shorter time than an address takes that nobody has: mailboxes from elsewhere may have cheap hashes. */
async function verifyAsLong(
  hasher: PasswordHasher,
  defaultScheme: string | null,
  hash: string | null,
  password: string,
) {
  if (hash === null) return hasher.verifyAgainstNothing(password)
  const verdict = await hasher.verify(hash, password)
  const stored = readStored(hash, defaultScheme)
  const usual = stored !== null && 'scheme' in stored && stored.scheme === hasher.scheme
  if (!usual) await hasher.verifyAgainstNothing(password)
  return verdict
}
