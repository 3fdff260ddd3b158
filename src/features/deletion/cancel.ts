import { MailboxGone, unlockMailbox, type Unlocking } from '../../../connector/contract/lock.ts'
import { findOwner } from '../../db/accounts.ts'
import { record, type Actor } from '../../db/audit.ts'
import { enqueue } from '../../db/outbox.ts'
import { transaction } from '../../db/store.ts'
import { cancelDeletion } from '../../db/tasks.ts'
import type { Deps } from '../../http/context.ts'
import { messagesFor } from '../../i18n/languages.ts'
import { tellChangedElsewhere } from '../../mailbox/changed-elsewhere.ts'
import { renderMail } from '../../mails/render.tsx'

/**
 * Cancels the deletion. The mailbox is as it was before, unless somebody else has locked it or another program has
 * changed it. The deletion ends in any case.
 * @returns false when there is nothing to cancel, or the mail host has started
 */
export async function cancel({ pool, config, lockKey }: Deps, actor: Actor, address: string): Promise<boolean> {
  return transaction(pool, async (db) => {
    // The mailbox's row first, as everywhere: rows taken in two orders can deadlock.
    const locking = { mapping: config.mapping, lockKey }
    const unlocked = await unlockMailbox(db, locking, address, 'task').catch((error: unknown): Unlocking => {
      if (error instanceof MailboxGone) return 'held'
      throw error
    })
    if (!(await cancelDeletion(db, address))) throw new TooLate()
    if (unlocked === 'changed_elsewhere') await tellChangedElsewhere(db, config, address)

    await record(db, { action: 'deletion.cancelled', actor, mailbox: address })
    const owner = await findOwner(db, address)
    if (owner) {
      const t = messagesFor(owner.language, config.language)
      const link = { label: t.mails.open, url: `${config.origin}/mailboxes` }
      await enqueue(db, config, { to: owner.email, ...renderMail(t, { ...t.mails.deletionCancelled(address), link }) })
    }
    return true
  }).catch((error: unknown) => {
    if (error instanceof TooLate) return false
    throw error
  })
}

/** Rolls the unlocking back. */
class TooLate extends Error {}
