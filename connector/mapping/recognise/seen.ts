/** What is looked at: tables as information_schema tells of them, with a few of their rows. */

/** A value as text; a bit as `{0}` or `{1}`, which is how the mapping writes it. */
export type Cell = string | null
export type SeenRow = Readonly<Record<string, Cell>>

export interface SeenColumn {
  name: string
  /** such as `varchar`, in lower case */
  type: string
  /** such as `enum('n','y')` */
  fullType: string
  nullable: boolean
  /** null: there is none, or it is not a constant */
  byDefault: string | null
  /** Whether a row can be made without a value for it. */
  optional: boolean
  /** Whether the database itself gives it: a counter, a generated column, a time that it brings up to date. */
  made: boolean
  /** null: no text */
  mostChars: number | null
}

export interface SeenReference {
  column: string
  schema: string | null
  table: string
  target: string
  /** Whether the row goes with the one that it refers to. */
  cascades: boolean
}

export interface SeenTable {
  /** null: the database of the settings */
  schema: string | null
  name: string
  isView: boolean
  /** Whether rows can be made in it: in a view of several tables none can. */
  takesRows: boolean
  columns: SeenColumn[]
  /** the columns of each unique key, the primary key among them */
  uniques: string[][]
  references: SeenReference[]
  /** from both ends of the table, where it has more */
  rows: SeenRow[]
  isPart: boolean
}

const ofDomain = String.raw`(?:[\p{L}\p{N}_](?:[\p{L}\p{N}_-]*[\p{L}\p{N}])?\.)+[\p{L}][\p{L}\p{N}-]*`
const domainPattern = new RegExp(`^${ofDomain}$`, 'u')
const addressPattern = new RegExp(`^[^\\s@"'<>|\\\\/:;,&()]+@${ofDomain}$`, 'u')

export const isDomain = (text: string): boolean => domainPattern.test(text)
export const isAddress = (text: string): boolean => addressPattern.test(text)
export const isLocalPart = (text: string): boolean => /^[\p{L}\p{N}_][\p{L}\p{N}._+=-]*$/u.test(text)

/** A hash with its scheme in front, one of crypt's, or what may be a bare one of the old kinds. */
export type HashKind = 'prefixed' | 'crypt' | 'bare'

export function hashKind(text: string): HashKind | null {
  if (/^\{[A-Z0-9][A-Z0-9.-]*\}./i.test(text)) return 'prefixed'
  if (/^\$(?:\d[a-z]?|y|gy|argon2i?d?|pbkdf2[\w-]*|sha1|md5)\$./i.test(text)) return 'crypt'
  return /^(?:[./0-9A-Za-z]{13}|[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{64})$/.test(text) ? 'bare' : null
}

/** Whether it holds the 16 raw bytes of a UUID or ULID, which are read as hexadecimal digits. */
export const isRaw = ({ type, mostChars }: SeenColumn): boolean => type === 'binary' && mostChars === 16

export const isNumber = ({ type }: SeenColumn): boolean => /int|decimal|numeric|double|float/.test(type)
export const isTime = ({ type }: SeenColumn): boolean => /^(?:date|datetime|timestamp)$/.test(type)
export const isTextual = (column: SeenColumn): boolean =>
  /char|text|enum|blob|binary/.test(column.type) && !isRaw(column)

export const cellsOf = (rows: readonly SeenRow[], column: string): Cell[] => rows.map((row) => row[column] ?? null)

/** How many of the values that are there are of a kind. */
export interface Share {
  some: number
  all: number
}

export function share(rows: readonly SeenRow[], column: string, test: (text: string) => boolean): Share {
  const there = cellsOf(rows, column).filter((cell): cell is string => cell !== null && cell !== '')
  return { some: there.filter(test).length, all: there.length }
}

/** @param empty what it is where nothing was seen */
export const ratio = ({ some, all }: Share, empty = 0): number => (all === 0 ? empty : some / all)

export const distinct = (cells: readonly Cell[]): Cell[] => [...new Set(cells)]

export const sameTable = (one: SeenTable, other: SeenTable): boolean =>
  one.schema === other.schema && one.name === other.name

export const columnOf = (table: SeenTable, name: string): SeenColumn | undefined =>
  table.columns.find((column) => column.name === name)

export const isUnique = (table: SeenTable, columns: readonly string[]): boolean =>
  table.uniques.some((key) => key.length === columns.length && key.every((column) => columns.includes(column)))

/**
 * Whether nine of ten have it. Of a part of more, those count that the other part has reached, from either end.
 * @param isPart whether only some were looked at, of these or of what they have
 */
export function mostHave<T>(all: readonly T[], has: (one: T) => boolean, isPart: boolean): boolean {
  const found = all.map(has)
  const areMost = (some: readonly boolean[], least: number) =>
    some.length >= least && some.filter(Boolean).length >= some.length * 0.9
  if (!isPart) return areMost(found, 3)
  const [first, last] = [found.slice(0, Math.ceil(all.length / 2)), found.slice(Math.ceil(all.length / 2))]
  const from = last.indexOf(true)
  return areMost([...first.slice(0, first.lastIndexOf(true) + 1), ...(from < 0 ? [] : last.slice(from))], 20)
}

/** The one whose score is highest, and the next. */
export function best<T extends { score: number }>(candidates: readonly T[]): { first: T | null; second: T | null } {
  const [first = null, second = null] = [...candidates].sort((a, b) => b.score - a.score)
  return { first, second }
}

/** The score of the first pattern that fits; 0 for none. */
export const nameScore = (name: string, patterns: readonly (readonly [RegExp, number])[]): number =>
  patterns.find(([pattern]) => pattern.test(name))?.[1] ?? 0
