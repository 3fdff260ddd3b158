import type { Mapping } from '../../connector/mapping/mapping.ts'
import type { Account } from '../db/accounts.ts'
import { listDomainPage, listServed } from '../db/mail/lists.ts'
import { PAGE_ROWS } from '../db/page.ts'
import type { Db } from '../db/store.ts'
import { hasRole } from '../lib/roles.ts'

/** The domains that an account may use, as far as a list can show them. */
export interface DomainChoice {
  domains: string[]
  /** There are more: what begins otherwise is found by typing. */
  more: boolean
}

/** Domains that the account may use and that begin so: those granted to it, for a super admin all that are served. */
export async function listUsable(
  db: Db,
  mapping: Mapping,
  account: Pick<Account, 'role' | 'domains'>,
  prefix = '',
): Promise<DomainChoice> {
  if (hasRole(account, 'super_admin')) {
    const { rows, next } = await listDomainPage(db, mapping, { among: null, prefix, after: '' })
    return { domains: rows.map(({ name }) => name), more: next !== null }
  }
  const found = account.domains.filter((domain) => domain.startsWith(prefix))
  return { domains: found.slice(0, PAGE_ROWS), more: found.length > PAGE_ROWS }
}

/** Whether the account may use every one of these domains, however many there are of which it may. */
export async function mayUse(
  db: Db,
  mapping: Mapping,
  account: Pick<Account, 'role' | 'domains'>,
  domains: string[],
): Promise<boolean> {
  if (!hasRole(account, 'super_admin')) return domains.every((domain) => account.domains.includes(domain))
  const served = new Set((await listServed(db, mapping, domains)).map(({ name }) => name))
  return domains.every((domain) => served.has(domain))
}
