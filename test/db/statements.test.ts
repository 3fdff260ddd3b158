import type { RowDataPacket } from 'mysql2/promise'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { transaction, type Db } from '../../src/db/store.ts'
import { startApp, type TestApp } from '../support/app.ts'

let site: TestApp

beforeAll(async () => {
  site = await startApp()
})
afterAll(() => site.stop())

test('a connection keeps five hundred prepared statements, and closes the one that was not used for longest', async () => {
  const db = await site.pool.getConnection()
  try {
    for (let n = 1; n <= 510; n += 1) await db.execute(`SELECT ${n}`)
    const [rows] = await db.query<(RowDataPacket & { Value: string })[]>("SHOW SESSION STATUS LIKE 'Com_stmt_close'")
    expect(Number(rows[0]?.Value)).toBeGreaterThanOrEqual(10)
  } finally {
    db.release()
  }
})

test('an error of the database names who sent the statement, within a transaction too', async () => {
  const askForNothing = async (db: Db) => {
    await db.execute('SELECT nothing')
  }
  const failed = async (work: Promise<unknown>) => String(await work.catch((error: unknown) => (error as Error).stack))
  expect(await failed(askForNothing(site.pool))).toContain('askForNothing')
  expect(await failed(transaction(site.pool, askForNothing))).toContain('askForNothing')
})

test('a transaction reads what was committed since it began', async () => {
  const put = (value: string) =>
    site.query("INSERT INTO colombier_settings VALUES ('seen', ?) ON DUPLICATE KEY UPDATE value = ?", [value, value])
  await put('before')
  const seen = await transaction(site.pool, async (db) => {
    const read = async () => {
      const [[row]] = await db.execute<(RowDataPacket & { value: string })[]>(
        "SELECT value FROM colombier_settings WHERE name = 'seen'",
      )
      return row?.value
    }
    const first = await read()
    await put('meanwhile')
    return [first, await read()]
  })
  expect(seen).toEqual(['before', 'meanwhile'])
})

test('a subquery of a table makes no table of its own, whatever the server is set to', async () => {
  await site.query("SET GLOBAL optimizer_switch = 'derived_merge=off'")
  const later = await startApp({ database: site.database, cast: false })
  try {
    const plan = 'EXPLAIN SELECT d.address FROM (SELECT address FROM colombier_mailboxes) AS d'
    const [rows] = await later.pool.query<(RowDataPacket & { table: string })[]>(plan)
    expect(rows.map(({ table }) => table)).toEqual(['colombier_mailboxes'])
  } finally {
    await site.query("SET GLOBAL optimizer_switch = 'derived_merge=on'")
    await later.stop()
  }
})
