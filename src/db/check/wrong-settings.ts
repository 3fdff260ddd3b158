import {
  ConfigError,
  loadBaseConfig,
  loadConfig,
  readPartOfMapping,
  type Config,
  type Environment,
} from '../../config.ts'
import { findMissingNames, sayMissing } from '../mail/names.ts'
import { createDatabasePool } from '../store.ts'

/**
 * Loads the settings. If some are wrong, the table and column names in the others are still checked against the
 * database, so that the operator learns everything at once.
 * @throws ConfigError
 */
export async function loadConfigOrSayAll(env: Environment): Promise<Config> {
  try {
    return loadConfig(env)
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    const names = await listMissingNames(env).catch(() => [])
    throw new ConfigError([error.message, ...names].join('\n  '))
  }
}

/** @throws when the database cannot be asked */
async function listMissingNames(env: Environment): Promise<string[]> {
  const part = readPartOfMapping(env)
  if (part === null) return []
  const pool = createDatabasePool(loadBaseConfig(env).database)
  try {
    const missing = await findMissingNames(pool, part.mapping)
    return missing.filter(({ variable }) => part.isRead(variable)).map(sayMissing)
  } finally {
    await pool.end()
  }
}
