import type { Connection as CallbackConnection } from 'mysql2'
import { createPool, type Pool, type PoolConnection, type PoolOptions } from 'mysql2/promise'
import { prepareConnections } from '../../connector/contract/database.ts'
import { DatabaseBusy } from './unavailable.ts'

export type { Pool }

/** Either a connection with its transaction, or the pool, where each statement stands alone. */
export type Db = Pool | PoolConnection

/** How the database is reached, and by how many connections. */
interface DatabasePlace {
  options: PoolOptions
  poolSize: number
  /** after so many seconds without an answer, a statement is given up */
  timeoutSeconds: number
}

export function createDatabasePool(database: DatabasePlace): Pool {
  const pool = createPool({
    ...database.options,
    connectionLimit: database.poolSize,
    maxIdle: database.poolSize,
    enableKeepAlive: true,
    // The stack would be taken down for each statement, in case it fails: see `withCallers`.
    trace: false,
  })
  withCallers(pool)
  prepareConnections(pool, database.timeoutSeconds)
  // Whoever has waited for a row reads it as it is now.
  pool.on('connection', (connection) => {
    // The driver's own connection, which calls back. Without this it must not be used.
    const own = connection as unknown as CallbackConnection
    own.query('SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED', (error) => {
      if (error) own.destroy()
    })
  })
  // Transactions may wait for rows that somebody holds: the other half is left to what only reads.
  turns.set(pool, createTurns(Math.ceil(database.poolSize / 2), database.timeoutSeconds))
  return pool
}

/** An error of a statement comes out of a socket. Here it is told from where the statement was sent. */
function withCallers<D extends Db>(db: D): D {
  for (const name of ['execute', 'query'] as const) {
    const ask = db[name].bind(db) as (...args: unknown[]) => Promise<unknown>
    const asked = async (...args: unknown[]) => {
      try {
        return await ask(...args)
      } catch (error) {
        if (error instanceof Error) Error.captureStackTrace(error, asked)
        throw error
      }
    }
    Object.assign(db, { [name]: asked })
  }
  return db
}

const turns = new WeakMap<Pool, Turns>()

type Turns = ReturnType<typeof createTurns>

/** So many at once; the others wait for their turn. */
function createTurns(free: number, waitSeconds: number) {
  const waiting: (() => void)[] = []
  return {
    /** @throws DatabaseBusy after having waited too long */
    async take() {
      if (free > 0) {
        free--
        return
      }
      await new Promise<void>((resolve, reject) => {
        const begin = () => {
          clearTimeout(late)
          resolve()
        }
        const late = setTimeout(() => {
          waiting.splice(waiting.indexOf(begin), 1)
          reject(new DatabaseBusy('Too many transactions wait for the database'))
        }, waitSeconds * 1000)
        waiting.push(begin)
      })
    },
    end() {
      const next = waiting.shift()
      if (next) next()
      else free++
    },
  }
}

const DEADLOCK = 1213
const attempts = 4

/**
 * Runs `work` in a transaction at READ COMMITTED, as connections of `createDatabasePool` have them: commits if it
 * returns, rolls back if it throws. After a deadlock it is run again, so it must do nothing but speak to the database.
 */
export async function transaction<T>(pool: Pool, work: (db: PoolConnection) => Promise<T>): Promise<T> {
  const turn = turns.get(pool)
  await turn?.take()
  try {
    for (let attempt = 1; ; attempt++) {
      try {
        return await once(pool, work)
      } catch (error) {
        if (attempt === attempts || (error as { errno?: number }).errno !== DEADLOCK) throw error
        await new Promise((resolve) => setTimeout(resolve, Math.random() * 20 * 2 ** attempt))
      }
    }
  } finally {
    turn?.end()
  }
}

async function once<T>(pool: Pool, work: (db: PoolConnection) => Promise<T>): Promise<T> {
  const db = withCallers(await pool.getConnection())
  let healthy = true as boolean
  try {
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
