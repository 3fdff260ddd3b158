import type { ResultSetHeader, RowDataPacket } from 'mysql2/promise'
import { readJsonList } from './json-list.ts'
import { COUNT_CAP, likePrefix, PAGE_ROWS, toPage, type Paged } from './page.ts'
import type { Db } from './store.ts'

/** The domains that are granted to the account, in alphabetical order. */
export async function listGrants(db: Db, accountId: number): Promise<string[]> {
  const [rows] = await db.execute<(RowDataPacket & { domain: string })[]>(
    'SELECT domain FROM colombier_grants WHERE account_id = ? ORDER BY domain',
    [accountId],
  )
  return rows.map(({ domain }) => domain)
}

/** A page of the account's domains that start with the prefix. */
export async function listGrantPage(
  db: Db,
  accountId: number,
  { prefix, after }: { prefix: string; after: string },
): Promise<Paged<string>> {
  const [rows] = await db.query<(RowDataPacket & { domain: string })[]>(
    `SELECT domain FROM colombier_grants WHERE account_id = ? AND domain LIKE ? AND domain > ?
     ORDER BY domain LIMIT ?`,
    [accountId, likePrefix(prefix), after, PAGE_ROWS + 1],
  )
  return toPage(
    rows.map(({ domain }) => domain),
    (domain) => domain,
  )
}

/** Grants one domain. @returns false when the account has it already */
export async function insertGrant(db: Db, accountId: number, domain: string): Promise<boolean> {
  const [{ affectedRows }] = await db.execute<ResultSetHeader>(
    'INSERT IGNORE INTO colombier_grants (account_id, domain) VALUES (?, ?)',
    [accountId, domain],
  )
  return affectedRows === 1
}

/** Withdraws one domain. @returns false when the account does not have it */
export async function removeGrant(db: Db, accountId: number, domain: string): Promise<boolean> {
  const [{ affectedRows }] = await db.execute<ResultSetHeader>(
    'DELETE FROM colombier_grants WHERE account_id = ? AND domain = ?',
    [accountId, domain],
  )
  return affectedRows === 1
}

/** Grants domains to an account that holds none of them. */
export async function insertGrants(db: Db, accountId: number, domains: string[]): Promise<void> {
  if (domains.length === 0) return
  await db.query('INSERT INTO colombier_grants (account_id, domain) VALUES ?', [
    domains.map((domain) => [accountId, domain]),
  ])
}

/** Withdraws these domains from the account. */
export async function removeGrants(db: Db, accountId: number, domains: string[]): Promise<void> {
  if (domains.length === 0) return
  await db.query('DELETE FROM colombier_grants WHERE account_id = ? AND domain IN (?)', [accountId, domains])
}

/** Who holds a domain. */
export interface Holders {
  /** the active admins who look after it, by address; at most 20 of them */
  admins: string[]
  /** all accounts to which it is granted, counted up to COUNT_CAP */
  accounts: number
}

const mostNamed = 20

/** The holders of a domain, whose name is given twice, as columns of whatever is asked anyway. */
export const holdersColumns = `
  (SELECT COUNT(*) FROM (SELECT 1 FROM colombier_grants WHERE domain = ? LIMIT ${COUNT_CAP}) AS counted) AS accounts,
  (SELECT JSON_ARRAYAGG(email) FROM
     (SELECT STRAIGHT_JOIN a.email FROM colombier_accounts a JOIN colombier_grants g ON g.account_id = a.id
      WHERE a.role = 'admin' AND a.active AND g.domain = ? ORDER BY a.email LIMIT ${mostNamed}) AS named) AS admins`

export interface HoldersRow extends RowDataPacket {
  accounts: number
  admins: string[] | string | null
}

export const toHolders = ({ accounts, admins }: HoldersRow): Holders => ({
  accounts,
  admins: readJsonList(admins).sort(),
})

/** The holders of each of these domains, in two statements whatever their number. */
export async function listHolders(db: Db, domains: string[]): Promise<Map<string, Holders>> {
  const holders = new Map<string, Holders>(domains.map((domain) => [domain, { admins: [], accounts: 0 }]))
  if (domains.length === 0) return holders

  const count = `(SELECT ? AS domain, COUNT(*) AS count FROM
    (SELECT 1 FROM colombier_grants WHERE domain = ? LIMIT ${COUNT_CAP}) AS counted)`
  const [counts] = await db.query<(RowDataPacket & { domain: string; count: number })[]>(
    domains.map(() => count).join(' UNION ALL '),
    domains.flatMap((domain) => [domain, domain]),
  )
  // Starts from the admins, who are few: a domain may be granted to everyone.
  const [admins] = await db.query<(RowDataPacket & { domain: string; email: string })[]>(
    `SELECT STRAIGHT_JOIN g.domain, a.email FROM colombier_accounts a JOIN colombier_grants g ON g.account_id = a.id
     WHERE a.role = 'admin' AND a.active AND g.domain IN (?) ORDER BY a.email LIMIT ?`,
    [domains, domains.length * mostNamed],
  )
  for (const { domain, count } of counts) {
    const held = holders.get(domain)
    if (held) held.accounts = count
  }
  for (const { domain, email } of admins) {
    const held = holders.get(domain)
    if (held && held.admins.length < mostNamed) held.admins.push(email)
  }
  return holders
}
