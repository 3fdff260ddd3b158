import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { createConnection } from 'mysql2/promise'
import { cachedMysql } from '../lab/root.ts'
import { freePorts } from './ports.ts'

/** Whether the tests run on MySQL, as `npm run test:mysql` has them do; on MariaDB otherwise. */
export const onMysql = process.env['TEST_DATABASE'] === 'mysql'

export interface DatabaseServer {
  host: '127.0.0.1'
  port: number
  socket: string
  /** may do everything, over TCP too; its password is new at each start */
  user: string
  password: string
  /** Ends the server, and removes its data unless they have a folder of their own. */
  stop(): Promise<void>
}

interface Options {
  /** keeps the data here; by default they are gone with the server */
  dataFolder?: string
  /** by default one that is free */
  port?: number
}

/** The server is not installed. The message is the command that installs it. */
export class DatabaseServerMissing extends Error {
  override name = 'DatabaseServerMissing'
}

/**
 * Starts a database server of our own, which ends with this process, however that ends: the shell around it waits for
 * the end of its standard input, then kills the server and removes what was temporary.
 * @throws DatabaseServerMissing
 */
export async function startDatabaseServer({ dataFolder, port }: Options = {}): Promise<DatabaseServer> {
  const runFolder = mkdtempSync(join(tmpdir(), 'colombier-database-'))
  const data = dataFolder ?? join(runFolder, 'data')
  if (!existsSync(join(data, 'mysql'))) prepareData(data)

  const server = { port: port ?? (await freePorts(1))[0] ?? 0, socket: join(runFolder, 'socket'), user: 'admin' }
  const password = randomBytes(12).toString('base64url')
  const initFile = join(runFolder, 'init.sql')
  const admins = ["admin@'127.0.0.1'", 'admin@localhost']
  const init = [
    ...(onMysql
      ? []
      : [`DELETE FROM mysql.global_priv WHERE User = 'root' AND Host <> 'localhost' OR User = ''`, 'FLUSH PRIVILEGES']),
    ...admins.flatMap((admin) => [
      `DROP USER IF EXISTS ${admin}`,
      `CREATE USER ${admin} IDENTIFIED BY '${password}'`,
      `GRANT ALL ON *.* TO ${admin} WITH GRANT OPTION`,
    ]),
  ]
  // Each statement is a line.
  writeFileSync(initFile, init.map((statement) => `${statement};\n`).join(''), { mode: 0o600 })

  const keep = dataFolder !== undefined
  const child = spawn(
    'sh',
    [
      '-c',
      `signal=$1 folder=$2; shift 2
       "$@" & server=$!
       trap '' INT TERM HUP PIPE
       cat > /dev/null
       kill -s "$signal" "$server"; wait "$server"; rm -rf "$folder"`,
      'sh',
      keep ? 'TERM' : 'KILL',
      runFolder,
      serverProgram(),
      '--no-defaults',
      ...asRoot(),
      `--datadir=${data}`,
      // One that starts clears its folder for temporary tables, whosesoever they are.
      `--tmpdir=${runFolder}`,
      `--socket=${server.socket}`,
      `--pid-file=${join(runFolder, 'pid')}`,
      `--init-file=${initFile}`,
      '--bind-address=127.0.0.1',
      `--port=${server.port}`,
      '--skip-name-resolve',
      '--character-set-server=utf8mb4',
      '--collation-server=utf8mb4_unicode_ci',
      '--innodb-buffer-pool-size=32M',
      ...ofTheKind,
      `--innodb-flush-log-at-trx-commit=${keep ? 1 : 0}`,
      '--performance-schema=off',
      '--max-connections=200',
    ],
    // A group of its own: Ctrl-C at a terminal is for the program that started us.
    { stdio: ['pipe', 'ignore', 'pipe'], detached: true },
  )
  let complaints = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (complaints = (complaints + text).slice(-4000)))
  await untilReady(child, { ...server, password }, () => complaints)

  return {
    host: '127.0.0.1',
    ...server,
    password,
    async stop() {
      if (child.exitCode !== null) return
      const ended = new Promise((resolve) => child.once('exit', resolve))
      child.stdin.end()
      await ended
    },
  }
}

const ofTheKind = onMysql
  ? ['--innodb-redo-log-capacity=32M', '--skip-log-bin', '--mysqlx=OFF', '--log-error-verbosity=1']
  : ['--innodb-log-file-size=8M']

type Login = Pick<DatabaseServer, 'port' | 'socket' | 'user' | 'password'>

async function untilReady(child: ChildProcess, login: Login, complaints: () => string): Promise<void> {
  const deadline = Date.now() + 60_000
  for (;;) {
    try {
      const connection = await createConnection({
        host: '127.0.0.1',
        port: login.port,
        user: login.user,
        password: login.password,
      })
      await connection.end()
      return
    } catch (error) {
      if (child.exitCode !== null || Date.now() > deadline) {
        throw new Error(`The database server did not start:\n${complaints()}`, { cause: error })
      }
      await new Promise((resolve) => setTimeout(resolve, 30))
    }
  }
}

/** A new data folder takes most of a second to make, a copy of one hardly any time. */
function prepareData(data: string): void {
  const template = onMysql
    ? join(cachedMysql(), 'data')
    : join(tmpdir(), `colombier-mariadb-template-${userInfo().username}`)
  if (!existsSync(template)) makeTemplate(template)
  mkdirSync(data, { recursive: true, mode: 0o700 })
  cpSync(template, data, { recursive: true })
}

/** What mariadb-install-db does, which would need a program of the client's package. */
function makeTemplate(template: string): void {
  const making = mkdtempSync(`${template}-`)
  const { status, stderr } = spawnSync(
    findProgram('mariadbd'),
    [
      '--no-defaults',
      '--bootstrap',
      `--datadir=${making}`,
      '--innodb-log-file-size=8M',
      '--log-warnings=0',
      ...asRoot(),
    ],
    {
      encoding: 'utf8',
      input: ['CREATE DATABASE mysql;', 'USE mysql;', 'SET @auth_root_socket = NULL;', ...systemTables()].join('\n'),
    },
  )
  if (status !== 0) {
    rmSync(making, { recursive: true, force: true })
    throw new Error(`mariadbd could not make its system tables:\n${stderr}`)
  }
  try {
    renameSync(making, template)
  } catch {
    // Another process was quicker.
    rmSync(making, { recursive: true, force: true })
  }
}

function systemTables(): string[] {
  const folder = ['/usr/share/mysql', '/usr/share/mariadb'].find((path) => existsSync(path)) ?? ''
  return ['system_tables', 'performance_tables', 'system_tables_data'].map((name) => {
    const files = ['mysql', 'mariadb'].map((prefix) => join(folder, `${prefix}_${name}.sql`))
    return readFileSync(files.find((file) => existsSync(file)) ?? files[0] ?? '', 'utf8')
  })
}

const asRoot = (): string[] => (userInfo().uid === 0 ? ['--user=root'] : [])

const serverProgram = (): string => (onMysql ? join(cachedMysql(), 'mysqld') : findProgram('mariadbd'))

function findProgram(name: string): string {
  const folders = [...(process.env['PATH'] ?? '').split(':'), '/usr/sbin', '/usr/local/sbin', '/usr/bin']
  const found = folders.map((folder) => join(folder, name)).find((path) => existsSync(path))
  if (found === undefined)
    throw new DatabaseServerMissing(`${name} is missing. Install it: sudo apt-get install mariadb-server-core`)
  return found
}
