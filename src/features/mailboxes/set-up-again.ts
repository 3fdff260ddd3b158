import { readLocks } from '../../../connector/contract/lock.ts'
import { record, type Actor } from '../../db/audit.ts'
import type { Deps } from '../../http/context.ts'
import { setStoredHash } from '../../db/mail-rows.ts'
import { setKeptHash, type Mailbox } from '../../db/mailboxes.ts'
import { transaction } from '../../db/store.ts'
import { requestTask } from '../../db/tasks.ts'

/** Whether the mailbox was never set up, and nobody is at it. */
export const needsSetUp = ({ locks, task }: Mailbox): boolean =>
  locks.includes('setup') && task?.state !== 'queued' && task?.state !== 'running'

/**
 * Asks the connector once more to set up a mailbox whose creation failed. Its password is given anew: the first one's
 * sealed form is gone.
 * @returns false when it is being set up already
 * @throws HasherBusy
 */
export async function setUpAgain(
  { pool, config, hashers, sealKeys }: Deps,
  actor: Actor,
  mailbox: Mailbox,
  password: string,
): Promise<boolean> {
  if (!needsSetUp(mailbox)) return false
  const hash = await hashers.mailbox.hash(password)

  return transaction(pool, async (db) => {
    const { keptHash } = await readLocks(db, mailbox.address)
    const requested = await requestTask(db, sealKeys, {
      kind: 'create',
      mailbox: mailbox.address,
      requestedBy: actor.id,
      payload: { keyPassword: config.keyPassword.derive(password) },
    })
    if (requested === null) return false
    if (keptHash === null) await setStoredHash(db, config.mapping, mailbox.address, hash)
    else await setKeptHash(db, mailbox.address, hash)
    await record(db, { action: 'mailbox.setup_requested', actor, mailbox: mailbox.address })
    return true
  })
}
