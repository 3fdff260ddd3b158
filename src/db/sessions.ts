import { randomBytes } from 'node:crypto'
import type { ResultSetHeader, RowDataPacket } from 'mysql2/promise'
import type { Role } from '../lib/roles.ts'
import { hashToken } from '../lib/token.ts'
import type { Account } from './accounts.ts'
import { queueStateOfModerator, type QueueState } from './registrations.ts'
import type { Db } from './store.ts'

interface SessionRow extends RowDataPacket {
  id: number
  email: string
  role: Role
  language: string | null
  mailbox_limit: number | null
  /** one of those granted, in each row; null: there is none */
  domain: string | null
  stale: number
  mark?: string | null
  waiting?: number | null
  silent?: number | null
}

/**
 * The session's account, and whether the row was last touched more than a minute ago. Null when there is no such
 * session, it has expired, or its account is inactive.
 * @param withQueue also reads the moderation queue's state, which every page of a moderator shows; null for anybody
 *   else
 */
export async function findSession(
  db: Db,
  idHash: Buffer,
  withQueue = false,
): Promise<{ account: Account; stale: boolean; queue: QueueState | null } | null> {
  const [rows] = await db.execute<SessionRow[]>(
    `SELECT a.id, a.email, a.role, a.language, a.mailbox_limit, g.domain,
            s.last_seen_at < UTC_TIMESTAMP(6) - INTERVAL 1 MINUTE AS stale${withQueue ? `, ${queueStateOfModerator}` : ''}
     FROM colombier_sessions s JOIN colombier_accounts a ON a.id = s.account_id
       LEFT JOIN colombier_grants g ON g.account_id = a.id
     WHERE s.id_hash = ? AND s.expires_at > UTC_TIMESTAMP(6) AND a.active`,
    [idHash],
  )
  const [row] = rows
  if (!row) return null

  const domains = rows.flatMap(({ domain }) => domain ?? [])
  const { id, email, role, language, mailbox_limit: mailboxLimit, waiting } = row
  return {
    account: { id, email, role, language, mailboxLimit, domains: domains.sort() },
    stale: row.stale === 1,
    queue:
      waiting === undefined || waiting === null
        ? null
        : { mark: row.mark ?? '0', waiting, connectorsSilent: row.silent === 1 },
  }
}

/** How long a session lives: `hours` after its last use, and never longer than `days` in all. */
interface SessionLife {
  hours: number
  days: number
}

/** Nobody uses more browsers than that. */
const mostSessions = 20

/**
 * Begins a session. If the account has too many, those used least recently end.
 * @returns the new session's id, for the cookie (the database keeps only its hash), and how many sessions ended
 */
export async function createSession(
  db: Db,
  session: { accountId: number; life: SessionLife; network: string; userAgent: string },
): Promise<{ sid: string; ended: number }> {
  const { accountId, life, network, userAgent } = session
  const sid = randomBytes(16).toString('base64url')
  await db.execute(
    `INSERT INTO colombier_sessions (id_hash, account_id, created_at, last_seen_at, expires_at, network, user_agent)
     VALUES (?, ?, UTC_TIMESTAMP(6), UTC_TIMESTAMP(6), UTC_TIMESTAMP(6) + INTERVAL ? HOUR, ?, ?)`,
    [hashToken(sid), accountId, Math.min(life.hours, life.days * 24), network, userAgent.slice(0, 255)],
  )
  const [surplus] = await db.execute<(RowDataPacket & { hash: Buffer })[]>(
    `SELECT id_hash AS hash FROM colombier_sessions WHERE account_id = ? AND expires_at > UTC_TIMESTAMP(6)
     ORDER BY last_seen_at DESC LIMIT 1000 OFFSET ${mostSessions}`,
    [accountId],
  )
  for (const { hash } of surplus) await endSession(db, hash)
  return { sid, ended: surplus.length }
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

/** Which of these sessions, in hexadecimal, are at this moment those of active accounts that may moderate. */
export async function listModeratorSessions(db: Db, idHashes: Buffer[]): Promise<Set<string>> {
  if (idHashes.length === 0) return new Set()
  const [rows] = await db.query<(RowDataPacket & { hash: string })[]>(
    `SELECT LOWER(HEX(s.id_hash)) AS hash FROM colombier_sessions s JOIN colombier_accounts a ON a.id = s.account_id
     WHERE s.id_hash IN (?) AND s.expires_at > UTC_TIMESTAMP(6) AND a.active AND a.role IN ('admin', 'super_admin')`,
    [idHashes],
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
}

/** The account's sessions that have not expired, the last used first; at most 100. */
export async function listSessionsOf(db: Db, accountId: number): Promise<SessionEntry[]> {
  const [rows] = await db.execute<(RowDataPacket & SessionEntry)[]>(
    `SELECT LOWER(HEX(id_hash)) AS id, created_at AS createdAt, last_seen_at AS lastSeenAt, network,
       user_agent AS userAgent
     FROM colombier_sessions WHERE account_id = ? AND expires_at > UTC_TIMESTAMP(6)
     ORDER BY last_seen_at DESC LIMIT 100`,
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
