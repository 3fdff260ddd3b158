import type { AddressColumns } from './mapping.ts'
import { join, list, sql, type Sql } from './sql.ts'

/**
 * Comparisons with addresses in the mail server's tables: in one column or two, whatever their character sets and
 * collations are. A collation that ignores case can serve them from an index; that it does is a constant to the
 * optimizer, and the rest is then left out. Addresses are given in lower case.
 */

/** The column as text, of bytes too. */
export const asText = (column: Sql): Sql => sql`CONVERT(${column} USING utf8mb4)`

/** To the byte. */
export const exactly = (text: Sql): Sql => sql`${text} COLLATE utf8mb4_bin`

const tellsCaseApart = (column: Sql): Sql => sql`RIGHT(COLLATION(${column}), 3) <> '_ci'`

/** The column in lower case, whatever its character set is. */
export const inLowerCase = (column: Sql): Sql => lower(asText(column))

const lower = (text: Sql): Sql => exactly(sql`LOWER(${text})`)

/** Is one of these in any case, and nothing else: such collations also take é for e. */
export const isText = (column: Sql, texts: string[]): Sql =>
  sql`(${column} IN (${list(texts)}) OR ${tellsCaseApart(column)}) AND ${inLowerCase(column)} IN (${list(texts)})`

/** Is like this pattern, in any case. */
export const isLike = (column: Sql, pattern: string): Sql =>
  sql`(${column} LIKE ${pattern} OR ${tellsCaseApart(column)} AND ${inLowerCase(column)} LIKE ${pattern})`

/** The whole address, as the mail server wrote it. */
export function addressText(columns: AddressColumns): Sql {
  if ('whole' in columns) return asText(columns.whole)

  const { table, local, domain, domains } = columns
  // The domains' table may have a column of the same name.
  const name = domains
    ? sql`(SELECT ${asText(domains.name)} FROM ${domains.table} WHERE ${domains.id} = ${table}.${domain})`
    : asText(domain)
  return sql`CONCAT(${asText(local)}, '@', ${name})`
}

/** The same in lower case. */
export const addressInLowerCase = (columns: AddressColumns): Sql => lower(addressText(columns))

/** What addresses of one domain are sorted by. */
export const sortedBy = (columns: AddressColumns): Sql => ('whole' in columns ? columns.whole : columns.local)

/** Is one of these addresses, in any case, and no other. */
export function isOneOf(columns: AddressColumns, addresses: string[]): Sql {
  if ('whole' in columns) return isText(columns.whole, addresses)

  const byDomain = new Map<string, string[]>()
  for (const address of addresses) {
    const [local, domain] = halvesOf(address)
    const locals = byDomain.get(domain)
    if (locals) locals.push(local)
    else byDomain.set(domain, [local])
  }
  const each = [...byDomain].map(
    ([domain, locals]) => sql`(${isText(columns.local, locals)} AND ${isOfDomain(columns, domain)})`,
  )
  return sql`(${join(each, ' OR ')})`
}

/** Is this address, in any case, and no other. */
export const isAddress = (columns: AddressColumns, address: string): Sql => isOneOf(columns, [address])

/** Is this address in any case, or what the columns take for it. */
export function collidesWith(columns: AddressColumns, address: string): Sql {
  const collides = (column: Sql, text: string) =>
    sql`(${column} = ${text} OR ${tellsCaseApart(column)} AND ${inLowerCase(column)} = ${text})`
  if ('whole' in columns) return collides(columns.whole, address)

  const [local, domain] = halvesOf(address)
  return sql`(${collides(columns.local, local)} AND ${isOfDomain(columns, domain)})`
}

/** The domain's half of an address in two columns. */
function isOfDomain({ domain, domains }: Extract<AddressColumns, { local: Sql }>, name: string): Sql {
  if (!domains) return isText(domain, [name])
  return sql`${domain} = (SELECT ${domains.id} FROM ${domains.table} WHERE ${isText(domains.name, [name])} LIMIT 1)`
}

function halvesOf(address: string): [local: string, domain: string] {
  const at = address.lastIndexOf('@')
  return [address.slice(0, Math.max(at, 0)), address.slice(at + 1)]
}
