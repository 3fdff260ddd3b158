import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { errorAt } from '../support/aliases.ts'
import type { Browser } from '../support/browser.ts'
import { PASSWORD, startLayoutSite, type LayoutSite } from '../support/layout-site.ts'
import { MAILBOX_PASSWORD } from '../support/tasks.ts'
import {
  dovecot24,
  ehcp,
  ispmail,
  layouts,
  limitedLayouts,
  mailcow,
  modoboa,
  postfixadmin,
  readTables,
} from '../schemas/layouts.ts'

// The same on everybody's tables: what people do in the pages, what the mail server's own programs then find in its
// tables, and that every row that Colombier did not make is the same to the byte after it.

const ADA = 'ada.lovelace@example.org'
const GRACE = 'grace.hopper@example.org'

describe.each(layouts)('on the tables of $product', (layout) => {
  const shared = layout.joined ?? 'team.list@example.org'
  const hasAliases = layout.asks.alias !== null
  let site: LayoutSite
  let ada: Browser
  let before: string[]
  beforeAll(async () => {
    site = await startLayoutSite(layout)
    await site.query(
      `INSERT INTO colombier_connectors (host, version, seen_at, mode, active_lock)
       VALUES ('mail', '1', UTC_TIMESTAMP(6), 'cron', 'safe')`,
    )
    ada = await site.signedIn('ada')
    before = await site.dump()
  })
  afterAll(() => site.stop())
  // A deleted row that stays keeps its address.
  afterEach(({ task }) => (task.result?.state === 'fail' || layout.gone ? site.reset() : site.forget()))

  test('ada makes a mailbox, which takes mail at once and opens when it is set up; without it all is as before', async () => {
    const form = { localPart: 'ada.lovelace', domain: 'example.org', quotaMegabytes: '1024' }
    const made = await ada.post('/mailboxes', { ...form, password: PASSWORD, again: PASSWORD }, { htmx: true })
    expect(made.html).toContain('Being set up')
    expect(await site.takesMail(ADA)).toBe(true)
    expect(await site.canLogIn(ADA, PASSWORD)).toBe(false)

    await site.endTask(ADA)

    expect(await site.row(ADA)).toMatchObject(layout.row.made)
    expect(await site.takesMail(ADA)).toBe(true)
    expect(await site.canLogIn(ADA, PASSWORD)).toBe(true)
    const list = (await ada.get('/mailboxes')).html
    expect(list).toContain(ADA)
    expect(list).toContain('>Active<')
    expect(await site.dump()).toEqual(expect.arrayContaining(before))
    const ben = await site.signedIn('ben')
    const late = await ben.post('/mailboxes', { ...form, password: PASSWORD, again: PASSWORD })
    expect(late.html).toContain('This address is already taken.')

    await site.remove(ADA)
    expect(await site.takesMail(ADA)).toBe(false)
    expect(await site.dump()).toEqual(before)
  })

  if (hasAliases)
    test('she adds an alias, gives it another name and deletes it; what leads elsewhere she only leaves', async () => {
      const path = await site.makeMailbox(ada, 'ada.lovelace')
      await site.join(ADA)
      const withoutHers = await site.dump()
      const aliases = async () => (await ada.get(`${path}/aliases`)).html

      const added = await ada.post(`${path}/aliases`, { localPart: 'countess.one', domain: 'example.org' })
      expect(added.status, added.html).toBe(303)
      expect(await site.destinations('countess.one@example.org')).toEqual([ADA])
      expect(await aliases()).toContain('countess.one@example.org')

      const renamed = await ada.post(`${path}/aliases/countess.one%40example.org/name`, {
        localPart: 'countess.two',
        domain: 'example.org',
      })
      expect(renamed.status, renamed.html).toBe(303)
      expect(await site.destinations('countess.one@example.org')).toEqual([])
      expect(await site.destinations('countess.two@example.org')).toEqual([ADA])

      expect((await ada.post(`${path}/aliases/countess.two%40example.org/removal`)).status).toBe(303)
      expect(await site.destinations('countess.two@example.org')).toEqual([])
      expect(await site.dump()).toEqual(withoutHers)

      expect(await aliases()).toContain(shared)
      const left = await ada.post(`${path}/aliases/${encodeURIComponent(shared)}/removal`)
      expect(left.status, left.html).toBe(303)
      await site.remove(ADA)
      expect(await site.dump()).toEqual(before)
    })

  test('she changes its password: closed meanwhile, mail still comes, and then the new one opens it', async () => {
    const path = await site.makeMailbox(ada, 'ada.lovelace')
    const next = 'a second long password'
    const changed = await ada.post(`${path}/password`, { current: PASSWORD, password: next, again: next })
    expect(changed.status, changed.html).toBe(303)
    expect(await site.canLogIn(ADA, PASSWORD)).toBe(false)
    expect(await site.canLogIn(ADA, next)).toBe(false)
    expect(await site.takesMail(ADA)).toBe(true)

    await site.endTask(ADA)

    expect(await site.canLogIn(ADA, PASSWORD)).toBe(false)
    expect(await site.canLogIn(ADA, next)).toBe(true)
    expect(await site.row(ADA)).toMatchObject(layout.row.made)
    await site.remove(ADA)
    expect(await site.dump()).toEqual(before)
  })

  test('ben locks it and unlocks it, and it is what it was', async () => {
    const path = await site.makeMailbox(ada, 'ada.lovelace')
    const open = await site.dump()
    const ben = await site.signedIn('ben')
    expect((await ben.post(`${path}/lock`, { reason: 'Too much mail' })).status).toBe(303)
    expect(await site.canLogIn(ADA, PASSWORD)).toBe(false)
    expect(await site.takesMail(ADA)).toBe(true)
    expect((await ada.get('/mailboxes')).html).toContain('Too much mail')

    expect((await ben.post(`${path}/lock/removal`)).status).toBe(303)
    expect(await site.dump()).toEqual(open)
    await site.remove(ADA)
    expect(await site.dump()).toEqual(before)
  })

  test('she asks for its deletion and calls it off, and it is what it was; then it goes with its aliases', async () => {
    const path = await site.makeMailbox(ada, 'ada.lovelace')
    await ada.post(`${path}/aliases`, { localPart: 'countess.one', domain: 'example.org' })
    await site.join(ADA)
    const open = await site.dump()

    expect((await ada.post(`${path}/deletion`, { password: PASSWORD })).status).toBe(303)
    expect(await site.canLogIn(ADA, PASSWORD)).toBe(false)
    expect(await site.takesMail(ADA)).toBe(true)
    expect((await ada.post(`${path}/deletion/cancellation`)).status).toBe(303)
    expect(await site.canLogIn(ADA, PASSWORD)).toBe(true)
    expect(await site.dump()).toEqual(open)

    expect((await ada.post(`${path}/deletion`, { password: PASSWORD })).status).toBe(303)
    await site.remove(ADA)
    expect(await site.takesMail(ADA)).toBe(false)
    for (const address of [ADA, 'countess.one@example.org']) expect(await site.destinations(address)).toEqual([])
    expect(await site.dump()).toEqual(before)
    const gone = await site.gone()
    for (const address of [ADA, ...(hasAliases ? ['countess.one@example.org'] : [])])
      expect(gone.some((row) => row.includes(address))).toBe(layout.gone !== undefined)
    expect((await ada.get('/mailboxes')).html).not.toContain(ADA)
  })

  test('the mailbox that was there before is found by ben and claimed by ada, and no row is touched', async () => {
    const ben = await site.signedIn('ben')
    for (const query of ['', '?q=grace', '?q=Grace.Hopper@exa', '?only=unowned']) {
      expect((await ben.get(`/domains/example.org${query}`)).html).toContain(GRACE)
    }
    expect((await ben.get('/domains/example.org?q=hedy')).html).not.toContain(GRACE)
    expect((await ben.get('/domains/example.org')).html).not.toContain('hedy')
    expect((await (await site.signedIn('dora')).get('/domains')).html).not.toMatch(/>ALL<|>admin<|asleep|relayed/)

    const claimed = await ada.post('/mailbox-claims', { address: GRACE, password: MAILBOX_PASSWORD })
    expect(claimed.status, claimed.html).toBe(303)
    const path = await site.pathOf(GRACE)
    const list = (await ada.get('/mailboxes')).html
    expect(list).toContain(GRACE)
    // Where the mail server has no limit to tell and does not count, nothing is said.
    if (layout.env['MAILBOX_QUOTA'] === '-') expect(list).not.toMatch(/Storage(?::| without)/)
    if (layout.used !== undefined) expect(list).toContain(`Storage: ${layout.used} used`)
    const aliases = await ada.get(`${path}/aliases`)
    expect(aliases.status).toBe(hasAliases ? 200 : 404)
    expect(aliases.html.includes('navy.office@example.org')).toBe(hasAliases)
    expect(aliases.html).not.toContain('@example.net')
    // What catches the whole domain's mail is not hers to rename or delete, be it hers alone.
    expect(aliases.html).not.toMatch(/aliases\/\*?(?:%40|@)/)
    expect(await site.dump()).toEqual(before)
  })

  test('when it is deleted, its own rows and entries go, and nothing else of anybody’s', async () => {
    await ada.post('/mailbox-claims', { address: GRACE, password: MAILBOX_PASSWORD })
    expect((await ada.post(`${await site.pathOf(GRACE)}/deletion`, { password: MAILBOX_PASSWORD })).status).toBe(303)

    await site.remove(GRACE)

    const isStrangers = (row: string) => !/grace.hopper/i.test(row) || layout.strangers?.test(row) === true
    const after = await site.dump()
    expect(after.filter((row) => !before.includes(row)).every(isStrangers)).toBe(true)
    expect(after).toEqual(expect.arrayContaining(before.filter(isStrangers)))
    expect(new Set(await site.destinations('team.list@example.org'))).toEqual(new Set(layout.left))
    expect(await site.destinations('navy.office@example.org')).toEqual([])
    await site.reset()
    expect(await site.dump()).toEqual(before)
  })
})

describe.each(limitedLayouts)('on the tables of $product, which makes and deletes mailboxes itself', (layout) => {
  const hasAliases = layout === mailcow
  let site: LayoutSite
  let ada: Browser
  let before: string[]
  let path: string
  beforeAll(async () => {
    site = await startLayoutSite(layout)
    await site.query(
      `INSERT INTO colombier_connectors (host, version, seen_at, mode, active_lock)
       VALUES ('mail', '1', UTC_TIMESTAMP(6), 'cron', 'safe')`,
    )
    ada = await site.signedIn('ada')
    before = await site.dump()
  })
  afterAll(() => site.stop())
  beforeEach(async () => {
    await ada.post('/mailbox-claims', { address: GRACE, password: MAILBOX_PASSWORD })
    path = await site.pathOf(GRACE)
  })
  afterEach(() => site.reset())

  test('the pages offer what is possible and nothing else', async () => {
    const list = (await ada.get('/mailboxes')).html
    expect(list).toContain(GRACE)
    expect(list).toContain('Storage: 700 MB used')
    expect(list).toContain(`href="${path}/password"`)
    expect(list).not.toContain('name="localPart"')
    expect(list).not.toContain(`${path}/deletion`)
    expect(list.includes(`${path}/aliases`)).toBe(hasAliases)
  })

  test('whoever posts the rest all the same finds nothing there, and changes nothing', async () => {
    const form = {
      localPart: 'ada.lovelace',
      domain: 'example.org',
      quotaMegabytes: '',
      password: PASSWORD,
      again: PASSWORD,
    }
    expect((await ada.post('/mailboxes', form)).status).toBe(404)
    await ada.post(`${path}/creation`, { password: PASSWORD, again: PASSWORD })
    for (const page of ['/deletion', ...(hasAliases ? [] : ['/aliases'])]) {
      expect((await ada.get(path + page)).status).toBe(404)
    }
    expect((await ada.post(`${path}/deletion`, { password: MAILBOX_PASSWORD })).status).toBe(404)
    if (!hasAliases) {
      const alias = { localPart: 'countess.one', domain: 'example.org' }
      expect((await ada.post(`${path}/aliases`, alias)).status).toBe(404)
    }
    expect(await site.dump()).toEqual(before)
    expect(await site.query('SELECT 1 FROM colombier_tasks')).toEqual([])
  })

  test('ada changes the password, and mail comes meanwhile', async () => {
    const next = 'a second long password'
    const changed = await ada.post(`${path}/password`, { current: MAILBOX_PASSWORD, password: next, again: next })
    expect(changed.status, changed.html).toBe(303)
    expect(await site.canLogIn(GRACE, MAILBOX_PASSWORD)).toBe(false)
    expect(await site.takesMail(GRACE)).toBe(true)
    await site.endTask(GRACE)
    expect(await site.canLogIn(GRACE, next)).toBe(true)
    const others = before.filter((row) => !row.includes(`${MAILBOX_PASSWORD}","`) || !row.includes('grace'))
    expect(await site.dump()).toEqual(expect.arrayContaining(others))
  })

  test('ben locks it and unlocks it, and it is what it was', async () => {
    const ben = await site.signedIn('ben')
    expect((await ben.post(`${path}/lock`, { reason: 'Too much mail' })).status).toBe(303)
    expect(await site.canLogIn(GRACE, MAILBOX_PASSWORD)).toBe(false)
    expect(await site.takesMail(GRACE)).toBe(true)
    expect((await ben.post(`${path}/lock/removal`)).status).toBe(303)
    expect(await site.dump()).toEqual(before)
  })

  if (hasAliases) {
    test('ada adds an alias, leaves a list and deletes the alias', async () => {
      await site.join(GRACE)
      expect((await ada.post(`${path}/aliases`, { localPart: 'countess.one', domain: 'example.org' })).status).toBe(303)
      expect(await site.destinations('countess.one@example.org')).toEqual([GRACE])
      for (const alias of ['countess.one%40example.org', 'team.list%40example.org']) {
        expect((await ada.post(`${path}/aliases/${alias}/removal`)).status).toBe(303)
      }
      expect(await site.dump()).toEqual(before)
    })
  }
})

describe('a mapping that forgets what a companion’s row needs', () => {
  test('gets no half of a mailbox written', async () => {
    const site = await startLayoutSite({
      ...postfixadmin,
      env: { ...postfixadmin.env, COMPANION_INSERT: "alias: address='{address}', domain='{domain}'" },
    })
    const ada = await site.signedIn('ada')
    const before = await site.dump()

    const form = { localPart: 'ada.lovelace', domain: 'example.org', quotaMegabytes: '1024' }
    const answer = await ada.post('/mailboxes', { ...form, password: PASSWORD, again: PASSWORD })

    expect(answer.status).toBe(500)
    expect(await site.dump()).toEqual(before)
    for (const table of ['mailboxes', 'tasks']) expect(await site.query(`SELECT 1 FROM colombier_${table}`)).toEqual([])
    await site.stop()
  })
})

test('the view that docs/mapping.md gives for Modoboa is the one that was tried here', () => {
  const [view = 'none'] = /CREATE VIEW[^;]*;/.exec(readTables(modoboa).schema) ?? []
  expect(readFileSync(join(import.meta.dirname, '../../docs/mapping.md'), 'utf8')).toContain(view)
})

describe('a local part that has no room in a column which is made of it', () => {
  test('is told ada at the field, and nothing is changed', async () => {
    const site = await startLayoutSite(ehcp)
    const ada = await site.signedIn('ada')
    const before = await site.dump()
    const form = { domain: 'example.org', quotaMegabytes: '1024', password: PASSWORD, again: PASSWORD }

    const refused = await ada.post('/mailboxes', { ...form, localPart: 'augusta.ada.king.countess.of.lovelace' })

    expect(refused.status).toBe(422)
    expect(errorAt(refused, 'localPart')).toBe('This is too long.')
    expect(await site.query('SELECT 1 FROM colombier_mailboxes')).toEqual([])
    // Its tables take nothing back.
    expect((await site.dump()).filter((row) => !before.includes(row))).toEqual([])
    await site.stop()
  })
})

describe('a domain that the mail server wrote in capitals, where its collation tells them apart', () => {
  test('has its mailboxes and aliases in the pages', async () => {
    const site = await startLayoutSite(dovecot24)
    for (const table of ['domains', 'users', 'aliases'])
      await site.query(`UPDATE ${table} SET domain = 'Example.Org' WHERE domain = 'example.org'`)
    const [ada, ben] = [await site.signedIn('ada'), await site.signedIn('ben')]
    await ada.post('/mailbox-claims', { address: GRACE, password: MAILBOX_PASSWORD })
    expect((await ben.get('/domains/example.org')).html).toContain(GRACE)
    expect((await ada.get(`${await site.pathOf(GRACE)}/aliases`)).html).toContain('navy.office@example.org')
    await site.stop()
  })
})

describe('a storage that the mail server’s column cannot hold', () => {
  test('is told ada at the field, and nothing is changed', async () => {
    const site = await startLayoutSite(ispmail)
    const ada = await site.signedIn('ada')
    const [before, mailboxes] = [await site.dump(), () => site.query('SELECT 1 FROM colombier_mailboxes')]
    const form = { localPart: 'ada.lovelace', domain: 'example.org', password: PASSWORD, again: PASSWORD }

    const refused = await ada.post('/mailboxes', { ...form, quotaMegabytes: '5120' })

    expect(refused.status).toBe(422)
    expect(errorAt(refused, 'quotaMegabytes')).toBe('A mailbox can’t have this size.')
    expect([await site.dump(), await mailboxes()]).toEqual([before, []])
    expect((await ada.post('/mailboxes', { ...form, quotaMegabytes: '2047' })).status).toBe(303)
    await site.stop()
  })
})
