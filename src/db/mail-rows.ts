import type { ResultSetHeader, RowDataPacket } from 'mysql2/promise'
import {
  andWhere,
  valueParameters,
  valueSql,
  whereParameters,
  type Assignment,
  type Mapping,
  type Name,
} from '../../connector/contract/mapping.ts'
import { collidesWith, isAddress } from '../../connector/contract/address-sql.ts'
import type { Db } from './store.ts'

/** The mail server's own tables, by the mapping. Addresses and domain names are given in lower case. */
export interface MailRow {
  address: string
  /** null: no limit, or no quota column */
  quotaBytes: number | null
  /** Whether the row has the values of an open mailbox; true where the mapping has none. */
  open: boolean
}

/** The mail server's rows of these mailboxes, by address; one that is missing has no row. */
export async function listMailRows(db: Db, { mailbox }: Mapping, addresses: string[]): Promise<Map<string, MailRow>> {
  if (addresses.length === 0) return new Map()
  // A time that is written when a mailbox opens says nothing about whether it is open.
  const conditions = mailbox.open.filter(({ value }) => value !== '{now}')
  const open = conditions.map((item) => ` AND ${item.column} <=> ?`).join('')
  const [rows] = await db.execute<(RowDataPacket & { address: string; quota: string | number | null; open: number })[]>(
    `SELECT LOWER(${mailbox.address}) AS address, ${mailbox.quota ?? 'NULL'} AS quota, (1 = 1${open}) AS open
     FROM ${mailbox.table}
     WHERE ${mailbox.address} IN (${addresses.map(() => '?').join(', ')})${andWhere(mailbox.where)}`,
    [...valueParameters(mailbox.open), ...addresses, ...whereParameters(mailbox.where)],
  )
  return new Map(
    rows.map((row) => {
      const unlimited = row.quota === null || String(row.quota) === mailbox.quotaUnlimited
      const quotaBytes = unlimited ? null : Number(row.quota) * mailbox.quotaUnitBytes
      return [row.address, { address: row.address, quotaBytes, open: row.open === 1 }]
    }),
  )
}

/** The hash in the mail server's row; null when there is no such row. */
export async function findStoredHash(db: Db, { mailbox }: Mapping, address: string): Promise<string | null> {
  const [[row]] = await db.execute<(RowDataPacket & { hash: string })[]>(
    `SELECT ${mailbox.password} AS hash FROM ${mailbox.table} WHERE ${isAddress(mailbox.address)}${andWhere(mailbox.where)}`,
    [address, address, ...whereParameters(mailbox.where)],
  )
  return row?.hash ?? null
}

/** The hash of the mailbox's password, also while a lock holds its place; null when there is no such mailbox. */
export async function findRealHash(db: Db, mapping: Mapping, address: string): Promise<string | null> {
  const [[own]] = await db.execute<(RowDataPacket & { kept: string | null })[]>(
    'SELECT kept_hash AS kept FROM colombier_mailboxes WHERE address = ?',
    [address],
  )
  return own?.kept ?? findStoredHash(db, mapping, address)
}

/** @throws Error when there is no such row */
export async function setStoredHash(db: Db, { mailbox }: Mapping, address: string, hash: string) {
  const [{ affectedRows }] = await db.execute<ResultSetHeader>(
    `UPDATE ${mailbox.table} SET ${mailbox.password} = ? WHERE ${isAddress(mailbox.address)}${andWhere(mailbox.where)}`,
    [hash, address, address, ...whereParameters(mailbox.where)],
  )
  if (affectedRows !== 1) throw new Error('The mail server has no row for the mailbox')
}

/** Whether a mailbox or an alias has the address. */
export async function isAddressTaken(db: Db, { mailbox, alias }: Mapping, address: string): Promise<boolean> {
  const [rows] = await db.execute<RowDataPacket[]>(
    `SELECT 1 FROM ${mailbox.table} WHERE ${collidesWith(mailbox.address)} UNION ALL
     SELECT 1 FROM ${alias.table} WHERE ${collidesWith(alias.address)} LIMIT 1`,
    [address, address, address, address],
  )
  return rows.length > 0
}

/** The mail domains, by name; at most `limit` of them. */
export async function listDomains(db: Db, { domain }: Mapping, limit: number): Promise<string[]> {
  const [rows] = await db.execute<(RowDataPacket & { name: string })[]>(
    `SELECT LOWER(${domain.name}) AS name FROM ${domain.table} WHERE 1 = 1${andWhere(domain.where)}
     ORDER BY ${domain.name} LIMIT ${Math.trunc(limit)}`,
    whereParameters(domain.where),
  )
  return rows.map((row) => row.name)
}

/** What the domain column of a mailbox or alias holds for this domain; null when the mail server has no such domain. */
export async function findDomainId(db: Db, { domain }: Mapping, name: string): Promise<string | null> {
  const [[row]] = await db.execute<(RowDataPacket & { id: string })[]>(
    // As text: a number of 64 bits is more than JavaScript counts to.
    `SELECT CAST(${domain.id} AS CHAR) AS id FROM ${domain.table} WHERE ${domain.name} = ?${andWhere(domain.where)}`,
    [name, ...whereParameters(domain.where)],
  )
  return row?.id ?? null
}

export interface NewMailRow {
  localPart: string
  domain: string
  /** what the password column gets */
  hash: string
  /** null: no limit */
  quotaBytes: number | null
  /** the mapping's open or locked values */
  state: Assignment[]
}

/**
 * Adds a mailbox to the mail server's table.
 * @returns why nothing was written, where the mail server has no such domain or another program took the address; else null
 */
export async function insertMailRow(db: Db, mapping: Mapping, row: NewMailRow): Promise<'domain' | 'taken' | null> {
  const { mailbox } = mapping
  const domainId = await findDomainId(db, mapping, row.domain)
  if (domainId === null) return 'domain'

  const address = `${row.localPart}@${row.domain}`
  const fill = (value: string | null) =>
    value === null || value === '{now}'
      ? value
      : value.replace(/\{(local|domain|address)\}/g, (_, key: 'local' | 'domain' | 'address') =>
          key === 'local' ? row.localPart : key === 'domain' ? row.domain : address,
        )
  const columns = new Map<Name, string | number | null>()
  for (const item of [...mailbox.insert, ...row.state]) columns.set(item.column, fill(item.value))
  columns.set(mailbox.address, address)
  columns.set(mailbox.password, row.hash)
  if (mailbox.domain) columns.set(mailbox.domain, domainId)
  if (mailbox.quota) {
    columns.set(
      mailbox.quota,
      row.quotaBytes === null ? mailbox.quotaUnlimited : Math.ceil(row.quotaBytes / mailbox.quotaUnitBytes),
    )
  }

  const values = [...columns.values()]
  try {
    await db.execute(
      `INSERT INTO ${mailbox.table} (${[...columns.keys()].join(', ')})
       VALUES (${values.map((value) => valueSql(typeof value === 'string' ? value : '')).join(', ')})`,
      values.filter((value) => value !== '{now}'),
    )
    return null
  } catch (error) {
    if ((error as { code?: string }).code === 'ER_DUP_ENTRY') return 'taken'
    throw error
  }
}
