import type { RowDataPacket } from 'mysql2/promise'
import type { Db } from '../store.ts'
import { databaseUser, grantStatement, type TableRights } from './needed-rights.ts'
import type { Privilege } from '../own-tables.ts'
import type { Say } from './report.ts'

export interface Held {
  privilege: string
  /** null: every database. A pattern where it has a table of null: `%` and `_` stand for any signs */
  schema: string | null
  /** null: every table */
  table: string | null
  /** null: every column */
  column: string | null
}

/**
 * Compares the rights of this connection's user with those it needs: a missing one is a fault, a spare one a warning.
 */
export async function checkRights(db: Db, say: Say, who: string, needed: TableRights[]): Promise<void> {
  const [[role]] = await db
    .query<(RowDataPacket & { role: string | null })[]>('SELECT CURRENT_ROLE() AS role')
    .catch(() => [[]] as [RowDataPacket[]])
  const role_ = role?.['role'] as string | null | undefined
  if (role_ && role_ !== 'NONE') {
    say('warn', `${who} has rights by the role ${role_}, which are not looked at`, 'grant them to the user itself')
    return
  }
  const own = await readOwnUser(db)
  const held = await listHeld(db, own)

  let complete = true
  for (const table of needed) {
    const lacking = lackingOf(table, held)
    if (lacking.rights.size === 0) continue
    complete = false
    say(
      'fail',
      `${who} lacks rights on ${table.schema}.${table.table}`,
      grantStatement(lacking, databaseUser(own.user, own.host)),
    )
  }
  if (complete) say('ok', `${who} has every right that it needs`)

  const spare = spareOf(held, needed)
  if (spare.length === 0) say('ok', `${who} has no right that it does not need`)
  const places = new Map<string, Set<string>>()
  for (const one of spare) {
    const place = one.schema === null ? 'every database' : `${one.schema}.${one.table ?? '*'}`
    places.set(place, (places.get(place) ?? new Set()).add(one.privilege + (one.column ? ` (${one.column})` : '')))
  }
  for (const [place, privileges] of places) {
    const list = privileges.size > 8 ? `${privileges.size} rights` : [...privileges].join(', ')
    say('warn', `${who} has more rights than it needs: ${list} on ${place}`, 'REVOKE them')
  }
}

/** The user as whom the database has let this connection in, and the host for which that user was made. */
export async function readOwnUser(db: Db): Promise<{ user: string; host: string }> {
  const [[row]] = await db.query<(RowDataPacket & { own: string })[]>('SELECT CURRENT_USER() AS own')
  const own = row?.own ?? ''
  const at = own.lastIndexOf('@')
  return { user: own.slice(0, at), host: own.slice(at + 1) }
}

/** What a user holds. Of another user than the connection's own, an administrator alone sees it. */
export async function listHeld(db: Db, { user, host }: { user: string; host: string }): Promise<Held[]> {
  const grantee = `'${user}'@'${host}'`
  const arm = (from: string, schema: string, table: string, column: string) =>
    `SELECT PRIVILEGE_TYPE AS privilege, ${schema} AS \`schema\`, ${table} AS \`table\`, ${column} AS \`column\`
     FROM information_schema.${from}_PRIVILEGES WHERE GRANTEE = ?`
  const [rows] = await db.query<(RowDataPacket & Held)[]>(
    [
      arm('USER', 'NULL', 'NULL', 'NULL'),
      arm('SCHEMA', 'TABLE_SCHEMA', 'NULL', 'NULL'),
      arm('TABLE', 'TABLE_SCHEMA', 'TABLE_NAME', 'NULL'),
      arm('COLUMN', 'TABLE_SCHEMA', 'TABLE_NAME', 'COLUMN_NAME'),
    ].join(' UNION ALL '),
    [grantee, grantee, grantee, grantee],
  )
  return rows
}

const same = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase()

function covers(held: Held, { schema, table }: TableRights, privilege: Privilege): boolean {
  if (held.privilege !== privilege) return false
  if (held.schema === null) return true
  return held.table === null ? isLike(held.schema, schema) : same(held.schema, schema) && same(held.table, table)
}

/** Whether a name matches the pattern in a grant on databases. */
function isLike(pattern: string, name: string): boolean {
  const source = pattern.replace(/\\([%_])|%|_|[.*+?^${}()|[\]\\]/g, (sign, kept: string | undefined) =>
    kept !== undefined ? kept : sign === '%' ? '.*' : sign === '_' ? '.' : `\\${sign}`,
  )
  return new RegExp(`^${source}$`, 'i').test(name)
}

/** What of the rights on one table is not held; `rights` is empty where everything is. */
export function lackingOf(needed: TableRights, held: Held[]): TableRights {
  const rights: TableRights['rights'] = new Map()
  for (const [privilege, columns] of needed.rights) {
    const relevant = held.filter((one) => covers(one, needed, privilege))
    if (relevant.some(({ column }) => column === null)) continue
    const missing =
      columns === 'all'
        ? 'all'
        : [...columns].filter((column) => !relevant.some((one) => same(one.column ?? '', column)))
    if (missing === 'all') rights.set(privilege, 'all')
    else if (missing.length > 0) rights.set(privilege, new Set(missing))
  }
  return { ...needed, rights }
}

/** What is held and not needed. */
export const spareOf = (held: Held[], needed: TableRights[]): Held[] =>
  held.filter((one) => one.privilege !== 'USAGE' && !isNeeded(one, needed))

function isNeeded({ privilege, schema, table, column }: Held, needed: TableRights[]): boolean {
  if (schema === null || table === null) return false
  const found = needed.find((one) => same(one.schema, schema) && same(one.table, table))
  const columns = found?.rights.get(privilege as Privilege)
  if (columns === undefined) return false
  if (columns === 'all') return true
  return column !== null && [...columns].some((one) => same(one, column))
}
