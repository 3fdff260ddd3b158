import { createHash } from 'node:crypto'
import { RateLimiterMySQL, RateLimiterRes } from 'rate-limiter-flexible'
import type { Pool } from './store.ts'

export interface RateLimit {
  /** How many attempts count against the key now. */
  used(key: string): Promise<number>
  /** Takes one attempt. @returns null when it may be made, else the seconds until the next one */
  take(key: string): Promise<number | null>
  /** The attempt was a failure: the last one that was left blocks the key. */
  fail(key: string): Promise<void>
  /** Gives an attempt back that was not a failure. */
  giveBack(key: string): Promise<void>
  /** Forgets the key's failures. */
  forget(key: string): Promise<void>
}

export interface RateLimitSettings {
  failures: number
  windowSeconds: number
  blockSeconds: number
}

/**
 * Counts failures in the database, for all web processes together. An attempt is taken before anybody is told how it
 * ended, so that parallel ones cannot slip through. Keys are stored as digests: what was typed may be a password.
 */
export function createRateLimit(pool: Pool, database: string, name: string, settings: RateLimitSettings): RateLimit {
  const limiter = new RateLimiterMySQL({
    // The limiter needs the callback pool: given the promise pool, it would wait for ever.
    storeClient: pool.pool,
    storeType: 'pool',
    dbName: database,
    tableName: 'colombier_rate_limits',
    tableCreated: true,
    clearExpiredByTimeout: false,
    keyPrefix: name,
    points: settings.failures,
    duration: settings.windowSeconds,
    blockDuration: settings.blockSeconds,
  })
  const digest = (key: string) => createHash('sha256').update(key).digest('base64url')

  return {
    async used(key) {
      return (await limiter.get(digest(key)))?.consumedPoints ?? 0
    },
    async take(key) {
      try {
        await afterDeadlock(() => limiter.consume(digest(key)))
        return null
      } catch (refusal) {
        if (refusal instanceof RateLimiterRes) return Math.max(1, Math.ceil(refusal.msBeforeNext / 1000))
        throw refusal
      }
    },
    async fail(key) {
      const now = await limiter.get(digest(key))
      if (now !== null && now.consumedPoints === settings.failures)
        await limiter.block(digest(key), settings.blockSeconds)
    },
    async giveBack(key) {
      await afterDeadlock(() => limiter.reward(digest(key)))
    },
    async forget(key) {
      await limiter.delete(digest(key))
    },
  }
}

// When many attempts insert one new key at once, InnoDB rolls some of them back as deadlocks; those are repeated.
async function afterDeadlock<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work()
    } catch (error) {
      if (attempt === 5 || (error as { errno?: number }).errno !== 1213) throw error
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 20 * attempt))
    }
  }
}
