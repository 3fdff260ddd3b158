import { randomBytes } from 'node:crypto'
import type { Config } from '../../config.ts'
import { enqueue } from '../../db/outbox.ts'
import type { RateLimit } from '../../db/rate-limits.ts'
import { countDropped, insertRegistration, standingOf, type Standing } from '../../db/registrations.ts'
import { transaction } from '../../db/store.ts'
import type { Deps } from '../../http/context.ts'
import { catalogues, messagesFor, type Language } from '../../i18n/languages.ts'
import { hashToken } from '../../lib/token.ts'
import { renderMail, type MailContent } from '../../mails/render.tsx'

export interface Request {
  email: string
  reason: string
  language: Language
  /** A machine filled the form in. */
  trapped: boolean
}

/**
 * Takes a request for an account. Neither the answer nor its time tells what is known about the address: everything
 * goes to the address by mail, a few times a day at most.
 */
export async function register({ pool, config }: Deps, mailsToAddress: RateLimit, request: Request): Promise<void> {
  const { email, reason, language } = request
  if (request.trapped) return countDropped(pool)
  if ((await mailsToAddress.take(email)) !== null) return

  const token = randomBytes(32).toString('base64url')
  await transaction(pool, async (db) => {
    const standing = await standingOf(db, email)
    // In every case, so that all take the same time. Only a new address is sent the link.
    const hours = config.registration.confirmationHours
    await insertRegistration(db, { email, reason, language, tokenHash: hashToken(token), hours })
    const mail = mailFor(config, standing, { email, language, token })
    if (mail) await enqueue(db, config, { to: email, ...mail })
  })
}

function mailFor(
  { origin, language: siteLanguage, registration }: Config,
  standing: Standing,
  { email, language, token }: { email: string; language: Language; token: string },
) {
  const t = standing.is === 'account' ? messagesFor(standing.language, siteLanguage) : catalogues[language]
  const write = (content: MailContent) => renderMail(t, { reason: 'request', ...content })

  switch (standing.is) {
    case 'new': {
      const { label, ...words } = t.mails.confirmRegistration(email, registration.confirmationHours)
      return write({ ...words, link: { label, url: `${origin}/registration/confirmation?token=${token}` } })
    }
    case 'account': {
      const { label, ...words } = t.mails.registrationKnown(email)
      return write({ ...words, link: { label, url: `${origin}/sign-in` } })
    }
    case 'waiting':
      return write(t.mails.registrationWaits(email))
    case 'denied':
      return null
  }
}
