import {
  addressInLowerCase,
  inCollationOf,
  inLowerCase,
  isAddress,
  isQuick,
  mayBeOneOf,
} from '../../../connector/mapping/address-sql.ts'
import { addMailRow, type NewMailRow } from '../../../connector/contract/insertion.ts'
import { passwordIn, quotaIn } from '../../../connector/mapping/elsewhere.ts'
import { placeholdersIn } from '../../../connector/mapping/placeholders.ts'
import { andWhere, isInState } from '../../../connector/mapping/pieces.ts'
import { columnsIn, type Mapping } from '../../../connector/mapping/mapping.ts'
import { readQuota, type Quota } from '../../../connector/mapping/quota.ts'
import { ask, sql, write, type Name, type Sql } from '../../../connector/mapping/sql.ts'
import { Refused } from '../../lib/result.ts'
import type { Db } from '../store.ts'

export { isAddressTaken, listDomains } from '../../../connector/contract/insertion.ts'

/** The mail server's own tables, by the mapping. Addresses and domain names are given in lower case. */
export interface MailRow {
  address: string
  quota: Quota
  /** null: not told by the mail server */
  usedBytes: number | null
  /** Whether the row has the values of an open mailbox; true where the mapping has none. */
  open: boolean
}

/** The mail server's rows of these mailboxes, by address; one that is missing has no row. */
export async function listMailRows(db: Db, mapping: Mapping, addresses: string[]): Promise<Map<string, MailRow>> {
  if (addresses.length === 0) return new Map()
  const { mailbox } = mapping
  const [rows, usage] = await Promise.all([
    ask<AskedRow>(
      db,
      sql`SELECT ${mailRowColumns(mapping)}
          FROM ${mailbox.table} WHERE ${mayBeOneOf(mailbox.address, addresses)}${andWhere(mailbox.where)}`,
    ),
    listUsage(db, mapping, addresses),
  ])
  return new Map(rows.map((row) => [row.address, toMailRow(mapping, row, usage)]))
}

/** What is asked of a mailbox's row. */
export interface AskedRow {
  address: string
  quota: string | number | null
  open: number
}

export const mailRowColumns = ({ mailbox }: Mapping): Sql =>
  sql`${addressInLowerCase(mailbox.address)} AS address, ${quotaIn(mailbox)} AS quota, (${isInState(mailbox.open)}) AS open`

/** @param usage what the mailboxes hold, by address */
export const toMailRow = (
  { mailbox }: Mapping,
  { address, quota, open }: AskedRow,
  usage = new Map<string, number>(),
): MailRow => ({
  address,
  quota: mailbox.quota && readQuota(mailbox.quota, quota),
  usedBytes: usage.get(address) ?? null,
  open: open === 1,
})

/** The same for the mailboxes `m` of another question: columns, and a join. */
interface JoinedMailRow {
  columns: Sql
  join: Sql
}

/** Null where no index would find the rows, or where there is more to ask. The database makes no table of the join. */
export function joinMailRow({ mailbox, usage }: Mapping): JoinedMailRow | null {
  const { table, address, quota, where, open } = mailbox
  if (!isQuick(address) || usage !== null || (quota && quota.at !== null)) return null
  return {
    columns: sql`mail.found, mail.quota, mail.open`,
    join: sql`LEFT JOIN (SELECT ${address.whole} AS found, ${quotaIn(mailbox)} AS quota, (${isInState(open)}) AS open
        FROM ${table} WHERE 1 = 1${andWhere(where)}) AS mail
        ON mail.found = ${inCollationOf(address.whole, sql`m.address`)} AND ${inLowerCase(sql`mail.found`)} = m.address`,
  }
}

/** How much the mailboxes hold, in bytes, where the mail server says so. */
export async function listUsage(db: Db, { usage }: Mapping, addresses: string[]): Promise<Map<string, number>> {
  if (usage === null || addresses.length === 0) return new Map()
  const rows = await ask<{ address: string; bytes: string | number | null }>(
    db,
    sql`SELECT ${addressInLowerCase(usage.address)} AS address, ${usage.bytes} AS bytes
        FROM ${usage.table} WHERE ${mayBeOneOf(usage.address, addresses)}`,
  )
  return new Map(rows.map(({ address, bytes }) => [address, Number(bytes ?? 0)]))
}

/** The hash in the mail server's row; null when there is no such row. */
export async function findStoredHash(db: Db, { mailbox }: Mapping, address: string): Promise<string | null> {
  const [row] = await ask<{ hash: string }>(
    db,
    sql`SELECT ${passwordIn(mailbox)} AS hash FROM ${mailbox.table}
        WHERE ${isAddress(mailbox.address, address)}${andWhere(mailbox.where)}`,
  )
  return row?.hash ?? null
}

/**
 * Why the mail server did not take a row: it has no such domain, another program took the address, a column has no room
 * for the address, or the quota is beyond what its column counts to.
 */
export type RowRefusal = 'domain' | 'taken' | 'address_too_long' | 'quota'

/** The mail server did not take a row. Thrown, so that the transaction around it is rolled back. */
export class RowRefused extends Refused<RowRefusal> {}

/** Another mailbox has the name that people would log in to the new one with. Thrown, likewise. */
export class LoginTaken extends Refused<'login_taken'> {
  constructor() {
    super('login_taken')
  }
}

/**
 * Adds a mailbox to the mail server's table, and to other tables what the mapping says of them.
 * @throws RowRefused, LoginTaken
 */
export async function insertMailRow(db: Db, mapping: Mapping, row: NewMailRow): Promise<void> {
  const refusal = await addMailRow(db, mapping, row, (statement) => writeRow(db, mapping, statement))
  if (refusal === 'login_taken') throw new LoginTaken()
  if (refusal !== null) throw new RowRefused(refusal)
}

/** Writes to the mail server's tables. @returns the number of rows. @throws RowRefused */
export async function writeRow(db: Db, mapping: Mapping, statement: Sql): Promise<number> {
  try {
    return await write(db, statement)
  } catch (error) {
    const refusal = refusalIn(mapping, error)
    throw refusal === null ? error : new RowRefused(refusal)
  }
}

/** Why the row was refused, where that is the row's fault; null where it is not. */
function refusalIn(mapping: Mapping, error: unknown): RowRefusal | null {
  const { code, message } = error as { code?: string; message: string }
  if (code === 'ER_DUP_ENTRY') return 'taken'
  const isTooLong = code === 'ER_DATA_TOO_LONG'
  if (!isTooLong && code !== 'ER_WARN_DATA_OUT_OF_RANGE') return null

  // The database names the column in its message.
  const [, name] = / for column (?:`.*`\.)?[`'](.+?)[`'] at row /.exec(message) ?? []
  const isAmong = (columns: Name[]) => columns.some(({ path }) => path[0] === name)
  if (mapping.mailbox.quota && isAmong([mapping.mailbox.quota.column])) return 'quota'
  return isTooLong && isAmong(columnsOfAddress(mapping)) ? 'address_too_long' : null
}

/** The columns that hold an address, or what a template makes of one. */
function columnsOfAddress({ mailbox, alias, companionInsert }: Mapping): Name[] {
  const own = [mailbox, ...(alias ? [alias.named ?? alias] : [])]
  const set = [...own.flatMap(({ insert }) => insert), ...companionInsert.flatMap(({ columns }) => columns)]
  const made = set.filter(({ value }) =>
    placeholdersIn(value).some((placeholder) => /^(?:address|local|destination)/.test(placeholder)),
  )
  return [...own.flatMap(({ address }) => columnsIn(address)), ...made.map(({ column }) => column)]
}
