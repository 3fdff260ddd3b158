import { addressInLowerCase, addressText, inCollationOf, inLowerCase, isAddress, isText } from './address-sql.ts'
import type { Assignment, Elsewhere, Mapping } from './mapping.ts'
import { andWhere, isAsSet } from './pieces.ts'
import { join, sql, type Name, type Sql } from './sql.ts'

/** What a mailbox has in another table's row: its password, its quota. */

type Mailbox = Mapping['mailbox']

/** The column in a question about mailboxes, wherever it is. */
export const readFrom = (mailbox: Mailbox, column: Name, at: Elsewhere | null): Sql =>
  at === null
    ? column
    : sql`(SELECT ${at.table}.${column} FROM ${at.table} WHERE ${join(
        at.by.map((item) => isOfRow(mailbox, at, item)),
        ' AND ',
      )} LIMIT 1)`

export const passwordIn = (mailbox: Mailbox): Sql => readFrom(mailbox, mailbox.password, mailbox.passwordAt)

export const quotaIn = (mailbox: Mailbox): Sql | null =>
  mailbox.quota && readFrom(mailbox, mailbox.quota.column, mailbox.quota.at)

/** Whether the other table's row is that of the mailbox's row that is asked about. */
function isOfRow({ table, id, address }: Mailbox, at: Elsewhere, { column, value }: Assignment): Sql {
  const key = sql`${at.table}.${column}`
  if (value === '{mailbox_id}') return sql`${key} = ${inCollationOf(column, sql`${table}.${id ?? column}`)}`
  if (value !== '{address}') return isAsSet({ column, value })
  // By an index, where there is one; and then not by what its collation takes for the same.
  const isLike = sql`${key} = ${inCollationOf(column, addressText(address))}`
  const isSame = sql`${inLowerCase(key)} = ${addressInLowerCase(address)}`
  return column.collation?.ignoresCase ? sql`${isLike} AND ${isSame}` : isSame
}

/** Whether the other table's row is that of this mailbox. */
export const isRowOf = (mailbox: Mailbox, at: Elsewhere, address: string): Sql =>
  join(
    at.by.map(({ column, value }) => {
      if (value === '{address}') return isText(column, [address])
      if (value !== '{mailbox_id}') return isAsSet({ column, value })
      return sql`${column} = ${inCollationOf(column, sql`(SELECT ${mailbox.id} FROM ${mailbox.table} WHERE ${isAddress(mailbox.address, address)}${andWhere(mailbox.where)} LIMIT 1)`)}`
    }),
    ' AND ',
  )
