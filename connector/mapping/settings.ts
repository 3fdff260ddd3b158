import * as v from 'valibot'
import {
  addressColumns,
  addressTables,
  assignments,
  boolean,
  companions,
  conditions,
  destinationColumns,
  domainLink,
  domainNames,
  idColumn,
  name,
  optionalCompanions,
  optionalId,
  optionalName,
  optionalPlace,
  place,
  quotaUnit,
  quotaValues,
  usageColumns,
  words,
  type AddressSetting,
  type LinkSetting,
} from './grammar.ts'
import {
  MAIL_ACTIONS,
  type AddressColumns,
  type AliasMapping,
  type AliasName,
  type Assignment,
  type Companion,
  type Condition,
  type DomainLink,
  type DomainMapping,
  type Mapping,
} from './mapping.ts'
import { saidBy } from './reader.ts'
import { join, Name, sql } from './sql.ts'

/** The mapping as the settings say it: both programs read the same variables. */

// Which placeholders can be filled in where.
const made = ['uuid', 'ulid', 'uuid:bytes', 'ulid:bytes']
const forDomain = ['local', 'local:1', 'domain', 'address', 'domain_id', 'domain.column', 'now', 'unix', ...made]
const forMailbox = [...forDomain, 'mailbox_id', 'login', 'quota', 'password']
const forAlias = [...forDomain, 'mailbox_id', 'destination', 'destination_local', 'destination_domain']
const forChange = ['now', 'unix']

/** The variables of the mapping: entries for a valibot object over `process.env`. */
export const mappingEntries = {
  MAILBOX_TABLE: v.optional(name, 'virtual_users'),
  MAILBOX_ID: v.optional(optionalId, '-'),
  MAILBOX_ADDRESS: v.optional(addressColumns, 'email'),
  MAILBOX_LOGIN: v.optional(optionalName, '-'),
  MAILBOX_PASSWORD: v.optional(place, 'password'),
  MAILBOX_DOMAIN: v.optional(domainLink),
  MAILBOX_QUOTA: v.optional(optionalPlace, 'quota'),
  MAILBOX_QUOTA_UNIT: v.optional(quotaUnit, 'B'),
  MAILBOX_QUOTA_UNLIMITED: v.optional(quotaValues, '0'),
  MAILBOX_OPEN: v.optional(assignments(forChange), 'active=1'),
  MAILBOX_LOCKED: v.optional(assignments(forChange), 'active=0'),
  MAILBOX_WHERE: v.optional(conditions, '-'),
  MAILBOX_INSERT: v.optional(assignments([...forDomain, 'quota']), '-'),
  MAILBOX_ON_PASSWORD: v.optional(assignments(forChange), '-'),
  MAILBOX_DELETE: v.optional(assignments(forChange), '-'),
  DOMAIN_TABLE: v.optional(optionalName, 'virtual_domains'),
  DOMAIN_ID: v.optional(idColumn, 'id'),
  DOMAIN_NAME: v.optional(name, 'name'),
  DOMAIN_WHERE: v.optional(conditions, '-'),
  DOMAINS: v.optional(domainNames, ''),
  ALIAS_TABLE: v.optional(optionalName, 'virtual_aliases'),
  ALIAS_ID: v.optional(optionalId, '-'),
  ALIAS_ADDRESS: v.optional(addressColumns, 'source'),
  ALIAS_DESTINATION: v.optional(destinationColumns, 'destination'),
  ALIAS_LIST: v.optional(
    v.picklist(
      ['rows', 'comma', 'comma-space', 'space', 'newline'],
      'must be rows, comma, comma-space, space or newline',
    ),
    'rows',
  ),
  ALIAS_DOMAIN: v.optional(domainLink),
  ALIAS_WHERE: v.optional(conditions, '-'),
  ALIAS_INSERT: v.optional(assignments(forAlias), '-'),
  ALIAS_DELETE: v.optional(assignments(forChange), '-'),
  TAKEN_ADDRESSES: v.optional(addressTables, '-'),
  COMPANION_INSERT: v.optional(companions(forMailbox), '-'),
  COMPANION_DELETE: v.optional(
    optionalCompanions(['local', 'domain', 'address', 'domain_id', 'mailbox_id', 'login']),
    '-',
  ),
  USAGE_TABLE: v.optional(optionalName, '-'),
  USAGE_ADDRESS: v.optional(usageColumns, 'username'),
  USAGE_BYTES: v.optional(name, 'bytes'),
  MAIL_ACTIONS: v.optional(words(MAIL_ACTIONS), MAIL_ACTIONS.join(', ')),
  LOCK: v.optional(v.picklist(['password', 'active'], 'must be password or active'), 'password'),
  PASSWORD_PREFIX: v.optional(boolean, 'true'),
}

export type MappingVariable = keyof typeof mappingEntries
type MappingSettings = v.InferOutput<ReturnType<typeof v.object<typeof mappingEntries>>>

/**
 * Settings that are right one by one, but do not go together. The message has a line for each, which begins with its
 * variable.
 */
export class MappingError extends Error {
  override name = 'MappingError'
}

/** @returns the mapping that checked settings say. @throws MappingError */
export function toMapping(env: MappingSettings): Mapping {
  const wrong = findContradictions(env)
  if (wrong.length > 0) throw new MappingError(wrong.join('\n'))

  const domain = domainMapping(env)
  const usage = env.USAGE_TABLE && { table: env.USAGE_TABLE, bytes: env.USAGE_BYTES }
  return {
    mailbox: {
      table: env.MAILBOX_TABLE,
      id: env.MAILBOX_ID,
      address: columnsOf(env.MAILBOX_ADDRESS, env.MAILBOX_TABLE, domain),
      login: loginOf(env),
      password: env.MAILBOX_PASSWORD.column,
      passwordAt: env.MAILBOX_PASSWORD.at,
      domain: linkOf(env.MAILBOX_DOMAIN, env.MAILBOX_ADDRESS, domain),
      quota: env.MAILBOX_QUOTA && {
        ...env.MAILBOX_QUOTA,
        unit: env.MAILBOX_QUOTA_UNIT,
        unlimited: env.MAILBOX_QUOTA_UNLIMITED,
      },
      open: env.MAILBOX_OPEN,
      locked: env.MAILBOX_LOCKED,
      where: env.MAILBOX_WHERE,
      insert: [...saidByAll(env.MAILBOX_WHERE), ...env.MAILBOX_INSERT],
      onPassword: env.MAILBOX_ON_PASSWORD,
      onDelete: env.MAILBOX_DELETE,
    },
    domain,
    alias: env.ALIAS_TABLE && aliasMapping(env, env.ALIAS_TABLE, domain),
    taken: env.TAKEN_ADDRESSES.map(({ table, address }) => ({ table, address: columnsOf(address, table, domain) })),
    companionInsert: env.COMPANION_INSERT,
    companionDelete: env.COMPANION_DELETE,
    usage: usage && { ...usage, address: usageAddress(env, usage.table, domain) },
    actions: env.MAIL_ACTIONS.filter((action) => action !== 'aliases' || env.ALIAS_TABLE !== null),
    lock: env.LOCK,
    passwordPrefix: env.PASSWORD_PREFIX,
  }
}

function findContradictions(env: MappingSettings): string[] {
  const companions = [env.COMPANION_INSERT, env.COMPANION_DELETE].flat().flatMap(({ columns }) => columns)
  const places = [env.MAILBOX_PASSWORD, env.MAILBOX_QUOTA].flatMap((one) => one?.at ?? [])
  const keys = places.flatMap(({ by }) => by)
  const asksForId = [...companions, ...keys, ...env.ALIAS_INSERT].some(({ value }) => value?.includes('{mailbox_id}'))
  const asksForQuota = [...companions, ...env.MAILBOX_INSERT].some(({ value }) => value?.includes('{quota}'))
  const asksForLogin = companions.some(({ value }) => value?.includes('{login}'))
  return [
    env.LOCK === 'active' &&
      (env.MAILBOX_OPEN.length === 0 || env.MAILBOX_LOCKED.length === 0) &&
      'LOCK=active needs MAILBOX_OPEN and MAILBOX_LOCKED',
    env.DOMAIN_TABLE === null && env.DOMAINS.length === 0 && 'DOMAINS must name the domains where DOMAIN_TABLE is -',
    env.ALIAS_LIST !== 'rows' &&
      !('whole' in env.ALIAS_DESTINATION.columns) &&
      'ALIAS_DESTINATION must be one column where ALIAS_LIST is a list',
    (asksForLogin || 'login' in env.USAGE_ADDRESS) &&
      env.MAILBOX_LOGIN === null &&
      'MAILBOX_LOGIN must be set where {login} or login: is used',
    asksForQuota && env.MAILBOX_QUOTA === null && 'MAILBOX_QUOTA must be set where {quota} is used',
    asksForId && env.MAILBOX_ID === null && 'MAILBOX_ID must be set where {mailbox_id} is used',
    'mailboxId' in env.ALIAS_DESTINATION.columns &&
      (env.MAILBOX_ID === null || env.ALIAS_TABLE?.text === env.MAILBOX_TABLE.text) &&
      'ALIAS_DESTINATION by id needs MAILBOX_ID, and a table of aliases of their own',
    env.ALIAS_DESTINATION.at !== null &&
      (env.ALIAS_ID === null ||
        env.ALIAS_DESTINATION.at.by.filter(({ value }) => value === '{alias_id}').length !== 1) &&
      'ALIAS_DESTINATION in another table needs ALIAS_ID, and one column with {alias_id}',
    env.ALIAS_DESTINATION.at !== null &&
      (env.ALIAS_DELETE.length > 0 ||
        [env.ALIAS_TABLE, env.MAILBOX_TABLE].some((one) => one?.text === env.ALIAS_DESTINATION.at?.table.text)) &&
      'ALIAS_DESTINATION in another table goes with neither ALIAS_DELETE nor the table of the aliases or mailboxes',
    !places.every(({ by }) => by.some(({ value }) => value === '{mailbox_id}' || value === '{address}')) &&
      'MAILBOX_PASSWORD and MAILBOX_QUOTA must say by {mailbox_id} or {address} whose row of another table it is',
    env.MAILBOX_PASSWORD.at !== null &&
      env.MAIL_ACTIONS.includes('create') &&
      !env.COMPANION_INSERT.some(({ columns }) => columns.some(({ value }) => value === '{password}')) &&
      'COMPANION_INSERT must write {password} where MAILBOX_PASSWORD is in another table, or MAIL_ACTIONS be without create',
    !takesOut(env.MAILBOX_DELETE, env.MAILBOX_WHERE) &&
      'MAILBOX_DELETE must change a column of MAILBOX_WHERE: by that the mailbox is gone',
    !takesOut(env.ALIAS_DELETE, env.ALIAS_WHERE) &&
      'ALIAS_DELETE must change a column of ALIAS_WHERE: by that the alias is gone',
    !env.COMPANION_DELETE.every(namesMailbox) &&
      'COMPANION_DELETE must say of each table which rows are the mailbox’s: by {address}, {mailbox_id}, {login}, or {local} with {domain} or {domain_id}',
  ].filter((line) => line !== false)
}

/** Whether a row that is deleted by these values is no longer one of those that count. */
const takesOut = (onDelete: Assignment[], where: Condition[]): boolean =>
  onDelete.length === 0 ||
  onDelete.some(({ column }) => where.flat().some((one) => one.column.text.toLowerCase() === column.text.toLowerCase()))

/** Whether the rows are one mailbox's: without that, everyone's would go with it. */
function namesMailbox({ columns }: Companion): boolean {
  const has = (placeholder: string) => columns.some(({ value }) => value?.includes(placeholder))
  return (
    has('{address}') ||
    has('{mailbox_id}') ||
    has('{login}') ||
    (has('{local}') && (has('{domain}') || has('{domain_id}')))
  )
}

/** Null where it is the address itself. */
function loginOf({ MAILBOX_LOGIN: login, MAILBOX_ADDRESS: address }: MappingSettings): Name | null {
  const isAddress = 'whole' in address && address.whole.text.toLowerCase() === login?.text.toLowerCase()
  return isAddress ? null : login
}

/** Dovecot counts by what it calls the user. */
function usageAddress(env: MappingSettings, table: Name, domain: DomainMapping): AddressColumns {
  const setting = env.USAGE_ADDRESS
  if (!('login' in setting)) return columnsOf(setting, table, domain)
  const address = columnsOf(env.MAILBOX_ADDRESS, env.MAILBOX_TABLE, domain)
  const login = loginOf(env)
  if (login === null) return { whole: setting.login }
  return { table, reference: setting.login, of: { table: env.MAILBOX_TABLE, id: login, address } }
}

/** Where the mail server has no table of domains, those of the settings take its place. */
function domainMapping(env: MappingSettings): DomainMapping {
  if (env.DOMAIN_TABLE !== null) {
    return { table: env.DOMAIN_TABLE, id: env.DOMAIN_ID, name: env.DOMAIN_NAME, where: env.DOMAIN_WHERE }
  }
  const column = new Name(['name'])
  const rows = env.DOMAINS.map((domain) => sql`SELECT ${domain} AS ${column}`)
  return { table: sql`(${join(rows, ' UNION ALL ')}) AS colombier_domains`, id: column, name: column, where: [] }
}

const isNamed = ({ id, name: column }: DomainMapping): boolean => id.text === column.text

function columnsOf(setting: AddressSetting, table: Name, domain: DomainMapping): AddressColumns {
  if ('whole' in setting) return setting
  const named = setting.holds === 'name' || isNamed(domain)
  return { table, local: setting.local, domain: setting.domain, domains: named ? null : domain }
}

function aliasMapping(env: MappingSettings, table: Name, domain: DomainMapping): AliasMapping {
  const { at } = env.ALIAS_DESTINATION
  const own = {
    table,
    address: columnsOf(env.ALIAS_ADDRESS, table, domain),
    domain: linkOf(env.ALIAS_DOMAIN, env.ALIAS_ADDRESS, domain),
    where: env.ALIAS_WHERE,
    insert: [...saidByAll(env.ALIAS_WHERE), ...env.ALIAS_INSERT],
  }
  const rows = {
    destination: destinationOf(env, at?.table ?? table, domain),
    list: env.ALIAS_LIST,
    onDelete: env.ALIAS_DELETE,
  }
  const [key] = at?.by.filter(({ value }) => value === '{alias_id}') ?? []
  if (at === null || key === undefined || env.ALIAS_ID === null) return { ...own, ...rows, named: null }

  const named: AliasName = { ...own, id: env.ALIAS_ID }
  const reference = new Name(key.column.path, named.id.isRaw)
  const said = at.by.filter((one) => one !== key)
  return {
    ...rows,
    table: at.table,
    address: { table: at.table, reference, of: named },
    domain: null,
    where: [
      [{ column: reference, is: '=', not: false, values: [], of: named }],
      ...said.map(({ column, value }): Condition => [{ column, is: '=', not: false, values: [value] }]),
    ],
    insert: said,
    named,
  }
}

function destinationOf(env: MappingSettings, table: Name, domain: DomainMapping): AddressColumns {
  const setting = env.ALIAS_DESTINATION.columns
  if (!('mailboxId' in setting)) return columnsOf(setting, table, domain)
  const address = columnsOf(env.MAILBOX_ADDRESS, env.MAILBOX_TABLE, domain)
  const id = env.MAILBOX_ID ?? setting.mailboxId
  return { table, reference: setting.mailboxId, of: { table: env.MAILBOX_TABLE, id, address } }
}

/** By default the domain's half of the address, or else the column that most have. */
function linkOf(
  setting: LinkSetting | null | undefined,
  address: AddressSetting,
  domain: DomainMapping,
): DomainLink | null {
  if (setting === null) return 'whole' in address ? null : linkOf(undefined, address, domain)
  const byDefault =
    'whole' in address
      ? { column: new Name(['domain_id']), holds: 'link' as const }
      : { column: address.domain, holds: address.holds }
  const { column, holds } = setting ?? byDefault
  if (holds === 'name' || isNamed(domain)) return { column, holds: 'name' }
  return { column: new Name(column.path, domain.id.isRaw), holds: 'id' }
}

/** What a row must have to be found again. */
const saidByAll = (where: Condition[]): Assignment[] => where.flatMap((condition) => saidBy(condition) ?? [])
