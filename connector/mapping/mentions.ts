import type { MappingVariable } from './settings.ts'
import { columnsIn, type Assignment, type Condition, type Elsewhere, type Mapping } from './mapping.ts'
import { placeholdersIn } from './placeholders.ts'
import { Name } from './sql.ts'

/** Where the mapping names a table or a column of it, and which variable does. */
export interface Mention {
  variable: MappingVariable
  table: Name
  /** null: the table itself */
  column: Name | null
  /** Whether the table may be missing. */
  optional: boolean
}

/** The columns of the domain's row that values are taken from. */
const ofDomain = (list: Assignment[]): Name[] =>
  list
    .flatMap(({ value }) => placeholdersIn(value))
    .flatMap((key) => (key.startsWith('domain.') ? [new Name([key.slice('domain.'.length)])] : []))

/** Every name that the mapping has for the mail server's tables, each with its variable. */
export function mentionsOf(mapping: Mapping): Mention[] {
  const { mailbox, domain, alias, usage } = mapping
  const found: Mention[] = []
  const say = (variable: MappingVariable, table: Name, columns: (Name | null)[], optional = false) =>
    found.push(...columns.map((column) => ({ variable, table, column, optional })))
  const columnsOf = (list: (Assignment | Condition)[]) => list.flat().map(({ column }) => column)

  say('MAILBOX_TABLE', mailbox.table, [null])
  say('MAILBOX_ADDRESS', mailbox.table, columnsIn(mailbox.address))
  if (mailbox.login) say('MAILBOX_LOGIN', mailbox.table, [mailbox.login])
  const sayPlace = (variable: MappingVariable, column: Name, at: Elsewhere | null) =>
    at === null ? say(variable, mailbox.table, [column]) : say(variable, at.table, [null, column, ...columnsOf(at.by)])
  sayPlace('MAILBOX_PASSWORD', mailbox.password, mailbox.passwordAt)
  if (mailbox.id) say('MAILBOX_ID', mailbox.table, [mailbox.id])
  if (mailbox.domain) say('MAILBOX_DOMAIN', mailbox.table, [mailbox.domain.column])
  if (mailbox.quota) sayPlace('MAILBOX_QUOTA', mailbox.quota.column, mailbox.quota.at)
  say('MAILBOX_OPEN', mailbox.table, columnsOf(mailbox.open))
  say('MAILBOX_LOCKED', mailbox.table, columnsOf(mailbox.locked))
  say('MAILBOX_WHERE', mailbox.table, columnsOf(mailbox.where))
  say('MAILBOX_INSERT', mailbox.table, columnsOf(mailbox.insert))
  say('MAILBOX_ON_PASSWORD', mailbox.table, columnsOf(mailbox.onPassword))

  say('MAILBOX_DELETE', mailbox.table, columnsOf(mailbox.onDelete))

  // A list of the settings' own is no table.
  if (domain.table instanceof Name) {
    say('DOMAIN_TABLE', domain.table, [null])
    say('DOMAIN_ID', domain.table, [domain.id])
    say('DOMAIN_NAME', domain.table, [domain.name])
    say('DOMAIN_WHERE', domain.table, columnsOf(domain.where))
    say('MAILBOX_INSERT', domain.table, ofDomain(mailbox.insert))
    say('ALIAS_INSERT', domain.table, ofDomain((alias?.named ?? alias)?.insert ?? []))
    say('COMPANION_INSERT', domain.table, ofDomain(mapping.companionInsert.flatMap(({ columns }) => columns)))
  }
  if (alias) {
    const { named } = alias
    const own = named ?? alias
    say('ALIAS_TABLE', own.table, [null])
    if (named) say('ALIAS_ID', named.table, [named.id])
    say('ALIAS_ADDRESS', own.table, columnsIn(own.address))
    const places = [...columnsIn(alias.destination), ...(named ? columnsOf(alias.where) : [])]
    say('ALIAS_DESTINATION', alias.table, [...(named ? [null] : []), ...places])
    if (own.domain) say('ALIAS_DOMAIN', own.table, [own.domain.column])
    say('ALIAS_WHERE', own.table, columnsOf(own.where))
    say('ALIAS_INSERT', own.table, columnsOf(own.insert))
    say('ALIAS_DELETE', own.table, columnsOf(alias.onDelete))
  }
  for (const { table, address } of mapping.taken) say('TAKEN_ADDRESSES', table, [null, ...columnsIn(address)])
  for (const { table, columns } of mapping.companionInsert)
    say('COMPANION_INSERT', table, [null, ...columnsOf(columns)])
  for (const { table, columns, optional } of mapping.companionDelete)
    say('COMPANION_DELETE', table, [null, ...columnsOf(columns)], optional)
  if (usage) {
    say('USAGE_TABLE', usage.table, [null])
    say('USAGE_ADDRESS', usage.table, columnsIn(usage.address))
    say('USAGE_BYTES', usage.table, [usage.bytes])
  }
  return found
}
