import { readFileSync } from 'node:fs'
import { isIP, type Socket } from 'node:net'
import type { Connection, ConnectionOptions, Pool, TypeCast } from 'mysql2/promise'
import * as v from 'valibot'

const port = v.pipe(
  v.string(),
  v.regex(/^\d{1,5}$/, 'must be a port number'),
  v.transform(Number),
  v.maxValue(65_535, 'must be a port number'),
)

/** Whatever statements can be sent by: a connection with its transaction, or a pool. */
export type Db = Pick<Connection, 'execute' | 'query'>

/** The settings by which either side reaches the database: entries for a valibot object over `process.env`. */
export const databaseEntries = {
  DATABASE_HOST: v.optional(v.string(), '127.0.0.1'),
  DATABASE_PORT: v.optional(port, '3306'),
  DATABASE_SOCKET: v.optional(v.string(), ''),
  DATABASE_USER: v.pipe(v.string('is required'), v.minLength(1, 'is required')),
  DATABASE_PASSWORD: v.optional(v.string(), ''),
  DATABASE_NAME: v.pipe(v.string('is required'), v.minLength(1, 'is required')),
  DATABASE_TLS: v.optional(v.picklist(['auto', 'always'], 'must be auto or always'), 'auto'),
  DATABASE_TLS_CA: v.optional(v.string(), ''),
}

export type DatabaseSettings = v.InferOutput<ReturnType<typeof v.object<typeof databaseEntries>>>

const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'))

/**
 * A mail server's addresses and hashes may stand in columns of bytes, of which mysql2 makes a Buffer. Colombier's own
 * columns of bytes are digests and stay bytes; a statement that reads one gives its table no other name.
 */
const bytesAsText: TypeCast = ({ table }, next) => {
  const value: unknown = next()
  return Buffer.isBuffer(value) && !table.startsWith('colombier_') ? value.toString('utf8') : value
}

/**
 * What mysql2 needs to connect. Off the loopback the connection is TLS and the server's certificate is checked against
 * its name: mysql2 does that only with `verifyIdentity`, and for an IP address Node would check `localhost` instead,
 * so a name is required.
 * @throws Error naming the setting, when TLS is due and the host is an IP address, or the CA file cannot be read
 */
export function connectionOptions(settings: DatabaseSettings): ConnectionOptions {
  const { DATABASE_HOST: host, DATABASE_SOCKET: socket } = settings
  const tls = !socket && (settings.DATABASE_TLS === 'always' || !isLoopback(host))

  if (tls && isIP(host)) throw new Error('DATABASE_HOST must be a host name, not an IP address, where TLS is used')

  return {
    ...(socket ? { socketPath: socket } : { host, port: settings.DATABASE_PORT }),
    user: settings.DATABASE_USER,
    password: settings.DATABASE_PASSWORD,
    database: settings.DATABASE_NAME,
    ...(tls && {
      ssl: {
        verifyIdentity: true,
        minVersion: 'TLSv1.2',
        ...(settings.DATABASE_TLS_CA && { ca: readFileSync(settings.DATABASE_TLS_CA, 'utf8') }),
      },
    }),
    charset: 'utf8mb4',
    timezone: 'Z',
    dateStrings: true,
    supportBigNumbers: true,
    typeCast: bytesAsText,
    connectTimeout: 10_000,
  }
}

/**
 * Gives each connection the SQL mode that our statements are written for, whatever the server's own is: a value that does
 * not fit its column is refused and not cut, also by tables without transactions, and a backslash and a double quote mean
 * what mysql2 takes them for.
 */
export function setSqlMode(pool: Pick<Pool, 'on'>) {
  pool.on('connection', (connection) => {
    void connection.query("SET SESSION sql_mode = 'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION'")
  })
}

/**
 * Ends each connection on which nothing came or went for so long. Without it a statement waits for hours, and its program
 * with it, for the answer of a server that went away without a word: mysql2 has a limit for connecting only. And where
 * it is the program that went to sleep within a transaction, MariaDB takes back the rows that it holds; MySQL can't.
 */
export function endSilentConnections(pool: Pool, seconds: number) {
  pool.on('connection', (connection) => {
    const { stream } = connection as unknown as { stream: Socket }
    void connection.query(`SET @colombier = 1 /*M!100300 , SESSION idle_transaction_timeout = ${seconds} */`)
    stream.setTimeout(seconds * 1000, () => {
      // Of an error of the database's connection, its code is what logs tell.
      stream.destroy(Object.assign(new Error('The database was silent for too long'), { code: 'DATABASE_SILENT' }))
    })
  })
}
