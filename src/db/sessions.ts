import { randomBytes } from 'node:crypto'
import type { PoolConnection, ResultSetHeader, RowDataPacket } from 'mysql2/promise'
import type { Mapping } from '../../connector/mapping/mapping.ts'
import { Sql, sql } from '../../connector/mapping/sql.ts'
import type { Role } from '../lib/roles.ts'
import { hashToken } from '../lib/token.ts'
import type { Account } from './accounts.ts'
import { version } from '../version.ts'
import { toTrouble } from './connectors.ts'
import { queueStateOfModerator, type QueueState } from './registrations.ts'
import { ownedByAccount, readOwned, type MailboxRow, type OwnMailbox } from './mailboxes.ts'
import { joinMailRow } from './mail/rows.ts'
import { hasSecondFactor } from './second-factors.ts'
import type { Db } from './store.ts'

interface SessionRow extends RowDataPacket {
  account_id: number
  email: string
  role: Role
  language: string | null
  mailbox_limit: number | null
  /** one of those granted, or all with blanks between; null: there is none */
  domains: string | null
  stale: number
  proven: number
  shown: number
  has_factor: number
  is_due: number
  mark?: string | null
  waiting?: number | null
  silent?: number | null
  trouble?: number | null
}

/** A session, and what it has shown so far. Whether that is enough is not judged here. */
export interface Session {
  account: Account
  /** last touched more than a minute ago */
  stale: boolean
  /** null for who moderates nothing */
  queue: QueueState | null
  /** the account's password was given in it within ten minutes */
  isProven: boolean
  /** a second factor was shown in it */
  isFactorShown: boolean
  /** the account has a second factor */
  hasFactor: boolean
  /** the day has come from which those who need one cannot put it off */
  isFactorDue: boolean
  /** those that were asked for, by address; null: none were */
  mailboxes: OwnMailbox[] | null
}

interface Beside {
  /** the day from which a second factor cannot be put off; null: every day */
  factorFrom?: string | null
  /** also reads the moderation queue's state, which every page of a moderator shows */
  withQueue?: boolean
  /** also reads the account's mailboxes, all of them or the one of this id, which is known less of */
  mailboxes?: 'all' | { id: string } | null
  /** of all of them the mail server's rows too, where that is one question */
  mapping?: Mapping
}

/**
 * The session; null when there is none, it has expired, or its account is inactive.
 * What a page shows in any case is asked in the same question: one more would cost it as much as half of its making.
 */
export async function findSession(
  db: Db,
  idHash: Buffer,
  { factorFrom = null, withQueue = false, mailboxes = null, mapping }: Beside = {},
): Promise<Session | null> {
  const owned = mailboxes && (mailboxes === 'all' ? ownedByAccount.all : ownedByAccount.one(mailboxes.id))
  const mail = mailboxes === 'all' && mapping ? joinMailRow(mapping) : null
  // With many mailboxes and many domains, a row for each of both would be too many: the first mailbox's row has all.
  const domains =
    mailboxes === 'all'
      ? `IF(m.id IS NULL OR m.address = (SELECT MIN(f.address) FROM colombier_mailboxes f WHERE f.account_id = a.id),
           (SELECT GROUP_CONCAT(g.domain SEPARATOR ' ') FROM colombier_grants g WHERE g.account_id = a.id), NULL)`
      : 'g.domain'
  const { text, values } = sql`
    SELECT a.id AS account_id, a.email, a.role, a.language, a.mailbox_limit, ${new Sql(domains)} AS domains,
           s.last_seen_at < UTC_TIMESTAMP(6) - INTERVAL 1 MINUTE AS stale,
           COALESCE(s.proven_at > UTC_TIMESTAMP(6) - INTERVAL 10 MINUTE, FALSE) AS proven,
           s.second_factor_at IS NOT NULL AS shown, ${new Sql(hasSecondFactor)} AS has_factor,
           UTC_TIMESTAMP(6) >= COALESCE(${factorFrom}, '2000-01-01') AS is_due
           ${withQueue ? sql`, ${new Sql(queueStateOfModerator, [version])}` : sql``}
           ${owned ? sql`, ${owned.columns}` : sql``}${mail ? sql`, ${mail.columns}` : sql``}
    FROM colombier_sessions s JOIN colombier_accounts a ON a.id = s.account_id
      ${mailboxes === 'all' ? sql`` : sql`LEFT JOIN colombier_grants g ON g.account_id = a.id`}
      ${owned?.join ?? sql``} ${mail?.join ?? sql``}
    WHERE s.id_hash = ? AND s.expires_at > UTC_TIMESTAMP(6) AND a.active`
  const [rows] = await db.execute<(SessionRow & (MailboxRow | { id: null }))[]>(text, [...values, idHash])
  const [row] = rows
  if (!row) return null

  const { account_id: id, email, role, language, mailbox_limit: mailboxLimit, waiting } = row
  const granted = new Set(rows.flatMap((one) => one.domains?.split(' ') ?? []))
  return {
    account: { id, email, role, language, mailboxLimit, domains: [...granted].sort() },
    stale: row.stale === 1,
    queue:
      waiting === undefined || waiting === null ? null : { mark: row.mark ?? '0', waiting, connectors: toTrouble(row) },
    isProven: row.proven === 1,
    isFactorShown: row.shown === 1,
    hasFactor: row.has_factor === 1,
    isFactorDue: row.is_due === 1,
    mailboxes: owned && (await readOwned(db, rows, mail && mapping)),
  }
}

/** How long a session lives: `hours` after its last use, and never longer than `days` in all. */
interface SessionLife {
  hours: number
  days: number
}

/** Nobody uses more browsers than that. */
const mostSessions = 20

/** How long a session waits for the second factor. */
const waitMinutes = 15

/**
 * Begins a session of somebody who has just given the account's password. If the account has too many, those used least
 * recently end; those that wait for a second factor are counted by themselves, so that who has the password alone ends
 * no other.
 * @param waits for the second factor
 * @returns the new session's id, for the cookie (the database keeps only its hash), and how many sessions ended
 */
export async function createSession(
  db: Db,
  session: {
    accountId: number
    life: SessionLife
    network: string
    userAgent: string
    waits: boolean
    isFactorShown: boolean
    isProven: boolean
  },
): Promise<{ sid: string; ended: number }> {
  const { accountId, life, network, userAgent, waits, isFactorShown, isProven } = session
  const sid = randomBytes(16).toString('base64url')
  const minutes = waits ? waitMinutes : Math.min(life.hours, life.days * 24) * 60
  await db.execute(
    `INSERT INTO colombier_sessions (id_hash, account_id, created_at, last_seen_at, expires_at, network, user_agent,
       proven_at, second_factor_at)
     VALUES (?, ?, UTC_TIMESTAMP(6), UTC_TIMESTAMP(6), UTC_TIMESTAMP(6) + INTERVAL ? MINUTE, ?, ?,
       IF(?, UTC_TIMESTAMP(6), NULL), IF(?, UTC_TIMESTAMP(6), NULL))`,
    [hashToken(sid), accountId, minutes, network, userAgent.slice(0, 255), isProven, isFactorShown],
  )
  const [surplus] = await db.execute<(RowDataPacket & { hash: Buffer })[]>(
    `SELECT id_hash AS hash FROM colombier_sessions
     WHERE account_id = ? AND expires_at > UTC_TIMESTAMP(6) AND (second_factor_at IS NOT NULL) = ?
     ORDER BY last_seen_at DESC LIMIT 1000 OFFSET ${mostSessions}`,
    [accountId, isFactorShown],
  )
  for (const { hash } of surplus) await endSession(db, hash)
  return { sid, ended: surplus.length }
}

/** Holds a session until the transaction ends. False when it has ended, or is not the account's. */
export async function holdSession(db: PoolConnection, idHash: Buffer, accountId: number): Promise<boolean> {
  const [rows] = await db.execute<RowDataPacket[]>(
    `SELECT 1 FROM colombier_sessions WHERE id_hash = ? AND account_id = ? AND expires_at > UTC_TIMESTAMP(6) FOR UPDATE`,
    [idHash, accountId],
  )
  return rows.length === 1
}

/**
 * Goes on under a new id, once the account's password was given again, or a passkey shown. The session's end stays.
 * @returns the new id, for the cookie; null when the session has ended
 */
export async function renewSession(db: PoolConnection, idHash: Buffer): Promise<string | null> {
  const sid = randomBytes(16).toString('base64url')
  const [{ affectedRows }] = await db.execute<ResultSetHeader>(
    'UPDATE colombier_sessions SET id_hash = ?, proven_at = UTC_TIMESTAMP(6) WHERE id_hash = ?',
    [hashToken(sid), idHash],
  )
  if (affectedRows !== 1) return null
  await db.execute('UPDATE colombier_totp SET begun_in = ? WHERE begun_in = ?', [hashToken(sid), idHash])
  return sid
}

/** Sliding expiry, up to the session's last day. A session that has ended meanwhile stays ended. */
export async function touchSession(db: Db, idHash: Buffer, { hours, days }: SessionLife): Promise<void> {
  await db.execute(
    `UPDATE colombier_sessions SET last_seen_at = UTC_TIMESTAMP(6),
       expires_at = LEAST(UTC_TIMESTAMP(6) + INTERVAL ? HOUR, created_at + INTERVAL ? DAY)
     WHERE id_hash = ?`,
    [hours, days, idHash],
  )
}

export async function endSession(db: Db, idHash: Buffer): Promise<void> {
  await db.execute('DELETE FROM colombier_sessions WHERE id_hash = ?', [idHash])
}

/** Ends the account's sessions, all of them or all but one. @returns how many there were */
export async function endSessionsOf(db: Db, accountId: number, except: Buffer | null = null): Promise<number> {
  const [{ affectedRows }] = await db.execute<ResultSetHeader>(
    'DELETE FROM colombier_sessions WHERE account_id = ? AND (? IS NULL OR id_hash <> ?)',
    [accountId, except, except],
  )
  return affectedRows
}

/**
 * Which of these sessions, in hexadecimal, are at this moment those of active accounts that may moderate, and have
 * shown what they need.
 * @param needed whether moderators need a second factor, and from which day; null: every day
 */
export async function listModeratorSessions(
  db: Db,
  idHashes: Buffer[],
  needed: { isFactorWanted: boolean; factorFrom: string | null },
): Promise<Set<string>> {
  if (idHashes.length === 0) return new Set()
  const [rows] = await db.query<(RowDataPacket & { hash: string })[]>(
    `SELECT LOWER(HEX(s.id_hash)) AS hash FROM colombier_sessions s JOIN colombier_accounts a ON a.id = s.account_id
     WHERE s.id_hash IN (?) AND s.expires_at > UTC_TIMESTAMP(6) AND a.active AND a.role IN ('admin', 'super_admin')
       AND IF(${hasSecondFactor}, s.second_factor_at IS NOT NULL,
              NOT (? AND UTC_TIMESTAMP(6) >= COALESCE(?, '2000-01-01')))`,
    [idHashes, needed.isFactorWanted, needed.factorFrom],
  )
  return new Set(rows.map(({ hash }) => hash))
}

/** A session of one's own. Times in UTC as the database prints them. */
export interface SessionEntry {
  /** its hash in hexadecimal, which opens nothing */
  id: string
  createdAt: string
  lastSeenAt: string
  network: string
  userAgent: string
  /** for the account's second factor */
  waits: number
}

/** The account's sessions that have not expired, the last used first; at most 100. */
export async function listSessionsOf(db: Db, accountId: number): Promise<SessionEntry[]> {
  const [rows] = await db.execute<(RowDataPacket & SessionEntry)[]>(
    `SELECT LOWER(HEX(s.id_hash)) AS id, s.created_at AS createdAt, s.last_seen_at AS lastSeenAt, s.network,
       s.user_agent AS userAgent, s.second_factor_at IS NULL AND ${hasSecondFactor} AS waits
     FROM colombier_sessions s JOIN colombier_accounts a ON a.id = s.account_id
     WHERE s.account_id = ? AND s.expires_at > UTC_TIMESTAMP(6)
     ORDER BY s.last_seen_at DESC LIMIT 100`,
    [accountId],
  )
  return rows
}

/** Ends one of the account's sessions. False when there is none of this id, and when it is somebody else's. */
export async function endOwnSession(db: Db, accountId: number, id: string): Promise<boolean> {
  if (!/^[0-9a-f]{64}$/.test(id)) return false
  const [{ affectedRows }] = await db.execute<ResultSetHeader>(
    'DELETE FROM colombier_sessions WHERE id_hash = ? AND account_id = ?',
    [Buffer.from(id, 'hex'), accountId],
  )
  return affectedRows === 1
}
