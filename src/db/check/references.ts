import type { RowDataPacket } from 'mysql2/promise'
import type { Mapping } from '../../../connector/mapping/mapping.ts'
import { schemaAndTable } from '../../../connector/mapping/sql.ts'
import type { Db } from '../store.ts'
import type { Say } from './report.ts'

/**
 * Rows of other tables that refer to a mailbox's and would keep it from being deleted: foreign keys without ON DELETE.
 * A user is shown those of tables that it may use, and whoever has all rights those of all.
 */
export async function checkReferences(db: Db, say: Say, mapping: Mapping): Promise<void> {
  if (!mapping.actions.includes('delete')) return
  const [rows] = await db.query<(RowDataPacket & { schemaName: string; tableName: string; columnName: string })[]>(
    `SELECT k.TABLE_SCHEMA AS schemaName, k.TABLE_NAME AS tableName, MIN(k.COLUMN_NAME) AS columnName
     FROM information_schema.KEY_COLUMN_USAGE k JOIN information_schema.REFERENTIAL_CONSTRAINTS r
       ON r.CONSTRAINT_SCHEMA = k.CONSTRAINT_SCHEMA AND r.CONSTRAINT_NAME = k.CONSTRAINT_NAME AND r.TABLE_NAME = k.TABLE_NAME
     WHERE k.REFERENCED_TABLE_SCHEMA = COALESCE(?, DATABASE()) AND k.REFERENCED_TABLE_NAME = ?
       AND r.DELETE_RULE NOT IN ('CASCADE', 'SET NULL')
     GROUP BY k.TABLE_SCHEMA, k.TABLE_NAME, k.CONSTRAINT_NAME`,
    schemaAndTable(mapping.mailbox.table),
  )
  const removed = [...mapping.companionDelete, ...(mapping.alias ? [mapping.alias] : [])]
  for (const { schemaName, tableName, columnName } of rows) {
    const isRemoved = removed.some(
      ({ table: { path: named } }) =>
        named.at(-1)?.toLowerCase() === tableName.toLowerCase() && (named.length === 1 || named[0] === schemaName),
    )
    if (isRemoved) continue
    say(
      'fail',
      `a mailbox cannot be deleted while a row of ${schemaName}.${tableName} refers to it by ${columnName}`,
      'name that table in COMPANION_DELETE, or let its foreign key say ON DELETE CASCADE',
    )
  }
}
