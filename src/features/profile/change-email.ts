import { tell, whenAndWhere } from '../../account/tell.ts'
import type { Place } from '../../db/account-events.ts'
import { record } from '../../db/audit.ts'
import { insertLink, removeLinksOf, takeLink } from '../../db/links.ts'
import { enqueue } from '../../db/outbox.ts'
import { transaction } from '../../db/store.ts'
import type { Deps } from '../../http/context.ts'
import { orRefusal, Refused, type Result } from '../../lib/result.ts'
import { messagesFor } from '../../i18n/languages.ts'
import { renderMail } from '../../mails/render.tsx'
import { isEmailTaken, findAccountForUpdate, setEmail, type Account } from '../../db/accounts.ts'

/** Mails a link to the new address and invalidates earlier ones. An address that has an account gets no mail. */
export async function requestEmail({ pool, config }: Deps, account: Account, email: string): Promise<void> {
  const minutes = config.accountLinkMinutes
  await transaction(pool, async (db) => {
    await removeLinksOf(db, account.id, 'email_change')
    if (await isEmailTaken(db, email)) return

    const token = await insertLink(db, { accountId: account.id, purpose: 'email_change', data: email, minutes })
    const t = messagesFor(account.language, config.language)
    const { label, ...words } = t.mails.emailChange(email, minutes)
    const link = { label, url: `${config.origin}/email-confirmation?token=${token}` }
    await enqueue(db, config, { to: email, ...renderMail(t, { ...words, link }) })
  })
}

/**
 * Uses the link: from now on the account has the new address, and both are notified.
 * @returns a refusal when the link was used before, or when another account got the address first (the link then stays
 *   unused); null when it has expired or never existed
 */
export async function confirmEmail(
  { pool, config }: Deps,
  token: string,
  place: Place,
): Promise<Result<'changed', 'used' | 'taken'> | null> {
  const changed = transaction(pool, async (db): Promise<Result<'changed', 'used' | 'taken'> | null> => {
    const taken = await takeLink(db, token, 'email_change')
    if (!taken?.done) return taken
    const link = taken.done
    const account = await findAccountForUpdate(db, link.accountId)
    if (!link.data || !account) return null

    const { id, email: old } = account
    const next = link.data
    if (!(await setEmail(db, id, next))) throw new Refused('taken')
    // Links mailed to the old address must not work any more.
    await removeLinksOf(db, id)
    const actor = { id, email: old, network: place.network }
    await record(db, { action: 'account.email_changed', actor, subject: `${old} → ${next}` })

    const t = messagesFor(link.language, config.language)
    const { subject, paragraphs } = t.mails.emailChanged(next)
    const said = { subject, paragraphs: [...paragraphs, await whenAndWhere(db, t, place)] }
    await enqueue(db, config, { to: old, ...renderMail(t, said) })
    await tell(db, config, { id, email: next, language: link.language }, 'emailChanged', place)
    return { done: 'changed' }
  })
  return orRefusal(changed)
}
