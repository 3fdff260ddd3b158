import { digestOf, lookupOf, unwrap } from '../../../connector/contract/credentials.ts'
import { MailboxGone, readLocks } from '../../../connector/contract/lock.ts'
import { record, type Actor } from '../../db/audit.ts'
import { findRecoveryCode } from '../../db/credentials.ts'
import { findStoredHash } from '../../db/mail/rows.ts'
import { enqueue } from '../../db/outbox.ts'
import { findRecovery, insertRecovery, readDueTime, removeRecovery } from '../../db/recoveries.ts'
import { transaction } from '../../db/store.ts'
import type { Deps } from '../../http/context.ts'
import type { Messages } from '../../i18n/languages.ts'
import type { Result } from '../../lib/result.ts'
import { hindranceOf, type Hindrance } from '../../mailbox/hindrance.ts'
import { createRecoverySeal, startRecovery, type Recovery } from '../../mailbox/start-recovery.ts'
import type { MailboxEntry } from '../../mailbox/with-mail-row.ts'
import { renderMail } from '../../mails/render.tsx'

/** `done`: whether it has begun, or waits until its time. */
type Requested = Result<'begun' | 'waiting', Hindrance<'password'> | 'pending' | 'wrong_code'>

/**
 * Requests a new password for a mailbox with its recovery code. It comes into force after the delay, in which the owner
 * can cancel it; until then the mailbox is as it was.
 * @throws HasherBusy
 */
export async function requestRecovery(
  deps: Deps,
  actor: Actor,
  mailbox: MailboxEntry,
  { code, next, t }: { code: string; next: string; t: Messages },
): Promise<Requested> {
  const { pool, config, hashers, lockKey } = deps
  const { mapping, recoveryDelayHours: hours } = config
  const { address } = mailbox
  const hindrance = hindranceOf('password', mailbox)
  if (hindrance !== null) return { refused: hindrance }
  if (mailbox.recoveryDueAt !== null) return { refused: 'pending' }

  // Before the code is judged, so that the time tells nothing about it.
  const newHash = await hashers.mailbox.hash(next)
  const found = await openByCode(deps, address, code)
  if (found === null) return { refused: 'wrong_code' }
  const recovery: Recovery = { ...found, newHash, newKeyPassword: config.keyPassword.derive(next) }
  const recordIt = { action: 'recovery.requested', actor, mailbox: address } as const

  if (hours === 0) {
    const { done, refused } = await startRecovery(deps, mailbox, recovery, {
      accountId: actor.id,
      isWanted: async (db) => (await findRecovery(db, address)) === null,
      alsoDo: (db) => record(db, recordIt),
    })
    if (done) return { done: 'begun' }
    return { refused: refused === 'changed' ? 'wrong_code' : refused }
  }

  try {
    return await transaction(pool, async (db): Promise<Requested> => {
      const { locks } = await readLocks(db, { mapping, lockKey }, address)
      const held = hindranceOf('password', { ...mailbox, locks })
      if (held !== null) return { refused: held }
      const other = await findRecovery(db, address)
      if (other !== null && other.accountId === actor.id) return { refused: 'pending' }
      if (other !== null) await removeRecovery(db, address)

      const place = { mailbox: address, accountId: actor.id, dueAt: await readDueTime(db, hours) }
      const payload = createRecoverySeal(config.sessionSecrets).seal(place, recovery)
      await insertRecovery(db, { ...place, payload })
      await record(db, recordIt)
      const link = { label: t.mails.open, url: `${config.origin}/mailboxes` }
      const mail = renderMail(t, { ...t.mails.recoveryRequested(address, place.dueAt), link })
      await enqueue(db, config, { to: actor.email, ...mail })
      return { done: 'waiting' }
    })
  } catch (error) {
    if (error instanceof MailboxGone) return { refused: 'gone' }
    throw error
  }
}

/** The key password that the code opens; null when the mailbox has no such code in force. */
async function openByCode(
  { pool, config, credentialKeys }: Deps,
  address: string,
  code: string,
): Promise<Pick<Recovery, 'oldKeyPassword' | 'loginHash' | 'lookup'> | null> {
  const digest = digestOf(credentialKeys, code)
  const lookup = lookupOf(digest)
  const [loginHash, found] = await Promise.all([
    findStoredHash(pool, config.mapping, address),
    findRecoveryCode(pool, address, lookup),
  ])
  if (loginHash === null || found === null) return null
  const oldKeyPassword = unwrap(found.terms, found.form, digest, loginHash)
  return oldKeyPassword === null ? null : { oldKeyPassword, loginHash, lookup: lookup.toString('hex') }
}
