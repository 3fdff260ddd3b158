import { columnsOfPlace, writePlace } from './addresses.ts'
import type { Aliases } from './aliases.ts'
import { induce, type Induced, type KnownRow } from './new-rows.ts'
import { ofRows, writeTable, type Report } from './recognition.ts'
import { halvesOf, idOf, knownOf, placeValues, reasonOf, saidByFilters, writeLink, type Scene } from './scene.ts'
import { findDeletion, readFlag, writeFilters } from './separate.ts'
import { columnOf, mostHave, sameTable, type SeenTable } from './seen.ts'
import { writeAssignments, type SetColumn } from './write.ts'

/** What comes and goes with a mailbox in other tables. */
export interface WithMailbox {
  inserts: { table: SeenTable; set: readonly SetColumn[] }[]
  deletes: { table: SeenTable; set: readonly SetColumn[] }[]
}

/** @returns what of the table comes and goes with a mailbox */
export function sayAliases(report: Report, scene: Scene, aliases: Aliases): WithMailbox {
  const { links, isNamed, hints, runnersUp, mailboxes, boxes } = scene
  const { table, place, destination, filters, elsewhere, said } = aliases
  const rows = aliases.rows.length
  const all = table.rows.length
  if (aliases.signed) {
    report.hinder('signedDestinations', writeTable(table))
    report.say('MAIL_ACTIONS', 'create, delete, password, lock', ofRows(rows, rows))
  }
  const byRows = hints.alias?.table === table ? ({ by: 'query' } as const) : ofRows(rows, all)
  report.say('ALIAS_TABLE', writeTable(table), byRows, undefined, runnersUp.alias && writeTable(runnersUp.alias))
  report.say('ALIAS_ADDRESS', writePlace(place, isNamed), byRows)
  if (elsewhere) report.say('ALIAS_ID', elsewhere.id, { by: 'key' })
  report.say('ALIAS_DESTINATION', said ?? writePlace(destination, true), byRows)
  if (aliases.listSeen) report.say('ALIAS_LIST', aliases.list, ofRows(rows, all), 'likely')
  else report.say('ALIAS_LIST', aliases.list, { by: 'name' })
  report.say('ALIAS_DOMAIN', writeLink(links.alias, isNamed), reasonOf(links.alias))
  report.say('ALIAS_WHERE', writeFilters(filters), filters.length === 0 ? { by: 'absence' } : ofRows(rows, all))

  const ofMailboxes = sameTable(table, mailboxes.table)
  const owners = ofMailboxes ? [] : ownerColumns(scene, table)
  report.sayInsert('ALIAS_INSERT', table, induceAlias(scene, aliases, owners), rows)

  const deletion = findDeletion(table, filters)
  if (deletion.length > 0) report.say('ALIAS_DELETE', writeAssignments(deletion), byRows)

  // Nothing holds a mailbox's row that stays.
  const isKept = findDeletion(mailboxes.table, boxes.filters).length > 0
  const held = owners.filter(({ cascades }) => !cascades && !isKept)
  const deletes = held.map(({ column }) => ({ table, set: [{ column, value: '{mailbox_id}' }] }))
  if (ofMailboxes || !hasOwnRows(scene, aliases)) return { inserts: [], deletes }
  return {
    inserts: [{ table, set: ownRow(scene, aliases) }],
    deletes: filters.length > 0 ? [...deletes, { table, set: placeValues(place) }] : deletes,
  }
}

/** The columns that refer to the mailboxes' rows. */
const ownerColumns = ({ mailboxes, boxId }: Scene, table: SeenTable) =>
  table.references.filter(
    (one) => one.table === mailboxes.table.name && one.schema === mailboxes.table.schema && one.target === boxId,
  )

/** The columns that every row of the table says by the mapping itself. */
const saidColumns = ({ links }: Scene, { place, destination }: Aliases): string[] => [
  ...columnsOfPlace(place),
  ...columnsOfPlace(destination),
  ...(links.alias ? [links.alias.column] : []),
]

function induceAlias(scene: Scene, aliases: Aliases, owners: { column: string }[]) {
  const { boxes, mailboxes, domains } = scene
  const { table } = aliases
  const said = [...saidColumns(scene, aliases), ...saidByFilters(aliases.filters)]
  const open = sameTable(table, mailboxes.table) ? [] : openColumns(aliases, said)
  const rows = aliases.rows.map(({ row, source, destinations }): KnownRow => {
    const first = destinations.find((one) => boxes.addresses.has(one))
    const known = knownOf(scene, source)
    if (first === undefined) return { row, known }
    const { local, domain } = halvesOf(first)
    const ofDestination = { destination: first, destination_local: local, destination_domain: domain }
    return { row, known: { ...known, ...ofDestination, ...idOf(scene, first) } }
  })
  const made = induce(
    table,
    rows,
    domains,
    [...said, ...open.map(({ column }) => column)],
    owners.map(({ column }) => column),
  )
  return { ...made, set: [...made.set, ...open] }
}

/** A new alias is in use, whatever the column holds by default. */
function openColumns({ table, rows }: Aliases, without: readonly string[]): Induced[] {
  return table.columns.flatMap(({ name }): Induced[] => {
    if (without.includes(name) || !/^(?:is_?)?(?:active|enabled?)$/i.test(name)) return []
    const pair = readFlag(table, name, table.rows)
    if (pair === null || columnOf(table, name)?.byDefault === pair.yes) return []
    return [{ column: name, value: pair.yes, some: rows.length, all: rows.length, sure: true }]
  })
}

/** Whether each mailbox has a row that leads to itself: a new one needs it too. */
function hasOwnRows({ boxes }: Scene, { own, table }: Aliases): boolean {
  const owning = new Set(own.map(({ address }) => address))
  return mostHave(boxes.rows, ({ address }) => owning.has(address), boxes.isPart || table.isPart)
}

function ownRow(scene: Scene, aliases: Aliases): SetColumn[] {
  const { links, domains } = scene
  const { table, place, destination, own, key } = aliases
  const rows = own.map(({ row, address }) => ({ row, known: { ...knownOf(scene, address), ...idOf(scene, address) } }))
  const { set } = induce(table, rows, domains, saidColumns(scene, aliases))
  const link = links.alias
  const linked = link !== null && !columnsOfPlace(place).includes(link.column)
  return [
    ...placeValues(place),
    ...('whole' in destination
      ? [{ column: destination.whole, value: key ? '{mailbox_id}' : '{address}' }]
      : placeValues(destination)),
    ...(linked ? [{ column: link.column, value: link.holds === 'name' ? '{domain}' : '{domain_id}' }] : []),
    ...set,
  ]
}
