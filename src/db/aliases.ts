import type { PoolConnection, ResultSetHeader, RowDataPacket } from 'mysql2/promise'
import { leadsElsewhere, leadsTo, withoutMailbox } from '../../connector/contract/destinations.ts'
import {
  andWhere,
  fillTemplate,
  valueParameters,
  valueSql,
  whereParameters,
  type AliasMapping,
  type Assignment,
  type Mapping,
  type Name,
} from '../../connector/contract/mapping.ts'
import { domainOf } from '../lib/addresses.ts'
import { asText, exactly, inLowerCase, isAddress } from '../../connector/contract/address-sql.ts'
import { findDomainId } from './mail-rows.ts'
import type { Db } from './store.ts'

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
export interface AliasOwner {
  mailbox: string
  domains: string[]
}

/**
 * The mailbox's aliases, by address, in two queries: at most one row or list each. The domains keep the mail server from
 * reading the whole table where destinations have no index. What is no alias of the mailbox is left out: a mailbox's own
 * row, another mailbox's forwarding, a whole domain's.
 */
export async function listForMailbox(db: Db, mapping: Mapping, { mailbox, domains }: AliasOwner): Promise<Alias[]> {
  const { alias } = mapping
  const inDomains = domainsCondition(mapping, domains)
  const leading = destinationCondition(alias, mailbox)
  const within = `${inDomains.sql}${andWhere(alias.where)}`
  const parameters = [...inDomains.parameters, ...whereParameters(alias.where)]
  // The other rows of the same addresses tell which aliases lead elsewhere too.
  const [rows] = await db.execute<(RowDataPacket & AliasRow)[]>(
    `SELECT ${asText(alias.address)} AS address, COALESCE(${asText(alias.destination)}, '') AS destination
     FROM ${alias.table} WHERE 1 = 1${within} AND ${alias.address} IN
       (SELECT ${alias.address} FROM ${alias.table} WHERE 1 = 1${within}${leading.sql})`,
    [...parameters, ...parameters, ...leading.parameters],
  )

  const aliases = groupByAddress(rows)
    .map(([address, all]) => ({
      address,
      shared: all.some((row) => leadsElsewhere(alias.list, row.destination, mailbox)),
      rows: all.filter((row) => leadsTo(alias.list, row.destination, mailbox)),
    }))
    .filter(({ address, rows: own }) => own.length > 0 && !address.startsWith('@'))
  const mailboxes = await findMailboxesAmong(
    db,
    mapping,
    aliases.flatMap(({ rows: own }) => own.map((row) => row.address)),
  )
  return aliases
    .filter(({ address }) => !mailboxes.has(address))
    .sort((one, other) => inOrder.compare(one.address, other.address))
}

// As people count: shop.2 before shop.10.
const inOrder = new Intl.Collator('en', { numeric: true })

export interface NewAlias {
  localPart: string
  domain: string
  /** the mailbox's address */
  destination: string
}

/** Adds an alias to the mail server's table. False when the mail server does not have the domain: nothing was written. */
export async function insertAlias(db: PoolConnection, mapping: Mapping, wanted: NewAlias): Promise<boolean> {
  const { alias } = mapping
  const named = await nameAlias(db, mapping, wanted)
  if (named === null) return false

  const known = placeholders(wanted)
  const constants = alias.insert.map(({ column, value }) => ({ column, value: fillTemplate(value, known) }))
  const columns = new Map<Name, Assignment>()
  for (const item of [...constants, ...named, { column: alias.destination, value: wanted.destination }]) {
    columns.set(item.column, item)
  }
  const set = [...columns.values()]
  await db.execute(
    `INSERT INTO ${alias.table} (${set.map(({ column }) => column).join(', ')})
     VALUES (${set.map(({ value }) => valueSql(value)).join(', ')})`,
    valueParameters(set),
  )
  return true
}

/**
 * Gives an alias that leads to the mailbox alone another address; its other columns stay as they are.
 * @returns false when the mail server does not have the domain: nothing was written
 * @throws AliasChanged
 */
export async function renameAlias(
  db: PoolConnection,
  mapping: Mapping,
  found: Alias,
  wanted: NewAlias,
): Promise<boolean> {
  const { alias } = mapping
  const named = await nameAlias(db, mapping, wanted)
  if (named === null) return false

  const known = placeholders(wanted)
  // What was made of the address at the insertion goes with it.
  const made = alias.insert
    .filter(({ value }) => value !== null && /\{(local|domain|address)\}/.test(value))
    .map(({ column, value }) => ({ column, value: fillTemplate(value, known) }))
  const columns = new Map([...made, ...named].map((item) => [item.column, item]))
  const set = [...columns.values()]
  for (const row of distinct(found.rows)) {
    await change(
      db,
      mapping,
      row,
      `UPDATE ${alias.table} SET ${set.map(({ column, value }) => `${column} = ${valueSql(value)}`).join(', ')}`,
      valueParameters(set),
    )
  }
  return true
}

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
  const { alias } = mapping
  for (const row of distinct(found.rows)) {
    const kept = withoutMailbox(alias.list, row.destination, mailbox)
    if (kept === null) await change(db, mapping, row, `DELETE FROM ${alias.table}`, [])
    else await change(db, mapping, row, `UPDATE ${alias.table} SET ${alias.destination} = ?`, [kept])
  }
}

/** Another program, or the owner of another mailbox in the list, was there first: nothing was written. */
export class AliasChanged extends Error {
  override name = 'AliasChanged'
}

/** Writes to a row only as it was read, to the byte: a list may have got or lost an entry since. */
async function change(
  db: PoolConnection,
  { alias }: Mapping,
  row: AliasRow,
  statement: string,
  parameters: (string | null)[],
): Promise<void> {
  const [{ affectedRows }] = await db.execute<ResultSetHeader>(
    `${statement} WHERE ${alias.address} = ? AND ${exactly(alias.address)} = ? AND ${exactly(alias.destination)} = ?
     ${andWhere(alias.where)}`,
    [...parameters, row.address, row.address, row.destination, ...whereParameters(alias.where)],
  )
  if (affectedRows === 0) throw new AliasChanged('The alias is no longer as it was read')
}

/** The columns that hold the address; null when the mail server does not have the domain. */
async function nameAlias(db: Db, mapping: Mapping, { localPart, domain }: NewAlias): Promise<Assignment[] | null> {
  const domainId = await findDomainId(db, mapping, domain)
  if (domainId === null) return null
  const address = { column: mapping.alias.address, value: `${localPart}@${domain}` }
  return mapping.alias.domain ? [{ column: mapping.alias.domain, value: domainId }, address] : [address]
}

const placeholders = ({ localPart, domain, destination }: NewAlias): Record<string, string> => ({
  local: localPart,
  domain,
  address: `${localPart}@${domain}`,
  destination,
  destination_domain: domainOf(destination),
})

interface Sql {
  sql: string
  parameters: string[]
}

function domainsCondition({ alias, domain }: Mapping, names: string[]): Sql {
  if (alias.domain === null) return { sql: '', parameters: [] }
  const list = names.map(() => '?').join(', ')
  // The two columns are not compared where they hold names: their collations may differ.
  if (domain.id === domain.name) return { sql: ` AND ${alias.domain} IN (${list})`, parameters: names }
  return {
    sql: ` AND ${alias.domain} IN (SELECT ${domain.id} FROM ${domain.table} WHERE ${domain.name} IN (${list}))`,
    parameters: names,
  }
}

/** For a list only a first sieve: leadsTo decides. */
const destinationCondition = ({ list, destination }: AliasMapping, mailbox: string): Sql =>
  list === 'rows'
    ? { sql: ` AND ${isAddress(destination)}`, parameters: [mailbox, mailbox] }
    : { sql: ` AND LOCATE(?, ${inLowerCase(destination)}) > 0`, parameters: [mailbox] }

/** Which of these addresses are mailboxes, in lower case. */
async function findMailboxesAmong(db: Db, { mailbox }: Mapping, addresses: string[]): Promise<Set<string>> {
  if (addresses.length === 0) return new Set()
  const wanted = [...new Set(addresses.flatMap((address) => [address, address.toLowerCase()]))]
  const [rows] = await db.execute<(RowDataPacket & { address: string })[]>(
    `SELECT ${inLowerCase(mailbox.address)} AS address FROM ${mailbox.table}
     WHERE ${mailbox.address} IN (${wanted.map(() => '?').join(', ')})`,
    wanted,
  )
  return new Set(rows.map(({ address }) => address))
}

function groupByAddress(rows: AliasRow[]): [string, AliasRow[]][] {
  const groups = new Map<string, AliasRow[]>()
  for (const { address, destination } of rows) {
    const group = groups.get(address.toLowerCase()) ?? []
    groups.set(address.toLowerCase(), [...group, { address, destination }])
  }
  return [...groups]
}

/** Rows that are the same to the byte are written to together. */
const distinct = (rows: AliasRow[]): AliasRow[] => [
  ...new Map(rows.map((row) => [JSON.stringify([row.address, row.destination]), row])).values(),
]
