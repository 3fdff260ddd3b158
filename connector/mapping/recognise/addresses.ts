import { refersElsewhere, type Domains } from './domains.ts'
import { writeName } from './write.ts'
import {
  isAddress,
  isDomain,
  isLocalPart,
  isNumber,
  isTextual,
  isUnique,
  nameScore,
  ratio,
  share,
  type SeenRow,
  type SeenTable,
} from './seen.ts'

/** Where a table has an address: in a column, or in two, the second of which has the domain's name or its id. */
export type AddressPlace = { whole: string } | { local: string; domain: string; holds: 'name' | 'id' }

export interface AddressChoice {
  place: AddressPlace
  score: number
  byKey: boolean
}

export const columnsOfPlace = (place: AddressPlace): string[] =>
  'whole' in place ? [place.whole] : [place.local, place.domain]

/** An address, or a catch-all without its local part. In lower case; null where the row has neither. */
export function readAddress(
  place: AddressPlace,
  row: SeenRow,
  domains: Domains | null,
): { local: string; domain: string } | null {
  if ('whole' in place) {
    const text = (row[place.whole] ?? '').trim().toLowerCase()
    const at = text.lastIndexOf('@')
    return at < 0 ? null : { local: text.slice(0, at), domain: text.slice(at + 1) }
  }
  const held = row[place.domain] ?? ''
  const domain = place.holds === 'name' ? held.toLowerCase() : domains?.nameOf.get(held)
  return domain === undefined || domain === '' ? null : { local: (row[place.local] ?? '').toLowerCase(), domain }
}

/** Whether the row's domain is one that was not looked at, so that its address is not known. */
export const isUnknown = (place: AddressPlace, row: SeenRow, domains: Domains | null): boolean =>
  'local' in place && place.holds === 'id' && refersElsewhere(domains, row[place.domain])

export const textOf = (address: { local: string; domain: string }): string => `${address.local}@${address.domain}`

const wholeNames = [
  [/alt|other|second|recover|forward|goto|dest|target|cc$|reply|from_|to_|backup|contact/i, -8],
  [/^(?:e[-_]?mail|mail|address|source|.*mail_?addr(?:ess)?)$/i, 3],
  [/mail|address/i, 2.5],
  [/^(?:user_?name|user_?id|user|mailbox)$/i, 2],
  [/login|^id$/i, 1],
] as const
const localNames = [
  [/local_?part|local|user_?name|mail_?name|^user_?id$|^source$|alias|mail_?acc/i, 2],
  [/name|user|login/i, 1.5],
  [/pass|crypt|pwd|status|type|kind|reseller|panel|shell|gecos|dir$|home|scheme|lang/i, -8],
] as const

/**
 * The places where the rows of a table may have their addresses.
 * @param rows of the table, those that are to have one
 */
export function findAddresses(
  table: SeenTable,
  rows: readonly SeenRow[],
  candidates: readonly Domains[],
  isAllowed: (text: string) => boolean = isAddress,
): AddressChoice[] {
  const textual = table.columns.filter(isTextual)
  const guess = rows.length === 0
  const whole = textual.flatMap(({ name }) => {
    const found = share(rows, name, isAllowed)
    const byName = nameScore(name, wholeNames)
    const fits = guess ? byName >= 2 : ratio(found) >= 0.6 && found.all * 2 >= rows.length
    const byKey = isUnique(table, [name])
    return fits ? [{ place: { whole: name }, score: 10 * ratio(found, 0.5) + (byKey ? 4 : 0) + byName, byKey }] : []
  })
  const halves = textual.flatMap(({ name: local }) => {
    const found = share(rows, local, isLocalPart)
    const byName = nameScore(local, localNames)
    const numbers = ratio(share(rows, local, (text) => /^\d+$/.test(text)))
    if (byName < 0 || numbers > 0.5 || (guess ? byName < 2 : ratio(found) < 0.8 || found.all * 3 < rows.length))
      return []
    return domainColumns(table, rows, candidates).flatMap(({ column, holds, sure }) => {
      if (column === local || prefixes(local, column) < 0) return []
      const byKey = isUnique(table, [local, column])
      const score = 6 + 2 * ratio(found, 0.5) + (byKey ? 5.5 : 0) + byName + (sure ? 1 : 0) + prefixes(local, column)
      return [{ place: { local, domain: column, holds }, score: guess && !byKey ? score - 4 : score, byKey }]
    })
  })
  return [...whole, ...halves]
}

/** Halves of one address are named alike where there are two addresses: source_user with source_domain. */
function prefixes(local: string, domain: string): number {
  const before = (name: string) =>
    /^(?:source|src|from|dest(?:ination)?|target|to)(?=[_-])/i.exec(name)?.[0].toLowerCase()
  if (before(local) === before(domain)) return before(local) === undefined ? 0 : 1
  return before(local) === undefined || before(domain) === undefined ? 0 : -1
}

/** The columns that say of which domain a row is. */
export function domainColumns(
  table: SeenTable,
  rows: readonly SeenRow[],
  candidates: readonly Domains[],
): { column: string; holds: 'name' | 'id'; sure: boolean }[] {
  const found: { column: string; holds: 'name' | 'id'; sure: boolean }[] = []
  for (const column of table.columns) {
    const reference = table.references.find((one) => one.column === column.name)
    const referred = candidates.find(
      ({ table: domains }) => reference?.table === domains.name && reference.schema === domains.schema,
    )
    const isNamedSo = /dom/i.test(column.name)
    if (referred && reference)
      found.push({ column: column.name, holds: reference.target === referred.name ? 'name' : 'id', sure: true })
    else if (isTextual(column) && (rows.length === 0 ? isNamedSo : ratio(share(rows, column.name, isDomain)) >= 0.8))
      found.push({ column: column.name, holds: 'name', sure: false })
    else if (isNumber(column) && isNamedSo && !column.made)
      found.push({ column: column.name, holds: 'id', sure: false })
  }
  return found
}

/** As the settings write it. @param isNamed whether DOMAIN_ID is the domain's name */
export function writePlace(place: AddressPlace, isNamed: boolean): string {
  if ('whole' in place) return writeName([place.whole])
  const by = place.holds === 'name' && !isNamed ? 'name:' : ''
  return `${writeName([place.local])}@${by}${writeName([place.domain])}`
}
