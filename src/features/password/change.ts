import { record, type Actor } from '../../db/audit.ts'
import { findStoredHash } from '../../db/mail/rows.ts'
import { removeRecovery } from '../../db/recoveries.ts'
import type { Deps } from '../../http/context.ts'
import type { Result } from '../../lib/result.ts'
import { hindranceOf, type Hindrance } from '../../mailbox/hindrance.ts'
import { lockForTask } from '../../mailbox/lock-for-task.ts'
import type { MailboxEntry } from '../../mailbox/with-mail-row.ts'

/** `byKey`: only the mailbox's key can tell whether the current password was right, and does so later. */
export type Change = Result<{ byKey: boolean }, Hindrance<'password'> | 'wrong_current'>

/**
 * No hash, or one that starts with a character that matches no password: how many servers disable a log-in. Or the
 * value of one of Colombier's locks that nothing else remembers.
 */
const isSwitchedOff = (hash: string): boolean => /^(?:\{[^}]*\})?(?:$|[!*]|\$5\$[^$]*$)/.test(hash)

/**
 * Whether this is certainly not the mailbox's current password, for a change that something else keeps from being made.
 * @throws HasherBusy
 */
export async function isWrongPassword(
  { pool, config, hashers }: Deps,
  { address }: MailboxEntry,
  current: string,
): Promise<boolean> {
  const storedHash = await findStoredHash(pool, config.mapping, address)
  return storedHash !== null && (await hashers.mailbox.verify(storedHash, current)) === 'mismatch'
}

/**
 * Locks the mailbox and asks the connector to re-encrypt its key. The mail server keeps the old hash until that is
 * done; the new one waits in the task. If the old hash has a scheme that the web app cannot verify, only the key can
 * prove the current password, and the connector is told so.
 * @throws HasherBusy
 */
export async function changePassword(
  deps: Deps,
  actor: Actor,
  mailbox: MailboxEntry,
  passwords: { current: string; next: string },
): Promise<Change> {
  const { pool, config, hashers } = deps
  const { mapping } = config
  const hindrance = hindranceOf('password', mailbox)
  if (hindrance !== null) return { refused: hindrance }

  const storedHash = await findStoredHash(pool, mapping, mailbox.address)
  if (storedHash === null) return { refused: 'gone' }
  const verdict = await hashers.mailbox.verify(storedHash, passwords.current)
  if (verdict === 'mismatch') return { refused: 'wrong_current' }
  const byKey = verdict === 'unknown-scheme'
  if (byKey && isSwitchedOff(storedHash)) return { refused: 'closed' }

  const newHash = await hashers.mailbox.hash(passwords.next)
  const { done, refused } = await lockForTask(deps, mailbox, {
    act: 'password',
    task: {
      kind: 'rekey',
      requestedBy: actor.id,
      payload: {
        oldKeyPassword: config.keyPassword.derive(passwords.current),
        newKeyPassword: config.keyPassword.derive(passwords.next),
        ...(byKey && { proof: 'key' as const }),
      },
      newHash,
      windowSeconds: config.rekeyWindowSeconds,
    },
    // It may have been changed since it was verified, here or by another program, and the key password with it.
    isUnchanged: async (db) => (await findStoredHash(db, mapping, mailbox.address)) === storedHash,
    async alsoDo(db) {
      // Whoever knows the current password needs no recovery, and did not request it if one waits.
      if (!byKey && (await removeRecovery(db, mailbox.address)))
        await record(db, { action: 'recovery.ended', mailbox: mailbox.address })
      await record(db, { action: 'password.change_requested', actor, mailbox: mailbox.address })
    },
  })
  if (done) return { done: { byKey } }
  return { refused: refused === 'changed' ? 'wrong_current' : refused }
}
