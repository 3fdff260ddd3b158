import type { RowDataPacket } from 'mysql2/promise'
import { addressInLowerCase, addressText, asText, exactly, given, isAddress, isText } from '../mapping/address-sql.ts'
import type { Db } from './database.ts'
import { findLogin } from '../mapping/login-names.ts'
import { isForMany, leadsTo, withoutMailbox } from '../mapping/destinations.ts'
import { idFromText, idText } from '../mapping/ids.ts'
import { placeholdersIn } from '../mapping/placeholders.ts'
import { leaveOutAbsent } from '../mapping/optional-companions.ts'
import { andWhere, deleteEmptied, deleteFrom, fill, holdNames, type Known } from '../mapping/pieces.ts'
import { columnsIn, type AliasMapping, type Assignment, type Mapping } from '../mapping/mapping.ts'
import { ask, join, sql, write, type Sql } from '../mapping/sql.ts'

/**
 * Removes a mailbox from the mail server's tables and Colombier's, with the aliases that lead to it, and reserves its
 * address for the account that had it. To be run in one transaction; twice does no harm.
 */
export async function removeMailbox(db: Db, mapping: Mapping, address: string, reservedDays: number) {
  const [[own]] = await db.execute<(RowDataPacket & { account_id: number | null })[]>(
    'SELECT account_id FROM colombier_mailboxes WHERE address = ? FOR UPDATE',
    [address],
  )
  await removeCompanions(db, mapping, address)
  if (mapping.alias) await removeAliasesOf(db, mapping.alias, address)
  const { mailbox } = mapping
  await write(db, sql`${deleteFrom(mailbox)} WHERE ${isAddress(mailbox.address, address)}${andWhere(mailbox.where)}`)
  if (!own) return

  await db.execute('DELETE FROM colombier_credentials WHERE mailbox = ?', [address])
  await db.execute('DELETE FROM colombier_mailboxes WHERE address = ?', [address])
  await db.execute(
    `INSERT INTO colombier_reservations (address, account_id, until)
     VALUES (?, ?, UTC_TIMESTAMP(6) + INTERVAL ? DAY)
     ON DUPLICATE KEY UPDATE account_id = VALUES(account_id), until = VALUES(until)`,
    [address, own.account_id, reservedDays],
  )
}

/** What the mapping says of rows that go with a mailbox. */
async function removeCompanions(db: Db, mapping: Mapping, address: string) {
  const { companionDelete } = (await leaveOutAbsent(db, mapping)).present
  if (companionDelete.length === 0) return
  const known = await describeMailbox(db, mapping, address)
  for (const { table, columns } of companionDelete) {
    await write(
      db,
      sql`DELETE FROM ${table} WHERE ${join(
        columns.map((item) => isSaid(item, known)),
        ' AND ',
      )}`,
    )
  }
}

function isSaid({ column, value }: Assignment, known: Known): Sql {
  if (value === null) return sql`${column} IS NULL`
  const said = fill(value, known)
  const placeholders = placeholdersIn(value)
  if (placeholders.length === 0) return sql`${column} = ${said}`

  // No other value that the column's collation takes for it, which may be somebody else's.
  const isOfId = placeholders.some((key) => key.endsWith('_id'))
  if (!isOfId)
    return isText(
      column,
      said.values.map((text) => String(text).toLowerCase()),
    )
  // An id that its row no longer tells is NULL here, which equals nothing. Numbers have no collation but this one.
  return sql`${column} = ${given(column, said)} AND (COLLATION(${column}) = 'binary' OR ${exactly(asText(column))} = ${said})`
}

/** What the placeholders stand for that are about a mailbox. */
async function describeMailbox(db: Db, { mailbox, domain }: Mapping, address: string): Promise<Known> {
  const at = address.lastIndexOf('@')
  const [row] = await ask<{ id: string | null }>(
    db,
    sql`SELECT ${mailbox.id ? idText(mailbox.id) : sql`NULL`} AS id FROM ${mailbox.table}
        WHERE ${isAddress(mailbox.address, address)}${andWhere(mailbox.where)}`,
  )
  const [served] = await ask<{ id: string }>(
    db,
    sql`SELECT ${idText(domain.id)} AS id FROM ${domain.table} WHERE ${isText(domain.name, [address.slice(at + 1)])}`,
  )
  return {
    local: address.slice(0, at),
    domain: address.slice(at + 1),
    address,
    login: mailbox.login && (await findLogin(db, { mailbox }, address)),
    mailbox_id: mailbox.id && row?.id ? idFromText(mailbox.id, row.id) : null,
    domain_id: served ? idFromText(domain.id, served.id) : null,
  }
}

/**
 * Removes the mailbox's own row and the aliases that lead only to it; an alias with other destinations keeps those. An
 * alias for a whole domain stays, even if it now leads nowhere: it is not the owner's to delete, and the domain's
 * admins are told.
 */
async function removeAliasesOf(db: Db, alias: AliasMapping, address: string) {
  if (alias.named === null) {
    await removeDestinations(db, alias, address)
    return
  }
  const { id } = alias.named
  const those = [sql`NULL`, ...(await findNames(db, alias, address)).map((text) => sql`${idFromText(id, text)}`)]
  const which = sql`${id} IN (${join(those)}) OR ${isAddress(alias.named.address, address)}`
  await ask(db, holdNames(alias, which))
  await removeDestinations(db, alias, address)
  await write(db, sql`${deleteEmptied(alias)} AND (${which})`)
}

/** The ids of the names that lead to the mailbox, and may lead nowhere without it. */
async function findNames(db: Db, alias: AliasMapping, address: string): Promise<string[]> {
  const [reference] = columnsIn(alias.address)
  if (reference === undefined) return []
  const leading =
    alias.list === 'rows'
      ? isAddress(alias.destination, address)
      : sql`LOCATE(${address}, ${addressInLowerCase(alias.destination)}) > 0`
  const rows = await ask<{ id: string }>(
    db,
    sql`SELECT DISTINCT ${idText(reference)} AS id FROM ${alias.table}
        WHERE ${leading} AND ${isForOne(addressText(alias.address))}${andWhere(alias.where)}`,
  )
  return rows.map(({ id }) => id)
}

async function removeDestinations(db: Db, alias: AliasMapping, address: string) {
  const own = isAddress(alias.address, address)
  const where = andWhere(alias.where)
  if (alias.list === 'rows') {
    const leading = sql`${isAddress(alias.destination, address)} AND ${isForOne(addressText(alias.address))}`
    await write(db, sql`${deleteFrom(alias)} WHERE (${own} OR ${leading})${where}`)
    return
  }

  await write(db, sql`${deleteFrom(alias)} WHERE ${own}${where}`)
  const [text, destination] = [addressText(alias.address), addressText(alias.destination)]
  const rows = await ask<{ address: string; destination: string }>(
    db,
    sql`SELECT COALESCE(${text}, '') AS address, ${destination} AS destination FROM ${alias.table}
        WHERE LOCATE(${address}, ${addressInLowerCase(alias.destination)}) > 0${where} FOR UPDATE`,
  )
  for (const row of rows.filter((one) => leadsTo(alias.list, one.destination, address))) {
    const kept = withoutMailbox(alias.list, row.destination, address)
    const found = sql` WHERE COALESCE(${exactly(text)}, '') = ${row.address} AND ${exactly(destination)} = ${row.destination}${where}`
    if (kept === null && isForMany(row.address)) continue
    if (kept === null) await write(db, sql`${deleteFrom(alias)}${found}`)
    else if ('whole' in alias.destination)
      await write(db, sql`UPDATE ${alias.table} SET ${alias.destination.whole} = ${kept}${found}`)
  }
}

/** The opposite of `isForMany`, as SQL. A NULL has no local part. */
const isForOne = (text: Sql): Sql =>
  sql`${text} NOT LIKE '@%' AND ${text} <> '' AND LOCATE('*', ${text}) = 0 AND LOCATE('%', ${text}) = 0`
