import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { addAliasRow, aliasRows, pathOf, startAliasSite } from '../support/aliases.ts'
import { everyRow } from '../support/tasks.ts'

type AliasSite = Awaited<ReturnType<typeof startAliasSite>>
let site: AliasSite['site'], ada: AliasSite['ada'], ids: AliasSite['ids'], path: string
beforeAll(async () => {
  ;({ site, ada, ids, path } = await startAliasSite())
})
afterAll(() => site.stop())
beforeEach(async () => {
  await site.query('DELETE FROM virtual_aliases')
  await site.query('DELETE FROM colombier_rate_limits')
  await addAliasRow(site, 'winter.shop@example.org', 'adalove@example.org')
})

const gone = 'summer.shop@example.org is no longer an alias of this mailbox'

test('an alias that another tab has renamed or deleted: all of them as they are now, and nothing changed', async () => {
  const alias = pathOf(path, 'summer.shop@example.org')
  const before = await everyRow(site)
  for (const htmx of [true, false]) {
    const wanted = { localPart: 'autumn.shop', domain: 'example.org' }
    for (const answer of [
      await ada.get(`${alias}/name`, { htmx }),
      await ada.post(`${alias}/name`, wanted, { htmx }),
      await ada.get(`${alias}/removal`, { htmx }),
      await ada.post(`${alias}/removal`, {}, { htmx }),
      await ada.get(alias, { htmx }),
    ]) {
      expect(answer.status).toBe(404)
      expect(answer.html).toContain(gone)
      expect(answer.html).toContain('winter.shop@example.org')
      expect(answer.headers.get('HX-Retarget')).toBe(`#mailbox-${ids.ada}`)
    }
  }
  expect(await everyRow(site)).toEqual(before)
})

test('the same alias added twice is there once, and both answers say so', async () => {
  const wanted = { localPart: 'summer.shop', domain: 'example.org' }
  expect((await ada.post(path, wanted)).status).toBe(303)
  const rows = await aliasRows(site)
  expect(await ada.post(path, wanted)).toMatchObject({ status: 303, location: path })
  const inPlace = await ada.post(path, wanted, { htmx: true })
  expect(inPlace.status).toBe(200)
  expect(inPlace.html).toContain('summer.shop@example.org is already an alias of this mailbox.')
  expect(await aliasRows(site)).toEqual(rows)
})

test('an alias that was just added is shown as the one that changed', async () => {
  const { html } = await ada.post(path, { localPart: 'summer.shop', domain: 'example.org' }, { htmx: true })
  expect(html.match(/class="alias changed"/g)).toHaveLength(1)
  expect(html).toContain('<li id="alias-summer.shop@example.org" class="alias changed"')
})

test('what is not there any more is told in the notice, with a way to the page as it is now', async () => {
  const headers = { 'HX-Current-URL': `${site.config.origin}/mailboxes` }
  const answer = await ada.post('/mailboxes/999999/password', {}, { htmx: true, headers })
  expect(answer.status).toBe(404)
  expect(answer.headers.get('HX-Retarget')).toBe('#notice')
  expect(answer.headers.get('HX-Reselect')).toBe('p')
  expect(answer.html).toContain('<a href="/mailboxes">Reload the page</a>')
})
