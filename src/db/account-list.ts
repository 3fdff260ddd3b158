import type { RowDataPacket } from 'mysql2/promise'
import { COUNT_CAP, likePrefix, PAGE_ROWS, toPage, type Paged } from './page.ts'
import { isId } from './ids.ts'
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
  has_totp: number
}

const select = (accounts: string) => `SELECT a.id, a.email, a.role, a.active, a.mailbox_limit, a.last_sign_in_at,
    f.account_id IS NOT NULL AS has_totp
  FROM ${accounts} LEFT JOIN colombier_totp f ON f.account_id = a.id AND f.begun_in IS NULL`

/**
 * A page of the accounts whose address starts with the prefix, ordered by address, in two questions as a rule. Left to
 * itself the database sorts a thousand accounts to show fifty.
 */
export async function listAccounts(
  db: Db,
  { prefix, after }: { prefix: string; after: string },
): Promise<Paged<AccountEntry>> {
  const [rows] = await db.execute<AccountRow[]>(
    `${select('colombier_accounts a FORCE INDEX (email)')} WHERE a.email LIKE ? AND a.email > ? ORDER BY a.email LIMIT ${PAGE_ROWS + 1}`,
    [likePrefix(prefix), after],
  )
  const { rows: page, next } = toPage(rows, ({ email }) => email)
  return { rows: await withBelongings(db, page), next }
}

/** The account of this id; null when there is none. */
export async function findAccountEntry(db: Db, id: string): Promise<AccountEntry | null> {
  if (!isId(id)) return null
  const [rows] = await db.execute<AccountRow[]>(`${select('colombier_accounts a')} WHERE a.id = ?`, [id])
  const [entry] = await withBelongings(db, rows)
  return entry ?? null
}

/** @param rows neighbours by address */
async function withBelongings(db: Db, rows: AccountRow[]): Promise<AccountEntry[]> {
  const [first, last] = [rows.at(0), rows.at(-1)]
  if (first === undefined || last === undefined) return []
  const { domains, mailboxes, passkeys } = await listBelongings(db, { first: first.email, last: last.email })
  const ids = rows.map(({ id }) => id)
  const held = domains ?? (await listDomainsOfEach(db, ids))
  const counts = mailboxes ?? (await countMailboxesOfEach(db, ids))

  return rows.map((row) => {
    const granted = (held.get(row.id) ?? []).sort()
    return {
      id: row.id,
      email: row.email,
      role: row.role,
      active: row.active === 1,
      mailboxLimit: row.mailbox_limit,
      mailboxes: Math.min(counts.get(row.id) ?? 0, COUNT_CAP),
      domains: granted.slice(0, PAGE_ROWS),
      moreDomains: granted.length > PAGE_ROWS,
      lastSignInAt: row.last_sign_in_at,
      hasSecondFactor: row.has_totp === 1 || passkeys.has(row.id),
    }
  })
}

type Belonging = RowDataPacket & { id: number; domain: string | null; mailboxes: number | null }

// As many as the accounts of a page have together, wherever none has hundreds of domains or thousands of mailboxes.
const mostTogether = { domains: 1000, mailboxes: 10_000 }

/**
 * What belongs to the accounts from one address to another, in one question: a row for each of their domains and
 * passkeys, and one for how many mailboxes each has.
 * @returns null for what is too much to be asked about all of them together
 */
async function listBelongings(db: Db, { first, last }: { first: string; last: string }) {
  const belonging = (table: string) =>
    `FROM colombier_accounts a STRAIGHT_JOIN ${table} b ON b.account_id = a.id WHERE a.email BETWEEN ? AND ?`
  const [rows] = await db.execute<Belonging[]>(
    `(SELECT a.id, b.domain, NULL AS mailboxes ${belonging('colombier_grants')} LIMIT ${mostTogether.domains})
     UNION ALL (SELECT a.id, NULL, NULL ${belonging('colombier_passkeys')})
     UNION ALL (SELECT id, NULL, COUNT(*) FROM
       (SELECT a.id ${belonging('colombier_mailboxes')} LIMIT ${mostTogether.mailboxes}) AS counted GROUP BY id)`,
    [first, last, first, last, first, last],
  )

  const domains = new Map<number, string[]>()
  const mailboxes = new Map<number, number>()
  const passkeys = new Set<number>()
  const together = { domains: 0, mailboxes: 0 }
  for (const { id, domain, mailboxes: count } of rows) {
    if (domain !== null) {
      const held = domains.get(id)
      if (held) held.push(domain)
      else domains.set(id, [domain])
      together.domains++
    } else if (count !== null) {
      mailboxes.set(id, count)
      together.mailboxes += count
    } else passkeys.add(id)
  }
  return {
    domains: together.domains < mostTogether.domains ? domains : null,
    mailboxes: together.mailboxes < mostTogether.mailboxes ? mailboxes : null,
    passkeys,
  }
}

/** The first domains of each account, up to one more than a page has. */
async function listDomainsOfEach(db: Db, ids: number[]): Promise<Map<number, string[]>> {
  const one = `(SELECT account_id, domain FROM colombier_grants WHERE account_id = ? ORDER BY domain LIMIT ${PAGE_ROWS + 1})`
  const [grants] = await db.query<(RowDataPacket & { account_id: number; domain: string })[]>(
    ids.map(() => one).join(' UNION ALL '),
    ids,
  )
  const held = new Map<number, string[]>(ids.map((id) => [id, []]))
  for (const { account_id: id, domain } of grants) held.get(id)?.push(domain)
  return held
}

/** How many mailboxes each has, up to COUNT_CAP, which no more rows than that are read for. */
async function countMailboxesOfEach(db: Db, ids: number[]): Promise<Map<number, number>> {
  const one = `(SELECT ? AS id, COUNT(*) AS count FROM
    (SELECT 1 FROM colombier_mailboxes WHERE account_id = ? LIMIT ${COUNT_CAP}) AS counted)`
  const [rows] = await db.query<(RowDataPacket & { id: number; count: number })[]>(
    ids.map(() => one).join(' UNION ALL '),
    ids.flatMap((id) => [id, id]),
  )
  return new Map(rows.map(({ id, count }) => [id, count]))
}
