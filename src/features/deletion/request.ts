import { findRealHash } from '../../../connector/contract/lock.ts'
import { record, type Actor } from '../../db/audit.ts'
import { enqueue } from '../../db/outbox.ts'
import type { Deps } from '../../http/context.ts'
import type { Messages } from '../../i18n/languages.ts'
import type { Result } from '../../lib/result.ts'
import { hindranceOf, type Hindrance } from '../../mailbox/hindrance.ts'
import { lockForTask } from '../../mailbox/lock-for-task.ts'
import type { MailboxEntry } from '../../mailbox/with-mail-row.ts'
import { renderMail } from '../../mails/render.tsx'

/** How long after its time a deletion may still be carried out, since a mail host can be away for a while. */
const WINDOW_SECONDS = 7 * 86_400

/**
 * Locks the mailbox and asks the connector to delete it, after the delay in which this can be cancelled.
 * @throws HasherBusy
 */
export async function requestDeletion(
  deps: Deps,
  actor: Actor,
  mailbox: MailboxEntry,
  { password, t }: { password: string; t: Messages },
): Promise<Result<'requested', Hindrance<'deletion'> | 'wrong_password' | 'unknown_scheme'>> {
  const { pool, config, hashers, lockKey } = deps
  const locking = { mapping: config.mapping, lockKey }
  const { address } = mailbox
  const hindrance = hindranceOf('deletion', mailbox)
  if (hindrance !== null) return { refused: hindrance }

  const hash = await findRealHash(pool, locking, address)
  if (hash === null) return { refused: 'gone' }
  const verdict = await hashers.mailbox.verify(hash, password)
  if (verdict === 'mismatch') return { refused: 'wrong_password' }
  if (verdict === 'unknown-scheme') return { refused: 'unknown_scheme' }

  const { done, refused } = await lockForTask(deps, mailbox, {
    act: 'deletion',
    task: {
      kind: 'delete',
      requestedBy: actor.id,
      payload: { keyPassword: config.keyPassword.derive(password) },
      delaySeconds: config.deletionDelayHours * 3600,
      windowSeconds: config.deletionDelayHours * 3600 + WINDOW_SECONDS,
    },
    isUnchanged: async (db) => (await findRealHash(db, locking, address)) === hash,
    alsoDo: async (db, { notBefore }) => {
      await record(db, { action: 'deletion.requested', actor, mailbox: address })
      const link = { label: t.mails.open, url: `${config.origin}/mailboxes` }
      const mail = renderMail(t, { ...t.mails.deletionRequested(address, notBefore), link })
      await enqueue(db, config, { to: actor.email, ...mail })
    },
  })
  if (done) return { done }
  return { refused: refused === 'changed' ? 'wrong_password' : refused }
}
