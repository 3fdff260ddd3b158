import { ask, sql, type Sql } from '../../../connector/mapping/sql.ts'
import type { Db } from '../store.ts'

/** How many rows the database expects to read for a question; null where it does not tell, as of some views. */
export async function estimateRows(db: Db, question: Sql): Promise<number | null> {
  try {
    // MySQL may draw a tree instead; MariaDB does not know the word.
    const plan = await ask<{ rows: number | string | null }>(
      db,
      sql`EXPLAIN /*!80000 FORMAT=TRADITIONAL */ ${question}`,
    )
    return Math.max(...plan.map(({ rows }) => Number(rows ?? 0)))
  } catch (error) {
    if ((error as { code?: string }).code?.startsWith('ER_')) return null
    throw error
  }
}
