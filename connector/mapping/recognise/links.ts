import { domainColumns, type AddressPlace } from './addresses.ts'
import { namesIn, refersElsewhere, type Domains } from './domains.ts'
import type { Mailboxes } from './mailboxes.ts'
import type { Hints } from './queries.ts'
import { distinct, type SeenRow, type SeenTable } from './seen.ts'

/** Which table has the domains, and by which columns the others refer to them. */

/** The table that has the most of the mailboxes' domains, of those that are likely. */
export function chooseDomains(
  candidates: readonly Domains[],
  mailboxes: Mailboxes,
  hint: Hints['domain'],
): Domains | null {
  const asked = candidates.find(({ table, name }) => hint?.table === table && hint.name === name)
  if (asked) return asked
  const { table, place } = mailboxes
  const reference = 'local' in place ? table.references.find(({ column }) => column === place.domain) : undefined
  const referred = candidates.find(({ table: one }) => one.name === reference?.table && one.schema === reference.schema)
  if (referred) return referred

  const [best] = candidates
    .map((domains) => ({ domains, held: shareHeld(domains, mailboxes) }))
    .sort((a, b) => b.domains.score + 10 * b.held - (a.domains.score + 10 * a.held))
  return best && (best.held > 0.3 || (best.domains.table.isPart && best.held > 0)) ? best.domains : null
}

/** How many of the mailboxes are of its domains. */
function shareHeld(domains: Domains, { table, place }: Mailboxes): number {
  const names = namesIn(domains)
  const own = table.rows.map((row) => {
    if ('whole' in place) {
      const text = (row[place.whole] ?? '').toLowerCase()
      return text.slice(text.lastIndexOf('@') + 1)
    }
    const held = row[place.domain] ?? ''
    return place.holds === 'name' ? held.toLowerCase() : (domains.nameOf.get(held) ?? '')
  })
  return own.length === 0 ? 0.5 : own.filter((name) => names.has(name)).length / own.length
}

export interface Link {
  column: string
  holds: 'name' | 'id'
  byKey: boolean
  some: number
  all: number
}

/** The column that says of which domain a row is, and that its address agrees with. */
export function findLink(
  table: SeenTable,
  rows: readonly { row: SeenRow; domain: string }[],
  place: AddressPlace,
  domains: Domains | null,
): Link | null {
  const all = rows.length
  if ('local' in place) {
    const byKey = table.references.some(({ column }) => column === place.domain)
    return { column: place.domain, holds: place.holds, byKey, some: all, all }
  }
  const ofDomains = domainColumns(
    table,
    rows.map(({ row }) => row),
    domains ? [domains] : [],
  )
  const fitting = ofDomains.flatMap(({ column, holds, sure }): Link[] => {
    if (column === place.whole) return []
    const told = rows.filter(({ row }) => holds === 'name' || !refersElsewhere(domains, row[column]))
    const some = told.filter(({ row, domain }) => {
      const held = row[column] ?? ''
      return (holds === 'name' ? held.toLowerCase() : domains?.nameOf.get(held)) === domain
    }).length
    const agrees = told.length > 0 ? some >= told.length * 0.9 : sure
    return agrees ? [{ column, holds, byKey: sure, some, all: told.length }] : []
  })
  const [first = null] = [...fitting.filter(({ byKey }) => byKey), ...fitting]
  return first ?? findById(table, rows, domains)
}

/** A column whose name says nothing, and whose values are the domains' ids. */
function findById(
  table: SeenTable,
  rows: readonly { row: SeenRow; domain: string }[],
  domains: Domains | null,
): Link | null {
  if (domains === null || domains.id === domains.name || rows.length < 2) return null
  for (const { name, made } of table.columns) {
    if (made || distinct(rows.map(({ row }) => row[name] ?? null)).length < 2) continue
    const some = rows.filter(({ row, domain }) => domains.nameOf.get(row[name] ?? '') === domain).length
    if (some >= rows.length * 0.9) return { column: name, holds: 'id', byKey: false, some, all: rows.length }
  }
  return null
}
