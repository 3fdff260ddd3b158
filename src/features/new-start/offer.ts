import { readLocks } from '../../../connector/contract/lock.ts'
import { findOwner } from '../../db/accounts.ts'
import { record, type Actor } from '../../db/audit.ts'
import { isNewStartOffered, setNewStart } from '../../db/mailboxes.ts'
import { enqueue } from '../../db/outbox.ts'
import { transaction } from '../../db/store.ts'
import type { Deps } from '../../http/context.ts'
import { messagesFor } from '../../i18n/languages.ts'
import { renderMail } from '../../mails/render.tsx'

/** Lets the mailbox's owner begin it anew, and mails them so; or no longer. The owner decides. */
export const offerNewStart = (
  { pool, config, lockKey }: Pick<Deps, 'pool' | 'config' | 'lockKey'>,
  actor: Actor,
  address: string,
  isOffered: boolean,
): Promise<void> =>
  transaction(pool, async (db) => {
    await readLocks(db, { mapping: config.mapping, lockKey }, address)
    if ((await isNewStartOffered(db, address)) === isOffered) return
    await setNewStart(db, address, isOffered)
    const action = isOffered ? 'mailbox.new_start_offered' : 'mailbox.new_start_withdrawn'
    await record(db, { action, actor, mailbox: address })
    const owner = isOffered ? await findOwner(db, address) : null
    if (owner === null) return
    const t = messagesFor(owner.language, config.language)
    const link = { label: t.mails.open, url: `${config.origin}/mailboxes` }
    await enqueue(db, config, { to: owner.email, ...renderMail(t, { ...t.mails.newStartOffered(address), link }) })
  })
