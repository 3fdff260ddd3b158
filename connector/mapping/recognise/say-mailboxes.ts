import { columnsOfPlace, writePlace } from './addresses.ts'
import type { Usage } from './companions.ts'
import { findFlags, type Flag } from './flags.ts'
import { induce, type Induced, type KnownRow, type NewRow } from './new-rows.ts'
import type { Hints } from './queries.ts'
import { findQuota } from './quotas.ts'
import { ofRows, writeTable, type Report } from './recognition.ts'
import { knownOf, reasonOf, saidByFilters, writeLink, type Scene } from './scene.ts'
import { findDeletion, readFlag, writeFilters } from './separate.ts'
import { cellsOf, columnOf, isTime, sameTable, type Cell, type SeenRow, type SeenTable } from './seen.ts'
import { writeAssignments, writeName } from './write.ts'

/** What Colombier makes by default: argon2id with `{SCHEME}` in front. */
const longestHash = 107

/** What was found of new mailboxes, for a product that says something of them itself. */
export interface NewMailboxes {
  set: readonly Induced[]
  rows: readonly KnownRow[]
  /** the column of the limits; null: there is none */
  quota: string | null
}

export function sayMailboxes(report: Report, scene: Scene, usage: Usage | null): NewMailboxes {
  const { mailboxes, boxes, links, isNamed, hints, login, runnersUp } = scene
  const { table, place, password, hashes } = mailboxes
  sayObstacles(report, scene)

  const isAsked = hints.mailbox?.table === table
  const byHashes = isAsked ? ({ by: 'query' } as const) : ofRows(hashes.some, hashes.all)
  report.say(
    'MAILBOX_TABLE',
    writeTable(table),
    byHashes,
    undefined,
    runnersUp.mailbox && writeTable(runnersUp.mailbox),
  )
  const { otherPlace, placeByKey } = mailboxes
  report.say(
    'MAILBOX_ADDRESS',
    writePlace(place, isNamed),
    placeByKey ? { by: 'key' } : ofRows(boxes.rows.length, table.rows.length),
    undefined,
    otherPlace && writePlace(otherPlace, isNamed),
  )
  if (login) report.say('MAILBOX_LOGIN', writeName([login.column]), login.reason, undefined, '-')
  report.say('MAILBOX_PASSWORD', writeName([password]), byHashes)
  sayHashes(report, scene)
  report.say('MAILBOX_DOMAIN', writeLink(links.mailbox, isNamed), reasonOf(links.mailbox))
  const byRows = ofRows(boxes.rows.length, table.rows.length)
  report.say('MAILBOX_WHERE', writeFilters(boxes.filters), boxes.filters.length === 0 ? { by: 'absence' } : byRows)

  const taken = [
    ...columnsOfPlace(place),
    password,
    ...(links.mailbox ? [links.mailbox.column] : []),
    ...(usage && sameTable(usage.table, table) ? [usage.bytes] : []),
  ]
  const inFilters = boxes.filters.map(({ column }) => column)
  const quota = sayQuota(report, scene, usage, [...taken, ...inFilters])
  const flags = sayFlags(report, scene, [...taken, ...inFilters, ...(quota === null ? [] : [quota])])

  const rows = boxes.rows.map(({ row, address }): KnownRow => ({ row, known: knownOf(scene, address) }))
  const said = [
    ...taken,
    ...saidByFilters(boxes.filters),
    ...flags.map(({ column }) => column),
    ...(quota === null ? [] : [quota]),
  ]
  const made = induce(table, rows, scene.domains, said, [], hints.home?.table === table ? hints.home.holds : undefined)
  report.sayInsert('MAILBOX_INSERT', table, made, rows.length)
  if (login && table.takesRows && !said.includes(login.column)) askForLogin(report, table, login.column, made)
  sayOnPassword(report, table)
  if (!table.takesRows) report.say('MAIL_ACTIONS', 'password, aliases, lock', { by: 'key' })
  const deletion = findDeletion(table, boxes.filters)
  if (deletion.length > 0) report.say('MAILBOX_DELETE', writeAssignments(deletion), byRows)
  return { set: made.set, rows, quota }
}

/** A mailbox that nobody can log in to is none, even where its row may be without. */
function askForLogin(report: Report, table: SeenTable, login: string, { set, unknown }: NewRow): void {
  const isMade = columnOf(table, login)?.made === true || set.some(({ column }) => column === login)
  if (!isMade && !unknown.includes(login)) report.ask('MAILBOX_INSERT', table, [login])
}

function sayObstacles(report: Report, { mailboxes: { table, password }, boxes }: Scene): void {
  if (boxes.untold > 0) report.hinder('untoldRows', writeTable(table))
  const room = columnOf(table, password)?.mostChars ?? longestHash
  if (room < longestHash) report.hinder('narrowPassword', `${writeTable(table)}.${writeName([password])}`)
}

/** Names of Dovecot's that are schemes of Colombier's. */
const ownSchemes: Readonly<Record<string, string>> = {
  ARGON2ID: 'argon2id',
  ARGON2I: 'argon2i',
  'BLF-CRYPT': 'bcrypt',
  'SHA512-CRYPT': 'sha512-crypt',
  'SHA256-CRYPT': 'sha256-crypt',
  PBKDF2: 'pbkdf2',
}

/** Without `{SCHEME}` in front, a new hash has to be of the kind that Dovecot takes it for. */
function sayHashes(report: Report, { mailboxes: { table, password, hashes, prefixed }, hints: { scheme } }: Scene) {
  if (prefixed === null) return
  const byRows = ofRows(hashes.some, hashes.all)
  const own = scheme === 'CRYPT' ? cryptOf(cellsOf(table.rows, password)) : ownSchemes[scheme ?? '']
  const isMixed = !prefixed && scheme !== null && own === undefined
  report.say('PASSWORD_PREFIX', String(prefixed || isMixed), isMixed ? { by: 'query' } : byRows, 'sure')
  if (prefixed || scheme === null) return
  if (own === undefined) report.say('PASSWORD_DEFAULT_SCHEME', scheme, { by: 'query' }, 'sure')
  else report.say('PASSWORD_SCHEME', own, { by: 'query' }, 'sure')
}

/** crypt(3) goes by the hash: new ones are of the kind that most are. */
function cryptOf(cells: readonly Cell[]): string {
  const count = (pattern: RegExp) => cells.filter((cell) => pattern.test(cell ?? '')).length
  const [sha512, sha256, bcrypt] = [count(/^\$6\$/), count(/^\$5\$/), count(/^\$2[aby]\$/)]
  if (sha512 > Math.max(sha256, bcrypt)) return 'sha512-crypt'
  return sha256 > bcrypt ? 'sha256-crypt' : 'bcrypt'
}

function sayQuota(
  report: Report,
  { mailboxes: { table }, boxes, hints }: Scene,
  usage: Usage | null,
  taken: string[],
): string | null {
  const asked = hints.quota?.table === table ? hints.quota : null
  const quota = findQuota(table, boxes.rows, usage?.held ?? new Map<string, number>(), taken, asked)
  if (quota === null) {
    report.say('MAILBOX_QUOTA', '-', { by: 'absence' })
    return null
  }
  const { column, unit, unlimited, seen, other } = quota
  const reason = ofRows(seen, seen === 0 ? 0 : boxes.rows.length)
  report.say('MAILBOX_QUOTA', writeName([column]), { by: asked ? 'query' : 'name' }, 'likely')
  if (asked) report.say('MAILBOX_QUOTA_UNIT', unit, { by: 'query' }, 'sure')
  else report.say('MAILBOX_QUOTA_UNIT', unit, reason, seen > 0 && other === null ? 'likely' : 'guess', other)
  report.say('MAILBOX_QUOTA_UNLIMITED', unlimited, reason)
  return column
}

function sayFlags(report: Report, { mailboxes: { table }, boxes, hints }: Scene, taken: string[]): Flag[] {
  const rows = boxes.rows.map(({ row }) => row)
  const likely = findFlags(table, rows, taken)
  const asked = askedFlags(table, rows, hints, taken)
  const isAsked = likely.some(({ column }) => asked?.some((flag) => flag.column === column))
  const flags = asked === null || isAsked ? likely : asked
  const reason =
    flags.length === 0 ? ({ by: 'absence' } as const) : { by: asked ? ('query' as const) : ('name' as const) }
  const write = (which: 'open' | 'locked') =>
    writeAssignments(flags.map(({ [which]: value, ...flag }) => ({ ...flag, value })))
  report.say('MAILBOX_OPEN', write('open'), reason, 'likely')
  report.say('MAILBOX_LOCKED', write('locked'), reason, 'likely')

  const { onDelivery } = hints
  if (onDelivery !== null) {
    const onlyAtLogin = flags.every(({ column }) => !onDelivery.some((one) => one.column === column))
    report.say('LOCK', flags.length > 0 && onlyAtLogin ? 'active' : 'password', { by: 'query' }, 'sure')
  }
  return flags
}

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
  if (atLogin === null || mailbox?.table !== table) return null
  const flags = [...atLogin, ...(onDelivery ?? [])].flatMap(({ column, value, bits }): Flag[] => {
    const found = columnOf(table, column)
    if (!found || services.test(column) || without.includes(column)) return []
    if (bits !== undefined) return [{ column, bits, open: value, locked: value === '0' ? bits : '0' }]
    if (!/enum|tinyint|bit/.test(found.type) && (found.mostChars ?? 99) > 8) return []
    const pair = readFlag(table, column, rows)
    const said = found.type === 'bit' ? `{${value}}` : value
    if (said === pair?.yes) return [{ column, open: said, locked: pair.no }]
    return said === pair?.no ? [{ column, open: said, locked: pair.yes }] : []
  })
  const once = [...new Map(flags.map((flag) => [flag.column, flag])).values()]
  return once.length > 0 || onDelivery !== null ? once : null
}

const changeNames = /pass\w*(?:change|date|modif|updat|time)|^(?:modified|updated|changed)(?:_?(?:at|on|time|date))?$/i

function sayOnPassword(report: Report, table: SeenTable): void {
  const times = table.columns.filter((column) => isTime(column) && !column.made && changeNames.test(column.name))
  const set = times.map(({ name }) => ({ column: name, value: '{now}' }))
  if (set.length > 0) report.say('MAILBOX_ON_PASSWORD', writeAssignments(set), { by: 'name' })
}
