import { insertAccount } from '../../db/accounts.ts'
import { record, type Actor } from '../../db/audit.ts'
import { enqueue } from '../../db/outbox.ts'
import { findRegistrationForUpdate, markQueueChanged, setDecision, type Decision } from '../../db/registrations.ts'
import { transaction } from '../../db/store.ts'
import type { Deps } from '../../http/context.ts'
import { messagesFor } from '../../i18n/languages.ts'
import type { Result } from '../../lib/result.ts'
import { renderMail } from '../../mails/render.tsx'
import { insertGrants } from '../../db/grants.ts'

/** Refused: somebody else decided first, or the address has an account by now. Nothing was changed then. */
export type Verdict = Result<'decided', Decision | 'account'>

interface Approval {
  /** which the actor may grant */
  domains: string[]
  /** null: the default of the settings */
  mailboxLimit: number | null
}

/** Creates the account that was requested. Null when there is no such registration. */
export async function approve(
  { pool, config }: Deps,
  actor: Actor,
  id: number,
  { domains, mailboxLimit }: Approval,
): Promise<Verdict | null> {
  return transaction(pool, async (db) => {
    const registration = await findRegistrationForUpdate(db, id)
    if (registration === null) return null
    const { email, language, passwordHash, decision } = registration
    if (decision) return { refused: decision }
    if (passwordHash === null) throw new Error('A waiting registration has no password')

    const accountId = await insertAccount(db, { email, passwordHash, language, mailboxLimit })
    if (accountId === null) return { refused: 'account' }
    await insertGrants(db, accountId, domains)
    await setDecision(db, id, { is: 'approved', by: actor, message: null, domains })
    for (const domain of domains) await record(db, { action: 'registration.approved', actor, domain, subject: email })

    const t = messagesFor(language, config.language)
    const { label, ...words } = t.mails.registrationApproved(email)
    const link = { label, url: `${config.origin}/sign-in?${new URLSearchParams({ email }).toString()}` }
    await enqueue(db, config, { to: email, ...renderMail(t, { ...words, link }) })
    await markQueueChanged(db)
    return { done: 'decided' }
  })
}

/** Denies the request, with a message that is mailed, or silently. Null when there is no such registration. */
export async function deny(
  { pool, config }: Deps,
  actor: Actor,
  id: number,
  message: string | null,
): Promise<Verdict | null> {
  return transaction(pool, async (db) => {
    const registration = await findRegistrationForUpdate(db, id)
    if (registration === null) return null
    const { email, language, decision } = registration
    if (decision) return { refused: decision }

    await setDecision(db, id, { is: 'denied', by: actor, message, domains: [] })
    await record(db, { action: 'registration.denied', actor, subject: email })
    if (message !== null) {
      const t = messagesFor(language, config.language)
      await enqueue(db, config, {
        to: email,
        ...renderMail(t, { ...t.mails.registrationDenied(message), reason: 'request' }),
      })
    }
    await markQueueChanged(db)
    return { done: 'decided' }
  })
}
