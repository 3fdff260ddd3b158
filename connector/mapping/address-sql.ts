import type { AddressColumns } from './mapping.ts'
import { join, list, sql, type Name, type Sql } from './sql.ts'

/**
 * Comparisons with addresses in the mail server's tables: in one column or two, whatever their character sets and
 * collations are. A collation that ignores case lets an index serve them; another, or one that is not known
 * (collations.ts), has every row read. Addresses are given in lower case.
 */

/**
 * What a column is compared with, in the column's own character set. The servers refuse a comparison with letters that
 * it cannot hold (errors 1267, 1270, 1271, 3854, 3988): here they become question marks. MySQL gives a parameter the
 * character set that it is converted to, and refuses likewise, unless another conversion stands between.
 */
export const given = ({ collation }: Name, text: Sql | string): Sql =>
  collation === null || collation.charset.text === 'utf8mb4'
    ? sql`${text}`
    : sql`CONVERT(CONVERT(${text} USING utf8mb4) USING ${collation.charset}) COLLATE ${collation.name}`

/** What another column holds, to be compared with this one: two columns of different collations are not comparable. */
export const inCollationOf = ({ collation }: Name, other: Sql): Sql =>
  collation === null ? other : sql`CONVERT(${other} USING ${collation.charset}) COLLATE ${collation.name}`

/** The column as text, of bytes too. */
export const asText = (column: Sql): Sql => sql`CONVERT(${column} USING utf8mb4)`

/** To the byte. */
export const exactly = (text: Sql): Sql => sql`${text} COLLATE utf8mb4_bin`

/** The column in lower case, whatever its character set is. */
export const inLowerCase = (column: Sql): Sql => lower(asText(column))

const lower = (text: Sql): Sql => exactly(sql`LOWER(${text})`)

/** Is one of these in any case, and nothing else: collations that ignore case also take é for e. */
export function isText(column: Name, texts: string[]): Sql {
  const isSame = sql`${inLowerCase(column)} IN (${list(texts)})`
  if (!column.collation?.ignoresCase) return isSame
  return sql`${column} IN (${list(texts, (text) => given(column, text))}) AND ${isSame}`
}

/** Is one of these in any case, or what the column takes for one of them. */
const collidesWithAny = (column: Name, texts: string[]): Sql =>
  column.collation?.ignoresCase
    ? sql`${column} IN (${list(texts, (text) => given(column, text))})`
    : sql`${inLowerCase(column)} IN (${list(texts)})`

/** Is like this pattern, in any case. */
export const isLike = (column: Name, pattern: string): Sql =>
  column.collation?.ignoresCase
    ? sql`${column} LIKE ${given(column, pattern)}`
    : sql`${inLowerCase(column)} LIKE ${pattern}`

/** Whether an index finds an address there, whatever it is compared with. */
export const isQuick = (columns: AddressColumns): columns is { whole: Name } =>
  'whole' in columns && columns.whole.collation?.ignoresCase === true && columns.whole.collation.isIndexed

/** The column, but no index of it: two that are used at once may take longer than the better one of them. */
export const withoutIndex = (column: Name): Sql => sql`COALESCE(${column})`

/** The whole address, as the mail server wrote it. */
export function addressText(columns: AddressColumns): Sql {
  if ('whole' in columns) return asText(columns.whole)
  // What is no row's id is told as it is: some servers have addresses of others in the same column.
  if ('reference' in columns)
    return sql`COALESCE((SELECT ${addressText(columns.of.address)} FROM ${columns.of.table} WHERE ${isRowOf(columns)} LIMIT 1), ${asText(sql`${columns.table}.${columns.reference}`)})`

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
export function sortedBy(columns: AddressColumns): Name {
  if ('reference' in columns) return columns.reference
  return 'whole' in columns ? columns.whole : columns.local
}

type ById = Extract<AddressColumns, { reference: Name }>

/** Whether the row's id is that of the other table's row. */
const isRowOf = (columns: ById): Sql =>
  sql`${columns.of.table}.${columns.of.id} = ${inCollationOf(columns.of.id, sql`${columns.table}.${columns.reference}`)}${isNoAddress(columns)}`

/** A text that begins with the digits of a number equals it: 7up@example.org is 7. */
const isNoAddress = ({ table, reference, of }: ById): Sql =>
  of.id.isRaw || of.id.collation !== null ? sql`` : sql` AND LOCATE('@', ${table}.${reference}) = 0`

/** Is one of these addresses, in any case, and no other. */
export const isOneOf = (columns: AddressColumns, addresses: string[]): Sql => anyOf(columns, addresses, isText)

/**
 * Is one of these addresses, in any case, or what the columns take for one of them: for whoever looks up by address in
 * what comes, and so passes over the others.
 */
export const mayBeOneOf = (columns: AddressColumns, addresses: string[]): Sql =>
  anyOf(columns, addresses, collidesWithAny)

function anyOf(columns: AddressColumns, addresses: string[], isAmong: (column: Name, texts: string[]) => Sql): Sql {
  if ('whole' in columns) return isAmong(columns.whole, addresses)
  if ('reference' in columns)
    return sql`${columns.table}.${columns.reference} IN
      (SELECT ${inCollationOf(columns.reference, columns.of.id)} FROM ${columns.of.table} WHERE ${anyOf(columns.of.address, addresses, isAmong)})${isNoAddress(columns)}`

  const byDomain = new Map<string, string[]>()
  for (const address of addresses) {
    const [local, domain] = halvesOf(address)
    const locals = byDomain.get(domain)
    if (locals) locals.push(local)
    else byDomain.set(domain, [local])
  }
  const each = [...byDomain].map(
    ([domain, locals]) => sql`(${isAmong(columns.local, locals)} AND ${isOfDomain(columns, domain)})`,
  )
  return sql`(${join(each, ' OR ')})`
}

/** Is this address, in any case, and no other. */
export const isAddress = (columns: AddressColumns, address: string): Sql => isOneOf(columns, [address])

/** Is this address in any case, or what the columns take for it. */
export const collidesWith = (columns: AddressColumns, address: string): Sql => mayBeOneOf(columns, [address])

/** The domain's half of an address in two columns. */
function isOfDomain({ domain, domains }: Extract<AddressColumns, { local: Name }>, name: string): Sql {
  if (!domains) return isText(domain, [name])
  return sql`${domain} = (SELECT ${domains.id} FROM ${domains.table} WHERE ${isText(domains.name, [name])} LIMIT 1)`
}

function halvesOf(address: string): [local: string, domain: string] {
  const at = address.lastIndexOf('@')
  return [address.slice(0, Math.max(at, 0)), address.slice(at + 1)]
}
