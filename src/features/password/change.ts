import { lockMailbox, MailboxGone, readLocks, type Lock } from '../../../connector/contract/lock.ts'
import { record, type Actor } from '../../db/audit.ts'
import type { Deps } from '../../http/context.ts'
import { chooseLock } from '../../db/connectors.ts'
import { findStoredHash, type MailRow } from '../../db/mail/rows.ts'
import type { Mailbox } from '../../db/mailboxes.ts'
import { transaction } from '../../db/store.ts'
import { requestTask } from '../../db/tasks.ts'

export type ChangeOutcome = 'requested' | 'requested_by_key' | 'wrong_current' | 'busy' | 'locked' | 'closed' | 'gone'

const heldBy = (locks: Lock[]): 'busy' | 'locked' | null =>
  locks.length === 0 ? null : locks.every((lock) => lock === 'administrator') ? 'locked' : 'busy'

/** No hash, or one with a sign in front that makes it no password's: how a log-in is switched off on many servers. */
const isSwitchedOff = (hash: string): boolean => /^(?:\{[^}]*\})?(?:$|[!*])/.test(hash)

/**
 * Locks the mailbox and asks the connector to re-encrypt its key. The mail server keeps the old hash until the key has
 * followed: the new one waits in the task. Where the old one is of a scheme that cannot be read here, only the key can
 * prove the current password, and the connector is told so.
 * @throws HasherBusy
 */
export async function changePassword(
  { pool, config, hashers, sealKeys }: Deps,
  actor: Actor,
  mailbox: Mailbox & { mailRow?: MailRow | undefined },
  passwords: { current: string; next: string },
): Promise<ChangeOutcome> {
  const held = heldBy(mailbox.locks)
  if (held) return held
  // Unlocking would open what somebody closed on the mail server.
  if (mailbox.mailRow?.open === false) return 'closed'

  const { mapping } = config
  const storedHash = await findStoredHash(pool, mapping, mailbox.address)
  if (storedHash === null) return 'gone'
  const verdict = await hashers.mailbox.verify(storedHash, passwords.current)
  if (verdict === 'mismatch') return 'wrong_current'
  const byKey = verdict === 'unknown-scheme'
  if (byKey && isSwitchedOff(storedHash)) return 'closed'

  const newHash = await hashers.mailbox.hash(passwords.next)
  const payload = {
    oldKeyPassword: config.keyPassword.derive(passwords.current),
    newKeyPassword: config.keyPassword.derive(passwords.next),
    ...(byKey && { proof: 'key' as const }),
  }

  try {
    return await transaction(pool, async (db) => {
      const { locks } = await readLocks(db, mailbox.address)
      const held = heldBy(locks)
      if (held) return held
      // Changed since it was verified, here or by another program: the key password may have followed.
      if ((await findStoredHash(db, mapping, mailbox.address)) !== storedHash) return 'wrong_current'

      const requested = await requestTask(db, sealKeys, {
        kind: 'rekey',
        mailbox: mailbox.address,
        requestedBy: actor.id,
        payload,
        newHash,
        windowSeconds: config.rekeyWindowSeconds,
      })
      if (requested === null) return 'busy'
      await lockMailbox(db, mapping, mailbox.address, 'task', await chooseLock(db, mapping, mailbox.address))
      await record(db, { action: 'password.change_requested', actor, mailbox: mailbox.address })
      return byKey ? 'requested_by_key' : 'requested'
    })
  } catch (error) {
    if (error instanceof MailboxGone) return 'gone'
    throw error
  }
}
