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
  const rows = await ask<{ name: string; charset: string | null; collation: string | null; indexed: string }>(
    db,
    sql`SELECT COLUMN_NAME AS name, CHARACTER_SET_NAME AS charset, COLLATION_NAME AS collation,
          COLUMN_KEY AS indexed
        FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = COALESCE(${schema}, DATABASE()) AND TABLE_NAME = ${table}`,
  )
  const hasOneKey = rows.filter(({ indexed }) => indexed === 'PRI').length === 1
  return new Map(
    rows.map(({ name, charset, collation, indexed }) => [
      name.toLowerCase(),
      charset === null || collation === null
        ? null
        : {
            charset: new Sql(charset),
            name: new Sql(collation),
            ignoresCase: collation.endsWith('_ci'),
            isIndexed: indexed === 'MUL' || indexed === 'UNI' || (indexed === 'PRI' && hasOneKey),
          },
    ]),
  )
}
