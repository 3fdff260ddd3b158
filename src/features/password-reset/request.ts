import { findActiveAccount } from '../../db/accounts.ts'
import { insertLink } from '../../db/links.ts'
import { enqueue } from '../../db/outbox.ts'
import { transaction } from '../../db/store.ts'
import type { Deps } from '../../http/context.ts'
import { messagesFor } from '../../i18n/languages.ts'
import { renderMail } from '../../mails/render.tsx'

/**
 * Mails a link for setting a new password. For an address without an active account the same work is done, except for
 * the mail itself, so neither the answer nor its timing tells whether there is an account.
 */
export async function requestReset({ pool, config }: Deps, email: string): Promise<void> {
  const minutes = config.accountLinkMinutes
  await transaction(pool, async (db) => {
    const account = await findActiveAccount(db, email)
    const token = await insertLink(db, { accountId: account?.id ?? null, purpose: 'password_reset', minutes })

    const t = messagesFor(account?.language ?? null, config.language)
    const { label, ...words } = t.mails.passwordReset(email, minutes)
    const link = { label, url: `${config.origin}/password-reset/new?token=${token}` }
    const mail = renderMail(t, { ...words, link })
    if (account) await enqueue(db, config, { to: account.email, ...mail })
  })
}
