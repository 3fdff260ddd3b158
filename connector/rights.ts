import { addressText } from './mapping/address-sql.ts'
import type { Db } from './contract/database.ts'
import { CONNECTOR_INSERTS, CONNECTOR_WRITES } from './contract/own-columns.ts'
import { passwordIn } from './mapping/elsewhere.ts'
import { andWhere, deleteEmptied, deleteFrom } from './mapping/pieces.ts'
import type { Mapping } from './mapping/mapping.ts'
import { leaveOutAbsent } from './mapping/optional-companions.ts'
import { join, Sql, sql } from './mapping/sql.ts'

/** Something the connector must do in the database but cannot, for lack of a right or because a name does not exist. */
export interface Refusal {
  /** completes the sentence "the database does not let the connector …" */
  what: string
  /** the database's error code, with the column or table if it names one */
  why: string
  remedy: string
}

/** Tries statements that change nothing, each of which needs one right and its names to exist. */
export async function findRefusals(db: Db, mapping: Mapping): Promise<Refusal[]> {
  const refusals: Refusal[] = []
  for (const [what, statement] of statementsOf((await leaveOutAbsent(db, mapping)).present)) {
    const refused = await refusalOf(db, statement)
    if (refused !== null) refusals.push({ what, ...refused })
  }
  return refusals
}

/** Whether the database accepts the statement. @throws any error that is not a refusal, such as a lost connection */
export const isAllowed = async (db: Db, statement: Sql): Promise<boolean> => (await refusalOf(db, statement)) === null

async function refusalOf(db: Db, { text, values }: Sql): Promise<Omit<Refusal, 'what'> | null> {
  try {
    await db.query(text, [...values])
    return null
  } catch (error) {
    const { code, message } = error as { code?: string; message: string }
    if (!code?.startsWith('ER_')) throw error
    // Only the table or column is taken from the message, which may quote values.
    const [, named] = /\b(?:table|column) ((?:['`][^'`\n]+['`]\.?)+)/i.exec(message) ?? []
    // To a user with column rights, a missing column and a forbidden one look the same.
    const remedy =
      code === 'ER_NO_SUCH_TABLE' || code === 'ER_BAD_FIELD_ERROR'
        ? 'mend the mapping, or bring the tables to this version: colombier-database, or npm run migrate'
        : 'colombier-database on the host of the database gives it; or give the user of DATABASE_USER the rights that docs/install.md lists, for the columns of the mapping'
    return { why: named === undefined ? code : `${code}: ${named}`, remedy }
  }
}

function statementsOf(mapping: Mapping): [what: string, statement: Sql][] {
  const { mailbox, domain, alias, actions } = mapping
  const state = [...mailbox.open, ...mailbox.locked, ...mailbox.onPassword].map(({ column }) => column)
  const found: [string, Sql][] = [
    ['read colombier_tasks', sql`SELECT 1 FROM colombier_tasks LIMIT 0`],
    ['update colombier_tasks', sql`UPDATE colombier_tasks SET ${columnsSet(named(CONNECTOR_WRITES.colombier_tasks))} WHERE 1 = 0`],
    ['read colombier_mailboxes', sql`SELECT 1 FROM colombier_mailboxes LIMIT 0`],
    ['update colombier_mailboxes', sql`UPDATE colombier_mailboxes SET ${columnsSet(named(CONNECTOR_WRITES.colombier_mailboxes))} WHERE 1 = 0`],
    ['delete from colombier_mailboxes', sql`DELETE FROM colombier_mailboxes WHERE 1 = 0`],
    ['insert into colombier_mailboxes', sql`INSERT INTO colombier_mailboxes (${namesOf(CONNECTOR_INSERTS.colombier_mailboxes)}) SELECT '', NOW() FROM DUAL WHERE 1 = 0`],
    ['read colombier_credentials', sql`SELECT 1 FROM colombier_credentials LIMIT 0`],
    ['update colombier_credentials', sql`UPDATE colombier_credentials SET ${columnsSet(named(CONNECTOR_WRITES.colombier_credentials))} WHERE 1 = 0`],
    ['insert into colombier_credentials', sql`INSERT INTO colombier_credentials (${namesOf(CONNECTOR_INSERTS.colombier_credentials)}) SELECT '', 'app', '', '', '', '', '', '', '', NOW() FROM DUAL WHERE 1 = 0`],
    ['delete from colombier_credentials', sql`DELETE FROM colombier_credentials WHERE 1 = 0`],
    ['report its status in colombier_connectors', sql`INSERT INTO colombier_connectors (host, version, seen_at, mode) SELECT '', '', NOW(), 'cron' FROM DUAL WHERE 1 = 0`],
    ['insert into colombier_reservations', sql`INSERT INTO colombier_reservations (address, until) SELECT '', NOW() FROM DUAL WHERE 1 = 0`],
    ['read the mail server’s mailboxes', sql`SELECT ${addressText(mailbox.address)}, ${passwordIn(mailbox)}, ${mailbox.login} FROM ${mailbox.table} WHERE 1 = 0${andWhere(mailbox.where)}`],
    ['set the password and state of the mail server’s mailboxes', sql`UPDATE ${mailbox.table} SET ${columnsSet(mailbox.passwordAt ? state : [mailbox.password, ...state])} WHERE 1 = 0`],
  ] // prettier-ignore
  if (mailbox.passwordAt) {
    const set = columnsSet([mailbox.password])
    found.push(['set the password', sql`UPDATE ${mailbox.passwordAt.table} SET ${set} WHERE 1 = 0`])
    if (state.length === 0)
      found.splice(
        found.findIndex(([what]) => what.startsWith('set the password and state')),
        1,
      )
  }
  if (!actions.includes('delete')) return found

  found.push(['delete the mail server’s mailboxes', sql`${deleteFrom(mailbox)} WHERE 1 = 0${andWhere(mailbox.where)}`])
  if (alias) {
    const read = join([addressText(alias.address), addressText(alias.destination)])
    found.push(['read aliases', sql`SELECT ${read} FROM ${alias.table} WHERE 1 = 0${andWhere(alias.where)}`])
    if (alias.list !== 'rows' && 'whole' in alias.destination) {
      const set = columnsSet([alias.destination.whole])
      found.push(['take mailboxes out of aliases', sql`UPDATE ${alias.table} SET ${set} WHERE 1 = 0`])
    }
    found.push(['remove aliases', sql`${deleteFrom(alias)} WHERE 1 = 0`])
    if (alias.named) found.push(['remove the names of aliases', sql`${deleteEmptied(alias)} AND 1 = 0`])
  }
  if (mapping.companionDelete.length === 0) return found

  found.push(['read domains', sql`SELECT ${domain.id}, ${domain.name} FROM ${domain.table} LIMIT 0`])
  if (mailbox.id) found.push(['read ids of mailboxes', sql`SELECT ${mailbox.id} FROM ${mailbox.table} LIMIT 0`])
  for (const { table, columns } of mapping.companionDelete) {
    const conditions = columns.map(({ column }) => sql` AND ${column} IS NULL`)
    found.push([`remove from ${table.text}`, sql`DELETE FROM ${table} WHERE 1 = 0${join(conditions, '')}`])
  }
  return found
}

const namesOf = (names: readonly string[]): Sql => new Sql(names.join(', '))
const named = (names: readonly string[]): Sql[] => names.map((name) => new Sql(name))

// Assigns constants, because an expression over the column would need the right to read it.
const columnsSet = (columns: Sql[]): Sql => {
  const once = [...new Map(columns.map((column) => [column.text, column])).values()]
  return join(once.map((column) => sql`${column} = NULL`))
}
