import type { Db } from '../contract/database.ts'
import type { Mapping } from './mapping.ts'
import { mentionsOf } from './mentions.ts'
import { ask, schemaAndTable, sql, Sql, type Collation } from './sql.ts'

/**
 * Asks for the collations of the columns that the mapping names, and notes them there: they decide how an address is
 * looked for (address-sql.ts). Without them it is found all the same, but no index helps. To be asked again from time
 * to time, since the mail server's tables may be altered while a program runs.
 */
export async function readCollations(db: Db, mapping: Mapping): Promise<void> {
  const mentions = mentionsOf(mapping)
  const tables = new Map(mentions.map(({ table }) => [table.text, table]))
  for (const [text, table] of tables) {
    const found = await listCollations(db, ...schemaAndTable(table))
    for (const { column } of mentions.filter((mention) => mention.table.text === text))
      if (column) column.collation = found.get((column.path[0] ?? '').toLowerCase()) ?? null
  }
}

/** By the columns' names in lower case. */
async function listCollations(db: Db, schema: string | null, table: string): Promise<Map<string, Collation | null>> {
  const first = await ask<{ name: string }>(
    db,
    sql`SELECT DISTINCT COLUMN_NAME AS name FROM information_schema.STATISTICS
        WHERE TABLE_SCHEMA = COALESCE(${schema}, DATABASE()) AND TABLE_NAME = ${table}
          AND SEQ_IN_INDEX = 1 AND INDEX_TYPE = 'BTREE' AND SUB_PART IS NULL`,
  )
  const indexed = new Set(first.map(({ name }) => name))
  const rows = await ask<{ name: string; charset: string | null; collation: string | null }>(
    db,
    sql`SELECT COLUMN_NAME AS name, CHARACTER_SET_NAME AS charset, COLLATION_NAME AS collation
        FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = COALESCE(${schema}, DATABASE()) AND TABLE_NAME = ${table}`,
  )
  return new Map(
    rows.map(({ name, charset, collation }) => [
      name.toLowerCase(),
      charset === null || collation === null
        ? null
        : {
            charset: new Sql(charset),
            name: new Sql(collation),
            ignoresCase: collation.endsWith('_ci'),
            isIndexed: indexed.has(name),
          },
    ]),
  )
}
