import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { parseArgs, parseEnv } from 'node:util'
import type { PoolConnection } from 'mysql2/promise'
import { mappingEntries, MappingError } from '../../connector/mapping/settings.ts'
import { ConfigError, loadDatabaseConfig } from '../config.ts'
import { DatabaseNotReady, notReady } from '../db/check/at-start.ts'
import { findMissingNames, sayMissing } from '../db/mail/names.ts'
import { createDatabasePool } from '../db/store.ts'
import { readApplied } from '../db/migrations/applied.ts'
import { dropUsers, listHosts, prepareDatabase, readLocalHost, type ProgramUser } from '../db/users.ts'
import { findFittingPreset, readMapping } from '../db/mail/fitting.ts'
import { isCredential } from '../../connector/contract/credential-files.ts'
import { replaceFile } from '../../connector/contract/replace-file.ts'
import { quoteValue, setVariables } from '../../connector/contract/env-text.ts'
import { makeCertificate } from './certificate.ts'
import { readPassword } from '../../connector/contract/read-password.ts'

const usage = `colombier-database: makes Colombier's tables, its two database users and their rights, and does nothing twice.
It is for an administrator of the database: root on its host, who comes by the socket, or one with a password (--login).

  --database NAME        the mail server's database; else DATABASE_NAME
  --web-host HOST        from where the web app connects; by default from where its user may come, or this machine
  --connector-host HOST  likewise for the connector
  --certificate NAME     lets other hosts come by TLS: makes an authority, and a certificate for this name of the database
  --login NAME           comes as this administrator, whose password it asks for on the terminal
  --host HOST            the database is on another machine (with DATABASE_TLS_CA); needs --login
  --upgrade              brings what is there to this version, and makes nothing where there is nothing yet
  --dry-run              prints the statements and changes nothing
  --drop                 removes the two users, and nothing else
`

const sockets = ['/run/mysqld/mysqld.sock', '/var/lib/mysql/mysql.sock', '/tmp/mysql.sock']
const settingsFiles = {
  web: process.env['COLOMBIER_WEB_SETTINGS'] ?? '/etc/colombier/web/colombier.env',
  connector: process.env['COLOMBIER_CONNECTOR_SETTINGS'] ?? '/etc/colombier/connector.env',
}
const names = { web: 'colombier_web', connector: 'colombier_connector' }

class Refused extends Error {}

try {
  process.exitCode = await run()
} catch (error) {
  const { code = '' } = error as { code?: string }
  const isUsage = code.startsWith('ERR_PARSE_ARGS')
  const known = [Refused, ConfigError, DatabaseNotReady].some((kind) => error instanceof kind)
  if (!known && !isUsage) throw error
  console.error(isUsage ? usage : (error as Error).message)
  process.exitCode = isUsage ? 64 : 1
}

async function run(): Promise<number> {
  const { values } = parseArgs({
    options: {
      database: { type: 'string' },
      'web-host': { type: 'string' },
      'connector-host': { type: 'string' },
      certificate: { type: 'string' },
      host: { type: 'string' },
      login: { type: 'string' },
      upgrade: { type: 'boolean', default: false },
      'dry-run': { type: 'boolean', default: false },
      drop: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  })
  if (values.help) {
    console.log(usage)
    return 0
  }
  const { certificate } = values
  if (certificate !== undefined && !/^[a-z\d]([a-z\d.-]*[a-z\d])?$/i.test(certificate))
    throw new Refused('--certificate needs a host name, by which the web app reaches the database.')
  const settings = { web: await readSettings('web'), connector: await readSettings('connector') }
  // The mapping of the connector's settings goes first: they are on this machine, where the web app's may not be.
  const set = { ...settings.web, ...settings.connector, ...process.env }
  const name = values.database ?? (process.env['DATABASE_NAME'] || set['DATABASE_NAME'] || 'mail')
  const dryRun = values['dry-run']
  const tell = (statement: string) => console.log(statement)

  const place = loadDatabaseConfig({ ...(await placeOf(values)), DATABASE_NAME: name })
  const pool = createDatabasePool({ ...place, poolSize: 1, timeoutSeconds: 3600 })
  try {
    const db = await pool.getConnection()
    try {
      if (values.drop) await dropUsers(db, Object.values(names), { dryRun, tell })
      else if (values.upgrade && (await readApplied(db)) === null) {
        console.log(`The database ${name} has no tables of Colombier: there is nothing to bring to this version.`)
        return 0
      } else {
        const mapping = await findMapping(db, set)
        const users: ProgramUser[] = []
        for (const of of ['web', 'connector'] as const) {
          const given = values[`${of}-host`]
          const known = await listHosts(db, names[of])
          const made = known.length > 0 || values.upgrade ? known : [await readLocalHost(db)]
          for (const host of given === undefined ? made : [given]) users.push({ ...userOf(of, settings[of]), host })
        }
        const shown = await prepareDatabase(db, { mapping, database: name, users, dryRun, tell })
        for (const [{ of }, password] of shown) sayPassword(of, password)
      }
    } finally {
      db.release()
    }
  } catch (error) {
    throw notReady(place, error)
  } finally {
    await pool.end()
  }
  if (certificate !== undefined && dryRun) console.log(`-- A certificate would be made for ${certificate}.`)
  const toDo = certificate === undefined || dryRun ? null : await makeCertificate(certificate, tell)
  if (toDo !== null) console.log(toDo)
  if (!dryRun) console.log('Everything is as it should be.')
  return 0
}

async function placeOf({ host, login }: { host?: string; login?: string }) {
  const { DATABASE_SOCKET, DATABASE_PORT, DATABASE_TLS_CA } = process.env
  if (host !== undefined && login === undefined)
    throw new Refused('--host needs --login: root is known by the socket only.')
  const who =
    login === undefined
      ? { DATABASE_USER: 'root', DATABASE_PASSWORD: '' }
      : { DATABASE_USER: login, DATABASE_PASSWORD: await readPassword(`Password of ${login}: `) }
  if (host !== undefined) return { ...who, DATABASE_HOST: host, DATABASE_PORT, DATABASE_TLS_CA }
  const socket = DATABASE_SOCKET || sockets.find((path) => existsSync(path))
  if (socket === undefined)
    throw new Refused('There is no socket of a database on this machine. Give --host and --login.')
  return { ...who, DATABASE_SOCKET: socket }
}

/** What the settings say; the layout that fits where they say none. @throws Refused where a name is not there */
async function findMapping(db: PoolConnection, set: Record<string, string | undefined>) {
  const said = Object.fromEntries(
    ['MAIL_SCHEMA', ...Object.keys(mappingEntries)].flatMap((name) => (set[name] ? [[name, set[name]]] : [])),
  ) as Record<string, string>
  if (Object.keys(said).length === 0) {
    const preset = await findFittingPreset(db)
    if (preset !== null) console.log(`-- These are the tables of MAIL_SCHEMA=${preset}.`)
    said['MAIL_SCHEMA'] = preset ?? 'default'
  }
  const mapping = readMapping(said)
  if (mapping instanceof MappingError) throw new Refused(mapping.message)
  const missing = await findMissingNames(db, mapping)
  if (missing.length > 0) {
    throw new Refused(`The mail server's tables are not as the settings say:\n${missing.map(sayMissing).join('\n')}`)
  }
  return mapping
}

async function readSettings(of: 'web' | 'connector'): Promise<Record<string, string | undefined> | null> {
  try {
    return parseEnv(await readFile(settingsFiles[of], 'utf8'))
  } catch (error) {
    if ((error as { code?: string }).code === 'ENOENT') return null
    throw error
  }
}

/** Its password is that of its settings, which get a new one where they have none; without settings it is shown. */
function userOf(
  of: 'web' | 'connector',
  settings: Record<string, string | undefined> | null,
): Omit<ProgramUser, 'host'> {
  const file = settingsFiles[of]
  const password = settings?.['DATABASE_PASSWORD'] || null
  const user = { of, user: names[of] }
  // Somebody wants it in no file of settings: it is shown, to be put where the credential is.
  if (password !== null && isCredential(password)) return { ...user, password: null }
  return {
    ...user,
    password,
    ...(settings && {
      async keep(password) {
        const text = setVariables(await readFile(file, 'utf8'), { DATABASE_PASSWORD: password })
        if (text === null) throw new Refused(`${file} cannot be changed: a line of it is not one that Node reads.`)
        await replaceFile(file, text)
        console.log(`-- The password of ${names[of]} is in ${file}.`)
      },
    }),
  }
}

function sayPassword(of: 'web' | 'connector', password: string) {
  const where = of === 'web' ? 'web app' : 'connector'
  console.log(`\nFor the settings of the ${where}, shown only now:\nDATABASE_PASSWORD=${quoteValue(password) ?? ''}\n`)
}
