import { readCollations } from '../../connector/mapping/collations.ts'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { addAliasRow, countStatements, pathOf, startAliasSite, strangersOf } from '../support/aliases.ts'
import { CAST } from '../support/app.ts'
import { numbersTo } from '../support/database.ts'
import { addMailbox, everyRow } from '../support/tasks.ts'

type Site = Awaited<ReturnType<typeof startAliasSite>>
let site: Site['site'], ids: Site['ids'], path: string, ada: Site['ada']
beforeAll(async () => {
  ;({ site, ids, path, ada } = await startAliasSite())
})
afterAll(() => site.stop())
beforeEach(async () => {
  await site.query('DELETE FROM virtual_aliases')
})

const shownAddresses = (html: string): string[] =>
  [...html.matchAll(/<span class="address">([^<]+)<\/span>/g)].map((match) => match[1] ?? '')

describe.each(['without', 'with'])('the aliases of a mailbox, %s an index of destinations', (index) => {
  beforeAll(async () => {
    if (index === 'without') return
    await site.query('CREATE INDEX destination ON virtual_aliases (destination, source)')
    await readCollations(site.pool, site.config.mapping)
  })

  test('ada opens them from her mailbox, sees them in order and how many she may have', async () => {
    await addAliasRow(site, 'shop.one@example.org', 'adalove@example.org')
    await addAliasRow(site, 'newsletters@example.org', 'adalove@example.org')
    expect((await ada.get('/mailboxes')).html).toContain(`href="${path}"`)

    const page = await ada.get(path)
    expect(page.status).toBe(200)
    expect(shownAddresses(page.html)).toEqual(['newsletters@example.org', 'shop.one@example.org'])
    expect(page.html).toContain('Aliases 2 of 100')
    expect(page.html).toContain('<!doctype html>')
  })

  test('htmx gets the card alone, which takes the place of the mailbox', async () => {
    const card = await ada.get(path, { htmx: true })
    expect(card.html).toMatch(new RegExp(`^<li id="mailbox-${ids.ada}"`))
    expect(card.headers.get('Vary')).toContain('HX-Request')
    expect(card.html).toContain('no alias yet')
  })

  test('only what leads to her mailbox is shown: no own row, no forwarding of a mailbox, no whole domain, no pattern', async () => {
    await addAliasRow(site, 'theirs.only@example.org', 'benjamin@example.org')
    await addAliasRow(site, 'adalove@example.org', 'adalove@example.org')
    await addAliasRow(site, 'benjamin@example.org', 'adalove@example.org')
    await addAliasRow(site, '@example.org', 'adalove@example.org')
    await addAliasRow(site, 'shop-%@example.org', 'adalove@example.org')
    await addAliasRow(site, 'list*@example.org', 'adalove@example.org')
    await addAliasRow(site, 'longer.one@example.org', 'xadalove@example.org')
    await addAliasRow(site, 'accented@example.org', 'ádalove@example.org')
    await addAliasRow(site, 'Capital.One@Example.org', 'AdaLove@Example.ORG')

    expect(shownAddresses((await ada.get(path)).html)).toEqual(['capital.one@example.org'])
  })

  test('one whose mail goes to others too says so, names none of them, and can be left but not renamed', async () => {
    await addAliasRow(site, 'both.of.us@example.org', 'benjamin@example.org')
    await addAliasRow(site, 'both.of.us@example.org', 'adalove@example.org')
    const page = await ada.get(path)

    expect(shownAddresses(page.html)).toEqual(['both.of.us@example.org'])
    expect(page.html).toContain('Also goes to others')
    expect(page.html).not.toContain('benjamin')
    expect(page.html).toContain('Stop receiving mail to both.of.us@example.org')
    expect(page.html).not.toContain('Rename both.of.us@example.org')
  })

  test('an alias in a domain that was taken from her is no longer shown', async () => {
    await addAliasRow(site, 'other.domain@example.net', 'adalove@example.org')
    expect(shownAddresses((await ada.get(path)).html)).toEqual([])
    await site.query("INSERT INTO colombier_grants VALUES (?, 'example.net')", [site.idOf('ada')])
    expect(shownAddresses((await ada.get(path)).html)).toEqual(['other.domain@example.net'])
    await site.query("DELETE FROM colombier_grants WHERE domain = 'example.net' AND account_id = ?", [site.idOf('ada')])
  })

  test('an address with markup in it stays text', async () => {
    await addAliasRow(site, '<b>"x"&@example.org', 'adalove@example.org')
    const page = await ada.get(path)
    expect(page.html).not.toContain('<b>')
    const row = await ada.get(pathOf(path, '<b>"x"&@example.org'))
    expect(row.status).toBe(200)
    expect(row.html).toContain('&lt;b&gt;')
  })

  test('the page is in French for whoever reads French', async () => {
    const page = await ada.get(path, { headers: { 'Accept-Language': 'fr' } })
    expect(page.html).toContain('Cette boîte mail n’a pas encore d’alias.')
    expect(page.html).toContain('Générer un nom aléatoire')
  })
})

describe('among thousands', () => {
  const fill = async () => {
    const rows = Array.from({ length: 2000 }, (_, index) => {
      const number = String(index).padStart(4, '0')
      return [`alias.${number}@example.org`, index % 20 === 0 ? 'adalove@example.org' : 'benjamin@example.org']
    })
    await site.query('INSERT INTO virtual_aliases (domain_id, source, destination) VALUES ?', [
      rows.map((row) => [1, ...row]),
    ])
  }

  test('a hundred of ada’s among two thousand are one page of six statements, the first time and the next', async () => {
    await fill()
    const fresh = await startAliasSite()
    await fresh.site.query(
      `INSERT INTO virtual_aliases (domain_id, source, destination)
       SELECT 1, CONCAT('alias.', seq, '@example.org'), IF(seq % 20, 'benjamin@example.org', 'adalove@example.org')
       FROM ${numbersTo(2000)}`,
    )
    for (const time of ['first', 'next']) {
      const { answer, statements } = await countStatements(fresh.site, () => fresh.ada.get(fresh.path))
      expect(statements, time).toBeLessThanOrEqual(6)
      expect(shownAddresses(answer.html)).toHaveLength(100)
    }
    await fresh.site.stop()

    const page = await ada.get(path)
    expect(shownAddresses(page.html)).toHaveLength(100)
    expect(page.html).toContain('Aliases 100 of 100')
    expect(page.html).toContain('is using all')
    expect(page.html).not.toContain('Add alias')
  })

  test('the page of mailboxes takes no more statements for them', async () => {
    await fill()
    const { statements } = await countStatements(site, () => ada.get('/mailboxes'))
    expect(statements).toBeLessThanOrEqual(4)
  })

  test('ada finds some by any part of their address, within her own, also without htmx', async () => {
    await fill()
    const found = await ada.get(`${path}?find=.0${encodeURIComponent('2')}`)
    expect(shownAddresses(found.html)).toEqual(
      ['00', '20', '40', '60', '80'].map((number) => `alias.02${number}@example.org`),
    )
    expect(found.html).toContain('5 aliases found')
    expect(found.html).toContain('value=".02"')

    expect(shownAddresses((await ada.get(`${path}?find=ALIAS.0200`, { htmx: true })).html)).toEqual([
      'alias.0200@example.org',
    ])
    const none = await ada.get(`${path}?find=${encodeURIComponent("%' OR 1=1 -- <i>")}`)
    expect(shownAddresses(none.html)).toEqual([])
    expect(none.html).toContain('0 aliases found')
    expect(none.html).not.toContain('<i>')
  })

  test('more than a page holds are shown up to a hundred, and the rest can be found', async () => {
    await site.query(
      `INSERT INTO virtual_aliases (domain_id, source, destination)
       SELECT 1, CONCAT('many.', LPAD(seq, 4, '0'), '@example.org'), 'adalove@example.org' FROM ${numbersTo(250)}`,
    )
    const page = await ada.get(path)
    expect(shownAddresses(page.html)).toHaveLength(100)
    expect(page.html).toContain('Only the first 100 of 250 are shown')
    expect(shownAddresses((await ada.get(`${path}?find=0250`)).html)).toEqual(['many.0250@example.org'])
  })
})

describe('who may', () => {
  test('ben, cleo and dora get 404 for each of ada’s pages and acts, by her id and by an alias under their own', async () => {
    await addAliasRow(site, 'ada.only.one@example.org', 'adalove@example.org')
    const dorasId = await addMailbox(site, {
      address: 'dorathea@example.org',
      accountId: site.idOf('dora'),
      hash: '{PLAIN}x',
    })
    const strangers = await strangersOf(site)
    const before = await everyRow(site)
    const wanted = { localPart: 'taken.over', domain: 'example.org' }

    for (const [person, browser] of strangers) {
      const own = { ben: ids.ben, cleo: ids.cleo, dora: dorasId, ada: 0 }[person]
      for (const mailbox of [path, `/mailboxes/${own}/aliases`]) {
        const alias = pathOf(mailbox, 'ada.only.one@example.org')
        for (const page of [alias, `${alias}/name`, `${alias}/removal`]) {
          expect((await browser.get(page)).status, `${person} ${page}`).toBe(404)
        }
        expect((await browser.post(`${alias}/name`, wanted)).status).toBe(404)
        expect((await browser.post(`${alias}/removal`)).status).toBe(404)
      }
      expect((await browser.get(path)).status).toBe(404)
      expect((await browser.get(`${path}/preview?localPart=some.name.x&domain=example.org`)).status).toBe(404)
      expect((await browser.post(path, { ...wanted, mailbox: String(own), id: String(own) })).status).toBe(404)
    }
    for (const id of ['0', '-1', '999999', '1e3', '1 OR 1=1', 'x'.repeat(300)]) {
      expect((await ada.get(`/mailboxes/${encodeURIComponent(id)}/aliases`)).status, id).toBe(404)
    }
    expect(await everyRow(site)).toEqual(before)
    await site.query("DELETE FROM colombier_mailboxes WHERE address = 'dorathea@example.org'")
    await site.query("DELETE FROM virtual_users WHERE email = 'dorathea@example.org'")
  })

  test('another mailbox’s id in a hidden field changes nothing about whose alias it becomes', async () => {
    const form = { localPart: 'hidden.field', domain: 'example.org', id: String(ids.ben), destination: CAST.ben.email }
    expect((await ada.post(path, form)).status).toBe(303)
    expect(await site.query('SELECT source, destination FROM virtual_aliases')).toEqual([
      { source: 'hidden.field@example.org', destination: 'adalove@example.org' },
    ])
  })

  test('nobody’s browser is led to sign in, from a page and from a form', async () => {
    const visitor = site.visitor()
    expect(await visitor.get(path)).toMatchObject({
      status: 303,
      location: `/sign-in?next=${encodeURIComponent(path)}`,
    })
    expect((await visitor.post(path, { localPart: 'no.session', domain: 'example.org' })).status).toBe(303)
    expect((await site.query('SELECT 1 FROM virtual_aliases')).length).toBe(0)
  })

  test('ada’s page is gone with her mailbox, once it has another owner', async () => {
    await site.query('UPDATE colombier_mailboxes SET account_id = ? WHERE id = ?', [site.idOf('cleo'), ids.ada])
    expect((await ada.get(path)).status).toBe(404)
    await site.query('UPDATE colombier_mailboxes SET account_id = ? WHERE id = ?', [site.idOf('ada'), ids.ada])
  })
})
