import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createConnection } from 'mysql2/promise'
import { loadDatabaseConfig } from '../../src/config.ts'
import { createDatabasePool, type Pool } from '../../src/db/store.ts'
import { readGrants } from './grants.ts'
import { startMariadb, type Mariadb } from './mariadb.ts'

export { MariadbMissing, startMariadb, type Mariadb } from './mariadb.ts'

export const ownSchema = readFileSync(join(import.meta.dirname, '../../schema.sql'), 'utf8')
export const mailSchema = readFileSync(join(import.meta.dirname, 'mail-schema.sql'), 'utf8')

let running: Promise<Mariadb> | null = null

/** The MariaDB of this process, started when first asked for. */
export const startDatabase = (): Promise<Mariadb> => (running ??= startMariadb())

export interface TestDatabase {
  name: string
  server: Mariadb
  /** the settings that lead here, as they would stand in `.env` */
  env: Record<'DATABASE_HOST' | 'DATABASE_PORT' | 'DATABASE_USER' | 'DATABASE_PASSWORD' | 'DATABASE_NAME', string>
  /** the user who may do everything */
  login: { user: string; password: string }
  /** connections as the app has them, of the user who may do everything */
  connect(): Pool
  drop(): Promise<void>
}

/** A new database with these statements loaded: by default Colombier's own tables and a mail server's. */
export async function createDatabase(...sql: string[]): Promise<TestDatabase> {
  const server = await startDatabase()
  const name = `test_${randomBytes(6).toString('hex')}`
  const run = async (database: string | undefined, ...statements: string[]) => {
    const { host, port, user, password } = server
    const login = { host, port, user, password, multipleStatements: true, charset: 'utf8mb4' }
    const connection = await createConnection({ ...login, ...(database !== undefined && { database }) })
    for (const text of statements) await connection.query(text)
    await connection.end()
  }
  await run(undefined, `CREATE DATABASE ${name}`)
  await run(name, ...(sql.length > 0 ? sql : [ownSchema, mailSchema]))
  // Over the default layout the web app has the rights that docs/install.md gives it; over another, all of them.
  const web = { user: `web_${name}`, password: randomBytes(16).toString('hex') }
  const grants = { database: name, web: web.user, connector: `connector_${name}`, password: web.password }
  if (sql.length === 0) await run(name, readGrants(grants))
  const administrator = { user: server.user, password: server.password }
  const envOf = (login: typeof administrator) => ({
    DATABASE_HOST: server.host,
    DATABASE_PORT: String(server.port),
    DATABASE_USER: login.user,
    DATABASE_PASSWORD: login.password,
    DATABASE_NAME: name,
  })

  return {
    name,
    server,
    env: envOf(sql.length === 0 ? web : administrator),
    login: administrator,
    connect() {
      return createDatabasePool({ ...loadDatabaseConfig(envOf(administrator)), poolSize: 10 })
    },
    drop: () => run(undefined, `DROP DATABASE ${name}`),
  }
}
