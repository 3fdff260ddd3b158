import * as v from 'valibot'
import {
  columnsIn,
  type AddressColumns,
  type Assignment,
  type Condition,
  type DomainLink,
} from '../../connector/mapping/mapping.ts'
import { withPreset } from '../../connector/mapping/presets/index.ts'
import { mappingEntries, toMapping } from '../../connector/mapping/settings.ts'
import { Name } from '../../connector/mapping/sql.ts'

export const CORE_VARIABLES = [
  'MAILBOX_TABLE',
  'MAILBOX_ADDRESS',
  'MAILBOX_PASSWORD',
  'MAILBOX_DOMAIN',
  'MAILBOX_QUOTA',
  'MAILBOX_QUOTA_UNIT',
  'MAILBOX_OPEN',
  'MAILBOX_LOCKED',
  'MAILBOX_WHERE',
  'DOMAIN_TABLE',
  'DOMAIN_NAME',
  'DOMAIN_WHERE',
  'ALIAS_TABLE',
  'ALIAS_ADDRESS',
  'ALIAS_DESTINATION',
  'ALIAS_LIST',
  'ALIAS_DOMAIN',
  'ALIAS_WHERE',
  'USAGE_TABLE',
  'PASSWORD_PREFIX',
] as const
type Core = Record<(typeof CORE_VARIABLES)[number], string>

/**
 * What the core variables of a mapping mean, however they are written: `DOMAIN_ID` is of no account where a domain is
 * referred to by its name, nor is the order of assignments.
 */
export function coreOf(env: Record<string, string>): Core {
  const mapping = toMapping(v.parse(v.object(mappingEntries), withPreset(env)))
  const { mailbox, domain, alias, usage } = mapping
  const own = alias?.named ?? alias
  const name = (one: { text: string } | null | undefined) => one?.text.replaceAll('`', '').toLowerCase() ?? '-'
  return {
    MAILBOX_TABLE: name(mailbox.table),
    MAILBOX_ADDRESS: place(mailbox.address),
    MAILBOX_PASSWORD: name(mailbox.password),
    MAILBOX_DOMAIN: link(mailbox.domain),
    MAILBOX_QUOTA: name(mailbox.quota?.column),
    MAILBOX_QUOTA_UNIT: mailbox.quota === null ? '-' : JSON.stringify(mailbox.quota.unit),
    MAILBOX_OPEN: set(mailbox.open),
    MAILBOX_LOCKED: set(mailbox.locked),
    MAILBOX_WHERE: where(mailbox.where),
    DOMAIN_TABLE: domain.table instanceof Name ? name(domain.table) : '-',
    DOMAIN_NAME: domain.table instanceof Name ? name(domain.name) : '-',
    DOMAIN_WHERE: where(domain.where),
    ALIAS_TABLE: name(own?.table),
    ALIAS_ADDRESS: own ? place(own.address) : '-',
    ALIAS_DESTINATION: alias
      ? `${alias.named ? `${name(alias.table)} ${place(alias.address)} ` : ''}${place(alias.destination)}`
      : '-',
    ALIAS_LIST: alias?.list ?? '-',
    ALIAS_DOMAIN: link(own?.domain ?? null),
    ALIAS_WHERE: where(own?.where ?? []),
    USAGE_TABLE: name(usage?.table),
    PASSWORD_PREFIX: String(mapping.passwordPrefix),
  }
}

const place = (columns: AddressColumns): string =>
  !('local' in columns)
    ? (columnsIn(columns).map(({ text }) => text.toLowerCase())[0] ?? '')
    : `${columns.local.text}@${columns.domains ? 'id' : 'name'}:${columns.domain.text}`.toLowerCase()
const link = (domain: DomainLink | null): string =>
  domain ? `${domain.holds}:${domain.column.text}`.toLowerCase() : '-'
const set = (list: Assignment[]): string =>
  list
    .map(({ column, bits = '', value }) => `${column.text}${bits}=${value ?? 'NULL'}`)
    .sort()
    .join()
const where = (list: Condition[]): string =>
  list
    .map((condition) =>
      condition
        .map(
          ({ column, bits = '', is, not, values }) =>
            `${column.text}${bits}${not ? 'not' : ''}${is}${values
              .map((one) => one ?? 'NULL')
              .sort()
              .join('|')}`,
        )
        .join(' OR '),
    )
    .sort()
    .join()
