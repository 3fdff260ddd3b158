import { listModerators } from '../../db/accounts.ts'
import { record } from '../../db/audit.ts'
import { enqueue } from '../../db/outbox.ts'
import {
  claimAnnouncement,
  confirmRegistration,
  findLinkedForUpdate,
  markQueueChanged,
  standingOf,
} from '../../db/registrations.ts'
import { transaction } from '../../db/store.ts'
import type { Deps } from '../../http/context.ts'
import { messagesFor } from '../../i18n/languages.ts'
import type { Result } from '../../lib/result.ts'
import { renderMail } from '../../mails/render.tsx'

/**
 * Uses a link: its request now waits for the moderators, who are mailed.
 * @returns a refusal when the link was used before or the address has an account by now; null when it has expired or
 *   never existed
 * @throws HasherBusy
 */
export async function confirm(
  { pool, config, hashers }: Deps,
  tokenHash: Buffer,
  password: string,
): Promise<Result<'confirmed', 'already' | 'account'> | null> {
  const passwordHash = await hashers.account.hash(password)

  return transaction(pool, async (db) => {
    const found = await findLinkedForUpdate(db, tokenHash)
    if (found === null) return null
    if (found.confirmed) return { refused: 'already' }

    const { id, email } = found
    const { is: standing } = await standingOf(db, email)
    if (standing === 'account') return { refused: 'account' }
    if (standing === 'waiting') return { refused: 'already' }
    if (standing === 'denied') return null
    await confirmRegistration(db, { id, email, passwordHash })
    await record(db, { action: 'registration.confirmed', subject: email })

    if (await claimAnnouncement(db, id)) {
      for (const moderator of await listModerators(db)) {
        const t = messagesFor(moderator.language, config.language)
        const { label, ...words } = t.mails.registrationToModerate(email)
        const link = { label, url: `${config.origin}/registrations` }
        await enqueue(db, config, {
          to: moderator.email,
          ...renderMail(t, { ...words, link, reason: 'administrator' }),
        })
      }
    }
    await markQueueChanged(db)
    return { done: 'confirmed' }
  })
}
