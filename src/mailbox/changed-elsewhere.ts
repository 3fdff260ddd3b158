import type { Config } from '../config.ts'
import { findOwner, listAdminsOf } from '../db/accounts.ts'
import { record } from '../db/audit.ts'
import { enqueue } from '../db/outbox.ts'
import type { Db } from '../db/store.ts'
import { messagesFor } from '../i18n/languages.ts'
import { domainOf } from '../lib/addresses.ts'
import { renderMail } from '../mails/render.tsx'

/**
 * Notifies the owner and the domain's admins that another program has changed or recreated a locked mailbox, so that
 * Colombier left it alone and its lock has ended. Belongs in the transaction that ended the lock.
 * @param knows whether another mail tells the owner
 */
export async function tellChangedElsewhere(
  db: Db,
  config: Pick<Config, 'language' | 'origin' | 'sessionSecrets'>,
  address: string,
  { knows = false }: { knows?: boolean } = {},
): Promise<void> {
  const { language, origin } = config
  await record(db, { action: 'mailbox.changed_elsewhere', mailbox: address })
  const admins = await listAdminsOf(db, domainOf(address))
  const owner = await findOwner(db, address)
  const mine = owner && !knows ? [{ ...owner, path: '/mailboxes' }] : []
  const theirs = admins
    .filter(({ email }) => email !== owner?.email)
    .map((admin) => ({ ...admin, path: `/domains/${encodeURIComponent(domainOf(address))}` }))

  for (const { email, language: own, path } of [...mine, ...theirs]) {
    const t = messagesFor(own, language)
    const link = { label: t.mails.open, url: `${origin}${path}` }
    await enqueue(db, config, { to: email, ...renderMail(t, { ...t.mails.changedElsewhere(address), link }) })
  }
}
