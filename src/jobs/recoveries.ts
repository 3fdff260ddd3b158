import { findOwner } from '../db/accounts.ts'
import { record } from '../db/audit.ts'
import { enqueue } from '../db/outbox.ts'
import { findRecovery, listDueRecoveries, removeRecovery, type WaitingRecovery } from '../db/recoveries.ts'
import { transaction } from '../db/store.ts'
import type { Deps } from '../http/context.ts'
import { messagesFor } from '../i18n/languages.ts'
import { createRecoverySeal, startRecovery } from '../mailbox/start-recovery.ts'
import { findOwnedEntry } from '../mailbox/with-mail-row.ts'
import { renderMail } from '../mails/render.tsx'
import { forEach } from './for-each.ts'

/** How long it waits for a mailbox that is locked or busy when its time comes. */
const MOST_DAYS = 7

type Needed = Pick<Deps, 'pool' | 'config' | 'sealKeys' | 'lockKey'>

/**
 * Begins the changes of passwords that were requested with a recovery code and whose delay is over. One that can no
 * longer be made ends, and its owner is told. Several processes may run this at once: the mailbox's row is held.
 */
export async function startRecoveries(deps: Needed): Promise<void> {
  const { pool, config } = deps
  const seal = createRecoverySeal(config.sessionSecrets)

  await forEach(await listDueRecoveries(pool, MOST_DAYS), async ({ isOver, mailboxId, ...waiting }) => {
    const { mailbox, accountId, dueAt } = waiting
    const content = isOver ? null : seal.open(waiting, waiting.payload)
    const entry = mailboxId === null ? null : await findOwnedEntry(pool, config, accountId, String(mailboxId))
    const endIt = () => end(deps, waiting, entry !== null)
    if (content === null || entry === null) return endIt()

    const { refused } = await startRecovery(deps, entry, content, {
      accountId,
      isWanted: async (db) => (await findRecovery(db, mailbox))?.dueAt === dueAt,
      async alsoDo(db) {
        await removeRecovery(db, mailbox, dueAt)
        await record(db, { action: 'password.change_requested', mailbox })
      },
    })
    if (refused === 'changed' || refused === 'gone') await endIt()
  })
}

/** @param isTheirs whether the mailbox still belongs to who asked for it */
async function end({ pool, config }: Needed, { mailbox, dueAt }: WaitingRecovery, isTheirs: boolean) {
  await transaction(pool, async (db) => {
    // Cancelled, or ended by another process.
    if (!(await removeRecovery(db, mailbox, dueAt))) return
    await record(db, { action: 'recovery.ended', mailbox })
    const owner = isTheirs ? await findOwner(db, mailbox) : null
    if (owner === null) return
    const t = messagesFor(owner.language, config.language)
    const link = { label: t.mails.open, url: `${config.origin}/mailboxes` }
    const mail = renderMail(t, { ...t.mails.passwordRolledBack(mailbox, t.recovery.ended), link })
    await enqueue(db, config, { to: owner.email, ...mail })
  })
}
