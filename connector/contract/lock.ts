import { randomBytes } from 'node:crypto'
import type { RowDataPacket } from 'mysql2/promise'
import type { Db } from './database.ts'
import type { Assignment, Mapping } from '../mapping/mapping.ts'
import { digestOfHash, isLockProven, signLock, type LockKey, type LockRecord } from './lock-record.ts'
import { getMailRow, MailboxGone, readMailRow, updateMailbox, type MailRow } from './mail-row.ts'

export { MailboxGone }

/**
 * The lock of a mailbox: nobody can log in, yet mail for it is accepted. The row of `colombier_mailboxes` says who
 * holds a lock (`setup`: it has no key yet). The mail server's row is written when the first lock is taken and when the
 * last one ends, and only while it is still the row that was locked, with the value that the lock wrote. Every function
 * here that writes runs inside its caller's transaction and takes Colombier's row first, then the mail server's, `FOR
 * UPDATE`.
 */
export type Lock = 'setup' | 'task' | 'administrator'
export type LockKind = Mapping['lock']

/** The tables in which mailboxes are locked, and the key that proves that one of the two programs wrote a lock. */
export interface Locking {
  mapping: Mapping
  lockKey: LockKey
}

/**
 * The mail server's row is not the one that was locked, or another program has given it a hash: nothing was written.
 */
export class ChangedElsewhere extends Error {
  override name = 'ChangedElsewhere'
}

/** The lock in the database was not written by one of the two programs: nothing was written. */
export class LockUnproven extends Error {
  override name = 'LockUnproven'
}

/**
 * How taking a lock away ended. `opened`, and `held` by another lock, are the usual answers. In the other cases nothing
 * was written to the mail server's row:
 * - `changed_elsewhere`: another program has changed or recreated the row. Every lock of the mailbox has ended
 * - `unproven`: see LockUnproven. The mailbox is as it was
 */
export type Unlocking = 'opened' | 'held' | 'changed_elsewhere' | 'unproven'

interface LockRow extends RowDataPacket {
  locks: string
  kept_hash: string | null
  lock_value: string | null
  lock_row: string | null
  lock_proof: string | null
}

/** What holds the mailbox. */
interface HeldLocks {
  locks: Lock[]
  /** what the lock remembers; null when there is no lock, or when its record is not proven */
  record: LockRecord | null
}

/** Now in microseconds: tells a mark from an earlier one of the same mailbox. */
const mark = 'CAST(UNIX_TIMESTAMP(NOW(6)) * 1000000 AS UNSIGNED)'

const lockColumns = 'locks, kept_hash, lock_value, lock_row, lock_proof'

function toHeld({ lockKey }: Locking, address: string, row: LockRow): HeldLocks {
  const locks = row.locks.split(',').filter(Boolean) as Lock[]
  if (locks.length === 0 || row.lock_value === null || row.lock_proof === null) return { locks, record: null }
  const record = { address, locks, rowId: row.lock_row, keptHash: row.kept_hash, value: row.lock_value }
  return { locks, record: isLockProven(lockKey, record, row.lock_proof) ? record : null }
}

/** What holds the mailbox, with its row taken `FOR UPDATE`. @throws MailboxGone */
export async function readLocks(db: Db, locking: Locking, address: string): Promise<HeldLocks> {
  const [[row]] = await db.execute<LockRow[]>(
    `SELECT ${lockColumns} FROM colombier_mailboxes WHERE address = ? FOR UPDATE`,
    [address],
  )
  if (!row) throw new MailboxGone('The mailbox is not one of Colombier’s')
  return toHeld(locking, address, row)
}

/**
 * Makes sure that this lock holds the mailbox and that the mail server's row is as the lock left it.
 * @returns the record of the lock. @throws MailboxGone, ChangedElsewhere, LockUnproven
 */
export async function requireLock(db: Db, locking: Locking, address: string, lock: Lock): Promise<LockRecord> {
  const { locks, record } = await readLocks(db, locking, address)
  if (record === null && locks.length > 0) throw new LockUnproven('The lock is not one of Colombier’s')
  // Somebody found that another program had changed the mailbox, and ended its locks.
  if (record === null || !locks.includes(lock)) throw new ChangedElsewhere('The mailbox is no longer locked')
  const row = await readMailRow(db, locking.mapping, address)
  if (row === null) throw new MailboxGone('The mail server has no such mailbox')
  if (!isAsLocked(locking, record, row)) throw new ChangedElsewhere('Another program has changed the mailbox')
  return record
}

/**
 * Locks the mailbox and asks the connector to end its sessions. A second lock on a locked mailbox only adds its name.
 * If another program has changed the locked mailbox, the locks before are void and this one is the first.
 * @param held what `readLocks` found in this transaction, where the caller has asked already
 * @throws MailboxGone, LockUnproven
 */
export async function lockMailbox(
  db: Db,
  locking: Locking,
  address: string,
  lock: Lock,
  kind: LockKind,
  held?: HeldLocks,
) {
  const { locks, record } = held ?? (await readLocks(db, locking, address))
  if (record === null && locks.length > 0) throw new LockUnproven('The lock is not one of Colombier’s')
  const row = await getMailRow(db, locking.mapping, address)

  if (record !== null && isAsLocked(locking, record, row)) {
    await writeRecord(db, locking, { ...record, locks: [...new Set([...locks, lock])] })
  } else if (kind === 'active') {
    await updateMailbox(db, locking.mapping, address, { set: locking.mapping.mailbox.locked })
    await recordLock(db, locking, address, [lock], null)
  } else {
    await lockByPassword(db, locking, address, [lock], row, [])
  }
  await db.execute(`UPDATE colombier_mailboxes SET end_sessions = ${mark} WHERE address = ?`, [address])
}

/**
 * Takes one lock away, and opens the mailbox if it was the last.
 * @param newHash the login hash from now on, at a password change that succeeded
 * @throws MailboxGone
 */
export async function unlockMailbox(
  db: Db,
  locking: Locking,
  address: string,
  lock: Lock,
  newHash: string | null = null,
): Promise<Unlocking> {
  const { locks: before, record } = await readLocks(db, locking, address)
  if (record === null && before.length > 0) return 'unproven'
  if (record === null || !before.includes(lock)) {
    if (newHash !== null) return 'changed_elsewhere'
    return before.length > 0 ? 'held' : 'opened'
  }
  const { mapping } = locking
  const row = await getMailRow(db, mapping, address)
  if (!isAsLocked(locking, record, row)) {
    await forgetLocks(db, address)
    return 'changed_elsewhere'
  }

  const locks = before.filter((held) => held !== lock)
  const isLast = locks.length === 0
  const hash = newHash ?? record.keptHash
  if (!isLast && record.keptHash !== null) {
    await writeRecord(db, locking, { ...record, locks, keptHash: hash })
    return 'held'
  }
  await updateMailbox(db, mapping, address, {
    // A mailbox that had no hash keeps the one that no password matches.
    ...(hash === null || hash === '' ? {} : { hash }),
    set: [
      ...(newHash === null ? [] : mapping.mailbox.onPassword),
      ...(isLast && record.keptHash === null ? mapping.mailbox.open : []),
    ],
  })
  if (!isLast) {
    await recordLock(db, locking, address, locks, null)
    return 'held'
  }
  await forgetLocks(db, address)
  return 'opened'
}

/**
 * Turns a lock by active column into one by password, for a mail host that does not know inactive mailboxes. The caller
 * has checked, in this transaction, that the mail server's row is as the lock left it.
 */
export async function turnIntoPasswordLock(db: Db, locking: Locking, record: LockRecord) {
  if (record.keptHash !== null) return
  const row = await getMailRow(db, locking.mapping, record.address)
  await lockByPassword(db, locking, record.address, record.locks, row, locking.mapping.mailbox.open)
}

/**
 * Replaces the hash that a locked mailbox will have when it opens.
 * @returns false when another program has changed the mailbox, or its lock is not proven: nothing was written
 * @throws MailboxGone
 */
export async function replaceHash(db: Db, locking: Locking, address: string, hash: string): Promise<boolean> {
  const { locks, record } = await readLocks(db, locking, address)
  const row = await getMailRow(db, locking.mapping, address)
  if (record === null || !isAsLocked(locking, record, row)) return false

  if (record.keptHash !== null) await writeRecord(db, locking, { ...record, keptHash: hash })
  else {
    await updateMailbox(db, locking.mapping, address, { hash, set: [] })
    await recordLock(db, locking, address, locks, null)
  }
  return true
}

/**
 * Records the locks of a mailbox that was created locked, from the mail server's row as it is now.
 * @param keptHash the real hash, if the row holds a value in its place that no password matches
 * @throws MailboxGone
 */
export async function recordLock(
  db: Db,
  locking: Locking,
  address: string,
  locks: readonly string[],
  keptHash: string | null,
) {
  // Read back: a column may keep what it is given in another form.
  const { hash, id } = await getMailRow(db, locking.mapping, address)
  const value = keptHash === null ? digestOfHash(locking.lockKey, hash ?? '') : (hash ?? '')
  await writeRecord(db, locking, { address, locks, rowId: id, keptHash, value })
}

/**
 * The hash of the mailbox's password, which a lock may have taken out of the row; null when there is no such mailbox.
 * If the lock is not proven, or another program has undone it, only the mail server's row counts.
 */
export async function findRealHash(db: Db, locking: Locking, address: string): Promise<string | null> {
  const [[own]] = await db.execute<LockRow[]>(`SELECT ${lockColumns} FROM colombier_mailboxes WHERE address = ?`, [
    address,
  ])
  const row = await readMailRow(db, locking.mapping, address, false)
  const record = own ? toHeld(locking, address, own).record : null
  if (row === null || record === null || !isAsLocked(locking, record, row)) return row?.hash ?? null
  return record.keptHash ?? row.hash
}

/**
 * A value that no password matches: the setting of a SHA-256 hash of `crypt(3)` without the digest, which every real
 * hash has. Dovecot reads it without an error and answers that the password is wrong. It has 20 characters, because the
 * narrowest password column in use has no more; half of them are random, because every lock needs a value of its own.
 */
export const unmatchableHash = (): string => `{CRYPT}$5$${randomBytes(8).toString('base64url').slice(0, 10)}`

/** Whether this is the row that was locked, with the value that the lock left there. */
function isAsLocked({ lockKey }: Locking, { rowId, keptHash, value }: LockRecord, row: MailRow): boolean {
  if (rowId !== null && row.id !== null && rowId !== row.id) return false
  return (keptHash === null ? digestOfHash(lockKey, row.hash ?? '') : row.hash) === value
}

async function lockByPassword(
  db: Db,
  locking: Locking,
  address: string,
  locks: readonly string[],
  { hash }: MailRow,
  also: Assignment[],
) {
  await updateMailbox(db, locking.mapping, address, { hash: unmatchableHash(), set: also })
  await recordLock(db, locking, address, locks, hash ?? '')
}

async function writeRecord(db: Db, { lockKey }: Locking, record: LockRecord) {
  const { address, locks, keptHash, value, rowId } = record
  await db.execute(
    `UPDATE colombier_mailboxes SET locks = ?, kept_hash = ?, lock_value = ?, lock_row = ?, lock_proof = ?
     WHERE address = ?`,
    [locks.join(','), keptHash, value, rowId, signLock(lockKey, record), address],
  )
}

/** Ends all locks. The connector then makes the mail host forget the log-ins that it refused. */
async function forgetLocks(db: Db, address: string) {
  await db.execute(
    `UPDATE colombier_mailboxes SET locks = '', kept_hash = NULL, lock_value = NULL, lock_row = NULL, lock_proof = NULL,
       flush_logins = ${mark} WHERE address = ?`,
    [address],
  )
}
