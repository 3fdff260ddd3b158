import type { RowDataPacket } from 'mysql2/promise'
import type { AuditAction } from './audit.ts'
import { PAGE_ROWS, toPage, type Paged } from './page.ts'
import type { Db } from './store.ts'
import type { Account } from './accounts.ts'

/** An entry of the audit log. Times in UTC, as the database prints them. */
export interface AuditEntry {
  id: number
  at: string
  /** null: Colombier itself, or the mail host for it */
  accountId: number | null
  actor: string | null
  network: string | null
  action: AuditAction
  mailbox: string | null
  domain: string | null
  subject: string | null
}

export interface AuditSearch {
  /** an address; '': any */
  mailbox: string
  action: AuditAction | null
  /** the id before which the page begins; null: the newest */
  before: number | null
}

const columns = 'id, at, account_id AS accountId, actor, network, action, mailbox, domain, subject'
const newest = `ORDER BY id DESC LIMIT ${PAGE_ROWS + 1}`

/**
 * The audit log, newest first: all of it for a super admin, and for an admin what concerns the domains they manage and
 * their own decisions about requests that were granted none. One statement, which reads at most a page of each domain.
 */
export async function listAudit(
  db: Db,
  { id, role, domains }: Pick<Account, 'id' | 'role' | 'domains'>,
  { mailbox, action, before }: AuditSearch,
): Promise<Paged<AuditEntry>> {
  const conditions: [string, string | number][] = [
    ...(mailbox === '' ? [] : [['mailbox = ?', mailbox] as [string, string]]),
    ...(action === null ? [] : [['action = ?', action] as [string, string]]),
    ...(before === null ? [] : [['id < ?', before] as [string, number]]),
  ]
  const ask = (conditions: [string, string | number][]) => {
    const where = conditions.length === 0 ? '' : `WHERE ${conditions.map(([sql]) => sql).join(' AND ')}`
    return {
      sql: `SELECT ${columns} FROM colombier_audit ${where} ${newest}`,
      values: conditions.map(([, value]) => value),
    }
  }
  if (role === 'super_admin') return read(db, ask(conditions))
  if (role !== 'admin') return { rows: [], next: null }

  const ofDomains = domains.map((domain) => ask([['domain = ?', domain], ...conditions]))
  const ownDecisions = ['registration.denied', 'registration.reopened', 'registration.noted'].map((act) =>
    ask([['domain IS NULL AND action = ?', act], ['account_id = ?', id], ...conditions]),
  )
  const arms = [...ofDomains, ...ownDecisions]
  return read(db, {
    sql: `${arms.map(({ sql }) => `(${sql})`).join(' UNION ALL ')} ${newest}`,
    values: arms.flatMap(({ values }) => values),
  })
}

/**
 * What happened to a mailbox since its row was made, so nothing of what happened to an earlier owner of the address.
 */
export async function listMailboxHistory(
  db: Db,
  mailbox: { id: number; address: string },
  before: number | null,
): Promise<Paged<AuditEntry>> {
  return read(db, {
    sql: `SELECT ${columns} FROM colombier_audit
      WHERE mailbox = ? AND at >= (SELECT created_at FROM colombier_mailboxes WHERE id = ?)
        AND (? IS NULL OR id < ?) ${newest}`,
    values: [mailbox.address, mailbox.id, before, before],
  })
}

async function read(db: Db, { sql, values }: { sql: string; values: unknown[] }): Promise<Paged<AuditEntry>> {
  const [rows] = await db.query<(RowDataPacket & AuditEntry)[]>(sql, values)
  return toPage<AuditEntry>(rows, ({ id }) => String(id))
}
