import {
  addressInLowerCase,
  addressText,
  isLike,
  isOneOf,
  isText,
  sortedBy,
} from '../../../connector/mapping/address-sql.ts'
import { leadsTo } from '../../../connector/mapping/destinations.ts'
import { andWhere } from '../../../connector/mapping/pieces.ts'
import type { AddressColumns, DomainLink, Mapping } from '../../../connector/mapping/mapping.ts'
import { ask, join, list, sql, whole, type Sql } from '../../../connector/mapping/sql.ts'
import { isPattern } from '../../lib/addresses.ts'
import { estimateRows } from './estimates.ts'
import { COUNT_CAP, likePrefix, PAGE_ROWS, toPage, type Paged } from '../page.ts'
import type { Db } from '../store.ts'

/** Pages and capped counts of the mail server's own tables. No question here reads more rows the more there are. */

/** A domain that the mail server serves. */
export interface ServedDomain {
  /** in lower case */
  name: string
  /** as the mail server wrote it */
  written: string
  /** what the domain column of a mailbox holds for it */
  id: string | number
}

/** The rows; none where something was asked for in signs that the column's character set does not have (errors 1267, 1270 and 1271, for two, three and more texts). */
async function askRows<R extends object>(db: Db, statement: Sql): Promise<R[]> {
  try {
    return await ask<R>(db, statement)
  } catch (error) {
    if ([1267, 1270, 1271].includes((error as { errno?: number }).errno ?? 0)) return []
    throw error
  }
}

interface DomainRow {
  name: string
  id: string | number
}

const toDomain = ({ name, id }: DomainRow): ServedDomain => ({ name: name.toLowerCase(), written: name, id })

const selectDomains = ({ domain }: Mapping, condition: Sql, order = sql``): Sql =>
  sql`SELECT ${domain.id} AS id, ${domain.name} AS name FROM ${domain.table}
      WHERE ${condition}${andWhere(domain.where)}${order}`

/** The domain, if the mail server serves it; else null. */
export async function findServedDomain(db: Db, mapping: Mapping, name: string): Promise<ServedDomain | null> {
  return (await listServed(db, mapping, [name]))[0] ?? null
}

/** Those of these domains, named in lower case, that the mail server serves. */
export async function listServed(db: Db, mapping: Mapping, names: string[]): Promise<ServedDomain[]> {
  if (names.length === 0) return []
  return (await askRows<DomainRow>(db, selectDomains(mapping, isText(mapping.domain.name, names)))).map(toDomain)
}

/** A page of the mail server's domains by name; `among` these names only, where it is not null. */
export async function listDomainPage(
  db: Db,
  mapping: Mapping,
  { among, prefix, after }: { among: string[] | null; prefix: string; after: string },
): Promise<Paged<ServedDomain>> {
  if (among?.length === 0) return { rows: [], next: null }
  const { name } = mapping.domain
  const condition = sql`${isLike(name, likePrefix(prefix))} AND ${name} > ${after}${among ? sql` AND ${isText(name, among)}` : sql``}`
  const order = sql` ORDER BY ${name} LIMIT ${whole(PAGE_ROWS + 1)}`
  const rows = await askRows<DomainRow>(db, selectDomains(mapping, condition, order))
  const { rows: page, next } = toPage(rows, (row) => row.name)
  return { rows: page.map(toDomain), next }
}

/** What holds for a mailbox or alias of the domain: its domain column, or else what stands behind the @. */
function inDomain(link: DomainLink | null, address: AddressColumns, domain: ServedDomain): Sql {
  if (link === null) return sql`SUBSTRING_INDEX(${addressText(address)}, '@', -1) = ${domain.name}`
  if (link.holds === 'id') return sql`${link.column} = ${String(domain.id)}`
  // Some collations tell capital letters apart.
  return sql`${link.column} IN (${list([domain.name, domain.written])})`
}

/** What begins so, where the whole address of a mailbox of the domain does. */
function beginsWith(address: AddressColumns, prefix: string): Sql {
  if ('whole' in address) return isLike(address.whole, likePrefix(prefix))
  const [local = '', domain] = prefix.split('@')
  return domain === undefined ? isLike(address.local, likePrefix(local)) : isText(address.local, [local])
}

/**
 * Some mailboxes of the domain whose address begins so, by address: in lower case, and as the mail server sorts them, for
 * the place where the next page begins.
 */
export async function listMailboxPage(
  db: Db,
  { mailbox }: Mapping,
  domain: ServedDomain,
  { prefix, after, size = PAGE_ROWS }: { prefix: string; after: string; size?: number },
): Promise<Paged<{ address: string; written: string }>> {
  const order = sortedBy(mailbox.address)
  const rows = await askRows<{ address: string; written: string }>(
    db,
    sql`SELECT ${addressInLowerCase(mailbox.address)} AS address, ${order} AS written FROM ${mailbox.table}
        WHERE ${inDomain(mailbox.domain, mailbox.address, domain)} AND ${order} > ${after}
          ${prefix === '' ? sql`` : sql`AND ${beginsWith(mailbox.address, prefix)}`}${andWhere(mailbox.where)}
        ORDER BY ${order} LIMIT ${whole(size + 1)}`,
  )
  return toPage(rows, ({ written }) => written, size)
}

/** How many mailboxes each domain has, by its name, in one statement; counted up to COUNT_CAP. */
export async function countMailboxesOf(
  db: Db,
  { mailbox }: Mapping,
  domains: ServedDomain[],
): Promise<Map<string, number>> {
  if (domains.length === 0) return new Map()
  const arms = domains.map(
    (domain) => sql`(SELECT ${domain.name} AS name, COUNT(*) AS count FROM
      (SELECT 1 FROM ${mailbox.table} WHERE ${inDomain(mailbox.domain, mailbox.address, domain)}${andWhere(mailbox.where)}
       LIMIT ${whole(COUNT_CAP)}) AS counted)`,
  )
  const rows = await ask<{ name: string; count: number }>(db, join(arms, ' UNION ALL '))
  return new Map(rows.map(({ name, count }) => [name, count]))
}

// A page's mailboxes with far more aliases than they may have.
const mostAliasRows = 10_000
// What the database may read to find them: without an index of the destinations that is every alias of the domain.
const mostReadRows = 50_000

/**
 * How many aliases of the domain lead to each of these mailboxes of it, in one statement. Null when there are too many
 * to count, and where the mail server has no table of aliases.
 */
export async function countAliasesOf(
  db: Db,
  { alias }: Mapping,
  domain: ServedDomain,
  mailboxes: string[],
): Promise<Map<string, number> | null> {
  if (alias === null) return null
  if (mailboxes.length === 0) return new Map()
  const destination = addressText(alias.destination)
  const leading =
    alias.list === 'rows'
      ? isOneOf(alias.destination, mailboxes)
      : sql`(${join(
          mailboxes.map((mailbox) => sql`${destination} LIKE ${`%${likePrefix(mailbox)}`}`),
          ' OR ',
        )})`
  const question = sql`SELECT COALESCE(${addressText(alias.address)}, '') AS address, ${destination} AS destination FROM ${alias.table}
    WHERE ${inDomain(alias.domain, alias.address, domain)} AND ${leading}${andWhere(alias.where)}
    LIMIT ${whole(mostAliasRows)}`
  if (((await estimateRows(db, question)) ?? 0) > mostReadRows) return null
  const rows = await askRows<{ address: string; destination: string }>(db, question)
  if (rows.length === mostAliasRows) return null

  const counts = new Map<string, number>()
  for (const { address, destination } of rows) {
    const held = destination.toLowerCase()
    for (const mailbox of mailboxes) {
      // Neither a mailbox's own row nor what catches a whole domain's mail is an alias.
      if (!held.includes(mailbox) || address.toLowerCase() === mailbox || isPattern(address)) continue
      if (leadsTo(alias.list, destination, mailbox)) counts.set(mailbox, (counts.get(mailbox) ?? 0) + 1)
    }
  }
  return counts
}
