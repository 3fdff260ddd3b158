import type { RowDataPacket } from 'mysql2/promise'
import { leadsTo } from '../../connector/contract/destinations.ts'
import { andWhere, whereParameters, type Mapping, type Name } from '../../connector/contract/mapping.ts'
import { COUNT_CAP, likePrefix, PAGE_ROWS, toPage, type Paged } from './page.ts'
import type { Db } from './store.ts'

/** Pages and capped counts of the mail server's own tables. No question here reads more rows the more there are. */

/** A domain that the mail server serves. */
export interface ServedDomain {
  /** in lower case */
  name: string
  /** what the domain column of a mailbox holds for it */
  id: string | number
}

/** The rows; none where something was asked for in signs that the column's character set does not have (error 1267). */
async function askRows<R extends RowDataPacket>(db: Db, sql: string, values: unknown[]): Promise<R[]> {
  try {
    const [rows] = await db.query<R[]>(sql, values)
    return rows
  } catch (error) {
    if ((error as { errno?: number }).errno === 1267) return []
    throw error
  }
}

interface DomainRow extends RowDataPacket {
  name: string
  id: string | number
}

const toDomain = ({ name, id }: DomainRow): ServedDomain => ({ name: name.toLowerCase(), id })

/** The domain, if the mail server serves it; else null. */
export async function findServedDomain(db: Db, { domain }: Mapping, name: string): Promise<ServedDomain | null> {
  const [row] = await askRows<DomainRow>(
    db,
    `SELECT ${domain.id} AS id, ${domain.name} AS name FROM ${domain.table} WHERE ${domain.name} = ?${andWhere(domain.where)}`,
    [name, ...whereParameters(domain.where)],
  )
  return row ? toDomain(row) : null
}

/** Which of these names, in lower case, the mail server serves. */
export async function listServed(db: Db, { domain }: Mapping, names: string[]): Promise<string[]> {
  if (names.length === 0) return []
  const rows = await askRows<DomainRow>(
    db,
    `SELECT ${domain.id} AS id, ${domain.name} AS name FROM ${domain.table} WHERE ${domain.name} IN (?)${andWhere(domain.where)}`,
    [names, ...whereParameters(domain.where)],
  )
  return rows.map((row) => toDomain(row).name)
}

/** A page of the mail server's domains by name; `among` these names only, where it is not null. */
export async function listDomainPage(
  db: Db,
  { domain }: Mapping,
  { among, prefix, after }: { among: string[] | null; prefix: string; after: string },
): Promise<Paged<ServedDomain>> {
  if (among?.length === 0) return { rows: [], next: null }
  const rows = await askRows<DomainRow>(
    db,
    `SELECT ${domain.id} AS id, ${domain.name} AS name FROM ${domain.table}
     WHERE ${domain.name} LIKE ? AND ${domain.name} > ?${among ? ` AND ${domain.name} IN (?)` : ''}${andWhere(domain.where)}
     ORDER BY ${domain.name} LIMIT ?`,
    [likePrefix(prefix), after, ...(among ? [among] : []), ...whereParameters(domain.where), PAGE_ROWS + 1],
  )
  const { rows: page, next } = toPage(rows, ({ name }) => name)
  return { rows: page.map(toDomain), next }
}

/** What holds for a mailbox or alias of the domain: its domain column, or else what stands behind the @. */
function inDomain(column: Name | null, address: Name, domain: ServedDomain) {
  return column === null
    ? { sql: `SUBSTRING_INDEX(${address}, '@', -1) = ?`, value: domain.name }
    : { sql: `${column} = ?`, value: domain.id }
}

/**
 * Some mailboxes of the domain whose address begins so, by address: in lower case, and as the mail server wrote it, for
 * the place where the next page begins.
 */
export async function listMailboxPage(
  db: Db,
  { mailbox }: Mapping,
  domain: ServedDomain,
  { prefix, after, size = PAGE_ROWS }: { prefix: string; after: string; size?: number },
): Promise<Paged<{ address: string; written: string }>> {
  const within = inDomain(mailbox.domain, mailbox.address, domain)
  const rows = await askRows<RowDataPacket & { address: string }>(
    db,
    `SELECT ${mailbox.address} AS address FROM ${mailbox.table}
     WHERE ${within.sql} AND ${mailbox.address} > ?${prefix === '' ? '' : ` AND ${mailbox.address} LIKE ?`}${andWhere(mailbox.where)}
     ORDER BY ${mailbox.address} LIMIT ?`,
    [within.value, after, ...(prefix === '' ? [] : [likePrefix(prefix)]), ...whereParameters(mailbox.where), size + 1],
  )
  const { rows: page, next } = toPage(rows, ({ address }) => address, size)
  return { rows: page.map(({ address }) => ({ address: address.toLowerCase(), written: address })), next }
}

/** How many mailboxes each domain has, by its name, in one statement; counted up to COUNT_CAP. */
export async function countMailboxesOf(
  db: Db,
  { mailbox }: Mapping,
  domains: ServedDomain[],
): Promise<Map<string, number>> {
  if (domains.length === 0) return new Map()
  const arms = domains.map((domain) => {
    const within = inDomain(mailbox.domain, mailbox.address, domain)
    return {
      sql: `(SELECT ? AS name, COUNT(*) AS count FROM
        (SELECT 1 FROM ${mailbox.table} WHERE ${within.sql}${andWhere(mailbox.where)} LIMIT ${COUNT_CAP}) AS counted)`,
      parameters: [domain.name, within.value, ...whereParameters(mailbox.where)],
    }
  })
  const [rows] = await db.query<(RowDataPacket & { name: string; count: number })[]>(
    arms.map(({ sql }) => sql).join(' UNION ALL '),
    arms.flatMap(({ parameters }) => parameters),
  )
  return new Map(rows.map(({ name, count }) => [name, count]))
}

// A page's mailboxes with far more aliases than they may have.
const mostAliasRows = 10_000

/**
 * How many aliases of the domain lead to each of these mailboxes of it, in one statement. Null when there are too many
 * to count.
 */
export async function countAliasesOf(
  db: Db,
  { alias }: Mapping,
  domain: ServedDomain,
  mailboxes: string[],
): Promise<Map<string, number> | null> {
  if (mailboxes.length === 0) return new Map()
  const within = inDomain(alias.domain, alias.address, domain)
  const leading =
    alias.list === 'rows'
      ? `${alias.destination} IN (?)`
      : `(${mailboxes.map(() => `${alias.destination} LIKE ?`).join(' OR ')})`
  const [rows] = await db.query<(RowDataPacket & { address: string; destination: string })[]>(
    `SELECT ${alias.address} AS address, ${alias.destination} AS destination FROM ${alias.table}
     WHERE ${within.sql} AND ${leading}${andWhere(alias.where)} LIMIT ?`,
    [
      within.value,
      ...(alias.list === 'rows' ? [mailboxes] : mailboxes.map((mailbox) => `%${likePrefix(mailbox)}`)),
      ...whereParameters(alias.where),
      mostAliasRows,
    ],
  )
  if (rows.length === mostAliasRows) return null

  const counts = new Map<string, number>()
  for (const { address, destination } of rows) {
    const held = destination.toLowerCase()
    for (const mailbox of mailboxes) {
      // Neither a mailbox's own row nor what catches a whole domain's mail is an alias.
      if (!held.includes(mailbox) || address.toLowerCase() === mailbox || address.startsWith('@')) continue
      if (leadsTo(alias.list, destination, mailbox)) counts.set(mailbox, (counts.get(mailbox) ?? 0) + 1)
    }
  }
  return counts
}
