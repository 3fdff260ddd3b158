import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { addAliasRow, aliasRows, pathOf, startAliasSite } from '../support/aliases.ts'
import { everyRow } from '../support/tasks.ts'

type Site = Awaited<ReturnType<typeof startAliasSite>>
let site: Site['site'], ids: Site['ids'], path: string, ada: Site['ada']
const SHOP = 'old.shop@example.org'
beforeAll(async () => {
  ;({ site, ids, path, ada } = await startAliasSite({ ALIASES_PER_MAILBOX: '3' }))
})
afterAll(() => site.stop())
beforeEach(async () => {
  await site.query('DELETE FROM virtual_aliases')
  await site.query('DELETE FROM colombier_audit')
  await addAliasRow(site, SHOP, 'adalove@example.org')
  await addAliasRow(site, 'bens.alias@example.org', 'benjamin@example.org')
})

const remove = (alias = SHOP, htmx = false) => ada.post(`${pathOf(path, alias)}/removal`, {}, { htmx })

describe('deleting an alias', () => {
  test('the question takes the row’s place, or is a page, and says what will happen', async () => {
    const row = await ada.get(`${pathOf(path, SHOP)}/removal`, { htmx: true })
    expect(row.html).toMatch(/^<li id="alias-old\.shop@example\.org"/)
    expect(row.html).toContain('Delete old.shop@example.org? Mail to it will be refused')
    expect((await ada.get(`${pathOf(path, SHOP)}/removal`)).html).toContain('<!doctype html>')
  })

  test('ada deletes it without JavaScript; the others’ rows stay, and the history says who did it', async () => {
    const [, bens] = await aliasRows(site)
    expect(await remove()).toMatchObject({ status: 303, location: path })

    expect(await aliasRows(site)).toEqual([bens])
    expect(await site.query('SELECT action, actor, mailbox, subject FROM colombier_audit')).toEqual([
      { action: 'alias.removed', actor: 'ada@people.test', mailbox: 'adalove@example.org', subject: SHOP },
    ])
    expect((await remove()).status).toBe(404)
  })

  test('with htmx the row says that it is gone, and the count comes along', async () => {
    const answer = await remove(SHOP, true)
    expect(answer.status).toBe(200)
    expect(answer.html).toMatch(/^<li id="alias-old\.shop@example\.org"/)
    expect(answer.html).toContain('old.shop@example.org was deleted.')
    expect(answer.html).toMatch(/<p class="count" id="mailbox-\d+-count" hx-swap-oob="true">Aliases 0 of 3</)
  })

  test('with htmx, one less than the limit brings the form for another back', async () => {
    await addAliasRow(site, 'second.one@example.org', 'adalove@example.org')
    await addAliasRow(site, 'third.one.x@example.org', 'adalove@example.org')
    expect((await ada.get(path, { htmx: true })).html).not.toContain('Add alias')

    const answer = await remove(SHOP, true)
    expect(answer.html).toContain(`id="mailbox-${ids.ada}-new"`)
    expect(answer.html).toContain('Add alias')
  })

  test('the address is free at once, for her and for others', async () => {
    await remove()
    const ben = await site.signedIn('ben')
    const form = { localPart: 'old.shop', domain: 'example.org' }
    expect((await ben.post(`/mailboxes/${ids.ben}/aliases`, form)).status).toBe(303)
  })

  test('one that others share is left: their rows stay byte for byte, in their order', async () => {
    await site.query('DELETE FROM virtual_aliases')
    await addAliasRow(site, SHOP, 'First@Example.com')
    await addAliasRow(site, SHOP, 'AdaLove@example.org')
    await addAliasRow(site, SHOP, '|/usr/bin/archive adalove@example.org')
    await addAliasRow(site, SHOP, ':include:/etc/lists/shop')
    const rows = await aliasRows(site)

    expect((await ada.get(`${pathOf(path, SHOP)}/removal`)).html).toContain('The others keep getting it')
    const answer = await remove(SHOP, true)
    expect(answer.html).toContain('no longer arrives in this mailbox')
    expect(await aliasRows(site)).toEqual(rows.filter(({ destination }) => destination !== 'AdaLove@example.org'))
  })

  test('another mailbox’s alias, one that is not there, her own row and a forwarding are all the same 404', async () => {
    await addAliasRow(site, 'adalove@example.org', 'adalove@example.org')
    await addAliasRow(site, 'benjamin@example.org', 'adalove@example.org')
    await addAliasRow(site, '@example.org', 'adalove@example.org')
    const before = await everyRow(site)
    for (const alias of [
      'bens.alias@example.org',
      'not.there@example.org',
      'adalove@example.org',
      'benjamin@example.org',
      '@example.org',
      '%',
    ]) {
      expect((await remove(alias)).status, alias).toBe(404)
    }
    expect(await everyRow(site)).toEqual(before)
  })

  test('of ten deletions at once, one deletes', async () => {
    const answers = await Promise.all(Array.from({ length: 10 }, () => remove()))
    expect(answers.filter(({ status }) => status === 303)).toHaveLength(1)
    expect(answers.filter(({ status }) => status === 404)).toHaveLength(9)
    expect(await site.query('SELECT 1 FROM colombier_audit')).toHaveLength(1)
  })

  test('from another site it is refused', async () => {
    const answer = await ada.post(`${pathOf(path, SHOP)}/removal`, {}, { headers: { Origin: 'https://evil.example' } })
    expect(answer.status).toBe(403)
    expect(await aliasRows(site)).toHaveLength(2)
  })

  test('while the mailbox is about to be deleted it is refused, so that a cancellation gives everything back', async () => {
    await site.query(
      `INSERT INTO colombier_tasks (id, kind, mailbox, requested_at, not_before)
       VALUES (UUID(), 'delete', 'adalove@example.org', UTC_TIMESTAMP(6), UTC_TIMESTAMP(6) + INTERVAL 2 DAY)`,
    )
    const answer = await remove(SHOP, true)
    expect(answer.status).toBe(422)
    expect(answer.html).toContain('will be deleted. Cancel the deletion')
    expect(await aliasRows(site)).toHaveLength(2)
    await site.query('DELETE FROM colombier_tasks')
  })
})
