import { collidesWith, given, inLowerCase, isAddress, isText } from '../mapping/address-sql.ts'
import { idFromText, idText } from '../mapping/ids.ts'
import { findLogin } from '../mapping/login-names.ts'
import type { AliasMapping, Assignment, Mapping } from '../mapping/mapping.ts'
import { addressValues, andWhere, fill, insertInto, knownOf, type Known } from '../mapping/pieces.ts'
import { writeQuota } from '../mapping/quota.ts'
import { ask, integer, join, sql, write, type Name, type Sql } from '../mapping/sql.ts'
import type { Db } from './database.ts'

/**
 * New rows in the mail server's tables, as the mapping has them, and where there is room for them. Addresses are given
 * in lower case.
 */

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

export interface NewAlias {
  localPart: string
  domain: string
  /** the mailbox's address */
  destination: string
}

type Put = (statement: Sql) => Promise<number>

/**
 * Whether any row of the mapped tables has the address, including rows that the mapping's filters leave out.
 * @param elsewhere further SELECTs: a row from any of them means taken too
 */
export async function isAddressTaken(
  db: Db,
  { mailbox, alias, taken }: Mapping,
  address: string,
  elsewhere: Sql[] = [],
): Promise<boolean> {
  const arms = [mailbox, ...(alias ? [alias.named ?? alias] : []), ...taken].map(
    (one) => sql`SELECT 1 FROM ${one.table} WHERE ${collidesWith(one.address, address)}`,
  )
  return (await ask(db, sql`${join([...arms, ...elsewhere], ' UNION ALL ')} LIMIT 1`)).length > 0
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
async function findMailboxId(db: Db, { mailbox }: Mapping, address: string): Promise<Sql | string | null> {
  if (mailbox.id === null) return null
  const [row] = await ask<{ id: string }>(
    db,
    sql`SELECT ${idText(mailbox.id)} AS id FROM ${mailbox.table}
        WHERE ${isAddress(mailbox.address, address)}${andWhere(mailbox.where)}`,
  )
  return row ? idFromText(mailbox.id, row.id) : null
}

/**
 * Adds a mailbox to the mail server's table, and to other tables what the mapping says of them.
 * @param put writes a row
 * @returns null, or why not: the mail server has no such domain, or another mailbox has the name that people would log
 *   in to this one with
 */
export async function addMailRow(
  db: Db,
  mapping: Mapping,
  row: NewMailRow,
  put: Put = (statement) => write(db, statement),
): Promise<'domain' | 'login_taken' | null> {
  const { mailbox } = mapping
  const domainId = await findDomainId(db, mapping, row.domain)
  if (domainId === null) return 'domain'

  const address = `${row.localPart}@${row.domain}`
  const quota = mailbox.quota && writeQuota(mailbox.quota, row.quotaBytes)
  const known: Known = { ...knownOf(mapping, address, domainId), quota }
  const columns: [Name, Sql | string | null][] = [
    ...addressValues(mailbox.address, mailbox.domain, { address, domainId }),
  ]
  if (mailbox.passwordAt === null) columns.push([mailbox.password, row.hash])
  if (mailbox.quota?.at === null) columns.push([mailbox.quota.column, quota])
  if (await isLoginTaken(db, mapping, known)) return 'login_taken'
  try {
    await put(insertInto(mailbox.table, [...mailbox.insert, ...row.state], known, columns))
  } catch (error) {
    // Somebody was faster.
    if (await isLoginTaken(db, mapping, known).catch(() => false)) return 'login_taken'
    throw error
  }
  if (mapping.companionInsert.length === 0) return null

  const all: Known = {
    ...known,
    password: row.hash,
    mailbox_id: await findMailboxId(db, mapping, address),
    login: mailbox.login && (await findLogin(db, mapping, address)),
  }
  for (const { table, columns: set } of mapping.companionInsert) await put(insertInto(table, set, all))
  return null
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

/** Adds an alias. @param put writes a row @returns false where the mail server has no such domain */
export async function addAlias(
  db: Db,
  mapping: Mapping,
  alias: AliasMapping,
  wanted: NewAlias,
  put: Put = (statement) => write(db, statement),
): Promise<boolean> {
  const named = await nameAlias(db, mapping, alias, wanted)
  if (named === null) return false
  const home = domainOf(wanted.destination)
  const destinationId = home === wanted.domain ? named.domainId : await findDomainId(db, mapping, home)
  if (destinationId === null) return false

  const leading = addressValues(alias.destination, null, { address: wanted.destination, domainId: destinationId })
  const { known, columns, own } = named
  if (alias.named === null) {
    await put(insertInto(alias.table, own.insert, known, [...columns, ...leading]))
    return true
  }
  await put(insertInto(own.table, own.insert, known, columns))
  const address = `${wanted.localPart}@${wanted.domain}`
  const referring = addressValues(alias.address, null, { address, domainId: destinationId })
  await put(insertInto(alias.table, alias.insert, known, [...referring, ...leading]))
  return true
}

/** The columns that hold an alias's address, and what is known of it; null where there is no such domain. */
export async function nameAlias(db: Db, mapping: Mapping, alias: AliasMapping, wanted: NewAlias) {
  const { localPart, domain, destination } = wanted
  const domainId = await findDomainId(db, mapping, domain)
  if (domainId === null) return null
  const address = `${localPart}@${domain}`
  const own = alias.named ?? alias
  const asksForId = own.insert.some(({ value }) => value?.includes('{mailbox_id}'))
  const known: Known = {
    ...knownOf(mapping, address, domainId),
    destination,
    destination_local: destination.slice(0, destination.lastIndexOf('@')),
    destination_domain: domainOf(destination),
    mailbox_id: asksForId ? await findMailboxId(db, mapping, destination) : null,
  }
  const columns: [Name, Sql | string][] = addressValues(own.address, own.domain, { address, domainId })
  return { known, columns, own, domainId }
}

const domainOf = (address: string): string => address.slice(address.lastIndexOf('@') + 1)
