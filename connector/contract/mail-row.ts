import { isAddress } from '../mapping/address-sql.ts'
import { isRowOf, passwordIn } from '../mapping/elsewhere.ts'
import { idText } from '../mapping/ids.ts'
import type { Assignment, Mapping } from '../mapping/mapping.ts'
import { andWhere, assign } from '../mapping/pieces.ts'
import { ask, join, sql, write, type Name, type Sql } from '../mapping/sql.ts'
import type { Db } from './database.ts'

/** The mail server's row of a mailbox, with the password wherever it is, as a lock reads and writes it. */

/** The mail server's row, or Colombier's own, is not there: nothing was written. */
export class MailboxGone extends Error {
  override name = 'MailboxGone'
}

export interface MailRow {
  hash: string | null
  id: string | null
}

export async function readMailRow(
  db: Db,
  { mailbox }: Mapping,
  address: string,
  forUpdate = true,
): Promise<MailRow | null> {
  const rows = await ask<MailRow>(
    db,
    sql`SELECT ${passwordIn(mailbox)} AS hash, ${mailbox.id ? idText(mailbox.id) : sql`NULL`} AS id
        FROM ${mailbox.table}
        WHERE ${isAddress(mailbox.address, address)}${andWhere(mailbox.where)}${forUpdate ? sql` FOR UPDATE` : sql``}`,
  )
  if (rows.length > 1) throw new Error('The mail server has more than one row for the mailbox')
  const [row = null] = rows
  const { password, passwordAt } = mailbox
  if (row === null || passwordAt === null || !forUpdate) return row

  // What stands in another table is neither held nor as it is now, unless it is asked for itself.
  const [held] = await ask<{ hash: string | null }>(
    db,
    sql`SELECT ${password} AS hash FROM ${passwordAt.table} WHERE ${isRowOf(mailbox, passwordAt, address)} FOR UPDATE`,
  )
  return { ...row, hash: held?.hash ?? null }
}

export async function getMailRow(db: Db, mapping: Mapping, address: string): Promise<MailRow> {
  const row = await readMailRow(db, mapping, address)
  if (row === null) throw new MailboxGone('The mail server has no such mailbox')
  return row
}

export async function updateMailbox(
  db: Db,
  { mailbox }: Mapping,
  address: string,
  { hash, set }: { hash?: string; set: Assignment[] },
) {
  const own = sql`${isAddress(mailbox.address, address)}${andWhere(mailbox.where)}`
  const { password, passwordAt } = mailbox
  const written = hash === undefined ? [] : [sql`${password} = ${hash}`]
  if (passwordAt !== null && written.length > 0)
    await updateOne(db, passwordAt.table, written, isRowOf(mailbox, passwordAt, address))
  const rest = [...(passwordAt === null ? written : []), ...assign(set)]
  if (rest.length > 0) await updateOne(db, mailbox.table, rest, own)
}

async function updateOne(db: Db, table: Name, set: Sql[], condition: Sql) {
  const found = await write(db, sql`UPDATE ${table} SET ${join(set)} WHERE ${condition}`)
  if (found === 0) throw new MailboxGone('The mail server has no such mailbox')
  if (found > 1) throw new Error('The mail server has more than one row for the mailbox')
}
