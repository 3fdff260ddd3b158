import { listModerators } from '../../db/accounts.ts'
import { record } from '../../db/audit.ts'
import { enqueue } from '../../db/outbox.ts'
import {
  claimAnnouncement,
  confirmRegistration,
  findConfirmableForUpdate,
  markQueueChanged,
  removeUnconfirmed,
  standingOf,
} from '../../db/registrations.ts'
import { transaction } from '../../db/store.ts'
import type { Deps } from '../../http/context.ts'
import { messagesFor } from '../../i18n/languages.ts'
import type { Result } from '../../lib/result.ts'
import { renderMail } from '../../mails/render.tsx'

/**
 * Uses a link up: its request waits for the moderators from now on, and they are mailed.
 * @returns refused when the address has an account by now; null when the link was used, has expired or never was
 */
export async function confirm(
  { pool, config }: Deps,
  tokenHash: Buffer,
): Promise<Result<'confirmed', 'account'> | null> {
  return transaction(pool, async (db) => {
    const found = await findConfirmableForUpdate(db, tokenHash)
    if (found === null) return null

    const { is: standing } = await standingOf(db, found.email)
    if (standing !== 'new') {
      await removeUnconfirmed(db, found.id)
      if (standing === 'account') return { refused: 'account' }
      return standing === 'waiting' ? { done: 'confirmed' } : null
    }
    await confirmRegistration(db, found)
    await record(db, { action: 'registration.confirmed', subject: found.email })

    if (await claimAnnouncement(db, found.id)) {
      for (const moderator of await listModerators(db)) {
        const t = messagesFor(moderator.language, config.language)
        const { label, ...words } = t.mails.registrationToModerate(found.email)
        const link = { label, url: `${config.origin}/registrations` }
        await enqueue(db, { to: moderator.email, ...renderMail(t, { ...words, link }) })
      }
    }
    await markQueueChanged(db)
    return { done: 'confirmed' }
  })
}
