import type { AddressPlace } from './addresses.ts'
import { writeName } from './write.ts'
import { columnOf, isNumber, isTextual, type SeenTable } from './seen.ts'

/**
 * What the mail host itself asks its tables, as `doctor --mapping` prints it: `passdb: SELECT …`, a line for each
 * question. Only what is understood is used; nobody has to write queries in a certain way.
 */

/** The kinds of question, and who asks. */
export const QUERY_KINDS = ['passdb', 'userdb', 'recipients', 'aliases', 'domains'] as const
export type QueryKind = (typeof QUERY_KINDS)[number]

interface Column {
  table: SeenTable
  name: string
}

/** A column that is compared with a constant, or some bits of it. */
export interface FixedColumn {
  column: string
  value: string
  bits?: string
}

/** A condition, as the settings write it. */
interface Told {
  table: SeenTable
  column: string
  said: string
}

interface Asked {
  kind: QueryKind
  tables: SeenTable[]
  /** columns that are compared with the address, or its halves */
  whole: Column[]
  local: Column[]
  domain: Column[]
  /** those that are compared with a constant */
  fixed: (Column & Omit<FixedColumn, 'column'>)[]
  selected: { column: Column; as: string; text: string }[]
  told: Told[]
}

export interface Hints {
  mailbox: { table: SeenTable; password: string; place: AddressPlace | { local: string; domain: string } | null } | null
  /** what is asked of the mailbox's row besides: by the log-in, and by whoever takes mail; null: not told */
  atLogin: FixedColumn[] | null
  onDelivery: FixedColumn[] | null
  domain: { table: SeenTable; name: string; fixed: FixedColumn[] } | null
  alias: { table: SeenTable; source: string[]; destination: string | null } | null
  /** ends by a time and likenesses that are asked for, as the settings write them */
  told: (Told & { kind: QueryKind })[]
  /** what columns of a mailbox must hold for it to have a home, by their names; null: something that is not told */
  home: { table: SeenTable; holds: Map<string, string | null> } | null
  /** the column of the limits, and in what it counts */
  quota: { table: SeenTable; column: string; unit: string } | null
  /** what Dovecot takes a hash for that has no `{SCHEME}` in front, in capital letters */
  scheme: string | null
}

export function readHints(text: string, tables: readonly SeenTable[]): Hints {
  const asked = text.split('\n').flatMap((line) => readQuery(line, tables) ?? [])
  const of = (kind: QueryKind) => asked.filter((one) => one.kind === kind)
  const mailbox = of('passdb').flatMap(mailboxIn)[0] ?? null
  // Of those who take mail, all have to be heard.
  const isTold = of('userdb').length > 0 && of('recipients').length > 0
  return {
    mailbox,
    atLogin: mailbox && fixedOf(of('passdb'), mailbox.table),
    onDelivery: mailbox && isTold ? fixedOf([...of('userdb'), ...of('recipients')], mailbox.table) : null,
    domain: of('domains').flatMap(domainIn)[0] ?? null,
    alias: of('aliases').flatMap(aliasIn)[0] ?? null,
    told: asked.flatMap(({ kind, told }) => told.map((one) => ({ ...one, kind }))),
    home: mailbox && homeIn([...of('userdb'), ...of('passdb')], mailbox.table),
    quota: [...of('userdb'), ...of('passdb')].flatMap(quotaIn)[0] ?? null,
    scheme: /^\s*scheme\s*:\s*([A-Z0-9-]+(?:\.[A-Z0-9]+)?)\s*$/im.exec(text)?.[1]?.toUpperCase() ?? null,
  }
}

const textColumn = (table: SeenTable, piece: string): string[] => {
  const column = columnOf(table, piece.replaceAll('`', '').split('.').at(-1) ?? '')
  return column && isTextual(column) ? [column.name] : []
}

/**
 * `CONCAT('/var/vmail/', domain, '/', local_part)`: what the home is made of has to be there, and some of it is known.
 */
function homeIn(asked: readonly Asked[], table: SeenTable): Hints['home'] {
  const holds = new Map<string, string | null>()
  const isHome = ({ as }: Asked['selected'][number]) => /^(?:userdb_)?(?:home|mail|mail_path|maildir)$/i.test(as)
  for (const { text } of asked.flatMap(({ selected }) => selected.filter(isHome))) {
    const pieces =
      text.replace(/\s+AS\s+[`'"]?\w+[`'"]?\s*$/i, '').match(new RegExp(`'[^']*'|(?:${path})(?!\\s*\\()`, 'g')) ?? []
    const columns = pieces.flatMap((piece) => textColumn(table, piece))
    const ofDomain = columns.some((column) => /dom/i.test(column)) || /%d|domain/i.test(text)
    for (const column of columns) {
      const at = pieces.findIndex((piece) => piece.replaceAll('`', '').split('.').at(-1) === column)
      const isBelow = /^'.*\/'$/.test(pieces[at - 1] ?? '') && at === pieces.length - 1
      if (/home|dir|path|folder|stor|^mail$/i.test(column)) holds.set(column, isBelow ? '{domain}/{local}/' : null)
      else if (/dom/i.test(column)) holds.set(column, '{domain}')
      else if (ofDomain && /local|user|name/i.test(column)) holds.set(column, '{local}')
    }
  }
  return holds.size === 0 ? null : { table, holds }
}

/** Times or by a number, as another type, with a unit behind, and nothing else. */
const factors = String.raw`((?:[\s)]|[*/]\s*\d+|AS\s+(?:CHAR|(?:UN)?SIGNED)(?=\s*\)))*)`
const countedAs = String.raw`${factors}(?:,\s*'([^']*)')?[\s)]*(?:(?:AS\s+)?[\`'"]?\w+[\`'"]?)?\s*$`

/** `CONCAT('*:bytes=', quota * 1048576)`, `CONCAT(quota, 'M')`: the query says what one of the column's units is. */
function quotaIn({ selected }: Asked): NonNullable<Hints['quota']>[] {
  return selected.flatMap(({ column: { table, name }, as, text }) => {
    const type = columnOf(table, name)
    const counted = new RegExp(`(?<!\\w)${name.replaceAll('$', '\\$')}(?!\\w)\`?${countedAs}`, 'i')
    const [whole, times = '', after = ''] = counted.exec(text) ?? []
    if (whole === undefined || !/quota/i.test(as) || !type || !isNumber(type)) return []
    const [, letter] = /^([KMGTBS]?)(?:i?B)?$/i.exec(after) ?? []
    const given = /storage=/.test(text) ? 'K' : 'B'
    const unit = bytesOf[(letter || given).toUpperCase()]
    if (letter === undefined || unit === undefined) return []
    const bytes = [...times.matchAll(/([*/])\s*(\d+)/g)].reduce(
      (product, [, sign, number]) => (sign === '*' ? product * Number(number) : product / Number(number)),
      unit,
    )
    const written = { 1: 'B', 1024: 'KiB', [1024 ** 2]: 'MiB', [1024 ** 3]: 'GiB' }[bytes] ?? String(bytes)
    return Number.isSafeInteger(bytes) && bytes > 0 ? [{ table, column: name, unit: written }] : []
  })
}

const bytesOf: Readonly<Record<string, number>> = {
  B: 1,
  S: 1,
  K: 1024,
  M: 1024 ** 2,
  G: 1024 ** 3,
  T: 1024 ** 4,
}

function mailboxIn({ selected, whole, local, domain }: Asked): NonNullable<Hints['mailbox']>[] {
  const isCalledSo = ({ as, column }: Asked['selected'][number]) =>
    as === 'password' || /pass|crypt|pwd/i.test(column.name)
  const password = selected.find(isCalledSo)?.column
  if (password === undefined) return []
  const { table } = password
  const inTable = (columns: Column[]) => columns.find((one) => one.table === table)?.name
  const [one, half, other] = [inTable(whole), inTable(local), inTable(domain)]
  if (one !== undefined) return [{ table, password: password.name, place: { whole: one } }]
  const place = half !== undefined && other !== undefined ? { local: half, domain: other } : null
  return [{ table, password: password.name, place }]
}

const domainIn = ({ whole, domain, fixed }: Asked): NonNullable<Hints['domain']>[] => {
  const [found] = [...whole, ...domain]
  if (!found) return []
  const { table, name } = found
  return [
    {
      table,
      name,
      fixed: fixed.filter((one) => one.table === table).map((one) => ({ column: one.name, value: one.value })),
    },
  ]
}

const aliasIn = ({ whole, local, domain, selected }: Asked): NonNullable<Hints['alias']>[] => {
  const [first] = [...whole, ...local]
  if (!first) return []
  const { table } = first
  const source = [...whole, ...local, ...domain].filter((one) => one.table === table).map(({ name }) => name)
  return [{ table, source, destination: selected.find(({ column }) => column.table === table)?.column.name ?? null }]
}

const fixedOf = (asked: readonly Asked[], table: SeenTable): FixedColumn[] => {
  const found = asked.flatMap(({ fixed }) => fixed).filter((one) => one.table === table)
  return [
    ...new Map(
      found.map(({ name, value, bits }) => [name, { column: name, value, ...(bits ? { bits } : {}) }]),
    ).values(),
  ]
}

const identifier = '`?[\\w$-]+`?'
const path = `${identifier}(?:\\.${identifier}){0,2}`

function readQuery(line: string, tables: readonly SeenTable[]): Asked | null {
  const [, name = '', query = ''] = /^\s*(\w+)\s*:\s*(SELECT\s.*)$/is.exec(line) ?? []
  const kind = QUERY_KINDS.find((one) => one === name)
  const [, select = '', from = '', where = ''] =
    /^SELECT\s+(.*?)\s+FROM\s+(.*?)(?:\s+WHERE\s+(.*))?$/is.exec(query) ?? []
  if (kind === undefined || from === '') return null

  const named = namedTables(from, tables)
  const find = (text: string): Column | null => {
    const parts = text.replaceAll('`', '').split('.')
    const column = parts.pop() ?? ''
    const qualifier = parts.pop()?.toLowerCase()
    for (const [as, table] of named) {
      const found = (qualifier === undefined || as === qualifier) && columnOf(table, column)
      if (found) return { table, name: found.name }
    }
    return null
  }
  const asked: Asked = {
    kind,
    tables: [...new Set(named.values())],
    whole: [],
    local: [],
    domain: [],
    fixed: [],
    selected: [],
    told: [],
  }
  for (const piece of splitAtCommas(select)) {
    const [, text = '', as] =
      new RegExp(`(${path})\\)*\\s*(?:\\s(?:AS\\s+)?[\`'"]?(\\w+)[\`'"]?)?$`, 'i').exec(piece.trim()) ?? []
    const column = find(text) ?? firstColumn(piece, find)
    if (column !== null) asked.selected.push({ column, as: as ?? column.name, text: piece })
  }
  const conditions = `${from} WHERE ${where}`
  asked.told = [...endsIn(conditions, find), ...likenessesIn(conditions, find)]
  const joined = new RegExp(`CONCAT\\s*\\(\\s*(${path})\\s*,\\s*'@'\\s*,\\s*(${path})\\s*\\)\\s*=\\s*'[^']*'`, 'gi')
  for (const [, half = '', other = ''] of conditions.matchAll(joined)) {
    const [one, two] = [find(half), find(other)]
    if (one) asked.local.push(one)
    if (two) asked.domain.push(two)
  }
  const compared = new RegExp(
    `(${path})\\s*\\)?\\s*(?:=|<=>|\\sLIKE\\s)\\s*(?:LOWER\\s*\\()?\\s*(?:'([^']*)'|(\\d+|TRUE|FALSE)\\b)`,
    'gi',
  )
  for (const [, text = '', quoted, plain] of conditions.replace(joined, '').matchAll(compared)) {
    const column = find(text)
    if (column === null) continue
    const variable = variableIn(quoted ?? '', kind)
    if (variable !== null) asked[variable].push(column)
    else if (quoted === undefined || /^[\w:. -]{0,30}$/.test(quoted)) {
      const word = (plain ?? '').toLowerCase()
      asked.fixed.push({ ...column, value: quoted ?? (word === 'true' ? '1' : word === 'false' ? '0' : word) })
    }
  }
  for (const [, not, text = '', bits = ''] of conditions.matchAll(
    new RegExp(`\\bAND\\s+(NOT\\s+)?\\(?\\s*(${path})\\s*&\\s*(\\d+)\\s*\\)?(?=\\s+AND\\b|\\s*$)`, 'gi'),
  )) {
    const column = find(text)
    if (column !== null) asked.fixed.push({ ...column, bits, value: not === undefined ? bits : '0' })
  }
  for (const [, text = ''] of conditions.matchAll(new RegExp(`\\bAND\\s+(${path})(?=\\s+AND\\b|\\s*$)`, 'gi'))) {
    const column = find(text)
    if (column !== null) asked.fixed.push({ ...column, value: '1' })
  }
  return asked
}

type Find = (text: string) => Column | null

/** `expires IS NULL OR expires > NOW()`, or without the first half. */
function endsIn(conditions: string, find: Find): Told[] {
  const now = String.raw`(?:NOW\(\)|CURRENT_TIMESTAMP(?:\(\))?|SYSDATE\(\)|CURDATE\(\)|CURRENT_DATE(?:\(\))?|(UNIX_TIMESTAMP\(\)))`
  const pattern = new RegExp(`(?:(${path})\\s+IS\\s+NULL\\s+OR\\s+)?(?<![\\w.\`])(${path})\\s*(>=?)\\s*${now}`, 'gi')
  return [...conditions.matchAll(pattern)].flatMap(([, orNull, text = '', sign = '>', seconds]) => {
    const column = find(text)
    if (column === null) return []
    const name = writeName([column.name])
    const end = `${name}${sign}${seconds === undefined ? '{now}' : '{unix}'}`
    return [
      { table: column.table, column: column.name, said: orNull === undefined ? end : `${name} IS NULL OR ${end}` },
    ]
  })
}

/** `transport LIKE 'lmtp:%'` */
function likenessesIn(conditions: string, find: Find): Told[] {
  const pattern = new RegExp(`(?<![\\w.\`])(${path})\\s+(NOT\\s+)?LIKE\\s+'((?:[\\w:./@-]|%%?(?![\\w{]))+)'`, 'gi')
  return [...conditions.matchAll(pattern)].flatMap(([, text = '', not, like = '']) => {
    const column = find(text)
    const pieces = like.replaceAll('%%', '%')
    if (column === null || !pieces.includes('%')) return []
    const said = `${writeName([column.name])} ${not === undefined ? '' : 'NOT '}LIKE '${pieces}'`
    return [{ table: column.table, column: column.name, said }]
  })
}

/** The tables by what the query calls them. */
function namedTables(from: string, tables: readonly SeenTable[]): Map<string, SeenTable> {
  const named = new Map<string, SeenTable>()
  const pattern = new RegExp(
    `(?:^|,|\\bJOIN\\b)\\s*\\(?\\s*(${path})(?:\\s+(?:AS\\s+)?(?!(?:LEFT|RIGHT|INNER|CROSS|JOIN|ON|USING|WHERE)\\b)(\\w+))?`,
    'gi',
  )
  for (const [, text = '', as] of from.matchAll(pattern)) {
    const parts = text.replaceAll('`', '').split('.')
    const name = parts.pop()?.toLowerCase()
    const schema = parts.pop()?.toLowerCase()
    const table =
      tables.find((one) => one.name.toLowerCase() === name && one.schema?.toLowerCase() === schema) ??
      tables.find((one) => one.name.toLowerCase() === name)
    if (table) named.set((as ?? name ?? '').toLowerCase(), table)
  }
  return named
}

function firstColumn(piece: string, find: (text: string) => Column | null): Column | null {
  for (const [text] of piece.matchAll(new RegExp(path, 'g'))) {
    const column = find(text)
    if (column !== null) return column
  }
  return null
}

function splitAtCommas(text: string): string[] {
  const pieces: string[] = []
  let [piece, depth] = ['', 0]
  for (const sign of text) {
    if (sign === '(') depth++
    if (sign === ')') depth--
    if (sign === ',' && depth === 0) {
      pieces.push(piece)
      piece = ''
    } else piece += sign
  }
  return [...pieces, piece]
}

/** Which part of the address it is: Dovecot and Postfix mean different things by %u. */
function variableIn(text: string, kind: QueryKind): 'whole' | 'local' | 'domain' | null {
  const said = text.toLowerCase().replace(/\s/g, '')
  if (kind === 'passdb' || kind === 'userdb') {
    if (/^%l?u$|^%\{user(?:\|lower|\|upper)*\}$|^%\{user\|username.*\}@%\{user\|domain.*\}$|^%l?n@%l?d$/.test(said))
      return 'whole'
    if (/^%l?n$|^%\{(?:user\|)?username.*\}$/.test(said)) return 'local'
    return /^%l?d$|^%\{(?:user\|)?domain.*\}$/.test(said) ? 'domain' : null
  }
  if (/^%s$|^%u@%d$/.test(said)) return kind === 'domains' ? 'domain' : 'whole'
  if (said === '%u') return 'local'
  return said === '%d' ? 'domain' : null
}
