import { readFileSync } from 'node:fs'
import { isIP, type Socket } from 'node:net'
import type { Connection, ConnectionOptions, Pool, RowDataPacket } from 'mysql2/promise'
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

/** Whether the host is this machine, by an address that leads nowhere else. */
export const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'))

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
        ...(settings.DATABASE_TLS_CA && { ca: readAuthority(settings.DATABASE_TLS_CA) }),
      },
    }),
    charset: 'utf8mb4',
    timezone: 'Z',
    dateStrings: true,
    supportBigNumbers: true,
    connectTimeout: 10_000,
    // More than either program has. mysql2 would set memory aside for 16,000 on each connection: a server has as many
    // for all.
    maxPreparedStatements: 500,
  }
}

function readAuthority(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    const { code = '' } = error as { code?: string }
    const why = code === 'ENOENT' ? 'there is no such file on this machine' : `it cannot be read (${code})`
    throw new Error(`DATABASE_TLS_CA: ${why}`, { cause: error })
  }
}

/** By the code of a connection that failed: what happened, and which settings decide it. */
const failures: Record<string, [what: string, where: string]> = {
  ENOENT: ['there is no such socket on this machine', 'DATABASE_SOCKET, and whether the database runs'],
  EACCES: ['this user may not use the socket', 'DATABASE_SOCKET and the rights on its folder'],
  ECONNREFUSED: [
    'nothing listens there',
    'whether the database runs, its bind-address, DATABASE_HOST and DATABASE_PORT',
  ],
  ENOTFOUND: ['the host name has no address', 'DATABASE_HOST'],
  EAI_AGAIN: [
    'the host name cannot be looked up now',
    'DATABASE_HOST, the name server, and IPAddressAllow in the connector’s unit',
  ],
  ETIMEDOUT: [
    'nobody answers there',
    'DATABASE_HOST, DATABASE_PORT, the firewalls between, and IPAddressAllow in the connector’s unit',
  ],
  EHOSTUNREACH: ['no way leads there', 'DATABASE_HOST and the network'],
  ENETUNREACH: ['no way leads there', 'DATABASE_HOST and the network'],
  HANDSHAKE_NO_SSL_SUPPORT: [
    'the server offers no TLS, which is needed to another machine',
    'the server’s ssl_cert and ssl_key',
  ],
  HANDSHAKE_SSL_ERROR: [
    'the server’s certificate is for another name, has run out, or is from an authority that is not known here',
    'DATABASE_HOST and DATABASE_TLS_CA',
  ],
  ER_ACCESS_DENIED_ERROR: [
    'it does not let this user in from this machine with this password',
    'DATABASE_USER, DATABASE_PASSWORD, and the host for which the user was made',
  ],
  ER_ACCESS_DENIED_NO_PASSWORD_ERROR: ['it does not let this user in without a password', 'DATABASE_PASSWORD'],
  ER_HOST_NOT_PRIVILEGED: ['it lets nobody in from this machine', 'the host for which the user was made'],
  ER_DBACCESS_DENIED_ERROR: ['this user has no rights on the database', 'DATABASE_NAME and the grants'],
  ER_BAD_DB_ERROR: ['it has no database of that name', 'DATABASE_NAME'],
}

/** In words, why no connection came about. @returns also which settings to look at */
export function explainFailure(code: string): { what: string; where: string } {
  const [what, where] = failures[code] ?? ['', 'the DATABASE_ settings']
  return { what: what === '' ? code : `${what} (${code})`, where }
}

/**
 * Gives each connection what our statements are written for, whatever the server's own settings are.
 *
 * The SQL mode: a value that does not fit its column is refused and not cut, also by tables without transactions, and a
 * backslash and a double quote mean what mysql2 takes them for.
 *
 * Limits: a connection on which nothing came or went for so long is ended. Without that a statement waits for hours,
 * and its program with it, for the answer of a server that went away without a word, be it because something between
 * has forgotten an idle connection: mysql2 has a limit for connecting only. Where it is the program that went to sleep
 * or was cut off within a transaction, the server ends it and takes back the rows that it holds: MariaDB by a limit of
 * its own, MySQL by that for idle connections, which is longer so that none is ended while it is being taken from the
 * pool. And a lock that somebody holds is waited for half as long, so that this is told as what it is.
 *
 * The length of an aggregate of texts, which MariaDB otherwise cuts, without a word, at what the server allows. And
 * that a subquery with a table's columns is no table of its own, for which all of the table would be read.
 */
export function prepareConnections(pool: Pick<Pool, 'on'>, silentSeconds: number) {
  const lockSeconds = Math.ceil(silentSeconds / 2)
  pool.on('connection', (connection) => {
    const { stream } = connection as unknown as { stream: Socket }
    void connection.query(
      `SET SESSION sql_mode = 'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION',
         SESSION innodb_lock_wait_timeout = ${lockSeconds}, SESSION lock_wait_timeout = ${lockSeconds},
         SESSION group_concat_max_len = 1048576, SESSION optimizer_switch = 'derived_merge=on'
         /*M!100300 , SESSION idle_transaction_timeout = ${silentSeconds} */
         /*!80000 , SESSION wait_timeout = ${silentSeconds + 5} */`,
    )
    stream.setTimeout(silentSeconds * 1000, () => {
      // Of an error of the database's connection, its code is what logs tell.
      stream.destroy(Object.assign(new Error('The database was silent for too long'), { code: 'DATABASE_SILENT' }))
    })
  })
}

/**
 * Settings, as they ought to be, without which the server may lose what it has acknowledged when it crashes: then a
 * mailbox's key can have a password that its hash no longer has.
 */
export async function listLossySettings(db: Db): Promise<string[]> {
  const [[set]] = await db.query<
    (RowDataPacket & { log: number; binlog: number; isLogged: number; doublewrite: string })[]
  >(
    `SELECT @@innodb_flush_log_at_trx_commit AS log, @@sync_binlog AS binlog, @@log_bin AS isLogged,
       CONCAT('', @@innodb_doublewrite) AS doublewrite`,
  )
  if (set === undefined) return []
  return [
    ...(set.log === 1 ? [] : ['innodb_flush_log_at_trx_commit = 1']),
    ...(set.isLogged === 1 && set.binlog !== 1 ? ['sync_binlog = 1'] : []),
    ...(/^(?:0|off)$/i.test(set.doublewrite) ? ['innodb_doublewrite = ON'] : []),
  ]
}
