import { randomBytes } from 'node:crypto'
import type { PoolConnection, ResultSetHeader, RowDataPacket } from 'mysql2/promise'
import type { Result } from '../lib/result.ts'
import { hashToken } from '../lib/token.ts'
import type { Db } from './store.ts'

type LinkPurpose = 'password_reset' | 'email_change'

/** Whose link it is, and what it carries. */
interface Link {
  accountId: number
  email: string
  language: string | null
  data: string | null
  /** used before: somebody who opens it again is told that it is done */
  used: boolean
}

/**
 * Makes a link that works once.
 * @param accountId null for an address without an account: that link never works
 * @returns its token, for the mail; the database keeps only the hash
 */
export async function insertLink(
  db: Db,
  link: { accountId: number | null; purpose: LinkPurpose; data?: string; minutes: number },
): Promise<string> {
  const token = randomBytes(32).toString('base64url')
  await db.execute(
    `INSERT INTO colombier_links (id_hash, account_id, purpose, data, expires_at)
     VALUES (?, ?, ?, ?, UTC_TIMESTAMP(6) + INTERVAL ? MINUTE)`,
    [hashToken(token), link.accountId, link.purpose, link.data ?? null, link.minutes],
  )
  return token
}

/** The link with this token; null when it has expired or never existed, or its account is inactive. */
export async function findLink(db: Db, token: string, purpose: LinkPurpose): Promise<Link | null> {
  const [[row]] = await db.execute<(RowDataPacket & Omit<Link, 'used'> & { used: number })[]>(
    `SELECT l.account_id AS accountId, a.email, a.language, l.data, l.used_at IS NOT NULL AS used
     FROM colombier_links l JOIN colombier_accounts a ON a.id = l.account_id AND a.active
     WHERE l.id_hash = ? AND l.purpose = ? AND l.expires_at > UTC_TIMESTAMP(6)`,
    [hashToken(token), purpose],
  )
  return row ? { ...row, used: row.used === 1 } : null
}

/** Uses the link. Of two at once, one gets it and the other finds it used. Null as in findLink. */
export async function takeLink(
  db: PoolConnection,
  token: string,
  purpose: LinkPurpose,
): Promise<Result<Link, 'used'> | null> {
  const link = await findLink(db, token, purpose)
  if (link === null) return null
  const [{ affectedRows }] = await db.execute<ResultSetHeader>(
    'UPDATE colombier_links SET used_at = UTC_TIMESTAMP(6) WHERE id_hash = ? AND used_at IS NULL',
    [hashToken(token)],
  )
  if (affectedRows === 1) return { done: link }
  // Used meanwhile, or invalidated with the others.
  return (await findLink(db, token, purpose)) && { refused: 'used' }
}

/** Invalidates the account's unused links of this kind; by default of every kind. */
export async function removeLinksOf(db: Db, accountId: number, purpose: LinkPurpose | null = null): Promise<void> {
  await db.execute(
    'DELETE FROM colombier_links WHERE account_id = ? AND used_at IS NULL AND (? IS NULL OR purpose = ?)',
    [accountId, purpose, purpose],
  )
}
