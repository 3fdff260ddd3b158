import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { addAliasRow, aliasRows, errorAt, pathOf, startAliasSite } from '../support/aliases.ts'
import { everyRow } from '../support/tasks.ts'

type Site = Awaited<ReturnType<typeof startAliasSite>>
let site: Site['site'], path: string, ada: Site['ada']
const OLD = 'old.shop@example.org'
beforeAll(async () => {
  ;({ site, path, ada } = await startAliasSite())
  await site.query("INSERT INTO colombier_grants VALUES (?, 'example.net')", [site.idOf('ada')])
})
afterAll(() => site.stop())
beforeEach(async () => {
  await site.query('DELETE FROM virtual_aliases')
  await site.query('DELETE FROM colombier_audit')
  await addAliasRow(site, OLD, 'adalove@example.org')
  await addAliasRow(site, 'bens.alias@example.org', 'benjamin@example.org')
})

const rename = (localPart: string, domain = 'example.org', htmx = false, alias = OLD) =>
  ada.post(`${pathOf(path, alias)}/name`, { localPart, domain }, { htmx })

describe('renaming an alias', () => {
  test('the form takes the row’s place, with the address in it, also as a page of its own', async () => {
    const row = await ada.get(`${pathOf(path, OLD)}/name`, { htmx: true })
    expect(row.html).toMatch(/^<li id="alias-old\.shop@example\.org"/)
    expect(row.html).toContain('value="old.shop"')
    expect(row.html).toContain('autofocus')

    const page = await ada.get(`${pathOf(path, OLD)}/name`)
    expect(page.html).toContain('<!doctype html>')
    expect(page.html).toContain(`action="${pathOf(path, OLD)}/name"`)
  })

  test('ada renames it without JavaScript: the row keeps its id, its destination and everything else', async () => {
    const [before, bens] = await aliasRows(site)
    expect(await rename(' New.Shop ', 'example.net')).toMatchObject({ status: 303, location: path })

    expect(await aliasRows(site)).toEqual([{ ...before, source: 'new.shop@example.net', domain_id: 2 }, bens])
    expect(await site.query('SELECT action, actor, mailbox, subject FROM colombier_audit')).toEqual([
      {
        action: 'alias.renamed',
        actor: 'ada@people.test',
        mailbox: 'adalove@example.org',
        subject: 'old.shop@example.org → new.shop@example.net',
      },
    ])
  })

  test('with htmx the row is back in its place, under the name that the page knows, and has the focus', async () => {
    const answer = await rename('new.shop', 'example.org', true)
    expect(answer.status).toBe(200)
    expect(answer.html).toMatch(/^<li id="alias-old\.shop@example\.org"/)
    expect(answer.html).toContain('<span class="address">new.shop@example.org</span>')
    expect(answer.html).toContain(`${pathOf(path, 'new.shop@example.org')}/name`)
    expect(answer.html).toContain('autofocus')
  })

  test('to the address that it has already: nothing is written, nor to the history', async () => {
    const before = await everyRow(site)
    expect((await rename('OLD.shop')).status).toBe(303)
    expect(await everyRow(site)).toEqual(before)
  })

  test('cancelling brings the row back', async () => {
    const row = await ada.get(pathOf(path, OLD), { htmx: true })
    expect(row.html).toMatch(/^<li id="alias-old\.shop@example\.org"/)
    expect(row.html).toContain('Rename')
    expect(row.html).not.toContain('<form')
  })

  test.each([
    ['', 'example.org', 'localPart', 'Fill this in.'],
    ['short', 'example.org', 'localPart', '8 characters or more'],
    ['a'.repeat(65), 'example.org', 'localPart', '64 characters or fewer'],
    ['new\tshop', 'example.org', 'localPart', 'only a to z'],
    ['<img src=x>', 'example.org', 'localPart', 'only a to z'],
    ['новый.магазин', 'example.org', 'localPart', 'only a to z'],
    ['new@shop.one', 'example.org', 'localPart', 'before the @'],
    ['new+shop', 'example.org', 'localPart', 'can’t use this character'],
    ['webmaster', 'example.org', 'localPart', 'reserved'],
    ['benjamin', 'example.org', 'localPart', 'already taken'],
    ['bens.alias', 'example.org', 'localPart', 'already taken'],
    ['new.shop', 'other.example', 'domain', 'can’t have aliases'],
    ['new.shop', '', 'domain', 'Fill this in.'],
  ])(
    '%j in %j: told at the field with what was typed, nothing is changed',
    async (localPart, domain, field, message) => {
      const before = await everyRow(site)
      for (const htmx of [true, false]) {
        const answer = await rename(localPart, domain, htmx)
        expect(answer.status).toBe(422)
        expect(errorAt(answer, field)).toContain(message)
        expect(answer.html).not.toContain('<img src=x')
        if (localPart === 'new+shop') expect(answer.html).toContain('value="new+shop"')
      }
      expect(await everyRow(site)).toEqual(before)
    },
  )

  test('one that others share is refused with a message, and stays byte for byte', async () => {
    await addAliasRow(site, OLD, 'Someone Else <someone@example.com>')
    const before = await everyRow(site)
    const answer = await rename('new.shop', 'example.org', true)
    expect(answer.status).toBe(422)
    expect(answer.html).toContain('You can stop receiving it, but you can’t rename the alias.')
    expect(await everyRow(site)).toEqual(before)
  })

  test('another mailbox’s alias, one that is not there, her own row and a forwarding are all the same 404', async () => {
    await addAliasRow(site, 'adalove@example.org', 'adalove@example.org')
    await addAliasRow(site, 'benjamin@example.org', 'adalove@example.org')
    const before = await everyRow(site)
    for (const alias of [
      'bens.alias@example.org',
      'not.there@example.org',
      'adalove@example.org',
      'benjamin@example.org',
      'x',
      "' OR 1=1 -- @example.org",
    ]) {
      expect((await rename('new.shop', 'example.org', false, alias)).status, alias).toBe(404)
    }
    expect(await everyRow(site)).toEqual(before)
  })

  test('of two renamings to one address at once, one succeeds', async () => {
    await addAliasRow(site, 'second.one@example.org', 'adalove@example.org')
    const answers = await Promise.all([
      rename('same.goal', 'example.org', false, OLD),
      rename('same.goal', 'example.org', false, 'second.one@example.org'),
    ])
    expect(answers.map(({ status }) => status).sort()).toEqual([303, 422])
    const sources = (await aliasRows(site)).map(({ source }) => source)
    expect(sources.filter((source) => source === 'same.goal@example.org')).toHaveLength(1)
    expect(sources).toHaveLength(3)
  })

  test('from another site it is refused', async () => {
    const form = { localPart: 'new.shop', domain: 'example.org' }
    const answer = await ada.post(`${pathOf(path, OLD)}/name`, form, { headers: { Origin: 'https://evil.example' } })
    expect(answer.status).toBe(403)
    expect((await aliasRows(site))[0]?.source).toBe(OLD)
  })

  test('while the mailbox is locked by an administrator it is refused', async () => {
    await site.query("UPDATE colombier_mailboxes SET locks = 'administrator' WHERE address = 'adalove@example.org'")
    const answer = await rename('new.shop', 'example.org', true)
    expect(answer.status).toBe(422)
    expect(answer.html).toContain('An administrator has locked this mailbox.')
    expect((await aliasRows(site))[0]?.source).toBe(OLD)
    await site.query("UPDATE colombier_mailboxes SET locks = '' WHERE address = 'adalove@example.org'")
  })
})
