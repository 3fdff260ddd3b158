import {
  cellsOf,
  columnOf,
  distinct,
  isTime,
  nameScore,
  type Cell,
  type SeenColumn,
  type SeenRow,
  type SeenTable,
} from './seen.ts'
import { writeName, writeValue, type SetColumn } from './write.ts'

/** What tells the rows that are meant from the others in their table. */
export interface Filter {
  column: string
  /** those of the rows that are meant */
  values: Cell[]
  /** holds for rows that have none of the values */
  not: boolean
  /** what it says instead of values, as the settings write it */
  said?: string
}

const tellingNames = [
  [/kind|type/i, 3],
  [/deleted|gone|^is[_ ]|catch_?all/i, 2],
  [/status|transport|destination|active|enabled/i, 1],
] as const

/**
 * The column that has other values in the rows that are meant than in all others.
 * @param without columns that are something else
 * @param named whether its name, or its being an enum, has to say so too; else any flag will do
 */
export function separate(
  table: SeenTable,
  meant: readonly SeenRow[],
  others: readonly SeenRow[],
  without: readonly string[],
  named = true,
): Filter | null {
  if (meant.length === 0 || others.length === 0) return null
  const found = table.columns.flatMap((column) => {
    if (without.includes(column.name) || column.made || !mayTell(column)) return []
    const own = distinct(cellsOf(meant, column.name))
    const foreign = distinct(cellsOf(others, column.name))
    const byName = nameScore(column.name, tellingNames)
    if (isTime(column)) {
      const isAlive = own.every((cell) => cell === null) && foreign.every((cell) => cell !== null)
      return isAlive ? [{ column: column.name, values: [null], not: false, score: 2 + byName }] : []
    }
    const isOther = own.every((cell) => !foreign.includes(cell))
    if (!isOther || own.length > 4 || own.length + foreign.length > 10 || own.includes(null)) return []
    if (byName === 0 && column.type !== 'enum' && (own.length > 1 || named)) return []
    return [
      {
        column: column.name,
        values: own,
        not: false,
        score: byName - own.length / 10 + (column.type === 'enum' ? 1 : 0),
      },
    ]
  })
  return found.sort((a, b) => b.score - a.score)[0] ?? null
}

/** A flag, a kind, or a time that is there or not: no number that counts, no long text. */
const mayTell = (column: SeenColumn): boolean =>
  isTime(column) ||
  /^(?:enum|bit|tinyint|smallint)$/.test(column.type) ||
  (/char|binary/.test(column.type) && (column.mostChars ?? 0) <= 255)

/** Columns by which rows are deleted and yet stay. */
export function findSoftDeletion(table: SeenTable, rows: readonly SeenRow[]): Filter | null {
  for (const column of table.columns) {
    if (!/^(?:is_?)?(?:deleted|removed|gone)(?:_?(?:at|on|time|date))?$/i.test(column.name)) continue
    const cells = distinct(cellsOf(rows, column.name))
    if (isTime(column)) return column.nullable ? { column: column.name, values: [null], not: false } : null
    const alive =
      ['0', '{0}', 'n', 'N', 'no'].find((value) => cells.includes(value)) ?? (cells.length === 0 ? '0' : null)
    if (alive !== null) return { column: column.name, values: [alive], not: false }
  }
  return null
}

/** What deletes such a row, by those that are deleted; nothing where none is seen. */
export function findDeletion(table: SeenTable, filters: readonly Filter[]): SetColumn[] {
  const deletion = findSoftDeletion(table, table.rows)
  const column = deletion && columnOf(table, deletion.column)
  if (!deletion || !column || !filters.some((filter) => filter.column === column.name)) return []
  const deleted = table.rows.filter((row) => !passes(deletion, row))
  const [value] = distinct(cellsOf(deleted, column.name))
  if (value == null) return []
  return [{ column: column.name, value: isTime(column) ? '{now}' : value }]
}

export const passes = ({ column, values, not }: Filter, row: SeenRow): boolean =>
  values.includes(row[column] ?? null) !== not

/** With what the mail host asks for: when rows end, and what they are like. It goes before what rows show. */
export function withTold(filters: readonly Filter[], table: SeenTable, told: Told): Filter[] {
  const said = told.filter((one) => one.table === table)
  const own = said.filter((one, at) => said.findIndex((other) => other.said === one.said) === at)
  return [
    ...filters.filter(({ column }) => !own.some((one) => one.column === column)),
    ...own.map(({ column, said }): Filter => ({ column, values: [], not: false, said })),
  ]
}

type Told = readonly { table: SeenTable; column: string; said: string }[]

/** As the settings write it. */
export function writeFilters(filters: readonly Filter[]): string {
  if (filters.length === 0) return '-'
  return filters
    .map(({ column, values, not, said }) => {
      if (said !== undefined) return said
      const name = writeName([column])
      if (values.length > 1) return `${name} ${not ? 'NOT IN' : 'IN'} (${values.map(writeValue).join(', ')})`
      const [value = null] = values
      if (value === null) return `${name} IS ${not ? 'NOT ' : ''}NULL`
      return `${name}${not ? '<>' : '='}${writeValue(value)}`
    })
    .join(', ')
}

/** The two values of a column that says yes or no; null where it says something else. */
export function readFlag(table: SeenTable, name: string, rows: readonly SeenRow[]): { yes: string; no: string } | null {
  const column = columnOf(table, name)
  if (!column) return null
  const seen = distinct(cellsOf(rows, name)).filter((cell): cell is string => cell !== null)
  if (column.type === 'bit') return { yes: '{1}', no: '{0}' }
  if (/int/.test(column.type)) {
    return seen.every((cell) => cell === '0' || cell === '1') ? { yes: '1', no: '0' } : null
  }
  const ofEnum = [...column.fullType.matchAll(/'((?:[^']|'')*)'/g)].map(([, text = '']) => text)
  const said = column.type === 'enum' ? ofEnum : [...seen, ...(column.byDefault === null ? [] : [column.byDefault])]
  for (const [yes, no] of pairs) {
    if (said.length > 0 && said.every((text) => text === yes || text === no)) return { yes, no }
  }
  return null
}

const pairs = [
  ['1', '0'],
  ['Y', 'N'],
  ['y', 'n'],
  ['yes', 'no'],
  ['Yes', 'No'],
  ['YES', 'NO'],
  ['true', 'false'],
  ['on', 'off'],
  ['active', 'inactive'],
  ['active', 'disabled'],
  ['enabled', 'disabled'],
] as const
