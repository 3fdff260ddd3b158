import { record, type Actor } from '../../db/audit.ts'
import { findServedDomain } from '../../db/mail/lists.ts'
import { findRealHash } from '../../db/mail/rows.ts'
import { claimAddress, countForAccountLocked, listOwnedAmong, releaseAddress, takeUnowned } from '../../db/mailboxes.ts'
import type { RateLimit } from '../../db/rate-limits.ts'
import type { Account } from '../../db/sessions.ts'
import { transaction } from '../../db/store.ts'
import type { Deps } from '../../http/context.ts'
import { domainOf } from '../../lib/addresses.ts'
import type { PasswordHasher } from '../../lib/password/hasher.ts'
import { readStored } from '../../lib/password/schemes.ts'

export type ClaimOutcome =
  | { is: 'claimed' }
  | { is: 'wrong' | 'unknown_scheme' | 'limit' | 'reserved' }
  | { is: 'blocked'; retryAfterSeconds: number }

export interface ClaimLimits {
  byAddress: RateLimit
  byNetwork: RateLimit
}

type Claimant = Actor & Pick<Account, 'mailboxLimit'>
type Attempt = { address: string; password: string }

/**
 * Gives a mailbox without an owner to whoever proves its password. An unknown address, a wrong password and a mailbox
 * that has an owner get one answer after the same time, and count alike.
 * @throws HasherBusy; such an attempt is not counted
 */
export async function claimMailbox(
  deps: Deps,
  { byAddress, byNetwork }: ClaimLimits,
  claimant: Claimant,
  attempt: Attempt,
): Promise<ClaimOutcome> {
  const { network } = claimant
  const { address } = attempt
  const blockedNetwork = await byNetwork.take(network)
  if (blockedNetwork !== null) return { is: 'blocked', retryAfterSeconds: blockedNetwork }
  const blockedAddress = await byAddress.take(address)
  if (blockedAddress !== null) {
    await byNetwork.giveBack(network)
    return { is: 'blocked', retryAfterSeconds: blockedAddress }
  }

  const giveBack = () => Promise.all([byAddress.giveBack(address), byNetwork.giveBack(network)])
  try {
    const outcome = await claim(deps, claimant, attempt)
    // What cannot be checked tells as much of an address as a wrong password, so it counts like one.
    if (outcome === 'wrong' || outcome === 'unknown_scheme')
      await Promise.all([byAddress.fail(address), byNetwork.fail(network)])
    else await giveBack()
    return { is: outcome }
  } catch (error) {
    await giveBack().catch(() => undefined)
    throw error
  }
}

async function claim(
  { pool, config, hashers }: Deps,
  claimant: Claimant,
  { address, password }: Attempt,
): Promise<'claimed' | 'wrong' | 'unknown_scheme' | 'limit' | 'reserved'> {
  const { mapping } = config
  const [hash, served, owned] = await Promise.all([
    // Other signs the mail server's columns may not even be able to compare.
    /^[!-~]+$/.test(address) ? findRealHash(pool, mapping, address) : null,
    findServedDomain(pool, mapping, domainOf(address)),
    listOwnedAmong(pool, [address]),
  ])
  const verdict = await verifyAsLong(hashers.mailbox, config.password.defaultScheme, hash, password)
  if (hash === null || served === null || owned.has(address) || verdict === 'mismatch') return 'wrong'
  if (verdict === 'unknown-scheme') return 'unknown_scheme'

  return transaction(pool, async (db) => {
    const limit = claimant.mailboxLimit ?? config.limits.mailboxesPerAccount
    if ((await countForAccountLocked(db, claimant.id)) >= limit) return 'limit'
    if (!(await claimAddress(db, address, claimant.id))) return 'reserved'

    // Changed since it was verified: the password may no longer be theirs.
    const same = (await findRealHash(db, mapping, address)) === hash
    const taken = same && (await takeUnowned(db, address, claimant.id))
    await releaseAddress(db, address)
    if (!taken) return 'wrong'

    await record(db, { action: 'mailbox.claimed', actor: claimant, mailbox: address, subject: claimant.email })
    return 'claimed'
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
