import { CONNECTOR_INSERTS, CONNECTOR_WRITES } from '../../../connector/contract/own-columns.ts'
import { columnsIn, type Assignment, type Mapping } from '../../../connector/mapping/mapping.ts'
import { Name } from '../../../connector/mapping/sql.ts'
import { OWN_TABLES, type Privilege } from '../own-tables.ts'

/** The database rights that each of the two programs needs under a mapping, and no others. */

/** What a user may do with a table: with all of it, or with some columns. */
export interface TableRights {
  schema: string
  table: string
  rights: Map<Privilege, 'all' | Set<string>>
}

const everything: Privilege[] = ['SELECT', 'INSERT', 'UPDATE', 'DELETE']
const columnsOf = (list: Assignment[]): Name[] => list.map(({ column }) => column)

/** @param database holds Colombier's own tables, and each table that the mapping names without a database */
export function rightsOfWeb(mapping: Mapping, database: string): TableRights[] {
  const { mailbox, domain, alias, usage, actions } = mapping
  const needed = createList(database)
  if (domain.table instanceof Name) needed.add(domain.table, ['SELECT'])
  needed.add(mailbox.table, actions.includes('create') ? ['SELECT', 'INSERT'] : ['SELECT'])
  needed.add(mailbox.table, ['UPDATE'], [...ownPassword(mailbox), ...columnsOf([...mailbox.open, ...mailbox.locked])])
  addElsewhere(needed, mailbox)
  if (mailbox.quota?.at)
    needed.add(mailbox.quota.at.table, ['SELECT'], [mailbox.quota.column, ...columnsOf(mailbox.quota.at.by)])
  if (alias)
    for (const { table } of alias.named ? [alias, alias.named] : [alias])
      needed.add(table, actions.includes('aliases') ? ofAliases(alias) : ['SELECT'])
  if (usage) needed.add(usage.table, ['SELECT'])
  for (const { table, address } of mapping.taken) needed.add(table, ['SELECT'], columnsIn(address))
  if (actions.includes('create')) for (const { table } of mapping.companionInsert) needed.add(table, ['INSERT'])
  // The connector deletes from these. The web app only checks at its start that they exist.
  for (const { table, columns } of mapping.companionDelete) needed.add(table, ['SELECT'], columnsOf(columns))
  for (const [table, rights] of Object.entries(OWN_TABLES)) needed.add(new Name([table]), rights)
  return needed.tables
}

/** The same for the connector. */
export function rightsOfConnector(mapping: Mapping, database: string): TableRights[] {
  const { mailbox, domain, alias, actions } = mapping
  const needed = createList(database)
  const state = columnsOf([...mailbox.open, ...mailbox.locked])
  const found = [
    ...columnsIn(mailbox.address),
    ...(mailbox.login ? [mailbox.login] : []),
    ...ownPassword(mailbox),
    ...state,
    ...mailbox.where.flat().map(({ column }) => column),
    // Of a number of which some bits are set, the others are read.
    ...columnsOf(mailbox.onPassword.filter(({ bits }) => bits !== undefined)),
  ]
  needed.add(mailbox.table, ['SELECT'], mailbox.id ? [...found, mailbox.id] : found)
  needed.add(mailbox.table, ['UPDATE'], [...ownPassword(mailbox), ...state, ...columnsOf(mailbox.onPassword)])
  addElsewhere(needed, mailbox)

  if (actions.includes('delete')) {
    addDeletion(needed, mailbox)
    if (alias) {
      needed.add(alias.table, ['SELECT'])
      needed.add(alias.table, ['UPDATE'], columnsIn(alias.destination))
      addDeletion(needed, alias)
      if (alias.named) needed.add(alias.named.table, ['SELECT', 'DELETE'])
    }
    for (const { table } of mapping.companionDelete) needed.add(table, ['SELECT', 'DELETE'])
  }
  const addresses = [mailbox.address, ...(alias ? [(alias.named ?? alias).address, alias.destination] : [])]
  const looksUpDomains = addresses.some((address) => 'domains' in address && address.domains !== null)
  if (domain.table instanceof Name && (looksUpDomains || mapping.companionDelete.length > 0))
    needed.add(domain.table, ['SELECT'], [domain.id, domain.name])

  const own = (table: string) => new Name([`colombier_${table}`])
  const columns = (names: readonly string[]) => names.map((name) => new Name([name]))
  needed.add(own('mailboxes'), ['SELECT'])
  needed.add(own('mailboxes'), ['INSERT'], columns(CONNECTOR_INSERTS.colombier_mailboxes))
  needed.add(own('mailboxes'), ['UPDATE'], columns(CONNECTOR_WRITES.colombier_mailboxes))
  needed.add(own('mailboxes'), ['DELETE'])
  needed.add(own('tasks'), ['SELECT'])
  needed.add(own('tasks'), ['UPDATE'], columns(CONNECTOR_WRITES.colombier_tasks))
  needed.add(own('credentials'), ['SELECT'])
  needed.add(own('credentials'), ['INSERT'], columns(CONNECTOR_INSERTS.colombier_credentials))
  needed.add(own('credentials'), ['UPDATE'], columns(CONNECTOR_WRITES.colombier_credentials))
  needed.add(own('credentials'), ['DELETE'])
  needed.add(own('connectors'), ['SELECT', 'INSERT', 'UPDATE'])
  needed.add(own('reservations'), ['SELECT', 'INSERT', 'UPDATE'])
  return needed.tables
}

const ownPassword = ({ password, passwordAt }: Mapping['mailbox']): Name[] => (passwordAt ? [] : [password])

/** The password's row, where it is in another table. */
function addElsewhere(needed: ReturnType<typeof createList>, { password, passwordAt }: Mapping['mailbox']) {
  if (passwordAt === null) return
  needed.add(passwordAt.table, ['SELECT'], [password, ...columnsOf(passwordAt.by)])
  needed.add(passwordAt.table, ['UPDATE'], [password])
}

type Deletable = Pick<Mapping['mailbox'], 'table' | 'onDelete'>

const ofAliases = ({ onDelete }: Deletable): Privilege[] =>
  onDelete.length === 0 ? everything : everything.filter((privilege) => privilege !== 'DELETE')

function addDeletion(needed: ReturnType<typeof createList>, { table, onDelete }: Deletable) {
  if (onDelete.length === 0) needed.add(table, ['DELETE'])
  else for (const privilege of ['SELECT', 'UPDATE'] as const) needed.add(table, [privilege], columnsOf(onDelete))
}

function createList(database: string) {
  const tables: TableRights[] = []
  return {
    tables,
    /** @param columns none: all of them */
    add({ path }: Name, privileges: Privilege[], columns?: Name[]) {
      const [schema, table] = path.length === 2 ? [path[0] ?? '', path[1] ?? ''] : [database, path[0] ?? '']
      let found = tables.find((one) => one.schema === schema && one.table === table)
      if (!found) tables.push((found = { schema, table, rights: new Map() }))
      for (const privilege of privileges) {
        if (columns?.length === 0) continue
        const before = found.rights.get(privilege)
        const more = columns?.map((column) => column.path[0] ?? '') ?? null
        if (more === null) found.rights.set(privilege, 'all')
        else if (before !== 'all') found.rights.set(privilege, new Set([...(before ?? []), ...more]))
      }
    },
  }
}

/** A database user as it stands in a statement. */
export function databaseUser(user: string, host: string): string {
  const part = (text: string) => (/^[a-z_]\w*$/i.test(text) ? text : `'${text.replace(/['\\]/g, '\\$&')}'`)
  return `${part(user)}@${part(host)}`
}

/** The statement that gives a user these rights. @param user as it stands in SQL: `colombier_web@localhost` */
export function grantStatement({ schema, table, rights }: TableRights, user: string): string {
  const parts = everything.flatMap((privilege) => {
    const columns = rights.get(privilege)
    if (columns === undefined) return []
    return [columns === 'all' ? privilege : `${privilege} (${[...columns].map(quoted).join(', ')})`]
  })
  return `GRANT ${parts.join(', ')} ON ${new Name([schema, table]).text} TO ${user};`
}

const quoted = (name: string): string => new Name([name]).text
