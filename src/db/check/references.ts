import type { RowDataPacket } from 'mysql2/promise'
import { columnsIn, type Mapping } from '../../../connector/mapping/mapping.ts'
import { schemaAndTable, type Name } from '../../../connector/mapping/sql.ts'
import type { Db } from '../store.ts'
import type { Say } from './report.ts'

/**
 * Rows of other tables that refer to a mailbox's and would keep it from being deleted: foreign keys without ON DELETE.
 * A user is shown those of tables that it may use, and whoever has all rights those of all.
 */
export async function checkReferences(db: Db, say: Say, mapping: Mapping): Promise<void> {
  if (!mapping.actions.includes('delete') || mapping.mailbox.onDelete.length > 0) return
  const [rows] = await db.query<
    (RowDataPacket & { schemaName: string; tableName: string; columnName: string; rule: string | null })[]
  >(
    `SELECT k.TABLE_SCHEMA AS schemaName, k.TABLE_NAME AS tableName, MIN(k.COLUMN_NAME) AS columnName,
       MIN(r.DELETE_RULE) AS rule
     FROM information_schema.KEY_COLUMN_USAGE k LEFT JOIN information_schema.REFERENTIAL_CONSTRAINTS r
       ON r.CONSTRAINT_SCHEMA = k.CONSTRAINT_SCHEMA AND r.CONSTRAINT_NAME = k.CONSTRAINT_NAME AND r.TABLE_NAME = k.TABLE_NAME
     WHERE k.REFERENCED_TABLE_SCHEMA = COALESCE(?, DATABASE()) AND k.REFERENCED_TABLE_NAME = ?
       AND COALESCE(r.DELETE_RULE, 'unknown') NOT IN ('CASCADE', 'SET NULL')
     GROUP BY k.TABLE_SCHEMA, k.TABLE_NAME, k.CONSTRAINT_NAME`,
    schemaAndTable(mapping.mailbox.table),
  )
  const removed = removedRows(mapping)
  for (const { schemaName, tableName, columnName, rule } of rows) {
    const isRemoved = removed.some(
      ({ table: { path: named }, columns }) =>
        named.at(-1)?.toLowerCase() === tableName.toLowerCase() &&
        (named.length === 1 || named[0] === schemaName) &&
        columns.some(({ path }) => path[0]?.toLowerCase() === columnName.toLowerCase()),
    )
    if (isRemoved) continue
    // The rule is shown to whoever may change the table.
    const unless = rule === null ? ', unless that foreign key says ON DELETE CASCADE: this user is not shown it' : ''
    say(
      rule === null ? 'warn' : 'fail',
      `a mailbox cannot be deleted while a row of ${schemaName}.${tableName} refers to it by ${columnName}${unless}`,
      `name that table in COMPANION_DELETE by ${columnName}, or let its foreign key say ON DELETE CASCADE`,
    )
  }
}

/** Which rows go before a mailbox does, by the columns that say whose they are: others of the same table stay. */
function removedRows({ companionDelete, alias }: Mapping): { table: Name; columns: Name[] }[] {
  return [
    ...companionDelete.map(({ table, columns }) => ({ table, columns: columns.map(({ column }) => column) })),
    ...(alias ? [{ table: alias.table, columns: [...columnsIn(alias.address), ...columnsIn(alias.destination)] }] : []),
  ]
}
