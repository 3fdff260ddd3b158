import { ConfigError, loadConfig } from '../config.ts'
import { checkDatabase, DatabaseNotReady } from '../db/check/at-start.ts'
import { createDatabasePool } from '../db/store.ts'
import { signLocks } from '../mailbox/sign-locks.ts'
import { loadSealKeys } from '../seal-keys.ts'

/**
 * `npm run sign-locks`: needed after an update from a version whose locks had no proof, and after one of the two seal
 * keys has changed. Prints each mailbox whose lock it signs.
 */
try {
  const config = loadConfig(process.env)
  const { lockKey } = loadSealKeys(config)
  const pool = createDatabasePool(config.database)
  try {
    await checkDatabase(pool, config.database)
    const signed = await signLocks(pool, { mapping: config.mapping, lockKey })
    for (const address of signed) console.log(`The lock of ${address} is signed.`)
    if (signed.length === 0) console.log('Nothing to do: every lock is proven.')
  } finally {
    await pool.end()
  }
} catch (error) {
  if (!(error instanceof ConfigError) && !(error instanceof DatabaseNotReady)) throw error
  console.error(error.message)
  process.exitCode = 1
}
