import { whenAndWhere } from '../../account/tell.ts'
import { noteEvent, type Place } from '../../db/account-events.ts'
import { replacePasswordHash } from '../../db/accounts.ts'
import { record, type Actor } from '../../db/audit.ts'
import { removeLinksOf } from '../../db/links.ts'
import { enqueue } from '../../db/outbox.ts'
import { endSessionsOf } from '../../db/sessions.ts'
import { transaction } from '../../db/store.ts'
import type { Deps } from '../../http/context.ts'
import { messagesFor } from '../../i18n/languages.ts'
import { renderMail } from '../../mails/render.tsx'

/**
 * Sets the account's password, ends its other sessions and notifies the owner by mail.
 * @param previous the hash against which the current password was checked
 * @returns false when the password has changed since
 * @throws HasherBusy
 */
export async function changePassword(
  { pool, config, hashers }: Deps,
  account: Actor & { language: string | null },
  { previous, password, session, place }: { previous: string; password: string; session: Buffer | null; place: Place },
): Promise<boolean> {
  const hash = await hashers.account.hash(password)

  return transaction(pool, async (db) => {
    if (!(await replacePasswordHash(db, account.id, previous, hash))) return false
    await removeLinksOf(db, account.id)
    await endSessionsOf(db, account.id, session)
    await record(db, { action: 'account.password_changed', actor: account, subject: account.email })

    await noteEvent(db, account.id, 'passwordChanged', place)
    const t = messagesFor(account.language, config.language)
    const { label, paragraphs, ...words } = t.mails.accountPasswordChanged(account.email)
    const where = await whenAndWhere(db, t, place)
    const link = { label, url: `${config.origin}/password-reset` }
    await enqueue(db, config, {
      to: account.email,
      ...renderMail(t, { ...words, paragraphs: [...paragraphs, where], link }),
    })
    return true
  })
}
