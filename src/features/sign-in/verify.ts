import { findCredentials } from '../../db/accounts.ts'
import type { RateLimit } from '../../db/rate-limits.ts'
import type { Pool } from '../../db/store.ts'
import type { PasswordHasher } from '../../lib/password/hasher.ts'

export type Verified =
  | { kind: 'ok'; accountId: number; passwordHash: string }
  | { kind: 'wrong' }
  | { kind: 'blocked'; retryAfterSeconds: number }

interface Parts {
  pool: Pool
  hasher: PasswordHasher
  byAccount: RateLimit
  byNetwork: RateLimit
}

/**
 * Checks an e-mail address and a password. An unknown or inactive address gets the same answer after the same time as
 * a wrong password, and counts like one.
 * @throws HasherBusy; such an attempt is not counted
 */
export async function verifySignIn(
  { pool, hasher, byAccount, byNetwork }: Parts,
  attempt: { email: string; password: string; network: string },
): Promise<Verified> {
  const blockedNetwork = await byNetwork.take(attempt.network)
  if (blockedNetwork !== null) return { kind: 'blocked', retryAfterSeconds: blockedNetwork }

  const blockedAccount = await byAccount.take(attempt.email)
  if (blockedAccount !== null) {
    // Nothing was tried out: someone whose account others have blocked must not block their whole office.
    await byNetwork.giveBack(attempt.network)
    return { kind: 'blocked', retryAfterSeconds: blockedAccount }
  }

  try {
    const found = await findCredentials(pool, attempt.email)
    const verdict = found
      ? await hasher.verify(found.passwordHash, attempt.password)
      : await hasher.verifyAgainstNothing(attempt.password)

    if (found === null || verdict !== 'match') {
      await Promise.all([byAccount.fail(attempt.email), byNetwork.fail(attempt.network)])
      return { kind: 'wrong' }
    }
    await Promise.all([byAccount.forget(attempt.email), byNetwork.giveBack(attempt.network)])
    return { kind: 'ok', accountId: found.id, passwordHash: found.passwordHash }
  } catch (error) {
    await Promise.allSettled([byAccount.giveBack(attempt.email), byNetwork.giveBack(attempt.network)])
    throw error
  }
}
