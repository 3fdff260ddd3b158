import { randomBytes } from 'node:crypto'
import { createConnection, type RowDataPacket } from 'mysql2/promise'
import { readCollations } from '../../connector/mapping/collations.ts'
import { removeMailbox } from '../../connector/contract/removal.ts'
import { leaveOutAbsent } from '../../connector/mapping/optional-companions.ts'
import { findRefusals } from '../../connector/rights.ts'
import { checkMapping } from '../../src/db/check/at-start.ts'
import { grantStatement, rightsOfConnector, rightsOfWeb } from '../../src/db/check/needed-rights.ts'
import { createDatabasePool, transaction } from '../../src/db/store.ts'
import { createPasswordHasher } from '../../src/lib/password/hasher.ts'
import { readTables, type Layout } from '../schemas/layouts.ts'
import { startApp } from './app.ts'
import type { Browser } from './browser.ts'
import { createDatabase, ownSchema } from './database.ts'
import { endTask } from './tasks.ts'

export type LayoutSite = Awaited<ReturnType<typeof startLayoutSite>>
export type Row = Record<string, unknown>

export const PASSWORD = 'a first long password'
const hasher = createPasswordHasher({ scheme: 'argon2id' })

/** The real app on a mail server of this layout, with what its own programs would find there. */
export async function startLayoutSite(layout: Layout) {
  const { schema, rows } = readTables(layout)
  const database = await createDatabase(ownSchema, schema, rows)
  const { host, port } = database.server
  const password = randomBytes(16).toString('hex')
  const [web, connector] = [`web_${database.name}`, `connector_${database.name}`]
  const env = { ...layout.env, DATABASE_USER: web, DATABASE_PASSWORD: password }
  const site = await startApp({ database, env, served: true })
  const root = await createConnection({
    ...database.login,
    host,
    port,
    database: database.name,
    multipleStatements: true,
    charset: 'utf8mb4',
    // As the database writes it: times, and what mysql2 would take apart. To the byte, whatever the bytes mean.
    typeCast: (field) => field.string('latin1'),
  })
  // Each program with the rights that `npm run check` prints for it, and no others.
  const { mapping } = site.config
  const { present } = await leaveOutAbsent(root, mapping)
  for (const [user, rights] of [
    [web, rightsOfWeb(present, database.name)],
    [connector, rightsOfConnector(present, database.name)],
  ] as const) {
    await root.query(`CREATE USER ${user}@'%' IDENTIFIED BY '${password}'`)
    for (const table of rights) await root.query(grantStatement(table, `${user}@'%'`))
    if (layout.right !== undefined) await root.query(`GRANT ${layout.right} TO ${user}@'%'`)
  }
  const login = { ...site.config.database, options: { ...site.config.database.options, user: connector } }
  const connectorPool = createDatabasePool(login)
  const asConnector = { ...site, pool: connectorPool }
  await checkMapping(site.pool, mapping)
  await readCollations(site.pool, mapping)

  const tables = await site.query<{ db: string; name: string }>(
    `SELECT table_schema AS db, table_name AS name FROM information_schema.tables
     WHERE table_schema IN (DATABASE(), ?) AND table_type = 'BASE TABLE' AND table_name NOT LIKE 'colombier%'`,
    [layout.beside ?? ''],
  )

  const isMoving = (column: string) => layout.moving?.includes(column) === true
  const everyRow = async (): Promise<string[]> => {
    const all = tables.map(async ({ db, name }) => {
      const [found] = await root.query<(Row & RowDataPacket)[]>(`SELECT * FROM \`${db}\`.\`${name}\``)
      return found.map((row) => `${name} ${JSON.stringify(row, (key, value: unknown) => (isMoving(key) ? '' : value))}`)
    })
    return (await Promise.all(all)).flat().sort()
  }
  const ask = (question: string, address: string) => {
    const [local = '', domain = ''] = address.split('@')
    const values: Record<string, string> = { '%s': address, '%u': local, '%d': domain }
    return site.query<Row>(question.replaceAll(/%[sud]/g, (sign) => values[sign] ?? sign))
  }
  const firstColumn = async (question: string, address: string) =>
    (await ask(question, address)).map((row) => String(Object.values(row)[0]))

  return {
    ...site,

    /** Every row of the mail server's tables, to the byte, in a fixed order, but for those that count as deleted. */
    dump: async (): Promise<string[]> => (await everyRow()).filter((row) => layout.gone?.test(row) !== true),
    gone: async (): Promise<string[]> => (await everyRow()).filter((row) => layout.gone?.test(row) === true),

    ask,
    row: async (address: string) => (await ask(layout.row.ask, address))[0] ?? {},
    /** Whether Dovecot would let somebody in who gives this password. */
    async canLogIn(address: string, password: string): Promise<boolean> {
      const hashes = await firstColumn(layout.asks.password, address)
      return hashes.length === 1 && (await hasher.verify(hashes[0] ?? '', password)) === 'match'
    },
    /** Whether each of the mail server's programs finds the mailbox: all of them, none, or only some. */
    async takesMail(address: string): Promise<boolean | 'partly'> {
      const found = await Promise.all(
        layout.asks.mailbox.map(async (question) => (await ask(question, address)).length),
      )
      if (found.every((count) => count === 1)) return true
      return found.every((count) => count === 0) ? false : 'partly'
    },
    destinations: async (address: string) =>
      layout.asks.alias === null ? [] : firstColumn(layout.asks.alias, address),
    /** As an administrator of the mail server puts the address into a list. */
    join: async (address: string) => layout.join !== undefined && ask(layout.join, address),

    /** Her mailbox, made in the browser, and set up by the connector; its path in the pages. */
    async makeMailbox(browser: Browser, localPart: string): Promise<string> {
      const address = `${localPart}@example.org`
      const form = { localPart, domain: 'example.org', quotaMegabytes: '1024', password: PASSWORD, again: PASSWORD }
      const made = await browser.post('/mailboxes', form)
      if (made.status !== 303) throw new Error(`${address} was not made: ${made.status} ${made.html}`)
      await this.endTask(address)
      return this.pathOf(address)
    },
    async pathOf(address: string): Promise<string> {
      const [own] = await site.query<{ id: number }>('SELECT id FROM colombier_mailboxes WHERE address = ?', [address])
      return `/mailboxes/${own?.id ?? 0}`
    },
    /** What the connector writes when it has done the mailbox's open task. */
    endTask: (address: string) => endTask(asConnector, address),
    /** What the connector does with the rows of a mailbox whose store is out of the way. */
    async remove(address: string): Promise<void> {
      const refusals = await findRefusals(connectorPool, mapping)
      if (refusals.length > 0) throw new Error(`The connector would begin no task: ${JSON.stringify(refusals)}`)
      await transaction(connectorPool, (db) => removeMailbox(db, mapping, address, 90))
      await site.query("UPDATE colombier_tasks SET state = 'done' WHERE mailbox = ?", [address])
    },

    /** The mail server's rows as they were at the beginning, and no mailbox that Colombier knows. */
    async reset(): Promise<void> {
      await root.query('SET foreign_key_checks = 0')
      for (const { db, name } of tables) await root.query(`TRUNCATE \`${db}\`.\`${name}\``)
      await root.query(rows)
      await this.forget()
    },
    async forget(): Promise<void> {
      for (const table of ['tasks', 'mailboxes', 'reservations', 'rate_limits', 'outbox', 'audit']) {
        await site.query(`DELETE FROM colombier_${table}`)
      }
    },
    async stop(): Promise<void> {
      await Promise.all([site.stop(), connectorPool.end(), root.end()])
      await database.drop()
    },
  }
}
