import { createConnection } from 'mysql2/promise'
import { ConfigError, loadDatabaseConfig } from '../config.ts'
import { DatabaseNotReady, notReady } from '../db/check/at-start.ts'
import { migrate } from '../db/migrations/migrate.ts'

/** `npm run migrate`: brings Colombier's own tables to this version, as a database user who may change them. */
try {
  const database = loadDatabaseConfig(process.env)
  const applied: string[] = []
  const report = (name: string) => {
    applied.push(name)
    console.log(`${name} is applied.`)
  }
  try {
    const db = await createConnection(database.options)
    await migrate(db, { report }).finally(() => db.destroy())
  } catch (error) {
    throw notReady(database, error)
  }
  if (applied.length === 0) console.log('Nothing to do: the tables are those of this version.')
} catch (error) {
  if (!(error instanceof ConfigError) && !(error instanceof DatabaseNotReady)) throw error
  console.error(error.message)
  process.exitCode = 1
}
