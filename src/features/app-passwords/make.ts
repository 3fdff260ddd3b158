import { record, type Actor } from '../../db/audit.ts'
import { isPast, listCredentials } from '../../db/credentials.ts'
import { enqueue } from '../../db/outbox.ts'
import type { Deps } from '../../http/context.ts'
import type { Messages } from '../../i18n/languages.ts'
import type { Result } from '../../lib/result.ts'
import { makeCredential, type NoCredential } from '../../mailbox/make-credential.ts'
import type { MailboxEntry } from '../../mailbox/with-mail-row.ts'
import { renderMail } from '../../mails/render.tsx'

export const MOST_APP_PASSWORDS = 20

/** What an owner chooses from, and Dovecot's names of it: submission is its own, `smtp` what Postfix asks it by. */
export const PROTOCOLS = { imap: 'imap', pop3: 'pop3', sending: 'smtp,submission', sieve: 'sieve' }
export type ProtocolChoice = keyof typeof PROTOCOLS

export interface WantedAppPassword {
  /** the mailbox's */
  password: string
  name: string
  protocols: ProtocolChoice[]
  /** `YYYY-MM-DD`, UTC */
  lastDay: string | null
}

/**
 * Makes an app password, and mails its owner that there is one.
 * @returns what is shown once
 * @throws HasherBusy
 */
export const makeAppPassword = (
  deps: Deps,
  actor: Actor,
  mailbox: MailboxEntry,
  { password, name, protocols, lastDay }: WantedAppPassword,
  t: Messages,
): Promise<Result<string, NoCredential | 'limit' | 'past'>> =>
  makeCredential(deps, mailbox, {
    password,
    name,
    terms: { kind: 'app', protocols: protocols.map((choice) => PROTOCOLS[choice]).join(','), lastDay },
    // Counted while the mailbox's row is held, so that two requests at once cannot pass.
    mayBeMade: async (db) => {
      if ((await listCredentials(db, mailbox.address, 'app')).length >= MOST_APP_PASSWORDS) return 'limit'
      return lastDay !== null && (await isPast(db, lastDay)) ? 'past' : null
    },
    alsoDo: async (db) => {
      const { config } = deps
      await record(db, { action: 'app_password.made', actor, mailbox: mailbox.address, subject: name })
      const link = { label: t.mails.open, url: `${config.origin}/mailboxes` }
      const mail = renderMail(t, { ...t.mails.appPasswordMade(mailbox.address, name), link })
      await enqueue(db, config, { to: actor.email, ...mail })
    },
  })
