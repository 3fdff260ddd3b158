import { unmatchableHash } from '../../../connector/contract/lock.ts'
import { isBit, placeholdersIn } from '../../../connector/mapping/placeholders.ts'
import type { MappingVariable } from '../../../connector/mapping/settings.ts'
import {
  columnsIn,
  type AddressColumns,
  type Assignment,
  type DomainLink,
  type Mapping,
  type QuotaMapping,
} from '../../../connector/mapping/mapping.ts'
import { writeQuota } from '../../../connector/mapping/quota.ts'
import type { Name } from '../../../connector/mapping/sql.ts'
import type { Say } from './report.ts'
import type { Column, MailTable } from './tables.ts'

interface Wanted {
  /** characters of a new hash */
  hashLength: number
  scheme: string
  quotaMaxBytes: number
}

/** A row that the web app inserts: its table, its columns, and the variable that adds more columns. */
interface NewRow {
  variable: MappingVariable
  table: Name
  columns: Name[]
  set: Assignment[]
}

/** Checks that the mail server's columns can hold what is written to them. */
export function checkColumns(say: Say, mapping: Mapping, tables: Map<string, MailTable>, wanted: Wanted): void {
  let well = true as boolean
  const tell: Say = (level, what, remedy) => {
    if (level === 'fail') well = false
    say(level, what, remedy)
  }
  for (const row of newRows(mapping)) {
    const table = tables.get(row.table.text)
    if (table) {
      checkRequired(tell, row, table)
      checkUnique(tell, row, table)
    }
  }
  for (const { variable, table, set } of written(mapping)) checkValues(tell, variable, tables.get(table.text), set)
  checkIds(tell, mapping, tables)
  checkPassword(tell, mapping, tables, wanted)
  checkQuota(tell, mapping, tables, wanted)
  if (well) say('ok', "the mail server's columns can hold what is written to them")
}

function newRows(mapping: Mapping): NewRow[] {
  const { mailbox, alias, actions } = mapping
  const rows: NewRow[] = []
  if (actions.includes('create')) {
    rows.push({
      variable: 'MAILBOX_INSERT',
      table: mailbox.table,
      columns: [
        ...ownColumns(mailbox.address, mailbox.domain),
        ...(mailbox.passwordAt ? [] : [mailbox.password]),
        ...(mailbox.quota?.at === null ? [mailbox.quota.column] : []),
      ],
      set: [...mailbox.insert, ...mailbox.open],
    })
    for (const { table, columns } of mapping.companionInsert)
      rows.push({ variable: 'COMPANION_INSERT', table, columns: [], set: columns })
  }
  if (alias && actions.includes('aliases')) {
    const { named } = alias
    const own = named ?? alias
    const leading = columnsIn(alias.destination)
    const columns = [...ownColumns(own.address, own.domain), ...(named ? [] : leading)]
    rows.push({ variable: 'ALIAS_INSERT', table: own.table, columns, set: own.insert })
    if (named)
      rows.push({
        variable: 'ALIAS_DESTINATION',
        table: alias.table,
        columns: [...columnsIn(alias.address), ...leading],
        set: alias.insert,
      })
  }
  return rows
}

const ownColumns = (address: AddressColumns, link: DomainLink | null): Name[] => [
  ...columnsIn(address),
  ...(link ? [link.column] : []),
]

function written(mapping: Mapping): Pick<NewRow, 'variable' | 'table' | 'set'>[] {
  const { mailbox, alias } = mapping
  return [
    ...newRows(mapping).map((row) => (row.variable === 'MAILBOX_INSERT' ? { ...row, set: mailbox.insert } : row)),
    { variable: 'MAILBOX_OPEN', table: mailbox.table, set: mailbox.open },
    { variable: 'MAILBOX_LOCKED', table: mailbox.table, set: mailbox.locked },
    { variable: 'MAILBOX_ON_PASSWORD', table: mailbox.table, set: mailbox.onPassword },
    { variable: 'MAILBOX_DELETE', table: mailbox.table, set: mailbox.onDelete },
    ...(alias ? [{ variable: 'ALIAS_DELETE' as const, table: alias.table, set: alias.onDelete }] : []),
  ]
}

const lower = ({ path }: Name): string => (path[0] ?? '').toLowerCase()

function checkRequired(say: Say, { variable, columns, set }: NewRow, table: MailTable) {
  const given = new Set([...columns, ...set.map(({ column }) => column)].map(lower))
  const lacking = table.columns.filter(({ name, optional }) => !optional && !given.has(name.toLowerCase()))
  if (lacking.length === 0) return
  const names = lacking.map(({ name }) => name).join(', ')
  say('fail', `${table.text} needs a value for ${names} in each new row`, `add it to ${variable}`)
}

/** Looks for a unique key whose values are the same in every new row: the second row would be refused. */
function checkUnique(say: Say, { variable, columns, set }: NewRow, table: MailTable) {
  const varies = new Set(columns.map(lower))
  for (const { column, value } of set) if (value === null || placeholdersIn(value).length > 0) varies.add(lower(column))
  const isSet = new Set(set.map(({ column }) => lower(column)))
  const isFixed = (name: string) => {
    const column = table.columns.find((one) => one.name.toLowerCase() === name)
    return column !== undefined && !varies.has(name) && (isSet.has(name) || (!column.nullable && !column.counted))
  }
  const keys = table.indexes.filter(({ unique, columns: parts }) => unique && parts.every(isFixed))
  for (const parts of new Set(keys.map((key) => key.columns.join(', ')))) {
    say(
      'fail',
      `${table.text} has a unique key of ${parts}, which every new row would have alike`,
      `give it a value with a placeholder in ${variable}`,
    )
  }
}

const wholeNumbers: Record<string, number> = { tinyint: 8, smallint: 16, mediumint: 24, int: 32, bigint: 64 }
const times = new Set(['datetime', 'timestamp', 'date', 'time'])

function checkValues(say: Say, variable: MappingVariable, table: MailTable | undefined, set: Assignment[]) {
  for (const { column: name, value, bits } of set) {
    const column = table?.columns.find((one) => one.name.toLowerCase() === lower(name))
    const ofKind = column && value !== null && (bits === undefined ? kindFault(column, value) : bitsFault(column))
    const fault = column && (value === null ? nullFault(column) : (ofKind ?? textFault(column, value)))
    if (table && column && fault)
      say('fail', `${variable}: the column ${column.name} of ${table.text} ${fault.what}`, fault.remedy)
  }
}

/** Why a column cannot take a value: `what` goes on after its name. */
interface Fault {
  what: string
  remedy?: string
}

const nullFault = ({ nullable }: Column): Fault | null =>
  nullable ? null : { what: 'cannot be NULL', remedy: 'give it another value' }

/** Ids of raw bytes that are taken for text. */
function checkIds(say: Say, { mailbox, domain }: Mapping, tables: Map<string, MailTable>) {
  for (const [variable, { text }, id] of [
    ['MAILBOX_ID', mailbox.table, mailbox.id],
    ['DOMAIN_ID', domain.table, domain.id],
  ] as const) {
    const table = tables.get(text)
    const column = id && table?.columns.find((one) => one.name.toLowerCase() === lower(id))
    if (!table || !column || id.isRaw || column.type !== 'binary' || column.mostChars !== 16) continue
    say(
      'fail',
      `${variable}: the column ${column.name} of ${table.text} holds 16 raw bytes`,
      `write bytes:${column.name}`,
    )
  }
}

/** A value of another kind than the column's: a time for a number, a digit for a bit. */
function kindFault({ type, mostChars }: Column, value: string): Fault | null {
  const isNumber = type in wholeNumbers
  if (isNumber && value === '{now}') return { what: 'is a number, and {now} a time', remedy: 'write {unix}' }
  if (times.has(type) && value === '{unix}') return { what: 'is a time, and {unix} a number', remedy: 'write {now}' }
  const isRaw = /\{u[ul]id:bytes\}/.test(value)
  if (/^(?:var)?binary$/.test(type) && mostChars === 16 && /^\{u[ul]id\}$/.test(value))
    return { what: 'is of 16 raw bytes', remedy: `write ${value.replace('}', ':bytes}')}` }
  if (isRaw && !/binary|blob/.test(type))
    return { what: 'is not of bytes', remedy: `write ${value.replace(':bytes', '')}` }
  if (type === 'bit' && !isBit(value)) return { what: 'is of bits', remedy: 'write {0} or {1}' }
  if (!isNumber && type !== 'bit' && isBit(value))
    return { what: 'is not of bits', remedy: 'write the value without braces' }
  return null
}

const bitsFault = ({ type }: Column): Fault | null =>
  type in wholeNumbers ? null : { what: 'is no whole number, which & asks of it' }

/** A value that is what it is, with no placeholder, and does not suit the column. */
function textFault({ type, fullType, mostChars }: Column, value: string): Fault | null {
  if (value.includes('{')) return null
  if (type in wholeNumbers && !/^-?\d+$/.test(value)) return { what: 'is a number, and its value is none' }
  if (type === 'enum') {
    const choices = [...fullType.matchAll(/'((?:[^']|'')*)'/g)].map(([, one = '']) => one.replaceAll("''", "'"))
    const isKnown = choices.some((one) => one.toLowerCase() === value.toLowerCase())
    return isKnown ? null : { what: 'does not know its value', remedy: `it is one of ${choices.join(', ')}` }
  }
  if (mostChars !== null && value.length > mostChars)
    return { what: `has room for ${mostChars} characters, and its value has more` }
  return null
}

/** The schemes with short hashes, and how many characters those have. */
const shorterHashes = (prefix: boolean): [scheme: string, characters: number][] => [
  ['bcrypt', prefix ? 71 : 60],
  ['sha256-crypt with SHA_CRYPT_ROUNDS=5000', prefix ? 77 : 63],
  ['sha512-crypt with SHA_CRYPT_ROUNDS=5000', prefix ? 120 : 106],
]

function checkPassword(say: Say, mapping: Mapping, tables: Map<string, MailTable>, wanted: Wanted) {
  const { mailbox, actions, passwordPrefix } = mapping
  const table = tables.get((mailbox.passwordAt ?? mailbox).table.text)
  const column = table?.columns.find(({ name }) => name.toLowerCase() === lower(mailbox.password))
  if (!table || !column || column.mostChars === null) return
  const room = column.mostChars
  const place = `MAILBOX_PASSWORD: the column ${column.name} of ${table.text} has room for ${room} characters`

  const writesHashes = actions.includes('create') || actions.includes('password')
  if (writesHashes && room < wanted.hashLength)
    say('fail', `${place}, and a hash of ${wanted.scheme} has ${wanted.hashLength}`, howToFit(room, passwordPrefix))
  const lock = unmatchableHash().length
  if (room < lock) say('fail', `${place}, and the value of a lock has ${lock}`, 'let it hold more')
}

function howToFit(room: number, prefix: boolean): string {
  const fitting = (withPrefix: boolean) => shorterHashes(withPrefix).filter(([, characters]) => characters <= room)
  const say = (hashes: ReturnType<typeof shorterHashes>) =>
    hashes.map(([scheme, characters]) => `${scheme} takes ${characters}`).join(', ')
  const [asSet, without] = [fitting(prefix), fitting(false)]
  if (asSet.length > 0) return `choose another PASSWORD_SCHEME: ${say(asSet)}`
  if (without.length > 0) return `set PASSWORD_PREFIX=false and choose another PASSWORD_SCHEME: ${say(without)}`
  return 'no hash that Colombier makes fits: let it hold more, or leave create and password out of MAIL_ACTIONS'
}

function checkQuota(say: Say, { mailbox }: Mapping, tables: Map<string, MailTable>, wanted: Wanted) {
  const { quota } = mailbox
  const table = tables.get((quota?.at ?? mailbox).table.text)
  const column = quota && table?.columns.find(({ name }) => name.toLowerCase() === lower(quota.column))
  if (!quota || !table || !column) return
  const place = `MAILBOX_QUOTA: the column ${column.name} of ${table.text}`
  const most = writeQuota(quota, wanted.quotaMaxBytes) ?? ''
  if (!fits(column, most)) {
    say(
      'fail',
      `${place} (${column.fullType}) cannot hold QUOTA_MAX, which is ${most} there`,
      `set QUOTA_MAX to ${mostBytes(column, quota)} or less`,
    )
  }
  const [unlimited] = quota.unlimited
  if (unlimited === null ? !column.nullable : unlimited !== undefined && !fits(column, unlimited))
    say('fail', `${place} (${column.fullType}) cannot hold the first value of MAILBOX_QUOTA_UNLIMITED`, 'name another')
}

function range({ type, fullType }: Column): [least: bigint, most: bigint] | null {
  const bits = wholeNumbers[type]
  if (bits === undefined) return null
  const all = 2n ** BigInt(bits)
  return fullType.includes('unsigned') ? [0n, all - 1n] : [-all / 2n, all / 2n - 1n]
}

function fits(column: Column, value: string): boolean {
  const limits = range(column)
  if (limits && /^-?\d+$/.test(value)) return BigInt(value) >= limits[0] && BigInt(value) <= limits[1]
  if (limits) return false
  return column.mostChars === null || value.length <= column.mostChars
}

const mostBytes = (column: Column, { unit }: QuotaMapping): string => {
  const limits = range(column)
  return limits && 'bytes' in unit ? String(limits[1] * BigInt(unit.bytes)) : 'what it holds'
}
