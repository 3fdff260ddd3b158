import { readCollations } from '../../connector/mapping/collations.ts'
import { checkIndexes } from '../../src/db/check/indexes.ts'
import { readTables } from '../../src/db/check/tables.ts'
import { startApp, type TestApp } from '../support/app.ts'
import { createDatabase, numbersTo } from '../support/database.ts'

export const FEW = 1_000
export const ADAS_MAILBOXES = 10
const ALIASES_EACH = 5
const ALIASES_OF_HER_FIRST = 45

/**
 * example.org with its thousand mailboxes; where there are more, a third in one domain and the rest in domains of a
 * thousand.
 */
export async function makeSite(mailboxes: number) {
  const database = await createDatabase()
  // Filling the tables takes longer than any request may.
  const app = await startApp({ database, env: { DATABASE_TIMEOUT_SECONDS: '300' } })
  const { query } = app
  const [before] = await query<{ size: number }>('SELECT @@innodb_buffer_pool_size AS size')
  await query('SET GLOBAL innodb_buffer_pool_size = 1 << 30')

  await query('CREATE TABLE numbers (seq INT PRIMARY KEY)')
  await query(`INSERT INTO numbers SELECT seq FROM ${numbersTo(mailboxes)}`)

  const others = mailboxes - FEW
  const inBig = Math.floor(others / 3)
  if (others > 0) {
    await query("INSERT INTO virtual_domains (name) VALUES ('big.example')")
    await query(
      `INSERT INTO virtual_domains (name) SELECT CONCAT('d', seq, '.example') FROM numbers WHERE seq <= ${others / FEW}`,
    )
  }
  const domain = `CASE WHEN seq <= ${FEW} THEN 'example.org' WHEN seq <= ${FEW + inBig} THEN 'big.example'
                  ELSE CONCAT('d', CEIL((seq - ${FEW}) / ${FEW}), '.example') END`
  await query(
    `INSERT INTO virtual_users (domain_id, email, password, quota)
     SELECT id, CONCAT('box', seq, '@', name), '{ARGON2ID}$argon2id$v=19$m=65536,t=3,p=1$c2FsdA$aGFzaA', 1073741824
     FROM numbers JOIN virtual_domains ON name = ${domain}`,
  )
  await query(
    `INSERT INTO virtual_aliases (domain_id, source, destination)
     SELECT domain_id, CONCAT('alias', seq, '.', email), email FROM virtual_users JOIN numbers ON seq <= ${ALIASES_EACH}`,
  )
  await query(
    `INSERT INTO virtual_aliases (domain_id, source, destination)
     SELECT domain_id, CONCAT('more', seq, '.', email), email FROM virtual_users JOIN numbers ON seq <= ${ALIASES_OF_HER_FIRST}
     WHERE email = 'box1@example.org'`,
  )
  await query(
    `INSERT INTO colombier_accounts (email, password_hash, created_at)
     SELECT CONCAT('owner', seq, '@people.test'), 'unused', UTC_TIMESTAMP(6) FROM numbers WHERE seq <= ${mailboxes / ADAS_MAILBOXES}`,
  )
  await query(
    `INSERT INTO colombier_mailboxes (address, account_id, created_at)
     SELECT u.email, IF(u.n <= ${ADAS_MAILBOXES}, ?, a.id), UTC_TIMESTAMP(6)
     FROM (SELECT email, ROW_NUMBER() OVER (ORDER BY id) AS n FROM virtual_users) u
     JOIN colombier_accounts a ON a.email = CONCAT('owner', CEIL(u.n / ${ADAS_MAILBOXES}), '@people.test')`,
    [app.idOf('ada')],
  )
  await query(
    `INSERT INTO colombier_audit (at, account_id, actor, network, action, mailbox, domain)
     SELECT created_at, account_id, 'owner@people.test', '192.0.2.1', 'mailbox.created', address,
       SUBSTRING_INDEX(address, '@', -1) FROM colombier_mailboxes`,
  )
  await query(
    `INSERT INTO colombier_registrations (email, password_hash, reason, language, state, requested_at, expires_at, confirmed_at)
     SELECT CONCAT('new', seq, '@people.test'), 'unused', 'I would like to write to you', 'en', 'waiting',
       UTC_TIMESTAMP(6), UTC_TIMESTAMP(6), UTC_TIMESTAMP(6) FROM numbers WHERE seq <= 100`,
  )
  await query('DROP TABLE numbers')
  await query(
    'ANALYZE TABLE virtual_users, virtual_aliases, colombier_mailboxes, colombier_audit, colombier_registrations',
  )

  return {
    ...app,
    mailboxes,
    /** the first of ada's */
    first: Number((await query<{ id: number }>('SELECT MIN(id) AS id FROM colombier_mailboxes'))[0]?.id),
    async stop() {
      await query(`SET GLOBAL innodb_buffer_pool_size = ${before?.size ?? 0}`)
      await app.stop()
      await database.drop()
    },
  }
}

export type Site = Awaited<ReturnType<typeof makeSite>>

/** Those that npm run check names. */
export async function addIndexes({ pool, config: { mapping }, query }: Site): Promise<void> {
  const statements: string[] = []
  const keep = (_level: string, _what: string, remedy = '') => void statements.push(remedy)
  await checkIndexes(pool, keep, mapping, await readTables(pool, mapping))
  for (const statement of statements.filter((text) => text.startsWith('CREATE INDEX'))) await query(statement)
  await query('ANALYZE TABLE virtual_users, virtual_aliases')
  await readCollations(pool, mapping)
}

/** How many statements the database was sent while `view` was answered, and how many rows it read for them. */
export async function countReads({ query }: Pick<TestApp, 'query'>, view: () => Promise<unknown>) {
  const read = async () => {
    const rows = await query<{ name: string; value: string }>(
      `SELECT VARIABLE_NAME AS name, VARIABLE_VALUE AS value FROM information_schema.GLOBAL_STATUS
       WHERE VARIABLE_NAME IN ('COM_SELECT', 'COM_STMT_EXECUTE') OR VARIABLE_NAME LIKE 'HANDLER_READ%'`,
    )
    const sum = (begin: string) =>
      rows.filter(({ name }) => name.startsWith(begin)).reduce((all, { value }) => all + Number(value), 0)
    return { queries: sum('COM_SELECT'), reads: sum('HANDLER_READ') }
  }
  const difference = async (work: () => Promise<unknown>) => {
    const before = await read()
    await work()
    const after = await read()
    return { queries: after.queries - before.queries, reads: after.reads - before.reads }
  }
  // Of three times the one in which nothing else, such as a job, came in between.
  const least = async (work: () => Promise<unknown>) => {
    const times = [await difference(work), await difference(work), await difference(work)]
    return times.reduce((one, other) => (other.queries < one.queries ? other : one))
  }
  // What it takes to ask is taken off.
  const idle = await least(() => Promise.resolve())
  const busy = await least(view)
  return { queries: busy.queries - idle.queries, reads: busy.reads - idle.reads }
}
