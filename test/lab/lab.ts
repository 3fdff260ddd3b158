// A real mail host for tests and the demo: Debian 13's Dovecot 2.4 with mail_crypt, MariaDB (or MySQL, with libraries
// of its own, since it cannot be installed beside Dovecot's client library) and Node, in a root of its own, listening
// on 127.0.0.1 only. Several may run at once. What an instance writes is kept in memory (its database and mail store in
// a folder, when one is given), and it ends with the process that started it, even a killed one.
import { type ChildProcess, execFile, spawn, type SpawnOptions } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { chmod, chown, mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { ImapFlow } from 'imapflow'
import { createConnection } from 'mysql2/promise'
import { onMysql } from '../support/database-server.ts'
import { freePorts } from '../support/ports.ts'
import { defaultPassdbQuery, defaultSql, defaultUserdbQuery } from './defaults.ts'
import { dovecotConfig } from './dovecot-config.ts'
import { deliverByLmtp } from './lmtp.ts'
import { collect, end, greeted, type Server, watch } from './processes.ts'
import { cachedMysql, cachedRoot, systemPath } from './root.ts'

export * from './defaults.ts'

export interface LabOptions {
  /** Folder kept between runs (the demo): it holds database and mail store. In memory when absent. */
  dataFolder?: string
  /** SQL run once into the mail database when it is first made: tables, domains, users, grants. */
  sql?: string
  /** `mail` when absent. */
  databaseName?: string
  passdbQuery?: string
  userdbQuery?: string
  /** The part of the default passdb query that makes the mail key's password of `%{password}`. */
  keyPasswordExpression?: string
  /** Appended to Dovecot's configuration. */
  extraConfig?: string
  /** Folders of this machine to be seen read-only inside, such as the connector's build. */
  bind?: { from: string; to: string }[]
  /** Fixed ports (the demo); free ones when absent. */
  ports?: Partial<Ports>
}

export interface Ports {
  imap: number
  lmtp: number
  database: number
}

export interface RunOptions {
  input?: string | Buffer
  /** Added to a small environment: nothing of this process's own is handed on. */
  env?: Record<string, string>
  /** 60 seconds when absent; the program is killed then. */
  timeoutMs?: number
}

export interface RunResult {
  code: number | null
  signal: string | null
  stdout: string
  stderr: string
}

export interface Lab {
  /** The instance's own root as seen from here, for reading and writing its files. Do not resolve links in it. */
  root: string
  ports: Ports
  /** A user of this private database server that may do everything. */
  database: { host: '127.0.0.1'; port: number; user: string; password: string; database: string }
  /** Runs a program inside and waits for its end, whatever its exit code. No shell is involved. */
  run(argv: string[], options?: RunOptions): Promise<RunResult>
  /** Starts a program inside. The child's pid is the program's own, so a signal hits it and nothing else. */
  spawn(argv: string[], options?: SpawnOptions): ChildProcess
  /** Hands one message to Dovecot by LMTP: the reply that decides, 250, 451, 550… */
  deliver(to: string, message: string | Buffer, from?: string): Promise<{ code: number; reply: string }>
  /** A connected client; the caller logs out. @throws with the server's words when it is refused. */
  imap(user: string, password: string): Promise<ImapFlow>
  /** False only when the server says that the login is wrong. @throws for anything else. */
  canLogIn(user: string, password: string): Promise<boolean>
  /** Another database of this server, which Dovecot may read: its statements are run in it once. */
  addDatabase(name: string, sql: string): Promise<void>
  /** Changes Dovecot's configuration and restarts it, which ends the sessions. What is not given stays. */
  configure(change: {
    passdbQuery?: string
    userdbQuery?: string
    extraConfig?: string
    /** Comes before the passdb. */
    firstConfig?: string
    databaseName?: string
  }): Promise<void>
  stopDovecot(): Promise<void>
  startDovecot(): Promise<void>
  /**
   * The database goes away. Dovecot keeps a lookup waiting for a minute before it gives up; the first lookup after a
   * `configure({})` gives up in a few seconds. Once the database is back, it takes Dovecot some seconds to notice.
   */
  stopDatabase(): Promise<void>
  startDatabase(): Promise<void>
  /** What Dovecot logged so far. */
  log(): Promise<string>
  /** Ends every process of the instance. What it kept in memory is gone. Twice does no harm. */
  stop(): Promise<void>
}

/** @throws when the host can't be made or doesn't come up; nothing is left of it then. */
export async function startLab(options: LabOptions = {}): Promise<Lab> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await startOnce(options)
    } catch (error) {
      // A free port may be taken by somebody else before the server listens on it.
      if (attempt === 3 || !/address already in use/i.test(String(error))) throw error
    }
  }
}

async function startOnce(options: LabOptions): Promise<Lab> {
  const { root: sharedRoot, mountPoint } = cachedRoot()
  const [imap = 0, lmtp = 0, databasePort = 0] = await freePorts(3)
  const ports = { imap, lmtp, database: databasePort, ...options.ports }
  const databaseName = options.databaseName ?? 'mail'
  const password = randomBytes(16).toString('hex')
  const database = { host: '127.0.0.1', port: ports.database, user: 'lab', password, database: databaseName } as const
  const settings = {
    passdbQuery: options.passdbQuery ?? defaultPassdbQuery(options.keyPasswordExpression),
    userdbQuery: options.userdbQuery ?? defaultUserdbQuery,
    extraConfig: options.extraConfig ?? '',
    firstConfig: '',
    ports,
    database: { user: 'dovecot', password, name: databaseName },
  }

  const binds = [...(options.bind ?? []), ...(onMysql ? [{ from: cachedMysql(), to: mysqlFolder }] : [])]
  const mounts = binds.flatMap(({ from, to }) => [resolve(from), to, 'ro'])
  const dataFolder = options.dataFolder === undefined ? null : await prepareDataFolder(options.dataFolder, sharedRoot)
  if (dataFolder) {
    mounts.push(
      join(dataFolder.path, 'mysql'),
      '/var/lib/mysql',
      'rw',
      // With room for a quarantine beside the mail store, on the same mount.
      join(dataFolder.path, 'srv'),
      '/srv',
      'rw',
    )
  }

  // In a session of its own, so that an interrupt typed at the terminal doesn't end it before it has cleaned up.
  const holder = spawn(
    'unshare',
    ['--mount', 'sh', join(import.meta.dirname, 'instance.sh'), sharedRoot, mountPoint, ...mounts],
    { detached: true, env: { PATH: systemPath }, stdio: ['pipe', 'pipe', 'pipe'] },
  )
  const holderErrors = collect(holder.stderr)
  const holderEnded = once(holder, 'exit')
  await Promise.race([once(holder.stdout, 'data'), holderEnded])
  if (holder.exitCode !== null || !holder.pid) throw new Error(`The test mail host did not start: ${holderErrors()}`)
  const holderPid = String(holder.pid)
  const root = `/proc/${holderPid}/root`

  let databaseServer: Server | null = null
  let dovecot: Server | null = null

  const lab: Lab = {
    root,
    ports,
    database,

    spawn(argv, spawnOptions = {}) {
      // nsenter without --fork becomes the program.
      return spawn('nsenter', ['--target', holderPid, '--mount', '--root', '--wd', '--', ...argv], {
        ...spawnOptions,
        env: { PATH: systemPath, HOME: '/root', LANG: 'C.UTF-8', ...spawnOptions.env },
      })
    },

    async run(argv, { input = '', env, timeoutMs = 60_000 } = {}) {
      const child = lab.spawn(argv, { env, timeout: timeoutMs, killSignal: 'SIGKILL', stdio: 'pipe' })
      const stdout = collect(child.stdout)
      const stderr = collect(child.stderr)
      // A program that ends without reading its input is no failure of ours.
      child.stdin?.on('error', () => undefined)
      child.stdin?.end(input)
      const [code, signal] = (await once(child, 'close')) as [number | null, string | null]
      return { code, signal, stdout: stdout(), stderr: stderr() }
    },

    deliver: (to, message, from) => deliverByLmtp(ports.lmtp, to, message, from),

    async imap(user, pass) {
      const client = new ImapFlow({
        host: '127.0.0.1',
        port: ports.imap,
        secure: false,
        doSTARTTLS: false,
        auth: { user, pass },
        logger: false,
      })
      // Without a listener, a connection that the server ends later would end the whole process.
      client.on('error', () => undefined)
      try {
        await client.connect()
      } catch (error) {
        client.close()
        const words = (error as { responseText?: string }).responseText ?? String(error)
        throw new Error(`IMAP login of ${user} failed: ${words}`, { cause: error })
      }
      return client
    },

    async canLogIn(user, pass) {
      try {
        const client = await lab.imap(user, pass)
        await client.logout()
        return true
      } catch (error) {
        const cause = (error as Error).cause as { serverResponseCode?: string } | undefined
        if (cause?.serverResponseCode === 'AUTHENTICATIONFAILED') return false
        throw error
      }
    },

    async addDatabase(name, sql) {
      const made = `CREATE DATABASE \`${name}\`; GRANT SELECT ON \`${name}\`.* TO dovecot@'127.0.0.1'; USE \`${name}\`;\n`
      const { code, stderr } = await lab.run(['mariadb', '--no-defaults'], { input: made + sql })
      if (code !== 0) throw new Error(`The SQL of the test mail host failed: ${stderr}`)
    },

    async configure({ databaseName: name = settings.database.name, ...change }) {
      Object.assign(settings, change)
      settings.database.name = name
      // A restart and no reload: after a reload old processes serve on for a while with the old configuration.
      await lab.stopDovecot()
      await lab.startDovecot()
    },

    async stopDovecot() {
      await end(dovecot)
      dovecot = null
    },

    async startDovecot() {
      await writeFile(join(root, 'etc/dovecot/dovecot.conf'), dovecotConfig(settings), { mode: 0o644 })
      dovecot = watch(lab.spawn(['dovecot', '-F'], { stdio: ['ignore', 'pipe', 'pipe'] }))
      await greeted(ports.imap, dovecot)
      await greeted(ports.lmtp, dovecot)
    },

    async stopDatabase() {
      await end(databaseServer)
      databaseServer = null
    },

    async startDatabase() {
      databaseServer = watch(
        lab.spawn(
          [
            onMysql ? `${mysqlFolder}/mysqld` : 'mariadbd',
            '--defaults-file=/etc/mysql/lab.cnf',
            `--port=${ports.database}`,
            '--init-file=/etc/mysql/lab.sql',
          ],
          { stdio: ['ignore', 'pipe', 'pipe'] },
        ),
      )
      await greeted(ports.database, databaseServer)
    },

    log: () => readFile(join(root, 'var/log/dovecot.log'), 'utf8'),

    async stop() {
      // What is in memory needs no orderly end; a kept database does, or its next start has to repair it.
      if (dataFolder && holder.exitCode === null) {
        await lab.stopDovecot()
        await lab.stopDatabase()
      }
      holder.stdin.end()
      await holderEnded
      await Promise.all([dovecot?.ended, databaseServer?.ended])
    },
  }

  try {
    await writeFile(join(root, 'etc/mysql/lab.sql'), accountsSql(databaseName, password), { mode: 0o644 })
    if (onMysql) await putMysqlInPlace(lab, !dataFolder?.complete)
    await lab.startDatabase()
    if (!dataFolder?.complete) {
      const connection = await createConnection({ ...database, multipleStatements: true, charset: 'utf8mb4' })
      await connection.query(options.sql ?? defaultSql).finally(() => connection.end())
      if (dataFolder) await writeFile(join(dataFolder.path, 'complete'), '')
    }
    await lab.startDovecot()
    return lab
  } catch (error) {
    await lab.stop()
    throw error
  }
}

/** Run at every start of the database server, before it takes connections. */
const accountsSql = (name: string, password: string): string => `CREATE DATABASE IF NOT EXISTS \`${name}\`;
DROP USER IF EXISTS lab@'127.0.0.1', dovecot@'127.0.0.1';
CREATE USER lab@'127.0.0.1' IDENTIFIED BY '${password}';
GRANT ALL ON *.* TO lab@'127.0.0.1' WITH GRANT OPTION;
CREATE USER dovecot@'127.0.0.1' IDENTIFIED BY '${password}';
GRANT SELECT ON \`${name}\`.* TO dovecot@'127.0.0.1';
`

const mysqlFolder = '/opt/mysql'

/** MySQL's settings, as build-root.sh has MariaDB's, and a database folder where there is none yet. */
async function putMysqlInPlace(lab: Lab, isNew: boolean): Promise<void> {
  const settings = `[mysqld]
user = mysql
datadir = /var/lib/mysql
socket = /run/mysqld/mysqld.sock
bind_address = 127.0.0.1
mysqlx = OFF
skip_name_resolve
skip_log_bin
local_infile = OFF
character_set_server = utf8mb4
performance_schema = OFF
max_connections = 100
innodb_buffer_pool_size = 32M
innodb_redo_log_capacity = 32M
innodb_flush_log_at_trx_commit = 2
`
  await writeFile(join(lab.root, 'etc/mysql/lab.cnf'), settings)
  if (!isNew) return
  const copy = `find /var/lib/mysql -mindepth 1 -delete; cp -a ${mysqlFolder}/data/. /var/lib/mysql; chown -R mysql:mysql /var/lib/mysql`
  const { code, stderr } = await lab.run(['sh', '-ec', copy])
  if (code !== 0) throw new Error(`MySQL's folder could not be made: ${stderr}`)
}

/** A folder whose first start was cut short has no mark of being complete, and is made again. */
async function prepareDataFolder(folder: string, sharedRoot: string): Promise<{ path: string; complete: boolean }> {
  const path = resolve(folder)
  const [mysql, srv] = [join(path, 'mysql'), join(path, 'srv')]
  const isThere = await Promise.all([join(path, 'complete'), srv].map((each) => stat(each).catch(() => null)))
  if (!isThere.includes(null)) return { path, complete: true }

  await Promise.all([mysql, srv].map((old) => rm(old, { recursive: true, force: true })))
  const mail = join(srv, 'mail')
  await mkdir(mail, { recursive: true })
  await chmod(srv, 0o755)
  await chmod(mail, 0o700)
  await chown(mail, 5000, 5000)
  await promisify(execFile)('cp', ['-a', join(sharedRoot, 'var/lib/mysql'), mysql])
  return { path, complete: false }
}
