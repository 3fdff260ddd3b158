import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startApp, type Person, type TestApp } from '../support/app.ts'
import { countStatements } from '../support/aliases.ts'
import { addMailbox } from '../support/tasks.ts'

let site: TestApp
beforeAll(async () => {
  site = await startApp()
})
afterAll(() => site.stop())

beforeEach(async () => {
  for (const table of ['colombier_mailboxes', 'virtual_aliases', 'virtual_users'])
    await site.query(`DELETE FROM ${table}`)
  await site.query("DELETE FROM virtual_domains WHERE name NOT IN ('example.org', 'example.net')")
  await site.query('DELETE FROM colombier_grants')
  await site.query("INSERT INTO colombier_grants VALUES (?, 'example.org'), (?, 'example.org'), (?, 'example.net')", [
    site.idOf('ada'),
    site.idOf('ben'),
    site.idOf('cleo'),
  ])
})

const add = (address: string, owner: Person | null = 'ada') =>
  addMailbox(site, { address, accountId: owner && site.idOf(owner), hash: '{PLAIN}secret-of-the-mailbox' })
const addUnowned = (addresses: string[], domain = 'example.org') =>
  site.query(
    'INSERT INTO virtual_users (domain_id, email, password, quota) SELECT d.id, a.email, ?, 0 FROM virtual_domains d JOIN (' +
      addresses.map(() => 'SELECT ? AS email').join(' UNION ALL ') +
      ') AS a WHERE d.name = ?',
    ['{PLAIN}x', ...addresses, domain],
  )
const addAlias = (source: string, destination: string) =>
  site.query(
    `INSERT INTO virtual_aliases (domain_id, source, destination)
     SELECT id, ?, ? FROM virtual_domains WHERE name = SUBSTRING_INDEX(?, '@', -1)`,
    [source, destination, source],
  )
const rowOf = (html: string, address: string) =>
  html.split('<tr').find((row) => row.includes(`<bdi class="address">${address}<`)) ?? ''
const addressesIn = (html: string) => [...html.matchAll(/<bdi class="address">([^<]+)</g)].map(([, address]) => address)
const nextIn = (html: string) => /rel="next" href="([^"]+)"/.exec(html)?.[1]?.replaceAll('&amp;', '&')

describe('the list of domains', () => {
  test('ben sees the one he looks after, dora sees all, with who holds them', async () => {
    const ben = await (await site.signedIn('ben')).get('/domains')
    expect(ben.html).toContain('href="/domains/example.org"')
    expect(ben.html).not.toContain('example.net')
    const dora = await (await site.signedIn('dora')).get('/domains')
    expect(dora.html).toContain('href="/domains/example.org"')
    expect(dora.html).toContain('href="/domains/example.net"')
    expect(dora.html).toContain('<bdi>ben@people.test</bdi>')
    expect(dora.html).toContain('granted to 2')
    expect(dora.html).toContain('super administrators only')
  })

  test('ada and cleo may not, and a stranger is led to sign in', async () => {
    for (const person of ['ada', 'cleo'] as const) {
      const browser = await site.signedIn(person)
      expect((await browser.get('/domains')).status).toBe(403)
      expect((await browser.get('/domains/example.org')).status).toBe(403)
    }
    expect((await site.visitor().get('/domains')).location).toBe('/sign-in?next=%2Fdomains')
  })

  test('hundreds are paged and searched by their beginning, each once', async () => {
    const names = Array.from({ length: 130 }, (_, index) => `site${String(index).padStart(3, '0')}.example`)
    await site.query('INSERT INTO virtual_domains (name) VALUES ?', [names.map((name) => [name])])
    const dora = await site.signedIn('dora')
    const seen: string[] = []
    for (let path: string | undefined = '/domains?q=site'; path !== undefined;) {
      const { html }: { html: string } = await dora.get(path)
      seen.push(...[...html.matchAll(/href="\/domains\/(site\d+\.example)"/g)].map(([, name]) => name ?? ''))
      path = nextIn(html)
    }
    expect(seen).toEqual(names)
    expect((await dora.get('/domains?q=%25')).html).toContain('No matches.')
  })

  test('an administrator of no domain is told so', async () => {
    await site.query('DELETE FROM colombier_grants WHERE account_id = ?', [site.idOf('ben')])
    const ben = await site.signedIn('ben')
    expect((await ben.get('/domains')).html).toContain('You manage no domain yet.')
  })
})

describe('the page of a domain', () => {
  test('ben sees each mailbox with its state, owner, aliases and storage', async () => {
    await add('ada.lovelace@example.org')
    await addUnowned(['before.colombier@example.org'])
    await addAlias('shopping@example.org', 'ada.lovelace@example.org')
    await addAlias('reading@example.org', 'ada.lovelace@example.org')
    await addAlias('ada.lovelace@example.org', 'ada.lovelace@example.org')
    await addAlias('@example.org', 'ada.lovelace@example.org')
    const { html } = await (await site.signedIn('ben')).get('/domains/example.org')

    expect(html).toContain('2 mailboxes')
    const hers = rowOf(html, 'ada.lovelace@example.org')
    expect(hers).toContain('Active')
    expect(hers).toContain('ada@people.test')
    expect(hers).toMatch(/data-label="Aliases in domain">2</)
    expect(hers).toMatch(/1\sGB/)
    const unowned = rowOf(html, 'before.colombier@example.org')
    expect(unowned).toContain('No owner')
    expect(unowned).toContain('no limit')
  })

  test('what is happening to a mailbox is said there too', async () => {
    const id = await add('locked.away@example.org')
    const dora = await site.signedIn('dora')
    await dora.post(`/mailboxes/${id}/lock`, { reason: 'a quarrel' })
    const ben = await site.signedIn('ben')
    expect(rowOf((await ben.get('/domains/example.org')).html, 'locked.away@example.org')).toContain('Locked')
  })

  test('a domain that is not his, and one that is not there, are the same 404', async () => {
    const ben = await site.signedIn('ben')
    const others = await ben.get('/domains/example.net')
    const nobodys = await ben.get('/domains/nothing.example')
    expect(others.status).toBe(404)
    expect(others.html.replaceAll('example.net', 'nothing.example')).toBe(nobodys.html)
    const dora = await site.signedIn('dora')
    expect((await dora.get('/domains/example.net')).status).toBe(200)
    expect((await dora.get('/domains/nothing.example')).status).toBe(404)
    expect((await dora.get('/domains/%3Cscript%3E')).status).toBe(404)
  })

  test('a domain that is withdrawn is gone at the next request', async () => {
    const ben = await site.signedIn('ben')
    expect((await ben.get('/domains/example.org')).status).toBe(200)
    await site.query('DELETE FROM colombier_grants WHERE account_id = ?', [site.idOf('ben')])
    expect((await ben.get('/domains/example.org')).status).toBe(404)
  })

  test('neither hash nor password of a mailbox is on any of the pages', async () => {
    await add('ada.lovelace@example.org')
    const dora = await site.signedIn('dora')
    const { html } = await dora.get('/domains/example.org')
    expect(html).toContain('ada.lovelace')
    expect(html).not.toContain('{PLAIN}')
    expect(html).not.toContain('secret-of-the-mailbox')
  })

  test('what stands in an address of the mail server’s is shown as text', async () => {
    await addUnowned(['<script>alert(1)</script>@example.org', '\u202Egro.elpmaxe@example.org'])
    const { html } = await (await site.signedIn('dora')).get('/domains/example.org')
    expect(html).toContain('<bdi class="address">&lt;script&gt;alert(1)&lt;/script&gt;@example.org</bdi>')
    expect(html).toContain('<bdi class="address">\u202Egro.elpmaxe@example.org</bdi>')
    expect(html).not.toContain('<script>alert')
  })

  test('with 2,000 mailboxes it is one page after the other, each mailbox once, in as many questions as with two', async () => {
    await addUnowned(['first.one@example.org', 'second.one@example.org'])
    const ben = await site.signedIn('ben')
    await ben.get('/domains')
    const { statements: few } = await countStatements(site, () => ben.get('/domains/example.org'))

    const many = Array.from({ length: 2000 }, (_, index) => `person${String(index).padStart(4, '0')}@example.org`)
    await addUnowned(many)
    for (const address of many.slice(0, 60)) {
      await site.query(
        'INSERT INTO colombier_mailboxes (address, account_id, created_at) VALUES (?, ?, UTC_TIMESTAMP(6))',
        [address, site.idOf('ada')],
      )
    }
    const first = await countStatements(site, () => ben.get('/domains/example.org'))
    expect(first.statements).toBe(few)
    expect(first.answer.html).toMatch(/1,000\+ mailboxes/)
    expect(addressesIn(first.answer.html)).toHaveLength(50)
    const last = await countStatements(site, () => ben.get('/domains/example.org?after=person1940@example.org'))
    expect(last.statements).toBe(few)
    expect(addressesIn(last.answer.html)).toHaveLength(50)
    expect(few).toBeLessThanOrEqual(11)

    const seen: (string | undefined)[] = []
    for (let path: string | undefined = '/domains/example.org?q=PERSON'; path !== undefined;) {
      const { html } = await ben.get(path)
      seen.push(...addressesIn(html))
      path = nextIn(html)
    }
    expect(seen).toEqual(many)
  })

  test('a beginning in which % and _ stand finds only what has them', async () => {
    await addUnowned(['under_score@example.org', 'underXscore@example.org'])
    const ben = await site.signedIn('ben')
    expect(addressesIn((await ben.get('/domains/example.org?q=under_')).html)).toEqual(['under_score@example.org'])
    expect((await ben.get('/domains/example.org?q=%25')).html).toContain('No matches.')
  })

  test('in place, the list alone comes back', async () => {
    const ben = await site.signedIn('ben')
    const answer = await ben.get('/domains/example.org?q=x', { htmx: true })
    expect(answer.html).toMatch(/^<section id="domain"/)
    expect(answer.headers.get('Vary')).toContain('HX-Request')
  })
})

describe('mailboxes without an owner', () => {
  test('are listed by themselves among many that have one, in as many questions', async () => {
    await addUnowned(['zz.unowned@example.org'])
    const dora = await site.signedIn('dora')
    const { statements: few } = await countStatements(site, () => dora.get('/domains/example.org?only=unowned'))
    const owned = Array.from({ length: 620 }, (_, index) => `owned${String(index).padStart(3, '0')}@example.org`)
    await addUnowned(owned)
    await site.query('INSERT INTO colombier_mailboxes (address, account_id, created_at) VALUES ?', [
      owned.map((address) => [address, site.idOf('ada'), '2026-01-01']),
    ])
    const seen: (string | undefined)[] = []
    let pages = 0
    for (let path: string | undefined = '/domains/example.org?only=unowned'; path !== undefined;) {
      const asked: string = path
      const { answer, statements } = await countStatements(site, () => dora.get(asked))
      expect(statements).toBeLessThanOrEqual(few)
      seen.push(...addressesIn(answer.html))
      path = nextIn(answer.html)
      pages++
    }
    expect(seen).toEqual(['zz.unowned@example.org'])
    expect(pages).toBe(2)
  })
})
