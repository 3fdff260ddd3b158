import type { PoolConnection, ResultSetHeader, RowDataPacket } from 'mysql2/promise'
import type { Role } from '../lib/roles.ts'
import type { Db } from './store.ts'

/** The account that a request comes from, as the database has it at this moment. */
export interface Account {
  id: number
  email: string
  role: Role
  language: string | null
  /** null: the default of the settings */
  mailboxLimit: number | null
  /** the granted domains, in alphabetical order */
  domains: string[]
}

export interface Credentials {
  id: number
  role: Role
  language: string | null
  passwordHash: string
}

/** The hash to check a sign-in against; null when there is no such account, or an inactive one. */
export async function findCredentials(db: Db, email: string): Promise<Credentials | null> {
  const [[row]] = await db.execute<(RowDataPacket & Credentials)[]>(
    'SELECT id, role, language, password_hash AS passwordHash FROM colombier_accounts WHERE email = ? AND active',
    [email],
  )
  return row ?? null
}

/** An active account, for whoever has shown that it is theirs. Null when there is none. */
export async function findSignInAccount(
  db: Db,
  accountId: number,
): Promise<{ id: number; email: string; role: Role; language: string | null } | null> {
  const [[row]] = await db.execute<
    (RowDataPacket & { id: number; email: string; role: Role; language: string | null })[]
  >('SELECT id, email, role, language FROM colombier_accounts WHERE id = ? AND active', [accountId])
  return row ?? null
}

/** Whether the account is active and still has this hash; it stays so until the end of the transaction. */
export async function holdsPassword(db: PoolConnection, accountId: number, passwordHash: string): Promise<boolean> {
  const [rows] = await db.execute<RowDataPacket[]>(
    'SELECT id FROM colombier_accounts WHERE id = ? AND password_hash = ? AND active FOR UPDATE',
    [accountId, passwordHash],
  )
  return rows.length === 1
}

/** Holds the account until the end of the transaction. False when there is none that is active. */
export async function holdActiveAccount(db: PoolConnection, accountId: number): Promise<boolean> {
  const [rows] = await db.execute<RowDataPacket[]>(
    'SELECT id FROM colombier_accounts WHERE id = ? AND active FOR UPDATE',
    [accountId],
  )
  return rows.length === 1
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

/** @returns whether it is the account's first sign-in */
export async function setLastSignIn(db: Db, accountId: number): Promise<boolean> {
  const [rows] = await db.execute<RowDataPacket[]>(
    'SELECT 1 FROM colombier_accounts WHERE id = ? AND last_sign_in_at IS NULL FOR UPDATE',
    [accountId],
  )
  await db.execute('UPDATE colombier_accounts SET last_sign_in_at = UTC_TIMESTAMP(6) WHERE id = ?', [accountId])
  return rows.length === 1
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

/** The active accounts that manage the domain: its admins and the super admins; at most 50. */
export async function listAdminsOf(db: Db, domain: string): Promise<{ email: string; language: string | null }[]> {
  const [rows] = await db.execute<(RowDataPacket & { email: string; language: string | null })[]>(
    `SELECT email, language FROM colombier_accounts WHERE active AND (role = 'super_admin' OR role = 'admin' AND id IN
       (SELECT account_id FROM colombier_grants WHERE domain = ?)) ORDER BY role DESC, id LIMIT 50`,
    [domain],
  )
  return rows
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

/** Who moderates registrations: the active admins and super admins. */
export async function listModerators(db: Db): Promise<{ email: string; language: string | null }[]> {
  const [rows] = await db.execute<(RowDataPacket & { email: string; language: string | null })[]>(
    "SELECT email, language FROM colombier_accounts WHERE role IN ('admin', 'super_admin') AND active",
  )
  return rows
}

/** Whom it concerns that nothing is carried out on the mail host. */
export async function listSuperAdmins(db: Db): Promise<{ email: string; language: string | null }[]> {
  const [rows] = await db.execute<(RowDataPacket & { email: string; language: string | null })[]>(
    "SELECT email, language FROM colombier_accounts WHERE role = 'super_admin' AND active ORDER BY id",
  )
  return rows
}

/** An account's rights, read while its row is held. */
export interface AccountRights {
  id: number
  email: string
  role: Role
  active: boolean
  mailboxLimit: number | null
}

/**
 * Holds the rows of the active super admins until the transaction ends, so that two of them cannot remove each other at
 * once. Ask for these before any other account's row: taken in one order, the rows cannot deadlock.
 * @returns their ids
 */
export async function listSuperAdminsForUpdate(db: PoolConnection): Promise<number[]> {
  const [rows] = await db.execute<(RowDataPacket & { id: number })[]>(
    "SELECT id FROM colombier_accounts WHERE role = 'super_admin' AND active ORDER BY id FOR UPDATE",
  )
  return rows.map(({ id }) => id)
}

/** Holds the account's row until the transaction ends. Null when there is no such account. */
export async function findAccountForUpdate(db: PoolConnection, id: number): Promise<AccountRights | null> {
  const [[row]] = await db.execute<
    (RowDataPacket & { email: string; role: Role; active: number; mailbox_limit: number | null })[]
  >('SELECT email, role, active, mailbox_limit FROM colombier_accounts WHERE id = ? FOR UPDATE', [id])
  if (!row) return null
  return { id, email: row.email, role: row.role, active: row.active === 1, mailboxLimit: row.mailbox_limit }
}

/** Whom to tell of what is done to the account, while its row is held. Null when there is no such account. */
export async function findNamedForUpdate(
  db: PoolConnection,
  id: number,
): Promise<{ id: number; email: string; language: string | null } | null> {
  const [[row]] = await db.execute<(RowDataPacket & { id: number; email: string; language: string | null })[]>(
    'SELECT id, email, language FROM colombier_accounts WHERE id = ? FOR UPDATE',
    [id],
  )
  return row ?? null
}

/** The active account of this address; null when there is none. */
export async function findActiveAccount(
  db: Db,
  email: string,
): Promise<{ id: number; email: string; language: string | null } | null> {
  const [[row]] = await db.execute<(RowDataPacket & { id: number; email: string; language: string | null })[]>(
    'SELECT id, email, language FROM colombier_accounts WHERE email = ? AND active',
    [email],
  )
  return row ?? null
}

export async function isEmailTaken(db: Db, email: string): Promise<boolean> {
  const [rows] = await db.execute<RowDataPacket[]>('SELECT 1 FROM colombier_accounts WHERE email = ?', [email])
  return rows.length > 0
}

export async function setRights(
  db: Db,
  { id, role, active, mailboxLimit }: Pick<AccountRights, 'id' | 'role' | 'active' | 'mailboxLimit'>,
): Promise<void> {
  await db.execute('UPDATE colombier_accounts SET role = ?, active = ?, mailbox_limit = ? WHERE id = ?', [
    role,
    active,
    mailboxLimit,
    id,
  ])
}

/** The hash of an active account's password; null when there is no such account any more. */
export async function findPasswordHash(db: Db, accountId: number): Promise<string | null> {
  const [[row]] = await db.execute<(RowDataPacket & { password_hash: string })[]>(
    'SELECT password_hash FROM colombier_accounts WHERE id = ? AND active',
    [accountId],
  )
  return row?.password_hash ?? null
}

/** Sets the hash, if the one before is still `previous`. @returns whether it was */
export async function replacePasswordHash(db: Db, accountId: number, previous: string, hash: string) {
  const [{ affectedRows }] = await db.execute<ResultSetHeader>(
    'UPDATE colombier_accounts SET password_hash = ? WHERE id = ? AND password_hash = ? AND active',
    [hash, accountId, previous],
  )
  return affectedRows === 1
}

/** @throws Error when there is no such active account */
export async function setAccountPasswordHash(db: Db, accountId: number, hash: string): Promise<void> {
  const [{ affectedRows }] = await db.execute<ResultSetHeader>(
    'UPDATE colombier_accounts SET password_hash = ? WHERE id = ? AND active',
    [hash, accountId],
  )
  if (affectedRows !== 1) throw new Error('There is no such active account')
}

/** @returns false when another account has the address: nothing was written */
export async function setEmail(db: Db, accountId: number, email: string): Promise<boolean> {
  try {
    await db.execute('UPDATE colombier_accounts SET email = ? WHERE id = ?', [email, accountId])
    return true
  } catch (error) {
    if ((error as { code?: string }).code === 'ER_DUP_ENTRY') return false
    throw error
  }
}

/** Removes the account, with its grants, sessions and links. @throws Error when it is gone, or has a mailbox */
export async function removeAccount(db: Db, accountId: number): Promise<void> {
  const [{ affectedRows }] = await db.execute<ResultSetHeader>('DELETE FROM colombier_accounts WHERE id = ?', [
    accountId,
  ])
  if (affectedRows !== 1) throw new Error('There is no such account')
}
