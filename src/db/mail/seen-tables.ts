import type { RowDataPacket } from 'mysql2/promise'
import {
  isRaw,
  type SeenColumn,
  type SeenReference,
  type SeenRow,
  type SeenTable,
} from '../../../connector/mapping/recognise/seen.ts'
import { integer, join, Name, sql, type Sql } from '../../../connector/mapping/sql.ts'
import type { Db } from '../store.ts'
import { SERVER_SCHEMAS } from './names.ts'

/** As many rows of a table, and as many tables with rows, as are looked at. */
const mostRows = 500
const mostTables = 40
const mostColumns = 120
/** Nothing that is recognised by is longer. */
const mostChars = 500
const mostMilliseconds = 1500

/**
 * What the database shows its user of the tables that may be a mail server's, the likeliest first, and some rows of
 * those: six questions about all of them, and one or two to each of a few tables. None locks a row, or takes long: a
 * table that is not read in time, or may not be, has no rows.
 */
export async function readSeenTables(db: Db): Promise<SeenTable[]> {
  const until = Date.now() + mostMilliseconds
  const [[server]] = await db.query<(RowDataPacket & { db: string; version: string })[]>(
    'SELECT DATABASE() AS db, VERSION() AS version',
  )
  const isMariadb = /mariadb/i.test(server?.version ?? '')
  const schemaOf = (schema: string) => (schema === server?.db ? null : schema)
  const { columns, views, keys, references } = await readSchemas(db)

  const tables = [...columns].flatMap(([place, own]) => {
    const [first] = own
    const likeness = first ? likenessOf(own, first.tableName) : 0
    if (!first || likeness === 0) return []
    const parts = groupBy(keys.get(place) ?? [], ({ key }) => key)
    const table: SeenTable = {
      schema: schemaOf(first.db),
      name: first.tableName,
      isView: views.has(place),
      takesRows: views.get(place) ?? true,
      columns: own.map((column) => toColumn(column, isMariadb)),
      uniques: [...parts]
        .sort(([one], [other]) => Number(other === 'PRIMARY') - Number(one === 'PRIMARY'))
        .map(([, columnsOfKey]) => columnsOfKey.map(({ column }) => column)),
      references: (references.get(place) ?? []).map(({ targetDb, ...one }) => ({ ...one, schema: schemaOf(targetDb) })),
      rows: [],
      isPart: false,
    }
    return [{ table, likeness }]
  })
  const likely = tables.sort((a, b) => b.likeness - a.likeness).map(({ table }) => table)
  for (const table of likely.slice(0, mostTables)) {
    if (Date.now() > until) break
    Object.assign(table, await readRows(db, table, isMariadb, until))
  }
  return likely
}

interface OfTable extends RowDataPacket {
  db: string
  tableName: string
}
interface ColumnRow extends OfTable {
  name: string
  type: string
  fullType: string
  nullable: string
  byDefault: string | null
  extra: string
  mostChars: number | null
  position: number
}

const placeOf = ({ db, tableName }: OfTable): string => JSON.stringify([db, tableName])

/** What information_schema says, by table. It is asked without joins, which it has no index for. */
async function readSchemas(db: Db) {
  const ask = async <R>(text: string) =>
    (await db.query<(OfTable & R)[]>(`${text} AND TABLE_NAME NOT LIKE 'colombier\\_%'`, [SERVER_SCHEMAS]))[0]
  const columns = await ask<ColumnRow>(
    `SELECT TABLE_SCHEMA AS db, TABLE_NAME AS tableName, COLUMN_NAME AS name, LOWER(DATA_TYPE) AS type,
       COLUMN_TYPE AS fullType, IS_NULLABLE AS nullable, COLUMN_DEFAULT AS byDefault, LOWER(EXTRA) AS extra,
       CHARACTER_MAXIMUM_LENGTH AS mostChars, ORDINAL_POSITION AS position
     FROM information_schema.COLUMNS WHERE TABLE_SCHEMA NOT IN (?)`,
  )
  // What a view is made of is told only to who may see it.
  const views = await ask<{ ofOne: number }>(
    `SELECT TABLE_SCHEMA AS db, TABLE_NAME AS tableName,
       VIEW_DEFINITION <> '' AND VIEW_DEFINITION NOT REGEXP ' (join|group by|union|distinct) ' AS ofOne
     FROM information_schema.VIEWS WHERE TABLE_SCHEMA NOT IN (?)`,
  )
  const keys = await ask<{ key: string; column: string; position: number }>(
    `SELECT TABLE_SCHEMA AS db, TABLE_NAME AS tableName, INDEX_NAME AS \`key\`, COLUMN_NAME AS \`column\`,
       SEQ_IN_INDEX AS position FROM information_schema.STATISTICS WHERE NON_UNIQUE = 0 AND TABLE_SCHEMA NOT IN (?)`,
  )
  const used = await ask<{ constraint: string; column: string; targetDb: string; table: string; target: string }>(
    `SELECT TABLE_SCHEMA AS db, TABLE_NAME AS tableName, CONSTRAINT_NAME AS \`constraint\`, COLUMN_NAME AS \`column\`,
       REFERENCED_TABLE_SCHEMA AS targetDb, REFERENCED_TABLE_NAME AS \`table\`, REFERENCED_COLUMN_NAME AS target
     FROM information_schema.KEY_COLUMN_USAGE WHERE REFERENCED_TABLE_NAME IS NOT NULL AND TABLE_SCHEMA NOT IN (?)`,
  )
  const rules = await ask<{ constraint: string; onDelete: string }>(
    `SELECT CONSTRAINT_SCHEMA AS db, TABLE_NAME AS tableName, CONSTRAINT_NAME AS \`constraint\`, DELETE_RULE AS onDelete
     FROM information_schema.REFERENTIAL_CONSTRAINTS WHERE CONSTRAINT_SCHEMA NOT IN (?)`,
  )
  const cascading = new Set(
    rules.filter(({ onDelete }) => onDelete === 'CASCADE').map((rule) => `${placeOf(rule)} ${rule.constraint}`),
  )
  return {
    columns: groupBy(
      columns.sort((a, b) => a.position - b.position),
      placeOf,
    ),
    views: new Map(views.map((view) => [placeOf(view), view.ofOne === 1])),
    keys: groupBy(
      keys.sort((a, b) => a.position - b.position),
      placeOf,
    ),
    references: groupBy(
      used.map((one): OfTable & Omit<SeenReference, 'schema'> & { targetDb: string } => ({
        ...one,
        cascades: cascading.has(`${placeOf(one)} ${one.constraint}`),
      })),
      placeOf,
    ),
  }
}

function groupBy<T>(list: readonly T[], keyOf: (one: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>()
  for (const one of list) {
    const key = keyOf(one)
    const group = groups.get(key)
    if (group) group.push(one)
    else groups.set(key, [one])
  }
  return groups
}

function toColumn({ byDefault, mostChars: most, ...column }: ColumnRow, isMariadb: boolean): SeenColumn {
  const { name, type, fullType, extra } = column
  const nullable = column.nullable === 'YES'
  const made = /auto_increment|generated|on update/.test(extra.replace('default_generated', ''))
  // MariaDB writes a default as SQL does: in quotes where it is a text, and the word NULL.
  const said = isMariadb && byDefault === 'NULL' ? null : byDefault
  const [, quoted] = (isMariadb && /^'(.*)'$/s.exec(said ?? '')) || []
  const isMadeUp = quoted === undefined && (/default_generated/.test(extra) || /\(|^current_/i.test(said ?? ''))
  const bit = type === 'bit' ? /\d/.exec(said ?? '')?.[0] : undefined
  const constant = bit === undefined ? (quoted?.replaceAll("''", "'") ?? said) : `{${bit}}`
  return {
    name,
    type,
    fullType,
    nullable,
    byDefault: isMadeUp ? null : constant,
    optional: nullable || said !== null || made,
    made,
    mostChars: most,
  }
}

const tableWords =
  /mail|user|account|domain|alias|forward|virtual|box|transport|quota|vpopmail|smtp|dovecot|limit|usage|login/i
const columnWords = /pass|crypt|pwd|mail|address|domain|alias|goto|dest|forward|source|local_?part|quota|user_?name/i

/** How much it looks like a mail server's table, by its names; 0 for one that holds no text. */
function likenessOf(columns: ColumnRow[], table: string): number {
  if (!columns.some(({ type }) => /char|text|binary|blob/.test(type))) return 0
  const found = columns.filter(({ name }) => columnWords.test(name)).length
  const hasPassword = columns.some(({ name }) => /pass|crypt|pwd/i.test(name))
  return 0.1 + Math.min(found, 5) + (tableWords.test(table) ? 3 : 0) + (hasPassword ? 3 : 0)
}

/**
 * Everything as text, in one character set; bits as the mapping writes them. Of a table with more rows those at both
 * ends of its key: what sorts first, such as catch-alls, is not all there is, and new rows are to be like the last.
 */
async function readRows(
  db: Db,
  table: SeenTable,
  isMariadb: boolean,
  until: number,
): Promise<Pick<SeenTable, 'rows' | 'isPart'>> {
  const columns = table.columns.slice(0, mostColumns).map((seen): Sql => {
    const { name, type } = seen
    const column = new Name([name])
    if (type === 'bit') return sql`CONCAT('{', CAST(${column} AS UNSIGNED), '}') AS ${column}`
    if (isRaw(seen)) return sql`HEX(${column}) AS ${column}`
    if (/blob|binary/.test(type)) return sql`CONVERT(LEFT(${column}, ${integer(mostChars)}) USING utf8mb4) AS ${column}`
    return sql`LEFT(CAST(${column} AS CHAR CHARACTER SET utf8mb4), ${integer(mostChars)}) AS ${column}`
  })
  const name = new Name(table.schema === null ? [table.name] : [table.schema, table.name])
  /** Null where they are not for this user, where it is a view whose tables are gone, or where it takes too long. */
  const ask = async (rest: Sql): Promise<SeenRow[] | null> => {
    const { text } = sql`${join(columns)} FROM ${name} seen${rest}`
    const milliseconds = Math.max(until - Date.now(), 1)
    const limited = isMariadb
      ? `SET STATEMENT max_statement_time = ${milliseconds / 1000} FOR SELECT ${text}`
      : `SELECT /*+ MAX_EXECUTION_TIME(${milliseconds}) */ ${text}`
    try {
      const [rows] = await db.query<(RowDataPacket & Record<string, string | null>)[]>(limited)
      return rows.map((row) => ({ ...row }))
    } catch (error) {
      // Only what the server says has a state.
      if (typeof (error as { sqlState?: unknown }).sqlState === 'string') return null
      throw error
    }
  }
  const rows = (await ask(sql` LIMIT ${integer(mostRows)}`)) ?? []
  const [key] = table.uniques
  if (rows.length < mostRows || key === undefined) return { rows, isPart: rows.length === mostRows }
  // Of the table: the same name alone would be the text that is made of the column, by which every row is sorted.
  const order = join(key.map((column) => sql`${new Name(['seen', column])} DESC`))
  const last = await ask(sql` ORDER BY ${order} LIMIT ${integer(mostRows / 2)}`)
  return { rows: last === null ? rows : [...rows.slice(0, mostRows / 2), ...last.reverse()], isPart: true }
}
