import type { PoolConnection } from 'mysql2/promise'
import type { Config } from '../config.ts'
import { noteEvent, type AccountEvent, type Place } from '../db/account-events.ts'
import { readTime } from '../db/clock.ts'
import { enqueue } from '../db/outbox.ts'
import type { Db } from '../db/store.ts'
import { messagesFor, type Messages } from '../i18n/languages.ts'
import { renderMail } from '../mails/render.tsx'
import { browserName } from '../ui/browser-name.ts'

/** What owners are mailed about, beside reading it in the account's history. */
export type Notice = keyof Messages['mails']['notices'] & AccountEvent

interface Owner {
  id: number
  email: string
  language: string | null
}

/**
 * Notes what was done to an account, and mails its owner: when, from where, and what to do if it was not them.
 * @param place null where somebody else did it
 */
export async function tell(
  db: PoolConnection,
  config: Pick<Config, 'language' | 'origin' | 'sessionSecrets'>,
  { id, email, language }: Owner,
  notice: Notice,
  place: Place | null,
): Promise<void> {
  await noteEvent(db, id, notice, place)
  const t = messagesFor(language, config.language)
  const { subject, text } = t.mails.notices[notice](email)
  const { notYou, label } = t.mails.ifNotYou
  const paragraphs = [text, await whenAndWhere(db, t, place), notYou]
  const link = { label, url: `${config.origin}/security` }
  await enqueue(db, config, { to: email, ...renderMail(t, { subject, paragraphs, link }) })
}

/** The same for a new password, which says more. */
export async function tellPasswordChanged(
  db: PoolConnection,
  config: Pick<Config, 'language' | 'origin' | 'sessionSecrets'>,
  { id, email, language }: Owner,
  place: Place | null,
): Promise<void> {
  await noteEvent(db, id, 'passwordChanged', place)
  const t = messagesFor(language, config.language)
  const { label, paragraphs, ...words } = t.mails.accountPasswordChanged(email)
  const where = await whenAndWhere(db, t, place)
  const link = { label, url: `${config.origin}/password-reset` }
  await enqueue(db, config, { to: email, ...renderMail(t, { ...words, paragraphs: [...paragraphs, where], link }) })
}

/** The paragraph of a mail that says when it was, and from where. */
export async function whenAndWhere(db: Db, t: Messages, place: Place | null): Promise<string> {
  const { at, from } = t.mails.noticed
  const when = at(await readTime(db))
  return place === null ? when : `${when} ${from(browserName(t, place.userAgent), place.network)}`
}
