import type { Domains } from './domains.ts'
import { rowsByName } from './domains.ts'
import {
  distinct,
  isNumber,
  isRaw,
  isTextual,
  isTime,
  isUnique,
  type Cell,
  type SeenColumn,
  type SeenRow,
  type SeenTable,
} from './seen.ts'

/** What the columns of a new row hold, as those do that are there. */

/** A row, and what each placeholder would have stood for in it. */
export interface KnownRow {
  row: SeenRow
  known: Readonly<Record<string, string>>
}

export interface Induced {
  column: string
  value: string | null
  /** How many rows are so. */
  some: number
  all: number
  /** Whether most of the rows say so, or it only stands to reason. */
  sure: boolean
}

export interface NewRow {
  set: Induced[]
  /** columns that a row needs, and of which the rows do not say what they would hold */
  unknown: string[]
}

const most = 0.9
const secretNames = /pass|pwd|crypt|secret|token|totp|salt|hash|private|(?:^|_)key$/i
const longest = 200

/**
 * @param without columns whose values the mapping says otherwise
 * @param ownerColumns those that refer to the mailbox's row, which may be empty in rows that are nobody's
 * @param asked columns that must not be empty, because the mail host goes by them, and what it takes them for, where
 *   that is told
 */
export function induce(
  table: SeenTable,
  rows: readonly KnownRow[],
  domains: Domains | null,
  without: readonly string[],
  ownerColumns: readonly string[] = [],
  asked: ReadonlyMap<string, string | null> = new Map(),
): NewRow {
  const ofDomains = domains === null ? null : { table: domains.table, rows: rowsByName(domains) }
  const set: Induced[] = []
  const unknown: string[] = []
  for (const column of table.columns) {
    if (column.made || without.includes(column.name)) continue
    const found = rows.length === 0 ? null : (ofOwner(column, rows, ownerColumns) ?? fromRows(column, rows, ofDomains))
    const isNeeded = !column.optional || (isTextual(column) && asked.has(column.name))
    const told = asked.get(column.name) ?? null
    const guessed = told === null ? null : { value: told, some: 0, all: rows.length, sure: false }
    const value = found ?? guessed ?? (isNeeded ? byNature(table, column, rows) : null)
    if (value === 'asIs') continue
    if (value !== null) set.push({ column: column.name, ...value })
    else if (isNeeded) unknown.push(column.name)
  }
  return { set, unknown }
}

type Found = Omit<Induced, 'column'>
type OfDomains = { table: SeenTable; rows: Map<string, SeenRow> } | null

function ofOwner({ name }: SeenColumn, rows: readonly KnownRow[], ownerColumns: readonly string[]): Found | null {
  if (!ownerColumns.includes(name)) return null
  const some = rows.filter(({ row, known }) => row[name] != null && row[name] === known['mailbox_id']).length
  return some * 2 > rows.length
    ? { value: '{mailbox_id}', some, all: rows.length, sure: some >= rows.length * most }
    : null
}

function fromRows(column: SeenColumn, rows: readonly KnownRow[], domains: OfDomains): Found | 'asIs' | null {
  const cells = rows.map(({ row }) => row[column.name] ?? null)
  const all = cells.length
  const countOf = (test: (cell: Cell, at: number) => boolean) => cells.filter(test).length
  const enough = (some: number) => some >= all * most
  if (column.optional) {
    const left = countOf((cell) => same(cell, column.byDefault) || (cell === null && column.nullable))
    if (enough(left)) return 'asIs'
  }
  if (isTime(column)) return ofTime(column, cells)
  const said = (value: string, some: number): Found => ({ value, some, all, sure: true })
  if (secretNames.test(column.name)) {
    // A word that all of them share is a state; nothing else of it is looked at, or shown.
    const [common = null] = byCount(cells)
    const some = countOf((cell) => cell === common)
    return common !== null && common.length <= 8 && enough(some) ? said(common, some) : null
  }

  if (cells.every((cell) => /^1[2-9]\d{8}$|^2[01]\d{8}$/.test(cell ?? '')) && isNumber(column))
    return said('{unix}', all)
  const values = distinct(cells)
  const keys = [...new Set(rows.flatMap(({ known }) => Object.keys(known)))]
  for (const key of keys) {
    const fits = (cell: Cell, at: number) => cell !== null && cell !== '' && same(cell, rows[at]?.known[key] ?? null)
    const some = countOf(fits)
    if (enough(some) && (all === 1 || distinct(cells.filter(fits)).length > 1)) return said(`{${key}}`, some)
  }
  const ofDomain = domains && findInDomain(column, rows, cells, domains, values.length)
  if (ofDomain !== null) return ofDomain

  const [common = null] = byCount(cells)
  const some = countOf((cell) => cell === common)
  if (enough(some) && (all > 1 || !column.optional)) {
    if (common === null) return 'asIs'
    return isPlain(common) ? said(common, some) : null
  }
  const templates = rows.map(({ row, known }) => toTemplate(row[column.name] ?? null, known))
  const [template = null] = byCount(templates.filter((text) => text !== null && text.includes('{')))
  if (template !== null && template.length <= longest) {
    const fitting = templates.filter((text) => text === template).length
    if (enough(fitting)) return said(template, fitting)
    if (fitting * 2 > all) return { value: template, some: fitting, all, sure: false }
  }
  const ofIds = values.length === all && all > 1 ? idKind(column, cells) : null
  if (ofIds !== null) return said(ofIds, all)
  const isUuid = (cell: Cell) => /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$|^[0-9a-f]{32,64}$/i.test(cell ?? '')
  if (values.length === all && all > 1 && enough(countOf(isUuid)) && (column.mostChars ?? 0) >= 36)
    return said('{uuid}', all)
  for (const key of keys) {
    const fits = (cell: Cell, at: number) => cell !== null && cell !== '' && same(cell, rows[at]?.known[key] ?? null)
    const fitting = cells.filter(fits)
    if (fitting.length * 2 > all && distinct(fitting).length > 1)
      return { value: `{${key}}`, some: fitting.length, all, sure: false }
  }
  return null
}

/** What is the same in the domain's row: whose the domain is, the mailbox is. */
function findInDomain(
  column: SeenColumn,
  rows: readonly KnownRow[],
  cells: readonly Cell[],
  domains: NonNullable<OfDomains>,
  different: number,
): Found | null {
  for (const other of domains.table.columns) {
    const isSameName = other.name.toLowerCase() === column.name.toLowerCase()
    if ((different < 2 && !isSameName) || !/^[\w$]+$/.test(other.name) || isTime(other)) continue
    if (/^(?:active|enabled|deleted|quota|id|uid|gid|transport|backupmx|status|description|name)$/i.test(other.name))
      continue
    const some = cells.filter((cell, at) => {
      const row = domains.rows.get((rows[at]?.known['domain'] ?? '').toLowerCase())
      return cell !== null && cell !== '' && row !== undefined && same(cell, row[other.name] ?? null)
    }).length
    if (some >= cells.length * most) return { value: `{domain.${other.name}}`, some, all: cells.length, sure: true }
  }
  return null
}

/** Ids that a program makes: of raw bytes, or ULIDs; null where they are neither. */
function idKind(column: SeenColumn, cells: readonly Cell[]): string | null {
  if (isRaw(column)) {
    // The version and the variant of a UUID have places of their own.
    const isUuid = cells.every((cell) => /^.{12}[1-8].{3}[89AB]/.test(cell ?? ''))
    return isUuid ? '{uuid:bytes}' : '{ulid:bytes}'
  }
  return cells.every((cell) => /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/.test(cell ?? '')) ? '{ulid}' : null
}

/** A time in the past is when the row was made; one far ahead is an end. */
function ofTime(column: SeenColumn, cells: readonly Cell[]): Found | 'asIs' | null {
  // The database itself gives a time where its default is none of the constants.
  if (column.optional && !column.nullable && column.byDefault === null) return 'asIs'
  const there = cells.filter((cell): cell is string => cell !== null && !cell.startsWith('0000'))
  const all = cells.length
  if (there.length < all * most) return column.optional ? 'asIs' : null
  const ahead = there.filter((cell) => Number(cell.slice(0, 4)) >= 2035 || /expir|until|ends?_/i.test(column.name))
  if (ahead.length * 2 > all) {
    const [common = null] = byCount(ahead)
    const some = ahead.filter((cell) => cell === common).length
    return common !== null && some * 2 > all ? { value: common, some, all, sure: some >= all * most } : null
  }
  if (/last|login|seen|access/i.test(column.name) && column.optional) return 'asIs'
  return { value: '{now}', some: there.length, all, sure: true }
}

/** What a column may hold by its kind and name, where the rows do not say it: only where there must be something. */
function byNature(table: SeenTable, column: SeenColumn, rows: readonly KnownRow[]): Found | null {
  const cells = rows.map(({ row }) => row[column.name] ?? null)
  const guess = (value: string, some = 0): Found => ({ value, some, all: cells.length, sure: false })
  if (isTime(column)) return guess(/expir|until|ends?_/i.test(column.name) ? '2099-12-31' : '{now}')
  if (isUnique(table, [column.name]) && !isNumber(column)) {
    const kind = isRaw(column) ? '{uuid:bytes}' : column.fullType === 'char(26)' ? '{ulid}' : '{uuid}'
    return kind !== '{uuid}' || (column.mostChars ?? 0) >= 36 ? guess(kind) : null
  }
  if (cells.includes('')) return guess('', cells.filter((cell) => cell === '').length)
  if (secretNames.test(column.name)) return null
  const [common = null] = byCount(cells)
  const some = cells.filter((cell) => cell === common).length
  if (common !== null && some * 2 > cells.length && isPlain(common) && distinct(cells).length <= 4)
    return guess(common, some)
  if (/^(?:local_?part|user|user_?name|mail_?acc|login)$/i.test(column.name)) return guess('{local}')
  if (/^(?:mail_?dir|maildir_?path)$/i.test(column.name)) return guess('{domain}/{local}/')
  if (!isNumber(column) && /name|descr|comment|note|gecos|title|reason/i.test(column.name))
    return guess(rows.length > 0 ? '{local}' : '')
  return null
}

const same = (one: Cell, other: Cell): boolean =>
  one === other || (one !== null && other !== null && one.toLowerCase() === other.toLowerCase())

/** Folders that are called by the first letters: a/n/anna, or an/anna. */
function withLetters(text: string, local: string): string {
  const letters = Array.from(local.toLowerCase())
  let next = 0
  return text
    .split('/')
    .map((folder) => {
      const own = Array.from(folder.toLowerCase())
      if (own.length === 0 || own.length > 3 || own.length === letters.length) return folder
      const from = own.length === 1 ? next : 0
      if (!own.every((letter, at) => letter === letters[from + at])) return folder
      next = from + own.length
      return own.map((_, at) => `{local:${from + at + 1}}`).join('')
    })
    .join('/')
}

/** No placeholder by accident, nor longer than a setting should be. */
const isPlain = (text: string): boolean =>
  text.length <= longest && !/\{\w+(?::\d|\.[^{}]+)?\}/.test(text) && !/[\r\n]/.test(text)

/** The values, the most frequent first. */
function byCount<T extends Cell>(cells: readonly T[]): T[] {
  const counts = new Map<T, number>()
  for (const cell of cells) counts.set(cell, (counts.get(cell) ?? 0) + 1)
  return [...counts].sort((a, b) => b[1] - a[1]).map(([cell]) => cell)
}

/** The value with the halves of its row's address taken out of it. */
function toTemplate(cell: Cell, { address, local, domain }: Readonly<Record<string, string>>): string | null {
  if (cell === null || /[{}]/.test(cell)) return null
  let text = cell
  for (const [piece, placeholder] of [
    [address, '{address}'],
    [domain, '{domain}'],
    [local, '{local}'],
  ] as const) {
    if (piece === undefined || piece.length < 2) continue
    const escaped = piece.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
    text = text.replace(new RegExp(`(?<![\\p{L}\\p{N}{])${escaped}(?![\\p{L}\\p{N}}])`, 'giu'), () => placeholder)
  }
  if (local !== undefined) text = withLetters(text, local)
  return text.replace(/\d{4}\.\d\d\.\d\d\.\d\d\.\d\d\.\d\d/, '{now}')
}
