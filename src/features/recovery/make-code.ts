import { digestOf, lookupOf } from '../../../connector/contract/credentials.ts'
import { record, type Actor } from '../../db/audit.ts'
import { proveRecoveryCode, revokeUnprovenCodes } from '../../db/credentials.ts'
import { enqueue } from '../../db/outbox.ts'
import { transaction } from '../../db/store.ts'
import type { Deps } from '../../http/context.ts'
import type { Messages } from '../../i18n/languages.ts'
import type { Result } from '../../lib/result.ts'
import { createSignature } from '../../lib/signature.ts'
import { makeCredential, type NoCredential } from '../../mailbox/make-credential.ts'
import type { MailboxEntry } from '../../mailbox/with-mail-row.ts'
import { renderMail } from '../../mails/render.tsx'
import { endOf } from './form.ts'

/** What the form for the proof carries. */
export interface Shown {
  /** names the code and is good for nothing else */
  id: string
  /** a signature of the end that is to be typed: the server keeps nothing to compare it with */
  check: string
}

const signatureOf = ({ config }: Deps) => createSignature(config.sessionSecrets, 'colombier recovery code')
const signed = (mailbox: string, id: string, end: string) => JSON.stringify([mailbox, id, end])

/**
 * Makes a recovery code, which comes into force when its owner proves to have kept it. Until then the one before is.
 * @returns what is shown once
 * @throws HasherBusy
 */
export async function makeRecoveryCode(
  deps: Deps,
  mailbox: MailboxEntry,
  password: string,
): Promise<Result<Shown & { code: string }, NoCredential>> {
  const made = await makeCredential(deps, mailbox, {
    password,
    name: '',
    terms: { kind: 'recovery', protocols: '', lastDay: null },
    mayBeMade: async (db): Promise<NoCredential | null> => {
      await revokeUnprovenCodes(db, mailbox.address)
      return null
    },
    alsoDo: () => Promise.resolve(),
  })
  if (made.refused !== undefined) return { refused: made.refused }
  const code = made.done
  const id = lookupOf(digestOf(deps.credentialKeys, code)).toString('hex')
  return { done: { code, id, check: signatureOf(deps).sign(signed(mailbox.address, id, endOf(code))) } }
}

/**
 * Brings the code into force if the end of it was typed right, ends the one before, and mails the owner.
 * @returns `gone` when the code was proven or replaced in the meantime
 */
export async function proveCode(
  deps: Deps,
  actor: Actor,
  mailbox: MailboxEntry,
  { id, check }: Shown,
  { typed, t }: { typed: string; t: Messages },
): Promise<Result<'proven', 'wrong' | 'gone'>> {
  const { pool, config } = deps
  const { address } = mailbox
  if (!/^[0-9a-f]{32}$/.test(id)) return { refused: 'gone' }
  if (!signatureOf(deps).isOwn(signed(address, id, typed), check)) return { refused: 'wrong' }

  return transaction(pool, async (db) => {
    if (!(await proveRecoveryCode(db, address, Buffer.from(id, 'hex')))) return { refused: 'gone' }
    await record(db, { action: 'recovery_code.made', actor, mailbox: address })
    const link = { label: t.mails.open, url: `${config.origin}/mailboxes` }
    await enqueue(db, config, { to: actor.email, ...renderMail(t, { ...t.mails.recoveryCodeMade(address), link }) })
    return { done: 'proven' }
  })
}
