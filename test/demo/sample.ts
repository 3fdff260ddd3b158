// The people and domains of the demo.
import type { Pool, RowDataPacket } from 'mysql2/promise'
import { transaction } from '../../src/db/store.ts'
import { createHashers } from '../../src/lib/hashers.ts'

export const sampleDomains = `INSERT INTO virtual_domains (name) VALUES ('example.org'), ('example.net');`

export const people = [
  { name: 'ada', role: 'user', domains: ['example.org'], may: 'create and run mailboxes in example.org' },
  { name: 'ben', role: 'admin', domains: ['example.org'], may: 'the same, and look after example.org as its admin' },
  { name: 'cleo', role: 'user', domains: [], may: 'sign in, and see nothing of the others: no domain is granted' },
  { name: 'dora', role: 'super_admin', domains: ['example.org', 'example.net'], may: 'everything, in both domains' },
] as const

export const emailOf = (name: string): string => `${name}@demo.example`
export const passwordOf = (name: string): string => `${name}-likes-pigeons`

/** Makes the accounts, all or none, unless there are any. */
export async function addPeople(pool: Pool): Promise<void> {
  const [[row]] = await pool.query<(RowDataPacket & { accounts: number })[]>(
    'SELECT COUNT(*) AS accounts FROM colombier_accounts',
  )
  if (row?.accounts) return

  const hashers = createHashers({ scheme: 'argon2id' })
  const hashes = await Promise.all(people.map(({ name }) => hashers.account.hash(passwordOf(name))))
  await hashers.close()
  await transaction(pool, async (db) => {
    for (const [index, { name, role, domains }] of people.entries()) {
      await db.execute(
        `INSERT INTO colombier_accounts (email, password_hash, role, language, created_at)
         VALUES (?, ?, ?, NULL, UTC_TIMESTAMP(6))`,
        [emailOf(name), hashes[index] ?? '', role],
      )
      for (const domain of domains) {
        await db.execute(
          'INSERT INTO colombier_grants (account_id, domain) SELECT id, ? FROM colombier_accounts WHERE email = ?',
          [domain, emailOf(name)],
        )
      }
    }
  })
}
