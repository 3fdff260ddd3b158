import type { Mapping } from '../../../connector/mapping/mapping.ts'
import { listHolders, type Holders } from '../../db/grants.ts'
import {
  countAliasesOf,
  countMailboxesOf,
  findServedDomain,
  listDomainPage,
  readDomainWithMailboxes,
  type DomainWithMailboxes,
  type ServedDomain,
} from '../../db/mail/lists.ts'
import { listMailRows, type MailRow } from '../../db/mail/rows.ts'
import { listByAddress, listOwnedAmong, listWithHolders, type OwnedMailbox } from '../../db/mailboxes.ts'
import { PAGE_ROWS, type Paged } from '../../db/page.ts'
import type { Pool } from '../../db/store.ts'
import type { Account } from '../../db/accounts.ts'
import { hasRole } from '../../lib/roles.ts'

export interface DomainEntry {
  name: string
  holders: Holders
  /** counted up to COUNT_CAP */
  mailboxes: number
}

/** A mailbox of a domain, as those see it who look after the domain. */
export interface DomainMailbox {
  address: string
  mailRow: MailRow
  /** what Colombier knows of it; null: nothing */
  own: OwnedMailbox | null
  /** null: too many to count, or the mail server has none */
  aliases: number | null
  /** what may be done with mailboxes on this mail server */
  actions: Mapping['actions']
}

export interface DomainPage {
  domain: DomainEntry
  mailboxes: Paged<DomainMailbox>
}

export interface Search {
  prefix: string
  after: string
}

/** How many mailboxes are looked at for one page of those without an owner. */
const lookedAt = 500

/** A page of the domains that the account looks after, in four queries; a super admin looks after all. */
export async function readDomains(
  pool: Pool,
  mapping: Mapping,
  account: Account,
  search: Search,
): Promise<Paged<DomainEntry>> {
  const among = hasRole(account, 'super_admin') ? null : account.domains
  const { rows, next } = await listDomainPage(pool, mapping, { among, ...search })
  return { rows: await describeDomains(pool, mapping, rows), next }
}

/**
 * The domain, if the account looks after it. Null when the mail server does not serve it, and when it is not theirs.
 */
export async function findDomain(
  pool: Pool,
  mapping: Mapping,
  account: Account,
  name: string,
): Promise<ServedDomain | null> {
  return mayLookAfter(account, name) ? findServedDomain(pool, mapping, name) : null
}

const mayLookAfter = (account: Account, name: string): boolean =>
  hasRole(account, 'super_admin') || account.domains.includes(name)

/**
 * The domain and a page of its mailboxes by address, in three queries, and a fourth for those without an owner. Null
 * when the mail server does not serve it, and when it is not the account's.
 */
export async function readDomainPage(
  pool: Pool,
  mapping: Mapping,
  account: Account,
  name: string,
  { unowned, ...search }: Search & { unowned: boolean },
): Promise<DomainPage | null> {
  if (!mayLookAfter(account, name)) return null
  const read = await readDomainWithMailboxes(pool, mapping, name, { ...search, ...(unowned && { size: lookedAt }) })
  if (read === null) return null
  const { domain, count } = read

  // The two sides' tables are not joined, so some are looked at in vain.
  const page = unowned ? await leaveOutOwned(pool, read.page) : read.page
  const addresses = page.rows.map(({ address }) => address)
  const [own, aliases] = await Promise.all([
    listWithHolders(pool, domain.name, addresses),
    countAliasesOf(pool, mapping, domain, addresses),
  ])
  return {
    domain: { name: domain.name, holders: own.holders, mailboxes: count },
    mailboxes: {
      ...page,
      rows: page.rows.map(({ address, mailRow }) => toEntry(mapping, address, mailRow, own.mailboxes, aliases)),
    },
  }
}

/** The mailbox of this address; null when the domain has none. */
export async function findMailbox(
  pool: Pool,
  mapping: Mapping,
  domain: ServedDomain,
  address: string,
): Promise<DomainMailbox | null> {
  if (!address.endsWith(`@${domain.name}`)) return null
  const [mailRows, own, aliases] = await Promise.all([
    listMailRows(pool, mapping, [address]),
    listByAddress(pool, [address]),
    countAliasesOf(pool, mapping, domain, [address]),
  ])
  const mailRow = mailRows.get(address)
  return mailRow ? toEntry(mapping, address, mailRow, own, aliases) : null
}

async function leaveOutOwned(
  pool: Pool,
  { rows, next }: DomainWithMailboxes['page'],
): Promise<DomainWithMailboxes['page']> {
  const owned = await listOwnedAmong(
    pool,
    rows.map(({ address }) => address),
  )
  const unowned = rows.filter(({ address }) => !owned.has(address))
  const page = unowned.slice(0, PAGE_ROWS)
  return { rows: page, next: unowned.length > PAGE_ROWS ? (page.at(-1)?.written ?? null) : next }
}

const toEntry = (
  { actions }: Mapping,
  address: string,
  mailRow: MailRow,
  own: Map<string, OwnedMailbox>,
  aliases: Map<string, number> | null,
): DomainMailbox => ({
  address,
  mailRow,
  own: own.get(address) ?? null,
  aliases: aliases && (aliases.get(address) ?? 0),
  actions,
})

async function describeDomains(pool: Pool, mapping: Mapping, domains: ServedDomain[]): Promise<DomainEntry[]> {
  const names = domains.map(({ name }) => name)
  const [holders, counts] = await Promise.all([listHolders(pool, names), countMailboxesOf(pool, mapping, domains)])
  return names.map((name) => ({
    name,
    holders: holders.get(name) ?? { admins: [], accounts: 0 },
    mailboxes: counts.get(name) ?? 0,
  }))
}
