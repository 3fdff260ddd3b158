import { findCredentials, type Credentials } from '../../db/accounts.ts'
import { findWaitingHash } from '../../db/registrations.ts'
import type { Deps } from '../../http/context.ts'

/**
 * The account of the address; null, so that any password is wrong, if it is unknown or inactive. `waits`: it is the
 * password of a request for an account that nobody has decided yet.
 */
type Verified =
  | { isRight: true; waits?: never; account: Credentials }
  | { isRight: false; waits: boolean; account: Credentials | null }

/**
 * Checks an e-mail address and a password. An unknown or inactive address gets the same answer after the same time as
 * a wrong password.
 * @throws HasherBusy
 */
export async function verifySignIn(
  { pool, hashers }: Deps,
  { email, password }: { email: string; password: string },
): Promise<Verified> {
  const [account, waitingHash] = await Promise.all([findCredentials(pool, email), findWaitingHash(pool, email)])
  const hash = account?.passwordHash ?? waitingHash
  if (hash === null) {
    await hashers.account.verifyAgainstNothing(password)
    return { isRight: false, waits: false, account }
  }
  const matches = (await hashers.account.verify(hash, password)) === 'match'
  if (account === null) return { isRight: false, waits: matches, account }
  return matches ? { isRight: true, account } : { isRight: false, waits: false, account }
}
