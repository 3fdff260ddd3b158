import type { ResultSetHeader, RowDataPacket } from 'mysql2/promise'
import type { TaskError, TaskKind, TaskState } from '../../connector/contract/tasks.ts'
import { PAGE_ROWS, toPage, type Paged } from './page.ts'
import type { Db } from './store.ts'

/** A task as super admins see it, without its sealed payload. Times in UTC, as the database prints them. */
export interface TaskEntry {
  id: string
  kind: TaskKind
  mailbox: string
  state: TaskState
  requestedAt: string
  ageSeconds: number
  /** set where it is not to be begun yet */
  notBefore: string | null
  attempts: number
  error: TaskError | null
}

const columns = `id, kind, mailbox, state, requested_at AS requestedAt,
  TIMESTAMPDIFF(SECOND, requested_at, UTC_TIMESTAMP(6)) AS ageSeconds,
  IF(state = 'queued' AND not_before > UTC_TIMESTAMP(6), not_before, NULL) AS notBefore, attempts, error`

/** How much there is to do on the mail host. */
export interface QueueLength {
  /** could be begun now, and the longest that one has waited so; null: none */
  due: number
  oldestSeconds: number | null
  running: number
  /** are not to be begun yet */
  later: number
}

export async function measureQueue(db: Db): Promise<QueueLength> {
  const [[row]] = await db.query<(RowDataPacket & QueueLength)[]>(
    `SELECT COUNT(IF(state = 'queued' AND not_before <= UTC_TIMESTAMP(6), 1, NULL)) AS due,
       MAX(IF(state = 'queued' AND not_before <= UTC_TIMESTAMP(6),
         TIMESTAMPDIFF(SECOND, not_before, UTC_TIMESTAMP(6)), NULL)) AS oldestSeconds,
       COUNT(IF(state = 'running', 1, NULL)) AS running,
       COUNT(IF(state = 'queued' AND not_before > UTC_TIMESTAMP(6), 1, NULL)) AS later
     FROM colombier_tasks WHERE state IN ('queued', 'running')`,
  )
  return row ?? { due: 0, oldestSeconds: null, running: 0, later: 0 }
}

/** Of a category of failure: how many tasks are still tried after it, and how many of 30 days are not. */
export interface FailureCount {
  error: TaskError
  /** of these, how many wait for their next attempt, and when the first is; null: none waits, or it is now */
  open: number
  waiting: number
  nextInSeconds: number | null
  failed: number
}

/** By category; what is still tried first. */
export async function countFailures(db: Db): Promise<FailureCount[]> {
  const waits = `state = 'queued' AND retry_at > UTC_TIMESTAMP(6)`
  const [rows] = await db.query<(RowDataPacket & FailureCount)[]>(
    `SELECT error, COUNT(IF(state <> 'failed', 1, NULL)) AS open, COUNT(IF(${waits}, 1, NULL)) AS waiting,
       MIN(IF(${waits}, TIMESTAMPDIFF(SECOND, UTC_TIMESTAMP(6), retry_at), NULL)) AS nextInSeconds,
       COUNT(IF(state = 'failed', 1, NULL)) AS failed
     FROM colombier_tasks
     WHERE error IS NOT NULL AND (state IN ('queued', 'running')
       OR (state = 'failed' AND requested_at > UTC_TIMESTAMP(6) - INTERVAL 30 DAY))
     GROUP BY error ORDER BY open DESC, failed DESC, error`,
  )
  return rows
}

/**
 * Lets the tasks that wait after such a failure be tried at once. What a run holds is its own. @returns how many
 */
export async function retryNow(db: Db, error: string): Promise<number> {
  const [{ affectedRows }] = await db.execute<ResultSetHeader>(
    `UPDATE colombier_tasks SET retry_at = NULL
     WHERE state = 'queued' AND error = ? AND retry_at > UTC_TIMESTAMP(6)
       AND (leased_until IS NULL OR leased_until <= UTC_TIMESTAMP(6))`,
    [error],
  )
  return affectedRows
}

const states = {
  open: ['queued', 'running'],
  failed: ['failed'],
} satisfies Record<string, TaskState[]>

/** A page of the open tasks, or of those that failed in the last 30 days, the newest request first. */
export async function listTasks(db: Db, which: keyof typeof states, before: string): Promise<Paged<TaskEntry>> {
  const [, time = null, id = null] = /^(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{6})_([0-9a-f-]{36})$/.exec(before) ?? []
  const recent = which === 'failed' ? 'AND requested_at > UTC_TIMESTAMP(6) - INTERVAL 30 DAY' : ''
  // One SELECT for each state: each reads its index in this order, and no further than the page.
  const newest = `ORDER BY requestedAt DESC, id DESC LIMIT ${PAGE_ROWS + 1}`
  const arm = `(SELECT ${columns} FROM colombier_tasks
    WHERE state = ? ${recent} ${time === null ? '' : 'AND (requested_at, id) < (?, ?) AND requested_at <= ?'} ${newest})`
  const [rows] = await db.query<(RowDataPacket & TaskEntry)[]>(
    `${states[which].map(() => arm).join(' UNION ALL ')} ${newest}`,
    states[which].flatMap((state) => (time === null ? [state] : [state, time, id, time])),
  )
  return toPage<TaskEntry>(rows, (row) => `${row.requestedAt}_${row.id}`)
}
