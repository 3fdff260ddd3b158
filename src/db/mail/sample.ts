import { findDomainId } from '../../../connector/contract/insertion.ts'
import { addressText, isAddress } from '../../../connector/mapping/address-sql.ts'
import { andWhere, isAsSet, knownOf } from '../../../connector/mapping/pieces.ts'
import { columnsIn, type AliasMapping, type Mapping } from '../../../connector/mapping/mapping.ts'
import { mentionsOf } from '../../../connector/mapping/mentions.ts'
import type { Quota } from '../../../connector/mapping/quota.ts'
import { ask, join, sql, integer, Name } from '../../../connector/mapping/sql.ts'
import { SERVER_SCHEMAS } from './names.ts'
import { findStoredHash, listDomains, listMailRows } from './rows.ts'
import type { Db } from '../store.ts'

/** A few of the mail server's rows, as Colombier reads them by a mapping that is still being tried. */
export interface MailSample {
  mailboxes: { address: string | null; quota: Quota; open: boolean; scheme: string | null }[]
  domains: (string | null)[]
  aliases: { address: string | null; destinations: (string | null)[] }[]
}

const rows = 5

// Whoever tries a mapping chooses the columns, so only addresses and domains are shown; null stands for anything else.
const asAddress = (text: string | null): string | null =>
  text !== null && /^[\p{L}\p{N}][\p{L}\p{N}._+-]{0,63}@[\p{L}\p{N}.-]{1,253}$/u.test(text) ? text : null
const asDomain = (text: string): string | null => (/^[\p{L}\p{N}-]+(\.[\p{L}\p{N}-]+)+$/u.test(text) ? text : null)

/** @throws the database's errors, where the columns are not of the kind that the mapping says */
export async function readSample(db: Db, mapping: Mapping): Promise<MailSample> {
  const { mailbox, alias } = mapping
  const found = await ask<{ address: string | null }>(
    db,
    sql`SELECT ${addressText(mailbox.address)} AS address FROM ${mailbox.table} WHERE 1 = 1${andWhere(mailbox.where)}
        LIMIT ${integer(rows)}`,
  )
  const addresses = found.flatMap(({ address }) => (address === null ? [] : [address.toLowerCase()]))
  const mailRows = await listMailRows(db, mapping, addresses)

  return {
    mailboxes: await Promise.all(
      addresses.map(async (address) => ({
        address: asAddress(address),
        quota: mailRows.get(address)?.quota ?? null,
        open: mailRows.get(address)?.open ?? false,
        scheme: schemeOf((await findStoredHash(db, mapping, address)) ?? ''),
      })),
    ),
    domains: (await listDomains(db, mapping, rows)).map(asDomain),
    aliases: alias ? await listAliases(db, alias) : [],
  }
}

async function listAliases(db: Db, alias: AliasMapping): Promise<MailSample['aliases']> {
  const found = await ask<{ address: string | null; destination: string | null }>(
    db,
    sql`SELECT ${addressText(alias.address)} AS address, ${addressText(alias.destination)} AS destination
        FROM ${alias.table} WHERE 1 = 1${andWhere(alias.where)} LIMIT ${integer(rows)}`,
  )
  return found.map(({ address, destination }) => ({
    address: asAddress(address),
    destinations: (alias.list === 'rows' ? [destination] : (destination ?? '').split(/[\s,]+/))
      .slice(0, rows)
      .map(asAddress),
  }))
}

/** A column of a new mailbox, beside its address and password. */
export interface NewColumn {
  column: string
  /** as the settings have it, with its placeholders */
  value: string | null
  /** Whether the mailbox that is there has the same; null where each has its own. */
  isSame: boolean | null
}

/** What a new mailbox would have, held against one that is there, of whose row nothing else is told. */
export async function compareWithNew(db: Db, mapping: Mapping, address: string): Promise<NewColumn[]> {
  const { mailbox } = mapping
  const set = [...mailbox.insert, ...mailbox.open]
  if (set.length === 0) return []
  const domainId = await findDomainId(db, mapping, address.slice(address.lastIndexOf('@') + 1))
  const known = knownOf(mapping, address, domainId ?? '')
  const same = set.map((item, at) => sql`${isAsSet(item, known)} AS ${new Name([`same${at}`])}`)
  const [row] = await ask<Record<string, number>>(
    db,
    sql`SELECT ${join(same)} FROM ${mailbox.table}
        WHERE ${isAddress(mailbox.address, address)}${andWhere(mailbox.where)} LIMIT 1`,
  )
  const isOwn = (value: string | null) => /\{(?:now|unix|u[ul]id(?::bytes)?|quota)\}/.test(value ?? '')
  return set.map(({ column, value }, at) => ({
    column: column.path.at(-1) ?? '',
    value,
    isSame: row === undefined || isOwn(value) ? null : row[`same${at}`] === 1,
  }))
}

/** The scheme in front of a hash, and nothing of the hash. */
function schemeOf(hash: string): string | null {
  return /^\{[A-Z0-9.-]{1,30}\}|^\$[a-z0-9-]{1,12}\$/i.exec(hash)?.[0] ?? null
}

/** The mapped tables that cannot be a mail server's: Colombier's own, and the database server's. */
export const foreignTables = (mapping: Mapping): Name[] =>
  mentionsOf(mapping).flatMap(({ table, column }) => {
    const [schema = '', name = schema] = table.path.map((part) => part.toLowerCase())
    return column === null && (name.startsWith('colombier_') || SERVER_SCHEMAS.includes(schema)) ? [table] : []
  })

/** Whether the sample would show a column that is named like a secret. */
export function showsSecrets({ mailbox, domain, alias }: Mapping): boolean {
  const shown = [domain.name, ...[mailbox, alias?.named ?? alias].flatMap((one) => (one ? columnsIn(one.address) : []))]
  const columns = [...shown, ...(alias ? columnsIn(alias.destination) : [])].map(({ path }) => path.at(-1) ?? '')
  const password = mailbox.password.path.at(-1)?.toLowerCase()
  return columns.some(
    (name) => /pass|pwd|hash|crypt|secret|token|totp|salt|key/i.test(name) || name.toLowerCase() === password,
  )
}
