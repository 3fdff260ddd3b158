import * as v from 'valibot'
import { presets } from '../presets/index.ts'
import type { Preset } from '../presets/preset.ts'
import { mappingEntries, type MappingVariable } from '../settings.ts'
import { findAddresses, writePlace } from './addresses.ts'
import type { Aliases } from './aliases.ts'
import { findUsage } from './companions.ts'
import { findDomains } from './domains.ts'
import { findLogins } from './logins.ts'
import { findProducts, type Product } from './products.ts'
import { readHints, type Hints } from './queries.ts'
import {
  HASH_VARIABLES,
  ofRows,
  Report,
  writeTable,
  type Finding,
  type Reason,
  type Recognition,
} from './recognition.ts'
import { sayAliases, type WithMailbox } from './say-aliases.ts'
import { sayCompanions, sayOtherAliases, sayTaken } from './say-companions.ts'
import { sayDomains } from './say-domains.ts'
import { sayMailboxes, type NewMailboxes } from './say-mailboxes.ts'
import { setScene } from './scene.ts'
import type { SeenTable } from './seen.ts'
import { writeAssignments, writeName } from './write.ts'

/** Of more tables than a mail server has, only so many are looked at closely. */
const mostTables = 150

/**
 * What a mail server's tables are: by what the mail host asks, by the names of known products, by keys, by what the
 * rows hold, and by names last. Pure.
 * @param tables the likeliest first
 * @param queries what the mail host asks, as `doctor --mapping` prints it
 * @param withProducts whether it knows the products
 */
export function recognise(
  tables: readonly SeenTable[],
  { queries = '', withProducts = true }: { queries?: string; withProducts?: boolean } = {},
): Recognition {
  const seen = tables.filter(({ name }) => !/^colombier_/i.test(name))
  const hints = readHints(queries, seen)
  const { made, ...read } = readTables(closely(seen, hints), hints)
  const [product] = withProducts ? findProducts(seen) : []
  return product === undefined ? read : ofProduct(product, read, made, hints)
}

/** Those that are looked at closely: what the mail host asks is among them. */
function closely(tables: readonly SeenTable[], { mailbox, domain, alias }: Hints): SeenTable[] {
  const asked = [mailbox, domain, alias].flatMap((one) => (one === null ? [] : [one.table]))
  return [...new Set([...asked, ...tables.slice(0, mostTables)])]
}

type Read = Recognition & { made: NewMailboxes | null }

function readTables(tables: readonly SeenTable[], hints: Hints): Read {
  const report = new Report()
  const result = (isGuess: boolean, made: NewMailboxes | null): Read => {
    const { findings, questions, obstacles } = report
    return { product: null, absent: [], findings, questions, obstacles, isGuess, made }
  }
  const scene = setScene(tables, hints)
  if (scene === null) {
    const logins = findLogins(tables)
    const table = logins === null && findWithoutPasswords(tables)
    if (logins) report.hinder('loginIsNotAddress', writeTable(logins.addresses), logins.view)
    else report.hinder(table ? 'passwordElsewhere' : 'noMailboxes', table ? writeTable(table) : '')
    return result(true, null)
  }
  const { mailboxes, boxes, domains, aliases, isNamed, login } = scene
  const usage = findUsage(tables, mailboxes, boxes, login?.column ?? null)
  const made = sayMailboxes(report, scene, usage)
  sayDomains(report, scene)
  if (aliases === null) report.say('ALIAS_TABLE', '-', { by: 'absence' })
  const others = aliases === null ? sayOtherAliases(report, scene) : tablesOf(aliases)
  const used = [mailboxes.table, ...others, ...(domains ? [domains.table] : [])]
  if (aliases !== null || others.length === 0) sayTaken(report, scene, used)
  const nothing: WithMailbox = { inserts: [], deletes: [] }
  sayCompanions(report, scene, aliases ? sayAliases(report, scene, aliases) : nothing, {
    usage,
    quota: made.quota,
    without: used,
  })
  if (usage) {
    report.say('USAGE_TABLE', writeTable(usage.table), ofRows(usage.held.size, usage.table.rows.length))
    const place = writePlace(usage.address, isNamed)
    report.say('USAGE_ADDRESS', usage.byLogin ? `login:${place}` : place, { by: 'key' })
    report.say('USAGE_BYTES', writeName([usage.bytes]), { by: 'name' }, 'likely')
  }
  return result(boxes.rows.length === 0, made)
}

const tablesOf = ({ table, elsewhere }: Aliases): SeenTable[] => [table, ...(elsewhere ? [elsewhere.table] : [])]

/** A table of mailboxes by its names, whose passwords stand in none of its columns. */
function findWithoutPasswords(tables: readonly SeenTable[]): SeenTable | null {
  const candidates = findDomains(tables)
  const isNamedSo = ({ name }: SeenTable) =>
    /mail|box|account|user/i.test(name) && !/alias|forward|log|list|filter/i.test(name)
  return tables.find((table) => isNamedSo(table) && findAddresses(table, table.rows, candidates).length > 0) ?? null
}

/** What the product says of them; what the rows of this server hold goes before what it has by default. */
function ofProduct(product: Product, read: Recognition, made: NewMailboxes | null, hints: Hints): Recognition {
  const { name, changed, absent } = product
  const preset: Preset = { ...presets[name], ...changed }
  const reason: Reason = { by: 'product', product: name }
  const sure = { reason, confidence: 'sure', runnerUp: null } as const
  const said = Object.entries(changed).map(([variable, value]): Finding => ({
    variable: variable as MappingVariable,
    value,
    ...sure,
  }))
  const isRead = read.findings.some(
    ({ variable, value }) => variable === 'MAILBOX_TABLE' && value === (preset.MAILBOX_TABLE ?? 'virtual_users'),
  )
  const ofServer = read.findings.filter(
    ({ variable, value }) =>
      (variable === 'PASSWORD_PREFIX' && value === 'false') || HASH_VARIABLES.some((one) => one === variable),
  )
  const asked = saidByQueries(preset, read.findings, hints)
  const insert = made && insertLike(preset.MAILBOX_INSERT ?? '-', made)
  return {
    product: name,
    absent,
    findings: [
      { variable: 'MAIL_SCHEMA', value: name, ...sure },
      ...said,
      ...(isRead ? [...ofServer, ...asked, ...(insert ? [insert] : [])] : []),
    ],
    questions: [],
    obstacles: read.obstacles.filter(
      ({ kind }) =>
        isRead && (kind === 'narrowPassword' || (kind === 'untoldRows' && preset.MAILBOX_WHERE === undefined)),
    ),
    isGuess: read.isGuess,
  }
}

/** What the mail host asks otherwise than the product's does: columns that close a mailbox, a unit of the limits. */
function saidByQueries(preset: Preset, findings: readonly Finding[], { atLogin }: Hints): Finding[] {
  const find = (one: MappingVariable) => findings.find(({ variable }) => variable === one)
  const isSame = ({ variable, value }: Finding) =>
    value === (preset[variable as MappingVariable] ?? mappingEntries[variable as MappingVariable].default)
  const [open, quota, unit] = [find('MAILBOX_OPEN'), find('MAILBOX_QUOTA'), find('MAILBOX_QUOTA_UNIT')]
  const flags = open?.reason.by === 'query' ? v.parse(mappingEntries.MAILBOX_OPEN, open.value) : []
  // What is asked on delivery alone closes nothing.
  const areAsked = flags.every(({ column }) => atLogin?.some((one) => one.column === column.path[0]))
  const said = [
    ...(flags.length > 0 && areAsked ? [open, find('MAILBOX_LOCKED'), find('LOCK')] : []),
    ...(unit?.reason.by === 'query' && quota && isSame(quota) ? [unit] : []),
  ]
  return said.filter((one) => one !== undefined).filter((one) => !isSame(one))
}

/** The product's values of a new mailbox, but for those that most rows of this server do not have and others say. */
function insertLike(text: string, { set: found, rows }: NewMailboxes): Finding | null {
  let [some, isOther] = [rows.length, false]
  const set = v.parse(mappingEntries.MAILBOX_INSERT, text).map(({ column: { path }, value }) => {
    const [column = ''] = path
    const other = found.find((one) => one.column.toLowerCase() === column.toLowerCase())
    if (!other?.sure || value === null || other.value === value || /\{(?:now|unix|u[ul]id|quota|domain\.)/.test(value))
      return { column, value }
    const fitting = rows.filter(({ row, known }) => (row[other.column] ?? '').toLowerCase() === fillIn(value, known))
    if (fitting.length * 2 > rows.length) return { column, value }
    isOther = true
    some = Math.min(some, other.some)
    return { column, value: other.value }
  })
  if (!isOther) return null
  const reason = ofRows(some, rows.length)
  return { variable: 'MAILBOX_INSERT', value: writeAssignments(set), reason, confidence: 'likely', runnerUp: text }
}

const fillIn = (value: string, known: Readonly<Record<string, string>>): string =>
  value.replace(/\{(\w+)\}/g, (placeholder, key: string) => known[key] ?? placeholder).toLowerCase()
