import { readQueue } from '../../src/db/registrations.ts'
import type { ResultSetHeader } from 'mysql2/promise'
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { CAST, startApp, type TestApp } from '../support/app.ts'
import { numbersTo } from '../support/database.ts'
import type { Browser } from '../support/browser.ts'
import { readOutbox } from '../support/outbox.ts'

let site: TestApp
let ben: Browser
let dora: Browser
let passwordHash: string
beforeAll(async () => {
  site = await startApp()
  const [row] = await site.query<{ password_hash: string }>('SELECT password_hash FROM colombier_accounts LIMIT 1')
  passwordHash = row?.password_hash ?? ''
})
afterAll(() => site.stop())
beforeEach(async () => {
  for (const table of ['registrations', 'outbox', 'audit', 'sessions'])
    await site.query(`DELETE FROM colombier_${table}`)
  await site.query("DELETE FROM colombier_accounts WHERE email LIKE '%@new.test'")
  ;[ben, dora] = await Promise.all([site.signedIn('ben'), site.signedIn('dora')])
})

/** Someone whose request is confirmed. @returns its id */
async function ask(email: string, { reason = 'A reason of some length', language = 'en' } = {}): Promise<number> {
  const [{ insertId }] = await site.pool.query<ResultSetHeader>(
    `INSERT INTO colombier_registrations
       (email, password_hash, reason, language, state, requested_at, expires_at, confirmed_at)
     VALUES (?, ?, ?, ?, 'waiting', UTC_TIMESTAMP(6), UTC_TIMESTAMP(6), UTC_TIMESTAMP(6))`,
    [email, passwordHash, reason, language],
  )
  return insertId
}

const stateOf = async (id: number) => {
  const [row] = await site.query('SELECT state, decider, message, domains FROM colombier_registrations WHERE id = ?', [
    id,
  ])
  return row
}
const accountOf = async (email: string) => {
  const [account] = await site.query<{ id: number }>('SELECT * FROM colombier_accounts WHERE email = ?', [email])
  return account
}
const grantsOf = async (email: string) =>
  (
    await site.query<{ domain: string }>(
      `SELECT domain FROM colombier_grants WHERE account_id =
         (SELECT id FROM colombier_accounts WHERE email = ?) ORDER BY domain`,
      [email],
    )
  ).map(({ domain }) => domain)
const mails = () => readOutbox(site)
const acts = () => site.query('SELECT action, actor, domain, subject FROM colombier_audit ORDER BY id')

const addressesIn = (html: string) => [...html.matchAll(/<bdi>([^<]+@new\.test)<\/bdi>/g)].map(([, email]) => email)

describe('the queue', () => {
  test('shows ben who waits, oldest first, with their reasons, and how many in the menu', async () => {
    for (const email of ['one@new.test', 'two@new.test', 'three@new.test'])
      await ask(email, { reason: `I am ${email}` })
    const page = await ben.get('/registrations')

    expect(page.status).toBe(200)
    expect(addressesIn(page.html)).toEqual(['one@new.test', 'two@new.test', 'three@new.test'])
    expect(page.html).toContain('I am two@new.test')
    expect(page.html).toMatch(/id="requests-count"[^>]*>3</)
    expect((await ben.get('/mailboxes')).html).toMatch(/id="requests-count"[^>]*>3</)
  })

  test('is for moderators: cleo and ada are refused, whoever has not signed in is led to do so', async () => {
    const id = await ask('one@new.test')
    const posts = ['approvals', 'denials', `${id}/approval`, `${id}/denial`, `${id}/reopening`, `${id}/notes`]
    const gets = ['', '/events', '/decisions', `/${id}`, `/${id}/approval`, `/${id}/denial`, `/${id}/notes`]
    for (const person of ['ada', 'cleo'] as const) {
      const browser = await site.signedIn(person)
      for (const path of gets) expect((await browser.get(`/registrations${path}`)).status).toBe(403)
      for (const path of posts) {
        const answer = await browser.post(`/registrations/${path}`, { domains: 'example.org', selected: String(id) })
        expect(answer.status).toBe(403)
      }
      expect((await browser.get('/mailboxes')).html).not.toContain('/registrations')
    }
    for (const path of gets) expect((await site.visitor().get(`/registrations${path}`)).location).toMatch(/^\/sign-in/)
    for (const path of posts) expect((await site.visitor().post(`/registrations/${path}`)).location).toBe('/sign-in')
    expect(await stateOf(id)).toMatchObject({ state: 'waiting' })
  })

  test('knows nothing of unconfirmed requests, nor of ids that are not there', async () => {
    const id = await ask('one@new.test')
    await site.query("UPDATE colombier_registrations SET state = 'unconfirmed' WHERE id = ?", [id])
    expect(addressesIn((await ben.get('/registrations')).html)).toEqual([])
    for (const unknown of [id, 999999, '0', 'x', '1e3', '-1']) {
      expect((await ben.get(`/registrations/${unknown}`)).status).toBe(404)
      expect((await ben.post(`/registrations/${unknown}/approval`, { domains: 'example.org' })).status).toBe(404)
      expect((await ben.post(`/registrations/${unknown}/denial`, {})).status).toBe(404)
      expect((await ben.post(`/registrations/${unknown}/notes`, { note: 'x' })).status).toBe(404)
    }
  })

  test('is filtered by how an address begins, in which no sign has a meaning', async () => {
    for (const email of ['ab@new.test', 'abc@new.test', 'b@new.test', 'a_c@new.test']) await ask(email)
    const found = async (prefix: string) =>
      addressesIn((await ben.get(`/registrations?${new URLSearchParams({ email: prefix }).toString()}`)).html)
    expect(await found(' AB')).toEqual(['ab@new.test', 'abc@new.test'])
    expect(await found('a_')).toEqual(['a_c@new.test'])
    expect(await found('%')).toEqual([])
    expect(await found("' OR 1=1 --")).toEqual([])
    expect((await ben.get('/registrations?email=%22%3E%3Cscript%3E')).html).toContain(
      'value="&quot;&gt;&lt;script&gt;"',
    )
  })

  test('has fifty on a page, and the next page goes on where it ended', async () => {
    const ids = []
    for (let number = 1; number <= 53; number++) ids.push(await ask(`p${String(number).padStart(2, '0')}@new.test`))
    const first = await ben.get('/registrations')
    expect(addressesIn(first.html)).toHaveLength(50)
    const next = /href="(\/registrations\?after=\d+)"/.exec(first.html)?.[1] ?? ''
    expect(addressesIn((await ben.get(next)).html)).toEqual(['p51@new.test', 'p52@new.test', 'p53@new.test'])
  })

  test('with ten thousand waiting is a page of fifty, in as many questions as with one', async () => {
    const count = async () => {
      const spies = [vi.spyOn(site.pool, 'query'), vi.spyOn(site.pool, 'execute')]
      const page = await ben.get('/registrations')
      const asked = spies.reduce((sum, spy) => sum + spy.mock.calls.length, 0)
      for (const spy of spies) spy.mockRestore()
      return { asked, page }
    }
    await ask('first@new.test')
    const few = await count()
    await site.query(
      `INSERT INTO colombier_registrations
         (email, password_hash, reason, language, state, requested_at, expires_at, confirmed_at)
       SELECT CONCAT('p', seq, '@new.test'), 'unused', REPEAT('because ', 50), 'en', 'waiting',
         UTC_TIMESTAMP(6), UTC_TIMESTAMP(6), UTC_TIMESTAMP(6) FROM ${numbersTo(10_000)}`,
    )
    const many = await count()

    expect(addressesIn(many.page.html)).toHaveLength(50)
    expect(many.page.html).toMatch(/id="requests-count"[^>]*>1,000\+</)
    expect([few.asked, many.asked]).toEqual([3, 3])
  })

  test('shows markup and marks of direction as text, in the page, the history and the log', async () => {
    const reason = '<script>alert(1)</script><img src=x onerror=alert(2)> javascript:alert(3) \u202Eesrever'
    const id = await ask('one@new.test', { reason })
    await ben.post(`/registrations/${id}/notes`, { note: '<b onclick=alert(4)>note</b>\u202E' })
    for (const path of ['/registrations', `/registrations/${id}`]) {
      const { html } = await ben.get(path)
      expect(html).toContain('&lt;script&gt;alert(1)&lt;/script&gt;')
      expect(html).toContain('&lt;b onclick=alert(4)&gt;note&lt;/b&gt;')
      expect(html).not.toMatch(/<script>alert|<img src=x|<b onclick/)
      // Each in an element of its own, whose direction ends with it.
      expect(html).toMatch(/<p class="foreign">&lt;script&gt;[^<]*\u202Eesrever<\/p>/)
    }
    await ben.post(`/registrations/${id}/denial`, { message: '<script>alert(5)</script>' })
    const { html } = await ben.get('/registrations/decisions')
    expect(html).toContain('&lt;script&gt;alert(5)&lt;/script&gt;')
    expect(html).not.toMatch(/<script>alert|<img src=x|<b onclick/)
    expect((await mails())[0]?.html_body).toContain('&lt;script&gt;alert(5)&lt;/script&gt;')
    expect((await mails())[0]?.html_body).not.toContain('<script>')
    expect(site.lines.join('')).not.toContain('alert(')
  })
})

describe('approving', () => {
  test('opens the account with what ben grants, mails the sign-in address, and it works', async () => {
    const id = await ask('one@new.test', { language: 'fr' })
    const form = await ben.get(`/registrations/${id}/approval`, { htmx: true })
    expect(form.html).toMatch(/^<li id="registration-\d+"/)
    expect(form.html).toContain('value="example.org"')
    expect(form.html).not.toContain('example.net')

    const answer = await ben.post(
      `/registrations/${id}/approval`,
      { domains: 'example.org', limit: '2' },
      { htmx: true },
    )
    expect(answer.status).toBe(200)
    expect(answer.html).toContain(`Approved by ${CAST.ben.email}`)
    expect(await accountOf('one@new.test')).toMatchObject({ role: 'user', active: 1, mailbox_limit: 2, language: 'fr' })
    expect(await grantsOf('one@new.test')).toEqual(['example.org'])
    expect(await stateOf(id)).toMatchObject({ state: 'approved', decider: CAST.ben.email, domains: 'example.org' })
    expect(await acts()).toEqual([
      { action: 'registration.approved', actor: CAST.ben.email, domain: 'example.org', subject: 'one@new.test' },
    ])
    const [mail] = await mails()
    expect(mail).toMatchObject({ recipient: 'one@new.test', subject: 'Bienvenue : votre compte est prêt' })
    expect(mail?.text_body).toContain(`${site.config.origin}/sign-in`)

    const newcomer = site.visitor()
    const signIn = { email: 'one@new.test', password: 'a quiet dove at dusk', next: '/' }
    expect((await newcomer.post('/sign-in', signIn)).status).toBe(303)
    const [row] = await site.query('SELECT password_hash FROM colombier_registrations WHERE id = ?', [id])
    expect(row).toEqual({ password_hash: null })
  })

  test('takes one click, which grants what ben granted last, or the only domain that he may grant', async () => {
    await ask('one@new.test')
    expect((await ben.get('/registrations')).html).toContain('“Approve” gives example.org')
    const approveAll = async (browser: Browser, email: string, body: Record<string, string>) => {
      const id = await ask(email)
      return browser.post(`/registrations/${id}/approval`, body, { htmx: true })
    }
    const first = await approveAll(ben, 'two@new.test', { usual: '1' })
    expect(first.html).toContain(`Approved by ${CAST.ben.email}`)
    expect(await grantsOf('two@new.test')).toEqual(['example.org'])

    const asked = await approveAll(dora, 'three@new.test', { usual: '1' })
    expect(asked.status).toBe(422)
    expect(asked.html).toContain('Choose at least one domain.')
    expect(asked.html).toContain('Domains to grant')
    await approveAll(dora, 'four@new.test', { domains: 'example.net', limit: '' })
    await approveAll(dora, 'five@new.test', { usual: '1' })
    expect(await grantsOf('five@new.test')).toEqual(['example.net'])
    await approveAll(ben, 'six@new.test', { usual: '1' })
    expect(await grantsOf('six@new.test')).toEqual(['example.org'])
  })

  test('without htmx leads back to the queue, where it stands for a minute with who did it', async () => {
    const id = await ask('one@new.test')
    expect((await ben.get(`/registrations/${id}/approval`)).html).toContain('<!doctype html>')
    const answer = await ben.post(`/registrations/${id}/approval`, { domains: 'example.org', limit: '' })
    expect(answer).toMatchObject({ status: 303, location: '/registrations' })
    expect((await ben.get('/registrations')).html).toContain(`Approved by ${CAST.ben.email}`)
    expect((await accountOf('one@new.test'))?.['mailbox_limit' as never]).toBeNull()

    await site.query('UPDATE colombier_registrations SET decided_at = decided_at - INTERVAL 2 MINUTE')
    expect(addressesIn((await ben.get('/registrations')).html)).toEqual([])
  })

  test('ben cannot grant a domain that he does not hold; dora can grant any that the mail server has', async () => {
    const id = await ask('one@new.test')
    for (const domains of [['example.net'], ['example.org', 'example.net'], ['elsewhere.test']]) {
      const answer = await ben.post(`/registrations/${id}/approval`, { domains, limit: '' }, { htmx: true })
      expect(answer.status).toBe(422)
      expect(answer.html).toContain('only grant domains that you manage')
    }
    expect((await dora.post(`/registrations/${id}/approval`, { domains: 'elsewhere.test', limit: '' })).status).toBe(
      422,
    )
    expect(await accountOf('one@new.test')).toBeUndefined()

    await dora.post(`/registrations/${id}/approval`, { domains: ['example.net', 'example.org'], limit: '' })
    expect(await grantsOf('one@new.test')).toEqual(['example.net', 'example.org'])
  })

  test('a domain taken away from ben is no longer his to grant, at the next request', async () => {
    const id = await ask('one@new.test')
    await site.query('DELETE FROM colombier_grants WHERE account_id = ?', [site.idOf('ben')])
    const answer = await ben.post(`/registrations/${id}/approval`, { domains: 'example.org', limit: '' })
    expect(answer.status).toBe(422)
    expect(answer.html).toContain('You manage no domain')
    await site.query("INSERT INTO colombier_grants VALUES (?, 'example.org')", [site.idOf('ben')])
  })

  test.each([
    ['no domain', { limit: '' }, 'at least one domain'],
    ['a limit that is no number', { domains: 'example.org', limit: 'many' }, 'a whole number up to 10,000'],
    ['a limit beyond all bounds', { domains: 'example.org', limit: '10001' }, 'a whole number up to 10,000'],
    ['a negative limit', { domains: 'example.org', limit: '-1' }, 'a whole number up to 10,000'],
  ])('with %s comes back with the message in place, and nothing is changed', async (_, form, message) => {
    const id = await ask('one@new.test')
    const answer = await ben.post(`/registrations/${id}/approval`, form, { htmx: true })
    expect(answer.status).toBe(422)
    expect(answer.html).toContain(message)
    expect(answer.html).toMatch(/^<li id="registration-\d+"/)
    expect(await stateOf(id)).toMatchObject({ state: 'waiting' })
    expect(await mails()).toEqual([])
  })

  test('is refused where the address has an account meanwhile, and the request can still be denied', async () => {
    const id = await ask(CAST.cleo.email)
    const before = await accountOf(CAST.cleo.email)
    const answer = await ben.post(
      `/registrations/${id}/approval`,
      { domains: 'example.org', limit: '' },
      { htmx: true },
    )
    expect(answer.status).toBe(409)
    expect(answer.html).toContain('This address has an account by now')
    expect(await accountOf(CAST.cleo.email)).toEqual(before)
    expect(await grantsOf(CAST.cleo.email)).toEqual(['example.net'])
    expect(await mails()).toEqual([])
    expect((await ben.post(`/registrations/${id}/denial`, { message: '' })).status).toBe(303)
  })
})

describe('denying', () => {
  test('silently sends nothing', async () => {
    const id = await ask('one@new.test')
    const answer = await ben.post(`/registrations/${id}/denial`, { message: '  ' }, { htmx: true })
    expect(answer.html).toContain(`Denied by ${CAST.ben.email}`)
    expect(await stateOf(id)).toMatchObject({ state: 'denied', message: null })
    expect(await mails()).toEqual([])
    expect(await accountOf('one@new.test')).toBeUndefined()
    expect(await acts()).toMatchObject([{ action: 'registration.denied', subject: 'one@new.test' }])
  })

  test('with a message mails it, in the language of whom it is for', async () => {
    const id = await ask('one@new.test', { language: 'fr' })
    await ben.post(`/registrations/${id}/denial`, { message: 'Ce serveur est celui du club.\nDésolé.' })
    const [mail] = await mails()
    expect(mail).toMatchObject({ recipient: 'one@new.test', subject: 'Votre demande de compte' })
    expect(mail?.text_body).toContain('Ce serveur est celui du club.\nDésolé.')
  })

  test('with a message that is too long comes back with what was typed', async () => {
    const id = await ask('one@new.test')
    const answer = await ben.post(`/registrations/${id}/denial`, { message: 'x'.repeat(2001) }, { htmx: true })
    expect(answer.status).toBe(422)
    expect(answer.html).toContain('x'.repeat(2001))
    expect(await stateOf(id)).toMatchObject({ state: 'waiting' })
  })
})

describe('reopening', () => {
  test('a misclick is undone in place, and who was denied comes in with the password of the request', async () => {
    const id = await ask('one@new.test')
    const denied = await ben.post(`/registrations/${id}/denial`, { message: '' }, { htmx: true })
    expect(denied.html).toContain(`hx-post="/registrations/${id}/reopening"`)
    const reopened = await ben.post(`/registrations/${id}/reopening`, {}, { htmx: true })
    expect(reopened.html).toContain(`hx-get="/registrations/${id}/approval"`)
    expect(await stateOf(id)).toEqual({ state: 'waiting', decider: null, message: null, domains: null })

    await ben.post(`/registrations/${id}/approval`, { domains: 'example.org', limit: '' })
    expect(await accountOf('one@new.test')).toMatchObject({ password_hash: passwordHash })
    expect((await acts()).map((act) => act['action'])).toEqual([
      'registration.denied',
      'registration.reopened',
      'registration.approved',
    ])
    expect((await ben.get('/audit')).html).toContain('Account request reopened')
  })

  test('is offered with what was decided, for denials only', async () => {
    const [one, two] = [await ask('one@new.test'), await ask('two@new.test')]
    await ben.post(`/registrations/${one}/approval`, { domains: 'example.org', limit: '' })
    await ben.post(`/registrations/${two}/denial`, { message: 'Not here.' })
    const { html } = await dora.get('/registrations/decisions')
    expect([...html.matchAll(/action="([^"]+reopening)"/g)].map(([, path]) => path)).toEqual([
      `/registrations/${two}/reopening`,
    ])
    expect((await dora.post(`/registrations/${one}/reopening`)).status).toBe(409)
    expect(await stateOf(one)).toMatchObject({ state: 'approved' })
    expect((await dora.post(`/registrations/${two}/reopening`)).location).toBe('/registrations')
    expect((await dora.post(`/registrations/${two}/reopening`)).location).toBe('/registrations')
    expect((await acts()).filter((act) => act['action'] === 'registration.reopened')).toHaveLength(1)
  })

  test('of a request whose password is gone has it confirmed anew; of an address with an account it is refused', async () => {
    const [id, known] = [await ask('one@new.test'), await ask(CAST.cleo.email)]
    await site.query("UPDATE colombier_registrations SET state = 'denied', decider = 'x', decided_at = NOW(6)")
    await site.query('UPDATE colombier_registrations SET password_hash = NULL WHERE id = ?', [id])
    expect((await ben.post(`/registrations/${known}/reopening`)).status).toBe(409)
    expect(await stateOf(known)).toMatchObject({ state: 'denied' })

    const answer = await ben.post(`/registrations/${id}/reopening`)
    expect(answer.html).toContain('Request reopened')
    const [mail] = await mails()
    const link = /\/registration\/confirmation\?token=[\w-]+/.exec(mail?.text_body ?? '')?.[0] ?? ''
    expect((await site.visitor().get(link)).html).toContain('one@new.test')
    expect(await stateOf(id)).toMatchObject({ state: 'unconfirmed' })
  })
})

describe('two moderators at once', () => {
  test('the first wins, the second is told who it was and what they did', async () => {
    const id = await ask('one@new.test')
    await dora.post(`/registrations/${id}/denial`, { message: '' })
    const answer = await ben.post(
      `/registrations/${id}/approval`,
      { domains: 'example.org', limit: '' },
      { htmx: true },
    )

    expect(answer.status).toBe(409)
    expect(answer.html).toContain(`Already denied by ${CAST.dora.email}`)
    expect(await accountOf('one@new.test')).toBeUndefined()
    expect(await stateOf(id)).toMatchObject({ state: 'denied', decider: CAST.dora.email })
  })

  test('at the very same moment, ten times over, one decision counts', async () => {
    for (let round = 1; round <= 10; round++) {
      const email = `p${round}@new.test`
      const id = await ask(email)
      const answers = await Promise.all([
        dora.post(`/registrations/${id}/denial`, { message: 'No.' }),
        ben.post(`/registrations/${id}/approval`, { domains: 'example.org', limit: '' }),
        ben.post(`/registrations/${id}/approval`, { domains: 'example.org', limit: '' }),
      ])
      expect(answers.map(({ status }) => status).sort()).toEqual([303, 409, 409])
      const approved = (await stateOf(id))?.['state'] === 'approved'
      expect((await accountOf(email)) !== undefined).toBe(approved)
      expect((await mails()).filter(({ recipient }) => recipient === email)).toHaveLength(1)
    }
  })

  test('ben, demoted or deactivated, is refused at his next request', async () => {
    const id = await ask('one@new.test')
    await site.query("UPDATE colombier_accounts SET role = 'user' WHERE id = ?", [site.idOf('ben')])
    expect((await ben.post(`/registrations/${id}/approval`, { domains: 'example.org', limit: '' })).status).toBe(403)
    await site.query("UPDATE colombier_accounts SET role = 'admin', active = FALSE WHERE id = ?", [site.idOf('ben')])
    const answer = await ben.post(`/registrations/${id}/approval`, { domains: 'example.org', limit: '' })
    expect(answer.location).toBe('/sign-in')
    await site.query('UPDATE colombier_accounts SET active = TRUE WHERE id = ?', [site.idOf('ben')])
    expect(await stateOf(id)).toMatchObject({ state: 'waiting' })
  })

  test('another origin decides nothing, and neither does a GET', async () => {
    const id = await ask('one@new.test')
    const foreign = { headers: { Origin: 'https://evil.example' } }
    for (const path of [`${id}/approval`, `${id}/denial`, `${id}/notes`, 'approvals', 'denials']) {
      const form = { domains: 'example.org', limit: '', selected: String(id), note: 'x' }
      expect((await ben.post(`/registrations/${path}`, form, foreign)).status).toBe(403)
      await ben.get(`/registrations/${path}?domains=example.org&selected=${id}&note=x`)
    }
    expect(await stateOf(id)).toMatchObject({ state: 'waiting' })
    expect(await acts()).toEqual([])
  })
})

describe('several at once', () => {
  test('ben approves those that he ticked and no others', async () => {
    const ids = await Promise.all(['one@new.test', 'two@new.test', 'three@new.test'].map((email) => ask(email)))
    const selected = ids.slice(0, 2).map(String)
    const page = await ben.get('/registrations')
    expect(page.html).toContain(`name="selected" value="${ids[0]}" form="bulk"`)
    const answer = await ben.post('/registrations/approvals', {
      selected,
      domains: 'example.org',
      limit: '1',
      prefix: '',
      after: '',
    })
    expect(answer).toMatchObject({ status: 303, location: '/registrations' })
    expect(await Promise.all(ids.map(async (id) => (await stateOf(id))?.['state']))).toEqual([
      'approved',
      'approved',
      'waiting',
    ])
    expect((await mails()).map(({ recipient }) => recipient).sort()).toEqual(['one@new.test', 'two@new.test'])
  })

  test('one click ticks all of them, without scripts too, and one approves them with the domains used last', async () => {
    const first = await ask('zero@new.test')
    await ben.post(`/registrations/${first}/approval`, { domains: 'example.org', limit: '' })
    const ids = await Promise.all(['one@new.test', 'two@new.test'].map((email) => ask(email)))
    const { html } = await ben.get('/registrations?email=&after=0&all=1')
    for (const id of ids) expect(html).toMatch(new RegExp(`value="${id}" form="bulk" checked`))

    const bar = { selected: ids.map(String), limit: '', prefix: '', after: '' }
    expect((await ben.post('/registrations/approvals', { ...bar, usual: '1' })).status).toBe(303)
    expect(await Promise.all(ids.map((id) => stateOf(id)))).toMatchObject(
      ids.map(() => ({ state: 'approved', domains: 'example.org' })),
    )
  })

  test('ben denies several with one message, and comes back to the page where he was', async () => {
    const ids = await Promise.all(['one@new.test', 'two@new.test'].map((email) => ask(email)))
    const answer = await ben.post('/registrations/denials', {
      selected: ids.map(String),
      message: 'Not here.',
      prefix: 'o',
      after: '1',
    })
    expect(answer.location).toBe('/registrations?email=o&after=1')
    expect(await mails()).toHaveLength(2)
  })

  test('those that others have decided meanwhile are named, the rest is done', async () => {
    const [one = 0, two = 0] = await Promise.all(['one@new.test', 'two@new.test'].map((email) => ask(email)))
    await dora.post(`/registrations/${one}/denial`, { message: '' })
    const answer = await ben.post('/registrations/approvals', {
      selected: [String(one), String(two)],
      domains: 'example.org',
      limit: '',
    })
    expect(answer.status).toBe(409)
    expect(answer.html).toContain('1 request approved.')
    expect(answer.html).toContain(`one@new.test: Already denied by ${CAST.dora.email}`)
    expect(await stateOf(two)).toMatchObject({ state: 'approved' })
  })

  test.each([
    ['nobody ticked', 'approvals', { domains: 'example.org', limit: '' }, 'at least one request'],
    ['nobody ticked', 'denials', { message: 'No.' }, 'at least one request'],
    ['no domain', 'approvals', { selected: 'all', limit: '3' }, 'at least one domain'],
    ['a foreign domain', 'approvals', { selected: 'all', domains: 'example.net', limit: '' }, 'that you manage'],
    ['a wrong limit', 'approvals', { selected: 'all', domains: 'example.org', limit: 'x' }, 'a whole number'],
  ])('%s at %s: the message, and the ticks are still there', async (_, path, form: Record<string, string>, words) => {
    const id = await ask('one@new.test')
    const filled = { ...form, ...(form['selected'] && { selected: String(id) }) }
    const answer = await ben.post(`/registrations/${path}`, filled)
    expect(answer.status).toBe(422)
    expect(answer.html).toContain(words)
    if (form['selected']) expect(answer.html).toMatch(new RegExp(`value="${id}" form="bulk" checked`))
    expect(await stateOf(id)).toMatchObject({ state: 'waiting' })
  })
})

describe('notes and history', () => {
  test('a note stays, with who wrote it, for the other moderators', async () => {
    const id = await ask('one@new.test')
    expect((await ben.get(`/registrations/${id}/notes`)).html).toContain('name="note"')
    const answer = await ben.post(`/registrations/${id}/notes`, { note: 'I know them.' }, { htmx: true })
    expect(answer.html).toContain('I know them.')
    const { html } = await dora.get('/registrations')
    expect(html).toContain('I know them.')
    expect(html).toContain(CAST.ben.email)
    expect(await acts()).toMatchObject([{ action: 'registration.noted', actor: CAST.ben.email }])

    expect((await ben.post(`/registrations/${id}/notes`, { note: ' ' }, { htmx: true })).status).toBe(422)
  })

  test('a note is shown once in each view, and as long as the decision is', async () => {
    const id = await ask('one@new.test')
    await ben.post(`/registrations/${id}/notes`, { note: 'I know them.' })
    const views = [
      { prefix: '', after: 0 },
      { prefix: 'one', after: 0 },
    ]
    const shown = async () =>
      (await readQueue(site.pool, views)).map(({ registrations }) =>
        registrations.flatMap(({ notes }) => notes.map(({ text }) => text)),
      )
    expect(await shown()).toEqual([['I know them.'], ['I know them.']])

    await ben.post(`/registrations/${id}/approval`, { domains: 'example.org', limit: '' })
    expect(await shown()).toEqual([['I know them.'], ['I know them.']])
  })

  test('what was decided can be looked up, newest first, with who, what, when and why', async () => {
    const [one, two] = [await ask('one@new.test'), await ask('two@new.test')]
    await ben.post(`/registrations/${one}/notes`, { note: 'I know them.' })
    await ben.post(`/registrations/${one}/approval`, { domains: 'example.org', limit: '' })
    await dora.post(`/registrations/${two}/denial`, { message: 'Not here.' })

    const { html } = await ben.get('/registrations/decisions')
    expect(addressesIn(html)).toEqual(['two@new.test', 'one@new.test'])
    for (const words of [
      `Approved by ${CAST.ben.email}`,
      `Denied by ${CAST.dora.email}`,
      'Not here.',
      'I know them.',
      'example.org',
    ]) {
      expect(html).toContain(words)
    }
    expect(addressesIn((await ben.get('/registrations/decisions?email=one')).html)).toEqual(['one@new.test'])
  })

  test('the history has fifty on a page, and goes on where it ended, however many at one moment', async () => {
    await site.query(
      `INSERT INTO colombier_registrations
         (email, reason, language, state, requested_at, expires_at, confirmed_at, decided_at, decider)
       SELECT CONCAT('p', seq, '@new.test'), 'because', 'en', 'denied', UTC_TIMESTAMP(6), UTC_TIMESTAMP(6),
         UTC_TIMESTAMP(6), '2026-01-02 03:04:05.678901', 'ben@people.test' FROM ${numbersTo(120)}`,
    )
    const seen = []
    let next: string | undefined = '/registrations/decisions'
    while (next !== undefined) {
      const { html }: { html: string } = await ben.get(next)
      seen.push(...addressesIn(html))
      next = /href="(\/registrations\/decisions\?[^"]*before=[^"]*)"/.exec(html)?.[1]?.replaceAll('&amp;', '&')
    }
    expect(seen).toHaveLength(120)
    expect(new Set(seen).size).toBe(120)
  })

  test('in French all of it is in French', async () => {
    await ask('one@new.test')
    ben.cookies.set('colombier-language', 'fr')
    const { html } = await ben.get('/registrations')
    expect(html).toContain('Demandes de compte')
    expect(html).toContain('Accepter')
    expect(html).not.toMatch(/Approve|Deny|Requests|Waiting/)
  })
})
