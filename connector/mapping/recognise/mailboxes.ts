import {
  columnsOfPlace,
  domainColumns,
  findAddresses,
  readAddress,
  textOf,
  type AddressChoice,
  type AddressPlace,
} from './addresses.ts'
import { namesIn, type Domains } from './domains.ts'
import type { Hints } from './queries.ts'
import { findSoftDeletion, passes, readFlag, separate, type Filter } from './separate.ts'
import {
  best,
  cellsOf,
  distinct,
  hashKind,
  isNumber,
  isTextual,
  nameScore,
  ratio,
  type Cell,
  type HashKind,
  type SeenRow,
  type SeenTable,
  type Share,
} from './seen.ts'

export interface Mailboxes {
  table: SeenTable
  place: AddressPlace
  /** another place for the address that is as good, or nearly */
  otherPlace: AddressPlace | null
  placeByKey: boolean
  password: string
  hashes: Share
  /** Whether hashes have `{SCHEME}` in front; null: nothing was seen. */
  prefixed: boolean | null
  score: number
}

const tableNames = [
  [
    /admin|app_?pass|fetch|session|token|log|vacation|pref|quota|usage|history|old|backup|ftp|web|panel|share|limit|exception/i,
    -5,
  ],
  [/^(?:virtual_|mail_|vmail_|e_)?(?:mail_?)?(?:users?|mailbox(?:es)?|accounts?)$/i, 3],
  [/mailbox|mail_?user|account|user|boxes/i, 2],
] as const
const passwordNames = [
  [/change|expir|date|time|version|hint|reset|token|clear|plain|required|src_|config_|alt|last/i, -6],
  [/^(?:\w+_)?(?:password|passwd|pass|crypt|pwd)(?:_?(?:enc|hash|crypt))?$/i, 3],
  [/pass|crypt|pwd|hash|secret/i, 2],
] as const

/**
 * Every table that may be that of the mailboxes, the likeliest first.
 * @param asked the one that the mail host asks
 */
export function findMailboxes(
  tables: readonly SeenTable[],
  candidates: readonly Domains[],
  asked: Hints['mailbox'] = null,
): Mailboxes[] {
  const served = new Set(candidates.slice(0, 1).flatMap((domains) => [...namesIn(domains)]))
  return tables
    .flatMap((table) => {
      const { rows } = table
      return table.columns.filter(isTextual).flatMap((column): Mailboxes[] => {
        const isAsked = asked?.table === table && asked.password === column.name
        const byName = nameScore(column.name, passwordNames)
        const kinds = cellsOf(rows, column.name).map((cell) => (cell === null ? null : hashKind(cell)))
        const strong = kinds.filter((kind) => kind === 'prefixed' || kind === 'crypt').length
        const bare = byName >= 2 ? kinds.filter((kind) => kind === 'bare').length : 0
        const hashes = { some: strong + bare, all: cellsOf(rows, column.name).filter((cell) => cell).length }
        // Some servers keep passwords in clear: then the name alone speaks for the column.
        const isClear = hashes.some === 0 && byName >= 3 && hashes.all * 2 > rows.length
        if (!isAsked && (rows.length === 0 ? byName < 2 : hashes.some === 0 && !isClear)) return []
        const withHash = rows.filter((row, at) => (isClear ? row[column.name] : kinds[at]))
        const choices = findAddresses(table, withHash, candidates).filter(
          ({ place }) => !columnsOfPlace(place).includes(column.name),
        )
        const { first, second } = best(isAsked ? withAsked(asked, choices, candidates) : choices)
        if (first === null) return []
        return [choose(table, column.name, { first, second }, hashes, kinds, byName, served, candidates[0] ?? null)]
      })
    })
    .sort((a, b) => b.score - a.score)
}

/** The address is where the mail host looks for it. */
function withAsked(
  { table, place }: NonNullable<Hints['mailbox']>,
  choices: readonly AddressChoice[],
  candidates: readonly Domains[],
): AddressChoice[] {
  if (place === null) return [...choices]
  const column =
    'whole' in place ? null : domainColumns(table, table.rows, candidates).find((one) => one.column === place.domain)
  const asked: AddressPlace = 'whole' in place ? place : { ...place, holds: column?.holds ?? 'name' }
  return [...choices, { place: asked, score: 100, byKey: false }]
}

function choose(
  table: SeenTable,
  password: string,
  { first, second }: { first: AddressChoice; second: AddressChoice | null },
  hashes: Share,
  kinds: (HashKind | null)[],
  byName: number,
  served: Set<string>,
  domains: Domains | null,
): Mailboxes {
  const has = (pattern: RegExp) => table.columns.some(({ name }) => pattern.test(name))
  const read = table.rows.flatMap((row) => readAddress(first.place, row, domains) ?? [])
  const known =
    served.size === 0
      ? 0.5
      : ratio({ some: read.filter(({ domain }) => served.has(domain)).length, all: read.length }, 0.5)
  const score =
    8 * ratio(hashes, 0.4) +
    first.score +
    byName +
    nameScore(table.name, tableNames) +
    4 * known +
    (has(/quota/i) ? 2 : 0) +
    (has(/^(?:mail|home)_?dir|^home$|mail_?path|storage/i) ? 2 : 0) +
    (domainColumns(table, table.rows, domains ? [domains] : []).length > 0 ? 1 : 0) +
    Math.min(2, Math.log10(1 + table.rows.length)) +
    (table.isView ? 1 : 0)
  const prefixed = kinds.filter((kind) => kind === 'prefixed').length
  const withKind = kinds.filter((kind) => kind !== null).length
  return {
    table,
    place: first.place,
    otherPlace: second && second.score > first.score - 2 ? second.place : null,
    placeByKey: first.byKey,
    password,
    hashes,
    prefixed: withKind === 0 ? null : prefixed * 2 >= withKind,
    score,
  }
}

/** The rows that are mailboxes, with their addresses, and what tells them from others. */
export interface MailboxRows {
  rows: { row: SeenRow; address: string; local: string; domain: string }[]
  addresses: Set<string>
  filters: Filter[]
  /** rows that nothing tells from mailboxes, and that are none */
  untold: number
}

export function readMailboxes({ table, place, password }: Mailboxes, domains: Domains | null): MailboxRows {
  const served = domains && domains.table.rows.length > 0 ? namesIn(domains) : null
  const isMailbox = (row: SeenRow): boolean => {
    const address = readAddress(place, row, domains)
    const hash = row[password] ?? ''
    return (
      address !== null &&
      /^[^*%@]+$/.test(address.local) &&
      (served === null || served.has(address.domain)) &&
      hash !== '' &&
      hash !== '_no_'
    )
  }
  const deletion = findSoftDeletion(table, table.rows)
  const alive = deletion ? table.rows.filter((row) => passes(deletion, row)) : table.rows
  const meant = alive.filter(isMailbox)
  const others = alive.filter((row) => !isMailbox(row))
  const filter = separate(table, meant, others, [...columnsOfPlace(place), password])
  const filters = [...(deletion ? [deletion] : []), ...(filter ? [filter] : [])]
  const rows = meant.flatMap((row) => {
    const address = readAddress(place, row, domains)
    return address === null ? [] : [{ row, address: textOf(address), ...address }]
  })
  const untold = filter ? 0 : others.length
  return { rows, addresses: new Set(rows.map(({ address }) => address)), filters, untold }
}

export interface Flag {
  column: string
  open: string
  locked: string
}

const openNames = [
  [/^(?:is_?)?(?:activ(?:e|ated)|aktiv|actif|activo|attivo|ativo|actief|aktywn[ey])$/i, 5],
  [/^(?:is_?)?enabled?$/i, 4],
  [/^(?:mail|account|user)_?(?:active|enabled|status)$|^status$/i, 3],
  [/^(?:imap_?ok|po_?active|login_?(?:allowed|enabled)|let_?in|can_?login)$/i, 2],
  [/^(?:postfix|access)$/i, 1],
] as const
const closedNames = [
  [
    /^(?:is_?)?(?:disabled?|locked|blocked|suspended|inactive|deactivated|gesperrt|deaktiviert|bloque|bloqueado|bloccato)$/i,
    4,
  ],
  [/^no[ _]?login$/i, 2],
] as const

/** The columns that say whether a mailbox is open, the first by its name, others that go with it. */
export function findFlags(table: SeenTable, rows: readonly SeenRow[], without: readonly string[]): Flag[] {
  const found = table.columns.flatMap(({ name }) => {
    const [opens, closes] = [nameScore(name, openNames), nameScore(name, closedNames)]
    if (without.includes(name) || (opens === 0 && closes === 0)) return []
    const pair = readFlag(table, name, rows)
    if (pair === null) return []
    const flag = opens > 0 ? { open: pair.yes, locked: pair.no } : { open: pair.no, locked: pair.yes }
    const open = rows.filter((row) => row[name] === flag.open).length
    // Where most are closed by it, it says something else.
    return open * 2 < rows.length ? [] : [{ column: name, ...flag, score: Math.max(opens, closes) }]
  })
  const [first] = found.sort((a, b) => b.score - a.score)
  if (!first) return []
  const main = { column: first.column, open: first.open, locked: first.locked }
  const lockedRows = rows.filter((row) => row[main.column] === main.locked)
  if (lockedRows.length === 0) return [main]
  const openRows = rows.filter((row) => row[main.column] === main.open)
  const others = table.columns.flatMap(({ name, type, made }) => {
    if (name === main.column || without.includes(name) || made || !/enum|tinyint|bit/.test(type)) return []
    const [open, ...more] = distinct(cellsOf(openRows, name))
    const [locked, ...others] = distinct(cellsOf(lockedRows, name))
    if (more.length + others.length > 0 || open == null || locked == null || open === locked) return []
    return [{ column: name, open, locked }]
  })
  return [main, ...others]
}

export interface Quotas {
  column: string
  unit: string
  unlimited: string
  seen: number
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

/** The column of the limits, and in what it counts. @param usage bytes that mailboxes hold, by address */
export function findQuota(
  table: SeenTable,
  rows: MailboxRows['rows'],
  usage: ReadonlyMap<string, number>,
  without: readonly string[],
): Quotas | null {
  const found = table.columns.flatMap((column) => {
    const byName = nameScore(column.name, quotaNames)
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
  const { unit, other } = unitOf(sizes, Number(column.byDefault ?? 0), column.name, held)
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
        : middle >= 16
          ? ['MiB', 'GiB']
          : ['GiB', 'MiB']
  const bytesOf: Record<string, number> = { B: 1, KiB: 1024, MiB: mebi, GiB: 1024 ** 3 }
  const fitting = likely.filter((unit) => fits(bytesOf[unit] ?? 1))
  const [unit = likely[0] ?? 'B'] = fitting
  const isClose = middle < 64 * mebi && middle >= 50_000
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
