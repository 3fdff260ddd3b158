import { findCredentials, type Credentials } from '../../db/accounts.ts'
import type { Deps } from '../../http/context.ts'

/** The account of the address; null, so that any password is wrong, if it is unknown or inactive. */
type Verified = { isRight: true; account: Credentials } | { isRight: false; account: Credentials | null }

/**
 * Checks an e-mail address and a password. An unknown or inactive address gets the same answer after the same time as
 * a wrong password.
 * @throws HasherBusy
 */
export async function verifySignIn(
  { pool, hashers }: Deps,
  { email, password }: { email: string; password: string },
): Promise<Verified> {
  const account = await findCredentials(pool, email)
  if (account === null) {
    await hashers.account.verifyAgainstNothing(password)
    return { isRight: false, account }
  }
  const isRight = (await hashers.account.verify(account.passwordHash, password)) === 'match'
  return { isRight, account }
}
