import { findPasswordHash } from '../../db/accounts.ts'
import type { RateLimit } from '../../db/rate-limits.ts'
import type { Pool } from '../../db/store.ts'
import type { PasswordHasher } from '../../lib/password/hasher.ts'

export type Proof = { is: 'right'; hash: string } | { is: 'wrong' } | { is: 'blocked'; retryAfterSeconds: number }

interface Parts {
  pool: Pool
  hasher: PasswordHasher
  attempts: RateLimit
}

/**
 * Whether this is the account's password: a browser that was left open is not its owner.
 * @returns with 'right', the hash that it was checked against
 * @throws HasherBusy; such an attempt is not counted
 */
export async function provePassword(
  { pool, hasher, attempts }: Parts,
  accountId: number,
  password: string,
): Promise<Proof> {
  const key = String(accountId)
  const retryAfterSeconds = await attempts.take(key)
  if (retryAfterSeconds !== null) return { is: 'blocked', retryAfterSeconds }

  try {
    const hash = await findPasswordHash(pool, accountId)
    if (hash === null || (await hasher.verify(hash, password)) !== 'match') {
      await attempts.fail(key)
      return { is: 'wrong' }
    }
    await attempts.forget(key)
    return { is: 'right', hash }
  } catch (error) {
    await attempts.giveBack(key).catch(() => undefined)
    throw error
  }
}
