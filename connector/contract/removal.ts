import type { Connection, RowDataPacket } from 'mysql2/promise'
import { andWhere, whereParameters, type Mapping } from './mapping.ts'

/**
 * Removes a mailbox from the mail server's tables and Colombier's, with the aliases that lead to it, and reserves its
 * address for the account that had it. To be run in one transaction; twice does no harm.
 */
export async function removeMailbox(db: Connection, mapping: Mapping, address: string, reservedDays: number) {
  const [[own]] = await db.execute<(RowDataPacket & { account_id: number | null })[]>(
    'SELECT account_id FROM colombier_mailboxes WHERE address = ? FOR UPDATE',
    [address],
  )
  await removeAliasesOf(db, mapping, address)
  const { mailbox } = mapping
  await db.execute(`DELETE FROM ${mailbox.table} WHERE ${mailbox.address} = ?${andWhere(mailbox.where)}`, [
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

async function removeAliasesOf(db: Connection, { alias }: Mapping, address: string) {
  const parameters = [address, address, ...whereParameters(alias.where)]
  await db.execute(
    `DELETE FROM ${alias.table} WHERE (${alias.destination} = ? OR ${alias.address} = ?)${andWhere(alias.where)}`,
    parameters,
  )
}
