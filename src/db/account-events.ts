import type { RowDataPacket } from 'mysql2/promise'
import type { Db } from './store.ts'

/** What an owner reads of their account; mails tell of some of it. */
export const ACCOUNT_EVENTS = [
  'signedIn',
  'signInFailed',
  'secondStepAsked',
  'codeFailed',
  'factorAdded',
  'factorRemoved',
  'factorTakenAway',
  'backupCodeUsed',
  'backupCodesMade',
  'passwordChanged',
  'emailChanged',
  'sessionsEnded',
] as const

export type AccountEvent = (typeof ACCOUNT_EVENTS)[number]

/** From where somebody acted. */
export interface Place {
  network: string
  /** the browser's header */
  userAgent: string
}

/**
 * @param accountId null for an address without an account: nobody reads it
 * @param place null where somebody else did it
 */
export async function noteEvent(
  db: Db,
  accountId: number | null,
  event: AccountEvent,
  place: Place | null,
): Promise<void> {
  await db.execute(
    `INSERT INTO colombier_account_events (account_id, at, event, network, user_agent)
     VALUES (?, UTC_TIMESTAMP(6), ?, ?, ?)`,
    [accountId, event, place?.network ?? null, place?.userAgent.slice(0, 255) ?? null],
  )
}

/** Whether the account was signed in to from this network in the last 90 days, for which events are kept. */
export async function wasSignedInFrom(db: Db, accountId: number, network: string): Promise<boolean> {
  const [rows] = await db.execute<RowDataPacket[]>(
    `SELECT 1 FROM colombier_account_events WHERE account_id = ? AND event = 'signedIn' AND network = ? LIMIT 1`,
    [accountId, network],
  )
  return rows.length === 1
}

/** Times in UTC as the database prints them. */
export interface AccountEventEntry {
  at: string
  event: AccountEvent
  /** null where somebody else did it */
  network: string | null
  userAgent: string | null
}

const mostShown = 30

/** What strangers can cause. */
const attempts = "'signInFailed', 'secondStepAsked', 'codeFailed'"

/** The last events of the account, the newest first. However many attempts there were, they push nothing else off. */
export async function listEvents(db: Db, accountId: number): Promise<AccountEventEntry[]> {
  const last = (which: string) =>
    `(SELECT id, at, event, network, user_agent FROM colombier_account_events
      WHERE account_id = ? AND event ${which} (${attempts}) ORDER BY id DESC LIMIT ${mostShown})`
  const [rows] = await db.execute<(RowDataPacket & AccountEventEntry)[]>(
    `SELECT at, event, network, user_agent AS userAgent
     FROM (${last('IN')} UNION ALL ${last('NOT IN')}) AS last_ones ORDER BY id DESC`,
    [accountId, accountId],
  )
  return rows
}
