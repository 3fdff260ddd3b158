import {
  addressInLowerCase,
  collidesWith,
  given,
  inLowerCase,
  isAddress,
  isText,
  mayBeOneOf,
} from '../../../connector/mapping/address-sql.ts'
import { passwordIn, quotaIn } from '../../../connector/mapping/elsewhere.ts'
import { idFromText, idText } from '../../../connector/mapping/ids.ts'
import { findLogin } from '../../../connector/mapping/login-names.ts'
import { placeholdersIn } from '../../../connector/mapping/placeholders.ts'
import {
  addressValues,
  andWhere,
  fill,
  insertInto,
  isInState,
  knownOf,
  type Known,
} from '../../../connector/mapping/pieces.ts'
import { columnsIn, type Assignment, type Mapping } from '../../../connector/mapping/mapping.ts'
import { readQuota, writeQuota, type Quota } from '../../../connector/mapping/quota.ts'
import { ask, join, sql, integer, write, type Name, type Sql } from '../../../connector/mapping/sql.ts'
import { Refused } from '../../lib/result.ts'
import type { Db } from '../store.ts'

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
  usage: Map<string, number>,
): MailRow => ({
  address,
  quota: mailbox.quota && readQuota(mailbox.quota, quota),
  usedBytes: usage.get(address) ?? null,
  open: open === 1,
})

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

/** Whether any row of the mapped tables has the address, including rows that the mapping's filters leave out. */
export async function isAddressTaken(db: Db, { mailbox, alias, taken }: Mapping, address: string): Promise<boolean> {
  const arms = [mailbox, ...(alias ? [alias.named ?? alias] : []), ...taken].map(
    (one) => sql`SELECT 1 FROM ${one.table} WHERE ${collidesWith(one.address, address)}`,
  )
  return (await ask(db, sql`${join(arms, ' UNION ALL ')} LIMIT 1`)).length > 0
}

/** The mail domains, by name; at most `limit` of them. */
export async function listDomains(db: Db, { domain }: Mapping, limit: number): Promise<string[]> {
  const rows = await ask<{ served: string }>(
    db,
    // By another name than the column's, which it would be ordered by: then all of them are read and sorted.
    sql`SELECT ${inLowerCase(domain.name)} AS served FROM ${domain.table} WHERE 1 = 1${andWhere(domain.where)}
        ORDER BY ${domain.name} LIMIT ${integer(limit)}`,
  )
  return rows.map((row) => row.served)
}

/** What the domain column of a mailbox or alias holds for this domain; null when the mail server has no such domain. */
export async function findDomainId(db: Db, { domain }: Mapping, name: string): Promise<Sql | string | null> {
  const [row] = await ask<{ id: string }>(
    db,
    // As text: JavaScript's numbers cannot hold 64 bits.
    sql`SELECT ${idText(domain.id)} AS id FROM ${domain.table}
        WHERE ${isText(domain.name, [name])}${andWhere(domain.where)}`,
  )
  return row ? idFromText(domain.id, row.id) : null
}

/** The mail server's id of the mailbox; null where the mapping names no id, or there is no such mailbox. */
export async function findMailboxId(db: Db, { mailbox }: Mapping, address: string): Promise<Sql | string | null> {
  if (mailbox.id === null) return null
  const [row] = await ask<{ id: string }>(
    db,
    sql`SELECT ${idText(mailbox.id)} AS id FROM ${mailbox.table}
        WHERE ${isAddress(mailbox.address, address)}${andWhere(mailbox.where)}`,
  )
  return row ? idFromText(mailbox.id, row.id) : null
}

interface NewMailRow {
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
  const { mailbox } = mapping
  const domainId = await findDomainId(db, mapping, row.domain)
  if (domainId === null) throw new RowRefused('domain')

  const address = `${row.localPart}@${row.domain}`
  const quota = mailbox.quota && writeQuota(mailbox.quota, row.quotaBytes)
  const known: Known = { ...knownOf(mapping, address, domainId), quota }
  const columns: [Name, Sql | string | null][] = [
    ...addressValues(mailbox.address, mailbox.domain, { address, domainId }),
  ]
  if (mailbox.passwordAt === null) columns.push([mailbox.password, row.hash])
  if (mailbox.quota?.at === null) columns.push([mailbox.quota.column, quota])
  if (await isLoginTaken(db, mapping, known)) throw new LoginTaken()
  await writeRow(db, mapping, insertInto(mailbox.table, [...mailbox.insert, ...row.state], known, columns)).catch(
    async (error: unknown) => {
      // Somebody was faster.
      const isIt = error instanceof RowRefused && error.refusal === 'taken' && (await isLoginTaken(db, mapping, known))
      throw isIt ? new LoginTaken() : error
    },
  )
  if (mapping.companionInsert.length === 0) return

  const all: Known = {
    ...known,
    password: row.hash,
    mailbox_id: await findMailboxId(db, mapping, address),
    login: mailbox.login && (await findLogin(db, mapping, address)),
  }
  for (const { table, columns: set } of mapping.companionInsert)
    await writeRow(db, mapping, insertInto(table, set, all))
}

/** Whether another mailbox has the name that people would log in with, rows that the mapping leaves out among them. */
async function isLoginTaken(db: Db, { mailbox }: Mapping, known: Known): Promise<boolean> {
  const { login } = mailbox
  const said = login && mailbox.insert.findLast(({ column }) => column.text.toLowerCase() === login.text.toLowerCase())
  if (!login || !said) return false
  const found = await ask(
    db,
    sql`SELECT 1 FROM ${mailbox.table} WHERE ${login} = ${given(login, fill(said.value, known))} LIMIT 1`,
  )
  return found.length > 0
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
