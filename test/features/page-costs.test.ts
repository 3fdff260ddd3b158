import { afterAll, beforeAll, expect, test } from 'vitest'
import { brotliDecompressSync } from 'node:zlib'
import { addIndexes, countReads, makeSite, type Site } from '../bench/site.ts'
import type { Person } from '../support/app.ts'
import { asNode } from '../support/browser.ts'

/**
 * A mail server with a thousand mailboxes and the indexes that check names; ten are ada's, and one has fifty aliases.
 */
let site: Site
beforeAll(async () => {
  site = await makeSite(1_000)
  await addIndexes(site)
})
afterAll(() => site.stop())

async function costOf(person: Person | null, path: string) {
  const { cookies } = person === null ? site.visitor() : await site.signedIn(person)
  const headers = {
    Cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; '),
    'Accept-Encoding': 'br',
  }
  const view = async () => site.app.request(site.config.origin + path, { headers }, asNode('192.0.2.10').bindings)
  // What is found out once is found out now.
  const answer = await view()
  const body = Buffer.from(await answer.arrayBuffer())
  expect(answer.status).toBe(200)
  expect(brotliDecompressSync(body).toString()).toContain('</html>')
  return { ...(await countReads(site, view)), bytes: body.length }
}

// Rows are counted with what temporary tables are read for. A page shows fifty at most, ada's ten.
test.each([
  ['the sign-in page', null, '/sign-in', { queries: 0, reads: 0, bytes: 1_500 }],
  ['ada’s ten mailboxes', 'ada', '/mailboxes', { queries: 1, reads: 70, bytes: 1_600 }],
  ['the fifty aliases of one of them', 'ada', 'aliases', { queries: 2, reads: 215, bytes: 2_600 }],
  ['a page of a domain', 'dora', '/domains/example.org', { queries: 4, reads: 2_720, bytes: 2_300 }],
  ['the requests that wait', 'dora', '/registrations', { queries: 4, reads: 280, bytes: 3_400 }],
  ['the accounts', 'dora', '/accounts', { queries: 3, reads: 2_150, bytes: 2_950 }],
  ['the newest of what was done', 'dora', '/audit', { queries: 2, reads: 270, bytes: 2_400 }],
] as const)('%s: so many questions, rows and bytes, and no more', async (_what, person, path, most) => {
  const cost = await costOf(person, path === 'aliases' ? `/mailboxes/${site.first}/aliases` : path)
  expect(cost.queries).toBe(most.queries)
  expect(cost.reads).toBeLessThanOrEqual(most.reads)
  expect(cost.bytes).toBeLessThanOrEqual(most.bytes)
})

test('an alias is added in sixteen statements, of which one commits', async () => {
  const ada = await site.signedIn('ada')
  const sent = async () => {
    const rows = await site.query<{ name: string; value: string }>(
      `SELECT VARIABLE_NAME AS name, VARIABLE_VALUE AS value FROM information_schema.GLOBAL_STATUS
       WHERE VARIABLE_NAME IN ('QUERIES', 'COM_STMT_PREPARE', 'COM_COMMIT')`,
    )
    const of = (wanted: string) => Number(rows.find(({ name }) => name.toUpperCase() === wanted)?.value)
    return { statements: of('QUERIES') - of('COM_STMT_PREPARE'), commits: of('COM_COMMIT') }
  }
  const costs: { statements: number; commits: number }[] = []
  for (const name of ['first', 'second', 'third', 'fourth', 'fifth']) {
    const before = await sent()
    const { status } = await ada.post(`/mailboxes/${site.first}/aliases`, {
      localPart: `${name}.one.more`,
      domain: 'example.org',
    })
    expect(status).toBe(303)
    const after = await sent()
    costs.push({ statements: after.statements - before.statements - 1, commits: after.commits - before.commits })
  }
  // A job that runs at the same time sends some of its own.
  expect(costs.sort((one, other) => one.statements - other.statements)[0]).toEqual({ statements: 16, commits: 1 })
})
