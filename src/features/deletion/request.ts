import { lockMailbox, MailboxGone, readLocks, type Lock } from '../../../connector/contract/lock.ts'
import { record, type Actor } from '../../db/audit.ts'
import { chooseLock } from '../../db/connectors.ts'
import { findRealHash } from '../../db/mail/rows.ts'
import type { Mailbox } from '../../db/mailboxes.ts'
import { enqueue } from '../../db/outbox.ts'
import { transaction } from '../../db/store.ts'
import { requestTask } from '../../db/tasks.ts'
import type { Deps } from '../../http/context.ts'
import type { Messages } from '../../i18n/languages.ts'
import { renderMail } from '../../mails/render.tsx'

export type DeletionOutcome = 'requested' | 'wrong_password' | 'unknown_scheme' | 'busy' | 'locked' | 'gone'

const heldBy = (locks: Lock[]): 'busy' | 'locked' | null =>
  locks.includes('administrator') ? 'locked' : locks.includes('task') ? 'busy' : null

/**
 * Locks the mailbox and asks the connector to delete it, after the delay in which this can be called off.
 * @throws HasherBusy
 */
export async function requestDeletion(
  { pool, config, hashers, sealKeys }: Deps,
  actor: Actor,
  mailbox: Mailbox,
  password: string,
  t: Messages,
): Promise<DeletionOutcome> {
  const held = heldBy(mailbox.locks)
  if (held) return held

  const { mapping } = config
  const hash = await findRealHash(pool, mapping, mailbox.address)
  if (hash === null) return 'gone'
  const verdict = await hashers.mailbox.verify(hash, password)
  if (verdict === 'mismatch') return 'wrong_password'
  if (verdict === 'unknown-scheme') return 'unknown_scheme'

  try {
    return await transaction(pool, async (db) => {
      const nowHeld = heldBy((await readLocks(db, mailbox.address)).locks)
      if (nowHeld) return nowHeld
      if ((await findRealHash(db, mapping, mailbox.address)) !== hash) return 'wrong_password'

      const task = await requestTask(db, sealKeys, {
        kind: 'delete',
        mailbox: mailbox.address,
        requestedBy: actor.id,
        payload: {},
        delaySeconds: config.deletionDelayHours * 3600,
      })
      if (task === null) return 'busy'
      await lockMailbox(db, mapping, mailbox.address, 'task', await chooseLock(db, mapping, mailbox.address))
      await record(db, { action: 'deletion.requested', actor, mailbox: mailbox.address })
      const link = { label: t.mails.open, url: `${config.origin}/mailboxes` }
      const mail = renderMail(t, { ...t.mails.deletionRequested(mailbox.address, task.notBefore), link })
      await enqueue(db, { to: actor.email, ...mail })
      return 'requested'
    })
  } catch (error) {
    if (error instanceof MailboxGone) return 'gone'
    throw error
  }
}
