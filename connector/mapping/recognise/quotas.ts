import type { MailboxRows } from './mailboxes.ts'
import { distinct, isNumber, isTextual, nameScore, type Cell, type SeenTable } from './seen.ts'

/** The column of the limits, as the mapping says it. */
export interface Quotas {
  column: string
  unit: string
  unlimited: string
  /** how many limits were seen */
  seen: number
  /** another unit that it may be */
  other: string | null
}

const quotaNames = [
  [/used|usage|current|message|count|script|sieve|default|domain|warn|notif|percent|_at$|date|bytes_used/i, -5],
  [/^quota(?:_?(?:size|limit|bytes|mb|kb|storage|total))?$/i, 3],
  [
    /quota|size_?limit|max_?(?:mail_?)?size|mail_?limit|storage_?limit|^space$|gr(?:oe|ö)sse|speicher|taille|cuota|spazio/i,
    2,
  ],
] as const

/**
 * The column of the limits, and in what it counts.
 * @param usage bytes that mailboxes hold, by address
 * @param asked what the mail host says of it
 */
export function findQuota(
  table: SeenTable,
  rows: MailboxRows['rows'],
  usage: ReadonlyMap<string, number>,
  without: readonly string[],
  asked: Pick<Quotas, 'column' | 'unit'> | null = null,
): Quotas | null {
  const found = table.columns.flatMap((column) => {
    const byName = column.name === asked?.column ? 99 : nameScore(column.name, quotaNames)
    const textual = isTextual(column)
    const cells = rows.map(({ row }) => row[column.name] ?? null)
    const looksSo = textual ? cells.some((cell) => /^\d{2,}[A-Z]$/i.test(cell ?? '')) : areSizes(cells)
    if (without.includes(column.name) || column.made || byName < 0 || (byName === 0 && !looksSo)) return []
    if (!isNumber(column) && !textual) return []
    return [{ column, cells, score: byName + (textual && !looksSo ? -0.5 : 0) + (looksSo ? 0.5 : 0) }]
  })
  const [first] = found.sort((a, b) => b.score - a.score)
  if (!first) return null
  const { column, cells } = first
  const texts = cells.filter((cell): cell is string => cell !== null && cell !== '')
  const numeric = isNumber(column) || (texts.length > 0 && texts.every((text) => /^-?\d+$/.test(text)))
  if (!numeric) return { column: column.name, ...readTexts(cells), seen: texts.length, other: null }
  const sizes = texts.map(Number).filter((size) => size > 0)
  const held = rows.flatMap(({ row, address }) => {
    const [limit, bytes] = [Number(row[column.name] ?? 0), usage.get(address) ?? 0]
    return limit > 0 && bytes > 0 ? [{ limit, bytes }] : []
  })
  const { unit, other } = asked
    ? { unit: asked.unit, other: null }
    : unitOf(sizes, Number(column.byDefault ?? 0), column.name, held)
  const low = distinct(cells.filter((cell) => cell === null || Number(cell) <= 0))
  const said = low.filter((cell): cell is string => cell !== null && cell !== '')
  const fallback =
    column.byDefault !== null && Number(column.byDefault) <= 0
      ? column.byDefault
      : column.nullable && sizes.length > 0
        ? 'NULL'
        : '0'
  const unlimited =
    said.length > 0 ? said.sort((a, b) => Number(a) - Number(b)).join(', ') : low.includes(null) ? 'NULL' : fallback
  return { column: column.name, unit, unlimited, seen: sizes.length, other }
}

const mebi = 1024 ** 2

/** Limits are round numbers of bytes, and few different ones: what is used is neither. */
function areSizes(cells: Cell[]): boolean {
  const sizes = cells.filter((cell): cell is string => cell !== null && Number(cell) > 0)
  const isRound = (cell: string) =>
    Number(cell) >= 8 * mebi && (Number(cell) % mebi === 0 || Number(cell) % 1_024_000 === 0)
  return sizes.length > 2 && sizes.every(isRound)
}

/** In what these sizes are: nobody has a mailbox of less than some megabytes, nor one of a petabyte. */
function unitOf(
  sizes: number[],
  byDefault: number,
  name: string,
  held: { limit: number; bytes: number }[],
): { unit: string; other: string | null } {
  const sorted = [...(sizes.length > 0 ? sizes : byDefault > 0 ? [byDefault] : [])].sort((a, b) => a - b)
  const middle = sorted[Math.floor(sorted.length / 2)]
  if (middle === undefined)
    return { unit: /mb|mib/i.test(name) ? 'MiB' : /kb|kib/i.test(name) ? 'KiB' : 'B', other: 'MiB' }
  const fits = (bytes: number) => held.every((one) => one.limit * bytes >= one.bytes)
  const likely =
    middle >= 8 * mebi
      ? ['B', 'KiB']
      : middle >= 200_000
        ? ['KiB', 'MiB', 'B']
        : middle >= 8
          ? ['MiB', 'GiB']
          : ['GiB', 'MiB']
  const bytesOf: Record<string, number> = { B: 1, KiB: 1024, MiB: mebi, GiB: 1024 ** 3 }
  const fitting = likely.filter((unit) => fits(bytesOf[unit] ?? 1))
  const [unit = likely[0] ?? 'B'] = fitting
  const isClose = middle < 64 || (middle < 64 * mebi && middle >= 50_000)
  return { unit, other: isClose ? (likely.find((one) => one !== unit) ?? null) : null }
}

/** `1024M`, `1G`, `5000000S`, `*:bytes=5000000`; what else stands there says that there is no limit. */
function readTexts(cells: Cell[]): { unit: string; unlimited: string } {
  const counts = new Map<string, number>()
  const others: Cell[] = []
  for (const cell of cells) {
    const [, before = '', , after = ''] = /^(\D*)(\d+)(.*)$/s.exec(cell ?? '') ?? []
    if (cell === null || !/\d/.test(cell) || /^(?:0|-1)$/.test(cell)) others.push(cell)
    else {
      const isSize = /^[KMGT](?:i?B)?$/i.test(after)
      const unit = isSize ? (before === '' ? 'text' : `${before}{size}`) : `${before}{bytes}${after}`
      counts.set(unit, (counts.get(unit) ?? 0) + 1)
    }
  }
  const [unit = 'text'] = [...counts].sort((a, b) => b[1] - a[1]).map(([text]) => text)
  const unlimited = distinct(others).map((cell) => cell ?? 'NULL')
  return { unit, unlimited: unlimited.length === 0 ? 'NULL' : unlimited.join(', ') }
}
