import { findPasswordHash } from '../db/accounts.ts'
import type { Deps } from '../http/context.ts'

/**
 * Verifies the account's password: whoever uses a browser that was left open need not be its owner.
 * @returns the hash that it was checked against; null when it is wrong
 * @throws HasherBusy
 */
export async function provePassword(
  { pool, hashers }: Deps,
  accountId: number,
  password: string,
): Promise<string | null> {
  const hash = await findPasswordHash(pool, accountId)
  return hash !== null && (await hashers.account.verify(hash, password)) === 'match' ? hash : null
}
