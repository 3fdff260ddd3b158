import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { expiringTables, type ExpiringTable } from '../../src/db/expired-rows.ts'
import { removeExpiredRows } from '../../src/jobs/expired-rows.ts'
import type { Pool } from '../../src/db/store.ts'
import { createDatabase, numbersTo, type TestDatabase } from '../support/database.ts'

let database: TestDatabase
let pools: Pool[]
beforeAll(async () => {
  database = await createDatabase()
  pools = [database.connect(), database.connect()]
})
afterAll(async () => {
  await Promise.all(pools.map((pool) => pool.end()))
  await database.drop()
})

const run = async (sql: string) => {
  await pools[0]?.query(sql)
}

beforeEach(async () => {
  for (const table of [...expiringTables, 'accounts']) await run(`DELETE FROM colombier_${table}`)
  await run(
    `INSERT INTO colombier_accounts (id, email, password_hash, created_at)
     VALUES (1, 'ada@people.test', 'unused', UTC_TIMESTAMP(6))`,
  )
})

/** Rows of each kind that have expired, and one of each that has not. */
async function fill(expired: number): Promise<void> {
  const all = `(SELECT seq, FALSE AS good FROM ${numbersTo(expired)} UNION ALL SELECT 0, TRUE) s`
  await run(
    `INSERT INTO colombier_registrations (email, reason, language, token_hash, requested_at, expires_at)
     SELECT CONCAT(seq, '@people.test'), 'because', 'en', UNHEX(SHA2(seq, 256)), UTC_TIMESTAMP(6),
       IF(good, UTC_TIMESTAMP(6) + INTERVAL 1 HOUR, UTC_TIMESTAMP(6)) FROM ${all}`,
  )
  await run(
    `INSERT INTO colombier_sessions (id_hash, account_id, created_at, last_seen_at, expires_at, network, user_agent)
     SELECT UNHEX(SHA2(seq, 256)), 1, UTC_TIMESTAMP(6), UTC_TIMESTAMP(6),
       IF(good, UTC_TIMESTAMP(6) + INTERVAL 1 HOUR, UTC_TIMESTAMP(6)), '', '' FROM ${all}`,
  )
  await run(
    `INSERT INTO colombier_links (id_hash, account_id, purpose, expires_at)
     SELECT UNHEX(SHA2(seq, 256)), 1, 'password_reset',
       IF(good, UTC_TIMESTAMP(6) + INTERVAL 1 HOUR, UTC_TIMESTAMP(6)) FROM ${all}`,
  )
  await run(
    `INSERT INTO colombier_challenges (challenge_hash, purpose, expires_at)
     SELECT UNHEX(SHA2(seq, 256)), 'sign_in',
       IF(good, UTC_TIMESTAMP(6) + INTERVAL 1 MINUTE, UTC_TIMESTAMP(6)) FROM ${all}`,
  )
  await run(
    `INSERT INTO colombier_account_events (account_id, at, event)
     SELECT 1, IF(good, UTC_TIMESTAMP(6) - INTERVAL 89 DAY, UTC_TIMESTAMP(6) - INTERVAL 91 DAY), 'signedIn' FROM ${all}`,
  )
  await run(
    `INSERT INTO colombier_reservations (address, until)
     SELECT CONCAT(seq, '@example.org'),
       IF(good, UTC_TIMESTAMP(6) + INTERVAL 90 DAY, UTC_TIMESTAMP(6) - INTERVAL 1 HOUR) FROM ${all}`,
  )
  await run(
    `INSERT INTO colombier_rate_limits (\`key\`, \`expire\`)
     SELECT CONCAT('key', seq), (UNIX_TIMESTAMP() + IF(good, 3600, -3600)) * 1000 FROM ${all}`,
  )
}

async function counts(): Promise<Record<ExpiringTable, number>> {
  const found = await Promise.all(
    expiringTables.map(async (table) => {
      const [rows] = (await pools[0]?.query(`SELECT 1 FROM colombier_${table}`)) ?? [[]]
      return [table, (rows as unknown[]).length] as const
    }),
  )
  return Object.fromEntries(found) as Record<ExpiringTable, number>
}

const [first, second] = [() => removeExpiredRows(pools[0] as Pool, 50), () => removeExpiredRows(pools[1] as Pool, 50)]
const oneOfEach = Object.fromEntries(expiringTables.map((table) => [table, 1]))

test('what has expired goes, more than a batch of it too, and what is still good stays', async () => {
  await fill(120)
  await first()
  expect(await counts()).toEqual(oneOfEach)
  await first()
  expect(await counts()).toEqual(oneOfEach)
})

test('two processes at once do no harm', async () => {
  await fill(400)
  await Promise.all([first(), second(), first(), second()])
  expect(await counts()).toEqual(oneOfEach)
})

test('a request that waits or was decided stays, however old', async () => {
  for (const state of ['waiting', 'approved', 'denied']) {
    await run(
      `INSERT INTO colombier_registrations (email, reason, language, state, requested_at, expires_at)
       VALUES ('${state}@people.test', 'because', 'en', '${state}', '2020-01-01', '2020-01-03')`,
    )
  }
  await first()
  expect((await counts()).registrations).toBe(3)
})

test('an address that is being taken at this moment is left alone, and nobody waits for it', async () => {
  await fill(30)
  const taking = await pools[1]?.getConnection()
  await taking?.beginTransaction()
  await taking?.query(
    "INSERT INTO colombier_reservations (address, until) VALUES ('pigeons@example.org', UTC_TIMESTAMP(6))",
  )
  await first()
  await taking?.commit()
  taking?.release()
  expect((await counts()).reservations).toBe(2)
})
