import type { PresetName } from '../presets/index.ts'
import { presets } from '../presets/index.ts'
import type { Preset } from '../presets/preset.ts'
import * as v from 'valibot'
import { mappingEntries, type MappingVariable } from '../settings.ts'
import { columnsOfPlace, domainColumns, findAddresses, writePlace, type AddressPlace } from './addresses.ts'
import { findAliases, findOtherDestinations, findSplitAliases, type Aliases } from './aliases.ts'
import { findCompanions, findUsage, idColumn, type Companionship } from './companions.ts'
import { findDomains, namesIn, rowsByName, type Domains } from './domains.ts'
import {
  findFlags,
  findMailboxes,
  type Flag,
  findQuota,
  readMailboxes,
  type MailboxRows,
  type Mailboxes,
} from './mailboxes.ts'
import { induce, type Induced, type KnownRow } from './new-rows.ts'
import { findProducts } from './products.ts'
import { readHints, type Hints } from './queries.ts'
import { readFlag, separate, writeFilters, type Filter } from './separate.ts'
import { columnOf, isTime, sameTable, cellsOf, isDomain, distinct, type SeenRow, type SeenTable } from './seen.ts'
import { writeAssignments, writeName } from './write.ts'

/** Why a variable is what it is said to be, in the order of trust. */
export type Reason =
  | { by: 'query' }
  | { by: 'product'; product: PresetName }
  | { by: 'key' }
  | { by: 'values'; some: number; all: number }
  | { by: 'name' }
  | { by: 'absence' }

export type Confidence = 'sure' | 'likely' | 'guess'

export interface Finding {
  variable: MappingVariable | 'MAIL_SCHEMA'
  value: string
  reason: Reason
  confidence: Confidence
  /** what it may be instead, where it was close */
  runnerUp: string | null
}

/** What has to be asked: a column that a new row needs, and of which nothing says what it holds. */
export interface Question {
  variable: 'MAILBOX_INSERT' | 'ALIAS_INSERT' | 'COMPANION_INSERT' | 'DOMAINS'
  table: string
  column: string
}

/** What the mapping cannot say of these tables. */
export interface Obstacle {
  kind:
    | 'noMailboxes'
    | 'passwordElsewhere'
    | 'loginIsNotAddress'
    | 'destinationsElsewhere'
    | 'destinationsById'
    | 'signedDestinations'
    | 'untoldRows'
    | 'narrowPassword'
  table: string
}

export interface Recognition {
  product: PresetName | null
  /** the product's tables that are not there, and are left out */
  absent: string[]
  findings: Finding[]
  questions: Question[]
  obstacles: Obstacle[]
  /** Whether there were no mailboxes to learn from: then names and keys are all that it goes by. */
  isGuess: boolean
}

/** The variables as they would stand in `.env`. */
export const settingsIn = ({ findings }: Pick<Recognition, 'findings'>): Record<string, string> =>
  Object.fromEntries(findings.map(({ variable, value }) => [variable, value]))

/** What Colombier makes by default: argon2id with `{SCHEME}` in front. */
const longestHash = 107

/** Of more tables than a mail server has, only so many are looked at closely. */
const mostTables = 150

/**
 * What a mail server's tables are, as far as keys, values and names tell. Pure.
 * @param tables the likeliest first
 * @param queries what the mail host asks, as `doctor --mapping` prints it
 * @param withProducts whether it knows the products' names, too
 */
export function recognise(
  tables: readonly SeenTable[],
  { queries = '', withProducts = true }: { queries?: string; withProducts?: boolean } = {},
): Recognition {
  const seen = tables.filter(({ name }) => !/^colombier_/i.test(name))
  const [product] = withProducts ? findProducts(seen) : []
  const hints = readHints(queries, seen)
  const { inMailbox, boxRows, ...generic } = read(withHinted(seen, hints), hints)
  if (product === undefined) return generic

  const preset: Preset = { ...presets[product.name], ...product.changed }
  const reason: Reason = { by: 'product', product: product.name }
  const said = Object.entries(product.changed).map(([variable, value]) => ({
    variable: variable as MappingVariable,
    value,
  }))
  const isSame = generic.findings.some(
    ({ variable, value }) => variable === 'MAILBOX_TABLE' && value === (preset.MAILBOX_TABLE ?? 'virtual_users'),
  )
  // What its rows hold on this server goes before what the product has by default.
  const own = isSame ? generic.findings.filter((one) => isOfThisServer(one)) : []
  const insert = isSame ? insertLike(preset.MAILBOX_INSERT ?? '-', inMailbox, boxRows) : null
  if (insert !== null) own.push(insert)
  return {
    product: product.name,
    absent: product.absent,
    findings: [
      { variable: 'MAIL_SCHEMA', value: product.name, reason, confidence: 'sure', runnerUp: null },
      ...said.map((one) => ({ ...one, reason, confidence: 'sure' as const, runnerUp: null })),
      ...own,
    ],
    questions: [],
    obstacles: generic.obstacles.filter(
      ({ kind }) =>
        isSame && (kind === 'narrowPassword' || (kind === 'untoldRows' && preset.MAILBOX_WHERE === undefined)),
    ),
    isGuess: generic.isGuess,
  }
}

/** The product's values of a new mailbox, but for those that the rows of this server do not have and others say. */
function insertLike(text: string, found: readonly Induced[], rows: readonly KnownRow[]): Finding | null {
  let [some, isOther] = [rows.length, false]
  const set = v.parse(mappingEntries.MAILBOX_INSERT, text).map(({ column: name, value }) => {
    const column = name.path.at(-1) ?? ''
    const other = found.find((one) => one.column.toLowerCase() === column.toLowerCase())
    if (!other?.sure || value === null || other.value === value || /\{(?:now|unix|uuid|quota|domain\.)/.test(value))
      return { column, value }
    const fitting = rows.filter(({ row, known }) => (row[other.column] ?? '').toLowerCase() === fillIn(value, known))
    if (fitting.length * 2 > rows.length) return { column, value }
    isOther = true
    some = Math.min(some, other.some)
    return { column, value: other.value }
  })
  if (!isOther) return null
  const reason: Reason = { by: 'values', some, all: rows.length }
  return { variable: 'MAILBOX_INSERT', value: writeAssignments(set), reason, confidence: 'likely', runnerUp: text }
}

const fillIn = (value: string, known: Readonly<Record<string, string>>): string =>
  value.replace(/\{(\w+)\}/g, (placeholder, key: string) => known[key] ?? placeholder).toLowerCase()

const isOfThisServer = ({ variable, value, confidence }: Finding): boolean =>
  variable === 'PASSWORD_PREFIX' && value === 'false' && confidence === 'sure'

/** Those that are looked at closely: what the mail host asks is among them. */
function withHinted(tables: readonly SeenTable[], { mailbox, domain, alias }: Hints): SeenTable[] {
  const hinted = [mailbox, domain, alias].flatMap((one) => (one === null ? [] : [one.table]))
  return [...new Set([...hinted, ...tables.slice(0, mostTables)])]
}

/** What was found, and what a new mailbox would hold by the rows that are there. */
type Read = Recognition & { inMailbox: readonly Induced[]; boxRows: readonly KnownRow[] }

function read(tables: readonly SeenTable[], hints: Hints): Read {
  const findings: Finding[] = []
  const questions: Question[] = []
  const obstacles: Obstacle[] = []
  const say = (
    variable: MappingVariable,
    value: string,
    reason: Reason,
    confidence: Confidence = reason.by === 'name' ? 'guess' : 'likely',
    runnerUp: string | null = null,
  ) => findings.push({ variable, value, reason, confidence, runnerUp: runnerUp === value ? null : runnerUp })
  const result = (isGuess: boolean, inMailbox: readonly Induced[] = [], boxRows: readonly KnownRow[] = []): Read => ({
    product: null,
    absent: [],
    findings,
    questions,
    obstacles,
    isGuess,
    inMailbox,
    boxRows,
  })

  const candidates = findDomains(tables, hints.domain)
  const [unasked, other] = findMailboxes(tables, candidates)
  const [asked] = hints.mailbox ? findMailboxes(tables, candidates, hints.mailbox) : []
  const mailboxes = asked && !(unasked && sayTheSame(unasked, asked, candidates)) ? asked : unasked
  if (!mailboxes) {
    const named = seenAddresses(tables, candidates)
    obstacles.push(
      named === null
        ? { kind: 'noMailboxes', table: '' }
        : { kind: 'passwordElsewhere', table: writeName([named.schema, named.name]) },
    )
    return result(true)
  }
  const domains = chooseDomains(candidates, mailboxes, hints.domain)
  const boxes = readMailboxes(mailboxes, domains)
  const { table, place } = mailboxes
  const isGuess = boxes.rows.length === 0
  const written = (one: SeenTable) => writeName([one.schema, one.name])
  const ofRows = (some: number, all: number): Reason => (all === 0 ? { by: 'name' } : { by: 'values', some, all })
  if (boxes.untold > 0) obstacles.push({ kind: 'untoldRows', table: written(table) })
  const room = columnOf(table, mailboxes.password)?.mostChars ?? longestHash
  if (room < longestHash)
    obstacles.push({ kind: 'narrowPassword', table: `${written(table)}.${writeName([mailboxes.password])}` })

  // Domains: by which column the others refer to them decides what DOMAIN_ID is.
  const link = findLink(table, boxes.rows, place, domains)
  const [unaskedAliases, ...otherAliases] = findAliases(tables, mailboxes, boxes, domains)
  const [askedAliases] = hints.alias ? findAliases(tables, mailboxes, boxes, domains, hints.alias) : []
  const aliasTable =
    unaskedAliases && askedAliases && haveTheSame(unaskedAliases, askedAliases)
      ? unaskedAliases
      : (askedAliases ?? unaskedAliases)
  const aliases = aliasTable ?? null
  const aliasLink = aliases && findLink(aliases.table, aliases.all, aliases.place, domains)
  const holds = [
    link?.holds,
    aliasLink?.holds,
    'local' in place ? place.holds : undefined,
    aliases && 'local' in aliases.place ? aliases.place.holds : undefined,
  ]
  const isNamed = !holds.includes('id')
  const writeLink = (found: Link | null): string => {
    if (found === null) return '-'
    return `${found.holds === 'name' && !isNamed ? 'name:' : ''}${writeName([found.column])}`
  }
  const linkReason = (found: Link | null): Reason =>
    found === null ? { by: 'absence' } : found.byKey ? { by: 'key' } : ofRows(found.some, found.all)

  say(
    'MAILBOX_TABLE',
    written(table),
    ofRows(mailboxes.hashes.some, mailboxes.hashes.all),
    undefined,
    other && !sameTable(other.table, table) && other.score > mailboxes.score - 4 ? written(other.table) : null,
  )
  say(
    'MAILBOX_ADDRESS',
    writePlace(place, isNamed),
    mailboxes.placeByKey ? { by: 'key' } : ofRows(boxes.rows.length, table.rows.length),
    undefined,
    mailboxes.otherPlace && writePlace(mailboxes.otherPlace, isNamed),
  )
  say('MAILBOX_PASSWORD', writeName([mailboxes.password]), ofRows(mailboxes.hashes.some, mailboxes.hashes.all))
  if (mailboxes.prefixed !== null)
    say('PASSWORD_PREFIX', String(mailboxes.prefixed), ofRows(mailboxes.hashes.some, mailboxes.hashes.all), 'sure')
  say('MAILBOX_DOMAIN', writeLink(link), linkReason(link))

  const usage = findUsage(tables, mailboxes, boxes)
  const taken = [
    ...columnsOfPlace(place),
    mailboxes.password,
    ...(link ? [link.column] : []),
    ...saidByFilters(boxes.filters),
    ...(usage && sameTable(usage.table, table) ? [usage.bytes] : []),
  ]
  const quota = findQuota(table, boxes.rows, usage?.held ?? new Map<string, number>(), taken)
  if (quota === null) say('MAILBOX_QUOTA', '-', { by: 'absence' })
  else {
    const seen: Reason = quota.seen > 0 ? { by: 'values', some: quota.seen, all: boxes.rows.length } : { by: 'name' }
    say('MAILBOX_QUOTA', writeName([quota.column]), { by: 'name' }, 'likely')
    say(
      'MAILBOX_QUOTA_UNIT',
      quota.unit,
      seen,
      quota.seen > 0 && quota.other === null ? 'likely' : 'guess',
      quota.other,
    )
    say('MAILBOX_QUOTA_UNLIMITED', quota.unlimited, seen)
  }
  const boxRows = boxes.rows.map(({ row }) => row)
  const inFilters = boxes.filters.map(({ column }) => column)
  const likely = findFlags(table, boxRows, [...taken, ...inFilters, ...(quota ? [quota.column] : [])])
  const askedFor = askedFlags(table, boxRows, hints, inFilters)
  const isAsked = likely.some(({ column }) => askedFor?.some((flag) => flag.column === column))
  const flags = askedFor === null || isAsked ? likely : askedFor
  for (const [variable, value] of [
    ['MAILBOX_OPEN', 'open'],
    ['MAILBOX_LOCKED', 'locked'],
  ] as const) {
    const set = flags.map((flag) => ({ column: flag.column, value: flag[value] }))
    say(
      variable,
      writeAssignments(set),
      flags.length === 0 ? { by: 'absence' } : askedFor ? { by: 'query' } : { by: 'name' },
      'likely',
    )
  }
  if (hints.onDelivery !== null) {
    const onlyAtLogin = flags.every(({ column }) => !hints.onDelivery?.some((one) => one.column === column))
    say('LOCK', flags.length > 0 && onlyAtLogin ? 'active' : 'password', { by: 'query' }, 'sure')
  }
  say(
    'MAILBOX_WHERE',
    writeFilters(boxes.filters),
    boxes.filters.length === 0 ? { by: 'absence' } : ofRows(boxes.rows.length, table.rows.length),
  )

  sayDomains(say, questions, {
    asked: hints.domain,
    domains,
    isNamed,
    boxes,
    runnerUp: candidates.find((one) => one !== domains) ?? null,
  })
  const boxId = idColumn(table, columnsOfPlace(place))
  const split = aliases === null ? findSplitAliases(tables, boxes, domains) : null
  const indirect = aliases === null && split === null ? findOtherDestinations(tables, mailboxes, boxes, boxId) : null
  if (indirect) {
    const kind = indirect.by === 'id' ? 'destinationsById' : 'loginIsNotAddress'
    obstacles.push({ kind, table: written(indirect.table) })
    say(
      'TAKEN_ADDRESSES',
      `${written(indirect.table)}: ${writePlace(indirect.place, isNamed)}`,
      ofRows(indirect.table.rows.length, indirect.table.rows.length),
    )
  }
  if (split) {
    obstacles.push({ kind: 'destinationsElsewhere', table: written(split.table) })
    say('TAKEN_ADDRESSES', `${written(split.table)}: ${writePlace(split.place, isNamed)}`, { by: 'key' })
  }
  // What {domain_id} stands for is the name where the others refer to domains by that.
  const idDomains = isNamed ? null : domains
  const known = knownOf(idDomains, boxId, boxes)

  // New mailboxes.
  const boxKnown = boxes.rows.map(({ row, address, domain }) => ({
    row,
    known: without(known(address, domain), 'mailbox_id'),
  }))
  const inMailbox = induce(table, boxKnown, domains, [
    ...taken,
    ...flags.map(({ column }) => column),
    ...(quota ? [quota.column] : []),
    ...saidByFilters(boxes.filters),
  ])
  say(
    'MAILBOX_INSERT',
    writeAssignments(inMailbox.set),
    rowsReason(inMailbox.set, boxes.rows.length),
    confidenceOf(inMailbox.set),
  )
  questions.push(
    ...inMailbox.unknown.map((column) => ({ variable: 'MAILBOX_INSERT' as const, table: written(table), column })),
  )
  const onPassword = table.columns.filter(
    (column) =>
      isTime(column) &&
      !column.made &&
      /pass\w*(?:change|date|modif|updat|time)|^(?:modified|updated|changed)(?:_?(?:at|on|time|date))?$/i.test(
        column.name,
      ),
  )
  if (onPassword.length > 0)
    say('MAILBOX_ON_PASSWORD', writeAssignments(onPassword.map(({ name }) => ({ column: name, value: '{now}' }))), {
      by: 'name',
    })

  const companions: { table: SeenTable; text: string }[] = []
  const deletions: string[] = []
  const ownersIn = (one: SeenTable): string[] =>
    one.references.flatMap((reference) =>
      reference.table === table.name && reference.schema === table.schema && reference.target === boxId
        ? [reference.column]
        : [],
    )
  let asksForId = false
  if (aliases === null) say('ALIAS_TABLE', '-', { by: 'absence' })
  else {
    if (aliases.signed) {
      obstacles.push({ kind: 'signedDestinations', table: written(aliases.table) })
      say('MAIL_ACTIONS', 'create, delete, password, lock', {
        by: 'values',
        some: aliases.rows.length,
        all: aliases.rows.length,
      })
    }
    const rows = aliases.rows.length
    const second = otherAliases.find((one) => !sameTable(one.table, aliases.table))
    say(
      'ALIAS_TABLE',
      written(aliases.table),
      ofRows(rows + aliases.own.length, aliases.table.rows.length),
      undefined,
      second && second.score > aliases.score - 3 ? written(second.table) : null,
    )
    say('ALIAS_ADDRESS', writePlace(aliases.place, isNamed), ofRows(rows, aliases.table.rows.length))
    say('ALIAS_DESTINATION', writePlace(aliases.destination, true), ofRows(rows, aliases.table.rows.length))
    say(
      'ALIAS_LIST',
      aliases.list,
      aliases.listSeen ? ofRows(rows, aliases.table.rows.length) : { by: 'name' },
      aliases.listSeen ? 'likely' : 'guess',
    )
    say('ALIAS_DOMAIN', writeLink(aliasLink), linkReason(aliasLink))
    say(
      'ALIAS_WHERE',
      writeFilters(aliases.filters),
      aliases.filters.length === 0 ? { by: 'absence' } : ofRows(rows, aliases.table.rows.length),
    )
    const aliasTaken = [
      ...columnsOfPlace(aliases.place),
      ...columnsOfPlace(aliases.destination),
      ...(aliasLink ? [aliasLink.column] : []),
      ...saidByFilters(aliases.filters),
    ]
    const isSame = sameTable(aliases.table, table)
    const aliasKnown = aliases.rows.map(({ row, source, destinations }): KnownRow => {
      const { local, domain } = halvesOf(source)
      const [first = ''] = destinations.filter((one) => boxes.addresses.has(one))
      const box = boxes.rows.find(({ address }) => address === first)
      const id = box && boxId !== null ? (box.row[boxId] ?? null) : null
      const at = halvesOf(first)
      return {
        row,
        known: {
          address: source,
          local,
          domain,
          ...domainIdOf(idDomains, domain),
          ...(first === '' ? {} : { destination: first, destination_local: at.local, destination_domain: at.domain }),
          ...(id === null ? {} : { mailbox_id: id }),
        },
      }
    })
    const open = aliases.table.columns.flatMap(({ name }) => {
      if (isSame || aliasTaken.includes(name) || !/^(?:is_?)?(?:active|enabled?)$/i.test(name)) return []
      const pair = readFlag(aliases.table, name, aliases.table.rows)
      const isSaid = aliases.table.columns.find((column) => column.name === name)?.byDefault === pair?.yes
      return pair && !isSaid ? [{ column: name, value: pair.yes, some: rows, all: rows, sure: true }] : []
    })
    const owners = isSame ? [] : ownersIn(aliases.table)
    const inAlias = induce(
      aliases.table,
      aliasKnown,
      domains,
      [...aliasTaken, ...open.map(({ column }) => column)],
      owners,
    )
    const set = [...inAlias.set, ...open]
    say('ALIAS_INSERT', writeAssignments(set), rowsReason(set, rows), confidenceOf(set))
    questions.push(
      ...inAlias.unknown.map((column) => ({
        variable: 'ALIAS_INSERT' as const,
        table: written(aliases.table),
        column,
      })),
    )
    const holding = owners.filter((column) =>
      aliases.table.references.some((reference) => reference.column === column && !reference.cascades),
    )
    deletions.push(...holding.map((column) => `${written(aliases.table)}: ${writeName([column])}={mailbox_id}`))
    asksForId ||= holding.length > 0 || set.some(({ value }) => value?.includes('{mailbox_id}'))

    // Where each mailbox has a row that leads to itself, a new one needs it too.
    if (
      !isSame &&
      boxes.rows.length >= 3 &&
      new Set(aliases.own.map(({ address }) => address)).size >= boxes.rows.length * 0.9
    ) {
      const ownKnown = aliases.own.map(({ row, address }) => ({ row, known: known(address, halvesOf(address).domain) }))
      const { set: induced } = induce(aliases.table, ownKnown, domains, [
        ...columnsOfPlace(aliases.place),
        ...columnsOfPlace(aliases.destination),
        ...(aliasLink ? [aliasLink.column] : []),
      ])
      const base = [
        ...placeValues(aliases.place),
        ...('whole' in aliases.destination
          ? [{ column: aliases.destination.whole, value: '{address}' }]
          : placeValues(aliases.destination)),
        ...(aliasLink && !columnsOfPlace(aliases.place).includes(aliasLink.column)
          ? [{ column: aliasLink.column, value: aliasLink.holds === 'name' ? '{domain}' : '{domain_id}' }]
          : []),
      ]
      companions.push({
        table: aliases.table,
        text: `${written(aliases.table)}: ${writeAssignments([...base, ...induced])}`,
      })
      asksForId ||= induced.some(({ value }) => value?.includes('{mailbox_id}'))
      if (aliases.filters.length > 0)
        deletions.push(`${written(aliases.table)}: ${writeAssignments(placeValues(aliases.place))}`)
    }
  }

  const others = findCompanions(tables, mailboxes, boxes, domains, [
    ...(aliases ? [aliases.table] : []),
    ...(domains ? [domains.table] : []),
    ...(split ? [split.table, split.other] : []),
    ...(indirect ? [indirect.table] : []),
  ])
  for (const one of others) {
    const isUsage = usage !== null && sameTable(usage.table, one.table)
    const { insert, unknown } = companionRow(
      one,
      domains,
      known,
      isUsage ? [usage.bytes] : [],
      quota?.column ?? null,
      boxes,
    )
    if (one.isNeeded && (!isUsage || insert.length > 0)) {
      companions.push({ table: one.table, text: `${written(one.table)}: ${writeAssignments([...one.by, ...insert])}` })
      questions.push(
        ...unknown.map((column) => ({ variable: 'COMPANION_INSERT' as const, table: written(one.table), column })),
      )
    }
    if (one.isLeft) deletions.push(`${written(one.table)}: ${writeAssignments(one.by)}`)
    const all = [...(one.isNeeded ? insert : []), ...(one.isLeft || one.isNeeded ? one.by : [])]
    asksForId ||= all.some(({ value }) => value?.includes('{mailbox_id}'))
  }
  if (companions.length > 0) say('COMPANION_INSERT', inOrder(companions), ofRows(boxes.rows.length, boxes.rows.length))
  if (deletions.length > 0) say('COMPANION_DELETE', deletions.join('; '), ofRows(boxes.rows.length, boxes.rows.length))
  if (asksForId && boxId !== null) say('MAILBOX_ID', writeName([boxId]), { by: 'key' })
  if (usage) {
    say('USAGE_TABLE', written(usage.table), ofRows(usage.held.size, usage.table.rows.length))
    say('USAGE_ADDRESS', writePlace(usage.address, isNamed), { by: 'key' })
    say('USAGE_BYTES', writeName([usage.bytes]), { by: 'name' }, 'likely')
  }
  return result(isGuess, inMailbox.set, boxKnown)
}

/** A table of mailboxes by its names, whose passwords stand in none of its columns. */
const seenAddresses = (tables: readonly SeenTable[], candidates: readonly Domains[]): SeenTable | null =>
  tables.find(
    (table) =>
      /mail|box/i.test(table.name) &&
      !/alias|forward|log|list|filter/i.test(table.name) &&
      findAddresses(table, table.rows, candidates).length > 0,
  ) ?? null

/** A row that another refers to comes before it. */
function inOrder(companions: readonly { table: SeenTable; text: string }[]): string {
  const refersTo = (one: SeenTable, other: SeenTable) =>
    one.references.some(({ schema, table }) => schema === other.schema && table === other.name)
  const sorted = [...companions].sort((a, b) => Number(refersTo(a.table, b.table)) - Number(refersTo(b.table, a.table)))
  return sorted.map(({ text }) => text).join('; ')
}

type Say = (
  variable: MappingVariable,
  value: string,
  reason: Reason,
  confidence?: Confidence,
  runnerUp?: string | null,
) => unknown

/** Whether two readings find the same mailboxes: then the one that keys and names speak for is as good. */
function sayTheSame(one: Mailboxes, other: Mailboxes, candidates: readonly Domains[]): boolean {
  const [own, others] = [one, other].map(
    (mailboxes) => readMailboxes(mailboxes, chooseDomains(candidates, mailboxes, null)).addresses,
  )
  return own !== undefined && others !== undefined && own.size > 0 && areAlike([...own], [...others])
}

const haveTheSame = (one: Aliases, other: Aliases): boolean =>
  one.rows.length > 0 &&
  areAlike(
    one.rows.map(({ source }) => source),
    other.rows.map(({ source }) => source),
  )

const areAlike = (some: readonly string[], others: readonly string[]): boolean =>
  some.filter((text) => others.includes(text)).length >= Math.max(some.length, others.length) * 0.9

/** A service that a mailbox may have or not; none of them closes it. */
const services =
  /^(?:enable|disable|allow)[_-]?(?:imap|pop3?|smtp|lmtp|sieve|deliver|lda|doveadm|lib)|^(?:imap|pop3?|smtp|lmtp|sieve)$/i

/** The columns that are asked and say yes or no of the whole mailbox; null where not everybody was heard. */
function askedFlags(
  table: SeenTable,
  rows: readonly SeenRow[],
  { mailbox, atLogin, onDelivery }: Hints,
  without: readonly string[],
): Flag[] | null {
  if (atLogin === null || mailbox === null || !sameTable(mailbox.table, table)) return null
  const flags = [...atLogin, ...(onDelivery ?? [])].flatMap(({ column, value }) => {
    const type = columnOf(table, column)
    const mayBe = type !== undefined && (/enum|tinyint|bit/.test(type.type) || (type.mostChars ?? 99) <= 8)
    const pair = mayBe && !services.test(column) && !without.includes(column) ? readFlag(table, column, rows) : null
    const said = pair && type?.type === 'bit' ? `{${value}}` : value
    if (!pair || (said !== pair.yes && said !== pair.no)) return []
    return [{ column, open: said, locked: said === pair.yes ? pair.no : pair.yes }]
  })
  const found = [...new Map(flags.map((flag) => [flag.column, flag])).values()]
  return found.length > 0 || onDelivery !== null ? found : null
}

/** The table that has the most of the mailboxes' domains, of those that are likely. */
function chooseDomains(candidates: readonly Domains[], mailboxes: Mailboxes, domain: Hints['domain']): Domains | null {
  const asked = candidates.find(({ table, name }) => domain?.table === table && domain.name === name)
  if (asked) return asked
  const { table, place } = mailboxes
  const reference = 'local' in place ? table.references.find(({ column }) => column === place.domain) : undefined
  const referred = candidates.find(({ table: one }) => one.name === reference?.table && one.schema === reference.schema)
  if (referred) return referred
  const held = (domains: Domains): number => {
    const names = namesIn(domains)
    const own = table.rows.flatMap((row) => {
      const text = 'whole' in place ? (row[place.whole] ?? '').toLowerCase() : (row[place.domain] ?? '').toLowerCase()
      return 'whole' in place
        ? text.slice(text.lastIndexOf('@') + 1)
        : place.holds === 'name'
          ? text
          : (domains.nameOf.get(text) ?? '')
    })
    const some = own.filter((name) => names.has(name)).length
    return own.length === 0 ? 0.5 : some / own.length
  }
  const [best] = candidates
    .map((domains) => ({ domains, score: domains.score + 10 * held(domains), held: held(domains) }))
    .sort((a, b) => b.score - a.score)
  return best && best.held > 0.3 ? best.domains : null
}

interface Link {
  column: string
  holds: 'name' | 'id'
  byKey: boolean
  some: number
  all: number
}

/** The column that says of which domain a row is, and that its address agrees with. */
function findLink(
  table: SeenTable,
  rows: readonly { row: SeenRow; domain: string }[],
  place: AddressPlace,
  domains: Domains | null,
): Link | null {
  if ('local' in place) {
    const byKey = table.references.some(({ column }) => column === place.domain)
    return { column: place.domain, holds: place.holds, byKey, some: rows.length, all: rows.length }
  }
  const fitting = domainColumns(
    table,
    rows.map(({ row }) => row),
    domains ? [domains] : [],
  ).flatMap(({ column, holds, sure }): Link[] => {
    if (column === place.whole) return []
    const some = rows.filter(({ row, domain }) => {
      const held = row[column] ?? ''
      return holds === 'name' ? held.toLowerCase() === domain : domains?.nameOf.get(held) === domain
    }).length
    if (rows.length > 0 ? some < rows.length * 0.9 : !sure) return []
    return [{ column, holds, byKey: sure, some, all: rows.length }]
  })
  const byValue =
    fitting.length > 0 || domains === null || rows.length < 2
      ? []
      : table.columns.flatMap(({ name, made }): Link[] => {
          if (made || name === place.whole || distinct(rows.map(({ row }) => row[name] ?? null)).length < 2) return []
          const some = rows.filter(({ row, domain }) => domains.nameOf.get(row[name] ?? '') === domain).length
          return some >= rows.length * 0.9 && domains.id !== domains.name
            ? [{ column: name, holds: 'id', byKey: false, some, all: rows.length }]
            : []
        })
  const [first = null] = [...fitting, ...byValue].sort((a, b) => Number(b.byKey) - Number(a.byKey))
  return first
}

function sayDomains(
  say: Say,
  questions: Question[],
  {
    domains,
    isNamed,
    boxes,
    runnerUp,
    asked,
  }: {
    domains: Domains | null
    isNamed: boolean
    boxes: MailboxRows
    runnerUp: Domains | null
    asked: Hints['domain']
  },
): void {
  if (domains === null) {
    const names = distinct(boxes.rows.map(({ domain }) => domain)).filter((name): name is string => name !== null)
    say('DOMAIN_TABLE', '-', { by: 'absence' })
    if (names.length > 0)
      say('DOMAINS', names.join(', '), { by: 'values', some: boxes.rows.length, all: boxes.rows.length })
    else questions.push({ variable: 'DOMAINS', table: '', column: '' })
    return
  }
  const { table, name, id } = domains
  const of: Reason =
    table.rows.length === 0 ? { by: 'name' } : { by: 'values', some: namesIn(domains).size, all: table.rows.length }
  say(
    'DOMAIN_TABLE',
    writeName([table.schema, table.name]),
    of,
    undefined,
    runnerUp && runnerUp.score > domains.score - 3 ? writeName([runnerUp.table.schema, runnerUp.table.name]) : null,
  )
  say('DOMAIN_NAME', writeName([name]), of)
  say('DOMAIN_ID', writeName([isNamed ? name : id]), isNamed ? of : { by: 'key' })
  const found = domainFilters(domains, boxes)
  const said = (asked?.table === table ? asked.fixed : []).filter(
    ({ column }) => !found.some((one) => one.column === column),
  )
  const filters = [...found, ...said.map(({ column, value }): Filter => ({ column, values: [value], not: false }))]
  say('DOMAIN_WHERE', writeFilters(filters), filters.length === 0 ? { by: 'absence' } : of)
}

/** What keeps out what is no domain of ours: one that sleeps, that is relayed, or stands for all of them. */
function domainFilters({ table, name }: Domains, boxes: MailboxRows): Filter[] {
  const used = new Set(boxes.rows.map(({ domain }) => domain))
  const rows = rowsByName({ table, name })
  const meant = [...used].flatMap((domain): SeenRow[] => {
    const row = rows.get(domain)
    return row === undefined ? [] : [row]
  })
  const filters: Filter[] = []
  for (const column of table.columns) {
    const isOpen = /^(?:is_?)?(?:active|enabled?)$/i.test(column.name)
    const isBackup = /^(?:is_?)?(?:backup_?mx|relay)$/i.test(column.name)
    const isMail = /^is_?(?:e?mail)_?domain$/i.test(column.name)
    const isDeleted = /^(?:is_?)?deleted(?:_?at)?$/i.test(column.name)
    if (isDeleted && isTime(column)) filters.push({ column: column.name, values: [null], not: false })
    if (!isOpen && !isBackup && !isMail && !(isDeleted && !isTime(column))) continue
    const pair = readFlag(table, column.name, table.rows)
    if (pair === null) continue
    const value = isOpen || isMail ? pair.yes : pair.no
    if (meant.every((row) => row[column.name] === value))
      filters.push({ column: column.name, values: [value], not: false })
  }
  const passing = table.rows.filter((row) =>
    filters.every(({ column, values }) => values.includes(row[column] ?? null)),
  )
  const others = passing.filter((row) => !used.has((row[name] ?? '').toLowerCase()))
  const filter = separate(table, meant, others, [name], false)
  const isStrange = others.every((row) => !isDomain(row[name] ?? ''))
  // Domains without mailboxes are domains: it takes a word for what they are, or a flag that only no domains lack.
  const isFlag = columnOf(table, filter?.column ?? '')?.mostChars ?? 0
  if (filter && (isStrange ? isFlag > 0 && isFlag <= 5 : /type|kind|transport|destination|status/i.test(filter.column)))
    filters.push(filter)
  else {
    const strange = distinct(cellsOf(others, name)).filter((text): text is string => text !== null && !isDomain(text))
    if (strange.length > 0 && strange.length <= 3) filters.unshift({ column: name, values: strange, not: true })
  }
  return filters
}

const halvesOf = (address: string): { local: string; domain: string } => {
  const at = address.lastIndexOf('@')
  return { local: address.slice(0, Math.max(at, 0)), domain: address.slice(at + 1) }
}

const domainIdOf = (domains: Domains | null, domain: string): Record<string, string> => {
  const found = domains && [...domains.nameOf].find(([, name]) => name === domain)
  return found && found[0].toLowerCase() !== domain ? { domain_id: found[0] } : {}
}

/** What the placeholders stand for in a row of a mailbox. */
const knownOf =
  (domains: Domains | null, boxId: string | null, boxes: MailboxRows) =>
  (address: string, domain: string): Record<string, string> => {
    const { local } = halvesOf(address)
    const box = boxes.rows.find((one) => one.address === address)
    const id = boxId === null ? null : (box?.row[boxId] ?? null)
    return { address, local, domain, ...domainIdOf(domains, domain), ...(id === null ? {} : { mailbox_id: id }) }
  }

const without = (known: Record<string, string>, key: string): Record<string, string> =>
  Object.fromEntries(Object.entries(known).filter(([one]) => one !== key))

const saidByFilters = (filters: readonly Filter[]): string[] =>
  filters.filter(({ not, values }) => !not && values.length === 1).map(({ column }) => column)

const placeValues = (place: AddressPlace): { column: string; value: string }[] =>
  'whole' in place
    ? [{ column: place.whole, value: '{address}' }]
    : [
        { column: place.local, value: '{local}' },
        { column: place.domain, value: place.holds === 'name' ? '{domain}' : '{domain_id}' },
      ]

function companionRow(
  { by, rows, table }: Companionship,
  domains: Domains | null,
  known: (address: string, domain: string) => Record<string, string>,
  counted: string[],
  quota: string | null,
  boxes: MailboxRows,
): { insert: { column: string; value: string | null }[]; unknown: string[] } {
  const taken = [...by.map(({ column }) => column), ...counted]
  const ofQuota = table.columns.filter(({ name }) => {
    if (quota === null || taken.includes(name) || !/quota/i.test(name)) return false
    return boxes.rows.every(
      ({ row, address }) => rows.get(address) === undefined || rows.get(address)?.[name] === row[quota],
    )
  })
  const knownRows = [...rows].map(([address, row]) => ({ row, known: known(address, halvesOf(address).domain) }))
  const made = induce(table, knownRows, domains, [...taken, ...ofQuota.map(({ name }) => name)])
  const withQuota = ofQuota.map(({ name }) => ({ column: name, value: '{quota}' }))
  return { insert: [...made.set, ...withQuota], unknown: made.unknown }
}

const confidenceOf = (set: readonly Induced[]): Confidence => (set.every(({ sure }) => sure) ? 'likely' : 'guess')
const rowsReason = (set: readonly Induced[], all: number): Reason =>
  set.length === 0
    ? { by: 'absence' }
    : all === 0
      ? { by: 'name' }
      : { by: 'values', some: Math.min(...set.map(({ some }) => some)), all }
