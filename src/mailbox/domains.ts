import type { Mapping } from '../../connector/mapping/mapping.ts'
import type { Account } from '../db/accounts.ts'
import { listDomainPage, listServed } from '../db/mail/lists.ts'
import { PAGE_ROWS } from '../db/page.ts'
import type { Db } from '../db/store.ts'
import { hasRole } from '../lib/roles.ts'

/** The domains that an account may use, as many as a list can show. */
export interface DomainChoice {
  domains: string[]
  /** whether there are more, which are found by typing */
  more: boolean
}

/**
 * The domains with this prefix that the account may use: those granted to it; for a super admin all that are served.
 */
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

/** Whether the account may use each of these domains, no matter how many it has. */
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
