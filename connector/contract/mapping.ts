import * as v from 'valibot'

/**
 * The mapping: where the mail server keeps its mailboxes, aliases and domains. Names are quoted here, once; values
 * are always parameters. Both sides read the same variables.
 */

/** A quoted identifier, safe to stand in SQL: `` `table` `` or `` `schema`.`table` ``. */
export type Name = string & { readonly quoted: unique symbol }

/** `column = value`, as in `active=1` or `enable='y'`. `{now}` and the other placeholders are filled in at use. */
export interface Assignment {
  column: Name
  value: string | null
}

export interface Condition extends Assignment {
  operator: '=' | '<>'
}

export interface MailboxMapping {
  table: Name
  address: Name
  password: Name
  domain: Name | null
  quota: Name | null
  /** Bytes in one unit of the quota column. */
  quotaUnitBytes: number
  /** What the quota column holds where there is no limit. */
  quotaUnlimited: string | null
  open: Assignment[]
  locked: Assignment[]
  where: Condition[]
  insert: Assignment[]
  onPassword: Assignment[]
}

export interface DomainMapping {
  table: Name
  id: Name
  name: Name
  where: Condition[]
}

/** `rows`: a row a destination; else one row with a list, and what stands between its entries. */
export type AliasList = 'rows' | 'comma' | 'comma-space' | 'space' | 'newline'

export interface AliasMapping {
  table: Name
  address: Name
  destination: Name
  /** How the destination column holds more than one address. */
  list: AliasList
  domain: Name | null
  where: Condition[]
  insert: Assignment[]
}

export interface Mapping {
  mailbox: MailboxMapping
  domain: DomainMapping
  alias: AliasMapping
  /** How a mailbox is locked: by its open and locked values, or by a hash that no password matches. */
  lock: 'active' | 'password'
  /** Whether hashes are stored with Dovecot's `{SCHEME}` in front. */
  passwordPrefix: boolean
}

const part = '(?:`[^`\\0]+`|[A-Za-z_$][\\w$-]*)'
const namePattern = new RegExp(`^${part}(?:\\.${part})?$`)

const quote = (text: string): Name =>
  (text.match(new RegExp(part, 'g')) ?? []).map((piece) => `\`${piece.replaceAll('`', '')}\``).join('.') as Name

const name = v.pipe(
  v.string(),
  v.regex(namePattern, 'must be a name, or schema.name; put `backticks` around one with spaces'),
  v.transform(quote),
)
const optionalName = v.union(
  [
    v.pipe(
      v.picklist(['-', '']),
      v.transform(() => null),
    ),
    name,
  ],
  'must be a name, or - for none',
)

const assignmentPattern = new RegExp(
  `\\s*(${part})\\s*(=|<>)\\s*(?:'([^']*)'|(NULL)\\b|([\\w.{}/@:+-]+))\\s*(?:,|$)`,
  'y',
)

/** Reads `a=1, b<>'x', c=NULL`. Null when something in it is neither. */
export function parseConditions(text: string): Condition[] | null {
  const found: Condition[] = []
  assignmentPattern.lastIndex = 0
  if (text.trim() === '' || text.trim() === '-') return []
  while (assignmentPattern.lastIndex < text.length) {
    const match = assignmentPattern.exec(text)
    if (!match) return null
    found.push({
      column: quote(match[1] ?? ''),
      operator: match[2] as Condition['operator'],
      value: match[4] === undefined ? (match[3] ?? match[5] ?? '') : null,
    })
  }
  return found
}

const conditions = v.pipe(
  v.string(),
  v.check((text) => parseConditions(text) !== null, "must read like: active=1, kind='', other<>'x'"),
  v.transform((text) => parseConditions(text) ?? []),
)
const assignments = v.pipe(
  conditions,
  v.check((list) => list.every((item) => item.operator === '='), "must read like: active=1, kind='y'"),
)

const boolean = v.pipe(
  v.picklist(['true', 'false'], 'must be true or false'),
  v.transform((text) => text === 'true'),
)

/** The variables of the mapping: entries for a valibot object over `process.env`. */
export const mappingEntries = {
  MAILBOX_TABLE: v.optional(name, 'virtual_users'),
  MAILBOX_ADDRESS: v.optional(name, 'email'),
  MAILBOX_PASSWORD: v.optional(name, 'password'),
  MAILBOX_DOMAIN: v.optional(optionalName, 'domain_id'),
  MAILBOX_QUOTA: v.optional(optionalName, 'quota'),
  MAILBOX_QUOTA_UNIT_BYTES: v.optional(
    v.pipe(v.string(), v.regex(/^[1-9]\d{0,12}$/, 'must be a number of bytes'), v.transform(Number)),
    '1',
  ),
  MAILBOX_QUOTA_UNLIMITED: v.optional(
    v.pipe(
      v.string(),
      v.transform((text) => (text === 'NULL' ? null : text)),
    ),
    '0',
  ),
  MAILBOX_OPEN: v.optional(assignments, 'active=1'),
  MAILBOX_LOCKED: v.optional(assignments, 'active=0'),
  MAILBOX_WHERE: v.optional(conditions, ''),
  MAILBOX_INSERT: v.optional(assignments, ''),
  MAILBOX_ON_PASSWORD: v.optional(assignments, ''),
  DOMAIN_TABLE: v.optional(name, 'virtual_domains'),
  DOMAIN_ID: v.optional(name, 'id'),
  DOMAIN_NAME: v.optional(name, 'name'),
  DOMAIN_WHERE: v.optional(conditions, ''),
  ALIAS_TABLE: v.optional(name, 'virtual_aliases'),
  ALIAS_ADDRESS: v.optional(name, 'source'),
  ALIAS_DESTINATION: v.optional(name, 'destination'),
  ALIAS_LIST: v.optional(
    v.picklist(
      ['rows', 'comma', 'comma-space', 'space', 'newline'],
      'must be rows, comma, comma-space, space or newline',
    ),
    'rows',
  ),
  ALIAS_DOMAIN: v.optional(optionalName, 'domain_id'),
  ALIAS_WHERE: v.optional(conditions, ''),
  ALIAS_INSERT: v.optional(assignments, ''),
  LOCK: v.optional(v.picklist(['password', 'active'], 'must be password or active'), 'password'),
  PASSWORD_PREFIX: v.optional(boolean, 'true'),
}

type MappingSettings = v.InferOutput<ReturnType<typeof v.object<typeof mappingEntries>>>

/** @returns the mapping that checked settings say. @throws Error when two of them do not go together */
export function toMapping(env: MappingSettings): Mapping {
  if (env.LOCK === 'active' && (env.MAILBOX_OPEN.length === 0 || env.MAILBOX_LOCKED.length === 0)) {
    throw new Error('LOCK=active needs MAILBOX_OPEN and MAILBOX_LOCKED')
  }
  return {
    mailbox: {
      table: env.MAILBOX_TABLE,
      address: env.MAILBOX_ADDRESS,
      password: env.MAILBOX_PASSWORD,
      domain: env.MAILBOX_DOMAIN,
      quota: env.MAILBOX_QUOTA,
      quotaUnitBytes: env.MAILBOX_QUOTA_UNIT_BYTES,
      quotaUnlimited: env.MAILBOX_QUOTA_UNLIMITED,
      open: env.MAILBOX_OPEN,
      locked: env.MAILBOX_LOCKED,
      where: env.MAILBOX_WHERE,
      insert: env.MAILBOX_INSERT,
      onPassword: env.MAILBOX_ON_PASSWORD,
    },
    domain: { table: env.DOMAIN_TABLE, id: env.DOMAIN_ID, name: env.DOMAIN_NAME, where: env.DOMAIN_WHERE },
    alias: {
      table: env.ALIAS_TABLE,
      address: env.ALIAS_ADDRESS,
      destination: env.ALIAS_DESTINATION,
      list: env.ALIAS_LIST,
      domain: env.ALIAS_DOMAIN,
      where: env.ALIAS_WHERE,
      insert: env.ALIAS_INSERT,
    },
    lock: env.LOCK,
    passwordPrefix: env.PASSWORD_PREFIX,
  }
}

/** Fills `{local}`, `{domain}` and the other placeholders that are known here; `{now}` stays as it is. */
export const fillTemplate = (value: string | null, known: Record<string, string>): string | null =>
  value?.replace(/\{(\w+)\}/g, (all, key: string) => known[key] ?? all) ?? null

/** `{now}` is the database's own; every other value is a parameter. */
export const valueSql = (value: string | null): string => (value === '{now}' ? 'NOW()' : '?')
export const valueParameters = (list: Assignment[]): (string | null)[] =>
  list.filter((item) => item.value !== '{now}').map((item) => item.value)

/** ` AND column = ? …` for a row filter, and its parameters. */
export const andWhere = (list: Condition[]): string =>
  list
    .map((item) =>
      item.value === null
        ? ` AND ${item.column} IS ${item.operator === '=' ? '' : 'NOT '}NULL`
        : ` AND ${item.column} ${item.operator} ?`,
    )
    .join('')
export const whereParameters = (list: Condition[]): string[] =>
  list.map((item) => item.value).filter((value) => value !== null)
