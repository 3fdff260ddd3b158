import type { RowDataPacket } from 'mysql2/promise'
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
