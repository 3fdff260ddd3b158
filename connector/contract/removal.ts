import type { RowDataPacket } from 'mysql2/promise'
import { exactly, inLowerCase, isAddress } from './address-sql.ts'
import type { Db } from './database.ts'
import { leadsTo, withoutMailbox } from './destinations.ts'
import { andWhere, whereParameters, type Mapping } from './mapping.ts'

/**
 * Removes a mailbox from the mail server's tables and Colombier's, with the aliases that lead to it, and reserves its
 * address for the account that had it. To be run in one transaction; twice does no harm.
 */
export async function removeMailbox(db: Db, mapping: Mapping, address: string, reservedDays: number) {
  const [[own]] = await db.execute<(RowDataPacket & { account_id: number | null })[]>(
    'SELECT account_id FROM colombier_mailboxes WHERE address = ? FOR UPDATE',
    [address],
  )
  await removeAliasesOf(db, mapping, address)
  const { mailbox } = mapping
  await db.execute(`DELETE FROM ${mailbox.table} WHERE ${isAddress(mailbox.address)}${andWhere(mailbox.where)}`, [
    address,
    address,
    ...whereParameters(mailbox.where),
  ])
  if (!own) return

  await db.execute('DELETE FROM colombier_mailboxes WHERE address = ?', [address])
  await db.execute(
    `INSERT INTO colombier_reservations (address, account_id, until)
     VALUES (?, ?, UTC_TIMESTAMP(6) + INTERVAL ? DAY)
     ON DUPLICATE KEY UPDATE account_id = VALUES(account_id), until = VALUES(until)`,
    [address, own.account_id, reservedDays],
  )
}

/** Its own row and those that lead to it alone go; a list with other destinations keeps them. */
async function removeAliasesOf(db: Db, { alias }: Mapping, address: string) {
  const filter = { sql: andWhere(alias.where), parameters: whereParameters(alias.where) }
  const own = isAddress(alias.address)
  const condition = alias.list === 'rows' ? `(${own} OR ${isAddress(alias.destination)})` : own
  const addresses = alias.list === 'rows' ? [address, address, address, address] : [address, address]
  await db.execute(`DELETE FROM ${alias.table} WHERE ${condition}${filter.sql}`, [...addresses, ...filter.parameters])
  if (alias.list === 'rows') return

  const [rows] = await db.execute<(RowDataPacket & { address: string; destination: string })[]>(
    `SELECT ${alias.address} AS address, ${alias.destination} AS destination FROM ${alias.table}
     WHERE LOCATE(?, ${inLowerCase(alias.destination)}) > 0${filter.sql} FOR UPDATE`,
    [address, ...filter.parameters],
  )
  for (const row of rows.filter(({ destination }) => leadsTo(alias.list, destination, address))) {
    const kept = withoutMailbox(alias.list, row.destination, address)
    const found = ` WHERE ${exactly(alias.address)} = ? AND ${exactly(alias.destination)} = ?${filter.sql}`
    const where = [row.address, row.destination, ...filter.parameters]
    if (kept === null) await db.execute(`DELETE FROM ${alias.table}${found}`, where)
    else await db.execute(`UPDATE ${alias.table} SET ${alias.destination} = ?${found}`, [kept, ...where])
  }
}
