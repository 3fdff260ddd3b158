import { readAddress, type AddressPlace } from './addresses.ts'
import type { Domains } from './domains.ts'
import type { MailboxRows, Mailboxes } from './mailboxes.ts'
import {
  isAddress,
  isNumber,
  isTextual,
  isUnique,
  mostHave,
  nameScore,
  ratio,
  sameTable,
  share,
  type SeenRow,
  type SeenTable,
} from './seen.ts'

/** Tables that have rows of the mailboxes. */
export interface Companionship {
  table: SeenTable
  /** the columns that say whose the row is, and what they hold */
  by: { column: string; value: string }[]
  /** the first row of each mailbox that has one, by its address */
  rows: Map<string, SeenRow>
  /** Whether each new mailbox needs one. */
  isNeeded: boolean
  /** Whether it has to go before the mailbox does, or would stay for the next who has the address. */
  isLeft: boolean
  /** Whether a key says so. */
  byKey: boolean
}

const made = /usage|used|quota|last|login|log$|vacation|fetch|shar|session|notif|pref|filter/i
const kept = /(?:^|_)logs?$|audit|history|^admin|archive|session/i

/** The column that counts the rows of the mailboxes, for `{mailbox_id}`. */
export function idColumn(table: SeenTable, addressColumns: readonly string[]): string | null {
  const single = table.uniques.filter((key) => key.length === 1).flat()
  const referred = [...single, ...table.uniques.flat()].filter((column) => !addressColumns.includes(column))
  return (
    referred.find((column) => /id|key|no$/i.test(column)) ??
    single.find((column) => !addressColumns.includes(column)) ??
    null
  )
}

/** A mailbox's address; of mailboxes that were not all looked at, one that may be. */
const isOfMailbox = ({ addresses, isPart }: MailboxRows, text: string): boolean =>
  addresses.has(text.toLowerCase()) || (isPart && isAddress(text))

/** What a column is called that refers to a table by its id, where no key says so. */
function referringNames(table: string, id: string): string[] {
  const bare = table.toLowerCase().replace(/^(?:virtual|v?mail|email)_/, '')
  const single = bare
    .replace(/(?<!s)s$/, '')
    .replace(/(?<=x)e$/, '')
    .replaceAll('_', '')
  const own = id.toLowerCase().replaceAll('_', '')
  return [`${single}id`, `id${single}`, ...(own === 'id' ? [] : [own])]
}

export function findCompanions(
  tables: readonly SeenTable[],
  mailboxes: Mailboxes,
  boxes: MailboxRows,
  domains: Domains | null,
  { boxId: id, login }: { boxId: string | null; login: string | null },
  without: readonly SeenTable[],
): Companionship[] {
  const { table: own, place } = mailboxes
  const referring = id === null ? [] : referringNames(own.name, id)
  const byId = new Map(
    boxes.rows.flatMap(({ row, address }) => (id === null || row[id] == null ? [] : [[row[id], address] as const])),
  )
  const byLogin = loginsIn(boxes, login)
  return tables.flatMap((table): Companionship[] => {
    if (table.isView || sameTable(table, own) || without.some((one) => sameTable(one, table))) return []
    const reference = table.references.find((one) => one.table === own.name && one.schema === own.schema)
    const links: {
      by: Companionship['by']
      byKey: boolean
      cascades: boolean
      addressIn: (row: SeenRow) => string | undefined
    }[] = []
    if (reference) {
      const isId = reference.target === id || !('whole' in place && reference.target === place.whole)
      const by = [{ column: reference.column, value: isId ? '{mailbox_id}' : '{address}' }]
      const addressIn = (row: SeenRow) =>
        isId ? byId.get(row[reference.column] ?? '') : (row[reference.column] ?? '').toLowerCase()
      links.push({ by, byKey: true, cascades: reference.cascades, addressIn })
    } else {
      for (const column of table.columns) {
        const { name } = column
        if (!isTextual(column) && !(isNumber(column) && !column.made)) continue
        const found = share(table.rows, name, (text) => isOfMailbox(boxes, text))
        const isShared = byId.size > 1 && referring.includes(name.toLowerCase().replaceAll('_', ''))
        const ids = isShared ? share(table.rows, name, (text) => byId.has(text)) : { some: 0, all: 0 }
        if (ratio(ids) >= 0.5)
          links.push({
            by: [{ column: name, value: '{mailbox_id}' }],
            byKey: false,
            cascades: false,
            addressIn: (row) => byId.get(row[name] ?? ''),
          })
        else if (isTextual(column) && ratio(share(table.rows, name, (text) => byLogin.has(text.toLowerCase()))) >= 0.5)
          links.push({
            by: [{ column: name, value: '{login}' }],
            byKey: false,
            cascades: false,
            addressIn: (row) => byLogin.get((row[name] ?? '').toLowerCase()),
          })
        else if (found.some > 0 && ratio(found) >= 0.5)
          links.push({
            by: [{ column: name, value: '{address}' }],
            byKey: false,
            cascades: false,
            addressIn: (row) => row[name]?.toLowerCase(),
          })
      }
      if (links.length === 0) links.push(...halves(table, boxes, domains))
    }
    const once = links.flatMap(({ by, byKey, cascades, addressIn }) => {
      const rows = new Map<string, SeenRow>()
      for (const row of table.rows) {
        const address = addressIn(row)
        if (address !== undefined && boxes.addresses.has(address) && !rows.has(address)) rows.set(address, row)
      }
      const isSingle =
        rows.size * 1.1 >= table.rows.length ||
        isUnique(
          table,
          by.map(({ column }) => column),
        ) ||
        byKey
      const isNeeded =
        isSingle &&
        !made.test(table.name) &&
        mostHave(boxes.rows, ({ address }) => rows.has(address), boxes.isPart || table.isPart)
      const isLeft = !cascades && !kept.test(table.name)
      return isNeeded || isLeft ? [{ table, by, rows, isNeeded, isLeft, byKey }] : []
    })
    return withoutDoubles(once)
  })
}

/** The mailboxes' addresses, by what people log in with. */
const loginsIn = ({ rows }: MailboxRows, login: string | null): Map<string, string> =>
  new Map(
    rows.flatMap(({ row, address }) =>
      login === null || row[login] == null ? [] : [[row[login].toLowerCase(), address] as const],
    ),
  )

/** Of two columns that say the same of the same rows, the first counts; and a mailbox needs a row once. */
function withoutDoubles(links: readonly Companionship[]): Companionship[] {
  const isSame = (one: Companionship, other: Companionship) =>
    one.rows.size === other.rows.size && [...one.rows].every(([address, row]) => other.rows.get(address) === row)
  const kept = links.filter((one, at) => !links.slice(0, at).some((earlier) => isSame(earlier, one)))
  return kept.map((one, at) => ({
    ...one,
    isNeeded: one.isNeeded && !kept.slice(0, at).some(({ isNeeded }) => isNeeded),
  }))
}

function halves(table: SeenTable, boxes: MailboxRows, domains: Domains | null) {
  const local = table.columns.find(({ name }) => /^(?:user|user_?name|local_?part)$/i.test(name))
  const domain = table.columns.find(({ name }) => /^domain(?:_?name)?$/i.test(name))
  if (!local || !domain || !isTextual(domain)) return []
  const place: AddressPlace = { local: local.name, domain: domain.name, holds: 'name' }
  const addressIn = (row: SeenRow) => {
    const address = readAddress(place, row, domains)
    return address === null ? undefined : `${address.local}@${address.domain}`
  }
  const found = table.rows.filter((row) => boxes.addresses.has(addressIn(row) ?? '')).length
  if (found === 0 || found * 2 < table.rows.length) return []
  const by = [
    { column: local.name, value: '{local}' },
    { column: domain.name, value: '{domain}' },
  ]
  return [{ by, byKey: false, cascades: false, addressIn }]
}

export interface Usage {
  table: SeenTable
  address: AddressPlace
  /** Whether it is no address that stands there, but what people log in with. */
  byLogin: boolean
  bytes: string
  /** by address */
  held: Map<string, number>
}

const bytesNames = [
  [/message|count|month|hour|day|week|rate|quota|max|limit|path|uid|gid|date|_at$|home/i, -5],
  [/^(?:bytes|used_?bytes|usage_?bytes|bytes_?used|disk_?usage|mbox_?size|mail_?dir_?size)$/i, 3],
  [/^(?:storage|used|usage|current|size)\b|used|bytes/i, 2],
] as const

const isSingle = (table: SeenTable, column: string): boolean =>
  isUnique(table, [column]) ||
  (table.rows.length > 1 && new Set(table.rows.map((row) => row[column])).size === table.rows.length)

/** Where the mail server counts what mailboxes hold. */
export function findUsage(
  tables: readonly SeenTable[],
  mailboxes: Mailboxes,
  boxes: MailboxRows,
  login: string | null,
): Usage | null {
  const byLogin = loginsIn(boxes, login)
  const isLogin = (table: SeenTable, name: string) =>
    byLogin.size > 0 && ratio(share(table.rows, name, (text) => byLogin.has(text.toLowerCase()))) >= 0.5
  const found = tables.flatMap((table) => {
    const isOwn = sameTable(table, mailboxes.table)
    const bytes = table.columns
      .filter((column) => isNumber(column) && !column.made)
      .map(({ name }) => ({ name, score: nameScore(name, bytesNames) }))
      .sort((a, b) => b.score - a.score)[0]
    if (!bytes || bytes.score <= 0) return []
    const places: AddressPlace[] = isOwn
      ? [mailboxes.place]
      : table.columns
          .filter(isTextual)
          .filter(({ name }) => {
            const found = share(table.rows, name, (text) =>
              boxes.rows.length === 0 ? isAddress(text) : isOfMailbox(boxes, text),
            )
            const isNamedSo =
              /^(?:user_?name|email|address|mailbox)$/i.test(name) && /quota|usage|used/i.test(table.name)
            return table.rows.length === 0 ? isNamedSo : ratio(found) >= 0.5 || isLogin(table, name)
          })
          .map(({ name }) => ({ whole: name }))
    return places.flatMap((address) => {
      if (!isOwn && 'whole' in address && !isSingle(table, address.whole)) return []
      const byTable = /quota|usage|used|size|storage|limit/i.test(table.name) ? 2 : 0
      return [
        {
          table,
          address,
          byLogin: !isOwn && 'whole' in address && isLogin(table, address.whole),
          bytes: bytes.name,
          score: bytes.score + (isOwn ? 0 : byTable) + (table.rows.length > 0 ? 1 : 0),
        },
      ]
    })
  })
  const [first] = found.sort((a, b) => b.score - a.score)
  if (!first) return null
  const held = new Map<string, number>()
  for (const row of first.table.rows) {
    const address = readAddress(first.address, row, null)
    const ofLogin = 'whole' in first.address ? byLogin.get((row[first.address.whole] ?? '').toLowerCase()) : undefined
    const mailbox = first.byLogin ? ofLogin : address && `${address.local}@${address.domain}`
    const bytes = Number(row[first.bytes] ?? 0)
    if (mailbox && bytes > 0) held.set(mailbox, bytes)
  }
  return { table: first.table, address: first.address, byLogin: first.byLogin, bytes: first.bytes, held }
}
