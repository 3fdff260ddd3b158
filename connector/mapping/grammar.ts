import * as v from 'valibot'
import type { Elsewhere, QuotaUnit } from './mapping.ts'
import {
  isNothing,
  parseAssignments,
  parseCompanions,
  parseConditions,
  parseElsewhere,
  parsePlace,
  part,
  quote,
} from './reader.ts'
import { Name } from './sql.ts'

/** How the variables of the mapping are written, each as a valibot schema from text. */

const namePattern = new RegExp(`^${part}(?:\\.${part})?$`, 'u')
const columnPattern = new RegExp(`^${part}$`, 'u')
const halvesPattern = new RegExp(`^(${part})@(name:)?(${part})$`, 'u')
const linkPattern = new RegExp(`^(name:)?(${part})$`, 'u')

const nameMessage = 'must be a name, or schema.name; put `backticks` around one with spaces or other signs'

export const name = v.pipe(v.string(), v.trim(), v.regex(namePattern, nameMessage), v.transform(quote))

const none = v.pipe(
  v.string(),
  v.trim(),
  v.picklist(['-', '']),
  v.transform(() => null),
)
export const optionalName = v.union([none, name], `${nameMessage}; or - for none`)

const idPattern = new RegExp(`^(bytes:)?(${part})$`, 'u')

/** A column with ids, which may be raw bytes. */
export const idColumn = v.pipe(
  v.string(),
  v.trim(),
  v.regex(idPattern, 'must be a column, or bytes:column where its ids are raw bytes'),
  v.transform((text): Name => {
    const [, bytes, column = ''] = idPattern.exec(text) ?? []
    return new Name(quote(column).path, bytes !== undefined)
  }),
)
export const optionalId = v.union(
  [none, idColumn],
  'must be a column, bytes:column where its ids are raw bytes, or - for none',
)

/** The column with an address, or the two with its halves; what the second holds for the domain. */
export type AddressSetting = { whole: Name } | { local: Name; domain: Name; holds: 'link' | 'name' }

export const addressColumns = v.pipe(
  v.string(),
  v.trim(),
  v.check(
    (text) => columnPattern.test(text) || halvesPattern.test(text),
    'must be a column, or two for the halves of an address: local_part@domain, or local_part@name:domain where the second is the name',
  ),
  v.transform((text): AddressSetting => {
    const [, local, byName, domain] = halvesPattern.exec(text) ?? []
    if (local === undefined || domain === undefined) return { whole: quote(text) }
    return { local: quote(local), domain: quote(domain), holds: byName ? 'name' : 'link' }
  }),
)

const byIdPattern = new RegExp(`^id:(${part})$`, 'u')

const destinationOnly = v.union([
  addressColumns,
  v.pipe(
    v.string(),
    v.trim(),
    v.regex(byIdPattern),
    v.transform((text): { mailboxId: Name } => ({ mailboxId: quote(byIdPattern.exec(text)?.[1] ?? '') })),
  ),
])

const byLoginPattern = new RegExp(`^login:(${part})$`, 'u')

/** The same as an address, or the column with what Dovecot calls the user. */
export const usageColumns = v.union(
  [
    v.pipe(
      v.string(),
      v.trim(),
      v.regex(byLoginPattern),
      v.transform((text): { login: Name } => ({ login: quote(byLoginPattern.exec(text)?.[1] ?? '') })),
    ),
    addressColumns,
  ],
  'must be a column, two for the halves of an address, or login:column where it has the name that people log in with',
)

interface DestinationSetting {
  columns: v.InferOutput<typeof destinationOnly>
  /** the table with them, if not that of the aliases */
  at: Elsewhere | null
}

function parseDestination(text: string): DestinationSetting | null {
  const elsewhere = parseElsewhere(text)
  const columns = v.safeParse(destinationOnly, elsewhere?.columns ?? text)
  return columns.success ? { columns: columns.output, at: elsewhere?.at ?? null } : null
}

/** The column that says of which domain a row is: as `DOMAIN_ID` does (`link`), or by its name. */
export interface LinkSetting {
  column: Name
  holds: 'link' | 'name'
}

export const domainLink = v.union(
  [
    none,
    v.pipe(
      v.string(),
      v.trim(),
      v.regex(linkPattern),
      v.transform((text): LinkSetting => {
        const [, byName, column = ''] = linkPattern.exec(text) ?? []
        return { column: quote(column), holds: byName ? 'name' : 'link' }
      }),
    ),
  ],
  'must be a column, name:column where it holds the name of the domain, or - for none',
)

/** A schema of text that `parse` reads. `parse` gives null for what it cannot read. */
const parsed = <T>(parse: (text: string) => T | null, message: string) =>
  v.pipe(
    v.string(),
    v.rawTransform(({ dataset, addIssue, NEVER }) => {
      const result = parse(dataset.value)
      if (result !== null) return result
      addIssue({ message })
      return NEVER
    }),
  )

/** The same as an address for a destination, the column with the id of a mailbox, or either in another table. */
export const destinationColumns = parsed(
  parseDestination,
  'must be a column, two for the halves of an address, id:column where it has a mailbox’s id, or one of another table: table: column, key={alias_id}',
)

const known = (placeholders: readonly string[]): string => placeholders.map((key) => `{${key}}`).join(' ')

/** `a=1, b<>'x', c IS NULL OR c>{now}, d IN ('x', 'y'), e LIKE 'x%', f & 8=0` */
export const conditions = parsed(
  parseConditions,
  "must read like: active=1, other<>'x', expires IS NULL OR expires>{now}, type IN ('a', 'b'), path LIKE '/srv/%', flags & 8=0",
)

/** `a=1, b='{local}'` */
export const assignments = (placeholders: readonly string[]) =>
  parsed(
    (text) => parseAssignments(text, placeholders),
    `must read like: active=1, kind='y'; placeholders are ${known(placeholders)}`,
  )

/** `table: a=1, b='{address}'; other: c=2` */
export const companions = (placeholders: readonly string[]) =>
  parsed(
    (text) => parseCompanions(text, placeholders, ''),
    `must read like: table: a=1, b='{address}'; other: c=2; placeholders are ${known(placeholders)}`,
  )

/** The same, with `table?:` for a table that need not be there. */
export const optionalCompanions = (placeholders: readonly string[]) =>
  parsed(
    (text) => parseCompanions(text, placeholders, '\\??'),
    `must read like: table: a='{address}'; perhaps?: b={mailbox_id}; placeholders are ${known(placeholders)}`,
  )

function parseAddressTables(text: string): AddressTableSetting[] | null {
  if (isNothing(text)) return []
  const pattern = new RegExp(`^\\s*(${part}(?:\\.${part})?)\\s*:\\s*(\\S.*?)\\s*$`, 'u')
  const found = text.split(';').map((piece) => {
    const [, tableName, columns] = pattern.exec(piece) ?? []
    const address = v.safeParse(addressColumns, columns ?? '')
    return tableName !== undefined && address.success ? { table: quote(tableName), address: address.output } : null
  })
  return found.every((one) => one !== null) ? found : null
}

/** A table, and its columns with an address. */
interface AddressTableSetting {
  table: Name
  address: AddressSetting
}

/** `table: column; other: local_part@domain` */
export const addressTables = parsed(parseAddressTables, 'must read like: table: column; other: local_part@domain')

const placeMessage = "must be a column, or one of another table: table: column, key={mailbox_id}, name='password'"

/** A column of the mailbox's row, or of another table's. */
export const place = parsed(parsePlace, placeMessage)
export const optionalPlace = v.union([none, place], `${placeMessage}; or - for none`)

export const boolean = v.pipe(
  v.picklist(['true', 'false'], 'must be true or false'),
  v.transform((text) => text === 'true'),
)

/** Some of these words, with commas or blanks between them. */
export const words = <const T extends string>(choice: readonly T[]) =>
  parsed(
    (text) => {
      const found = text.split(/[\s,]+/).filter(Boolean)
      return found.every((word): word is T => (choice as readonly string[]).includes(word)) ? found : null
    },
    `must be some of: ${choice.join(', ')}`,
  )

export const domainNames = parsed((text) => {
  const found = text
    .toLowerCase()
    .split(/[\s,]+/)
    .filter(Boolean)
  return found.every((domain) => /^[\p{L}\p{N}](?:[\p{L}\p{N}.-]*[\p{L}\p{N}])?$/u.test(domain)) ? found : null
}, 'must be names of domains, separated by commas')

const multiples: Record<string, number> = { b: 1, kib: 1024, mib: 1024 ** 2, gib: 1024 ** 3 }

/** `B`, `KiB`, `MiB`, `GiB`, a number of bytes, `text`, or a text around `{size}` (`5G`) or `{bytes}`. */
export const quotaUnit = parsed((text): QuotaUnit | null => {
  const unit = text.trim()
  const bytes = /^[1-9]\d{0,12}$/.test(unit) ? Number(unit) : multiples[unit.toLowerCase()]
  if (bytes !== undefined) return { bytes }
  if (unit === 'text') return { text: 'size', before: '', after: '' }
  const [, before = '', kind, after = ''] = /^([^{}]*)\{(size|bytes)\}([^{}]*)$/.exec(unit) ?? []
  return kind === 'size' || kind === 'bytes' ? { text: kind, before, after } : null
}, 'must be B, KiB, MiB, GiB, a number of bytes, text (as in 5G), or a text with {size} or {bytes} in it')

/** `0`, `-1, 0`, `NULL` */
export const quotaValues = parsed((text) => {
  const found = text.split(',').map((one) => one.trim())
  return found.map((one) => (one === 'NULL' ? null : one.replace(/^'(.*)'$/, '$1')))
}, 'must be values separated by commas')
