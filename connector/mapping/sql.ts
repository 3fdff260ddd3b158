import type { ResultSetHeader, RowDataPacket } from 'mysql2/promise'
import type { Db } from '../contract/database.ts'

/**
 * SQL in pieces. What stands between the backticks of `` sql`…` `` is text; what is put into it is another piece, or a
 * value, which can become nothing but a parameter.
 */
export class Sql {
  readonly text: string
  readonly values: readonly Value[]

  constructor(text: string, values: readonly Value[] = []) {
    this.text = text
    this.values = values
  }
}

export type Value = string | number | null

/** What the database says of a column that holds text. */
export interface Collation {
  charset: Sql
  name: Sql
  ignoresCase: boolean
  /** an index finds whole values of the column */
  isIndexed: boolean
}

/**
 * An identifier, quoted: `` `column` `` or `` `schema`.`table` ``. Whatever it is called, it is safe to stand in SQL.
 */
export class Name extends Sql {
  /** the identifiers as they are, unquoted: a table's schema, where it is named, and the table; or a column alone */
  readonly path: readonly string[]
  /** of a column with ids: whether it holds raw bytes, no text or number */
  readonly isRaw: boolean
  /** of a column, as readCollations has found it; null: it holds bytes or numbers, or nobody has asked */
  collation: Collation | null = null

  constructor(path: readonly string[], isRaw = false) {
    super(path.map((part) => `\`${part.replaceAll('`', '``')}\``).join('.'))
    this.path = path
    this.isRaw = isRaw
  }
}

/** Null: the database of the settings. */
export const schemaAndTable = ({ path }: Name): [schema: string | null, table: string] =>
  path.length === 2 ? [path[0] ?? null, path[1] ?? ''] : [null, path[0] ?? '']

export function sql(text: TemplateStringsArray, ...parts: (Sql | Value)[]): Sql {
  let [made = ''] = text
  const values: Value[] = []
  for (const [index, part] of parts.entries()) {
    if (part instanceof Sql) values.push(...part.values)
    else values.push(part)
    made += (part instanceof Sql ? part.text : '?') + (text[index + 1] ?? '')
  }
  return new Sql(made, values)
}

/** The pieces, one after the other. */
export const join = (pieces: readonly Sql[], between = ', '): Sql =>
  new Sql(
    pieces.map(({ text }) => text).join(between),
    pieces.flatMap(({ values }) => values),
  )

/** An integer as text, for where a parameter may not stand: `LIMIT`. */
export const integer = (count: number): Sql => new Sql(String(Math.trunc(count)))

/**
 * The values for `IN (…)`, the last of them repeated up to a power of two, so that lists of all lengths make few
 * statements for the server to prepare.
 * @throws Error for an empty list, which SQL cannot say
 */
export function list<V extends Value>(values: readonly V[], piece = (value: V): Sql => sql`${value}`): Sql {
  const last = values.at(-1)
  if (last === undefined) throw new Error('A list for IN is empty')
  const size = 2 ** Math.ceil(Math.log2(values.length))
  return join([...values, ...new Array<V>(size - values.length).fill(last)].map(piece))
}

/**
 * The rows of the mail server's tables that answer the question. Its addresses and hashes may stand in columns of
 * bytes: they are read as text. (mysql2 would do so by a function for each value of each statement, of Colombier's own
 * tables too.)
 */
export async function ask<R extends object>(db: Db, { text, values }: Sql): Promise<R[]> {
  const [rows] = await db.execute<RowDataPacket[]>(text, [...values])
  for (const row of rows)
    for (const name in row) {
      const value: unknown = row[name]
      if (Buffer.isBuffer(value)) row[name] = value.toString('utf8')
    }
  return rows as unknown as R[]
}

/** Carries out a statement that writes. @returns the number of rows that it found */
export async function write(db: Db, { text, values }: Sql): Promise<number> {
  const [{ affectedRows }] = await db.execute<ResultSetHeader>(text, [...values])
  return affectedRows
}
