import type { PoolConnection } from 'mysql2/promise'
import type { Config } from '../config.ts'
import { readTime } from '../db/clock.ts'
import { enqueue } from '../db/outbox.ts'
import { messagesFor, type Messages } from '../i18n/languages.ts'
import { renderMail } from '../mails/render.tsx'
import { browserName } from '../ui/browser-name.ts'

export type Notice = keyof Messages['mails']['notices']

/** From where somebody acted. */
export interface Place {
  network: string
  /** the browser's header */
  userAgent: string
}

/**
 * Mails the owner of an account what was done to it, when, from where, and what to do if it was not them.
 * @param place null where somebody else did it
 */
export async function tell(
  db: PoolConnection,
  config: Pick<Config, 'language' | 'origin' | 'sessionSecrets'>,
  { email, language }: { email: string; language: string | null },
  notice: Notice,
  place: Place | null,
): Promise<void> {
  const t = messagesFor(language, config.language)
  const { subject, text } = t.mails.notices[notice](email)
  const { at, from } = t.mails.noticed
  const when = at(await readTime(db))
  const where = place === null ? when : `${when} ${from(browserName(t, place.userAgent), place.network)}`
  const { notYou, label } = t.mails.ifNotYou
  const link = { label, url: `${config.origin}/security` }
  await enqueue(db, config, { to: email, ...renderMail(t, { subject, paragraphs: [text, where, notYou], link }) })
}
