import type { RowDataPacket } from 'mysql2/promise'
import type { Mapping } from '../../../connector/mapping/mapping.ts'
import { mentionsOf, type Mention } from '../../../connector/mapping/mentions.ts'
import { schemaAndTable, type Name } from '../../../connector/mapping/sql.ts'
import { findNearest } from '../../lib/nearest.ts'
import type { Db } from '../store.ts'

/** The database server's own. */
export const SERVER_SCHEMAS = ['information_schema', 'mysql', 'performance_schema', 'sys']

/** A table or a column that the mapping names and that the database does not show. */
export interface MissingName {
  variable: Mention['variable']
  /** as it would be written, unquoted */
  name: string
  /** null: the table is missing; else the table whose column is */
  table: string | null
  /** what is there and spelled much like it */
  near: string | null
}

/** Each name of the mapping that is not in the database, or not shown to its user, once for each variable. */
export async function findMissingNames(db: Db, mapping: Mapping): Promise<MissingName[]> {
  const mentions = mentionsOf(mapping)
  const tables = new Map<string, Name>(mentions.map(({ table }) => [table.text, table]))
  const columns = new Map<string, string[] | null>()
  for (const [text, table] of tables) columns.set(text, await listColumns(db, table))

  const missing: MissingName[] = []
  for (const { variable, table, column, optional } of mentions) {
    const there = columns.get(table.text) ?? null
    const name = (column ?? table).path.join('.')
    if (there === null && column === null && !optional) {
      missing.push({ variable, name, table: null, near: await findNearTable(db, table) })
    } else if (there && column && !there.some((one) => one.toLowerCase() === name.toLowerCase())) {
      missing.push({ variable, name, table: table.path.join('.'), near: findNearest(name, there) })
    }
  }
  return [...new Map(missing.map((one) => [JSON.stringify([one.variable, one.table, one.name]), one])).values()]
}

/** The sentence that the operator reads. */
export function sayMissing({ variable, name, table, near }: MissingName): string {
  const what =
    table === null
      ? `there is no table ${name}${near === null ? ', or this user may not see it' : ''}`
      : `the table ${table} has no column ${name}`
  const otherwise =
    table !== null && (near === null || variable.endsWith('_DOMAIN')) ? withoutColumn[variable] : undefined
  return `${variable}: ${what}${near === null ? '' : `; is it ${near}?`}${otherwise ? `; ${otherwise}` : ''}`
}

/** What to write where the layout has no such column. */
const withoutLink = 'write name:column where a column holds the domain’s name, or - where none does'
const withoutColumn: Partial<Record<Mention['variable'], string>> = {
  MAILBOX_DOMAIN: withoutLink,
  ALIAS_DOMAIN: withoutLink,
  MAILBOX_QUOTA: 'write - where there is none',
  MAILBOX_OPEN: 'write - here and in MAILBOX_LOCKED where no column says so',
}

/** The columns of a table or view; null when there is none, or the database's user may not use it. */
async function listColumns(db: Db, table: Name): Promise<string[] | null> {
  const [rows] = await db.execute<(RowDataPacket & { tableName: string; columnName: string })[]>(
    `SELECT TABLE_NAME AS tableName, COLUMN_NAME AS columnName FROM information_schema.COLUMNS
     WHERE TABLE_SCHEMA = COALESCE(?, DATABASE()) AND TABLE_NAME = ? ORDER BY ORDINAL_POSITION`,
    schemaAndTable(table),
  )
  return rows.length === 0 ? null : rows.map(({ columnName }) => columnName)
}

async function findNearTable(db: Db, table: Name): Promise<string | null> {
  const [schema, name] = schemaAndTable(table)
  const [rows] = await db.execute<(RowDataPacket & { name: string })[]>(
    `SELECT TABLE_NAME AS name FROM information_schema.TABLES
     WHERE TABLE_SCHEMA = COALESCE(?, DATABASE()) AND TABLE_NAME NOT LIKE 'colombier\\_%' LIMIT 2000`,
    [schema],
  )
  const near = findNearest(
    name,
    rows.map((row) => row.name),
  )
  if (near !== null) return schema === null ? near : `${schema}.${near}`
  const [elsewhere] = await db.execute<(RowDataPacket & { schemaName: string; name: string })[]>(
    `SELECT TABLE_SCHEMA AS schemaName, TABLE_NAME AS name FROM information_schema.TABLES
     WHERE TABLE_NAME = ? AND TABLE_SCHEMA NOT IN (?, ?, ?, ?) LIMIT 1`,
    [name, ...SERVER_SCHEMAS],
  )
  return elsewhere[0] ? `${elsewhere[0].schemaName}.${elsewhere[0].name}` : null
}
