import { vi } from 'vitest'
import { CAST, startApp, type Person, type TestApp } from './app.ts'
import type { Answer, Browser } from './browser.ts'
import { addMailbox } from './tasks.ts'

export const HASH = '{PLAIN}not asked for here'

/** Mailboxes of ada, ben and cleo, and ada's browser. */
export async function startAliasSite(env: Record<string, string> = {}) {
  const site = await startApp({ env })
  const give = (person: Person, address: string) =>
    addMailbox(site, { address, accountId: site.idOf(person), hash: HASH })
  const ids = {
    ada: await give('ada', 'adalove@example.org'),
    ben: await give('ben', 'benjamin@example.org'),
    cleo: await give('cleo', 'cleopatra@example.net'),
  }
  return { site, ids, path: `/mailboxes/${ids.ada}/aliases`, ada: await site.signedIn('ada') }
}

/** An alias as an administrator of the mail server would have made it. */
export async function addAliasRow({ query }: Pick<TestApp, 'query'>, source: string, destination: string) {
  await query(
    'INSERT INTO virtual_aliases (domain_id, source, destination) SELECT id, ?, ? FROM virtual_domains WHERE name = ?',
    [source, destination, source.slice(source.indexOf('@') + 1)],
  )
}

export const aliasRows = ({ query }: Pick<TestApp, 'query'>) =>
  query<{ id: number; domain_id: number; source: string; destination: string; active: number }>(
    'SELECT * FROM virtual_aliases ORDER BY id',
  )

export const pathOf = (path: string, alias: string): string => `${path}/${encodeURIComponent(alias)}`

/** How many statements the work sends to the database. */
export async function countStatements<T>({ pool }: Pick<TestApp, 'pool'>, work: () => Promise<T>) {
  const spies = [vi.spyOn(pool, 'execute'), vi.spyOn(pool, 'query'), vi.spyOn(pool, 'getConnection')]
  const answer = await work()
  const statements = spies.reduce((sum, spy) => sum + spy.mock.calls.length, 0)
  for (const spy of spies) spy.mockRestore()
  return { answer, statements }
}

/** The browsers of everybody but the owner. */
export async function strangersOf(site: TestApp): Promise<[Person, Browser][]> {
  const people = (Object.keys(CAST) as Person[]).filter((person) => person !== 'ada')
  return Promise.all(people.map(async (person) => [person, await site.signedIn(person)] as [Person, Browser]))
}

/** What stands at the error of the field whose id ends like this. */
export const errorAt = ({ html }: Answer, field: string): string | null =>
  new RegExp(`<p class="error" id="[^"]*${field}-error">([^<]*)</p>`).exec(html)?.[1] ?? null
