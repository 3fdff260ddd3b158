import { MailboxGone, readLocks, replaceHash } from '../../../connector/contract/lock.ts'
import { record, type Actor } from '../../db/audit.ts'
import type { Deps } from '../../http/context.ts'
import type { Mailbox } from '../../db/mailboxes.ts'
import { transaction } from '../../db/store.ts'
import { requestTask } from '../../db/tasks.ts'
import { hindranceOf } from '../../mailbox/hindrance.ts'

/**
 * Asks the connector once more to set up a mailbox whose creation failed. Its password is given anew: the first one's
 * sealed form is gone.
 * @returns false when it is being set up already, or has been
 * @throws HasherBusy
 */
export async function setUpAgain(
  { pool, config, hashers, sealKeys, lockKey }: Deps,
  actor: Actor,
  mailbox: Mailbox,
  password: string,
): Promise<boolean> {
  if (hindranceOf('setUpAgain', mailbox) !== null) return false
  const locking = { mapping: config.mapping, lockKey }
  const hash = await hashers.mailbox.hash(password)

  return transaction(pool, async (db) => {
    // It may have been set up since it was read: then its key would not match this password.
    const { locks } = await readLocks(db, locking, mailbox.address)
    if (!locks.includes('setup')) return false
    const requested = await requestTask(db, sealKeys, {
      kind: 'create',
      mailbox: mailbox.address,
      requestedBy: actor.id,
      // A new start that failed may not have come to move the old store away.
      payload: {
        keyPassword: config.keyPassword.derive(password),
        ...(mailbox.mayStartAnew && { as: 'new start' as const }),
      },
    })
    if (requested === null) return false
    // The connector reports a row that is gone, or that another program has changed.
    await replaceHash(db, locking, mailbox.address, hash).catch((error: unknown) => {
      if (!(error instanceof MailboxGone)) throw error
    })
    await record(db, { action: 'mailbox.setup_requested', actor, mailbox: mailbox.address })
    return true
  })
}
