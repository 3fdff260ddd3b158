// docs/moving-in.md: its statements, as they stand there, over tables of pymailadmin's shape.
import { readFileSync } from 'node:fs'
import argon2 from 'argon2'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startApp, type TestApp } from '../support/app.ts'

const document = readFileSync(new URL('../../docs/moving-in.md', import.meta.url), 'utf8')
const statements = [...document.matchAll(/^ {3}```sql\n(.*?)^ {3}```$/gms)]
  .flatMap(([, block = '']) => block.split(/;\n/))
  .map((statement) => statement.trim())
  .filter((statement) => statement.startsWith('INSERT') && statement.includes('pymailadmin'))

const SECRET = 'as it was in the other program'
let site: TestApp
const takeOver = async () => {
  for (const statement of statements) await site.query(statement)
}
const insert = (table: string, columns: string, rows: unknown[][]) =>
  site.query(`INSERT INTO ${table} (${columns}) VALUES ${rows.map(() => '(?)').join(', ')}`, rows)

beforeAll(async () => {
  site = await startApp()
  await site.query('CREATE VIEW users AS SELECT id, email, active FROM virtual_users')
  await site.query('CREATE VIEW domain AS SELECT id, name AS domain FROM virtual_domains')
  await site.query(`CREATE TABLE pymailadmin_admin_users (
    id INT PRIMARY KEY, email VARCHAR(191) NOT NULL, password_hash VARCHAR(255) NOT NULL,
    role ENUM('user', 'admin', 'super_admin') NOT NULL, active TINYINT NOT NULL) COLLATE utf8mb4_unicode_ci`)
  await site.query('CREATE TABLE pymailadmin_domains_ownerships (admin_user_id INT NOT NULL, domain_id INT NOT NULL)')
  await site.query(`CREATE TABLE pymailadmin_ownerships (
    id INT PRIMARY KEY, admin_user_id INT NOT NULL, user_id INT NOT NULL, is_primary TINYINT NOT NULL)`)

  const hash = await argon2.hash(SECRET, { type: argon2.argon2id, timeCost: 3, memoryCost: 65536, parallelism: 2 })
  await insert('pymailadmin_admin_users', 'id, email, password_hash, role, active', [
    [1, 'Emil@People.test', hash, 'admin', 1],
    [2, 'finn@people.test', '$2b$12$abcdefghijklmnopqrstuu5Lr3XzYc7wfsmuZp7sT1pQmPzq9S5yW', 'user', 1],
    [3, 'gila@people.test', hash, 'user', 0],
    [4, 'ada@people.test', hash, 'super_admin', 1],
  ])
  const [domain] = await site.query<{ id: number }>("SELECT id FROM virtual_domains WHERE name = 'example.org'")
  await insert('virtual_users', 'id, domain_id, email, password', [
    [901, domain?.id, 'Emil@example.org', '{PLAIN}x'],
    [902, domain?.id, 'both@example.org', '{PLAIN}x'],
  ])
  await insert('pymailadmin_domains_ownerships', 'admin_user_id, domain_id', [[1, domain?.id]])
  await insert('pymailadmin_ownerships', 'id, admin_user_id, user_id, is_primary', [
    [1, 1, 901, 1],
    [2, 1, 902, 0],
    [3, 2, 902, 1],
  ])
  await takeOver()
})
afterAll(() => site.stop())

const signIn = (email: string, password = SECRET) =>
  site.visitor(`203.0.113.${email.length}`).post('/sign-in', { email, password, next: '/' })
const owners = () =>
  site.query<{ address: string; email: string }>(
    `SELECT address, email FROM colombier_mailboxes JOIN colombier_accounts ON colombier_accounts.id = account_id
     WHERE address IN ('emil@example.org', 'both@example.org') ORDER BY address`,
  )

describe('accounts of pymailadmin', () => {
  test('come over with role, domains and password', async () => {
    expect((await signIn('emil@people.test')).status).toBe(303)
    expect(
      await site.query(
        `SELECT role, domain FROM colombier_accounts JOIN colombier_grants ON account_id = id
         WHERE email = 'emil@people.test'`,
      ),
    ).toEqual([{ role: 'admin', domain: 'example.org' }])
  })

  test('with a hash that is not argon2id, or that were closed, let nobody in', async () => {
    expect((await signIn('finn@people.test')).status).toBe(422)
    expect((await signIn('finn@people.test', '*')).status).toBe(422)
    expect((await signIn('gila@people.test')).status).toBe(422)
  })

  test('take nothing from an account that is there already', async () => {
    expect((await signIn('ada@people.test')).status).toBe(422)
    expect(await site.query("SELECT role FROM colombier_accounts WHERE email = 'ada@people.test'")).toEqual([
      { role: 'user' },
    ])
  })
})

test('a mailbox has one owner, the primary one of several, however often it is taken over', async () => {
  const expected = [
    { address: 'both@example.org', email: 'finn@people.test' },
    { address: 'emil@example.org', email: 'emil@people.test' },
  ]
  expect(await owners()).toEqual(expected)
  await takeOver()
  expect(await owners()).toEqual(expected)
})
