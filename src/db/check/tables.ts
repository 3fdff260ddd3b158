import type { RowDataPacket } from 'mysql2/promise'
import type { Mapping } from '../../../connector/mapping/mapping.ts'
import { mentionsOf } from '../../../connector/mapping/mentions.ts'
import { schemaAndTable, type Name } from '../../../connector/mapping/sql.ts'
import type { Db } from '../store.ts'

export interface Column {
  name: string
  /** such as `varchar`, in lower case */
  type: string
  /** such as `enum('n','y')` or `int(10) unsigned` */
  fullType: string
  nullable: boolean
  /** Whether a row can be made without a value for it. */
  optional: boolean
  /** Whether the database itself gives each row another value. */
  counted: boolean
  /** null: no text */
  mostChars: number | null
  /** null: no text, or bytes */
  collation: string | null
}

export interface Index {
  name: string
  unique: boolean
  /** in the index's order, in lower case */
  columns: string[]
}

/** A table of the mail server, as far as its user is shown it. */
export interface MailTable {
  name: Name
  /** as people write it */
  text: string
  isView: boolean
  /** Whether what was written to it can be taken back. */
  transactional: boolean
  columns: Column[]
  indexes: Index[]
  triggers: string[]
}

/** Every table that the mapping names, by its name in SQL; those that are not shown have no entry. */
export async function readTables(db: Db, mapping: Mapping): Promise<Map<string, MailTable>> {
  const names = new Map(mentionsOf(mapping).map(({ table }) => [table.text, table]))
  const tables = new Map<string, MailTable>()
  for (const [text, name] of names) {
    const table = await readTable(db, name)
    if (table) tables.set(text, table)
  }
  return tables
}

async function readTable(db: Db, name: Name): Promise<MailTable | null> {
  const where = 'TABLE_SCHEMA = COALESCE(?, DATABASE()) AND TABLE_NAME = ?'
  const place = schemaAndTable(name)
  const list = async <T>(sql: string) => (await db.query<(RowDataPacket & T)[]>(sql, place))[0]

  const [head] = await list<{ kind: string; transactions: string | null }>(
    `SELECT t.TABLE_TYPE AS kind, e.TRANSACTIONS AS transactions FROM information_schema.TABLES t
     LEFT JOIN information_schema.ENGINES e ON e.ENGINE = t.ENGINE WHERE ${where}`,
  )
  if (!head) return null
  const columns = await list<{
    name: string
    type: string
    fullType: string
    nullable: string
    byDefault: string | null
    extra: string
    mostChars: number | null
    collation: string | null
  }>(
    `SELECT COLUMN_NAME AS name, LOWER(DATA_TYPE) AS type, COLUMN_TYPE AS fullType, IS_NULLABLE AS nullable,
       COLUMN_DEFAULT AS byDefault, LOWER(EXTRA) AS extra, CHARACTER_MAXIMUM_LENGTH AS mostChars, COLLATION_NAME AS collation
     FROM information_schema.COLUMNS WHERE ${where} ORDER BY ORDINAL_POSITION`,
  )
  const parts = await list<{ name: string; nonUnique: number; column: string }>(
    `SELECT INDEX_NAME AS name, NON_UNIQUE AS nonUnique, LOWER(COLUMN_NAME) AS \`column\`
     FROM information_schema.STATISTICS WHERE ${where} ORDER BY INDEX_NAME, SEQ_IN_INDEX`,
  )
  const triggers = await list<{ name: string }>(
    `SELECT TRIGGER_NAME AS name FROM information_schema.TRIGGERS
     WHERE EVENT_OBJECT_SCHEMA = COALESCE(?, DATABASE()) AND EVENT_OBJECT_TABLE = ?`,
  )
  return {
    name,
    text: name.path.join('.'),
    isView: head.kind === 'VIEW',
    transactional: head.transactions === 'YES',
    columns: columns.map((column) => ({
      ...column,
      nullable: column.nullable === 'YES',
      counted: /auto_increment|generated/.test(column.extra),
      // An enum that is given no value takes its first one.
      optional:
        column.nullable === 'YES' ||
        column.byDefault !== null ||
        column.type === 'enum' ||
        /auto_increment|generated/.test(column.extra),
    })),
    indexes: [...new Set(parts.map((part) => part.name))].map((index) => {
      const own = parts.filter((part) => part.name === index)
      return { name: index, unique: own[0]?.nonUnique === 0, columns: own.map(({ column }) => column) }
    }),
    triggers: triggers.map((trigger) => trigger.name),
  }
}
