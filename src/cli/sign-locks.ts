import type { RowDataPacket } from 'mysql2/promise'
import { MailboxGone, readLocks, recordLock } from '../../connector/contract/lock.ts'
import { ConfigError, loadConfig } from '../config.ts'
import { checkDatabase, DatabaseNotReady } from '../db/check/at-start.ts'
import { createDatabasePool, transaction } from '../db/store.ts'
import { loadSealKeys } from '../seal-keys.ts'

/**
 * `npm run sign-locks`: takes what the database says of locked mailboxes for right, where it is not proven: after an
 * update from a version whose locks had no proof, or after one of the two seal keys was changed. It names each of them.
 */
try {
  await signLocks()
} catch (error) {
  if (!(error instanceof ConfigError) && !(error instanceof DatabaseNotReady)) throw error
  console.error(error.message)
  process.exitCode = 1
}

async function signLocks(): Promise<void> {
  const config = loadConfig(process.env)
  const locking = { mapping: config.mapping, lockKey: loadSealKeys(config).lockKey }
  const pool = createDatabasePool(config.database)
  try {
    await checkDatabase(pool, config.database)
    const [rows] = await pool.execute<(RowDataPacket & { address: string })[]>(
      "SELECT address FROM colombier_mailboxes WHERE locks <> '' ORDER BY address",
    )
    let signed = 0
    for (const { address } of rows) {
      const done = await transaction(pool, async (db) => {
        const { locks, record } = await readLocks(db, locking, address)
        if (record !== null || locks.length === 0) return false
        const [[own]] = await db.execute<(RowDataPacket & { kept: string | null })[]>(
          'SELECT kept_hash AS kept FROM colombier_mailboxes WHERE address = ?',
          [address],
        )
        await recordLock(db, locking, address, locks, own?.kept ?? null)
        return true
      }).catch((error: unknown) => {
        if (error instanceof MailboxGone) return false
        throw error
      })
      if (!done) continue
      signed++
      console.log(`The lock of ${address} is signed.`)
    }
    if (signed === 0) console.log('Nothing to do: every lock is proven.')
  } finally {
    await pool.end()
  }
}
