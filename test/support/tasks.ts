import { isAddress } from '../../connector/mapping/address-sql.ts'
import { sql, write } from '../../connector/mapping/sql.ts'
import { transaction } from '../../src/db/store.ts'
import { unlockMailbox } from '../../connector/contract/lock.ts'
import type { TaskError } from '../../connector/contract/tasks.ts'
import type { TestApp } from './app.ts'

/** of the mailboxes that addMailbox makes */
export const MAILBOX_PASSWORD = 'the first of many'

type Parts = Pick<TestApp, 'pool' | 'config' | 'locking' | 'query'>

/** What the connector writes when it has done the mailbox's open task, or has given it up. */
export async function endTask({ pool, locking, query }: Parts, mailbox: string, error: TaskError | null = null) {
  const [task] = await query<{ id: string; kind: string; new_hash: string | null }>(
    'SELECT id, kind, new_hash FROM colombier_tasks WHERE open_mailbox = ?',
    [mailbox],
  )
  if (task === undefined) throw new Error(`${mailbox} has no open task`)

  await transaction(pool, async (db) => {
    const failedCreation = error !== null && task.kind === 'create'
    if (!failedCreation) {
      const lock = task.kind === 'create' ? 'setup' : 'task'
      await unlockMailbox(db, locking, mailbox, lock, error === null ? task.new_hash : null)
    }
    await db.execute(
      `UPDATE colombier_tasks SET state = ?, error = ?, finished_at = UTC_TIMESTAMP(6), payload = NULL, new_hash = NULL
       WHERE id = ?`,
      [error === null ? 'done' : 'failed', error, task.id],
    )
  })
}

/** A mailbox that is open and set up, as if its owner had made it some time ago. */
export async function addMailbox(
  { pool, config, query }: Omit<Parts, 'locking'>,
  mailbox: { address: string; accountId: number | null; hash?: string; quotaBytes?: number },
) {
  const { address, accountId, hash = `{PLAIN}${MAILBOX_PASSWORD}`, quotaBytes = 1024 ** 3 } = mailbox
  const [, domain] = address.split('@')
  await query(
    `INSERT INTO virtual_users (domain_id, email, password, quota) SELECT id, ?, ?, ? FROM virtual_domains WHERE name = ?`,
    [address, '', quotaBytes, domain],
  )
  const { table, password, address: column } = config.mapping.mailbox
  await write(pool, sql`UPDATE ${table} SET ${password} = ${hash} WHERE ${isAddress(column, address)}`)
  await query('INSERT INTO colombier_mailboxes (address, account_id, created_at) VALUES (?, ?, UTC_TIMESTAMP(6))', [
    address,
    accountId,
  ])
  const [row] = await query<{ id: number }>('SELECT id FROM colombier_mailboxes WHERE address = ?', [address])
  return row?.id ?? 0
}

/** Every row of the database but for sessions and counters, which move by themselves. */
export async function everyRow({ query }: Pick<TestApp, 'query'>): Promise<Record<string, unknown[]>> {
  const tables = await query<{ name: string }>(
    `SELECT table_name AS name FROM information_schema.tables WHERE table_schema = DATABASE()
     AND table_name NOT IN ('colombier_sessions', 'colombier_rate_limits') ORDER BY table_name`,
  )
  const rows: Record<string, unknown[]> = {}
  for (const { name } of tables) rows[name] = await query(`SELECT * FROM \`${name}\``)
  return rows
}
