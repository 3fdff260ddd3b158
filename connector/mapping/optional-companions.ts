import type { Db } from '../contract/database.ts'
import type { Mapping } from './mapping.ts'
import { ask, sql, type Name } from './sql.ts'

/**
 * The mapping without those optional companions whose table is not in the database, or not shown to its user: whoever
 * has rights on single tables cannot tell one from the other.
 */
export async function leaveOutAbsent(db: Db, mapping: Mapping): Promise<{ present: Mapping; absent: Name[] }> {
  const absent = new Map<string, Name>()
  for (const { table, optional } of mapping.companionDelete) {
    if (optional && !(await isThere(db, table))) absent.set(table.text, table)
  }
  const companionDelete = mapping.companionDelete.filter(({ table, optional }) => !optional || !absent.has(table.text))
  return { present: { ...mapping, companionDelete }, absent: [...absent.values()] }
}

async function isThere(db: Db, { path }: Name): Promise<boolean> {
  const [schema, table] = path.length === 2 ? path : [null, path[0]]
  const rows = await ask(
    db,
    sql`SELECT 1 FROM information_schema.TABLES
        WHERE TABLE_SCHEMA = COALESCE(${schema ?? null}, DATABASE()) AND TABLE_NAME = ${table ?? ''}`,
  )
  return rows.length > 0
}
