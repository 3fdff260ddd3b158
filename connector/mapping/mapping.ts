import type { Name, Sql } from './sql.ts'

/**
 * The mapping: where the mail server keeps its mailboxes, aliases and domains. Names are quoted here, once; values
 * are always parameters. Both sides read the same variables.
 */

/** `column = value`. The value may have placeholders in it, which `fill` replaces. */
export interface Assignment {
  column: Name
  value: string | null
  /** of a number: which of its bits; the others stay as they are */
  bits?: string
}

/** Holds for a row whose column has one of the values, or, with `not`, none of them. */
export interface Comparison {
  column: Name
  /** of a number: which of its bits */
  bits?: string
  /** how the column compares with the value; only `=` knows more than one, and NULL */
  is: '=' | '<' | '<=' | '>' | '>=' | 'LIKE'
  not: boolean
  values: (string | null)[]
  /** instead of values: the ids of these rows */
  of?: { table: Name; id: Name; where: Condition[] }
}

/** Holds where one of them does. */
export type Condition = Comparison[]

/** An address in one column, in two, or that of another table's row whose id the column has. */
export type AddressColumns =
  | { whole: Name }
  | {
      table: Name
      local: Name
      domain: Name
      /** where the domain's half is looked up; null: the column has its name */
      domains: DomainMapping | null
    }
  | { table: Name; reference: Name; of: { table: Name; id: Name; address: AddressColumns } }

/** The columns of an address. */
export function columnsIn(address: AddressColumns): Name[] {
  if ('reference' in address) return [address.reference]
  return 'whole' in address ? [address.whole] : [address.local, address.domain]
}

/** The one row of another table that has something of a mailbox: by its id or address, and by what else tells it. */
export interface Elsewhere {
  table: Name
  by: Assignment[]
}

/** A column that says of which domain a row is. */
export interface DomainLink {
  column: Name
  holds: 'id' | 'name'
}

export interface QuotaMapping {
  column: Name
  /** where it is, if not in the mailbox's row */
  at: Elsewhere | null
  unit: QuotaUnit
  /** What the column holds where there is no limit; the first is what is written. NULL always means that. */
  unlimited: (string | null)[]
}

/** Bytes in one unit of a number, or what stands around the size or the bytes in a text. */
export type QuotaUnit = { bytes: number } | { text: 'size' | 'bytes'; before: string; after: string }

interface MailboxMapping {
  table: Name
  id: Name | null
  address: AddressColumns
  /** what Dovecot calls the user; null: the address */
  login: Name | null
  password: Name
  /** where the password is, if not in the mailbox's row */
  passwordAt: Elsewhere | null
  domain: DomainLink | null
  quota: QuotaMapping | null
  open: Assignment[]
  locked: Assignment[]
  where: Condition[]
  insert: Assignment[]
  onPassword: Assignment[]
  /** What its row holds from then on; none: the row is deleted. */
  onDelete: Assignment[]
}

export interface DomainMapping {
  /** or the settings' own list, as a derived table */
  table: Sql
  id: Name
  name: Name
  where: Condition[]
}

/** `rows`: a row a destination; else one row with a list, and what stands between its entries. */
export type AliasList = 'rows' | 'comma' | 'comma-space' | 'space' | 'newline'

/** The alias itself, where a table of their own has what it leads to. */
export interface AliasName extends AddressTable {
  id: Name
  domain: DomainLink | null
  where: Condition[]
  insert: Assignment[]
}

export interface AliasMapping {
  /** that of the destinations, where they have one */
  table: Name
  address: AddressColumns
  destination: AddressColumns
  /** How the destination column holds more than one address. */
  list: AliasList
  domain: DomainLink | null
  where: Condition[]
  insert: Assignment[]
  /** as for mailboxes */
  onDelete: Assignment[]
  /** null: name and destination are in one row */
  named: AliasName | null
}

/** Rows of another table that come or go with a mailbox. */
export interface Companion {
  table: Name
  columns: Assignment[]
  /** Whether there may be no such table: a product that has it in some of its versions. */
  optional: boolean
}

/** A table with addresses. */
interface AddressTable {
  table: Name
  address: AddressColumns
}

interface UsageMapping extends AddressTable {
  bytes: Name
}

/** What people may do here with mailboxes that the mail server has. */
export const MAIL_ACTIONS = ['create', 'delete', 'password', 'aliases', 'lock'] as const
export type MailAction = (typeof MAIL_ACTIONS)[number]

export interface Mapping {
  mailbox: MailboxMapping
  domain: DomainMapping
  /** null: the mail server has no table of aliases */
  alias: AliasMapping | null
  /** other tables whose addresses nobody else may have */
  taken: AddressTable[]
  companionInsert: Companion[]
  companionDelete: Companion[]
  usage: UsageMapping | null
  /** with what the web app's own settings offer */
  actions: readonly (MailAction | 'appPasswords')[]
  /** How a mailbox is locked: by its open and locked values, or by a hash that no password matches. */
  lock: 'active' | 'password'
  /** Whether hashes are stored with Dovecot's `{SCHEME}` in front. */
  passwordPrefix: boolean
}
