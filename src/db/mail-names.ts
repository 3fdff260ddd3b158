import type { RowDataPacket } from 'mysql2/promise'
import type { Mapping } from '../../connector/contract/mapping.ts'
import { mentionsOf, type Mention } from '../../connector/contract/mentions.ts'
import type { Name } from '../../connector/contract/sql.ts'
import { findNearest } from '../lib/nearest.ts'
import type { Db } from './store.ts'

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
  for (const { variable, table, column } of mentions) {
    const there = columns.get(table.text) ?? null
    const name = (column ?? table).path.join('.')
    if (there === null && column === null) {
      missing.push({ variable, name, table: null, near: await findNearTable(db, table) })
    } else if (there && column && !there.some((one) => one.toLowerCase() === name.toLowerCase())) {
      missing.push({ variable, name, table: table.path.join('.'), near: findNearest(name, there) })
    }
  }
  return [...new Map(missing.map((one) => [JSON.stringify([one.variable, one.table, one.name]), one])).values()]
}

/** The sentence for whoever set the variable. */
export function sayMissing({ variable, name, table, near }: MissingName): string {
  const what = table === null ? `there is no table ${name}` : `the table ${table} has no column ${name}`
  return `${variable}: ${what}${near === null ? '' : `; is it ${near}?`}`
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
  return near === null || schema === null ? near : `${schema}.${near}`
}

const schemaAndTable = ({ path }: Name): [schema: string | null, table: string] =>
  path.length === 2 ? [path[0] ?? null, path[1] ?? ''] : [null, path[0] ?? '']
