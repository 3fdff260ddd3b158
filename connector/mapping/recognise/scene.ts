import { columnsOfPlace, type AddressPlace } from './addresses.ts'
import { findAliases, findAliasesById, type Aliases } from './aliases.ts'
import { idColumn } from './companions.ts'
import { findDomains, type Domains } from './domains.ts'
import { chooseDomains, findLink, type Link } from './links.ts'
import { findLoginColumn, type Login } from './login-column.ts'
import { findMailboxes, readMailboxes, type MailboxRows, type Mailboxes } from './mailboxes.ts'
import type { Hints } from './queries.ts'
import { ofRows, type Reason } from './recognition.ts'
import type { Filter } from './separate.ts'
import { sameTable, type SeenTable } from './seen.ts'
import { findSplitAliases, readSplitAliases } from './split-aliases.ts'
import { writeName } from './write.ts'

/** Which tables play which part, before anything is said of them. */
export interface Scene {
  tables: readonly SeenTable[]
  hints: Hints
  mailboxes: Mailboxes
  boxes: MailboxRows
  /** by which the mailboxes' rows are referred to; null: by nothing but their addresses */
  boxId: string | null
  /** null: the address is what people log in with */
  login: Login | null
  domains: Domains | null
  aliases: Aliases | null
  /** how mailboxes and aliases say of which domain they are */
  links: { mailbox: Link | null; alias: Link | null }
  /** Whether all of them do so by its name. */
  isNamed: boolean
  /** tables that came close */
  runnersUp: { mailbox: SeenTable | null; domain: SeenTable | null; alias: SeenTable | null }
}

/** @returns null where nothing looks like mailboxes */
export function setScene(tables: readonly SeenTable[], hints: Hints): Scene | null {
  const candidates = findDomains(tables, hints.domain)
  const [unasked, second] = findMailboxes(tables, candidates)
  const [asked] = hints.mailbox ? findMailboxes(tables, candidates, hints.mailbox) : []
  const mailboxes = asked && !(unasked && findTheSame(unasked, asked, candidates)) ? asked : unasked
  if (!mailboxes) return null

  const { table, place } = mailboxes
  const domains = chooseDomains(candidates, mailboxes, hints.domain)
  const boxes = readMailboxes(mailboxes, domains)
  const idByKey = idColumn(table, columnsOfPlace(place))
  const { aliases: inOne, others } = chooseAliases(tables, mailboxes, boxes, domains, hints)
  const split = inOne === null ? findSplitAliases(tables, boxes, domains) : null
  const aliases =
    inOne ??
    (split === null
      ? findAliasesById(tables, mailboxes, boxes, idByKey, domains)
      : readSplitAliases(split, boxes, idByKey, domains))
  const boxId = aliases?.key ?? idByKey
  const links = {
    mailbox: findLink(table, boxes.rows, place, domains),
    alias: aliases && findLink(aliases.table, aliases.all, aliases.place, domains),
  }
  const places = [place, ...(aliases ? [aliases.place] : [])]
  const otherDomains = candidates.find((one) => one !== domains)
  const otherAliases = others.find((one) => aliases !== null && !sameTable(one.table, aliases.table))
  return {
    tables,
    hints,
    mailboxes,
    boxes,
    boxId,
    login: findLoginColumn(mailboxes, boxes, hints, aliases?.key ?? null),
    domains,
    aliases,
    links,
    isNamed: ![links.mailbox, links.alias, ...places].some(
      (one) => one !== null && 'holds' in one && one.holds === 'id',
    ),
    runnersUp: {
      mailbox: second && !sameTable(second.table, table) && second.score > mailboxes.score - 4 ? second.table : null,
      domain: otherDomains && domains && otherDomains.score > domains.score - 3 ? otherDomains.table : null,
      alias: otherAliases && aliases && otherAliases.score > aliases.score - 3 ? otherAliases.table : null,
    },
  }
}

/** Whether two readings find the same mailboxes: then the one that keys and names speak for is as good. */
function findTheSame(one: Mailboxes, other: Mailboxes, candidates: readonly Domains[]): boolean {
  const read = (mailboxes: Mailboxes) => [
    ...readMailboxes(mailboxes, chooseDomains(candidates, mailboxes, null)).addresses,
  ]
  return areAlike(read(one), read(other))
}

function chooseAliases(
  tables: readonly SeenTable[],
  mailboxes: Mailboxes,
  boxes: MailboxRows,
  domains: Domains | null,
  { alias }: Hints,
): { aliases: Aliases | null; others: Aliases[] } {
  const [unasked, ...others] = findAliases(tables, mailboxes, boxes, domains)
  const [asked] = alias ? findAliases(tables, mailboxes, boxes, domains, alias) : []
  const sources = (one: Aliases) => one.rows.map(({ source }) => source)
  const isAsGood = unasked && asked && areAlike(sources(unasked), sources(asked))
  return { aliases: (isAsGood ? unasked : (asked ?? unasked)) ?? null, others }
}

const areAlike = (some: readonly string[], others: readonly string[]): boolean =>
  some.length > 0 && some.filter((text) => others.includes(text)).length >= Math.max(some.length, others.length) * 0.9

export function writeLink(link: Link | null, isNamed: boolean): string {
  if (link === null) return '-'
  return `${link.holds === 'name' && !isNamed ? 'name:' : ''}${writeName([link.column])}`
}

export function reasonOf(link: Link | null): Reason {
  if (link === null) return { by: 'absence' }
  return link.byKey ? { by: 'key' } : ofRows(link.some, link.all)
}

/** Columns whose values the filters say already. */
export const saidByFilters = (filters: readonly Filter[]): string[] =>
  filters.filter(({ not, values }) => !not && values.length === 1).map(({ column }) => column)

export const halvesOf = (address: string): { local: string; domain: string } => {
  const at = address.lastIndexOf('@')
  return { local: address.slice(0, Math.max(at, 0)), domain: address.slice(at + 1) }
}

/** What the placeholders stand for in a row that is about this address. */
export function knownOf({ domains, isNamed }: Scene, address: string): Record<string, string> {
  const { local, domain } = halvesOf(address)
  // What {domain_id} stands for is the name where the others refer to domains by that.
  const found = isNamed || domains === null ? undefined : [...domains.nameOf].find(([, name]) => name === domain)
  return { address, local, domain, ...(found ? { domain_id: found[0] } : {}) }
}

/** The id of the mailbox whose row is there, as a placeholder. */
export function idOf({ boxes, boxId }: Scene, address: string): Record<string, string> {
  const id = boxId === null ? null : boxes.rows.find((one) => one.address === address)?.row[boxId]
  return id == null ? {} : { mailbox_id: id }
}

/** The columns of an address in a new row. */
export const placeValues = (place: AddressPlace): { column: string; value: string }[] =>
  'whole' in place
    ? [{ column: place.whole, value: '{address}' }]
    : [
        { column: place.local, value: '{local}' },
        { column: place.domain, value: place.holds === 'name' ? '{domain}' : '{domain_id}' },
      ]
