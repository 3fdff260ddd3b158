import { findAddresses, readAddress, textOf, type AddressPlace } from './addresses.ts'
import { judge, leads, type Aliases } from './aliases.ts'
import { servedBy, type Domains } from './domains.ts'
import type { MailboxRows } from './mailboxes.ts'
import { findSoftDeletion } from './separate.ts'
import {
  cellsOf,
  distinct,
  isTextual,
  nameScore,
  ratio,
  sameTable,
  share,
  type SeenColumn,
  type SeenRow,
  type SeenTable,
} from './seen.ts'
import { writeAssignments, writeId, writeName } from './write.ts'

/** A table of aliases whose destinations are in another one. */
interface SplitAliases {
  table: SeenTable
  place: AddressPlace
  other: SeenTable
  /** the other's column that refers to a row of the first, by which of its columns */
  link: string
  id: string
}

export function findSplitAliases(
  tables: readonly SeenTable[],
  boxes: MailboxRows,
  domains: Domains | null,
): SplitAliases | null {
  const served = servedBy(domains)
  for (const table of tables.filter(({ name }) => /alias|forward|redirect|address/i.test(name))) {
    const [place] = findAddresses(table, table.rows, domains ? [domains] : []).sort((a, b) => b.score - a.score)
    if (!place) continue
    const isOurs = table.rows.some((row) => {
      const address = readAddress(place.place, row, domains)
      return (
        address !== null && (served === null || served.has(address.domain)) && !boxes.addresses.has(textOf(address))
      )
    })
    if (!isOurs && table.rows.length > 0) continue
    for (const other of tables.filter((one) => !sameTable(one, table))) {
      const found = findReference(other, table)
      if (found) return { table, place: place.place, other, ...found }
    }
  }
  return null
}

/** By which column its rows are destinations of the table's: they refer to it, by a key or by what they hold. */
function findReference(other: SeenTable, table: SeenTable): Pick<SplitAliases, 'link' | 'id'> | null {
  if (!/alias|forward|redirect|dest|recip/i.test(other.name)) return null
  const ids = table.uniques.filter((key) => key.length === 1).map(([key = '']) => key)
  for (const { name, made } of other.columns) {
    const key = other.references.find(
      (one) => one.column === name && one.table === table.name && one.schema === table.schema,
    )
    const cells = cellsOf(other.rows, name)
    const isLike = !made && /alias|address|forward/i.test(name) && cells.length > 0
    const held = isLike ? ids.find((id) => isAmong(cells, cellsOf(table.rows, id))) : undefined
    const id = key?.target ?? held
    const hasMore = other.columns.some(
      (one) => one.name !== name && (isTextual(one) || /mailbox|user|account/i.test(one.name)),
    )
    if (id !== undefined && hasMore) return { link: name, id }
  }
  return null
}

const isAmong = (cells: readonly (string | null)[], held: readonly (string | null)[]): boolean =>
  cells.every((cell) => cell !== null && held.includes(cell))

const destinationNames = [
  [/dest|goto|forward|target|recip|deliver/i, 2],
  [/mail|address/i, 1],
] as const

/** The two as if they were one table, a row for each destination; null where the mapping cannot say it. */
export function readSplitAliases(
  { table, place, other, link, id }: SplitAliases,
  boxes: MailboxRows,
  boxId: string | null,
  domains: Domains | null,
): Aliases | null {
  const destination = findDestination(other, link, boxes, boxId)
  if (destination === null) return null
  const { column, textIn, byId } = destination
  const needed = other.columns.filter(({ name, optional }) => !optional && name !== link && name !== column.name)
  const set = needed.flatMap(({ name }) => {
    const [value, ...more] = distinct(cellsOf(other.rows, name))
    return value == null || more.length > 0 ? [] : [{ column: name, value }]
  })
  if (set.length < needed.length || findSoftDeletion(table, table.rows) !== null) return null

  const name = `${other.name}.${column.name}`
  const named = new Map(table.rows.map((row) => [row[id], row]))
  const rows = other.rows.flatMap((row): SeenRow[] => {
    const of = named.get(row[link] ?? '')
    return of ? [{ ...of, [name]: textIn(row) }] : []
  })
  const joined: SeenTable = {
    ...table,
    columns: [...table.columns, { ...column, name, optional: true, made: false }],
    // A name is as often there as it has destinations.
    uniques: [],
    rows,
  }
  const found = judge(
    { table: joined, place, destination: { whole: name }, placeScore: 20 },
    rows,
    boxes,
    servedBy(domains),
    domains,
  )
  // Nothing says how a mailbox would get its own rows in both.
  if (found === null || found.own.length * 2 > boxes.rows.length) return null
  const keys = [`${writeName([link])}={alias_id}`, ...(set.length > 0 ? [writeAssignments(set)] : [])]
  const said = `${writeName([other.schema, other.name])}: ${byId ? 'id:' : ''}${writeName([column.name])}, ${keys.join(', ')}`
  return { ...found, said, elsewhere: { table: other, id: writeId(table, id) } }
}

interface Destination {
  column: SeenColumn
  textIn: (row: SeenRow) => string | null
  /** Whether it is a mailbox's id. */
  byId: boolean
}

function findDestination(
  { columns, rows }: SeenTable,
  link: string,
  boxes: MailboxRows,
  boxId: string | null,
): Destination | null {
  const [text] = columns
    .filter((column) => isTextual(column) && column.name !== link)
    .map((column) => ({
      column,
      leading: ratio(share(rows, column.name, leads), rows.length === 0 ? 0.5 : 0),
      score: nameScore(column.name, destinationNames),
    }))
    .filter(({ leading, score }) => leading >= 0.5 && (rows.length > 0 || score > 0))
    .sort((a, b) => b.leading + b.score - a.leading - a.score)
  const addressOf = new Map(boxes.rows.map(({ row, address }) => [boxId === null ? null : row[boxId], address]))
  const ids = columns.find(
    ({ name, made }) => !made && name !== link && ratio(share(rows, name, (cell) => addressOf.has(cell))) >= 0.5,
  )
  if (text) return { column: text.column, textIn: (row) => row[text.column.name] ?? null, byId: false }
  if (!ids) return null
  return { column: ids, textIn: (row) => addressOf.get(row[ids.name] ?? '') ?? row[ids.name] ?? null, byId: true }
}
