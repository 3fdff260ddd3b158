import * as v from 'valibot'
import type { PoolConnection } from 'mysql2/promise'
import { findRecoveryCode } from '../db/credentials.ts'
import { findStoredHash } from '../db/mail/rows.ts'
import type { WaitingRecovery } from '../db/recoveries.ts'
import type { Deps } from '../http/context.ts'
import { createSealedText } from '../lib/sealed-text.ts'
import { lockForTask } from './lock-for-task.ts'
import type { MailboxEntry } from './with-mail-row.ts'

const recovery = v.object({
  oldKeyPassword: v.string(),
  newKeyPassword: v.string(),
  newHash: v.string(),
  /** which stood in the mail server's row; another one means another key password */
  loginHash: v.string(),
  /** of the code, in hexadecimal */
  lookup: v.string(),
})

/** What a recovery needs when its time has come. */
export type Recovery = v.InferOutput<typeof recovery>

type Place = Pick<WaitingRecovery, 'mailbox' | 'accountId' | 'dueAt'>

/** Seals a recovery while it waits: to its mailbox, to the account that requested it, and to when it comes. */
export function createRecoverySeal(sessionSecrets: string[]) {
  const text = createSealedText(sessionSecrets, 'colombier recovery')
  const boundTo = ({ mailbox, accountId, dueAt }: Place) => JSON.stringify([mailbox, accountId, dueAt])
  return {
    seal: (place: Place, content: Recovery): string => text.seal(JSON.stringify(content), boundTo(place)),
    /** Null when it was not sealed here for this place. */
    open(place: Place, sealed: string): Recovery | null {
      const opened = text.open(sealed, boundTo(place))
      // A text that never was sealed comes out as it went in.
      if (opened === null || opened === sealed) return null
      return v.parse(recovery, JSON.parse(opened))
    },
  }
}

interface Request {
  accountId: number
  /** in the transaction that holds the mailbox's row: whether it is still wanted */
  isWanted: (db: PoolConnection) => Promise<boolean>
  alsoDo: (db: PoolConnection) => Promise<void>
}

/** Locks the mailbox and asks the connector for the change, as for any other change of the password. */
export const startRecovery = (
  deps: Pick<Deps, 'pool' | 'config' | 'sealKeys' | 'lockKey'>,
  mailbox: MailboxEntry,
  { oldKeyPassword, newKeyPassword, newHash, loginHash, lookup }: Recovery,
  { accountId, isWanted, alsoDo }: Request,
) =>
  lockForTask(deps, mailbox, {
    act: 'password',
    task: {
      kind: 'rekey',
      requestedBy: accountId,
      payload: { oldKeyPassword, newKeyPassword, by: 'code' },
      newHash,
      windowSeconds: deps.config.rekeyWindowSeconds,
    },
    isUnchanged: async (db) =>
      (await findStoredHash(db, deps.config.mapping, mailbox.address)) === loginHash &&
      (await findRecoveryCode(db, mailbox.address, Buffer.from(lookup, 'hex'))) !== null &&
      isWanted(db),
    alsoDo,
  })
