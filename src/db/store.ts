import { createPool, type Pool, type PoolConnection, type PoolOptions } from 'mysql2/promise'
import { setSqlMode } from '../../connector/contract/database.ts'

export type { Pool }

/** Either a connection with its transaction, or the pool, where each statement stands alone. */
export type Db = Pool | PoolConnection

/** How the database is reached, and by how many connections. */
interface DatabasePlace {
  options: PoolOptions
  poolSize: number
}

export function createDatabasePool(database: DatabasePlace): Pool {
  const pool = createPool({
    ...database.options,
    connectionLimit: database.poolSize,
    maxIdle: database.poolSize,
    enableKeepAlive: true,
  })
  setSqlMode(pool)
  return pool
}

// A deadlock's victim, and a lock waited for in vain: the whole transaction may be run again.
const retriable = new Set([1213, 1205])
const attempts = 4

/**
 * Runs `work` in a transaction at READ COMMITTED; commits what it returns, rolls back what it throws. After a deadlock
 * it is run again, so that what it does outside the database would be done twice.
 */
export async function transaction<T>(pool: Pool, work: (db: PoolConnection) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await once(pool, work)
    } catch (error) {
      if (attempt === attempts || !retriable.has((error as { errno?: number }).errno ?? 0)) throw error
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 20 * 2 ** attempt))
    }
  }
}

async function once<T>(pool: Pool, work: (db: PoolConnection) => Promise<T>): Promise<T> {
  const db = await pool.getConnection()
  let healthy = true as boolean
  try {
    await db.query('SET TRANSACTION ISOLATION LEVEL READ COMMITTED')
    await db.beginTransaction()
    const result = await work(db)
    await db.commit()
    return result
  } catch (error) {
    await db.rollback().catch(() => (healthy = false))
    throw error
  } finally {
    if (healthy) db.release()
    else db.destroy()
  }
}
