import { entriesOf } from './aliases.ts'
import {
  cellsOf,
  hashKind,
  isAddress,
  isTextual,
  isUnique,
  nameScore,
  ratio,
  sameTable,
  share,
  type SeenTable,
} from './seen.ts'
import { writeName } from './write.ts'

/** Mailboxes that are known by the name of a log-in, and the table that leads from addresses to such names. */

export interface Logins {
  /** the table with the addresses */
  addresses: SeenTable
  /** the statement that makes a view with the address in each row, which can be mapped */
  view: string
}

const loginNames = [[/login|user|account|mbox|mailbox|name|^id$/i, 1]] as const
const destinationNames = [
  [/owner|creat|modif|admin/i, -3],
  [/dest|goto|forward|target|deliver|to_|_to$/i, 3],
] as const

/** @returns null where addresses lead to addresses, or to nothing with a password */
export function findLogins(tables: readonly SeenTable[]): Logins | null {
  for (const mailboxes of tables.filter(hasHashes)) {
    const logins = mailboxes.columns
      .filter((column) => isTextual(column) && isUnique(mailboxes, [column.name]))
      .filter(({ name }) => ratio(share(mailboxes.rows, name, isAddress)) < 0.5)
      .sort((a, b) => nameScore(b.name, loginNames) - nameScore(a.name, loginNames))
    for (const { name: login } of logins) {
      const held = new Set(cellsOf(mailboxes.rows, login).filter((cell): cell is string => (cell ?? '') !== ''))
      const found = tables.filter((one) => !sameTable(one, mailboxes)).flatMap((table) => leadingTo(table, held) ?? [])
      const [first] = found.sort((a, b) => b.score - a.score)
      if (first) return { addresses: first.table, view: writeView(tables, mailboxes, login, first) }
    }
  }
  return null
}

const hasHashes = ({ columns, rows }: SeenTable): boolean =>
  columns.filter(isTextual).some(({ name }) => {
    const hashes = share(rows, name, (text) => hashKind(text) !== null)
    return hashes.some > 1 && /pass|crypt|pwd/i.test(name) && ratio(hashes) >= 0.5
  })

interface Leading {
  table: SeenTable
  source: string
  destination: string
  score: number
}

/** The columns of a table by which its addresses lead to these names. */
function leadingTo(table: SeenTable, names: ReadonlySet<string>): Leading | null {
  const source = table.columns
    .filter(isTextual)
    .find(({ name }) => ratio(share(table.rows, name, (text) => isAddress(text) || /^[*%]?@/.test(text))) >= 0.8)
  if (!source) return null
  const found = table.columns.filter(isTextual).flatMap(({ name }) => {
    const known = share(table.rows, name, (text) => entriesOf(text).some((entry) => names.has(entry)))
    const score = nameScore(name, destinationNames) + ratio(known)
    return name !== source.name && known.some > 1 && ratio(known) >= 0.3
      ? [{ table, source: source.name, destination: name, score }]
      : []
  })
  return found.sort((a, b) => b.score - a.score)[0] ?? null
}

function writeView(
  tables: readonly SeenTable[],
  mailboxes: SeenTable,
  login: string,
  { table, source, destination }: Leading,
): string {
  const isFree = (name: string) => !tables.some((one) => one.name.toLowerCase() === name.toLowerCase())
  const names = [`${mailboxes.name}_by_address`, `${mailboxes.name}_with_address`]
  const view = writeName([mailboxes.schema, names.find(isFree) ?? `${mailboxes.name}_view`])
  const isNew = (name: string) => !mailboxes.columns.some((column) => column.name.toLowerCase() === name)
  const address = ['address', 'email', 'mail_address'].find(isNew) ?? 'whole_address'
  const own = writeName([mailboxes.schema, mailboxes.name])
  const other = writeName([table.schema, table.name])
  const forMany = cellsOf(table.rows, source).some((text) => /^[*%@]/.test(text ?? ''))
  const where = forMany ? ` WHERE ${other}.${writeName([source])} LIKE '_%@%'` : ''
  return (
    `CREATE VIEW ${view} AS SELECT ${other}.${writeName([source])} AS ${address}, ${own}.* FROM ${own}` +
    ` JOIN ${other} ON ${other}.${writeName([destination])} = ${own}.${writeName([login])}${where};`
  )
}
