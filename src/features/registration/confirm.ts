import type { Config } from '../../config.ts'
import { listModerators } from '../../db/accounts.ts'
import { record } from '../../db/audit.ts'
import { enqueue } from '../../db/outbox.ts'
import {
  claimAnnouncement,
  confirmRegistration,
  lockConfirmable,
  markQueueChanged,
  removeUnconfirmed,
  standingOf,
} from '../../db/registrations.ts'
import { transaction, type Pool } from '../../db/store.ts'
import { messagesFor } from '../../i18n/languages.ts'
import { renderMail } from '../../mails/render.tsx'

export type Confirmed = 'done' | 'account' | 'gone'

/**
 * Uses a link up: its request waits for the moderators from now on, and they are mailed.
 * @returns 'account' when the address has an account meanwhile; 'gone' when the link was used, has expired or never was
 */
export async function confirm(pool: Pool, config: Config, tokenHash: Buffer): Promise<Confirmed> {
  return transaction(pool, async (db) => {
    const found = await lockConfirmable(db, tokenHash)
    if (found === null) return 'gone'

    const { is: standing } = await standingOf(db, found.email)
    if (standing !== 'new') {
      await removeUnconfirmed(db, found.id)
      return standing === 'account' ? 'account' : standing === 'waiting' ? 'done' : 'gone'
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
    return 'done'
  })
}
