import { randomUUID } from 'node:crypto'
import type { PoolConnection, ResultSetHeader, RowDataPacket } from 'mysql2/promise'
import { seal } from '../../connector/contract/seal.ts'
import type { TaskError, TaskKind, TaskPayloads, TaskState } from '../../connector/contract/tasks.ts'
import type { Db } from './store.ts'

export interface SealKeys {
  webPrivateKey: string
  connectorPublicKey: string
}

/** A mailbox's newest task, as its owner may see it. Times in UTC as the database prints them. */
export interface TaskView {
  kind: TaskKind
  state: TaskState
  error: TaskError | null
  requestedAt: string
  notBefore: string
  deadline: string | null
}

export interface TaskRequest<K extends TaskKind> {
  kind: K
  mailbox: string
  requestedBy: number
  payload: TaskPayloads[K]
  newHash?: string
  /** from now, in seconds */
  delaySeconds?: number
  /** from now, in seconds */
  windowSeconds?: number
}

/**
 * Seals a task and hands it to the connector, in the caller's transaction.
 * @returns when it is to be begun; null when the mailbox has an open task already: nothing was written
 */
export async function requestTask<K extends TaskKind>(
  db: PoolConnection,
  keys: SealKeys,
  request: TaskRequest<K>,
): Promise<{ notBefore: string } | null> {
  const { kind, mailbox, requestedBy, payload, newHash = null, delaySeconds = 0, windowSeconds = null } = request
  const [[times]] = await db.execute<(RowDataPacket & { now: string; start: string; deadline: string | null })[]>(
    `SELECT UTC_TIMESTAMP(6) AS now, UTC_TIMESTAMP(6) + INTERVAL ? SECOND AS start,
       UTC_TIMESTAMP(6) + INTERVAL ? SECOND AS deadline`,
    [delaySeconds, windowSeconds],
  )
  if (!times) throw new Error('The database did not tell the time')
  const terms = {
    id: randomUUID(),
    kind,
    mailbox,
    requestedAt: times.now,
    notBefore: times.start,
    deadline: times.deadline,
    newHash,
  }

  try {
    await db.execute(
      `INSERT INTO colombier_tasks (id, kind, mailbox, requested_by, requested_at, not_before, deadline, payload, new_hash)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      [
        terms.id,
        kind,
        mailbox,
        requestedBy,
        terms.requestedAt,
        terms.notBefore,
        terms.deadline,
        await seal(keys, terms, payload),
        newHash,
      ],
    )
    return { notBefore: terms.notBefore }
  } catch (error) {
    if ((error as { code?: string }).code === 'ER_DUP_ENTRY') return null
    throw error
  }
}

/**
 * Tasks whose deadline passed before anything was done to the mailbox: never claimed, or claimed by a run that died
 * before it touched the key. The web app may roll these back; only the connector may end the others.
 */
const overdue = `state IN ('queued', 'running') AND deadline <= UTC_TIMESTAMP(6) AND NOT touched
  AND (leased_until IS NULL OR leased_until <= UTC_TIMESTAMP(6))`

export async function listOverdue(db: Db): Promise<{ id: string; mailbox: string }[]> {
  const [rows] = await db.execute<(RowDataPacket & { id: string; mailbox: string })[]>(
    `SELECT id, mailbox FROM colombier_tasks WHERE ${overdue} LIMIT 100`,
  )
  return rows
}

/** Ends an overdue task as failed. False when it is no longer overdue: somebody else has ended or taken it. */
export async function endOverdue(db: Db, id: string, error: TaskError): Promise<boolean> {
  const [{ affectedRows }] = await db.execute<ResultSetHeader>(
    `UPDATE colombier_tasks SET state = 'failed', error = ?, finished_at = UTC_TIMESTAMP(6), payload = NULL,
       new_hash = NULL, lease = NULL, leased_until = NULL, retry_at = NULL WHERE id = ? AND ${overdue}`,
    [error, id],
  )
  return affectedRows === 1
}

/** A task that has ended, and whom to tell; null where the mailbox has no active owner. */
export interface EndedTask {
  kind: TaskKind
  state: 'done' | 'failed'
  mailbox: string
  error: TaskError | null
  recipient: string | null
  language: string | null
}

/**
 * The ended tasks that nobody has been notified of. `refused`: the connector did not act on the task and left the
 * mailbox locked, otherwise as it was.
 */
export async function listToNotify(db: Db): Promise<{ id: string; mailbox: string; refused: boolean }[]> {
  const [rows] = await db.execute<(RowDataPacket & { id: string; mailbox: string; refused: number | null })[]>(
    `SELECT id, mailbox, kind <> 'create' AND NOT touched AND error IN ('seal', 'replayed') AS refused
     FROM colombier_tasks WHERE NOT notified AND state IN ('done', 'failed') LIMIT 100`,
  )
  return rows.map(({ id, mailbox, refused }) => ({ id, mailbox, refused: refused === 1 }))
}

export async function hasOpenTask(db: Db, mailbox: string): Promise<boolean> {
  const [rows] = await db.execute<RowDataPacket[]>('SELECT 1 FROM colombier_tasks WHERE open_mailbox = ?', [mailbox])
  return rows.length > 0
}

/** Marks an ended task as reported. Null when another process did. */
export async function claimNotice(db: Db, id: string): Promise<EndedTask | null> {
  const [{ affectedRows }] = await db.execute<ResultSetHeader>(
    'UPDATE colombier_tasks SET notified = TRUE WHERE id = ? AND NOT notified',
    [id],
  )
  if (affectedRows !== 1) return null
  const [[row]] = await db.execute<(RowDataPacket & EndedTask)[]>(
    // A deleted mailbox no longer has an owner: then whoever asked for the deletion is told.
    `SELECT t.kind, t.state, t.mailbox, t.error, a.email AS recipient, a.language
     FROM colombier_tasks t LEFT JOIN colombier_mailboxes m ON m.address = t.mailbox
       LEFT JOIN colombier_accounts a ON a.id = COALESCE(m.account_id, t.requested_by) AND a.active
     WHERE t.id = ?`,
    [id],
  )
  return row ?? null
}

/**
 * Cancels a deletion, as long as the mail store has not been touched. A connector that is about to start it finds its
 * lease gone.
 * @returns false when there is none, or it is too late
 */
export async function cancelDeletion(db: Db, mailbox: string): Promise<boolean> {
  const [{ affectedRows }] = await db.execute<ResultSetHeader>(
    `UPDATE colombier_tasks SET state = 'cancelled', finished_at = UTC_TIMESTAMP(6), payload = NULL, lease = NULL,
       leased_until = NULL, retry_at = NULL
     WHERE open_mailbox = ? AND kind = 'delete' AND NOT touched`,
    [mailbox],
  )
  return affectedRows === 1
}

/** The ids of deletions that are a day or less away, of which the owner was not reminded. */
export async function listToRemind(db: Db): Promise<string[]> {
  const [rows] = await db.execute<(RowDataPacket & { id: string })[]>(
    `SELECT id FROM colombier_tasks WHERE state = 'queued' AND kind = 'delete' AND NOT reminded
       AND not_before > UTC_TIMESTAMP(6) AND not_before <= UTC_TIMESTAMP(6) + INTERVAL 1 DAY LIMIT 100`,
  )
  return rows.map(({ id }) => id)
}

/** Marks the reminder of a pending deletion as sent. Null when another process did, or it is no longer pending. */
export async function claimReminder(db: Db, id: string): Promise<PendingDeletion | null> {
  const [{ affectedRows }] = await db.execute<ResultSetHeader>(
    "UPDATE colombier_tasks SET reminded = TRUE WHERE id = ? AND NOT reminded AND state = 'queued'",
    [id],
  )
  if (affectedRows !== 1) return null
  const [[row]] = await db.execute<(RowDataPacket & PendingDeletion)[]>(
    `SELECT t.mailbox, t.not_before AS notBefore, a.email AS recipient, a.language
     FROM colombier_tasks t JOIN colombier_mailboxes m ON m.address = t.mailbox
       JOIN colombier_accounts a ON a.id = m.account_id AND a.active
     WHERE t.id = ?`,
    [id],
  )
  return row ?? null
}

interface PendingDeletion {
  mailbox: string
  notBefore: string
  recipient: string
  language: string | null
}
