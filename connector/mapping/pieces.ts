import {
  columnsIn,
  type AddressColumns,
  type AliasMapping,
  type Assignment,
  type Comparison,
  type Condition,
  type DomainLink,
  type Mapping,
} from './mapping.ts'
import { inCollationOf, isAddress } from './address-sql.ts'
import { newUlid } from './ids.ts'
import { isBit, splitAtPlaceholders } from './placeholders.ts'
import { join, Name, Sql, sql } from './sql.ts'

/** What a mapping says, as pieces of statements. */

/** ` AND column = ? …` for a row filter. */
export const andWhere = (where: Condition[]): Sql =>
  join(
    where.map((item) => sql` AND ${holds(item)}`),
    '',
  )

const holds = (condition: Condition): Sql => sql`(${join(condition.map(compares), ' OR ')})`

function compares({ column, bits, is, not, values, of }: Comparison): Sql {
  if (of)
    return sql`${column} IN (SELECT ${inCollationOf(column, of.id)} FROM ${of.table} WHERE 1 = 1${andWhere(of.where)})`
  const part = partOf({ column, bits })
  const texts = values.filter((value) => value !== null).map((value) => fill(value))
  const choices =
    is === '='
      ? [
          ...(texts.length > 0 ? [sql`${part} IN (${join(texts)})`] : []),
          ...(texts.length < values.length ? [sql`${part} IS NULL`] : []),
        ]
      : texts.map((text) => sql`${part} ${new Sql(is)} ${text}`)
  return not ? sql`NOT (${join(choices, ' OR ')})` : sql`(${join(choices, ' OR ')})`
}

/** The column, or some bits of it. */
const partOf = ({ column, bits }: { column: Name; bits: string | undefined }): Sql =>
  bits === undefined ? column : sql`(${column} & ${new Sql(bits)})`

/** Whether the row has what the assignment would give it. */
export const isAsSet = ({ column, bits, value }: Assignment, known?: Known): Sql =>
  sql`${partOf({ column, bits })} <=> ${fill(value, known)}`

/** Whether the row is in that state. A time that is written on the way to it does not tell whether it is in it now. */
export const isInState = (state: Assignment[]): Sql =>
  join(
    [sql`1 = 1`, ...state.filter(({ value }) => isBit(value) || !value?.includes('{')).map((item) => isAsSet(item))],
    ' AND ',
  )

/** What the placeholders of an assignment stand for. */
export type Known = Partial<Record<string, Sql | string | null>>

/** What they stand for in a row that is about an address of a domain that the mail server has. */
export const knownOf = ({ domain }: Mapping, address: string, domainId: Sql | string): Known => {
  const at = address.lastIndexOf('@')
  const row = sql`FROM ${domain.table} WHERE ${domain.id} = ${domainId} LIMIT 1`
  return {
    local: address.slice(0, at),
    domain: address.slice(at + 1),
    address,
    domain_id: domainId,
    'domain.': row,
  }
}

/** What stands for itself everywhere, by what is asked for. */
const always: Partial<Record<string, () => Sql | string>> = {
  now: () => sql`DATE_FORMAT(NOW(), '%Y.%m.%d.%H.%i.%s')`,
  unix: () => sql`UNIX_TIMESTAMP()`,
  uuid: () => sql`UUID()`,
  'uuid:bytes': () => sql`UNHEX(REPLACE(UUID(), '-', ''))`,
  ulid: () => newUlid('text'),
  'ulid:bytes': () => sql`UNHEX(${newUlid('hex')})`,
}

/**
 * The value with its placeholders filled in. The time is the database's: as a time, or as text where it is part of one.
 */
export function fill(value: string | null, known: Known = {}): Sql {
  if (value === null) return sql`NULL`
  if (isBit(value)) return value === '{1}' ? sql`TRUE` : sql`FALSE`
  if (value === '{now}') return sql`NOW()`

  const filled = splitAtPlaceholders(value).map((piece) =>
    'text' in piece ? piece.text : valueOf(piece.placeholder, known),
  )
  const [only] = filled
  if (filled.length === 1 && only !== undefined) return only instanceof Sql ? only : sql`${only}`
  if (filled.every((piece) => typeof piece === 'string')) return sql`${filled.join('')}`
  return sql`CONCAT(${join(filled.map((piece) => (piece instanceof Sql ? piece : sql`${piece}`)))})`
}

/** @returns the placeholder as it was written, where nothing is known of it */
function valueOf(placeholder: string, known: Known): Sql | string | null {
  const [, column] = /^domain\.(.+)$/.exec(placeholder) ?? []
  const row = known['domain.']
  if (column !== undefined && row instanceof Sql) return sql`(SELECT ${new Name([column])} ${row})`
  const [, place] = /^local:([1-9])$/.exec(placeholder) ?? []
  if (place !== undefined && typeof known['local'] === 'string')
    return Array.from(known['local'])[Number(place) - 1] ?? ''
  const value = placeholder in known ? known[placeholder] : always[placeholder]?.()
  return value === undefined ? `{${placeholder}}` : value
}

/** `column = value` each, for `SET`. */
export const assign = (set: Assignment[], known?: Known): Sql[] =>
  set.map((item) => sql`${item.column} = ${changed(item, sql`COALESCE(${item.column}, 0)`, known)}`)

/** What the column holds afterwards. @param before what it has or would have */
const changed = ({ bits, value }: Assignment, before: Sql, known?: Known): Sql =>
  bits === undefined ? fill(value, known) : sql`(${before} & ~${new Sql(bits)}) | ${new Sql(value ?? '0')}`

/** What deletes rows of the table, up to its `WHERE`. */
export const deleteFrom = ({ table, onDelete }: { table: Name; onDelete: Assignment[] }): Sql =>
  onDelete.length === 0 ? sql`DELETE FROM ${table}` : sql`UPDATE ${table} SET ${join(assign(onDelete))}`

/**
 * What holds names of aliases, with more to say of which, for whoever takes something out of them: two who did so at
 * once would each wait for the other to see whether anything is left.
 */
export function holdNames({ named }: AliasMapping, which: Sql): Sql {
  if (named === null) throw new Error('The aliases have no rows of their own')
  const { id, table, where } = named
  return sql`SELECT ${id} FROM ${table} WHERE (${which})${andWhere(where)} ORDER BY ${id} FOR UPDATE`
}

/** What deletes names of aliases that lead nowhere any more, with more to say of which. */
export function deleteEmptied({ table, address, named }: AliasMapping): Sql {
  const [reference] = columnsIn(address)
  if (named === null || reference === undefined) throw new Error('The aliases have no rows of their own')
  const { id, table: own, where } = named
  const leading = sql`SELECT 1 FROM ${table} WHERE ${table}.${reference} = ${inCollationOf(reference, sql`${own}.${id}`)}`
  return sql`DELETE FROM ${own} WHERE NOT EXISTS (${leading})${andWhere(where)}`
}

/** `INSERT INTO … (…) VALUES (…)`; of two values for a column the later one counts, or the bits that it names. */
export function insertInto(
  table: Name,
  set: Assignment[],
  known: Known,
  more: [Name, Sql | string | null][] = [],
): Sql {
  const columns = new Map<string, [Name, Sql]>()
  for (const item of set) {
    const [, before = sql`0`] = columns.get(item.column.text) ?? []
    columns.set(item.column.text, [item.column, changed(item, before, known)])
  }
  for (const [column, value] of more) columns.set(column.text, [column, value instanceof Sql ? value : sql`${value}`])
  const pairs = [...columns.values()]
  return sql`INSERT INTO ${table} (${join(pairs.map(([column]) => column))}) VALUES (${join(pairs.map(([, value]) => value))})`
}

/** The columns that hold an address and its domain, for a row that is written. */
export function addressValues(
  columns: AddressColumns,
  link: DomainLink | null,
  { address, domainId }: { address: string; domainId: Sql | string },
): [Name, Sql | string][] {
  const at = address.lastIndexOf('@')
  const domain = address.slice(at + 1)
  const linked: [Name, Sql | string][] = link ? [[link.column, link.holds === 'id' ? domainId : domain]] : []
  if ('whole' in columns) return [...linked, [columns.whole, address]]
  if ('reference' in columns) {
    const { table, id, address: place } = columns.of
    return [[columns.reference, sql`(SELECT ${id} FROM ${table} WHERE ${isAddress(place, address)} LIMIT 1)`]]
  }
  return [...linked, [columns.local, address.slice(0, at)], [columns.domain, columns.domains ? domainId : domain]]
}
