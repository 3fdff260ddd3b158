import {
  columnsOfPlace,
  domainColumns,
  findAddresses,
  isUnknown,
  readAddress,
  textOf,
  type AddressPlace,
} from './addresses.ts'
import { servedBy, type Domains } from './domains.ts'
import type { AliasList } from '../mapping.ts'
import type { MailboxRows, Mailboxes } from './mailboxes.ts'
import type { Hints } from './queries.ts'
import { findSoftDeletion, passes, readFlag, separate, type Filter } from './separate.ts'
import {
  columnOf,
  isAddress,
  isNumber,
  isTextual,
  isUnique,
  nameScore,
  ratio,
  sameTable,
  share,
  type SeenRow,
  type SeenTable,
} from './seen.ts'
import { writeName } from './write.ts'

export interface Aliases {
  table: SeenTable
  place: AddressPlace
  destination: AddressPlace
  list: AliasList
  /** Whether a value with several entries was seen, or a key says it. */
  listSeen: boolean
  filters: Filter[]
  /** rows that are aliases, and those that lead from a mailbox to itself */
  rows: { row: SeenRow; source: string; destinations: string[] }[]
  own: { row: SeenRow; address: string; destinations: string[] }[]
  /** every row whose address is of a domain of ours, catch-alls too */
  all: { row: SeenRow; source: string; domain: string }[]
  /** Whether destinations have a sign in front that is not of the address. */
  signed: boolean
  /** how the settings say where the destination is, if not in a column with addresses */
  said?: string
  /** the column of the mailboxes by which it is named there */
  key?: string
  /** the table with the destinations, where it is another, and the column by which its rows refer to these */
  elsewhere?: { table: SeenTable; id: string }
  score: number
}

const tableNames = [
  [
    /bcc|vacation|fetch|shar|log|pipe|spam|black|white|filter|respon|admin|moderat|list|member|usage|quota|limit|domain|mailbox|transport|sender|track/i,
    -5,
  ],
  [
    /^(?:virtual_|mail_|e_|vmail_|smtp_|postfix_)?(?:mail_?)?(?:alias(?:es)?|forwardings?|virtual|redirections?|destinations?|forwards?)$/i,
    3,
  ],
  [/alias|forward|virtual|redirect|destination/i, 2],
] as const
const destinationNames = [
  [/^(?:goto|destinations?|forwardings?|forward(?:_?to)?|targets?|dest|recipients?|mail_forward|to_?who)$/i, 3],
  [/goto|dest|forward|target|recipient|to_|_to$|line/i, 2],
] as const
const sourceNames = [
  [/goto|dest|forward(?!ing_)|target|recipient|full|owner|created|modified/i, -4],
  [/^(?:source|address|alias|mail|email|from|name|localpart|local_?part)$/i, 1],
] as const

/** The entries of a destination, without what stands between quotation marks. A sign in front is not of the address. */
export function entriesOf(text: string): string[] {
  return text
    .replace(/"[^"]*"/g, '|')
    .split(/[\s,;]+/)
    .filter((entry) => entry !== '')
}
const bare = (entry: string): string => entry.replace(/^&/, '').toLowerCase()
export const leads = (text: string): boolean => entriesOf(text).some((entry) => isAddress(bare(entry)))

/** Every table that may be that of the aliases, the likeliest first. */
export function findAliases(
  tables: readonly SeenTable[],
  mailboxes: Mailboxes,
  boxes: MailboxRows,
  domains: Domains | null,
  asked: Hints['alias'] = null,
): Aliases[] {
  const served = servedBy(domains)
  const candidates = domains ? [domains] : []
  return tables
    .filter((table) => domains === null || !sameTable(table, domains.table))
    .flatMap((table): Aliases[] => {
      const isSame = sameTable(table, mailboxes.table)
      const isBox = new Set(boxes.rows.map(({ row }) => row))
      const rows = isSame ? table.rows.filter((row) => !isBox.has(row)) : table.rows
      if (isSame && rows.length === 0) return []
      const without = isSame ? [mailboxes.password] : []
      const places = isSame
        ? [{ place: mailboxes.place, score: 10 }]
        : findAddresses(table, rows, candidates, isSource).filter(
            ({ place }) => nameScore(columnsOfPlace(place)[0] ?? '', sourceNames) >= 0 || 'local' in place,
          )
      return places.flatMap(({ place, score }) =>
        findDestinations(table, rows, candidates, place, without).flatMap(
          (destination) => judge({ table, place, destination, placeScore: score }, rows, boxes, served, domains) ?? [],
        ),
      )
    })
    .map((one) => ({ ...one, score: one.score + (isAsked(one, asked) ? 100 : 0) }))
    .concat(readAsked(asked, boxes, served, domains))
    .sort((a, b) => b.score - a.score)
}

/** The table that the mail host asks, where it has no rows to speak for it. */
function readAsked(
  asked: Hints['alias'],
  boxes: MailboxRows,
  served: Set<string> | null,
  domains: Domains | null,
): Aliases[] {
  if (asked?.destination == null || asked.table.rows.length > 0) return []
  const { table, source, destination } = asked
  const [first = '', second] = source
  const half = domainColumns(table, [], domains ? [domains] : []).find(({ column }) => column === second)
  const place: AddressPlace =
    second === undefined ? { whole: first } : { local: first, domain: second, holds: half?.holds ?? 'name' }
  const found = { table, place, destination: { whole: destination }, placeScore: 50 }
  return [judge(found, [], boxes, served, domains)].filter((one) => one !== null)
}

const isAsked = ({ table, place, destination }: Aliases, asked: Hints['alias']): boolean =>
  table === asked?.table &&
  columnsOfPlace(place).every((column) => asked.source.includes(column)) &&
  (asked.destination === null || columnsOfPlace(destination).includes(asked.destination))

/** An address, or what stands for a whole domain. */
const isSource = (text: string): boolean => isAddress(text) || /^[*%]?@\S+\.\S+$/.test(text)

function findDestinations(
  table: SeenTable,
  rows: readonly SeenRow[],
  candidates: readonly Domains[],
  place: AddressPlace,
  without: readonly string[],
): AddressPlace[] {
  const taken = [...columnsOfPlace(place), ...without]
  const whole = table.columns.filter(isTextual).flatMap(({ name }) => {
    if (taken.includes(name) || nameScore(name, [[/created|modified|owner|full|comment|descr/i, 1]]) > 0) return []
    const cells = rows.map((row) => row[name] ?? '').filter((text) => text !== '')
    const byName = nameScore(name, destinationNames)
    if (rows.length === 0) return byName >= 2 ? [{ whole: name }] : []
    const some = cells.filter(leads).length
    return some > 0 && ratio({ some, all: cells.length }) >= (byName >= 2 ? 0.3 : 0.5) ? [{ whole: name }] : []
  })
  if (!('local' in place)) return whole
  const halves = findAddresses(table, rows, candidates).flatMap(({ place: other }) =>
    'local' in other && other.holds === 'name' && columnsOfPlace(other).every((column) => !taken.includes(column))
      ? [other]
      : [],
  )
  return [...whole, ...halves.slice(0, 1)]
}

export function judge(
  found: { table: SeenTable; place: AddressPlace; destination: AddressPlace; placeScore: number },
  rows: readonly SeenRow[],
  boxes: MailboxRows,
  served: Set<string> | null,
  domains: Domains | null,
): Aliases | null {
  const { table, place, destination } = found
  const deletion = findSoftDeletion(table, rows)
  const read = rows
    .filter((row) => !isUnknown(place, row, domains))
    .map((row) => {
      const address = readAddress(place, row, domains)
      const to =
        'whole' in destination
          ? (row[destination.whole] ?? '')
          : textOf(readAddress(destination, row, domains) ?? { local: '', domain: '' })
      const entries = 'whole' in destination ? entriesOf(to) : [to]
      const isOfUs =
        address !== null &&
        (served === null || served.has(address.domain)) &&
        !(address.local !== '' && !/^[^*%@\s]+$/.test(address.local))
      const source = address === null ? '' : textOf(address)
      const forMany = address === null || address.local === '' || /[*%]/.test(source)
      return { row, source, entries, isOfUs, forMany, leads: entries.some((entry) => isAddress(bare(entry))) }
    })
  const known = read.filter(({ isOfUs }) => isOfUs)
  const own = known.filter(
    ({ source, entries, forMany }) => !forMany && entries.some((entry) => bare(entry) === source),
  )
  const ofBoxes = known.filter((one) => boxes.addresses.has(one.source) || own.includes(one))
  const aliases = known.filter((one) => !one.forMany && one.leads && !ofBoxes.includes(one))
  const hits = known.filter(({ entries }) => entries.some((entry) => boxes.addresses.has(bare(entry)))).length
  const destinationName = columnsOfPlace(destination)[0] ?? ''
  const score =
    found.placeScore +
    6 * ratio({ some: aliases.length + 0.5 * own.length, all: known.length }, 0.4) +
    5 * ratio({ some: hits, all: known.length }, 0.4) +
    3 * ratio({ some: known.length, all: read.length }, 0.5) +
    nameScore(table.name, tableNames) +
    nameScore(destinationName, destinationNames) +
    nameScore(columnsOfPlace(place)[0] ?? '', sourceNames)
  const isCalledSo = nameScore(table.name, tableNames) >= 2
  if (rows.length > 0 && aliases.length === 0 && (own.length === 0 || !isCalledSo || ofBoxes.length > own.length * 2))
    return null
  if (score < 16) return null
  // No destination is a mailbox: what most of them are is something else, such as the name of a log-in.
  const isMissed = hits === 0 && !boxes.isPart
  if (rows.length > 0 && isMissed && (!isCalledSo || aliases.length * 2 < known.length)) return null

  const alive = deletion ? aliases.filter(({ row }) => passes(deletion, row)) : aliases
  const sources = new Set(aliases.map(({ source }) => source))
  const others = read.filter(
    ({ row, source }) =>
      !sources.has(source) &&
      !aliases.some((one) => one.row === row) &&
      !(deletion && !passes(deletion, row)) &&
      !own.some((one) => one.row === row),
  )
  const taken = [...columnsOfPlace(place), ...columnsOfPlace(destination)]
  const linkColumns = domainColumns(table, rows, domains ? [domains] : []).map(({ column }) => column)
  const isBoxTable = rows.length < table.rows.length
  const filter = separate(
    table,
    alive.map(({ row }) => row),
    [...others.map(({ row }) => row), ...(isBoxTable ? boxes.rows.map(({ row }) => row) : [])],
    [...taken, ...linkColumns],
  )
  // A flag that is off in a row that was switched off says nothing of what the row is.
  const isTelling = filter !== null && (isBoxTable || !/^(?:is_?)?(?:active|enabled?)$/i.test(filter.column))
  const named = findNamed(
    table,
    alive.map(({ row }) => row),
  )
  const list = listOf(table, place, destination, aliases.concat(own))
  return {
    table,
    place,
    destination,
    list: list.list,
    listSeen: list.seen,
    filters: [...(deletion ? [deletion] : []), ...(isTelling ? [filter] : named ? [named] : [])],
    rows: alive.map(({ row, source, entries }) => ({ row, source, destinations: entries.map(bare) })),
    own: own.map(({ row, source, entries }) => ({ row, address: source, destinations: entries.map(bare) })),
    all: known.map(({ row, source }) => ({ row, source, domain: source.slice(source.lastIndexOf('@') + 1) })),
    signed: aliases.some(({ entries }) => entries.some((entry) => entry.startsWith('&'))),
    score,
  }
}

/** The column that is named so: is_alias. */
function findNamed(table: SeenTable, rows: readonly SeenRow[]): Filter | null {
  for (const { name } of table.columns) {
    const pair = /^is[ _]?(?:an[ _]?)?alias$/i.test(name) ? readFlag(table, name, rows) : null
    if (pair && rows.some((row) => row[name] === pair.yes)) return { column: name, values: [pair.yes], not: false }
  }
  return null
}

function listOf(
  table: SeenTable,
  place: AddressPlace,
  destination: AddressPlace,
  rows: { row: SeenRow; source: string }[],
): { list: AliasList; seen: boolean } {
  if ('local' in destination) return { list: 'rows', seen: true }
  const column = destination.whole
  const texts = rows
    .map(({ row }) => (row[column] ?? '').trim().replace(/"[^"]*"/g, ''))
    .filter((text) => entriesOf(text).filter((entry) => isAddress(bare(entry))).length > 1)
  if (texts.some((text) => text.includes('\n'))) return { list: 'newline', seen: true }
  if (texts.some((text) => text.includes(','))) {
    return { list: texts.every((text) => !/,(?!\s)/.test(text)) ? 'comma-space' : 'comma', seen: true }
  }
  if (texts.length > 0) return { list: 'space', seen: true }
  const sources = rows.map(({ source }) => source)
  if (new Set(sources).size < sources.length) return { list: 'rows', seen: true }
  const byKey = isUnique(table, columnsOfPlace(place))
  const isLong = /text|blob/.test(columnOf(table, column)?.type ?? '')
  return { list: byKey || isLong ? 'comma' : 'rows', seen: byKey }
}

/** What mailboxes are called besides their address: what is unique, by its column, or the first half of it. */
function loginsOf({ table, place }: Mailboxes, { rows }: MailboxRows): { column: string | null; held: Set<string> }[] {
  const own = columnsOfPlace(place)
  const namesIn = (texts: string[]) => new Set(texts.filter((text) => text !== '' && !isAddress(text)))
  const unique = table.columns.filter(
    (column) => isTextual(column) && !own.includes(column.name) && isUnique(table, [column.name]),
  )
  return [
    ...unique.map(({ name }) => ({
      column: name,
      held: namesIn(rows.map(({ row }) => (row[name] ?? '').toLowerCase())),
    })),
    ...('local' in place ? [{ column: null, held: namesIn(rows.map(({ local }) => local)) }] : []),
  ]
}

interface OtherDestinations {
  table: SeenTable
  by: 'id' | 'login'
  /** of the mailboxes: the column that it is compared with; null where none will do */
  key: string | null
  place: AddressPlace
  /** with what the addresses lead to */
  column: string
}

/** A table whose addresses lead to mailboxes by something else than their address. */
export function findOtherDestinations(
  tables: readonly SeenTable[],
  mailboxes: Mailboxes,
  boxes: MailboxRows,
  boxId: string | null,
): OtherDestinations | null {
  // A text by which a row is known is the name of a log-in.
  const id = columnOf(mailboxes.table, boxId ?? '')
  const ids = id && isNumber(id) ? boxes.rows.map(({ row }) => row[id.name] ?? '') : []
  const logins = loginsOf(mailboxes, boxes)
  for (const table of tables) {
    if (sameTable(table, mailboxes.table) || table.rows.length < 2) continue
    const source = table.columns.filter(isTextual).find(({ name }) => ratio(share(table.rows, name, isSource)) >= 0.8)
    if (!source || (nameScore(table.name, tableNames) < 2 && nameScore(source.name, sourceNames) < 1)) continue
    const own = share(table.rows, source.name, (text) => boxes.addresses.has(text.toLowerCase()))
    for (const { name, made } of table.columns) {
      if (made || name === source.name || nameScore(name, destinationNames) < 2) continue
      const place: AddressPlace = { whole: source.name }
      if (ratio(share(table.rows, name, (text) => ids.includes(text))) >= 0.5)
        return { table, by: 'id', key: boxId, place, column: name }
      for (const { column, held } of logins) {
        const known = ratio(share(table.rows, name, (text) => entriesOf(text).some((entry) => held.has(bare(entry)))))
        if (known < 0.5 || (column === null && ratio(own) >= 0.5)) continue
        const isList = share(table.rows, name, (text) => entriesOf(text).length > 1).some > 0
        return { table, by: 'login', key: isList ? null : column, place, column: name }
      }
    }
  }
  return null
}

/** A table that leads to mailboxes by their id, read as if their addresses stood there; null where there is none. */
export function findAliasesById(
  tables: readonly SeenTable[],
  mailboxes: Mailboxes,
  boxes: MailboxRows,
  boxId: string | null,
  domains: Domains | null,
): Aliases | null {
  const other = findOtherDestinations(tables, mailboxes, boxes, boxId)
  const key = other?.key ?? null
  if (other === null || key === null) return null
  const { place, column } = other
  const addressOf = new Map(boxes.rows.map(({ row, address }) => [row[key]?.toLowerCase(), address]))
  const rows = other.table.rows.map((row) => ({
    ...row,
    [column]: addressOf.get(row[column]?.toLowerCase()) ?? row[column] ?? null,
  }))
  const table = { ...other.table, rows }
  const found = judge(
    { table, place, destination: { whole: column }, placeScore: 20 },
    rows,
    boxes,
    servedBy(domains),
    domains,
  )
  return found && { ...found, list: 'rows', listSeen: true, key, said: `id:${writeName([column])}` }
}
