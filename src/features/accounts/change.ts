import type { PoolConnection } from 'mysql2/promise'
import {
  findAccountForUpdate,
  findNamedForUpdate,
  listSuperAdminsForUpdate,
  setRights,
  type AccountRights,
} from '../../db/accounts.ts'
import { tell } from '../../account/tell.ts'
import { record, type Actor, type AuditEvent } from '../../db/audit.ts'
import { removeLinksOf } from '../../db/links.ts'
import { endSessionsOf } from '../../db/sessions.ts'
import { transaction } from '../../db/store.ts'
import type { Deps } from '../../http/context.ts'
import type { Result } from '../../lib/result.ts'
import type { Rights } from './form.ts'
import { insertGrant, insertGrants, listGrants, removeGrant, removeGrants } from '../../db/grants.ts'
import { ranks } from '../../lib/roles.ts'

/**
 * Gives the account these rights and no others. Where one is taken away its sessions are ended. The last active super
 * admin keeps being one: of two who would take it from each other at once, the second is refused.
 * @param rights domains of null leave the account's domains as they are
 * @returns null when there is no such account
 */
export async function changeRights(
  { pool, config }: Pick<Deps, 'pool' | 'config'>,
  actor: Actor,
  id: number,
  rights: Omit<Rights, 'domains'> & { domains: string[] | null },
): Promise<Result<'changed', 'last_super_admin'> | null> {
  return transaction(pool, async (db) => {
    const superAdmins = await listSuperAdminsForUpdate(db)
    const before = await findAccountForUpdate(db, id)
    if (before === null) return null
    const stays = rights.role === 'super_admin' && rights.active
    if (!stays && superAdmins.length === 1 && superAdmins[0] === id) return { refused: 'last_super_admin' }

    const held = await listGrants(db, id)
    const wanted = rights.domains ?? held
    const granted = wanted.filter((domain) => !held.includes(domain))
    const withdrawn = held.filter((domain) => !wanted.includes(domain))
    await setRights(db, { id, ...rights })
    await removeGrants(db, id, withdrawn)
    await insertGrants(db, id, granted)

    const deactivated = before.active && !rights.active
    if (deactivated) await removeLinksOf(db, id)
    if (deactivated || withdrawn.length > 0 || ranks[rights.role] < ranks[before.role]) await endAndTell(db, config, id)
    for (const event of eventsOf(before, rights, granted, withdrawn)) await record(db, { actor, ...event })
    return { done: 'changed' }
  })
}

/** Grants or withdraws one domain; a withdrawal ends the account's sessions. Null when there is no such account. */
export async function changeDomain(
  { pool, config }: Pick<Deps, 'pool' | 'config'>,
  actor: Actor,
  { id, domain, change }: { id: number; domain: string; change: 'granted' | 'withdrawn' },
): Promise<'changed' | 'as_it_was' | null> {
  return transaction(pool, async (db) => {
    const account = await findAccountForUpdate(db, id)
    if (account === null) return null
    const isChanged = await (change === 'granted' ? insertGrant : removeGrant)(db, id, domain)
    if (!isChanged) return 'as_it_was'
    if (change === 'withdrawn') await endAndTell(db, config, id)
    await record(db, { actor, action: `account.domain_${change}`, domain, subject: account.email })
    return 'changed'
  })
}

/** Ends all sessions of an account whose row is held, and tells its owner where there were some. */
async function endAndTell(db: PoolConnection, config: Deps['config'], id: number): Promise<void> {
  const owner = await findNamedForUpdate(db, id)
  if ((await endSessionsOf(db, id)) > 0 && owner) await tell(db, config, owner, 'sessionsEnded', null)
}

function eventsOf(
  before: AccountRights,
  rights: Omit<Rights, 'domains'>,
  granted: string[],
  withdrawn: string[],
): AuditEvent[] {
  const { email } = before
  const events: AuditEvent[] = []
  if (rights.role !== before.role) {
    events.push({ action: 'account.role_changed', subject: `${email}: ${before.role} → ${rights.role}` })
  }
  if (rights.active !== before.active) {
    events.push({ action: rights.active ? 'account.activated' : 'account.deactivated', subject: email })
  }
  if (rights.mailboxLimit !== before.mailboxLimit) {
    const said = (limit: number | null) => (limit === null ? '–' : String(limit))
    const subject = `${email}: ${said(before.mailboxLimit)} → ${said(rights.mailboxLimit)}`
    events.push({ action: 'account.limit_changed', subject })
  }
  for (const domain of granted) events.push({ action: 'account.domain_granted', domain, subject: email })
  for (const domain of withdrawn) events.push({ action: 'account.domain_withdrawn', domain, subject: email })
  return events
}
