import { randomBytes } from 'node:crypto'
import type { RowDataPacket } from 'mysql2/promise'
import { isAddress } from '../mapping/address-sql.ts'
import type { Db } from './database.ts'
import { andWhere, assign } from '../mapping/pieces.ts'
import type { Assignment, Mapping } from '../mapping/mapping.ts'
import { ask, join, sql, write, type Sql } from '../mapping/sql.ts'

/**
 * The lock of a mailbox: nobody can log in, yet mail for it is accepted. The row of `colombier_mailboxes` says who
 * holds a lock (`setup`: it has no key yet); the mail server's row is written when the first lock comes and when the last one goes. Every function
 * here runs inside its caller's transaction and takes that first row `FOR UPDATE`.
 */
export type Lock = 'setup' | 'task' | 'administrator'
export type LockKind = Mapping['lock']

/** The mail server's row, or Colombier's own, is not there: nothing was written. */
export class MailboxGone extends Error {
  override name = 'MailboxGone'
}

interface LockRow extends RowDataPacket {
  locks: string
  kept_hash: string | null
}

/** What holds the mailbox. */
export interface HeldLocks {
  locks: Lock[]
  /** the real hash, where a lock by password holds its place */
  keptHash: string | null
}

/** What holds the mailbox, with its row taken `FOR UPDATE`. @throws MailboxGone */
export async function readLocks(db: Db, address: string): Promise<HeldLocks> {
  const [[row]] = await db.execute<LockRow[]>(
    'SELECT locks, kept_hash FROM colombier_mailboxes WHERE address = ? FOR UPDATE',
    [address],
  )
  if (!row) throw new MailboxGone('The mailbox is not one of Colombier’s')
  return { locks: row.locks.split(',').filter(Boolean) as Lock[], keptHash: row.kept_hash }
}

/**
 * Locks the mailbox, and has the connector end its sessions; a second lock on a locked mailbox only adds its name.
 * @param held what `readLocks` found in this transaction, where the caller has asked already
 * @throws MailboxGone
 */
export async function lockMailbox(
  db: Db,
  mapping: Mapping,
  address: string,
  lock: Lock,
  kind: LockKind,
  held?: HeldLocks,
) {
  const { locks, keptHash } = held ?? (await readLocks(db, address))
  let kept = keptHash

  if (locks.length === 0) {
    if (kind === 'active') await updateMailbox(db, mapping, address, assign(mapping.mailbox.locked))
    else kept = await lockByPassword(db, mapping, address, [])
  }

  await writeLocks(db, address, [...new Set([...locks, lock])], kept)
  await db.execute('UPDATE colombier_mailboxes SET end_sessions = TRUE WHERE address = ?', [address])
}

/**
 * Takes one lock away, and opens the mailbox if it was the last.
 * @param newHash the login hash from now on, at a password change that succeeded
 * @throws MailboxGone
 */
export async function unlockMailbox(
  db: Db,
  mapping: Mapping,
  address: string,
  lock: Lock,
  newHash: string | null = null,
) {
  const before = await readLocks(db, address)
  const locks = before.locks.filter((held) => held !== lock)
  const hash = newHash ?? before.keptHash
  const byPassword = before.keptHash !== null
  const changed = newHash === null ? [] : mapping.mailbox.onPassword

  if (locks.length > 0 && byPassword) {
    await writeLocks(db, address, locks, hash)
    return
  }
  const opened = locks.length === 0 && before.locks.length > 0 && !byPassword ? mapping.mailbox.open : []
  await updateMailbox(db, mapping, address, [
    ...(hash === null ? [] : [sql`${mapping.mailbox.password} = ${hash}`]),
    ...assign([...changed, ...opened]),
  ])
  await writeLocks(db, address, locks, null)
}

/**
 * Makes a lock by active column one by password: for a mail host to which an inactive mailbox does not exist.
 * @throws MailboxGone
 */
export async function turnIntoPasswordLock(db: Db, mapping: Mapping, address: string) {
  const { locks, keptHash } = await readLocks(db, address)
  if (locks.length === 0 || keptHash !== null) return

  await writeLocks(db, address, locks, await lockByPassword(db, mapping, address, mapping.mailbox.open))
}

/** A value that Dovecot reads as a SHA-256 and that is the digest of nothing anybody has. */
export const unmatchableHash = (): string => `{SHA256}${randomBytes(32).toString('base64')}`

async function lockByPassword(db: Db, mapping: Mapping, address: string, also: Assignment[]): Promise<string> {
  const { mailbox } = mapping
  const [row] = await ask<{ hash: string }>(
    db,
    sql`SELECT ${mailbox.password} AS hash FROM ${mailbox.table}
        WHERE ${isAddress(mailbox.address, address)}${andWhere(mailbox.where)} FOR UPDATE`,
  )
  if (!row) throw new MailboxGone('The mail server has no such mailbox')
  await updateMailbox(db, mapping, address, [sql`${mailbox.password} = ${unmatchableHash()}`, ...assign(also)])
  return row.hash
}

async function updateMailbox(db: Db, { mailbox }: Mapping, address: string, set: Sql[]) {
  if (set.length === 0) return
  const found = await write(
    db,
    sql`UPDATE ${mailbox.table} SET ${join(set)} WHERE ${isAddress(mailbox.address, address)}${andWhere(mailbox.where)}`,
  )
  if (found === 0) throw new MailboxGone('The mail server has no such mailbox')
  if (found > 1) throw new Error('The mail server has more than one row for the mailbox')
}

async function writeLocks(db: Db, address: string, locks: Lock[], keptHash: string | null) {
  await db.execute('UPDATE colombier_mailboxes SET locks = ?, kept_hash = ? WHERE address = ?', [
    locks.join(','),
    keptHash,
    address,
  ])
}
