import type { RowDataPacket } from 'mysql2/promise'
import type { Db } from './store.ts'

/** What an owner reads of their account; mails tell of some of it. */
export const ACCOUNT_EVENTS = [
  'signedIn',
  'signInFailed',
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

/** Whether the account was signed in to in the last 90 days, and whether from this network. */
export async function findEarlierSignIns(
  db: Db,
  accountId: number,
  network: string,
): Promise<{ any: boolean; fromHere: boolean }> {
  const [[row]] = await db.execute<(RowDataPacket & { any: number; fromHere: number })[]>(
    `SELECT COUNT(*) > 0 AS \`any\`, COALESCE(SUM(network = ?), 0) > 0 AS fromHere
     FROM colombier_account_events WHERE account_id = ? AND event = 'signedIn'`,
    [network, accountId],
  )
  return { any: row?.any === 1, fromHere: row?.fromHere === 1 }
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

/** The last events of the account, the newest first. */
export async function listEvents(db: Db, accountId: number): Promise<AccountEventEntry[]> {
  const [rows] = await db.execute<(RowDataPacket & AccountEventEntry)[]>(
    `SELECT at, event, network, user_agent AS userAgent FROM colombier_account_events
     WHERE account_id = ? ORDER BY id DESC LIMIT ${mostShown}`,
    [accountId],
  )
  return rows
}
