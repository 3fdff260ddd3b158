import { ask, sql, type Sql } from '../../../connector/mapping/sql.ts'
import { createMemory, type Memory } from '../../lib/memory.ts'
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

const tenMinutes = 600_000
const told = new WeakMap<Db, Memory<{ rows: number | null; at: number }>>()

/** The same, of a question of which much the same was expected under this name in the last ten minutes. */
export async function estimatedBefore(db: Db, name: string, question: Sql): Promise<number | null> {
  const memory = told.get(db) ?? createMemory(1000)
  told.set(db, memory)
  const known = memory.get(name)
  if (known !== undefined && performance.now() - known.at < tenMinutes) return known.rows

  const rows = await estimateRows(db, question)
  memory.set(name, { rows, at: performance.now() })
  return rows
}
