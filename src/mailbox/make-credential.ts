import type { PoolConnection } from 'mysql2/promise'
import { digestOf, wrap, type CredentialTerms } from '../../connector/contract/credentials.ts'
import { MailboxGone, readLocks } from '../../connector/contract/lock.ts'
import { insertCredential } from '../db/credentials.ts'
import { findStoredHash } from '../db/mail/rows.ts'
import { transaction } from '../db/store.ts'
import type { Deps } from '../http/context.ts'
import { randomCredential } from '../lib/random-credential.ts'
import type { Result } from '../lib/result.ts'
import { hindranceOf, type Hindrance } from './hindrance.ts'
import type { MailboxEntry } from './with-mail-row.ts'

export type NoCredential = Hindrance<'password'> | 'wrong_password' | 'unknown_scheme'

interface Request<R extends string> {
  /** the mailbox's, which its key password is derived from */
  password: string
  name: string
  terms: Omit<CredentialTerms, 'mailbox'>
  /** in the transaction that holds the mailbox's row, before the credential is written: why it is not to be */
  mayBeMade: (db: PoolConnection) => Promise<R | null>
  alsoDo: (db: PoolConnection) => Promise<void>
}

/**
 * Makes an app password or a recovery code for a mailbox that is open.
 * @returns the credential, which is nowhere else
 * @throws HasherBusy
 */
export async function makeCredential<R extends string = never>(
  { pool, config, hashers, lockKey, credentialKeys }: Deps,
  mailbox: MailboxEntry,
  { password, name, terms: wanted, mayBeMade, alsoDo }: Request<R>,
): Promise<Result<string, NoCredential | R>> {
  const { mapping } = config
  const { address } = mailbox
  const hindrance = hindranceOf('password', mailbox)
  if (hindrance !== null) return { refused: hindrance }

  const loginHash = await findStoredHash(pool, mapping, address)
  if (loginHash === null) return { refused: 'gone' }
  const verdict = await hashers.mailbox.verify(loginHash, password)
  if (verdict === 'mismatch') return { refused: 'wrong_password' }
  if (verdict === 'unknown-scheme') return { refused: 'unknown_scheme' }

  const terms = { ...wanted, mailbox: address }
  const credential = randomCredential()
  const inForce = { keyPassword: config.keyPassword.derive(password), loginHash }
  try {
    return await transaction<Result<string, NoCredential | R>>(pool, async (db) => {
      const { locks } = await readLocks(db, { mapping, lockKey }, address)
      const held = hindranceOf('password', { ...mailbox, locks })
      if (held !== null) return { refused: held }
      // Changed since it was verified: what would be wrapped is a key password of the past.
      if ((await findStoredHash(db, mapping, address)) !== loginHash) return { refused: 'wrong_password' }
      const refused = await mayBeMade(db)
      if (refused !== null) return { refused }

      await insertCredential(
        db,
        terms,
        wrap(credentialKeys, terms, digestOf(credentialKeys, credential), inForce),
        name,
      )
      await alsoDo(db)
      return { done: credential }
    })
  } catch (error) {
    if (error instanceof MailboxGone) return { refused: 'gone' }
    throw error
  }
}
