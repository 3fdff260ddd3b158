import { addressInLowerCase, addressText, inLowerCase, isOneOf } from '../../../connector/mapping/address-sql.ts'
import { findLogins } from '../../../connector/mapping/login-names.ts'
import { hasOtherSeparators } from '../../../connector/mapping/destinations.ts'
import { andWhere } from '../../../connector/mapping/pieces.ts'
import type { AliasMapping, DomainLink, Mapping } from '../../../connector/mapping/mapping.ts'
import { readQuota } from '../../../connector/mapping/quota.ts'
import { passwordIn, quotaIn } from '../../../connector/mapping/elsewhere.ts'
import { idText } from '../../../connector/mapping/ids.ts'
import { ask, list, sql, integer } from '../../../connector/mapping/sql.ts'
import { domainOf, isPattern } from '../../lib/addresses.ts'
import type { Db } from '../store.ts'
import type { Say } from './report.ts'

const most = 200

interface MailboxRow {
  address: string | null
  hash: string | null
  link: string | number | null
  quota: string | number | null
}

/**
 * Checks that the first rows of the mail server's tables are what the mapping says. It tells how many are not, and no
 * value.
 * @param scheme of a new hash
 */
export async function checkRows(db: Db, say: Say, mapping: Mapping, scheme: string): Promise<void> {
  let well = true as boolean
  const tell: Say = (level, what, remedy) => {
    well = false
    say(level, what, remedy)
  }
  const { mailbox, alias } = mapping
  const mailboxes = await ask<MailboxRow>(
    db,
    sql`SELECT ${addressText(mailbox.address)} AS address, ${passwordIn(mailbox)} AS hash,
          ${mailbox.domain && idText(mailbox.domain.column)} AS link, ${quotaIn(mailbox)} AS quota
        FROM ${mailbox.table} WHERE 1 = 1${andWhere(mailbox.where)} LIMIT ${integer(most)}`,
  )
  const served = await findDomains(
    db,
    mapping,
    mailboxes.map(({ address }) => address),
  )
  checkAddresses(tell, mapping, 'MAILBOX', mailboxes, served)
  if (mailbox.domain) checkLinks(tell, mailbox.domain, mailboxes, served)
  if (mailbox.quota) checkQuotas(tell, mailbox.quota, mailboxes)
  if (mailbox.login) await checkLogins(db, tell, mapping, mailboxes)
  checkHashes(tell, mapping, scheme, mailboxes)

  if (alias) {
    const aliases = await ask<{ address: string | null; destination: string | null }>(
      db,
      sql`SELECT ${addressText(alias.address)} AS address, ${addressText(alias.destination)} AS destination
          FROM ${alias.table} WHERE 1 = 1${andWhere(alias.where)} LIMIT ${integer(most)}`,
    )
    checkDestinations(tell, aliases)
    await checkOwnRows(db, tell, mapping, alias, mailboxes)
    const named = aliases.filter(({ address }) => address !== null && !isPattern(address))
    const domains = await findDomains(
      db,
      mapping,
      named.map(({ address }) => address),
    )
    checkAddresses(tell, mapping, 'ALIAS', named, domains)
    const lists = aliases.filter(({ destination }) => hasOtherSeparators(alias.list, destination ?? '')).length
    if (lists > 0)
      tell(
        'fail',
        `ALIAS_LIST: ${count(lists, aliases)} hold several addresses that are not separated so`,
        'see how that column holds more than one',
      )
  }
  if (well) say('ok', 'the first rows that are there are read as the settings have them')
}

const count = (some: number, all: readonly unknown[]): string =>
  `${some} of ${all.length === most ? `the first ${most}` : all.length} rows`

/** The ids of those of the addresses' domains that the mail server has, by name in lower case. */
async function findDomains(db: Db, { domain }: Mapping, addresses: (string | null)[]): Promise<Map<string, string>> {
  const names = [...new Set(addresses.map((address) => domainOf(address ?? '').toLowerCase()))]
  if (names.length === 0) return new Map()
  // Compared in one character set: the column's own may lack some of the letters.
  const name = inLowerCase(domain.name)
  const rows = await ask<{ name: string; id: string }>(
    db,
    sql`SELECT ${name} AS name, ${idText(domain.id)} AS id FROM ${domain.table}
        WHERE ${name} IN (${list(names)})${andWhere(domain.where)}`,
  )
  return new Map(rows.map((row) => [row.name, row.id]))
}

/** Values that are no addresses, or of a domain the mail server does not have: swapped halves, or the wrong column. */
function checkAddresses(
  say: Say,
  { domain }: Mapping,
  kind: 'MAILBOX' | 'ALIAS',
  rows: { address: string | null }[],
  served: Map<string, string>,
) {
  const strange = rows.filter(({ address }) => !/^[^@]+@[^@]+$/.test(address ?? ''))
  if (strange.length > 0)
    say(
      strange.length === rows.length ? 'fail' : 'warn',
      `${kind}_ADDRESS: ${count(strange.length, rows)} hold no address`,
      `name other columns, or leave those rows out by ${kind}_WHERE`,
    )
  const elsewhere = rows.filter(({ address }) => !served.has(domainOf(address ?? '').toLowerCase())).length
  if (strange.length > 0 || elsewhere * 2 <= rows.length) return
  // A list of domains in the settings, or a filter, may leave most of them out on purpose.
  const isWrong = elsewhere === rows.length && domain.where.length === 0 && 'path' in domain.table
  say(
    isWrong ? 'fail' : 'warn',
    `${kind}_ADDRESS: ${count(elsewhere, rows)} are of domains that DOMAIN_NAME has not`,
    `see ${kind}_ADDRESS, DOMAIN_TABLE, DOMAIN_NAME and DOMAIN_WHERE`,
  )
}

function checkLinks(say: Say, link: DomainLink, rows: MailboxRow[], served: Map<string, string>) {
  const known = rows.flatMap(({ address, link: held }) => {
    const name = domainOf(address ?? '').toLowerCase()
    const id = served.get(name)
    return id === undefined || held === null ? [] : [{ name, id, held: String(held).toLowerCase() }]
  })
  const wrong = known.filter(({ name, id, held }) => held !== (link.holds === 'id' ? id.toLowerCase() : name))
  if (wrong.length === 0) return
  const column = link.column.path[0] ?? ''
  const remedy = wrong.every(({ name, held }) => held === name)
    ? `it is the name: write name:${column}`
    : wrong.every(({ id, held }) => held === id.toLowerCase())
      ? `it is what DOMAIN_ID holds: write ${column}`
      : 'name another column'
  say(
    wrong.length === known.length ? 'fail' : 'warn',
    `MAILBOX_DOMAIN: ${count(wrong.length, rows)} hold another domain in ${column} than their address has`,
    remedy,
  )
}

/** Rows without a log-in, which nobody can be let in to. */
async function checkLogins(db: Db, say: Say, mapping: Mapping, rows: MailboxRow[]) {
  const addresses = rows.flatMap(({ address }) => (address === null ? [] : [address.toLowerCase()]))
  const lacking = addresses.length - (await findLogins(db, mapping, [...new Set(addresses)])).size
  if (lacking > 0)
    say(
      lacking === rows.length ? 'fail' : 'warn',
      `MAILBOX_LOGIN: ${count(lacking, rows)} hold no name to log in with`,
      'leave those rows out by MAILBOX_WHERE, or name another column',
    )
}

const mebibyte = 1024 ** 2

function checkQuotas(say: Say, quota: NonNullable<Mapping['mailbox']['quota']>, rows: MailboxRow[]) {
  const read = rows.map(({ quota: held }) => readQuota(quota, held))
  const unread = read.filter((bytes) => bytes === null).length
  if (unread > 0)
    say(
      unread === rows.length ? 'fail' : 'warn',
      `MAILBOX_QUOTA: ${count(unread, rows)} hold what MAILBOX_QUOTA_UNIT and MAILBOX_QUOTA_UNLIMITED do not say`,
      'see what that column counts',
    )
  const sizes = read.filter((bytes): bytes is number => typeof bytes === 'number' && bytes > 0)
  if (sizes.length < 3) return
  // Nobody has a mailbox of some kilobytes, nor one of a petabyte: the column counts in another unit.
  const small = sizes.every((bytes) => bytes < mebibyte)
  const large = sizes.every((bytes) => bytes >= 1024 ** 5)
  if (small || large)
    say(
      'fail',
      `MAILBOX_QUOTA_UNIT: by it every mailbox may hold ${small ? 'less than a megabyte' : 'more than a petabyte'}`,
      `the column counts in a ${small ? 'larger' : 'smaller'} unit`,
    )
}

/**
 * Schemes whose hashes Dovecot reads without `{SCHEME}` in front: by default it takes a stored value for one of
 * crypt(3).
 */
const readByCrypt = ['bcrypt', 'sha256-crypt', 'sha512-crypt']

function checkHashes(say: Say, { passwordPrefix }: Mapping, scheme: string, rows: MailboxRow[]) {
  const lacking = rows.filter(({ hash }) => hash === null || hash === '').length
  if (lacking > 0)
    say(
      lacking === rows.length ? 'fail' : 'warn',
      `MAILBOX_PASSWORD: ${count(lacking, rows)} hold no password, so nobody logs in to them`,
      'leave rows that are no mailboxes out by MAILBOX_WHERE',
    )
  const byCrypt = rows.filter(({ hash }) => /^\$(?:1|2[abxy]|5|6|y)\$/.test(hash ?? '')).length
  if (!passwordPrefix && !readByCrypt.includes(scheme) && byCrypt * 2 > rows.length)
    say(
      'fail',
      `PASSWORD_PREFIX=false: ${count(byCrypt, rows)} hold a hash of crypt, and Dovecot would take a new one of ${scheme} for such a hash`,
      'PASSWORD_PREFIX=true, or PASSWORD_SCHEME=bcrypt',
    )
}

function checkDestinations(say: Say, rows: { destination: string | null }[]) {
  const ids = rows.filter(({ destination }) => /^\d+$/.test(destination ?? '')).length
  if (ids > 0)
    say(
      ids === rows.length ? 'fail' : 'warn',
      `ALIAS_DESTINATION: ${count(ids, rows)} hold a number and no address`,
      'the rows name what they lead to by its id: ALIAS_DESTINATION=id:column, with the mailbox’s id in MAILBOX_ID',
    )
}

/** Where each mailbox also has a row among the aliases, new mailboxes need one too. */
async function checkOwnRows(db: Db, say: Say, mapping: Mapping, alias: AliasMapping, mailboxes: MailboxRow[]) {
  const addresses = mailboxes.flatMap(({ address }) => (address === null ? [] : [address.toLowerCase()]))
  const own = alias.named ?? alias
  const isMade = mapping.companionInsert.some(({ table }) => table.text === own.table.text)
  if (addresses.length < 3 || isMade || !mapping.actions.includes('create')) return
  const rows = await ask<{ address: string }>(
    db,
    sql`SELECT DISTINCT ${addressInLowerCase(own.address)} AS address FROM ${own.table}
        WHERE ${isOneOf(own.address, addresses)}`,
  )
  if (rows.length < addresses.length * 0.9) return
  say(
    'fail',
    `${count(rows.length, addresses)} of mailboxes have a row of their own in ${own.table.path.join('.')}, and new mailboxes would have none`,
    'add that row to COMPANION_INSERT, and to COMPANION_DELETE',
  )
}
