import { listAdminsOf, listSuperAdmins, type Account } from '../../db/accounts.ts'
import { findOwnedId } from '../../db/mailboxes.ts'
import { enqueue } from '../../db/outbox.ts'
import { transaction } from '../../db/store.ts'
import type { Deps } from '../../http/context.ts'
import { messagesFor } from '../../i18n/languages.ts'
import { domainOf } from '../../lib/addresses.ts'
import { renderMail } from '../../mails/render.tsx'

/**
 * Mails a person's words to the administrators of their mailbox's domain; without a mailbox, to those of all their
 * domains.
 * @param mailbox one that is not theirs is left out
 * @returns how many it went to
 */
export async function sendToAdmins(
  { pool, config }: Deps,
  account: Account,
  { message, mailbox }: { message: string; mailbox: string },
): Promise<number> {
  return transaction(pool, async (db) => {
    const isTheirs = mailbox !== '' && (await findOwnedId(db, account.id, mailbox)) !== null
    const domains = isTheirs ? [domainOf(mailbox)] : account.domains.slice(0, 20)
    const admins = [
      ...(await Promise.all(domains.map((domain) => listAdminsOf(db, domain)))),
      await listSuperAdmins(db),
    ]
    const recipients = new Map(admins.flat().map((admin) => [admin.email, admin]))
    recipients.delete(account.email)

    for (const { email, language } of recipients.values()) {
      const t = messagesFor(language, config.language)
      const content = t.mails.contact(account.email, isTheirs ? mailbox : null, message)
      const link = { label: t.mails.reply, url: `mailto:${account.email}` }
      await enqueue(db, config, { to: email, ...renderMail(t, { ...content, link, reason: 'administrator' }) })
    }
    return recipients.size
  })
}
