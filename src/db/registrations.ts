import type { PoolConnection, ResultSetHeader, RowDataPacket } from 'mysql2/promise'
import type { Actor } from './audit.ts'
import { version } from '../version.ts'
import { toTrouble, troubleColumns, type ConnectorTrouble } from './connectors.ts'
import { likePrefix } from './page.ts'
import type { Db } from './store.ts'

export interface Note {
  author: string
  at: string
  text: string
}

/** Who decided, and what. Times in UTC, as the database prints them. */
export interface Decision {
  is: 'approved' | 'denied'
  by: string
  at: string
  /** to who was denied; null: silently */
  message: string | null
  /** granted */
  domains: string[]
}

/** A confirmed request for an account, as moderators see it. */
export interface Registration {
  id: number
  email: string
  reason: string
  requestedAt: string
  /** null: it waits */
  decision: Decision | null
  /** oldest first */
  notes: Note[]
}

/** A part of the queue: requests whose address starts with the prefix, after this id. */
export interface QueueView {
  prefix: string
  after: number
}

export interface QueuePage {
  /** Those that wait, oldest first, and between them those that were decided in the last minute. */
  registrations: Registration[]
  /** the id to go on after; null on the last page */
  next: number | null
}

/**
 * What every page of a moderator shows: a word that changes with the queue, how many wait, `mostCounted` at most, and
 * what is wrong with the connectors.
 */
export interface QueueState {
  mark: string
  waiting: number
  connectors: ConnectorTrouble
}

export const mostCounted = 1001
export const queuePageSize = 50
const markName = 'registrations-mark'

const mark = `(SELECT value FROM colombier_settings WHERE name = '${markName}')`
const waiting = `(SELECT COUNT(*) FROM
  (SELECT 1 FROM colombier_registrations WHERE state = 'waiting' LIMIT ${mostCounted}) w)`
const queueStateColumns = `${mark} AS mark, ${waiting} AS waiting, ${troubleColumns()}`

/**
 * Columns with the queue's state for a query about the account `a`; NULL, and not looked up, if it moderates nothing.
 * Their only parameter is the web app's version.
 */
export const queueStateOfModerator = `
  IF(a.role = 'user', NULL, ${mark}) AS mark, IF(a.role = 'user', NULL, ${waiting}) AS waiting,
  ${troubleColumns((column) => `IF(a.role = 'user', NULL, ${column})`)}`

/** Reads both in one query, so that they belong together. */
export async function readQueueState(db: Db): Promise<QueueState> {
  type Row = RowDataPacket & { mark: string | null; waiting: number; silent: number; trouble: number }
  const [[row]] = await db.execute<Row[]>(`SELECT ${queueStateColumns}`, [version])
  return { mark: row?.mark ?? '0', waiting: row?.waiting ?? 0, connectors: toTrouble(row) }
}

/**
 * Tells every open queue page that the queue has changed. The mark is a counter, not a time: its writers wait for each
 * other, so none is overlooked. A transaction therefore does this last.
 */
export async function markQueueChanged(db: PoolConnection): Promise<void> {
  await db.execute(
    `INSERT INTO colombier_settings (name, value) VALUES (?, '1')
     ON DUPLICATE KEY UPDATE value = CAST(value AS UNSIGNED) + 1`,
    [markName],
  )
}

interface NewRegistration {
  email: string
  reason: string
  language: string
  tokenHash: Buffer
  hours: number
}

export async function insertRegistration(db: Db, registration: NewRegistration): Promise<void> {
  const { email, reason, language, tokenHash, hours } = registration
  await db.execute(
    `INSERT INTO colombier_registrations (email, reason, language, token_hash, requested_at, expires_at)
     VALUES (?, ?, ?, ?, UTC_TIMESTAMP(6), UTC_TIMESTAMP(6) + INTERVAL ? HOUR)`,
    [email, reason, language, tokenHash, hours],
  )
}

const droppedName = 'dropped-'
const droppedDays = 7

/** Counts a dropped form, which a machine filled in: one number a day, and nothing from the form. */
export async function countDropped(db: Db): Promise<void> {
  await db.execute(
    `INSERT INTO colombier_settings (name, value) VALUES (CONCAT('${droppedName}', UTC_DATE()), '1')
     ON DUPLICATE KEY UPDATE value = CAST(value AS UNSIGNED) + 1`,
  )
  await db.execute(
    `DELETE FROM colombier_settings
     WHERE name LIKE '${droppedName}%' AND name <= CONCAT('${droppedName}', UTC_DATE() - INTERVAL ${droppedDays} DAY)`,
  )
}

const dropped = `(SELECT COALESCE(SUM(CAST(value AS UNSIGNED)), 0) FROM colombier_settings
    WHERE name LIKE '${droppedName}%' AND name > CONCAT('${droppedName}', UTC_DATE() - INTERVAL ${droppedDays} DAY))`

/** What Colombier knows about an address. An account outranks earlier registrations. */
export type Standing = { is: 'new' | 'waiting' | 'denied' } | { is: 'account'; language: string | null }

export async function standingOf(db: Db, email: string): Promise<Standing> {
  const [[row]] = await db.execute<(RowDataPacket & { account: string | null; waiting: number; denied: number })[]>(
    `SELECT (SELECT COALESCE(language, '') FROM colombier_accounts WHERE email = ?) AS account,
       EXISTS (SELECT 1 FROM colombier_registrations WHERE email = ? AND state = 'waiting') AS waiting,
       EXISTS (SELECT 1 FROM colombier_registrations WHERE email = ? AND state = 'denied') AS denied`,
    [email, email, email],
  )
  if (row && row.account !== null) return { is: 'account', language: row.account === '' ? null : row.account }
  if (row?.waiting === 1) return { is: 'waiting' }
  return { is: row?.denied === 1 ? 'denied' : 'new' }
}

/** The hash of the password that was chosen with the request that waits for a decision; null when none does. */
export async function findWaitingHash(db: Db, email: string): Promise<string | null> {
  const [[row]] = await db.execute<(RowDataPacket & { hash: string | null })[]>(
    'SELECT password_hash AS hash FROM colombier_registrations WHERE waiting_email = ?',
    [email],
  )
  return row?.hash ?? null
}

/** A request whose link has not expired, used or not. */
interface LinkedRegistration {
  id: number
  email: string
  reason: string
  /** The link was used: the request went on to the moderators. */
  confirmed: boolean
}

const linked = `SELECT id, email, reason, state <> 'unconfirmed' AS confirmed FROM colombier_registrations
  WHERE token_hash = ? AND expires_at > UTC_TIMESTAMP(6)`

async function askLinked(db: Db, sql: string, tokenHash: Buffer): Promise<LinkedRegistration | null> {
  const [[row]] = await db.execute<(RowDataPacket & Omit<LinkedRegistration, 'confirmed'> & { confirmed: number })[]>(
    sql,
    [tokenHash],
  )
  return row ? { ...row, confirmed: row.confirmed === 1 } : null
}

/** The request that the link was mailed for; null when the link has expired or never existed. */
export const findLinked = (db: Db, tokenHash: Buffer) => askLinked(db, linked, tokenHash)

/** The same, with its row held until the transaction ends: whoever opens the link at the same time waits. */
export const findLinkedForUpdate = (db: PoolConnection, tokenHash: Buffer) =>
  askLinked(db, `${linked} FOR UPDATE`, tokenHash)

/** Puts the registration into the queue, and forgets other requests for the address. */
export async function confirmRegistration(
  db: PoolConnection,
  { id, email, passwordHash }: { id: number; email: string; passwordHash: string },
): Promise<void> {
  const [{ affectedRows }] = await db.execute<ResultSetHeader>(
    `UPDATE colombier_registrations SET state = 'waiting', password_hash = ?, confirmed_at = UTC_TIMESTAMP(6)
     WHERE id = ? AND state = 'unconfirmed'`,
    [passwordHash, id],
  )
  if (affectedRows !== 1) throw new Error('The registration is not one to be confirmed')
  await db.execute("DELETE FROM colombier_registrations WHERE email = ? AND state = 'unconfirmed'", [email])
}

/**
 * Marks a waiting registration as announced to the moderators. False when they were mailed about another one in the
 * last ten minutes that still waits: that mail leads them to this one too.
 */
export async function claimAnnouncement(db: PoolConnection, id: number): Promise<boolean> {
  const [rows] = await db.execute<RowDataPacket[]>(
    `SELECT 1 FROM colombier_registrations
     WHERE state = 'waiting' AND announced AND confirmed_at > UTC_TIMESTAMP(6) - INTERVAL 10 MINUTE LIMIT 1`,
  )
  if (rows.length > 0) return false
  await db.execute('UPDATE colombier_registrations SET announced = TRUE WHERE id = ?', [id])
  return true
}

interface RegistrationRow extends RowDataPacket {
  view: number
  id: number
  email: string
  reason: string
  requested_at: string
  state: 'waiting' | 'approved' | 'denied'
  decided_at: string | null
  decider: string | null
  message: string | null
  domains: string | null
}

const columns = 'id, email, reason, requested_at, state, decided_at, decider, message, domains'

// What a row of the queue's statement is, where it is not one of those that wait in a view, by the view's index.
const DECIDED = -1
const NOTE = -2

/**
 * A page of the queue for each of these views, in one statement however many views there are. Requests decided in the
 * last minute keep their places, so that nothing vanishes before a moderator's eyes.
 */
export async function readQueue(db: Db, views: QueueView[]): Promise<QueuePage[]> {
  if (views.length === 0) return []
  const parts = views.map(({ prefix, after }, index) => {
    const begins = prefix === '' ? '' : ' AND email LIKE ?'
    const which = `FROM colombier_registrations WHERE state = 'waiting' AND id > ?${begins} ORDER BY id LIMIT`
    return {
      waiting: `(SELECT ${index} AS view, ${columns} ${which} ${queuePageSize + 1})`,
      shown: `(SELECT id AS shown ${which} ${queuePageSize})`,
      values: prefix === '' ? [after] : [after, likePrefix(prefix)],
    }
  })
  const lately = `FROM colombier_registrations
    WHERE state IN ('approved', 'denied') AND decided_at > UTC_TIMESTAMP(6) - INTERVAL 1 MINUTE ORDER BY id LIMIT 200`
  const values = parts.flatMap((part) => part.values)
  const [rows] = await db.query<RegistrationRow[]>(
    `${parts.map(({ waiting }) => waiting).join(' UNION ALL ')} UNION ALL (SELECT ${DECIDED}, ${columns} ${lately})
     UNION ALL (SELECT ${NOTE}, registration_id, author, note, at, NULL, NULL, NULL, NULL, NULL
       FROM (${parts.map(({ shown }) => shown).join(' UNION ')} UNION (SELECT id ${lately})) AS page
       JOIN colombier_registration_notes ON registration_id = shown)`,
    [...values, ...values],
  )

  const decided = rows.filter(({ view }) => view === DECIDED)
  const notes = toNotes(
    rows
      .filter(({ view }) => view === NOTE)
      .map(({ id, email, requested_at: at, reason }) => ({ registration: id, author: email, at, text: reason })),
  )
  return views.map(({ prefix, after }, index) => {
    const found = rows.filter(({ view }) => view === index)
    const shown = found.slice(0, queuePageSize)
    const next = found.length > queuePageSize ? (shown.at(-1)?.id ?? null) : null
    const recent = decided.filter(
      ({ id, email }) => id > after && (next === null || id <= next) && email.startsWith(prefix),
    )
    const page = [...shown, ...recent].sort((one, other) => one.id - other.id)
    return { registrations: page.map((row) => toRegistration(row, notes.get(row.id))), next }
  })
}

interface DecisionsView {
  prefix: string
  /** those decided before it, `decided_at,id`; null: the newest */
  before: { at: string; id: number } | null
}

/** A page of what was decided, newest first. */
export async function listDecisions(db: Db, { prefix, before }: DecisionsView): Promise<Registration[]> {
  const [rows] = await db.query<RegistrationRow[]>(
    `SELECT 0 AS view, ${columns} FROM colombier_registrations
     WHERE state IN ('approved', 'denied') AND email LIKE ?
       AND (? IS NULL OR decided_at < ? OR (decided_at = ? AND id < ?))
     ORDER BY decided_at DESC, id DESC LIMIT ${queuePageSize + 1}`,
    [likePrefix(prefix), before?.at ?? null, before?.at ?? null, before?.at ?? null, before?.id ?? null],
  )
  const notes = await listNotes(
    db,
    rows.map(({ id }) => id),
  )
  return rows.map((row) => toRegistration(row, notes.get(row.id)))
}

/** A registration that was confirmed; null when there is none of this id. */
export async function findRegistration(db: Db, id: string): Promise<Registration | null> {
  if (!/^[1-9]\d{0,15}$/.test(id)) return null
  const [[row]] = await db.execute<RegistrationRow[]>(
    `SELECT 0 AS view, ${columns} FROM colombier_registrations WHERE id = ? AND state <> 'unconfirmed'`,
    [id],
  )
  return row ? toRegistration(row, (await listNotes(db, [row.id])).get(row.id)) : null
}

/** What a decision needs, with the row held: whoever decides at the same time waits. Null when there is none. */
export async function findRegistrationForUpdate(db: PoolConnection, id: number) {
  const [[row]] = await db.execute<(RegistrationRow & { password_hash: string | null; language: string })[]>(
    `SELECT 0 AS view, ${columns}, password_hash, language FROM colombier_registrations
     WHERE id = ? AND state <> 'unconfirmed' FOR UPDATE`,
    [id],
  )
  return row ? { ...toRegistration(row, []), passwordHash: row.password_hash, language: row.language } : null
}

/**
 * Records a decision; only what was denied keeps its password, to be reopened.
 * @throws Error when it was decided already
 */
export async function setDecision(
  db: PoolConnection,
  id: number,
  { is, by, message, domains }: { is: Decision['is']; by: Actor; message: string | null; domains: string[] },
): Promise<void> {
  const [{ affectedRows }] = await db.execute<ResultSetHeader>(
    `UPDATE colombier_registrations SET state = ?, decided_at = UTC_TIMESTAMP(6), decided_by = ?, decider = ?,
       message = ?, domains = ?, password_hash = IF(? = 'denied', password_hash, NULL) WHERE id = ? AND state = 'waiting'`,
    [is, by.id, by.email, message, domains.length > 0 ? domains.join(' ') : null, is, id],
  )
  if (affectedRows !== 1) throw new Error('The registration does not wait for a decision')
}

/** Puts a denied request back into the queue. @throws Error when it was not denied, or has no password any more */
export async function reopenDenied(db: PoolConnection, id: number): Promise<void> {
  await undoDenial(db, "state = 'waiting'", 'password_hash IS NOT NULL AND id = ?', [id])
}

/** Has a denied request that has no password any more confirmed anew. @throws Error when it was not denied */
export async function askAnew(
  db: PoolConnection,
  { id, tokenHash, hours }: { id: number; tokenHash: Buffer; hours: number },
): Promise<void> {
  const changes = "state = 'unconfirmed', token_hash = ?, expires_at = UTC_TIMESTAMP(6) + INTERVAL ? HOUR"
  await undoDenial(db, changes, 'id = ?', [tokenHash, hours, id])
}

async function undoDenial(db: PoolConnection, changes: string, which: string, values: (Buffer | number)[]) {
  const [{ affectedRows }] = await db.execute<ResultSetHeader>(
    `UPDATE colombier_registrations SET ${changes}, decided_at = NULL, decided_by = NULL, decider = NULL, message = NULL
     WHERE state = 'denied' AND ${which}`,
    values,
  )
  if (affectedRows !== 1) throw new Error('The registration is not one to be reopened')
}

/**
 * The domains that this account granted with its last approval, if that is one of the site's last two hundred, with
 * their blanks; null: there is none.
 */
const lastGranted = `(SELECT domains FROM colombier_registrations
    WHERE state = 'approved' AND decided_by = ? AND decided_at >= COALESCE(
      (SELECT decided_at FROM colombier_registrations WHERE state = 'approved' ORDER BY decided_at DESC LIMIT 199, 1),
      '1000-01-01')
    ORDER BY decided_at DESC, id DESC LIMIT 1)`

/** What stands beside the queue for this account. */
export async function readBesideQueue(
  db: Db,
  accountId: number,
): Promise<{
  /** how many forms of machines were dropped in the last seven days */
  dropped: number
  /** what the account granted last */
  granted: string[]
}> {
  const [[row]] = await db.execute<(RowDataPacket & { dropped: string | number; granted: string | null })[]>(
    `SELECT ${dropped} AS dropped, ${lastGranted} AS granted`,
    [accountId],
  )
  return { dropped: Number(row?.dropped ?? 0), granted: row?.granted?.split(' ') ?? [] }
}

export async function insertNote(db: Db, id: number, author: string, text: string): Promise<void> {
  await db.execute(
    `INSERT INTO colombier_registration_notes (registration_id, at, author, note)
     VALUES (?, UTC_TIMESTAMP(6), ?, ?)`,
    [id, author, text],
  )
}

type FoundNote = Note & { registration: number }

async function listNotes(db: Db, ids: number[]): Promise<Map<number, Note[]>> {
  if (ids.length === 0) return new Map()
  const [rows] = await db.query<(RowDataPacket & FoundNote)[]>(
    `SELECT registration_id AS registration, author, at, note AS text FROM colombier_registration_notes
     WHERE registration_id IN (?)`,
    [ids],
  )
  return toNotes(rows)
}

function toNotes(found: FoundNote[]): Map<number, Note[]> {
  const byRegistration = new Map<number, Note[]>()
  for (const { registration, author, at, text } of found.sort((one, other) => one.at.localeCompare(other.at))) {
    const notes = byRegistration.get(registration)
    if (notes) notes.push({ author, at, text })
    else byRegistration.set(registration, [{ author, at, text }])
  }
  return byRegistration
}

function toRegistration(row: RegistrationRow, notes: Note[] = []): Registration {
  const { id, email, reason, state, decider, message, domains } = row
  return {
    id,
    email,
    reason,
    requestedAt: row.requested_at,
    decision:
      state === 'waiting'
        ? null
        : { is: state, by: decider ?? '', at: row.decided_at ?? '', message, domains: domains?.split(' ') ?? [] },
    notes,
  }
}
