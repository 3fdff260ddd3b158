import { randomBytes } from 'node:crypto'
import { record, type Actor } from '../../db/audit.ts'
import { enqueue } from '../../db/outbox.ts'
import {
  askAnew,
  findRegistrationForUpdate,
  markQueueChanged,
  reopenDenied,
  standingOf,
  type Decision,
} from '../../db/registrations.ts'
import { transaction } from '../../db/store.ts'
import type { Deps } from '../../http/context.ts'
import { messagesFor } from '../../i18n/languages.ts'
import type { Result } from '../../lib/result.ts'
import { renderMail } from '../../mails/render.tsx'
import { hashToken } from '../../lib/token.ts'

/**
 * Takes a denial back. `askedAnew`: the request was denied before denials kept the password, so its sender is mailed a
 * link to confirm it with a new one. Null when there is no such registration.
 */
export async function reopen(
  { pool, config }: Deps,
  actor: Actor,
  id: number,
): Promise<Result<'waiting' | 'askedAnew', Decision | 'account'> | null> {
  return transaction(pool, async (db) => {
    const registration = await findRegistrationForUpdate(db, id)
    if (registration === null) return null
    const { email, language, passwordHash, decision } = registration
    if (decision === null) return { done: 'waiting' }
    if (decision.is === 'approved') return { refused: decision }
    const { is: standing } = await standingOf(db, email)
    if (standing === 'account') return { refused: 'account' }

    await record(db, { action: 'registration.reopened', actor, subject: email })
    if (passwordHash === null) {
      const token = randomBytes(32).toString('base64url')
      const hours = config.registration.confirmationHours
      await askAnew(db, { id, tokenHash: hashToken(token), hours })
      const t = messagesFor(language, config.language)
      const { label, ...words } = t.mails.confirmRegistration(email, hours)
      const link = { label, url: `${config.origin}/registration/confirmation?token=${token}` }
      await enqueue(db, config, { to: email, ...renderMail(t, { ...words, link, reason: 'request' }) })
    } else await reopenDenied(db, id)
    await markQueueChanged(db)
    return { done: passwordHash === null ? 'askedAnew' : 'waiting' }
  })
}
