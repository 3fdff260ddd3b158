import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { transaction } from '../../src/db/store.ts'
import { lockMailbox, unlockMailbox } from '../../connector/contract/lock.ts'
import { addAliasRow, aliasRows, errorAt, startAliasSite } from '../support/aliases.ts'
import { numbersTo } from '../support/database.ts'
import { everyRow } from '../support/tasks.ts'

type Site = Awaited<ReturnType<typeof startAliasSite>>
let site: Site['site'], ids: Site['ids'], path: string, ada: Site['ada']
beforeAll(async () => {
  ;({ site, ids, path, ada } = await startAliasSite({ ALIASES_PER_MAILBOX: '5', RESERVED_NAMES: 'colombier-crew' }))
})
afterAll(() => site.stop())
beforeEach(async () => {
  await site.query('DELETE FROM virtual_aliases')
  await site.query('DELETE FROM colombier_reservations')
  await site.query('DELETE FROM colombier_audit')
})

const add = (localPart: string, domain = 'example.org', htmx = false) => ada.post(path, { localPart, domain }, { htmx })
const sources = async () => (await aliasRows(site)).map(({ source }) => source)

describe('adding an alias', () => {
  test('ada adds one without JavaScript: it leads to her mailbox, and the history says who did it', async () => {
    const answer = await add('  Summer.Shop-1 ')

    expect(answer).toMatchObject({ status: 303, location: path })
    expect(await aliasRows(site)).toMatchObject([
      { domain_id: 1, source: 'summer.shop-1@example.org', destination: 'adalove@example.org', active: 1 },
    ])
    expect((await ada.get(path)).html).toContain('summer.shop-1@example.org')
    expect(await site.query('SELECT action, actor, mailbox, domain, subject FROM colombier_audit')).toEqual([
      {
        action: 'alias.added',
        actor: 'ada@people.test',
        mailbox: 'adalove@example.org',
        domain: 'example.org',
        subject: 'summer.shop-1@example.org',
      },
    ])
    expect(await site.query('SELECT * FROM colombier_reservations')).toEqual([])
  })

  test('with htmx she gets the card with the new row, the new count, and an empty field that has the focus', async () => {
    const answer = await add('autumn.shop', 'example.org', true)

    expect(answer.status).toBe(200)
    expect(answer.html).toMatch(new RegExp(`^<li id="mailbox-${ids.ada}"`))
    expect(answer.html).toContain('autumn.shop@example.org was added.')
    expect(answer.html).toContain('Aliases 1 of 5')
    expect(answer.html).toMatch(/<input id="mailbox-\d+-localPart" name="localPart"[^>]* autofocus/)
    expect(answer.html).not.toContain('value="autumn.shop"')
  })

  test('in another domain that is granted to her at this moment, and not in one that is not', async () => {
    const refused = await add('elsewhere.1', 'example.net')
    expect(refused.status).toBe(422)
    expect(errorAt(refused, 'domain')).toBe('You can’t have aliases in this domain.')

    await site.query("INSERT INTO colombier_grants VALUES (?, 'example.net')", [site.idOf('ada')])
    expect((await ada.get(path)).html).toContain('<option value="example.net">')
    expect((await add('elsewhere.1', 'Example.Net')).status).toBe(303)
    await site.query("DELETE FROM colombier_grants WHERE account_id = ? AND domain = 'example.net'", [site.idOf('ada')])
    expect((await add('elsewhere.2', 'example.net')).status).toBe(422)
    expect(await aliasRows(site)).toMatchObject([{ domain_id: 2, source: 'elsewhere.1@example.net' }])
  })

  test('in her mailbox’s own domain also when she may make no more mailboxes there', async () => {
    await site.query('DELETE FROM colombier_grants WHERE account_id = ?', [site.idOf('ada')])
    expect((await add('still.mine')).status).toBe(303)
    await site.query("INSERT INTO colombier_grants VALUES (?, 'example.org')", [site.idOf('ada')])
  })

  test('a domain that was granted and that the mail server lacks is refused', async () => {
    await site.query("INSERT INTO colombier_grants VALUES (?, 'gone.example')", [site.idOf('ada')])
    const answer = await add('nowhere.1', 'gone.example')
    expect(errorAt(answer, 'domain')).toBe('You can’t have aliases in this domain.')
    await site.query("DELETE FROM colombier_grants WHERE domain = 'gone.example'")
  })
})

describe('a form that is wrong', () => {
  const wrong: [what: string, localPart: string, domain: string, field: string, message: string][] = [
    ['nothing', '', 'example.org', 'localPart', 'Fill this in.'],
    ['blanks', '   ', 'example.org', 'localPart', 'Fill this in.'],
    ['seven characters', 'shop.on', 'example.org', 'localPart', 'Use 8 characters or more.'],
    ['sixty-five characters', 'a'.repeat(65), 'example.org', 'localPart', 'Use 64 characters or fewer.'],
    ['a whole address', 'shop.one@example.org', 'example.org', 'localPart', 'only the part before the @'],
    ['the separator', 'shop+one', 'example.org', 'localPart', 'You can’t use this character'],
    ['a line break', 'shop\r\none', 'example.org', 'localPart', 'Use only a to z'],
    ['a null byte', 'shop\0one', 'example.org', 'localPart', 'Use only a to z'],
    ['markup', '<b>shopone</b>', 'example.org', 'localPart', 'Use only a to z'],
    ['a quotation mark', 'shop"one', 'example.org', 'localPart', 'Use only a to z'],
    ['Greek letters', 'κατάστημα', 'example.org', 'localPart', 'Use only a to z'],
    ['an accent', 'boutiqué', 'example.org', 'localPart', 'Use only a to z'],
    ['letters that only look like others', 'shоp.one', 'example.org', 'localPart', 'Use only a to z'],
    ['a pipe', '|shop.one', 'example.org', 'localPart', 'Use only a to z'],
    ['a comma', 'shop,one', 'example.org', 'localPart', 'Use only a to z'],
    ['a dot in front', '.shop.one', 'example.org', 'localPart', 'It can’t start with a dot'],
    ['two dots', 'shop..one', 'example.org', 'localPart', 'two dots in a row'],
    ['a hyphen in front', '-shop.one', 'example.org', 'localPart', 'It can’t start with a dot or hyphen'],
    ['a reserved name', 'PostMaster', 'example.org', 'localPart', 'This name is reserved'],
    ['another reserved name', 'hostmaster', 'example.org', 'localPart', 'This name is reserved'],
    ['a reserved name that is short', 'abuse', 'example.org', 'localPart', 'This name is reserved'],
    ['a name that this site reserves', 'colombier-crew', 'example.org', 'localPart', 'This name is reserved'],
    ['no domain', 'shop.one', '', 'domain', 'Fill this in.'],
    ['a domain that is not hers', 'shop.one', 'example.net', 'domain', 'You can’t have aliases'],
    ['a domain of markup', 'shop.one', '"><script>', 'domain', 'You can’t have aliases'],
    ['a domain with an @', 'shop.one', 'x@example.org', 'domain', 'You can’t have aliases'],
    ['a domain with a line break', 'shop.one', 'example.org\nx', 'domain', 'You can’t have aliases'],
    ['a domain of other letters', 'shop.one', 'exаmple.org', 'domain', 'You can’t have aliases'],
    ['an endless domain', 'shop.one', 'x'.repeat(5000), 'domain', 'You can’t have aliases'],
  ]

  test.each(wrong)('%s: told at the field, in place and as a page, and nothing is changed', async (...row) => {
    const [, localPart, domain, field, message] = row
    const before = await everyRow(site)
    for (const htmx of [true, false]) {
      const answer = await add(localPart, domain, htmx)
      expect(answer.status).toBe(422)
      expect(errorAt(answer, field)).toContain(message)
      expect(answer.html).toContain('aria-invalid="true"')
      expect(answer.html).not.toMatch(/<script>|<b>shop/)
    }
    expect(await everyRow(site)).toEqual(before)
  })

  test('what was typed stays in the form', async () => {
    await site.query("INSERT INTO colombier_grants VALUES (?, 'example.net')", [site.idOf('ada')])
    const answer = await add('Too+Long', 'example.net')
    expect(answer.html).toContain('value="Too+Long"')
    expect(answer.html).toContain('<option value="example.net" selected="">')
    await site.query("DELETE FROM colombier_grants WHERE account_id = ? AND domain = 'example.net'", [site.idOf('ada')])
  })

  test('a field twice, a file and a body that is no form are refused', async () => {
    expect((await ada.post(path, { localPart: ['shop.one', 'shop.two'], domain: 'example.org' })).status).toBe(400)
    const body = new FormData()
    body.append('localPart', new File(['x'], 'x'))
    body.append('domain', 'example.org')
    const headers = { Origin: site.config.origin }
    expect((await ada.send(path, { method: 'POST', body }, { headers })).status).toBe(400)
    const json = { method: 'POST', body: '{"localPart":"shop.one","domain":"example.org"}' }
    expect((await ada.send(path, json, { headers: { ...headers, 'Content-Type': 'application/json' } })).status).toBe(
      400,
    )
    expect(await sources()).toEqual([])
  })

  test('a form that another site sends is refused', async () => {
    const form = { localPart: 'from.outside', domain: 'example.org' }
    expect((await ada.post(path, form, { headers: { Origin: 'https://evil.example' } })).status).toBe(403)
    expect((await ada.post(path, form, { headers: { 'Sec-Fetch-Site': 'cross-site' } })).status).toBe(403)
    expect(await sources()).toEqual([])
  })
})

describe('an address that is not free', () => {
  const taken = async (localPart: string) => errorAt(await add(localPart), 'localPart')

  test('because it is a mailbox, an alias, or was given up by someone else and is still reserved', async () => {
    await addAliasRow(site, 'bens.alias@example.org', 'benjamin@example.org')
    await addAliasRow(site, 'Bens.Other@Example.org', 'outside@example.com')
    await site.query(
      `INSERT INTO colombier_reservations (address, account_id, until)
       VALUES ('given.up@example.org', ?, UTC_TIMESTAMP(6) + INTERVAL 90 DAY),
              ('bens.alias@example.org', ?, UTC_TIMESTAMP(6) + INTERVAL 90 DAY)`,
      [site.idOf('cleo'), site.idOf('ada')],
    )
    const before = await everyRow(site)
    for (const localPart of ['benjamin', 'BENJAMIN', 'bens.alias', 'bens.other', 'given.up']) {
      expect(await taken(localPart), localPart).toBe('This address is already taken.')
    }
    expect(await taken('adalove')).toBe('Use 8 characters or more.')
    expect(await everyRow(site)).toEqual(before)
  })

  test('and one whose reservation has run out is free', async () => {
    await site.query(
      "INSERT INTO colombier_reservations (address, until) VALUES ('free.again@example.org', UTC_TIMESTAMP(6) - INTERVAL 1 SECOND)",
    )
    expect((await add('free.again')).status).toBe(303)
    expect(await site.query('SELECT 1 FROM colombier_reservations')).toEqual([])
  })
})

describe('the limit', () => {
  test('is told before one runs into it, and when someone runs into it all the same', async () => {
    for (let number = 1; number <= 5; number++) expect((await add(`shop.no.${number}`)).status).toBe(303)
    const page = await ada.get(path)
    expect(page.html).toContain('Aliases 5 of 5')
    expect(page.html).toContain('This mailbox is using all 5 of its aliases.')

    const answer = await add('one.too.many')
    expect(answer.status).toBe(422)
    expect(answer.html).toContain('already using all its aliases')
    expect(await sources()).toHaveLength(5)
  })

  test('of fifty at once with one place left exactly one gets in', async () => {
    for (let number = 1; number <= 4; number++) await add(`shop.no.${number}`)
    const answers = await Promise.all(Array.from({ length: 50 }, (_, index) => add(`at.once.${index}`)))

    expect(answers.filter(({ status }) => status === 303)).toHaveLength(1)
    expect(answers.filter(({ status }) => status === 422)).toHaveLength(49)
    expect(await sources()).toHaveLength(5)
    expect(await site.query('SELECT 1 FROM colombier_audit')).toHaveLength(5)
  })

  test('does not count what leads to others, nor the mailbox’s own row', async () => {
    await addAliasRow(site, 'adalove@example.org', 'adalove@example.org')
    await site.query(
      `INSERT INTO virtual_aliases (domain_id, source, destination)
       SELECT 1, CONCAT('bens.', seq, '@example.org'), 'benjamin@example.org' FROM ${numbersTo(20)}`,
    )
    expect((await add('still.room')).status).toBe(303)
  })
})

describe('two people who want one address', () => {
  test('as an alias each: one of them gets it', async () => {
    const ben = await site.signedIn('ben')
    for (let round = 1; round <= 5; round++) {
      const form = { localPart: `wanted.by.both.${round}`, domain: 'example.org' }
      const answers = await Promise.all([ada.post(path, form), ben.post(`/mailboxes/${ids.ben}/aliases`, form)])
      expect(answers.map(({ status }) => status).sort()).toEqual([303, 422])
      await site.query('DELETE FROM virtual_aliases WHERE source <> ?', [`${form.localPart}@example.org`])
      expect(await sources()).toEqual([`${form.localPart}@example.org`])
    }
  })

  test('as a mailbox and as an alias: one of them gets it', async () => {
    const ben = await site.signedIn('ben')
    await site.query('UPDATE colombier_accounts SET mailbox_limit = 100')
    for (let round = 1; round <= 5; round++) {
      const wanted = { localPart: `wanted.twice.${round}`, domain: 'example.org' }
      const password = 'a long enough password'
      const answers = await Promise.all([
        ada.post(path, wanted),
        ben.post('/mailboxes', { ...wanted, password, again: password, quotaMegabytes: '100' }),
      ])
      expect(answers.map(({ status }) => status).sort()).toEqual([303, 422])
      const address = `${wanted.localPart}@example.org`
      const holders = await site.query(
        'SELECT email FROM virtual_users WHERE email = ? UNION ALL SELECT source FROM virtual_aliases WHERE source = ?',
        [address, address],
      )
      expect(holders).toHaveLength(1)
      await site.query('DELETE FROM virtual_aliases')
    }
  })
})

describe('while something is happening to the mailbox', () => {
  const lock = (name: 'task' | 'administrator') =>
    transaction(site.pool, (db) => lockMailbox(db, site.locking, 'adalove@example.org', name, 'password'))
  const unlock = (name: 'task' | 'administrator') =>
    transaction(site.pool, (db) => unlockMailbox(db, site.locking, 'adalove@example.org', name))
  const task = (kind: 'rekey' | 'delete', state = 'queued') =>
    site.query(
      `INSERT INTO colombier_tasks (id, kind, mailbox, state, requested_at, not_before)
       VALUES (UUID(), ?, 'adalove@example.org', ?, UTC_TIMESTAMP(6), UTC_TIMESTAMP(6))`,
      [kind, state],
    )

  test('locked by an administrator: the page says so and offers no change, and a form is refused', async () => {
    await lock('administrator')
    await addAliasRow(site, 'made.before@example.org', 'adalove@example.org')
    const page = await ada.get(path)
    expect(page.html).toContain('An administrator has locked this mailbox.')
    expect(page.html).toContain('made.before@example.org')
    expect(page.html).not.toContain('Add alias')
    expect(page.html).not.toContain('Rename')

    const answer = await add('while.locked')
    expect(answer.status).toBe(422)
    expect(answer.html).toContain('An administrator has locked this mailbox.')
    expect(await sources()).toEqual(['made.before@example.org'])
    await unlock('administrator')
  })

  test('about to be deleted: the same, until the deletion is cancelled', async () => {
    await lock('task')
    await task('delete')
    expect((await ada.get(path)).html).toContain('will be deleted. Cancel the deletion')
    expect((await add('while.doomed')).status).toBe(422)
    expect(await sources()).toEqual([])

    await site.query("UPDATE colombier_tasks SET state = 'cancelled'")
    await unlock('task')
    expect((await add('after.all.1')).status).toBe(303)
    await site.query('DELETE FROM colombier_tasks')
  })

  test('re-encrypting: aliases can be added', async () => {
    await lock('task')
    await task('rekey')
    expect((await add('while.rekeyed')).status).toBe(303)
    await site.query('DELETE FROM colombier_tasks')
    await unlock('task')
  })

  test('gone from the mail server: no alias is made that would lead nowhere', async () => {
    await site.query("UPDATE virtual_users SET email = 'elsewhere@example.org' WHERE email = 'adalove@example.org'")
    const answer = await add('leads.nowhere')
    expect(answer.status).toBe(422)
    expect(answer.html).toContain('no longer has this mailbox')
    expect(await sources()).toEqual([])
    await site.query("UPDATE virtual_users SET email = 'adalove@example.org' WHERE email = 'elsewhere@example.org'")
  })
})

describe('the preview and the random name', () => {
  const preview = (localPart: string, domain: string) =>
    ada.get(`${path}/preview?${new URLSearchParams({ localPart, domain })}`, { htmx: true })

  test('the address is shown as it would be, with what is wrong with its form or that it is not free, and nothing about who has it', async () => {
    await addAliasRow(site, 'bens.alias@example.org', 'benjamin@example.org')
    expect((await preview('  New.Shop ', 'example.org')).html).toContain('>new.shop@example.org</strong>')
    expect((await preview('free.alias', 'example.org')).html).toContain('is available.')
    const taken = (await preview('bens.alias', 'example.org')).html
    expect(taken).toContain('is already taken.')
    expect((await preview('benjamin', 'example.org')).html).toBe(taken.replace('bens.alias', 'benjamin'))
    expect((await preview('short', 'example.org')).html).toContain('8 characters or more')
    expect((await preview('new.shop', 'example.net')).html).not.toContain('example.net')
    expect((await preview('', 'example.org')).html.trim()).toBe('')
    expect((await preview('<i>x</i>', 'example.org')).html).not.toContain('<i>')
  })

  test('a random name fills the field, another one each time, in the chosen domain, and is accepted', async () => {
    const names = new Set<string>()
    for (let time = 1; time <= 20; time++) {
      const page = await ada.get(`${path}?random=1&localPart=typed.before&domain=example.org`)
      const [, name = ''] = /name="localPart" value="([^"]+)"/.exec(page.html) ?? []
      expect(name).toMatch(/^[a-z0-9._-]{12,64}$/)
      expect(page.html).toContain(`>${name}@example.org</strong>`)
      names.add(name)
    }
    expect(names.size).toBe(20)
    expect((await add([...names][0] ?? '')).status).toBe(303)
  })

  test('a random name keeps to the site’s separator', async () => {
    const other = await startAliasSite({ SEPARATOR: '-' })
    const page = await other.ada.get(`${other.path}?random=1`)
    expect(/name="localPart" value="([^"]+)"/.exec(page.html)?.[1]).toMatch(/^[a-z0-9.]{12,64}$/)
    await other.site.stop()
  })

  test('a GET changes nothing, whatever is in its query', async () => {
    await addAliasRow(site, 'here.already@example.org', 'adalove@example.org')
    const before = await everyRow(site)
    const query = new URLSearchParams({ localPart: 'by.a.get.1', domain: 'example.org', random: '1', find: 'x' })
    const alias = `${path}/${encodeURIComponent('here.already@example.org')}`
    for (const page of [path, `${path}/preview`, alias, `${alias}/name`, `${alias}/removal`]) {
      expect((await ada.get(`${page}?${query}`)).status).toBe(200)
    }
    expect(await everyRow(site)).toEqual(before)
  })
})
