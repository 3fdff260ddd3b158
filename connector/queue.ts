import { randomUUID } from 'node:crypto'
import type { Pool, ResultSetHeader, RowDataPacket } from 'mysql2/promise'
import type { Db } from './contract/database.ts'
import type { TaskError, TaskKind, TaskPayloads, TaskTerms } from './contract/tasks.ts'

/** A task that this run holds a lease on. */
export interface Claim extends TaskTerms {
  lease: string
  attempts: number
  /** An earlier attempt may have changed the key. */
  touched: boolean
  /** The deadline had already passed when the task was claimed. */
  late: boolean
  sealed: string | null
  /** Its seal has been opened, so the web app made the task. */
  opened: boolean
  /** What Dovecot calls the mailbox; null until it is asked for, and where no row says it. */
  user: string | null
  /** What a change of the password was sealed with, once that is opened. */
  rekey: TaskPayloads['rekey'] | null
}

/** The lease is over and another run may hold the task, so this run must not write or do anything more for it. */
export class LeaseLost extends Error {
  override name = 'LeaseLost'
}

const isDue = `not_before <= UTC_TIMESTAMP(6)
  AND (retry_at IS NULL OR retry_at <= UTC_TIMESTAMP(6))
  AND (leased_until IS NULL OR leased_until <= UTC_TIMESTAMP(6))`
const due = `state IN ('queued', 'running') AND ${isDue}`

// Could still be put back into the queue: past its deadline no deletion is carried out.
const cancelledDeletion = `state = 'cancelled' AND deadline > UTC_TIMESTAMP(6)
  AND kind = 'delete' AND id REGEXP '^[0-9a-f-]{36}$'`

interface TaskRow extends RowDataPacket {
  id: string
  kind: TaskKind
  mailbox: string
  requested_at: string
  not_before: string
  deadline: string | null
  attempts: number
  touched: number
  late: number
  payload: string | null
  new_hash: string | null
}

// From each end: more than there are lanes as a rule.
const listed = 5

/**
 * The ids of some tasks that are due: in turn one of the newest and one of the oldest. Thousands that were asked for at
 * once do not keep somebody waiting who changes a password now, nor are they kept waiting by those who do.
 */
export async function listDue(db: Pool): Promise<string[]> {
  // Of one state at a time, so that the index has them in order: thousands would be sorted to find the first.
  const arm = (order: 'ASC' | 'DESC', state: string) =>
    `(SELECT id, requested_at AS at, '${order}' AS arm FROM colombier_tasks WHERE state = '${state}' AND ${isDue}
      ORDER BY requested_at ${order} LIMIT ${listed})`
  const arms = ['queued', 'running'].flatMap((state) => [arm('DESC', state), arm('ASC', state)])
  const [rows] = await db.execute<(RowDataPacket & { id: string; at: string; arm: string })[]>(arms.join(' UNION ALL '))
  const idsOf = (arm: string) => {
    const byTime = rows.filter((row) => row.arm === arm).sort((one, other) => (one.at < other.at ? -1 : 1))
    return byTime.map(({ id }) => id)
  }
  const [newest, oldest] = [idsOf('DESC').reverse(), idsOf('ASC')]
  return [...new Set(newest.flatMap((id, index) => [id, oldest[index] ?? id]))]
}

/** How long it is taken for granted what was seen of app passwords. */
const LOOK_MINUTES = 10

type Waiting = 'due' | 'cancelled' | 'revoked' | 'logins' | 'look'

/** Whether there is anything to do, and what: one cheap question, which a connector that watches asks each second. */
export async function seeWhatWaits(db: Pool, name: string): Promise<Record<Waiting, boolean>> {
  const [[row]] = await db.execute<(RowDataPacket & Record<Waiting, number>)[]>(
    `SELECT EXISTS (SELECT 1 FROM colombier_tasks WHERE ${due}) AS due,
       EXISTS (SELECT 1 FROM colombier_tasks WHERE ${cancelledDeletion}) AS cancelled,
       EXISTS (SELECT 1 FROM colombier_credentials WHERE revoked_at IS NOT NULL) AS revoked,
       EXISTS (SELECT 1 FROM colombier_mailboxes WHERE end_sessions > 0) OR
       EXISTS (SELECT 1 FROM colombier_mailboxes WHERE flush_logins > 0) AS logins,
       EXISTS (SELECT 1 FROM colombier_connectors WHERE host = ? AND (app_passwords_at IS NULL
         OR app_passwords_at < UTC_TIMESTAMP(6) - INTERVAL ${LOOK_MINUTES} MINUTE)) AS look`,
    [name],
  )
  return {
    due: row?.due === 1,
    cancelled: row?.cancelled === 1,
    revoked: row?.revoked === 1,
    logins: row?.logins === 1,
    look: row?.look === 1,
  }
}

/** Claims a due task under a lease. Null when it is no longer due because another run has it. */
export async function claim(db: Pool, id: string, leaseSeconds: number): Promise<Claim | null> {
  const lease = randomUUID()
  const [{ affectedRows }] = await db.execute<ResultSetHeader>(
    `UPDATE colombier_tasks SET state = 'running', lease = ?, attempts = attempts + 1,
       leased_until = UTC_TIMESTAMP(6) + INTERVAL ? SECOND WHERE id = ? AND ${due}`,
    [lease, leaseSeconds, id],
  )
  if (affectedRows !== 1) return null

  const [[row]] = await db.execute<TaskRow[]>(
    `SELECT id, kind, mailbox, requested_at, not_before, deadline, attempts, touched, payload, new_hash,
       COALESCE(deadline <= UTC_TIMESTAMP(6), FALSE) AS late
     FROM colombier_tasks WHERE id = ? AND lease = ?`,
    [id, lease],
  )
  if (!row) return null
  return {
    id: row.id,
    kind: row.kind,
    mailbox: row.mailbox,
    requestedAt: row.requested_at,
    notBefore: row.not_before,
    deadline: row.deadline,
    newHash: row.new_hash,
    lease,
    attempts: row.attempts,
    touched: row.touched === 1,
    late: row.late === 1,
    sealed: row.payload,
    opened: false,
    user: null,
    rekey: null,
  }
}

/** How long a lease lasts, and how long one call of doveadm may take within it. */
export interface LeaseTerms {
  leaseSeconds: number
  callSeconds: number
}

/**
 * Renews the lease for a full term. To be called right before each call of doveadm and each move of a store.
 * @returns whether the deadline has passed. @throws LeaseLost
 */
export async function renew(db: Pool, task: Claim, terms: LeaseTerms): Promise<{ late: boolean }> {
  const checkTime = timeFence(terms)
  await holding(
    db.execute<ResultSetHeader>(
      `UPDATE colombier_tasks SET leased_until = UTC_TIMESTAMP(6) + INTERVAL ? SECOND
       WHERE id = ? AND lease = ? AND state = 'running' AND leased_until > UTC_TIMESTAMP(6)`,
      [terms.leaseSeconds, task.id, task.lease],
    ),
  )
  const [[row]] = await db.execute<(RowDataPacket & { late: number })[]>(
    'SELECT COALESCE(deadline <= UTC_TIMESTAMP(6), FALSE) AS late FROM colombier_tasks WHERE id = ?',
    [task.id],
  )
  checkTime()
  return { late: row?.late === 1 }
}

/** Records that from now on either key password may be in force. Renews the lease as well. @throws LeaseLost */
export async function touch(db: Pool, task: Claim, terms: LeaseTerms) {
  const checkTime = timeFence(terms)
  task.touched = true // even if the answer gets lost, because then nobody knows
  await holding(
    db.execute<ResultSetHeader>(
      `UPDATE colombier_tasks SET touched = TRUE, leased_until = UTC_TIMESTAMP(6) + INTERVAL ? SECOND
       WHERE id = ? AND lease = ? AND state = 'running' AND leased_until > UTC_TIMESTAMP(6)`,
      [terms.leaseSeconds, task.id, task.lease],
    ),
  )
  checkTime()
}

/**
 * A run that is suspended while it waits for the database may wake up after its lease has ended and another run has
 * taken over. It must not start a call that could outlast the lease. The returned function throws LeaseLost if called
 * too late.
 */
function timeFence({ leaseSeconds, callSeconds }: LeaseTerms): () => void {
  const [started, wall] = [performance.now(), Date.now()]
  return () => {
    const elapsed = Math.max(performance.now() - started, Date.now() - wall)
    if (elapsed > (leaseSeconds - callSeconds - 1) * 1000) throw new LeaseLost('The run was held up for too long')
  }
}

/** Ends the task and wipes its secrets, within the transaction that puts its outcome into effect. @throws LeaseLost */
export async function end(db: Db, task: Claim, error: TaskError | null) {
  await holding(
    db.execute<ResultSetHeader>(
      `UPDATE colombier_tasks SET state = ?, error = ?, finished_at = UTC_TIMESTAMP(6), payload = NULL, new_hash = NULL,
         lease = NULL, leased_until = NULL, retry_at = NULL
       WHERE id = ? AND lease = ? AND state = 'running' AND leased_until > UTC_TIMESTAMP(6)`,
      [error === null ? 'done' : 'failed', error, task.id, task.lease],
    ),
  )
}

/** Returns the task to the queue, to be tried again after a delay. @throws LeaseLost */
export async function retryLater(db: Pool, task: Claim, error: TaskError, seconds: number) {
  await holding(
    db.execute<ResultSetHeader>(
      `UPDATE colombier_tasks SET state = 'queued', error = ?, retry_at = UTC_TIMESTAMP(6) + INTERVAL ? SECOND,
         lease = NULL, leased_until = NULL WHERE id = ? AND lease = ? AND state = 'running'`,
      [error, seconds, task.id, task.lease],
    ),
  )
}

async function holding(write: Promise<[ResultSetHeader, unknown]>) {
  const [{ affectedRows }] = await write
  if (affectedRows !== 1) throw new LeaseLost('The lease of the task ran out')
}

/** Those of the ids whose task has ended or does not exist. */
export async function listEnded(db: Pool, ids: string[]): Promise<string[]> {
  const [open] = await db.query<(RowDataPacket & { id: string })[]>(
    `SELECT id FROM colombier_tasks WHERE id IN (?) AND state IN ('queued', 'running')`,
    [ids],
  )
  return ids.filter((id) => !open.some((row) => row.id === id))
}

/** Whether the mailbox has a key after the last task that was done for it. */
export async function wasGivenKey(db: Pool, mailbox: string): Promise<boolean> {
  const [[row]] = await db.execute<(RowDataPacket & { kind: TaskKind })[]>(
    `SELECT kind FROM colombier_tasks WHERE mailbox = ? AND state = 'done' ORDER BY finished_at DESC LIMIT 1`,
    [mailbox],
  )
  return row !== undefined && row.kind !== 'delete'
}

/** Whether Colombier has the mailbox. Holds its row. */
export async function isKnown(db: Db, mailbox: string): Promise<boolean> {
  const [rows] = await db.execute<RowDataPacket[]>('SELECT 1 FROM colombier_mailboxes WHERE address = ? FOR UPDATE', [
    mailbox,
  ])
  return rows.length > 0
}

// Deadlock, and lock wait timeout: the transaction may be run again.
const retriable = [1213, 1205]

/** The ids of cancelled deletions that somebody could still put back into the queue. */
export async function listCancelledDeletions(db: Pool): Promise<string[]> {
  const [rows] = await db.execute<(RowDataPacket & { id: string })[]>(
    `SELECT id FROM colombier_tasks WHERE ${cancelledDeletion}`,
  )
  return rows.map((row) => row.id)
}

/** What has to be done about the log-ins of a mailbox. Each mark is a time in microseconds, or 0 for nothing to do. */
export interface LoginsToEnd {
  address: string
  /** when it was locked: its sessions have to end, and its cached log-ins be forgotten */
  endSessions: number
  /** when it was opened: the refused log-ins have to be forgotten */
  flushLogins: number
  isLocked: boolean
}

/** The mailboxes that were locked or opened since the last pass. @param addresses only these; by default all */
export async function listLoginsToEnd(db: Pool, addresses?: string[]): Promise<LoginsToEnd[]> {
  const select = `SELECT address, end_sessions AS endSessions, flush_logins AS flushLogins, locks <> '' AS isLocked
    FROM colombier_mailboxes WHERE`
  const among = addresses === undefined ? '' : 'address IN (?) AND '
  const [rows] = await db.query<(RowDataPacket & Omit<LoginsToEnd, 'isLocked'> & { isLocked: number })[]>(
    `(${select} ${among}end_sessions > 0 LIMIT 200) UNION (${select} ${among}flush_logins > 0 LIMIT 200)`,
    addresses === undefined ? [] : [addresses, addresses],
  )
  return rows.map((row) => ({ ...row, isLocked: row.isLocked === 1 }))
}

/** Clears the marks that were read, but none that was set since. */
export async function markLoginsEnded(db: Pool, { address, endSessions, flushLogins }: LoginsToEnd) {
  await db.execute(
    `UPDATE colombier_mailboxes SET end_sessions = IF(end_sessions = ?, 0, end_sessions),
       flush_logins = IF(flush_logins = ?, 0, flush_logins) WHERE address = ?`,
    [endSessions, flushLogins, address],
  )
}

/**
 * Runs `work` in one transaction on a connection of its own. After a deadlock it runs `work` again, so everything in it
 * must be safe to do twice.
 */
export async function transaction<T>(db: Pool, work: (connection: Db) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await runOnce(db, work)
    } catch (error) {
      if (attempt === 3 || !retriable.includes((error as { errno?: number }).errno ?? 0)) throw error
    }
  }
}

async function runOnce<T>(db: Pool, work: (connection: Db) => Promise<T>): Promise<T> {
  const connection = await db.getConnection()
  try {
    await connection.query('SET TRANSACTION ISOLATION LEVEL READ COMMITTED')
    await connection.beginTransaction()
    const result = await work(connection)
    await connection.commit()
    connection.release()
    return result
  } catch (error) {
    // Closing the connection rolls back, whatever state it is in.
    connection.destroy()
    throw error
  }
}
