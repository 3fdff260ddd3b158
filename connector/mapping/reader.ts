import type { Assignment, Companion, Comparison, Condition, Elsewhere } from './mapping.ts'
import { placeholdersIn } from './placeholders.ts'
import { Name } from './sql.ts'

/** Reads names, conditions and values, as the variables of the mapping write them. Each gives null for what is none. */

/** A name, as part of a pattern with the flag `u`. */
export const part = '(?:`(?:[^`\\0]|``)+`|[\\p{L}_$][\\p{L}\\p{N}_$-]*)'
const oneName = new RegExp(part, 'gu')

export const quote = (text: string): Name =>
  new Name(
    (text.match(oneName) ?? []).map((piece) =>
      piece.startsWith('`') ? piece.slice(1, -1).replaceAll('``', '`') : piece,
    ),
  )

// A value between quotes may have any sign in it; a quote itself is doubled.
const literal = `'((?:[^']|'')*)'|(NULL)\\b|([\\p{L}\\p{N}_.{}/@:+-]+)`
const operators = '[<>]=?|=|<>|!=|(?:NOT\\s+)?(?:IN|LIKE)\\b|IS(?:\\s+NOT)?\\b'
const comparison = new RegExp(`\\s*(${part})\\s*(?:&\\s*([1-9]\\d{0,17})\\s*)?(<>|${operators})\\s*`, 'iuy')
const value = new RegExp(`\\s*(?:${literal})\\s*`, 'iuy')
const otherwise = /\s*\bOR\b/iy
const symbol = /\s*([(),;:])\s*/y

/** Reads a text from its beginning, piece by piece. */
function createReader(text: string) {
  let at = 0
  const take = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at
    const found = pattern.exec(text)
    if (found) at = pattern.lastIndex
    return found
  }
  return {
    atEnd: () => text.slice(at).trim() === '',
    take,
    takeSymbol: (wanted: string): boolean => {
      const before = at
      if (take(symbol)?.[1] === wanted) return true
      at = before
      return false
    },
  }
}

type Reader = ReturnType<typeof createReader>

/** The text or null that comes next; undefined when nothing of the kind does. */
function readValue(reader: Reader): string | null | undefined {
  const found = reader.take(value)
  if (!found) return undefined
  if (found[2] !== undefined) return null
  return found[1]?.replaceAll("''", "'") ?? found[3]
}

function readComparison(reader: Reader): Comparison | null {
  const [, column, bits, written = ''] = reader.take(comparison) ?? []
  if (column === undefined) return null

  const said = written.toUpperCase()
  const values: (string | null)[] = []
  const isList = said.endsWith('IN')
  if (isList && !reader.takeSymbol('(')) return null
  do {
    const read = readValue(reader)
    if (read === undefined) return null
    values.push(read)
  } while (isList && reader.takeSymbol(','))
  if (isList && !reader.takeSymbol(')')) return null

  if (said.startsWith('IS') && values[0] !== null) return null
  const is = said.endsWith('LIKE') ? 'LIKE' : isOrder(said) ? said : '='
  if (is !== '=' && values[0] === null) return null
  const asked = bits === undefined ? null : BigInt(bits)
  if (asked !== null && !values.every((one) => isAmong(asked, one))) return null
  const not = /NOT|<>|!=/.test(said)
  return { column: quote(column), ...(bits === undefined ? {} : { bits }), is, not, values }
}

const isOrder = (said: string): said is '<' | '<=' | '>' | '>=' => /^[<>]=?$/.test(said)

/** Whether a number has no bits but these. */
const isAmong = (bits: bigint, text: string | null): boolean =>
  text !== null && /^\d{1,18}$/.test(text) && (BigInt(text) & ~bits) === 0n

function readCondition(reader: Reader): Condition | null {
  const found: Condition = []
  do {
    const one = readComparison(reader)
    if (one === null) return null
    found.push(one)
  } while (reader.take(otherwise))
  return found
}

function readConditions(reader: Reader): Condition[] | null {
  const found: Condition[] = []
  do {
    const condition = readCondition(reader)
    if (condition === null) return null
    found.push(condition)
  } while (reader.takeSymbol(','))
  return found
}

export const isNothing = (text: string): boolean => /^\s*-?\s*$/.test(text)

export function parseConditions(text: string): Condition[] | null {
  if (isNothing(text)) return []
  const reader = createReader(text)
  const found = readConditions(reader)
  return reader.atEnd() ? found : null
}

/** What a condition says that one value alone fulfils; null where others do as well. */
export function saidBy(condition: Condition): Assignment | null {
  const said = condition.find(({ is, not, values }) => is === '=' && !not && values.length === 1)
  if (said === undefined) return null
  const { column, bits, values } = said
  return { column, value: values[0] ?? null, ...(bits === undefined ? {} : { bits }) }
}

/** Null where one of them is no assignment, or has a placeholder that means nothing there. */
function toAssignments(list: Condition[] | null, placeholders: readonly string[]): Assignment[] | null {
  const set: Assignment[] = []
  for (const condition of list ?? [null]) {
    const said = condition?.length === 1 ? saidBy(condition) : null
    if (said === null) return null
    set.push(said)
  }
  const used = set.flatMap(({ value: text }) =>
    placeholdersIn(text).map((key) => key.replace(/\..*/, '.column').replace(/:\d$/, ':1')),
  )
  return used.every((key) => placeholders.includes(key)) ? set : null
}

export const parseAssignments = (text: string, placeholders: readonly string[]): Assignment[] | null =>
  toAssignments(parseConditions(text), placeholders)

/** `column`, or `table: column, key={mailbox_id}, name='what'`. */
export function parsePlace(text: string): { column: Name; at: Elsewhere | null } | null {
  if (new RegExp(`^\\s*${part}\\s*$`, 'u').test(text)) return { column: quote(text), at: null }
  const [, table = '', column = '', keys = ''] =
    new RegExp(`^\\s*(${part}(?:\\.${part})?)\\s*:\\s*(${part})\\s*,(.*)$`, 'su').exec(text) ?? []
  const by = table === '' || isNothing(keys) ? null : parseAssignments(keys, ['mailbox_id', 'address'])
  const isOne = by?.every(({ value, bits }) => bits === undefined && (value === null || !/.\{|\}./.test(value)))
  return by !== null && isOne ? { column: quote(column), at: { table: quote(table), by } } : null
}

/** `table: column, key={alias_id}, name='what'`: the column as it is written. */
export function parseElsewhere(text: string): { columns: string; at: Elsewhere } | null {
  const [, table = '', columns = '', keys = ''] =
    new RegExp(`^\\s*(${part}(?:\\.${part})?)\\s*:\\s*(\\S[^,]*?)\\s*,(.*)$`, 'su').exec(text) ?? []
  const by = table === '' || isNothing(keys) ? null : parseAssignments(keys, ['alias_id'])
  const isOne = by?.every(({ value, bits }) => bits === undefined && (value === null || !/.\{|\}./.test(value)))
  return by !== null && isOne ? { columns, at: { table: quote(table), by } } : null
}

/** @param mark what may stand behind a table's name, as a pattern */
export function parseCompanions(text: string, placeholders: readonly string[], mark: '' | '\\??'): Companion[] | null {
  if (isNothing(text)) return []
  const table = new RegExp(`\\s*(${part}(?:\\.${part})?)(${mark})\\s*:`, 'uy')
  const reader = createReader(text)
  const found: Companion[] = []
  while (!reader.atEnd()) {
    const [, tableName, optional] = reader.take(table) ?? []
    if (tableName === undefined) return null
    const columns = toAssignments(readConditions(reader), placeholders)
    if (columns === null) return null
    found.push({ table: quote(tableName), columns, optional: optional === '?' })
    if (!reader.takeSymbol(';') && !reader.atEnd()) return null
  }
  return found
}
