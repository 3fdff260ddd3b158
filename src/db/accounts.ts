import type { PoolConnection, ResultSetHeader, RowDataPacket } from 'mysql2/promise'
import type { Db } from './store.ts'

export type Role = 'user' | 'admin' | 'super_admin'

interface Credentials extends RowDataPacket {
  id: number
  password_hash: string
}

/** The hash to check a sign-in against; null when there is no such account, or an inactive one. */
export async function findCredentials(db: Db, email: string): Promise<{ id: number; passwordHash: string } | null> {
  const [[row]] = await db.execute<Credentials[]>(
    'SELECT id, password_hash FROM colombier_accounts WHERE email = ? AND active',
    [email],
  )
  return row ? { id: row.id, passwordHash: row.password_hash } : null
}

export async function hasActiveSuperAdmin(db: Db): Promise<boolean> {
  const [rows] = await db.execute<RowDataPacket[]>(
    "SELECT 1 FROM colombier_accounts WHERE role = 'super_admin' AND active LIMIT 1",
  )
  return rows.length > 0
}

/** Makes a new account super admin, or turns an existing one into an active one with this password. @returns its id */
export async function makeSuperAdmin(
  db: Db,
  admin: { email: string; passwordHash: string; language: string | null },
): Promise<{ id: number; created: boolean }> {
  const [{ insertId, affectedRows }] = await db.execute<ResultSetHeader>(
    `INSERT INTO colombier_accounts (email, password_hash, role, active, language, created_at)
     VALUES (?, ?, 'super_admin', TRUE, ?, UTC_TIMESTAMP(6))
     ON DUPLICATE KEY UPDATE id = LAST_INSERT_ID(id), password_hash = VALUES(password_hash), role = 'super_admin',
       active = TRUE, language = COALESCE(VALUES(language), language)`,
    [admin.email, admin.passwordHash, admin.language],
  )
  return { id: insertId, created: affectedRows === 1 }
}

export async function setLanguage(db: Db, accountId: number, language: string): Promise<void> {
  await db.execute('UPDATE colombier_accounts SET language = ? WHERE id = ?', [language, accountId])
}

export async function recordSignIn(db: Db, accountId: number): Promise<void> {
  await db.execute('UPDATE colombier_accounts SET last_sign_in_at = UTC_TIMESTAMP(6) WHERE id = ?', [accountId])
}

/** The active owner of a mailbox; null when it has none. */
export async function findOwner(db: Db, address: string): Promise<{ email: string; language: string | null } | null> {
  const [[row]] = await db.execute<(RowDataPacket & { email: string; language: string | null })[]>(
    `SELECT a.email, a.language FROM colombier_mailboxes m JOIN colombier_accounts a ON a.id = m.account_id
     WHERE m.address = ? AND a.active`,
    [address],
  )
  return row ?? null
}

/** Makes an account with this hash for its password. @returns its id; null when the address has an account already */
export async function insertAccount(
  db: PoolConnection,
  account: { email: string; passwordHash: string; language: string | null; mailboxLimit: number | null },
): Promise<number | null> {
  try {
    const [{ insertId }] = await db.execute<ResultSetHeader>(
      `INSERT INTO colombier_accounts (email, password_hash, language, mailbox_limit, created_at)
       VALUES (?, ?, ?, ?, UTC_TIMESTAMP(6))`,
      [account.email, account.passwordHash, account.language, account.mailboxLimit],
    )
    return insertId
  } catch (error) {
    if ((error as { code?: string }).code === 'ER_DUP_ENTRY') return null
    throw error
  }
}

/** Grants domains to an account that holds none of them. */
export async function insertGrants(db: Db, accountId: number, domains: string[]): Promise<void> {
  if (domains.length === 0) return
  await db.query('INSERT INTO colombier_grants (account_id, domain) VALUES ?', [
    domains.map((domain) => [accountId, domain]),
  ])
}

/** Whom registrations concern: the active admins and super admins. */
export async function listModerators(db: Db): Promise<{ email: string; language: string | null }[]> {
  const [rows] = await db.execute<(RowDataPacket & { email: string; language: string | null })[]>(
    "SELECT email, language FROM colombier_accounts WHERE role IN ('admin', 'super_admin') AND active",
  )
  return rows
}
