import type { PoolConnection, ResultSetHeader, RowDataPacket } from 'mysql2/promise'
import type { Lock } from '../../connector/contract/lock.ts'
import type { Account } from './sessions.ts'
import type { TaskView } from './tasks.ts'
import type { Db } from './store.ts'

/** A mailbox as Colombier's own tables know it. The mail server's side of it is in mail-rows.ts. */
export interface Mailbox {
  id: number
  address: string
  locks: Lock[]
  lockReason: string | null
  /** The newest task, null when there never was one. */
  task: TaskView | null
}

interface MailboxRow extends RowDataPacket {
  id: number
  address: string
  locks: string
  lock_reason: string | null
  kind: TaskView['kind'] | null
  state: TaskView['state']
  error: TaskView['error']
  requested_at: string
  not_before: string
  deadline: string | null
}

const select = `SELECT m.id, m.address, m.locks, m.lock_reason,
    t.kind, t.state, t.error, t.requested_at, t.not_before, t.deadline
  FROM colombier_mailboxes m LEFT JOIN colombier_tasks t
    ON t.id = (SELECT n.id FROM colombier_tasks n WHERE n.mailbox = m.address ORDER BY n.requested_at DESC LIMIT 1)`

const toMailbox = (row: MailboxRow): Mailbox => ({
  id: row.id,
  address: row.address,
  locks: row.locks.split(',').filter(Boolean) as Lock[],
  lockReason: row.lock_reason,
  task: row.kind && {
    kind: row.kind,
    state: row.state,
    error: row.error,
    requestedAt: row.requested_at,
    notBefore: row.not_before,
    deadline: row.deadline,
  },
})

/** The account's mailboxes, by address. */
export async function listForAccount(db: Db, accountId: number): Promise<Mailbox[]> {
  const [rows] = await db.execute<MailboxRow[]>(`${select} WHERE m.account_id = ? ORDER BY m.address`, [accountId])
  return rows.map(toMailbox)
}

/** The account's mailbox of this id. Null when there is none, and when it is somebody else's. */
export async function findOwned(db: Db, accountId: number, id: string): Promise<Mailbox | null> {
  if (!/^[1-9]\d{0,17}$/.test(id)) return null
  const [[row]] = await db.execute<MailboxRow[]>(`${select} WHERE m.id = ? AND m.account_id = ?`, [id, accountId])
  return row ? toMailbox(row) : null
}

/** The same, held to the end of the transaction: locks, tasks and the owner stay as they are, and writers queue up. */
export async function holdOwned(db: PoolConnection, accountId: number, id: string): Promise<Mailbox | null> {
  if ((await findOwned(db, accountId, id)) === null) return null
  await db.execute('SELECT id FROM colombier_mailboxes WHERE id = ? FOR UPDATE', [id])
  // Read only now: what was found before may have changed while this waited.
  return findOwned(db, accountId, id)
}

/**
 * The mailbox of this id, if its domain is one that this administrator looks after; for a super admin, any. Null when
 * there is none, and when it is not theirs to look after.
 */
export async function findAdministered(
  db: Db,
  { role, domains }: Pick<Account, 'role' | 'domains'>,
  id: string,
): Promise<Mailbox | null> {
  const all = role === 'super_admin'
  if (!/^[1-9]\d{0,17}$/.test(id) || (!all && (role !== 'admin' || domains.length === 0))) return null
  const inDomains = all ? '' : ` AND SUBSTRING_INDEX(m.address, '@', -1) IN (${domains.map(() => '?').join(', ')})`
  const [[row]] = await db.execute<MailboxRow[]>(`${select} WHERE m.id = ?${inDomains}`, [id, ...(all ? [] : domains)])
  return row ? toMailbox(row) : null
}

export async function setLockReason(db: Db, address: string, reason: string | null) {
  await db.execute('UPDATE colombier_mailboxes SET lock_reason = ? WHERE address = ?', [reason, address])
}

/**
 * How many mailboxes the account has, pending deletions counted. Takes the account's row, so that two requests of one
 * account are counted one after the other.
 */
export async function countForAccountLocked(db: PoolConnection, accountId: number): Promise<number> {
  await db.execute('SELECT id FROM colombier_accounts WHERE id = ? FOR UPDATE', [accountId])
  const [[row]] = await db.execute<(RowDataPacket & { count: number })[]>(
    'SELECT COUNT(*) AS count FROM colombier_mailboxes WHERE account_id = ?',
    [accountId],
  )
  return row?.count ?? 0
}

/** Whether Colombier has a mailbox of this address, be the mail server's row gone or not. */
export async function isMailboxKnown(db: Db, address: string): Promise<boolean> {
  const [rows] = await db.execute<RowDataPacket[]>('SELECT 1 FROM colombier_mailboxes WHERE address = ?', [address])
  return rows.length > 0
}

/** @returns the new mailbox's id */
export async function insertMailbox(
  db: Db,
  mailbox: { address: string; accountId: number; locks: Lock[]; keptHash: string | null },
): Promise<number> {
  const [{ insertId }] = await db.execute<ResultSetHeader>(
    `INSERT INTO colombier_mailboxes (address, account_id, locks, kept_hash, created_at)
     VALUES (?, ?, ?, ?, UTC_TIMESTAMP(6))`,
    [mailbox.address, mailbox.accountId, mailbox.locks.join(','), mailbox.keptHash],
  )
  return insertId
}

export async function setKeptHash(db: Db, address: string, hash: string | null) {
  await db.execute('UPDATE colombier_mailboxes SET kept_hash = ? WHERE address = ?', [hash, address])
}

/**
 * Takes the address for the rest of the transaction: whoever wants it too, as a mailbox or an alias, waits here.
 * @returns false while it is reserved after a deletion, for anyone but the account that had it
 */
export async function claimAddress(db: PoolConnection, address: string, accountId: number): Promise<boolean> {
  await db.execute(
    'DELETE FROM colombier_reservations WHERE address = ? AND (until <= UTC_TIMESTAMP(6) OR account_id = ?)',
    [address, accountId],
  )
  try {
    await db.execute('INSERT INTO colombier_reservations (address, until) VALUES (?, UTC_TIMESTAMP(6))', [address])
    return true
  } catch (error) {
    if ((error as { code?: string }).code === 'ER_DUP_ENTRY') return false
    throw error
  }
}

/** Ends what claimAddress began. */
export async function releaseAddress(db: PoolConnection, address: string) {
  await db.execute('DELETE FROM colombier_reservations WHERE address = ?', [address])
}
