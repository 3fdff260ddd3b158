import type { ResultSetHeader, RowDataPacket } from 'mysql2/promise'
import type { Mail } from '../lib/mailer.ts'
import { createSealedText } from '../lib/sealed-text.ts'
import { COUNT_CAP, PAGE_ROWS, toPage, type Paged } from './page.ts'
import type { Db } from './store.ts'

/** The keys that seal the bodies: links in them open accounts, and others may read the table. */
export interface OutboxSecrets {
  sessionSecrets: string[]
}

interface QueuedMail extends Mail {
  id: number
  /** Counted when the mail is claimed, so that it also tells this claim from a later one. */
  attempts: number
  /** Seconds since it was enqueued. */
  ageSeconds: number
  /** The same at every attempt, and never that of another mail. */
  messageId: string
}

const bodies = ({ sessionSecrets }: OutboxSecrets) => createSealedText(sessionSecrets, 'outbox')

/** Puts a mail into the outbox, in the transaction of the event that it reports. */
export async function enqueue(db: Db, secrets: OutboxSecrets, { to, subject, text, html }: Mail): Promise<void> {
  const { seal } = bodies(secrets)
  await db.execute(
    `INSERT INTO colombier_outbox (recipient, subject, text_body, html_body, created_at, send_at)
     VALUES (?, ?, ?, ?, UTC_TIMESTAMP(6), UTC_TIMESTAMP(6))`,
    [to, subject.slice(0, 255), seal(text, `text ${to}`), seal(html, `html ${to}`)],
  )
}

/** The ids of mails that may be sent now, the longest due first. Other processes may get the same ids. */
export async function listDueMails(db: Db, limit: number): Promise<number[]> {
  const [rows] = await db.query<(RowDataPacket & { id: number })[]>(
    'SELECT id FROM colombier_outbox WHERE send_at <= UTC_TIMESTAMP(6) ORDER BY send_at, id LIMIT ?',
    [limit],
  )
  return rows.map(({ id }) => id)
}

/** A claimed mail: its bodies, or `unreadable` when no secret opens them. */
type Claimed = (QueuedMail & { unreadable?: never }) | (Omit<QueuedMail, 'text' | 'html'> & { unreadable: true })

/** Takes a due mail for `claimSeconds`. Null when another process has it, or has sent it. */
export async function claimMail(
  db: Db,
  secrets: OutboxSecrets,
  id: number,
  claimSeconds: number,
): Promise<Claimed | null> {
  const [{ affectedRows }] = await db.execute<ResultSetHeader>(
    `UPDATE colombier_outbox SET send_at = UTC_TIMESTAMP(6) + INTERVAL ? SECOND, attempts = attempts + 1
     WHERE id = ? AND send_at <= UTC_TIMESTAMP(6)`,
    [claimSeconds, id],
  )
  if (affectedRows !== 1) return null

  const [[row]] = await db.execute<(RowDataPacket & QueuedMail)[]>(
    `SELECT id, recipient AS \`to\`, subject, text_body AS text, html_body AS html, attempts,
       TIMESTAMPDIFF(SECOND, created_at, UTC_TIMESTAMP(6)) AS ageSeconds,
       CONCAT(DATE_FORMAT(created_at, '%Y%m%d%H%i%s%f'), '.', id) AS messageId
     FROM colombier_outbox WHERE id = ?`,
    [id],
  )
  if (!row) return null
  const { open } = bodies(secrets)
  const text = open(row.text, `text ${row.to}`)
  const html = open(row.html, `html ${row.to}`)
  return text === null || html === null ? { ...row, unreadable: true } : { ...row, text, html }
}

/** Removes a mail that was sent or given up. */
export async function removeMail(db: Db, id: number): Promise<void> {
  await db.execute('DELETE FROM colombier_outbox WHERE id = ?', [id])
}

/** Puts a claimed mail back; does nothing if the claim ran out and another process has taken the mail since. */
export async function postponeMail(
  db: Db,
  mail: Pick<QueuedMail, 'id' | 'attempts'>,
  seconds: number,
  error: string,
): Promise<void> {
  await db.execute(
    'UPDATE colombier_outbox SET send_at = UTC_TIMESTAMP(6) + INTERVAL ? SECOND, error = ? WHERE id = ? AND attempts = ?',
    [seconds, error, mail.id, mail.attempts],
  )
}

/** A mail that waits, without its words. */
interface WaitingMail {
  id: number
  recipient: string
  ageSeconds: number
  attempts: number
  /** why the last attempt failed; null: there was none yet */
  error: string | null
  /** null: now */
  nextInSeconds: number | null
}

export interface Waiting extends Paged<WaitingMail> {
  /** counted up to COUNT_CAP */
  count: number
  /** null when none waits */
  oldestSeconds: number | null
}

/** A page of the mails that wait, the oldest first, and how many wait in all, in two queries. */
export async function listWaiting(db: Db, after: number): Promise<Waiting> {
  const [[all]] = await db.query<(RowDataPacket & { count: number; oldest: number | null })[]>(
    `SELECT COUNT(*) AS count, TIMESTAMPDIFF(SECOND, MIN(created_at), UTC_TIMESTAMP(6)) AS oldest
     FROM (SELECT created_at FROM colombier_outbox ORDER BY id LIMIT ?) AS waiting`,
    [COUNT_CAP],
  )
  const [rows] = await db.query<(RowDataPacket & WaitingMail)[]>(
    `SELECT id, recipient, TIMESTAMPDIFF(SECOND, created_at, UTC_TIMESTAMP(6)) AS ageSeconds, attempts, error,
       IF(send_at > UTC_TIMESTAMP(6), TIMESTAMPDIFF(SECOND, UTC_TIMESTAMP(6), send_at), NULL) AS nextInSeconds
     FROM colombier_outbox WHERE id > ? ORDER BY id LIMIT ?`,
    [after, PAGE_ROWS + 1],
  )
  return {
    ...toPage<WaitingMail>(rows, ({ id }) => String(id)),
    count: all?.count ?? 0,
    oldestSeconds: all?.oldest ?? null,
  }
}
