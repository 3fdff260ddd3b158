import type { PoolConnection, ResultSetHeader, RowDataPacket } from 'mysql2/promise'
import type { AppPasswords } from '../../connector/contract/credentials.ts'
import type { Lock } from '../../connector/contract/lock.ts'
import type { Mapping } from '../../connector/mapping/mapping.ts'
import { sql, Sql } from '../../connector/mapping/sql.ts'
import { toMailRow, type AskedRow, type MailRow } from './mail/rows.ts'
import { revokeAll } from './credentials.ts'
import type { TaskView } from './tasks.ts'
import type { Db } from './store.ts'
import type { Account } from './accounts.ts'
import { areConnectorsSilent, seenAppPasswords, toAppPasswords } from './connectors.ts'
import { isId } from './ids.ts'
import { holdersColumns, toHolders, type Holders, type HoldersRow } from './grants.ts'

/** A mailbox as Colombier's own tables know it. The mail server's side of it is in mail/rows.ts. */
export interface Mailbox {
  id: number
  address: string
  locks: Lock[]
  lockReason: string | null
  /** The newest task, null when there never was one. */
  task: TaskView | null
  /** its task is due, and no connector reports that could carry it out */
  isHeldUp: boolean
  /** when the new password comes into force that was requested with the recovery code; null: none was */
  recoveryDueAt: string | null
  hasRecoveryCode: boolean
  hasAppPasswords: boolean
  /** what connectors have seen mail programs log in with */
  seenAppPasswords: AppPasswords
  /** an administrator lets its owner begin anew, without the mail */
  mayStartAnew: boolean
}

export interface MailboxRow extends RowDataPacket {
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
  task_is_due: number | null
  recovery_due_at: string | null
  credentials: number
  seen_app_passwords: number | null
  may_start_anew: number
}

const ownColumns = `m.id, m.address, m.locks, m.lock_reason,
    m.new_start_offered_at IS NOT NULL AS may_start_anew,
    t.kind, t.state, t.error, t.requested_at, t.not_before, t.deadline,
    t.state IN ('queued', 'running') AND t.not_before <= UTC_TIMESTAMP(6) AS task_is_due`
const withTask = `LEFT JOIN colombier_tasks t
    ON t.id = (SELECT n.id FROM colombier_tasks n WHERE n.mailbox = m.address ORDER BY n.requested_at DESC LIMIT 1)`

/** Without what only the list of one's own shows. */
const columns = `${ownColumns}, NULL AS recovery_due_at, 0 AS credentials, NULL AS seen_app_passwords`

/** For the owner's eyes. */
const ownedColumns = `${ownColumns}, r.due_at AS recovery_due_at,
    (SELECT BIT_OR(CASE WHEN c.kind = 'app' THEN 1 WHEN c.proven_at IS NULL THEN 0 ELSE 2 END)
      FROM colombier_credentials c FORCE INDEX (mailbox)
      WHERE c.mailbox = m.address AND c.revoked_at IS NULL) AS credentials,
    ${seenAppPasswords} AS seen_app_passwords`
const withRecovery = 'LEFT JOIN colombier_recoveries r ON r.mailbox = m.address AND r.account_id = m.account_id'
const ownedSource = `colombier_mailboxes m ${withTask} ${withRecovery}`
const selectOne = `SELECT ${ownedColumns} FROM ${ownedSource}`

/** The mailboxes of the account `a` in a question about it: columns, and a join. */
export const ownedByAccount = {
  all: {
    columns: new Sql(ownedColumns),
    join: new Sql(`LEFT JOIN colombier_mailboxes m ON m.account_id = a.id ${withTask} ${withRecovery}`),
  },
  /** the one of this id, without what only the list shows */
  one: (id: string) => ({
    columns: new Sql(columns),
    join: sql`LEFT JOIN colombier_mailboxes m ON m.account_id = a.id AND m.id = ${id} ${new Sql(withTask)}`,
  }),
}

/** With the mail server's row, where that was asked for: null when there is none. */
export type OwnMailbox = Mailbox & { mailRow?: MailRow | null }

type OwnRow = MailboxRow & { found?: string | null; quota?: AskedRow['quota'] | Buffer; open?: number | null }

/**
 * What `ownedByAccount` was answered with, by address: to sort them, the database would make a table of its own.
 * @param mapping where the mail server's rows were asked for as well, by `joinMailRow`
 */
export async function readOwned(
  db: Db,
  rows: (OwnRow | { id: null })[],
  mapping: Mapping | null = null,
): Promise<OwnMailbox[]> {
  // The mail server may have several rows for one.
  const byId = new Map<number, OwnRow>()
  for (const row of rows) if (row.id !== null) byId.set(row.id, row)
  const mailboxes: OwnMailbox[] = await toMailboxes(db, [...byId.values()])
  if (mapping !== null) for (const mailbox of mailboxes) mailbox.mailRow = readMailRow(mapping, byId.get(mailbox.id))
  return mailboxes.sort((one, other) => (one.address < other.address ? -1 : 1))
}

const readMailRow = (mapping: Mapping, { address, found, quota, open }: Partial<OwnRow> = {}): MailRow | null =>
  address === undefined || found === undefined || found === null
    ? null
    : toMailRow(mapping, {
        address,
        quota: Buffer.isBuffer(quota) ? quota.toString() : (quota ?? null),
        open: open ?? 0,
      })

/** Whether connectors report is asked only where there is something for them to do. */
async function toMailboxes(db: Db, rows: MailboxRow[]): Promise<Mailbox[]> {
  const areSilent = rows.some((row) => row.task_is_due === 1) && (await areConnectorsSilent(db))
  return rows.map((row) => toMailbox(row, areSilent))
}

const toLocks = (locks: string): Lock[] => (locks === '' ? [] : (locks.split(',') as Lock[]))

type TaskRow = Pick<MailboxRow, 'kind' | 'state' | 'error' | 'requested_at' | 'not_before' | 'deadline'>

const toTask = (row: TaskRow): TaskView | null =>
  row.kind && {
    kind: row.kind,
    state: row.state,
    error: row.error,
    requestedAt: row.requested_at,
    notBefore: row.not_before,
    deadline: row.deadline,
  }

function toMailbox(row: MailboxRow, areSilent: boolean): Mailbox {
  return {
    id: row.id,
    address: row.address,
    locks: toLocks(row.locks),
    lockReason: row.lock_reason,
    task: toTask(row),
    isHeldUp: areSilent && row.task_is_due === 1,
    recoveryDueAt: row.recovery_due_at,
    hasRecoveryCode: (row.credentials & 2) !== 0,
    hasAppPasswords: (row.credentials & 1) !== 0,
    seenAppPasswords: toAppPasswords(row.seen_app_passwords),
    mayStartAnew: row.may_start_anew === 1,
  }
}

/** The account's mailboxes, by address. */
export async function listForAccount(db: Db, accountId: number): Promise<Mailbox[]> {
  const [rows] = await db.execute<MailboxRow[]>(`SELECT ${ownedColumns} FROM ${ownedSource} WHERE m.account_id = ?`, [
    accountId,
  ])
  return readOwned(db, rows)
}

const isOwned = async (db: Db, accountId: number, id: string): Promise<boolean> => {
  if (!isId(id)) return false
  const [rows] = await db.execute<RowDataPacket[]>(
    'SELECT 1 FROM colombier_mailboxes WHERE id = ? AND account_id = ?',
    [id, accountId],
  )
  return rows.length > 0
}

/** The account's mailbox of this id. Null when there is none, and when it is somebody else's. */
export async function findOwned(db: Db, accountId: number, id: string): Promise<Mailbox | null> {
  if (!isId(id)) return null
  const [rows] = await db.execute<MailboxRow[]>(`${selectOne} WHERE m.id = ? AND m.account_id = ?`, [id, accountId])
  return (await toMailboxes(db, rows))[0] ?? null
}

/** The same, with its row held until the transaction ends: locks, tasks and the owner stay as they are. */
export async function findOwnedForUpdate(db: PoolConnection, accountId: number, id: string): Promise<Mailbox | null> {
  // So that nobody holds somebody else's mailbox, or waits for it.
  if (!(await isOwned(db, accountId, id))) return null
  await db.execute('SELECT id FROM colombier_mailboxes WHERE id = ? FOR UPDATE', [id])
  // Only now: it may have changed while this waited for the row.
  return findOwned(db, accountId, id)
}

/**
 * The mailbox of this id, if its domain is one that this administrator manages; for a super admin, any. Null when there
 * is none, and when it is not theirs to manage.
 */
export async function findAdministered(
  db: Db,
  { role, domains }: Pick<Account, 'role' | 'domains'>,
  id: string,
): Promise<Mailbox | null> {
  const all = role === 'super_admin'
  if (!isId(id) || (!all && (role !== 'admin' || domains.length === 0))) return null
  const inDomains = all ? '' : ` AND SUBSTRING_INDEX(m.address, '@', -1) IN (${domains.map(() => '?').join(', ')})`
  const [rows] = await db.execute<MailboxRow[]>(`${selectOne} WHERE m.id = ?${inDomains}`, [
    id,
    ...(all ? [] : domains),
  ])
  return (await toMailboxes(db, rows))[0] ?? null
}

export async function setLockReason(db: Db, address: string, reason: string | null) {
  await db.execute('UPDATE colombier_mailboxes SET lock_reason = ? WHERE address = ?', [reason, address])
}

/** Lets the owner of a mailbox begin it anew, or no longer. */
export async function setNewStart(db: Db, address: string, isOffered: boolean) {
  await db.execute(
    `UPDATE colombier_mailboxes SET new_start_offered_at = ${isOffered ? 'UTC_TIMESTAMP(6)' : 'NULL'} WHERE address = ?`,
    [address],
  )
}

/** Whether that holds now, for whoever holds the mailbox's row. */
export async function isNewStartOffered(db: PoolConnection, address: string): Promise<boolean> {
  const [rows] = await db.execute<RowDataPacket[]>(
    'SELECT 1 FROM colombier_mailboxes WHERE address = ? AND new_start_offered_at IS NOT NULL',
    [address],
  )
  return rows.length > 0
}

/**
 * How many mailboxes the account has, including those to be deleted. Holds the account's row, so that two requests at
 * once cannot both pass the limit.
 */
export async function countForAccountForUpdate(db: PoolConnection, accountId: number): Promise<number> {
  await db.execute('SELECT id FROM colombier_accounts WHERE id = ? FOR UPDATE', [accountId])
  const [[row]] = await db.execute<(RowDataPacket & { count: number })[]>(
    'SELECT COUNT(*) AS count FROM colombier_mailboxes WHERE account_id = ?',
    [accountId],
  )
  return row?.count ?? 0
}

/** The id of the account's mailbox of this address; null when it has none. */
export async function findOwnedId(db: Db, accountId: number, address: string): Promise<number | null> {
  const [[row]] = await db.execute<(RowDataPacket & { id: number })[]>(
    'SELECT id FROM colombier_mailboxes WHERE address = ? AND account_id = ?',
    [address, accountId],
  )
  return row?.id ?? null
}

/** A statement with a row where Colombier has a mailbox of this address, even if the mail server has none. */
export const knownMailbox = (address: string): Sql => sql`SELECT 1 FROM colombier_mailboxes WHERE address = ${address}`

/** @returns the new mailbox's id */
export async function insertMailbox(
  db: Db,
  mailbox: { address: string; accountId: number | null; locks: Lock[] },
): Promise<number> {
  const [{ insertId }] = await db.execute<ResultSetHeader>(
    `INSERT INTO colombier_mailboxes (address, account_id, locks, created_at)
     VALUES (?, ?, ?, UTC_TIMESTAMP(6))`,
    [mailbox.address, mailbox.accountId, mailbox.locks.join(',')],
  )
  return insertId
}

/** A mailbox as those see it who look after its domain. */
export interface OwnedMailbox extends Pick<Mailbox, 'id' | 'address' | 'locks' | 'lockReason'> {
  /** the task that is still to be carried out; null: there is none */
  task: TaskView | null
  /** the owner's e-mail address; null: it is unowned */
  owner: string | null
}

type OwnedRow = Pick<MailboxRow, 'id' | 'address' | 'locks' | 'lock_reason' | keyof TaskRow> & { owner: string | null }

const ownedByAnyone = `m.id, m.address, m.locks, m.lock_reason, a.email AS owner,
    t.kind, t.state, t.error, t.requested_at, t.not_before, t.deadline`
const anyones = `colombier_mailboxes m LEFT JOIN colombier_tasks t ON t.open_mailbox = m.address
    LEFT JOIN colombier_accounts a ON a.id = m.account_id`

const toOwned = (rows: OwnedRow[]): Map<string, OwnedMailbox> =>
  new Map(
    rows.map((row) => [
      row.address,
      {
        id: row.id,
        address: row.address,
        locks: toLocks(row.locks),
        lockReason: row.lock_reason,
        task: toTask(row),
        owner: row.owner,
      },
    ]),
  )

/** What Colombier knows about these mailboxes, by address; it has no entry for one without a row. */
export async function listByAddress(db: Db, addresses: string[]): Promise<Map<string, OwnedMailbox>> {
  if (addresses.length === 0) return new Map()
  const [rows] = await db.query<(RowDataPacket & OwnedRow)[]>(
    `SELECT ${ownedByAnyone} FROM ${anyones} WHERE m.address IN (?)`,
    [addresses],
  )
  return toOwned(rows)
}

/**
 * The same, and who holds the domain that they are of, in one question: of a domain without mailboxes there is
 * something to tell as well.
 */
export async function listWithHolders(
  db: Db,
  domain: string,
  addresses: string[],
): Promise<{ mailboxes: Map<string, OwnedMailbox>; holders: Holders }> {
  const [rows] = await db.query<(HoldersRow & (OwnedRow | { id: null }))[]>(
    `SELECT ${holdersColumns}, ${ownedByAnyone}
     FROM (SELECT 1) AS always LEFT JOIN (${anyones}) ON m.address IN (?)`,
    [domain, domain, addresses.length === 0 ? [''] : addresses],
  )
  const [first] = rows
  if (first === undefined) throw new Error('The database did not tell who holds the domain')
  return { mailboxes: toOwned(rows.filter((row) => row.id !== null)), holders: toHolders(first) }
}

/** Which of these mailboxes have an owner. */
export async function listOwnedAmong(db: Db, addresses: string[]): Promise<Set<string>> {
  if (addresses.length === 0) return new Set()
  const [rows] = await db.query<(RowDataPacket & { address: string })[]>(
    'SELECT address FROM colombier_mailboxes WHERE address IN (?) AND account_id IS NOT NULL',
    [addresses],
  )
  return new Set(rows.map(({ address }) => address))
}

/**
 * Makes the account the owner of a mailbox that has none, whether Colombier has a row for it or not. The row starts
 * afresh: this owner is not shown what happened before.
 * @returns false when somebody else became its owner first
 */
export async function takeUnowned(db: PoolConnection, address: string, accountId: number): Promise<boolean> {
  await db.execute(
    `INSERT INTO colombier_mailboxes (address, created_at) VALUES (?, UTC_TIMESTAMP(6))
     ON DUPLICATE KEY UPDATE address = address`,
    [address],
  )
  const [{ affectedRows }] = await db.execute<ResultSetHeader>(
    `UPDATE colombier_mailboxes SET account_id = ?, created_at = UTC_TIMESTAMP(6), new_start_offered_at = NULL
     WHERE address = ? AND account_id IS NULL`,
    [accountId, address],
  )
  // Whoever had it before, or another owner of its password, made those for themselves.
  if (affectedRows === 1) await revokeAll(db, address)
  return affectedRows === 1
}

/** The id of Colombier's row for a mailbox of the mail server, made without an owner where there is none. */
export async function ensureRow(db: Db, address: string): Promise<number> {
  const [{ insertId }] = await db.execute<ResultSetHeader>(
    `INSERT INTO colombier_mailboxes (address, created_at) VALUES (?, UTC_TIMESTAMP(6))
     ON DUPLICATE KEY UPDATE id = LAST_INSERT_ID(id)`,
    [address],
  )
  return insertId
}
