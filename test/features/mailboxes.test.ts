import type { RowDataPacket } from 'mysql2/promise'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startApp, type Person, type TestApp } from '../support/app.ts'
import type { Browser } from '../support/browser.ts'
import { addMailbox, everyRow } from '../support/tasks.ts'

let site: TestApp
const people = {} as Record<Person, Browser>
beforeAll(async () => {
  site = await startApp()
  for (const person of ['ada', 'ben', 'cleo', 'dora'] as const) people[person] = await site.signedIn(person)
})
afterAll(() => site.stop())
beforeEach(async () => {
  for (const table of ['colombier_tasks', 'colombier_mailboxes', 'virtual_users'])
    await site.query(`DELETE FROM ${table}`)
})

const give = (person: Person, address: string) => addMailbox(site, { address, accountId: site.idOf(person) })

/** A task about a mailbox, in any state, without its sealed part. */
async function addTask(mailbox: string, kind: string, state: string, error: string | null = null) {
  await site.query(
    `INSERT INTO colombier_tasks (id, kind, mailbox, state, error, requested_at, not_before, deadline)
     VALUES (UUID(), ?, ?, ?, ?, UTC_TIMESTAMP(6), '2030-11-24 09:10:00', '2030-11-23 14:32:00')`,
    [kind, mailbox, state, error],
  )
}

describe('the list', () => {
  test('someone who is not signed in is led to the sign-in page, and back from there', async () => {
    expect(await site.visitor().get('/mailboxes')).toMatchObject({
      status: 303,
      location: '/sign-in?next=%2Fmailboxes',
    })
    const answer = await site.visitor().get('/mailboxes', { htmx: true })
    expect(answer.status).toBe(401)
    expect(answer.html).toMatch(/^<p data-signed-out/)
  })

  test('what the mail server takes for the same address is not ada’s mailbox', async () => {
    await give('ada', 'resume.of.hers@example.org')
    const [like, back] = ['résumé.of.hers@example.org', 'resume.of.hers@example.org']
    const rename = 'UPDATE virtual_users SET email = ? WHERE email = ?'
    await site.query(rename, [like, back])
    expect(await site.query('SELECT 1 FROM virtual_users WHERE email = ?', [back])).toHaveLength(1)
    expect((await people.ada.get('/mailboxes')).html).toContain('The mail server no longer has this mailbox')
    await site.query(rename, [back, like])
    expect((await people.ada.get('/mailboxes')).html).not.toContain('The mail server no longer has this mailbox')
  })

  test('ada sees her mailboxes by address, with how many she may have, and nobody else’s', async () => {
    await give('ada', 'second.one@example.org')
    await give('ada', 'first.one@example.org')
    await give('cleo', 'cleo.her.own@example.net')
    const { status, html } = await people.ada.get('/mailboxes')

    expect(status).toBe(200)
    expect(html.indexOf('first.one@example.org')).toBeGreaterThan(0)
    expect(html.indexOf('first.one@example.org')).toBeLessThan(html.indexOf('second.one@example.org'))
    expect(html).toContain('2 of 3')
    expect(html).toContain('Storage: 1 GB')
    expect(html).not.toContain('cleo')
  })

  test('dora, who may do everything else, does not find ada’s mailboxes among her own', async () => {
    await give('ada', 'first.one@example.org')
    for (const person of ['ben', 'cleo', 'dora'] as const) {
      const { html } = await people[person].get('/mailboxes')
      expect(html).not.toContain('first.one')
      expect(html).toContain('You have no mailbox yet')
    }
  })

  test('someone with as many mailboxes as they may have is told so, and gets no form', async () => {
    await site.query('UPDATE colombier_accounts SET mailbox_limit = 1 WHERE id = ?', [site.idOf('ada')])
    await give('ada', 'first.one@example.org')
    const { html } = await people.ada.get('/mailboxes')
    await site.query('UPDATE colombier_accounts SET mailbox_limit = NULL WHERE id = ?', [site.idOf('ada')])

    expect(html).toContain('You’re using your only mailbox. Need more? Ask an administrator.')
    expect(html).not.toContain('name="localPart"')
  })

  test('someone without a domain is told whom to ask', async () => {
    await site.query('DELETE FROM colombier_grants WHERE account_id = ?', [site.idOf('cleo')])
    const { html } = await people.cleo.get('/mailboxes')
    await site.query("INSERT INTO colombier_grants VALUES (?, 'example.net')", [site.idOf('cleo')])

    expect(html).toContain('You can’t create a mailbox yet')
    expect(html).not.toContain('name="localPart"')
  })

  test('ada has one domain, which is plain text in her form, and dora may choose among all', async () => {
    const options = (html: string) => [...html.matchAll(/<option value="([^"]*)"/g)].map(([, value]) => value)
    const { html } = await people.ada.get('/mailboxes')
    expect(options(html)).toEqual([])
    expect(html).toContain(
      '<span>@example.org</span><input type="hidden" id="domain" name="domain" value="example.org"',
    )
    expect(options((await people.dora.get('/mailboxes')).html)).toEqual(['example.net', 'example.org'])
  })

  test('the page is a whole one, and its part for htmx', async () => {
    const whole = await people.ada.get('/mailboxes')
    const part = await people.ada.get('/mailboxes', { htmx: true })

    expect(whole.html).toMatch(/^<!doctype html>/)
    expect(part.html).toMatch(/^<section id="mailboxes"/)
    expect(whole.html).toContain(part.html)
    for (const { headers } of [whole, part]) {
      expect(headers.get('Vary')).toContain('HX-Request')
      expect(headers.get('Cache-Control')).toBe('no-store')
    }
  })
})

describe('what is happening to a mailbox', () => {
  const address = 'first.one@example.org'
  const rowOf = async () => {
    const id = await give('ada', address)
    return { id, show: async () => (await people.ada.get(`/mailboxes/${id}`, { htmx: true })).html }
  }

  test('one that is open can have its password changed', async () => {
    const { id, show } = await rowOf()
    const html = await show()
    expect(html).toMatch(/^<li id="mailbox-\d+"/)
    expect(html).toContain('>Active<')
    expect(html).toContain(`href="/mailboxes/${id}/password"`)
    expect(html).not.toContain('hx-trigger')
  })

  test('one that is being set up asks for itself again', async () => {
    const { id, show } = await rowOf()
    await addTask(address, 'create', 'running')
    const html = await show()
    expect(html).toContain('Being set up')
    expect(html).toContain('hx-trigger="every 2s"')
    expect(html).toContain(`hx-get="/mailboxes/${id}"`)
    expect(html).not.toContain('/password')
  })

  test('one that is re-encrypted says until when', async () => {
    const { show } = await rowOf()
    await addTask(address, 'rekey', 'queued')
    const html = await show()
    expect(html).toContain('Re-encrypting')
    expect(html).toContain(
      `Done by <time datetime="2030-11-23T14:32:00Z">${timeOf('2030-11-23T14:32:00Z')}</time> at the latest.`,
    )
    expect(html).toContain('every 2s')
    expect(html).not.toContain('/password')
  })

  test('one whose setting up failed says why, and how to go on', async () => {
    const { id, show } = await rowOf()
    await site.query("UPDATE colombier_mailboxes SET locks = 'setup'")
    await addTask(address, 'create', 'failed', 'mail_host')
    const html = await show()
    expect(html).toContain('The mail server could not create the mailbox.')
    expect(html).toContain(`href="/mailboxes/${id}/creation"`)
    expect(html).not.toContain('every 2s')
  })

  test('one whose change of password failed is open, and says what that means', async () => {
    const { show } = await rowOf()
    await addTask(address, 'rekey', 'failed', 'wrong_key_password')
    const html = await show()
    expect(html).toContain('>Active<')
    expect(html).toContain('role="alert"')
    expect(html).toContain('You can still log in with the old password.')
    expect(html).toContain('/password')
  })

  test('one that an administrator locked shows their words, and as words', async () => {
    const { show } = await rowOf()
    await site.query("UPDATE colombier_mailboxes SET locks = 'administrator', lock_reason = '<b>spam</b> & more'")
    const html = await show()
    expect(html).toContain('Locked by an administrator: &lt;b&gt;spam&lt;/b&gt; &amp; more')
    expect(html).not.toContain('/password')
  })

  test('one that was closed on the mail server, and one that is gone from it, say whom to ask', async () => {
    const { show } = await rowOf()
    await site.query('UPDATE virtual_users SET active = 0')
    expect(await show()).toContain('This mailbox was closed on the mail server.')
    await site.query('DELETE FROM virtual_users')
    const html = await show()
    expect(html).toContain('The mail server no longer has this mailbox.')
    expect(html).not.toContain('/password')
  })

  test('only the last task counts', async () => {
    const { show } = await rowOf()
    await addTask(address, 'rekey', 'failed', 'deadline')
    await addTask(address, 'rekey', 'done')
    expect(await show()).not.toContain('role="alert"')
  })
})

describe('someone else’s mailbox', () => {
  const nouns = ['', '/creation', '/password']
  const ways = nouns.flatMap((noun) =>
    ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'].flatMap((method) => [
      { method, noun, htmx: false },
      { method, noun, htmx: true },
    ]),
  )

  test.each(['ben', 'cleo', 'dora'] as const)('is not there for %s, in any way, nor changed', async (person) => {
    const id = await give('ada', 'first.one@example.org')
    const before = await everyRow(site)
    for (const { method, noun, htmx } of ways) {
      const form = new URLSearchParams({
        current: 'the first of many',
        password: 'another long password',
        again: 'another long password',
      })
      const init = { method, ...(method !== 'GET' && { body: form }) }
      const answer = await people[person].send(`/mailboxes/${id}${noun}`, init, {
        htmx,
        headers: { Origin: site.config.origin },
      })
      expect([method, noun, answer.status]).toEqual([method, noun, 404])
      expect(answer.html).not.toContain('first.one')
    }
    expect(await everyRow(site)).toEqual(before)
  })

  test('is answered as one that was never there', async () => {
    const id = await give('ada', 'first.one@example.org')
    const nameless = (html: string) => html.replaceAll(`${id}`, 'N').replaceAll('999999', 'N')
    const theirs = await people.cleo.get(`/mailboxes/${id}`)
    const nobodys = await people.cleo.get('/mailboxes/999999')
    expect(nobodys.status).toBe(theirs.status)
    expect(nameless(nobodys.html)).toBe(nameless(theirs.html))
  })

  test('an id that is none is not found either', async () => {
    const id = await give('ada', 'first.one@example.org')
    const ids = [
      '0',
      `0${id}`,
      `${id}.0`,
      `+${id}`,
      `${id}%20`,
      `${id}'`,
      '-1',
      '1e0',
      '99999999999999999999',
      'x',
      '%00',
    ]
    for (const odd of ids) expect([odd, (await people.ada.get(`/mailboxes/${odd}`)).status]).toEqual([odd, 404])
  })
})

describe('what a request may do', () => {
  test('looking at each page of a mailbox changes nothing', async () => {
    const id = await give('ada', 'first.one@example.org')
    await give('ada', 'second.one@example.org')
    await site.query("UPDATE colombier_mailboxes SET locks = 'setup' WHERE address = 'second.one@example.org'")
    await addTask('second.one@example.org', 'create', 'failed', 'mail_host')
    const before = await everyRow(site)
    const query = '?localPart=third.one&domain=example.org&password=another+long+password&again=another+long+password'
    for (const noun of ['', `/preview`, `/${id}`, `/${id}/password`, `/${id + 1}/creation`]) {
      for (const htmx of [true, false]) {
        expect((await people.ada.get(`/mailboxes${noun}${query}`, { htmx })).status).toBe(200)
      }
    }
    expect(await everyRow(site)).toEqual(before)
  })

  test('what another site makes ada’s browser send is refused, and changes nothing', async () => {
    const id = await give('ada', 'first.one@example.org')
    const before = await everyRow(site)
    const form = {
      localPart: 'third.one',
      domain: 'example.org',
      current: 'the first of many',
      password: 'another long password',
      again: 'another long password',
    }
    for (const path of ['/mailboxes', `/mailboxes/${id}/password`, `/mailboxes/${id}/creation`]) {
      for (const [name, value] of [
        ['Origin', 'https://evil.example'],
        ['Sec-Fetch-Site', 'cross-site'],
        ['Origin', 'null'],
      ] as const) {
        const headers: Record<string, string> = { [name]: value }
        expect((await people.ada.post(path, form, { headers })).status).toBe(403)
        expect((await people.ada.post(path, form, { headers, htmx: true })).status).toBe(403)
      }
    }
    expect(await everyRow(site)).toEqual(before)
  })
})

describe('the preview', () => {
  const preview = async (localPart: string, domain = 'example.org') =>
    (await people.ada.get(`/mailboxes/preview?${new URLSearchParams({ localPart, domain })}`, { htmx: true })).html

  test('shows the address as it would be, in lower case', async () => {
    expect(await preview('  Ada.Lovelace ')).toContain('<strong class="address">ada.lovelace@example.org</strong>')
  })

  test('says what is wrong with it already', async () => {
    expect(await preview('ada')).toContain('Use 6 characters or more.')
    expect(await preview('ada+list')).toContain('You can’t use this character')
    expect(await preview('postmaster')).toContain('reserved')
  })

  test('is empty while nothing is typed, and shows markup as text', async () => {
    expect(await preview('')).toBe('')
    const html = await preview('<script>alert(1)</script>', '"><b>')
    expect(html).not.toMatch(/<script|<b>/)
    expect(html).toContain('&lt;script&gt;')
  })

  test('is for those who are signed in', async () => {
    expect((await site.visitor().get('/mailboxes/preview?localPart=ada')).status).toBe(303)
  })
})

describe('what the page costs', () => {
  const cases = [1, 100].flatMap(
    (count) =>
      [
        { count, person: 'ada', htmx: false, most: 2 },
        { count, person: 'dora', htmx: true, most: 3 },
        { count, person: 'dora', htmx: false, most: 3 },
      ] as const,
  )

  test.each(cases)(
    '$count mailboxes of $person are shown in $most queries or fewer',
    async ({ count, person, htmx, most }) => {
      const small = await startApp({ env: { DATABASE_POOL_SIZE: '1', MAILBOXES_PER_ACCOUNT: '500' } })
      for (let number = 1; number <= count; number++) {
        await addMailbox(small, { address: `mailbox.${number}@example.org`, accountId: small.idOf(person) })
        await addMailbox(small, { address: `another.${number}@example.org`, accountId: small.idOf('cleo') })
      }
      const browser = await small.signedIn(person)
      const asked = async () => {
        const [[row]] = await small.pool.query<RowDataPacket[]>("SHOW SESSION STATUS LIKE 'Questions'")
        return Number(row?.['Value'])
      }
      const before = await asked()
      expect((await browser.get('/mailboxes', { htmx })).html).toContain(`mailbox.${count}@example.org`)
      // Of the difference one is the second question for the number.
      const questions = (await asked()) - before - 1
      expect(questions).toBeGreaterThanOrEqual(1)
      expect(questions).toBeLessThanOrEqual(most)
      await small.stop()
    },
  )
})

const timeOf = (iso: string) => new Intl.DateTimeFormat('en-GB', { timeStyle: 'short' }).format(new Date(iso))
