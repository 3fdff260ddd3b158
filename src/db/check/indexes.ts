import { addressText, isAddress } from '../../../connector/mapping/address-sql.ts'
import { columnsIn, type AddressColumns, type Mapping } from '../../../connector/mapping/mapping.ts'
import { join, Name, sql, type Sql } from '../../../connector/mapping/sql.ts'
import { estimateRows } from '../mail/estimates.ts'
import type { Db } from '../store.ts'
import type { Say } from './report.ts'
import type { MailTable } from './tables.ts'

/** A frequent look-up, with its columns in the order in which an index serves it. */
interface LookUp {
  what: string
  table: Name
  columns: Name[]
  where: Sql
  /** Whether each column is compared with a single text, so that the index may have the columns in any order. */
  byText: boolean
}

const example = 'nobody@example.org'

function lookUps({ mailbox, domain, alias, taken, usage, actions }: Mapping): LookUp[] {
  const by = (what: string, table: Name, address: AddressColumns): LookUp => ({
    what,
    table,
    columns: 'local' in address ? [address.domain, address.local] : columnsIn(address),
    where: isAddress(address, example),
    byText: true,
  })
  const page = (what: string, table: Name, link: Name, address: AddressColumns): LookUp => ({
    what,
    table,
    columns: unique([link, ...columnsIn(address)]),
    where: sql`${link} = ${'0'} AND ${addressText(address)} > ${'a'}`,
    byText: false,
  })
  const found = [by('a mailbox by its address', mailbox.table, mailbox.address)]
  if (mailbox.login) found.push(by('a mailbox by its log-in', mailbox.table, { whole: mailbox.login }))
  if (mailbox.domain)
    found.push(page('the mailboxes of a domain in order', mailbox.table, mailbox.domain.column, mailbox.address))
  if (domain.table instanceof Name) {
    const where = sql`${domain.name} = ${'example.org'}`
    found.push({ what: 'a domain by its name', table: domain.table, columns: [domain.name], where, byText: true })
  }
  if (alias) {
    const own = alias.named ?? alias
    found.push(by('an alias by its address', own.table, own.address))
    // No index finds an entry in the middle of a list.
    if (alias.list === 'rows' && actions.includes('aliases'))
      found.push(by('the aliases that lead to a mailbox', alias.table, alias.destination))
    if (own.domain) found.push(page('the aliases of a domain in order', own.table, own.domain.column, own.address))
  }
  for (const { table, address } of taken) found.push(by('whether an address is taken', table, address))
  if (usage) found.push(by('how much a mailbox holds', usage.table, usage.address))
  return found
}

const unique = (names: Name[]): Name[] => [...new Map(names.map((name) => [name.text.toLowerCase(), name])).values()]

/** Reports look-ups that read a whole table because an index is missing, with the statement that adds it. */
export async function checkIndexes(db: Db, say: Say, mapping: Mapping, tables: Map<string, MailTable>): Promise<void> {
  let all = true
  for (const lookUp of lookUps(mapping)) {
    const table = tables.get(lookUp.table.text)
    if (!table || table.isView) continue
    const apart = lookUp.byText ? columnsApart(table, lookUp.columns) : []
    if (apart.length > 0) {
      all = false
      say(
        'warn',
        `${lookUp.what} is looked for in every row of ${table.text}: the collation of ${apart.join(', ')} tells capital letters apart`,
        'an index finds it in a collation whose name ends in _ci',
      )
      continue
    }
    if (isServed(table, lookUp)) continue
    all = false
    const rows = await estimateRows(db, sql`SELECT 1 FROM ${lookUp.table} WHERE ${lookUp.where}`)
    const gain =
      rows === null ? 'reads the whole table today' : `reads ${rows} rows today, and would read those it finds`
    say('warn', `no index finds ${lookUp.what}: it ${gain}`, createIndex(table, lookUp.columns))
  }
  if (all) say('ok', 'whatever is looked up has an index')
}

/** The columns among these whose text or bytes are compared case-sensitively. */
function columnsApart(table: MailTable, columns: Name[]): string[] {
  const wanted = new Set(columns.map(({ path }) => (path[0] ?? '').toLowerCase()))
  return table.columns
    .filter(({ name, mostChars }) => wanted.has(name.toLowerCase()) && mostChars !== null)
    .filter(({ collation }) => !(collation ?? 'binary').endsWith('_ci'))
    .map(({ name }) => name)
}

/** Whether an index starts with these columns. If the index is unique, its columns alone are enough. */
function isServed({ indexes }: MailTable, { columns, byText }: LookUp): boolean {
  const wanted = columns.map(({ path }) => (path[0] ?? '').toLowerCase())
  const begins = (names: string[], index: string[]) => names.every((name, at) => index[at] === name)
  return indexes.some(
    (index) =>
      begins(wanted, index.columns) ||
      (index.unique && index.columns.length <= wanted.length && begins(index.columns, wanted)) ||
      // The two halves of an address may be in either order.
      (byText && begins([...wanted].reverse(), index.columns)),
  )
}

function createIndex({ name, columns }: MailTable, wanted: Name[]): string {
  const parts = wanted.map((column) => {
    const { type = '' } = columns.find((one) => one.name.toLowerCase() === (column.path[0] ?? '').toLowerCase()) ?? {}
    // An index can cover only the beginning of a long text.
    return /text|blob/.test(type) ? sql`${column}(100)` : column
  })
  const index = new Name([`colombier_${wanted.map(({ path }) => path[0] ?? '').join('_')}`.slice(0, 60)])
  return sql`CREATE INDEX ${index} ON ${name} (${join(parts)});`.text
}
