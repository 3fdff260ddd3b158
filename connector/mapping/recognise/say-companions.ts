import { writePlace } from './addresses.ts'
import { findOtherDestinations } from './aliases.ts'
import { servedBy } from './domains.ts'
import { findLogins } from './logins.ts'
import { findCompanions, type Companionship, type Usage } from './companions.ts'
import { induce, type NewRow } from './new-rows.ts'
import { ofRows, writeTable, type Report } from './recognition.ts'
import type { WithMailbox } from './say-aliases.ts'
import { findSplitAliases } from './split-aliases.ts'
import { halvesOf, idOf, knownOf, type Scene } from './scene.ts'
import { cellsOf, isAddress, isTextual, ratio, sameTable, share, type SeenTable } from './seen.ts'
import { writeId, writeAssignments, writeName, type SetColumn } from './write.ts'

/** Aliases that the mapping cannot say: their addresses are taken all the same. @returns their tables */
export function sayOtherAliases(report: Report, scene: Scene): SeenTable[] {
  const { tables, mailboxes, boxes, domains, boxId, isNamed } = scene
  const split = findSplitAliases(tables, boxes, domains)
  const indirect = split === null ? findOtherDestinations(tables, mailboxes, boxes, boxId) : null
  const found = split ?? indirect
  if (found === null) return []
  const kind = split ? 'destinationsElsewhere' : indirect?.by === 'login' ? 'loginIsNotAddress' : 'destinationsById'
  const { table, place } = found
  // An address of the mailboxes' own is one that a view would not better.
  const logins = kind === 'loginIsNotAddress' && 'local' in mailboxes.place ? findLogins(tables) : null
  report.hinder(kind, writeTable(table), logins?.view)
  report.say(
    'TAKEN_ADDRESSES',
    `${writeTable(table)}: ${writePlace(place, isNamed)}`,
    ofRows(table.rows.length, table.rows.length),
  )
  return split ? [table, split.other] : [table]
}

const takingNames = /alias|forward|redirect|list|group|pipe|program|respon|address/i

/** Other tables with addresses of ours that are neither mailboxes nor aliases: lists, what goes to programs. */
export function sayTaken(
  report: Report,
  { tables, domains, boxes, aliases }: Scene,
  without: readonly SeenTable[],
): void {
  const served = servedBy(domains)
  if (served === null) return
  const known = new Set([...boxes.addresses, ...(aliases?.all ?? []).map(({ source }) => source)])
  const found = tables.flatMap((table) => {
    if (!takingNames.test(table.name) || without.some((one) => sameTable(one, table))) return []
    const column = table.columns.filter(isTextual).find(({ name }) => {
      const ours = share(table.rows, name, (text) => isAddress(text) && served.has(halvesOf(text.toLowerCase()).domain))
      const isNew = cellsOf(table.rows, name).some(
        (text) => text !== null && isAddress(text) && !known.has(text.toLowerCase()),
      )
      return ratio(ours) >= 0.8 && isNew && !/dest|goto|target|recip|bcc|owner|member/i.test(name)
    })
    return column ? [`${writeTable(table)}: ${writeName([column.name])}`] : []
  })
  if (found.length > 0) report.say('TAKEN_ADDRESSES', found.join('; '), { by: 'name' }, 'likely')
}

/** What comes and goes with a mailbox in the tables that are nothing else. */
export function sayCompanions(
  report: Report,
  scene: Scene,
  { inserts, deletes }: WithMailbox,
  { usage, quota, without }: { usage: Usage | null; quota: string | null; without: readonly SeenTable[] },
): void {
  const { tables, mailboxes, boxes, domains, boxId } = scene
  const keys = { boxId, login: scene.login?.column ?? null }
  const found = findCompanions(tables, mailboxes, boxes, domains, keys, without)
  const made = found.flatMap((one) => {
    const counted = usage && sameTable(usage.table, one.table) ? [usage.bytes] : []
    if (!one.isNeeded) return []
    const { set, unknown } = induceCompanion(scene, one, counted, quota)
    // Whoever counts there makes the row.
    if (counted.length > 0 && set.length === 0) return []
    report.ask('COMPANION_INSERT', one.table, unknown)
    return [{ table: one.table, set: [...one.by, ...set] }]
  })
  const insert = inOrder([...inserts, ...made])
  const remove = [...deletes, ...found.filter(({ isLeft }) => isLeft).map(({ table, by }) => ({ table, set: by }))]
  const all = ofRows(boxes.rows.length, boxes.rows.length)
  if (insert.length > 0) report.say('COMPANION_INSERT', writeRows(insert), all)
  if (remove.length > 0) report.say('COMPANION_DELETE', writeRows(remove), all)
  const asksForId =
    [...insert, ...remove].some(({ set }) => set.some(({ value }) => value?.includes('{mailbox_id}'))) ||
    report.findings.some(
      ({ variable, value }) =>
        (variable === 'ALIAS_INSERT' && value.includes('{mailbox_id}')) ||
        (variable === 'ALIAS_DESTINATION' && /(?:^|: )id:/.test(value)),
    )
  if (asksForId && boxId !== null) report.say('MAILBOX_ID', writeId(scene.mailboxes.table, boxId), { by: 'key' })
}

function induceCompanion(
  scene: Scene,
  { table, by, rows }: Companionship,
  counted: readonly string[],
  quota: string | null,
): Pick<NewRow, 'unknown'> & { set: SetColumn[] } {
  const taken = [...by.map(({ column }) => column), ...counted]
  const limits = table.columns
    .map(({ name }) => name)
    .filter((name) => !taken.includes(name) && /quota/i.test(name) && holdsQuota(scene, rows, name, quota))
  const known = [...rows].map(([address, row]) => ({
    row,
    known: { ...knownOf(scene, address), ...idOf(scene, address) },
  }))
  const { set, unknown } = induce(table, known, scene.domains, [...taken, ...limits])
  return { set: [...set, ...limits.map((column) => ({ column, value: '{quota}' }))], unknown }
}

const holdsQuota = ({ boxes }: Scene, rows: Companionship['rows'], column: string, quota: string | null): boolean =>
  quota !== null &&
  boxes.rows.every(({ row, address }) => {
    const other = rows.get(address)
    return other === undefined || other[column] === row[quota]
  })

/** A row that another refers to comes before it. */
function inOrder<T extends { table: SeenTable }>(rows: readonly T[]): T[] {
  const refersTo = (one: SeenTable, other: SeenTable) =>
    one.references.some(({ schema, table }) => schema === other.schema && table === other.name)
  return [...rows].sort((a, b) => Number(refersTo(a.table, b.table)) - Number(refersTo(b.table, a.table)))
}

const writeRows = (rows: readonly { table: SeenTable; set: readonly SetColumn[] }[]): string =>
  rows.map(({ table, set }) => `${writeTable(table)}: ${writeAssignments(set)}`).join('; ')
