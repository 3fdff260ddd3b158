import { randomBytes } from 'node:crypto'
import type { PoolConnection, RowDataPacket } from 'mysql2/promise'
import { isLoopback } from '../../connector/contract/database.ts'
import type { Mapping } from '../../connector/mapping/mapping.ts'
import { leaveOutAbsent } from '../../connector/mapping/optional-companions.ts'
import { Name } from '../../connector/mapping/sql.ts'
import {
  databaseUser,
  grantStatement,
  rightsOfConnector,
  rightsOfWeb,
  type TableRights,
} from './check/needed-rights.ts'
import { lackingOf, listHeld, spareOf, type Held } from './check/rights.ts'
import { MigrationRefused, pending, readApplied } from './migrations/applied.ts'
import { migrate } from './migrations/migrate.ts'

/** What an administrator of the database does for the two programs: their tables, their users, their rights. */

/** One of the two programs, as a user of the database. */
export interface ProgramUser {
  of: 'web' | 'connector'
  user: string
  /** from where it comes */
  host: string
  /** that its settings have already; null: a new one is made */
  password: string | null
  /** Keeps a new password in the settings, before the database has it: a run that dies leaves no user unknown. */
  keep?: (password: string) => Promise<void>
}

interface Work {
  mapping: Mapping
  database: string
  users: ProgramUser[]
  /** nothing is changed; the statements are told all the same */
  dryRun: boolean
  /** told each statement, without its password */
  tell: (statement: string) => void
}

const LOCK = "CONCAT('colombier-database-', LEFT(SHA2(DATABASE(), 256), 32))"

/**
 * Brings the tables to this version and gives each program its user and exactly the rights that it needs. What is so
 * already is left alone, so that a killed run is repeated, and of two at once the second finds nothing to do.
 * @returns the new passwords that no settings keep, to be shown once
 */
export async function prepareDatabase(db: PoolConnection, work: Work): Promise<Map<ProgramUser, string>> {
  const { database, users, dryRun, tell } = work
  const [[lock]] = await db.query<(RowDataPacket & { taken: number | null })[]>(`SELECT GET_LOCK(${LOCK}, 60) AS taken`)
  if (lock?.taken !== 1) throw new MigrationRefused('is being prepared by another run. Wait for its end')
  try {
    if (dryRun) for (const { name } of pending((await readApplied(db)) ?? [])) tell(`-- migration ${name}`)
    else await migrate(db, { report: (name) => tell(`-- migration ${name}`) })

    const { present: mapping } = await leaveOutAbsent(db, work.mapping)
    const shown = new Map<ProgramUser, string>()
    for (const one of users) {
      const password = await makeUser(db, one, work)
      if (password !== null && one.keep === undefined) shown.set(one, password)
      await giveRights(db, one, (one.of === 'web' ? rightsOfWeb : rightsOfConnector)(mapping, database), work)
    }
    return shown
  } finally {
    await db.query(`DO RELEASE_LOCK(${LOCK})`)
  }
}

/** Removes the users, from wherever they come. Tables and rows stay. */
export async function dropUsers(db: PoolConnection, names: string[], { dryRun, tell }: Pick<Work, 'dryRun' | 'tell'>) {
  const [rows] = await db.query<(RowDataPacket & { user: string; host: string })[]>(
    'SELECT User AS user, Host AS host FROM mysql.user WHERE User IN (?) ORDER BY 1, 2',
    [names],
  )
  for (const { user, host } of rows) {
    const statement = `DROP USER ${databaseUser(user, host)}`
    tell(`${statement};`)
    if (!dryRun) await db.query(statement)
  }
}

/** From where the user may come. */
export async function listHosts(db: PoolConnection, user: string): Promise<string[]> {
  const [rows] = await db.query<(RowDataPacket & { host: string })[]>(
    'SELECT Host AS host FROM mysql.user WHERE User = ? ORDER BY 1',
    [user],
  )
  return rows.map(({ host }) => host)
}

/**
 * From where a program on this machine comes, as the database sees it: where that looks up no names, it knows the
 * loopback by its address.
 */
export async function readLocalHost(db: PoolConnection): Promise<string> {
  const [[row]] = await db.query<(RowDataPacket & { skips: number })[]>('SELECT @@skip_name_resolve AS skips')
  return row?.skips === 1 ? '127.0.0.1' : 'localhost'
}

/** @returns the password of a user that was made; null where there was one */
async function makeUser(db: PoolConnection, one: ProgramUser, { dryRun, tell }: Work): Promise<string | null> {
  const [found] = await db.query<RowDataPacket[]>('SELECT 1 FROM mysql.user WHERE User = ? AND Host = ?', [
    one.user,
    one.host,
  ])
  if (found.length > 0) return null

  const statement = `CREATE USER ${databaseUser(one.user, one.host)} IDENTIFIED BY ?`
  // Its password would pass in clear over the network otherwise, should a client not insist on TLS.
  const tls = isLoopback(one.host) ? '' : ' REQUIRE SSL'
  tell(`${statement.replace('?', "'…'")}${tls};`)
  if (dryRun) return null
  const password = one.password ?? randomBytes(24).toString('base64url')
  if (one.password === null) await one.keep?.(password)
  await db.query(statement + tls, [password])
  return one.password === null ? password : null
}

async function giveRights(db: PoolConnection, one: ProgramUser, needed: TableRights[], { dryRun, tell }: Work) {
  const held = await listHeld(db, one)
  const user = databaseUser(one.user, one.host)
  const statements = [
    ...spareOf(held, needed).map((right) => `${revokeStatement(right)} FROM ${user};`),
    ...needed
      .map((table) => lackingOf(table, held))
      .filter(({ rights }) => rights.size > 0)
      .map((lacking) => grantStatement(lacking, user)),
  ]
  for (const statement of statements) {
    tell(statement)
    if (!dryRun) await db.query(statement)
  }
}

function revokeStatement({ privilege, schema, table, column }: Held): string {
  const what = column === null ? privilege : `${privilege} (${new Name([column]).text})`
  const place =
    schema === null ? '*.*' : table === null ? `${new Name([schema]).text}.*` : new Name([schema, table]).text
  return `REVOKE ${what} ON ${place}`
}
