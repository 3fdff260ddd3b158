import {
  columnsOfPlace,
  domainColumns,
  findAddresses,
  isUnknown,
  readAddress,
  textOf,
  type AddressChoice,
  type AddressPlace,
} from './addresses.ts'
import { namesIn, servedBy, type Domains } from './domains.ts'
import type { Hints } from './queries.ts'
import { findSoftDeletion, passes, separate, type Filter } from './separate.ts'
import {
  best,
  cellsOf,
  hashKind,
  isAddress,
  isTextual,
  nameScore,
  ratio,
  share,
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
  if (place === null || isNameOfLogIn(table, place)) return [...choices]
  const column =
    'whole' in place ? null : domainColumns(table, table.rows, candidates).find((one) => one.column === place.domain)
  const asked: AddressPlace = 'whole' in place ? place : { ...place, holds: column?.holds ?? 'name' }
  return [...choices, { place: asked, score: 100, byKey: false }]
}

/** Whether the mail host asks for something else than an address. */
const isNameOfLogIn = (table: SeenTable, place: NonNullable<NonNullable<Hints['mailbox']>['place']>): boolean =>
  'whole' in place && table.rows.length > 0 && ratio(share(table.rows, place.whole, isAddress)) < 0.5

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
  /** Whether there are more of them than were looked at. */
  isPart: boolean
  filters: Filter[]
  /** rows that nothing tells from mailboxes, and that are none */
  untold: number
}

export function readMailboxes({ table, place, password }: Mailboxes, domains: Domains | null): MailboxRows {
  const served = servedBy(domains)
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
  const others = alive.filter((row) => !isMailbox(row) && !isUnknown(place, row, domains))
  const filter = separate(table, meant, others, [...columnsOfPlace(place), password])
  const filters = [...(deletion ? [deletion] : []), ...(filter ? [filter] : [])]
  const rows = meant.flatMap((row) => {
    const address = readAddress(place, row, domains)
    return address === null ? [] : [{ row, address: textOf(address), ...address }]
  })
  const untold = filter ? 0 : others.length
  return { rows, addresses: new Set(rows.map(({ address }) => address)), isPart: table.isPart, filters, untold }
}
