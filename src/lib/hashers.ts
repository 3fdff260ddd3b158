import { createPasswordHasher, type PasswordHasher, type PasswordHasherOptions } from './password/hasher.ts'
import { forAccounts } from './password/normalised.ts'
import { createHashWork } from './password/work.ts'

export interface Hashers {
  /** passwords of accounts: always argon2id */
  account: PasswordHasher
  /** passwords of mailboxes, as the mail server reads them */
  mailbox: PasswordHasher
  /** Resolves when all that was accepted is done. */
  close(): Promise<void>
}

/**
 * Both hashers, on the same threads; `shares` tells how many processes of this host do so. @throws RangeError naming a
 * parameter that is out of its range
 */
export function createHashers(mailbox: PasswordHasherOptions, { shares = 1 } = {}): Hashers {
  const work = createHashWork({ shares })
  return {
    account: forAccounts(createPasswordHasher({ scheme: 'argon2id', work })),
    mailbox: createPasswordHasher({ ...mailbox, work }),
    close: () => work.close(),
  }
}
