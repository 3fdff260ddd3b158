import type { RowDataPacket } from 'mysql2/promise'
import { COUNT_CAP, likePrefix, PAGE_ROWS, toPage, type Paged } from './page.ts'
import { hasSecondFactor } from './second-factors.ts'
import type { Db } from './store.ts'
import type { Role } from '../lib/roles.ts'

/** An account as super admins see it. Times in UTC as the database prints them. */
export interface AccountEntry {
  id: number
  email: string
  role: Role
  active: boolean
  /** null: the default of the settings */
  mailboxLimit: number | null
  /** counted up to COUNT_CAP */
  mailboxes: number
  /** in alphabetical order, the first PAGE_ROWS of them */
  domains: string[]
  /** whether there are more */
  moreDomains: boolean
  lastSignInAt: string | null
  hasSecondFactor: boolean
}

interface AccountRow extends RowDataPacket {
  id: number
  email: string
  role: Role
  active: number
  mailbox_limit: number | null
  last_sign_in_at: string | null
  has_factor: number
}

const columns = `a.id, a.email, a.role, a.active, a.mailbox_limit, a.last_sign_in_at, ${hasSecondFactor} AS has_factor`

/** A page of the accounts whose address starts with the prefix, ordered by address, in three queries. */
export async function listAccounts(
  db: Db,
  { prefix, after }: { prefix: string; after: string },
): Promise<Paged<AccountEntry>> {
  const [rows] = await db.query<AccountRow[]>(
    `SELECT ${columns} FROM colombier_accounts a WHERE a.email LIKE ? AND a.email > ? ORDER BY a.email LIMIT ?`,
    [likePrefix(prefix), after, PAGE_ROWS + 1],
  )
  const { rows: page, next } = toPage(rows, ({ email }) => email)
  return { rows: await withCounts(db, page), next }
}

/** The account of this id; null when there is none. */
export async function findAccountEntry(db: Db, id: string): Promise<AccountEntry | null> {
  if (!/^[1-9]\d{0,17}$/.test(id)) return null
  const [rows] = await db.execute<AccountRow[]>(`SELECT ${columns} FROM colombier_accounts a WHERE a.id = ?`, [id])
  const [entry] = await withCounts(db, rows)
  return entry ?? null
}

async function withCounts(db: Db, rows: AccountRow[]): Promise<AccountEntry[]> {
  if (rows.length === 0) return []
  const ids = rows.map(({ id }) => id)
  const held = await listDomainsOf(db, ids)
  const counts = await countMailboxes(db, ids)

  return rows.map((row) => ({
    id: row.id,
    email: row.email,
    role: row.role,
    active: row.active === 1,
    mailboxLimit: row.mailbox_limit,
    mailboxes: counts.get(row.id) ?? 0,
    domains: (held.get(row.id) ?? []).slice(0, PAGE_ROWS).sort(),
    moreDomains: (held.get(row.id) ?? []).length > PAGE_ROWS,
    lastSignInAt: row.last_sign_in_at,
    hasSecondFactor: row.has_factor === 1,
  }))
}

// As many domains as the accounts of a page have together, wherever none has hundreds.
const mostDomainsTogether = 1000

/** The first domains of each, up to one more than a page has; in one statement as a rule. */
async function listDomainsOf(db: Db, ids: number[]): Promise<Map<number, string[]>> {
  type Grant = RowDataPacket & { account_id: number; domain: string }
  const [together] = await db.query<Grant[]>(
    'SELECT account_id, domain FROM colombier_grants WHERE account_id IN (?) ORDER BY account_id, domain LIMIT ?',
    [ids, mostDomainsTogether],
  )
  const one = `(SELECT account_id, domain FROM colombier_grants WHERE account_id = ? ORDER BY domain LIMIT ${PAGE_ROWS + 1})`
  const [grants] =
    together.length < mostDomainsTogether
      ? [together]
      : await db.query<Grant[]>(ids.map(() => one).join(' UNION ALL '), ids)

  const held = new Map<number, string[]>(ids.map((id) => [id, []]))
  for (const { account_id: id, domain } of grants) held.get(id)?.push(domain)
  return held
}

// As many mailboxes as the accounts of a page have together, wherever none has thousands.
const mostTogether = 10_000

/** How many mailboxes each has, up to COUNT_CAP; in one statement as a rule, and no more rows than that for each. */
async function countMailboxes(db: Db, ids: number[]): Promise<Map<number, number>> {
  const [counts] = await db.query<(RowDataPacket & { id: number; count: number })[]>(
    `SELECT account_id AS id, COUNT(*) AS count FROM
       (SELECT account_id FROM colombier_mailboxes WHERE account_id IN (?) LIMIT ${mostTogether}) AS counted GROUP BY account_id`,
    [ids],
  )
  const together = counts.reduce((sum, { count }) => sum + count, 0)
  if (together < mostTogether) return new Map(counts.map(({ id, count }) => [id, Math.min(count, COUNT_CAP)]))

  const one = `(SELECT ? AS id, COUNT(*) AS count FROM
    (SELECT 1 FROM colombier_mailboxes WHERE account_id = ? LIMIT ${COUNT_CAP}) AS counted)`
  const [rows] = await db.query<(RowDataPacket & { id: number; count: number })[]>(
    ids.map(() => one).join(' UNION ALL '),
    ids.flatMap((id) => [id, id]),
  )
  return new Map(rows.map(({ id, count }) => [id, count]))
}
