import type { RowDataPacket } from 'mysql2/promise'
import { afterAll, beforeAll, expect, test } from 'vitest'
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
