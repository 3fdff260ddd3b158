import type { PoolConnection } from 'mysql2/promise'
import { addAlias, nameAlias, type NewAlias } from '../../../connector/contract/insertion.ts'
import {
  addressInLowerCase,
  addressText,
  exactly,
  inCollationOf,
  inLowerCase,
  isAddress,
  isQuick,
  mayBeOneOf,
  isText,
  withoutIndex,
} from '../../../connector/mapping/address-sql.ts'
import { isForMany, leadsElsewhere, leadsTo, withoutMailbox } from '../../../connector/mapping/destinations.ts'
import { andWhere, assign, deleteEmptied, deleteFrom, holdNames } from '../../../connector/mapping/pieces.ts'
import { columnsIn, type AliasMapping, type AliasName, type Mapping } from '../../../connector/mapping/mapping.ts'
import { ask, join, list, sql, type Name, type Sql } from '../../../connector/mapping/sql.ts'
import { isPattern } from '../../lib/addresses.ts'
import { RowRefused, writeRow } from './rows.ts'
import type { Db } from '../store.ts'

/** An alias of one mailbox, in the mail server's own table. */
export interface Alias {
  /** in lower case */
  address: string
  /** Whether its mail goes elsewhere too. */
  shared: boolean
  /** The mailbox's part of it: the rows that lead to the mailbox, as they were read. */
  rows: AliasRow[]
}

interface AliasRow {
  address: string
  destination: string
}

/** Which mailbox is asked for, in lower case, and in which domains its aliases are looked for. */
interface AliasOwner {
  mailbox: string
  domains: string[]
}

/**
 * The mailbox's aliases, ordered by address. Rows that are no alias of the mailbox are left out: a mailbox's own row,
 * another mailbox's forwarding, a pattern.
 */
export async function listForMailbox(db: Db, mapping: Mapping, { mailbox, domains }: AliasOwner): Promise<Alias[]> {
  const { alias } = mapping
  if (alias === null) return []
  // The domains keep the database from reading the whole table where destinations have no index.
  const isFound = alias.list === 'rows' && isQuick(alias.destination)
  const within = sql`${mayLeadTo(alias, mailbox)}${inDomains(mapping, alias, domains, isFound)}${andWhere(alias.where)}`
  const known = joinMailbox(mapping, alias)
  // The other rows with the same address show whether an alias leads elsewhere too.
  const rows = await ask<AliasRow & { taken: string | null }>(
    db,
    sql`SELECT ${addressText(alias.address)} AS address, COALESCE(${addressText(alias.destination)}, '') AS destination,
          ${known === null ? null : inLowerCase(sql`colombier_known.colombier_taken`)} AS taken
        FROM ${alias.table} JOIN
          (SELECT ${isFound ? sql`` : sql`DISTINCT `}${join(columnsIn(alias.address))} FROM ${alias.table} WHERE ${within})
          AS own USING (${join(columnsIn(alias.address))})${known ?? sql``}
        WHERE 1 = 1${andWhere(alias.where)}`,
  )

  const aliases = groupByAddress(rows)
    .map(([address, all]) => ({
      address,
      shared: all.some((row) => leadsElsewhere(alias.list, row.destination, mailbox)),
      rows: all.filter((row) => leadsTo(alias.list, row.destination, mailbox)),
    }))
    .filter(({ address, rows: own }) => own.length > 0 && !isPattern(address))
  const mailboxes =
    known === null
      ? await findMailboxesAmong(
          db,
          mapping,
          aliases.map(({ address }) => address),
        )
      : new Set(rows.map(({ taken }) => taken))
  return aliases
    .filter(({ address }) => !mailboxes.has(address))
    .sort((one, other) => inOrder.compare(one.address, other.address))
}

/**
 * The mailbox that has the alias's address, in the same question where an index finds it; null where none does. The
 * two tables may have columns of one name.
 */
function joinMailbox({ mailbox: { table, address, where } }: Mapping, alias: AliasMapping): Sql | null {
  if (!isQuick(address)) return null
  return sql` LEFT JOIN (SELECT ${address.whole} AS colombier_taken FROM ${table} WHERE 1 = 1${andWhere(where)})
    AS colombier_known ON colombier_known.colombier_taken = ${inCollationOf(address.whole, addressText(alias.address))}`
}

/** The catch-alls and patterns that lead to the mailbox, which are nobody's aliases; at most 20. */
export async function listForMany(db: Db, { alias }: Mapping, mailbox: string): Promise<string[]> {
  if (alias === null) return []
  const rows = await ask<AliasRow>(
    db,
    sql`SELECT COALESCE(${addressText(alias.address)}, '') AS address, ${addressText(alias.destination)} AS destination
        FROM ${alias.table} WHERE ${mayLeadTo(alias, mailbox)}${andWhere(alias.where)} LIMIT 500`,
  )
  const found = rows.filter((row) => isForMany(row.address) && leadsTo(alias.list, row.destination, mailbox))
  return [...new Set(found.map(({ address }) => address.toLowerCase()))].slice(0, 20)
}

// As people count: shop.2 before shop.10.
const inOrder = new Intl.Collator('en', { numeric: true })

/** Adds an alias to the mail server's table. @throws RowRefused */
export async function insertAlias(db: PoolConnection, mapping: Mapping, wanted: NewAlias): Promise<void> {
  const put = (statement: Sql) => writeRow(db, mapping, statement)
  if (!(await addAlias(db, mapping, requireAliases(mapping), wanted, put))) throw new RowRefused('domain')
}

/**
 * Gives an alias that leads to the mailbox alone another address; its other columns stay as they are.
 * @throws AliasChanged, RowRefused
 */
export async function renameAlias(db: PoolConnection, mapping: Mapping, found: Alias, wanted: NewAlias): Promise<void> {
  const alias = requireAliases(mapping)
  const named = await nameAlias(db, mapping, alias, wanted)
  if (named === null) throw new RowRefused('domain')

  // Columns that the insertion derived from the address change with it.
  const made = named.own.insert.filter(
    ({ value }) => value !== null && /\{(local|domain|address|domain_id|domain\.[^{}]+)\}/.test(value),
  )
  const said = new Set(named.columns.map(([column]) => column.text))
  const set = [
    ...assign(
      made.filter(({ column }) => !said.has(column.text)),
      named.known,
    ),
    ...named.columns.map(([column, value]) => sql`${column} = ${value}`),
  ]
  if (alias.named !== null) {
    await renameNamed(db, mapping, alias, alias.named, found, set)
    return
  }
  for (const row of distinct(found.rows))
    await change(db, mapping, alias, row, sql`UPDATE ${alias.table} SET ${join(set)}`)
}

/** Changes the alias's own row, if what it leads to is still what was read. */
async function renameNamed(
  db: Db,
  mapping: Mapping,
  alias: AliasMapping,
  { table, id, address, where }: AliasName,
  { address: old, rows }: Alias,
  set: Sql[],
): Promise<void> {
  const leading = rows.map(({ destination }) => sql`${exactly(addressText(alias.destination))} = ${destination}`)
  const written = await writeRow(
    db,
    mapping,
    sql`UPDATE ${table} SET ${join(set)} WHERE ${isAddress(address, old)}${andWhere(where)} AND ${id} IN
        (SELECT ${inCollationOf(id, referenceIn(alias))} FROM ${alias.table} WHERE (${join(leading, ' OR ')})${andWhere(alias.where)})`,
  )
  if (written === 0) throw new AliasChanged('The alias is no longer as it was read')
}

const referenceIn = ({ address, table }: AliasMapping): Name => columnsIn(address)[0] ?? table

/**
 * Takes the mailbox out of an alias. A row or list with other destinations keeps them, and one without goes.
 * @throws AliasChanged
 */
export async function removeFromAlias(
  db: PoolConnection,
  mapping: Mapping,
  found: Alias,
  mailbox: string,
): Promise<void> {
  const alias = requireAliases(mapping)
  if (alias.named) await ask(db, holdNames(alias, isAddress(alias.named.address, found.address)))
  for (const row of distinct(found.rows)) {
    const kept = withoutMailbox(alias.list, row.destination, mailbox)
    if (kept === null || !('whole' in alias.destination)) await change(db, mapping, alias, row, deleteFrom(alias))
    else await change(db, mapping, alias, row, sql`UPDATE ${alias.table} SET ${alias.destination.whole} = ${kept}`)
  }
  if (alias.named)
    await writeRow(db, mapping, sql`${deleteEmptied(alias)} AND ${isAddress(alias.named.address, found.address)}`)
}

/** Another program, or the owner of another mailbox in the list, was there first: nothing was written. */
export class AliasChanged extends Error {
  override name = 'AliasChanged'
}

/** Changes a row only if it is still exactly what was read: a list may have gained or lost an entry since. */
async function change(db: Db, mapping: Mapping, alias: AliasMapping, row: AliasRow, statement: Sql): Promise<void> {
  const written = await writeRow(
    db,
    mapping,
    sql`${statement} WHERE ${isAddress(alias.address, row.address.toLowerCase())}
        AND ${exactly(addressText(alias.address))} = ${row.address}
        AND ${exactly(addressText(alias.destination))} = ${row.destination}${andWhere(alias.where)}`,
  )
  if (written === 0) throw new AliasChanged('The alias is no longer as it was read')
}

function requireAliases({ alias }: Mapping): AliasMapping {
  if (alias === null) throw new Error('The mail server has no table of aliases')
  return alias
}

/** @param isFound by an index of destinations: then that of domains does no good */
function inDomains({ domain }: Mapping, { domain: link }: AliasMapping, names: string[], isFound: boolean): Sql {
  if (link === null) return sql``
  // The two columns are not compared where they hold names: their collations may differ.
  if (link.holds === 'name')
    return sql` AND ${isFound ? sql`${inLowerCase(link.column)} IN (${list(names)})` : isText(link.column, names)}`
  return sql` AND ${isFound ? withoutIndex(link.column) : link.column} IN
    (SELECT ${domain.id} FROM ${domain.table} WHERE ${isText(domain.name, names)})`
}

/** For a list this is only a first filter: leadsTo decides. */
const mayLeadTo = ({ list: kind, destination }: AliasMapping, mailbox: string): Sql =>
  kind === 'rows' ? isAddress(destination, mailbox) : sql`LOCATE(${mailbox}, ${addressInLowerCase(destination)}) > 0`

/** Which of these addresses are mailboxes, in lower case. */
async function findMailboxesAmong(db: Db, { mailbox }: Mapping, addresses: string[]): Promise<Set<string>> {
  if (addresses.length === 0) return new Set()
  const rows = await ask<{ address: string }>(
    db,
    sql`SELECT ${addressInLowerCase(mailbox.address)} AS address FROM ${mailbox.table}
        WHERE ${mayBeOneOf(mailbox.address, addresses)}${andWhere(mailbox.where)}`,
  )
  return new Set(rows.map(({ address }) => address))
}

function groupByAddress(rows: AliasRow[]): [string, AliasRow[]][] {
  const groups = new Map<string, AliasRow[]>()
  for (const { address, destination } of rows) {
    const key = address.toLowerCase()
    const group = groups.get(key)
    // A list may have thousands of rows: it is not copied for each of them.
    if (group) group.push({ address, destination })
    else groups.set(key, [{ address, destination }])
  }
  return [...groups]
}

/** One of each: identical rows are changed by one statement. */
const distinct = (rows: AliasRow[]): AliasRow[] => [
  ...new Map(rows.map((row) => [JSON.stringify([row.address, row.destination]), row])).values(),
]
