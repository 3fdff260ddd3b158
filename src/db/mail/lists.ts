import {
  addressInLowerCase,
  addressText,
  given,
  inCollationOf,
  isLike,
  isQuick,
  isText,
  mayBeOneOf,
  sortedBy,
  withoutIndex,
} from '../../../connector/mapping/address-sql.ts'
import { leadsTo } from '../../../connector/mapping/destinations.ts'
import { andWhere } from '../../../connector/mapping/pieces.ts'
import {
  columnsIn,
  type AddressColumns,
  type AliasMapping,
  type DomainLink,
  type Mapping,
} from '../../../connector/mapping/mapping.ts'
import { idFromText, idText } from '../../../connector/mapping/ids.ts'
import { ask, join, sql, Sql, integer, type Name } from '../../../connector/mapping/sql.ts'
import { isPattern } from '../../lib/addresses.ts'
import { estimatedBefore } from './estimates.ts'
import { listUsage, mailRowColumns, toMailRow, type AskedRow, type MailRow } from './rows.ts'
import { COUNT_CAP, likePrefix, PAGE_ROWS, toPage, type Paged } from '../page.ts'
import type { Db } from '../store.ts'

/** Pages and capped counts of the mail server's tables. What a query here reads does not grow with the tables. */

/** A domain that the mail server serves. */
export interface ServedDomain {
  /** in lower case */
  name: string
  /** as the mail server wrote it */
  written: string
  /** what the domain column of a mailbox holds for it */
  id: string | number
}

interface DomainRow {
  name: string
  id: string | number
}

const toDomain = ({ name, id }: DomainRow): ServedDomain => ({ name: name.toLowerCase(), written: name, id })

/** The id in such a form that it can be compared with again. */
const shown = (id: Name): Sql => (id.isRaw ? idText(id) : id)

const selectDomains = ({ domain }: Mapping, condition: Sql, order = sql``): Sql =>
  sql`SELECT ${shown(domain.id)} AS id, ${domain.name} AS name FROM ${domain.table}
      WHERE ${condition}${andWhere(domain.where)}${order}`

/** The domain, if the mail server serves it; else null. */
export async function findServedDomain(db: Db, mapping: Mapping, name: string): Promise<ServedDomain | null> {
  return (await listServed(db, mapping, [name]))[0] ?? null
}

/** Those of these domains, named in lower case, that the mail server serves. */
export async function listServed(db: Db, mapping: Mapping, names: string[]): Promise<ServedDomain[]> {
  if (names.length === 0) return []
  return (await ask<DomainRow>(db, selectDomains(mapping, isText(mapping.domain.name, names)))).map(toDomain)
}

/** A page of the mail server's domains by name; `among` these names only, where it is not null. */
export async function listDomainPage(
  db: Db,
  mapping: Mapping,
  { among, prefix, after }: { among: string[] | null; prefix: string; after: string },
): Promise<Paged<ServedDomain>> {
  if (among?.length === 0) return { rows: [], next: null }
  const { name } = mapping.domain
  const condition = sql`${isLike(name, likePrefix(prefix))} AND ${name} > ${given(name, after)}${among ? sql` AND ${isText(name, among)}` : sql``}`
  const order = sql` ORDER BY ${name} LIMIT ${integer(PAGE_ROWS + 1)}`
  const rows = await ask<DomainRow>(db, selectDomains(mapping, condition, order))
  const { rows: page, next } = toPage(rows, (row) => row.name)
  return { rows: page.map(toDomain), next }
}

/** A domain in a condition: as it was read, or still to be found by the statement that asks about it. */
type DomainTerms = { name: string } & Record<'written' | 'id', string | number | Sql>

/** The condition for a mailbox or alias of the domain: by its domain column, or else by the part after the @. */
function inDomain(
  link: DomainLink | null,
  address: AddressColumns,
  { name, written, id }: DomainTerms,
  as: (column: Name) => Sql = (column) => column,
): Sql {
  if (link === null) return sql`SUBSTRING_INDEX(${addressText(address)}, '@', -1) = ${name}`
  const { column, holds } = link
  const term = (value: string | number | Sql) =>
    value instanceof Sql ? inCollationOf(column, value) : given(column, idFromText(column, String(value)))
  if (holds === 'id') return sql`${as(column)} = ${term(id)}`
  // Some collations are case-sensitive.
  return sql`${as(column)} IN (${term(name)}, ${term(written)})`
}

/** The same for an alias, whose name may be in another table than its destinations. */
function aliasInDomain(
  { address, domain: link, named }: AliasMapping,
  domain: ServedDomain,
  as: (column: Name) => Sql = (column) => column,
): Sql {
  const [reference] = columnsIn(address)
  if (named === null || reference === undefined) return inDomain(link, address, domain, as)
  return sql`${as(reference)} IN (SELECT ${inCollationOf(reference, named.id)} FROM ${named.table}
    WHERE ${inDomain(named.domain, named.address, domain)})`
}

/** The condition for addresses that start with the prefix. */
function beginsWith(address: AddressColumns, prefix: string): Sql {
  if (!('local' in address)) return isLike(sortedBy(address), likePrefix(prefix))
  const [local = '', domain] = prefix.split('@')
  return domain === undefined ? isLike(address.local, likePrefix(local)) : isText(address.local, [local])
}

/**
 * A page of the domain's mailboxes whose address starts with the prefix, ordered by address. Each comes in lower case,
 * and as the mail server sorts it, which is where the next page starts.
 */
export async function listMailboxPage(
  db: Db,
  { mailbox }: Mapping,
  domain: ServedDomain,
  { prefix, after, size = PAGE_ROWS }: { prefix: string; after: string; size?: number },
): Promise<Paged<{ address: string; written: string }>> {
  const order = sortedBy(mailbox.address)
  const rows = await ask<{ address: string; written: string }>(
    db,
    sql`SELECT ${addressInLowerCase(mailbox.address)} AS address, ${order} AS written FROM ${mailbox.table}
        WHERE ${inDomain(mailbox.domain, mailbox.address, domain)} AND ${order} > ${given(order, after)}
          ${prefix === '' ? sql`` : sql`AND ${beginsWith(mailbox.address, prefix)}`}${andWhere(mailbox.where)}
        ORDER BY ${mailbox.table}.${order} LIMIT ${integer(size + 1)}`,
  )
  return toPage(rows, ({ written }) => written, size)
}

/** A domain with some of its mailboxes, as `listMailboxPage` has them, with the mail server's row for each. */
export interface DomainWithMailboxes {
  domain: ServedDomain
  /** counted up to COUNT_CAP */
  count: number
  page: Paged<{ address: string; written: string; mailRow: MailRow }>
}

/**
 * The domain, how many mailboxes it has, and a page of them, in one question; where there are none to show or a table
 * of its own tells what they hold, in two. Null when the mail server does not serve the domain.
 */
export async function readDomainWithMailboxes(
  db: Db,
  mapping: Mapping,
  name: string,
  { prefix, after, size = PAGE_ROWS }: { prefix: string; after: string; size?: number },
): Promise<DomainWithMailboxes | null> {
  const { domain, mailbox } = mapping
  const served = sql`${isText(domain.name, [name])}${andWhere(domain.where)}`
  // Each is looked up once, and not for each row. A join would make the columns of both tables one set of names.
  const found = (column: Sql) => sql`(SELECT ${column} FROM ${domain.table} WHERE ${served} LIMIT 1)`
  const within = sql`${inDomain(mailbox.domain, mailbox.address, { name, written: found(domain.name), id: found(domain.id) })}${andWhere(mailbox.where)}`
  const count = sql`(SELECT COUNT(*) FROM (SELECT 1 FROM ${mailbox.table} WHERE ${within} LIMIT ${integer(COUNT_CAP)}) AS counted)`
  const order = sortedBy(mailbox.address)
  const condition = sql`${order} > ${given(order, after)}${prefix === '' ? sql`` : sql` AND ${beginsWith(mailbox.address, prefix)}`}`

  type Row = Omit<DomainRow, 'name'> & { name: string | null; count: number }
  const rows = await ask<Row & AskedRow & { written: string }>(
    db,
    sql`SELECT ${found(shown(domain.id))} AS id, ${found(domain.name)} AS name, ${count} AS count,
          ${mailRowColumns(mapping)}, ${order} AS written FROM ${mailbox.table} WHERE ${within} AND ${condition}
        ORDER BY ${mailbox.table}.${order} LIMIT ${integer(size + 1)}`,
  )
  const [first] =
    rows.length > 0
      ? rows
      : await ask<Row>(
          db,
          sql`SELECT ${shown(domain.id)} AS id, ${domain.name} AS name, ${count} AS count
              FROM ${domain.table} WHERE ${served} LIMIT 1`,
        )
  // The mailboxes may still be there.
  if (first === undefined || first.name === null) return null

  const usage = await listUsage(
    db,
    mapping,
    rows.map(({ address }) => address),
  )
  const { rows: page, next } = toPage(rows, ({ written }) => written, size)
  return {
    domain: toDomain({ id: first.id, name: first.name }),
    count: first.count,
    page: {
      rows: page.map((row) => ({
        address: row.address,
        written: row.written,
        mailRow: toMailRow(mapping, row, usage),
      })),
      next,
    },
  }
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
       LIMIT ${integer(COUNT_CAP)}) AS counted)`,
  )
  const rows = await ask<{ name: string; count: number }>(db, join(arms, ' UNION ALL '))
  return new Map(rows.map(({ name, count }) => [name, count]))
}

// More than the mailboxes of a page can have together.
const mostAliasRows = 10_000
// What the database may read to find them, ten for each mailbox of a page: without an index of the destinations it
// reads every alias of the domain.
const mostReadRows = 10 * PAGE_ROWS

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
      ? mayBeOneOf(alias.destination, mailboxes)
      : sql`(${join(
          mailboxes.map((mailbox) => sql`${destination} LIKE ${`%${likePrefix(mailbox)}`}`),
          ' OR ',
        )})`
  const question = (within: Sql) => sql`
    SELECT COALESCE(${addressText(alias.address)}, '') AS address, ${destination} AS destination FROM ${alias.table}
    WHERE ${within} AND ${leading}${andWhere(alias.where)} LIMIT ${integer(mostAliasRows)}`
  // By two indexes at once the database takes twice as long as by that of destinations, which few lead to as a rule.
  const byDestination = alias.list === 'rows' && isQuick(alias.destination)
  const ways = [
    ...(byDestination
      ? [{ name: `to ${domain.name}`, asked: question(aliasInDomain(alias, domain, withoutIndex)) }]
      : []),
    { name: domain.name, asked: question(aliasInDomain(alias, domain)) },
  ]
  let rows: { address: string; destination: string }[] | null = null
  for (const { name, asked } of ways)
    if (rows === null && ((await estimatedBefore(db, name, asked)) ?? 0) <= mostReadRows) rows = await ask(db, asked)
  if (rows === null || rows.length === mostAliasRows) return null

  const among = new Set(mailboxes)
  const leadingTo = (held: string, destination: string): string[] => {
    if (alias.list === 'rows') return among.has(held.trim()) ? [held.trim()] : []
    return mailboxes.filter((mailbox) => held.includes(mailbox) && leadsTo(alias.list, destination, mailbox))
  }
  const counts = new Map<string, number>()
  for (const { address, destination } of rows) {
    if (isPattern(address)) continue
    for (const mailbox of leadingTo(destination.toLowerCase(), destination)) {
      // A mailbox's own row is no alias, and neither is a catch-all.
      if (address.toLowerCase() !== mailbox) counts.set(mailbox, (counts.get(mailbox) ?? 0) + 1)
    }
  }
  return counts
}
