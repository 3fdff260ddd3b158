import { lockMailbox, LockUnproven, MailboxGone, readLocks, replaceHash } from '../../../connector/contract/lock.ts'
import { record, type Actor } from '../../db/audit.ts'
import { revokeAll } from '../../db/credentials.ts'
import { isNewStartOffered } from '../../db/mailboxes.ts'
import { removeRecovery } from '../../db/recoveries.ts'
import { transaction } from '../../db/store.ts'
import { requestTask } from '../../db/tasks.ts'
import type { Deps } from '../../http/context.ts'
import { orRefusal, Refused, type Result } from '../../lib/result.ts'
import { hindranceOf, type Hindrance } from '../../mailbox/hindrance.ts'
import { chooseLock } from '../../mailbox/lock-for-task.ts'
import type { MailboxEntry } from '../../mailbox/with-mail-row.ts'

type NewStart = Result<'requested', Hindrance<'deletion'> | 'withdrawn'>

/**
 * Locks the mailbox as one that has no key yet, and asks the connector to make it anew: the store of before goes to the
 * quarantine. The address and its aliases stay; app passwords and the recovery code end.
 * @throws HasherBusy
 */
export async function startAnew(
  { pool, config, hashers, sealKeys, lockKey }: Deps,
  actor: Actor,
  mailbox: MailboxEntry,
  password: string,
): Promise<NewStart> {
  const { mapping } = config
  const locking = { mapping, lockKey }
  const { address } = mailbox
  const hash = await hashers.mailbox.hash(password)

  const requested = transaction(pool, async (db): Promise<NewStart> => {
    const held = await readLocks(db, locking, address)
    const hindrance = hindranceOf('deletion', { ...mailbox, locks: held.locks })
    if (hindrance !== null) return { refused: hindrance }
    if (!(await isNewStartOffered(db, address))) return { refused: 'withdrawn' }

    const payload = { keyPassword: config.keyPassword.derive(password), as: 'new start' } as const
    const task = await requestTask(db, sealKeys, { kind: 'create', mailbox: address, requestedBy: actor.id, payload })
    if (task === null) return { refused: 'busy' }
    await lockMailbox(db, locking, address, 'setup', await chooseLock(db, mapping, address), held)
    if (!(await replaceHash(db, locking, address, hash))) throw new Refused('unproven')
    await revokeAll(db, address)
    await removeRecovery(db, address)
    await record(db, { action: 'mailbox.started_anew', actor, mailbox: address })
    return { done: 'requested' }
  }).catch((error: unknown): NewStart => {
    if (error instanceof MailboxGone) return { refused: 'gone' }
    if (error instanceof LockUnproven) return { refused: 'unproven' }
    throw error
  })
  return orRefusal(requested)
}
