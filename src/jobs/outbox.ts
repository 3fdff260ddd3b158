import { claimMail, listDueMails, postponeMail, removeMail, type OutboxSecrets } from '../db/outbox.ts'
import type { Db } from '../db/store.ts'
import type { Log } from '../lib/log.ts'
import { describeMailFailure, type Mailer, sendTimeoutSeconds } from '../lib/mailer.ts'

export interface OutboxSettings {
  /** Doubled at every further failure. */
  retrySeconds: number
  retryMaxSeconds: number
  /** A mail that is refused for good is dropped once it is older than this; one that may be accepted later never is. */
  giveUpSeconds: number
}

const outboxDefaults: OutboxSettings = { retrySeconds: 30, retryMaxSeconds: 3600, giveUpSeconds: 3 * 86_400 }

// Longer than an attempt can take: another process gets the mail only if the first one died.
const claimSeconds = sendTimeoutSeconds * 2

interface OutboxDeps {
  db: Db
  mailer: Mailer
  secrets: OutboxSecrets
  log: Log
  settings?: OutboxSettings
}

/** Sends the mails that are due. Any number of processes may do so at once: each mail is claimed before it is sent. */
export async function sendOutbox({ db, mailer, secrets, log, settings = outboxDefaults }: OutboxDeps): Promise<void> {
  for (;;) {
    const due = await listDueMails(db, 50)
    if (due.length === 0) return

    for (const id of due) {
      const mail = await claimMail(db, secrets, id, claimSeconds)
      if (!mail) continue
      if (mail.unreadable) {
        // It can still be sent once SESSION_SECRET_OLD is the secret that it was sealed with.
        const given = mail.ageSeconds >= settings.giveUpSeconds
        log.error({ mail: id, attempts: mail.attempts, given }, 'a mail was sealed with another SESSION_SECRET')
        if (given) await removeMail(db, id)
        else await postponeMail(db, mail, retryAfter(mail.attempts, settings), 'ESEALED')
        continue
      }

      try {
        await mailer.send(mail, mail.messageId)
      } catch (error) {
        const { category, ofServer, permanent } = describeMailFailure(error)
        if (permanent && mail.ageSeconds >= settings.giveUpSeconds) {
          log.error({ mail: id, attempts: mail.attempts, category }, 'a mail was refused for good and is given up')
          await removeMail(db, id)
        } else {
          log.warn({ mail: id, attempts: mail.attempts, category }, 'a mail was not sent, and will be tried again')
          await postponeMail(db, mail, retryAfter(mail.attempts, settings), category)
        }
        // The next mails would only wait for the same server's time-out, one after the other.
        if (ofServer) return
        continue
      }
      await removeMail(db, id)
    }
  }
}

const retryAfter = (attempts: number, { retrySeconds, retryMaxSeconds }: OutboxSettings): number =>
  Math.min(retryMaxSeconds, retrySeconds * 2 ** Math.min(attempts - 1, 20))
