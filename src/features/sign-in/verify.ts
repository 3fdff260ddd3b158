import { findCredentials } from '../../db/accounts.ts'
import type { Deps } from '../../http/context.ts'
import type { Result } from '../../lib/result.ts'

/**
 * Checks an e-mail address and a password. An unknown or inactive address gets the same answer after the same time as
 * a wrong password.
 * @returns the account, and the hash that the password was verified against
 * @throws HasherBusy
 */
export async function verifySignIn(
  { pool, hashers }: Deps,
  { email, password }: { email: string; password: string },
): Promise<Result<{ accountId: number; passwordHash: string }, 'wrong'>> {
  const found = await findCredentials(pool, email)
  if (found === null) {
    await hashers.account.verifyAgainstNothing(password)
    return { refused: 'wrong' }
  }
  const { id: accountId, passwordHash } = found
  const isRight = (await hashers.account.verify(passwordHash, password)) === 'match'
  return isRight ? { done: { accountId, passwordHash } } : { refused: 'wrong' }
}
