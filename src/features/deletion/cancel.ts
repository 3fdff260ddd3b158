import { unlockMailbox } from '../../../connector/contract/lock.ts'
import { findOwner } from '../../db/accounts.ts'
import { record, type Actor } from '../../db/audit.ts'
import { enqueue } from '../../db/outbox.ts'
import { transaction } from '../../db/store.ts'
import { cancelDeletion } from '../../db/tasks.ts'
import type { Deps } from '../../http/context.ts'
import { messagesFor } from '../../i18n/languages.ts'
import { renderMail } from '../../mails/render.tsx'

/**
 * Calls the deletion off: the mailbox is as it was, unless somebody else locked it meanwhile.
 * @returns false when there is nothing to call off, or the mail host has begun
 */
export async function cancel({ pool, config }: Deps, actor: Actor, address: string): Promise<boolean> {
  return transaction(pool, async (db) => {
    // The mailbox's row first, as everyone takes them: two that wait for each other would both be lost.
    await unlockMailbox(db, config.mapping, address, 'task')
    if (!(await cancelDeletion(db, address))) throw new TooLate()

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

/** Undoes the unlocking. */
class TooLate extends Error {}
