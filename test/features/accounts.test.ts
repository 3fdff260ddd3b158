import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { CAST, startApp, type Person, type TestApp } from '../support/app.ts'
import type { Browser } from '../support/browser.ts'
import { numbersTo } from '../support/database.ts'

let site: TestApp
let dora: Browser
beforeAll(async () => {
  site = await startApp()
})
afterAll(() => site.stop())

beforeEach(async () => {
  await site.query("DELETE FROM colombier_accounts WHERE email LIKE 'many%' OR email LIKE '%<%'")
  for (const [name, { role, domains }] of Object.entries(CAST)) {
    const id = site.idOf(name as Person)
    await site.query('UPDATE colombier_accounts SET role = ?, active = TRUE, mailbox_limit = NULL WHERE id = ?', [
      role,
      id,
    ])
    await site.query('DELETE FROM colombier_grants WHERE account_id = ?', [id])
    for (const domain of domains) await site.query('INSERT INTO colombier_grants VALUES (?, ?)', [id, domain])
  }
  await site.query('DELETE FROM colombier_audit')
  dora = await site.signedIn('dora')
})

const rightsOf = (person: Person) => `/accounts/${site.idOf(person)}/rights`
const same = { role: 'user', active: 'yes', mailboxLimit: '', domains: 'example.org' }

async function stored(person: Person) {
  const id = site.idOf(person)
  const [row] = await site.query('SELECT role, active, mailbox_limit FROM colombier_accounts WHERE id = ?', [id])
  const grants = await site.query<{ domain: string }>('SELECT domain FROM colombier_grants WHERE account_id = ?', [id])
  return { ...row, domains: grants.map(({ domain }) => domain).sort() }
}

const acts = () =>
  site.query<{ action: string; subject: string }>('SELECT action, subject FROM colombier_audit ORDER BY id')

describe('the list of accounts', () => {
  test('dora sees every account with its role, limit and domains', async () => {
    const { status, html } = await dora.get('/accounts')
    expect(status).toBe(200)
    for (const { email } of Object.values(CAST)) expect(html).toContain(email)
    expect(html).toContain('Super administrator')
    expect(html).toContain('0 of 3')
    expect(html).toContain('example.net')
  })

  test('others may not see it, nor an account in it, and a stranger is led to sign in', async () => {
    for (const person of ['ada', 'ben', 'cleo'] as const) {
      const browser = await site.signedIn(person)
      expect((await browser.get('/accounts')).status).toBe(403)
      expect((await browser.get(`/accounts/${site.idOf('ada')}`)).status).toBe(403)
      expect((await browser.get(rightsOf('ada'))).status).toBe(403)
      expect((await browser.post(rightsOf('ada'), { ...same, role: 'super_admin' })).status).toBe(403)
      expect((await browser.post(`/accounts/${site.idOf('ada')}/sessions/revocation`)).status).toBe(403)
    }
    expect((await site.visitor().get('/accounts')).location).toBe('/sign-in?next=%2Faccounts')
    expect(await stored('ada')).toMatchObject({ role: 'user' })
  })

  test('each has its own mailboxes, domains and passkey, beside one that has thousands', async () => {
    const [ada, ben, cleo] = (['ada', 'ben', 'cleo'] as const).map((person) => site.idOf(person))
    const row = async (person: Person) => {
      const { html } = await dora.get('/accounts')
      const [text = ''] = html.split(`<tr id="account-${site.idOf(person)}"`)[1]?.split('</tr>') ?? []
      return [
        />([\d,+]+) of \d/.exec(text)?.[1],
        /data-label="Domains">([^<]*)</.exec(text)?.[1],
        text.includes('Remove second factor'),
      ]
    }
    const insert = (count: number, id: number | undefined) =>
      site.query(
        `INSERT INTO colombier_mailboxes (address, account_id, created_at)
         SELECT CONCAT('many', seq, '@a${id}.test'), ${id}, UTC_TIMESTAMP(6) FROM ${numbersTo(count)}`,
      )
    await insert(2, ada)
    await insert(3, ben)
    await site.query(
      `INSERT INTO colombier_passkeys (account_id, credential_id, public_key, counter, transports, name, created_at)
       VALUES (?, 'one', '', 0, '', 'phone', NOW()), (?, 'other', '', 0, '', 'key', NOW())`,
      [ada, ada],
    )
    expect(await row('ada')).toEqual(['2', 'example.org', true])
    expect(await row('ben')).toEqual(['3', 'example.org', false])
    expect(await row('cleo')).toEqual(['0', 'example.net', false])

    await insert(10_001, cleo)
    expect(await row('ada')).toEqual(['2', 'example.org', true])
    expect(await row('ben')).toEqual(['3', 'example.org', false])
    expect(await row('cleo')).toEqual(['1,000+', 'example.net', false])
    await site.query("DELETE FROM colombier_mailboxes WHERE address LIKE 'many%'")
    await site.query('DELETE FROM colombier_passkeys')
  })

  test('it is searched by the beginning of the address, in which % and _ are no signs', async () => {
    const found = await dora.get('/accounts?q=CL')
    expect(found.html).toContain('cleo@people.test')
    expect(found.html).not.toContain('ada@people.test')
    for (const q of ['%', '_da', 'people.test']) {
      expect((await dora.get(`/accounts?q=${encodeURIComponent(q)}`)).html).toContain('No matches.')
    }
  })

  test('it is paged by address, each account once', async () => {
    const emails = Array.from({ length: 120 }, (_, index) => `many${String(index).padStart(3, '0')}@people.test`)
    await site.query('INSERT INTO colombier_accounts (email, password_hash, created_at) VALUES ?', [
      emails.map((email) => [email, '-', '2026-01-01']),
    ])
    const seen: string[] = []
    let path: string | undefined = '/accounts?q=many'
    for (let page = 1; path !== undefined && page <= 5; page++) {
      const { html }: { html: string } = await dora.get(path)
      seen.push(...[...html.matchAll(/<bdi class="address">(many\d+@people\.test)</g)].map(([, email]) => email ?? ''))
      path = /rel="next" href="([^"]+)"/.exec(html)?.[1]?.replaceAll('&amp;', '&')
    }
    expect(seen).toEqual(emails)
  })

  test('what an address is made of is shown as text', async () => {
    await site.query(
      `INSERT INTO colombier_accounts (email, password_hash, created_at) VALUES ('<script>alert(1)</script>\u202Egro.', '-', NOW())`,
    )
    const { html } = await dora.get('/accounts?q=%3Cscript')
    expect(html).toContain('<bdi class="address">&lt;script&gt;alert(1)&lt;/script&gt;\u202Egro.</bdi>')
    expect(html).not.toContain('<script>alert')
  })
})

describe('changing rights', () => {
  test('dora makes ada an administrator of two domains with ten mailboxes, and it is written down', async () => {
    const answer = await dora.post(rightsOf('ada'), {
      role: 'admin',
      active: 'yes',
      mailboxLimit: '10',
      domains: 'Example.org\r\nexample.net, example.net',
    })
    expect(answer).toMatchObject({ status: 303, location: `/accounts/${site.idOf('ada')}` })
    expect(await stored('ada')).toEqual({
      role: 'admin',
      active: 1,
      mailbox_limit: 10,
      domains: ['example.net', 'example.org'],
    })
    expect(await acts()).toEqual([
      { action: 'account.role_changed', subject: 'ada@people.test: user → admin' },
      { action: 'account.limit_changed', subject: 'ada@people.test: – → 10' },
      { action: 'account.domain_granted', subject: 'ada@people.test' },
    ])
  })

  test('in place, the form takes the row’s place and the changed row the form’s', async () => {
    const form = await dora.get(rightsOf('ada'), { htmx: true })
    expect(form.html).toMatch(/^<tr id="account-\d+"/)
    expect(form.html).toContain('name="mailboxLimit"')
    const row = await dora.post(rightsOf('ada'), { ...same, role: 'admin' }, { htmx: true })
    expect(row.status).toBe(200)
    expect(row.html).toMatch(/^<tr id="account-\d+"/)
    expect(row.html).toContain('Administrator')
  })

  test('an empty limit is everyone’s again', async () => {
    await dora.post(rightsOf('ada'), { ...same, mailboxLimit: '0' })
    expect(await stored('ada')).toMatchObject({ mailbox_limit: 0 })
    await dora.post(rightsOf('ada'), same)
    expect(await stored('ada')).toMatchObject({ mailbox_limit: null })
  })

  test('a wrong form says what is wrong, keeps what was typed and changes nothing', async () => {
    const before = await stored('ada')
    const wrong: Record<string, string>[] = [
      { ...same, role: 'emperor' },
      { ...same, mailboxLimit: '-1' },
      { ...same, mailboxLimit: '10001' },
      { ...same, mailboxLimit: 'many' },
      { ...same, active: 'perhaps' },
      { ...same, domains: 'example.org\nnobody.example' },
      { ...same, domains: '<b>example.org</b>' },
      {},
    ]
    for (const form of wrong) {
      const answer = await dora.post(rightsOf('ada'), form)
      expect(answer.status).toBe(422)
      if (form['domains'])
        expect(answer.html).toContain(form['domains'].replaceAll('<', '&lt;').replaceAll('>', '&gt;'))
    }
    expect(await stored('ada')).toEqual(before)
    expect(await acts()).toEqual([])
  })

  test('a domain that the mail server has lost may stay, but not come back', async () => {
    await site.query("INSERT INTO colombier_grants VALUES (?, 'gone.example')", [site.idOf('ada')])
    expect((await dora.post(rightsOf('ada'), { ...same, domains: 'example.org gone.example' })).status).toBe(303)
    await dora.post(rightsOf('ada'), same)
    expect((await dora.post(rightsOf('ada'), { ...same, domains: 'example.org gone.example' })).status).toBe(422)
  })

  test('no account of this id is 404, whatever the id', async () => {
    for (const id of ['0', '999999', 'x', '1e3', "1'", '99999999999999999999']) {
      expect((await dora.get(`/accounts/${encodeURIComponent(id)}/rights`)).status).toBe(404)
      expect((await dora.post(`/accounts/${encodeURIComponent(id)}/rights`, same)).status).toBe(404)
    }
  })

  test('a GET changes nothing, and another origin is refused', async () => {
    const before = await stored('ada')
    await dora.get(`${rightsOf('ada')}?role=admin&active=`)
    const answer = await dora.post(
      rightsOf('ada'),
      { ...same, role: 'admin' },
      { headers: { Origin: 'https://evil.example' } },
    )
    expect(answer.status).toBe(403)
    const ended = await dora.post(
      `/accounts/${site.idOf('ada')}/sessions/revocation`,
      {},
      { headers: { Origin: 'https://evil.example' } },
    )
    expect(ended.status).toBe(403)
    expect(await stored('ada')).toEqual(before)
  })
})

describe('what is taken away is gone at the next request', () => {
  const countSessions = async (person: Person) =>
    (await site.query('SELECT 1 FROM colombier_sessions WHERE account_id = ?', [site.idOf(person)])).length

  test('ben, who is no administrator any more, is signed out and then may not', async () => {
    const ben = await site.signedIn('ben')
    expect((await ben.get('/domains')).status).toBe(200)
    await dora.post(rightsOf('ben'), same)
    expect((await ben.get('/domains')).location).toMatch(/^\/sign-in/)
    expect((await (await site.signedIn('ben')).get('/domains')).status).toBe(403)
  })

  test('a role taken away in the table is felt by an open session too', async () => {
    const ben = await site.signedIn('ben')
    await site.query("UPDATE colombier_accounts SET role = 'user' WHERE id = ?", [site.idOf('ben')])
    expect((await ben.get('/domains')).status).toBe(403)
  })

  test('a deactivated account has no session, no open link, and cannot sign in', async () => {
    const ada = await site.signedIn('ada')
    await site.query(
      `INSERT INTO colombier_links (id_hash, account_id, purpose, expires_at)
       VALUES (REPEAT('x', 32), ?, 'password_reset', NOW() + INTERVAL 1 DAY)`,
      [site.idOf('ada')],
    )
    await dora.post(rightsOf('ada'), { ...same, active: '' })
    expect((await ada.get('/mailboxes')).location).toMatch(/^\/sign-in/)
    expect(await countSessions('ada')).toBe(0)
    expect(await site.query('SELECT 1 FROM colombier_links')).toEqual([])
    await expect(site.signedIn('ada')).rejects.toThrow('422')
  })

  test('a domain that is withdrawn ends the sessions; a lower limit does not', async () => {
    await site.signedIn('ada')
    await dora.post(rightsOf('ada'), { ...same, mailboxLimit: '1' })
    expect(await countSessions('ada')).toBeGreaterThan(0)
    await dora.post(rightsOf('ada'), { ...same, domains: '' })
    expect(await countSessions('ada')).toBe(0)
  })

  test('all sessions of an account are ended at a click', async () => {
    const here = await site.signedIn('ada')
    const there = await site.signedIn('ada')
    const answer = await dora.post(`/accounts/${site.idOf('ada')}/sessions/revocation`, {}, { htmx: true })
    expect(answer.html).toMatch(/\d+ sessions ended\./)
    for (const browser of [here, there]) expect((await browser.get('/mailboxes')).location).toMatch(/^\/sign-in/)
    expect(await acts()).toEqual([{ action: 'account.sessions_ended', subject: 'ada@people.test' }])
  })
})

describe('the last active super admin', () => {
  const demoted = { role: 'user', active: 'yes', mailboxLimit: '', domains: '' }

  test('can be neither demoted nor deactivated, and is told why', async () => {
    for (const form of [demoted, { ...demoted, role: 'super_admin', active: '' }]) {
      const answer = await dora.post(rightsOf('dora'), form)
      expect(answer.status).toBe(422)
      expect(answer.html).toContain('last active super administrator')
    }
    expect(await stored('dora')).toMatchObject({ role: 'super_admin', active: 1 })
    expect(await acts()).toEqual([])
  })

  test('is still the last one beside a super admin who is deactivated', async () => {
    await site.query("UPDATE colombier_accounts SET role = 'super_admin', active = FALSE WHERE id = ?", [
      site.idOf('ben'),
    ])
    expect((await dora.post(rightsOf('dora'), demoted)).status).toBe(422)
  })

  test('may change the other rights of her own account', async () => {
    expect((await dora.post(rightsOf('dora'), { ...demoted, role: 'super_admin', mailboxLimit: '7' })).status).toBe(303)
    expect(await stored('dora')).toMatchObject({ mailbox_limit: 7 })
  })

  test('stays, when two would take it from each other at once', async () => {
    for (let round = 1; round <= 8; round++) {
      await site.query("UPDATE colombier_accounts SET role = 'super_admin', active = TRUE WHERE id IN (?, ?)", [
        site.idOf('ben'),
        site.idOf('dora'),
      ])
      const [first, second] = await Promise.all([site.signedIn('dora'), site.signedIn('ben')])
      const answers = await Promise.all([
        first.post(rightsOf('ben'), demoted),
        second.post(rightsOf('dora'), round % 2 ? demoted : { ...demoted, role: 'super_admin', active: '' }),
      ])
      const left = await site.query("SELECT id FROM colombier_accounts WHERE role = 'super_admin' AND active")
      expect(left).toHaveLength(1)
      expect(
        answers.filter(({ status, location }) => status === 303 && location?.startsWith('/accounts/')),
      ).toHaveLength(1)
    }
  })

  test('stays, when each gives up their own at once', async () => {
    await site.query("UPDATE colombier_accounts SET role = 'super_admin' WHERE id = ?", [site.idOf('ben')])
    const [first, second] = await Promise.all([site.signedIn('dora'), site.signedIn('ben')])
    const answers = await Promise.all([first.post(rightsOf('dora'), demoted), second.post(rightsOf('ben'), demoted)])
    expect(answers.map(({ status }) => status).sort()).toEqual([303, 422])
    expect(await site.query("SELECT 1 FROM colombier_accounts WHERE role = 'super_admin' AND active")).toHaveLength(1)
  })
})
