import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createPasswordHasher } from '../../src/lib/password/hasher.ts'
import { createHashWork } from '../../src/lib/password/work.ts'
import { createSignedTime } from '../../src/lib/signed-time.ts'
import { CAST, startApp, type TestApp } from '../support/app.ts'
import type { Browser } from '../support/browser.ts'
import { readOutbox } from '../support/outbox.ts'

const SECRET = 'a stork on the chimney'
const work = createHashWork()
const hasher = createPasswordHasher({ scheme: 'argon2id', argon2MemoryKiB: 8192, argon2Passes: 1, work })
let hashed = 0
const hash = (password: string) => {
  hashed++
  return hasher.hash(password)
}

let site: TestApp
beforeAll(async () => {
  site = await startApp({
    env: { TRUSTED_PROXIES: '10.0.0.0/8' },
    deps: { hashers: { account: { ...hasher, hash }, mailbox: hasher } },
  })
})
afterAll(async () => {
  await site.stop()
  await work.close()
})
beforeEach(async () => {
  hashed = 0
  for (const table of ['registrations', 'outbox', 'rate_limits', 'audit'])
    await site.query(`DELETE FROM colombier_${table}`)
})

let nextAddress = 1
/** Someone on a network that nobody in this file has used yet. */
const stranger = () => site.visitor(`198.51.100.${nextAddress++}`)

const stamp = (secondsAgo: number, purpose = 'registration form', secrets = site.config.sessionSecrets) =>
  createSignedTime(secrets, purpose).sign(Date.now() - secondsAgo * 1000)

const form = (email: string) => ({
  email,
  reason: 'I look after the carrier pigeons.',
  remarks: '',
  opened: stamp(60),
})
const send = (email: string, changes: Record<string, string> = {}, browser: Browser = stranger()) =>
  browser.post('/registration', { ...form(email), ...changes })

const registrations = () =>
  site.query('SELECT id, email, state, reason, language FROM colombier_registrations ORDER BY id')
const mails = () => readOutbox(site)

/** The token of the newest link that was mailed to this address. */
async function tokenFor(email: string): Promise<string> {
  const mail = (await mails()).filter(({ recipient }) => recipient === email).at(-1)
  return /confirmation\?token=([\w-]+)/.exec(mail?.text_body ?? '')?.[1] ?? ''
}

/** Opens the link's page and chooses a password there. */
const confirm = (token: string, password = SECRET, changes: Record<string, string> = {}, browser = stranger()) =>
  browser.post('/registration/confirmation', { token, password, again: password, ...changes })

async function registered(email: string): Promise<string> {
  expect((await send(email)).location).toBe('/registration/sent')
  return tokenFor(email)
}

describe('the form', () => {
  test('is reached from the sign-in page, and leads whoever has signed in home', async () => {
    expect((await stranger().get('/sign-in')).html).toContain('href="/registration"')
    const page = await stranger().get('/registration')
    expect(page.status).toBe(200)
    expect(page.html).toContain('action="/registration"')
    const ada = await site.signedIn('ada')
    expect((await ada.get('/registration')).location).toBe('/')
  })

  test('someone new is sent a link, and their words are kept with a hash of the link alone', async () => {
    const answer = await send(' New@People.test ', { reason: ' Two\r\nlines of reason. ' })

    expect(answer).toMatchObject({ status: 303, location: '/registration/sent' })
    expect(await registrations()).toMatchObject([
      { email: 'new@people.test', state: 'unconfirmed', reason: 'Two\nlines of reason.', language: 'en' },
    ])
    const [mail] = await mails()
    expect(mail).toMatchObject({ recipient: 'new@people.test', subject: 'Confirm your account request' })
    const token = await tokenFor('new@people.test')
    expect(Buffer.from(token, 'base64url')).toHaveLength(32)
    const [row] = await site.query('SELECT * FROM colombier_registrations')
    expect(JSON.stringify(row)).not.toContain(token)
    expect(row).toMatchObject({ password_hash: null })
    expect(site.lines.join('')).not.toContain(token)
  })

  test.each([
    ["o'brien@people.test", "o'brien@people.test"],
    ['r&d@people.test', 'r&d@people.test'],
    ['ivan@xn--e1afmkfd.xn--p1ai', 'ivan@xn--e1afmkfd.xn--p1ai'],
    ['Hans@Bücher.example', 'hans@xn--bcher-kva.example'],
  ])(
    '%s is an address: asks, confirms, is read by a moderator, signs in, and can reset the password',
    async (typed, kept) => {
      await send(typed)
      expect(await registrations()).toMatchObject([{ email: kept, state: 'unconfirmed' }])
      await confirm(await tokenFor(kept))
      const ben = await site.signedIn('ben')
      const readable = kept.replace('xn--bcher-kva', 'bücher').replace('xn--e1afmkfd.xn--p1ai', 'пример.рф')
      const queue = (await ben.get('/registrations')).html.replaceAll('&#39;', "'").replaceAll('&amp;', '&')
      expect(queue).toContain(readable)
      expect(queue).toContain(kept)
      expect((await ben.get(`/registrations?email=${encodeURIComponent(typed)}`)).html).toContain(
        'class="card registration"',
      )
      const [row] = await site.query<{ id: number }>('SELECT id FROM colombier_registrations')
      await ben.post(`/registrations/${row?.id ?? 0}/approval`, { domains: 'example.org', limit: '' })

      for (const email of [typed, kept]) {
        const browser = stranger()
        expect((await browser.post('/sign-in', { email, password: SECRET, next: '/' })).location).toBe('/')
        await site.query('DELETE FROM colombier_outbox')
        expect((await stranger().post('/password-reset', { email })).status).toBe(303)
        expect((await mails()).map(({ recipient }) => recipient)).toEqual([kept])
      }
      await site.query('DELETE FROM colombier_accounts WHERE email = ?', [kept])
    },
  )

  test('someone who reads French is written to in French', async () => {
    await stranger().send(
      '/registration',
      { method: 'POST', body: new URLSearchParams(form('new@people.test')) },
      { headers: { Origin: site.config.origin, 'Accept-Language': 'fr' } },
    )
    expect((await mails())[0]?.subject).toBe('Confirmez votre demande de compte')
    expect(await registrations()).toMatchObject([{ language: 'fr' }])
  })

  test.each([
    ['no address', { email: 'not an address' }, 'email'],
    ['a script for an address', { email: '<script>alert(1)</script>@people.test' }, 'email'],
    ['a short reason', { reason: 'because' }, 'reason'],
    ['a reason that is too long', { reason: 'x'.repeat(2001) }, 'reason'],
    ['a control character in the reason', { reason: 'I look after\u0000 the pigeons' }, 'reason'],
  ])('%s is told at the field, and what was typed stays', async (_, change, field) => {
    const answer = await send('new@people.test', change)

    expect(answer.status).toBe(422)
    expect(answer.html).toContain(`id="${field}-error"`)
    expect(await registrations()).toEqual([])
    expect(await mails()).toEqual([])
  })

  test('another origin cannot send it, and a GET with everything in it does nothing', async () => {
    const foreign = await stranger().post('/registration', form('new@people.test'), {
      headers: { Origin: 'https://evil.example' },
    })
    expect(foreign.status).toBe(403)
    await stranger().get(`/registration?${new URLSearchParams(form('new@people.test')).toString()}`)
    expect(await registrations()).toEqual([])
  })
})

describe('what is known of an address', () => {
  test('new, known, waiting and denied addresses and machines get one answer, and none of them costs a hash', async () => {
    await addRegistration('waiting@people.test', 'waiting')
    await addRegistration('denied@people.test', 'denied')

    const answers = []
    for (const [email, change] of [
      ['new@people.test', {}],
      [CAST.ada.email, {}],
      ['waiting@people.test', {}],
      ['denied@people.test', {}],
      ['machine@people.test', { remarks: 'https://spam.example' }],
    ] as const) {
      const browser = stranger()
      const { status, location, html } = await send(email, change, browser)
      answers.push({ status, location, html, page: (await browser.get('/registration/sent')).html })
    }

    expect(answers[0]).toMatchObject({ status: 303, location: '/registration/sent' })
    for (const answer of answers) expect(answer).toEqual(answers[0])
    expect(hashed).toBe(0)
  })

  test('ada, who has an account, is told so by mail and keeps her password', async () => {
    const before = await site.query('SELECT * FROM colombier_accounts')
    await send(CAST.ada.email)

    expect(await mails()).toMatchObject([{ recipient: CAST.ada.email, subject: 'You already have an account' }])
    expect((await mails())[0]?.text_body).not.toContain('token=')
    expect(await site.query('SELECT * FROM colombier_accounts')).toEqual(before)
  })

  test('who waits is told so by mail, and waits once', async () => {
    await addRegistration('waiting@people.test', 'waiting')
    await send('waiting@people.test')
    expect(await mails()).toMatchObject([{ subject: 'We have your account request' }])
    expect((await mails())[0]?.text_body).not.toContain('token=')
    expect((await registrations()).filter(({ state }) => state === 'waiting')).toHaveLength(1)
  })

  test('who was denied gets no mail, and no second chance by it', async () => {
    await addRegistration('denied@people.test', 'denied')
    await send('denied@people.test')
    expect(await mails()).toEqual([])
  })

  test('a machine that fills in what nobody sees gets nothing', async () => {
    await send('machine@people.test', { remarks: 'x' })
    expect(await mails()).toEqual([])
    expect(await registrations()).toEqual([])
  })

  test('how many machines were turned away in a week is told to moderators, and nothing of what they wrote', async () => {
    await site.query("DELETE FROM colombier_settings WHERE name LIKE 'dropped-%'")
    const ben = await site.signedIn('ben')
    expect((await ben.get('/registrations')).html).not.toContain('from bots')
    await send('machine@people.test', { remarks: 'x' })
    expect((await ben.get('/registrations')).html).toContain('1 request from bots dropped in the last 7 days.')
    await site.query(
      `INSERT INTO colombier_settings (name, value) VALUES (CONCAT('dropped-', UTC_DATE() - INTERVAL 6 DAY), '4'),
         (CONCAT('dropped-', UTC_DATE() - INTERVAL 7 DAY), '100')`,
    )
    await Promise.all([1, 2].map(() => send('machine@people.test', { remarks: 'y' })))
    expect((await ben.get('/registrations')).html).toContain('7 requests from bots dropped in the last 7 days.')
    const kept = await site.query("SELECT * FROM colombier_settings WHERE name LIKE 'dropped-%'")
    expect(kept).toHaveLength(2)
    expect(JSON.stringify(kept)).not.toContain('machine')
    await site.query("DELETE FROM colombier_settings WHERE name LIKE 'dropped-%'")
  })

  test('the trap is none of the fields that password managers fill: no input, and no name that they know', async () => {
    const { html } = await stranger().get('/registration')
    const trap = /<p class="trap"[^]*?<\/p>/.exec(html)?.[0] ?? ''
    expect(trap).toContain('<textarea')
    expect(trap).not.toContain('<input')
    expect(trap).toContain('aria-hidden="true"')
    expect(trap).not.toMatch(/name="(?:website|url|name|phone|company|address|email|user)/)
  })

  test('whoever sends the form with somebody else’s address chooses no password: only who reads the mail does', async () => {
    await send('new@people.test', { password: 'the thief’s own password', again: 'the thief’s own password' })
    expect(await confirm(await tokenFor('new@people.test'))).toMatchObject({ location: '/registration/confirmed' })

    const rows = await site.query<{ password_hash: string }>('SELECT password_hash FROM colombier_registrations')
    expect(rows).toHaveLength(1)
    expect(await hasher.verify(rows[0]?.password_hash ?? '', SECRET)).toBe('match')
    expect(await hasher.verify(rows[0]?.password_hash ?? '', 'the thief’s own password')).toBe('mismatch')
  })
})

describe('machines are kept out', () => {
  test('what is sent sooner than three seconds after the form was opened is asked for again', async () => {
    const opened = stamp(1)
    const answer = await send('new@people.test', { opened })
    expect(answer.status).toBe(422)
    expect(answer.html).toContain('That was very quick.')
    expect(answer.html).toContain('value="new@people.test"')
    // The time goes on from when the form was first opened.
    expect(answer.html).toContain(`value="${opened}"`)
    expect(await registrations()).toEqual([])
  })

  test.each([
    ['no time', () => ''],
    ['a time that was made up', () => `${Date.now() - 60_000}.${'A'.repeat(43)}`],
    ['a time that was moved', () => stamp(1).replace(/^\d+/, String(Date.now() - 60_000))],
    ['a time signed for another form', () => stamp(60, 'another form')],
    ['a time signed with another secret', () => stamp(60, undefined, ['another secret of thirty-two letters'])],
    ['a time of yesterday', () => stamp(86_400)],
  ])('a form with %s is asked for again, with a new time', async (_, openedAt) => {
    const opened = openedAt()
    const answer = await send('new@people.test', { opened })
    expect(answer.status).toBe(422)
    expect(answer.html).toContain('open for too long')
    const fresh = /name="opened" value="([^"]+)"/.exec(answer.html)?.[1] ?? ''
    expect(fresh).toMatch(/^\d{13}\.[\w-]{43}$/)
    expect(fresh).not.toBe(opened)
    expect(await registrations()).toEqual([])
  })

  test('the form as it is opened can be sent, after three seconds', async () => {
    const patient = await startApp({
      env: { REGISTRATION_MIN_SECONDS: '0' },
      database: site.database,
      cast: false,
    })
    const browser = patient.visitor('198.51.100.200')
    const page = await browser.get('/registration')
    const opened = /name="opened" value="([^"]+)"/.exec(page.html)?.[1] ?? ''
    expect((await browser.post('/registration', { ...form('new@people.test'), opened })).status).toBe(303)
    await patient.stop()
  })

  test('three in an hour from one network are taken, then it is blocked for an hour; the next network is not', async () => {
    const office = site.visitor('203.0.113.1')
    for (let time = 1; time <= 3; time++) expect((await send(`p${time}@people.test`, {}, office)).status).toBe(303)
    const answer = await send('p4@people.test', {}, office)

    expect(answer.status).toBe(429)
    expect(Number(answer.headers.get('Retry-After'))).toBeGreaterThan(3500)
    expect(answer.html).toContain('Too many attempts. Try again in 60 minutes.')
    expect(answer.html).toContain('value="p4@people.test"')
    expect(await registrations()).toHaveLength(3)
    expect((await send('p4@people.test', {}, site.visitor('203.0.113.2'))).status).toBe(303)
  })

  test('one IPv6 network counts as one, and what a client says of itself does not count', async () => {
    for (let time = 1; time <= 3; time++) {
      await send(`p${time}@people.test`, {}, site.visitor(`2001:db8:1:2::${time}`))
    }
    expect((await send('p4@people.test', {}, site.visitor('2001:db8:1:2:ffff::9'))).status).toBe(429)
    expect((await send('p4@people.test', {}, site.visitor('2001:db8:1:3::9'))).status).toBe(303)

    const liar = site.visitor('203.0.113.7')
    for (let time = 1; time <= 4; time++) {
      const answer = await liar.post('/registration', form(`q${time}@people.test`), {
        headers: { 'X-Forwarded-For': `192.0.2.${time}` },
      })
      expect(answer.status).toBe(time <= 3 ? 303 : 429)
    }
  })

  test('forms with mistakes do not count, and neither do failed sign-ins', async () => {
    const office = site.visitor('203.0.113.20')
    for (let time = 1; time <= 5; time++) await send('new@people.test', { reason: 'short' }, office)
    for (let time = 1; time <= 5; time++) {
      await office.post('/sign-in', { email: 'new@people.test', password: 'wrong', next: '/' })
    }
    expect((await send('new@people.test', {}, office)).status).toBe(303)
  })

  test('one address gets three mails a day at most, whoever asks, and the answer does not say so', async () => {
    const answers = []
    for (let time = 1; time <= 5; time++) answers.push(await send('new@people.test'))
    expect(answers.map(({ location }) => location)).toEqual(Array(5).fill('/registration/sent'))
    expect(await mails()).toHaveLength(3)
  })
})

describe('the link', () => {
  test('opened by ada or by a program that looks through her mail, changes nothing', async () => {
    const token = await registered('new@people.test')
    const before = await site.query('SELECT * FROM colombier_registrations')
    const path = `/registration/confirmation?token=${token}`
    for (let time = 1; time <= 3; time++) {
      const page = await stranger().get(path)
      expect(page.status).toBe(200)
      expect(page.html).toContain('I look after the carrier pigeons.')
    }
    await stranger().send(path, { method: 'HEAD' })
    expect(await site.query('SELECT * FROM colombier_registrations')).toEqual(before)
    expect(site.lines.join('')).not.toContain(token)
  })

  test('confirmed by the button, the request waits and the moderators hear of it, each in their language', async () => {
    await site.query("UPDATE colombier_accounts SET language = 'fr' WHERE email = ?", [CAST.dora.email])
    const token = await registered('new@people.test')
    await site.query('DELETE FROM colombier_outbox')
    const answer = await confirm(token)

    expect(answer).toMatchObject({ status: 303, location: '/registration/confirmed' })
    expect(await registrations()).toMatchObject([{ email: 'new@people.test', state: 'waiting' }])
    const told = await mails()
    expect(told.map(({ recipient, subject }) => [recipient, subject]).sort()).toEqual([
      [CAST.ben.email, 'New account request: new@people.test'],
      [CAST.dora.email, 'Nouvelle demande de compte : new@people.test'],
    ])
    expect(told[0]?.text_body).toContain(`${site.config.origin}/registrations`)
    expect(await site.query('SELECT action, subject FROM colombier_audit')).toEqual([
      { action: 'registration.confirmed', subject: 'new@people.test' },
    ])
    await site.query('UPDATE colombier_accounts SET language = NULL')
  })

  test('leads to no sign-in that would fail; whoever signs in with the right password is told that the request waits', async () => {
    await confirm(await registered('new@people.test'))
    const signIn = (password: string) => stranger().post('/sign-in', { email: 'new@people.test', password, next: '/' })
    expect((await stranger().get('/registration/confirmed')).html).not.toContain('href="/sign-in"')

    const right = await signIn(SECRET)
    expect(right.status).toBe(422)
    expect(right.html).toContain('your request is still waiting')
    expect(right.headers.getSetCookie().join()).not.toContain('session')
    const wrong = await signIn('not the password at all')
    expect(wrong.html).not.toContain('your request is still waiting')
    for (let time = 1; time <= 6; time++) expect((await signIn(SECRET)).status).toBe(422)

    await site.query("UPDATE colombier_registrations SET state = 'denied'")
    expect((await signIn(SECRET)).html).not.toContain('your request is still waiting')
  })

  test('a second request does not bring the moderators a second mail while the first one waits', async () => {
    for (const email of ['one@people.test', 'two@people.test']) {
      await confirm(await registered(email))
    }
    const told = (await mails()).filter(({ recipient }) => recipient === CAST.ben.email)
    expect(told).toHaveLength(1)

    await site.query("UPDATE colombier_registrations SET state = 'denied' WHERE email = 'one@people.test'")
    await confirm(await registered('three@people.test'))
    expect((await mails()).filter(({ recipient }) => recipient === CAST.ben.email)).toHaveLength(2)
  })

  test.each([
    ['a short password', { password: 'short', again: 'short' }, 'new-password'],
    ['a password that is too long', { password: 'x'.repeat(257), again: 'x'.repeat(257) }, 'new-password'],
    ['two passwords', { again: 'something else altogether' }, 'new-again'],
    ['the address for a password', { password: 'new@people.test1', again: 'new@people.test1' }, 'new-password'],
  ])('with %s confirms nothing, and the page is shown again with what was asked', async (_, change, field) => {
    const token = await registered('new@people.test')
    const answer = await confirm(token, SECRET, change)
    expect(answer.status).toBe(422)
    expect(answer.html).toContain(`id="${field}-error"`)
    expect(answer.html).toContain('I look after the carrier pigeons.')
    expect(answer.html).not.toContain(SECRET)
    expect(hashed).toBe(0)
    expect(await registrations()).toMatchObject([{ state: 'unconfirmed' }])
    expect((await confirm(token)).location).toBe('/registration/confirmed')
    expect(site.lines.join('')).not.toContain(SECRET)
  })

  test('counts once, however often the button is pressed, and says afterwards that it was done', async () => {
    const token = await registered('new@people.test')
    const answers = await Promise.all(Array.from({ length: 10 }, () => confirm(token)))
    expect(answers.filter(({ location }) => location === '/registration/confirmed')).toHaveLength(1)
    for (const answer of answers.filter(({ location }) => location === null)) {
      expect(answer.status).toBe(200)
      expect(answer.html).toContain('Already confirmed')
    }
    expect(await registrations()).toHaveLength(1)

    const before = await site.query('SELECT * FROM colombier_registrations')
    const other = await confirm(token, 'another password altogether')
    const again = await stranger().get(`/registration/confirmation?token=${token}`)
    for (const answer of [other, again]) {
      expect(answer.status).toBe(200)
      expect(answer.html).toContain('Already confirmed')
      expect(answer.html).not.toContain('name="password"')
    }
    expect(await site.query('SELECT * FROM colombier_registrations')).toEqual(before)

    await site.query('UPDATE colombier_registrations SET expires_at = UTC_TIMESTAMP(6)')
    const late = await stranger().get(`/registration/confirmation?token=${token}`)
    expect(late.status).toBe(410)
    expect(late.html).toContain('This link no longer works')
  })

  test('two links for one address, opened at once, make one request', async () => {
    const tokens = [await registered('new@people.test'), await registered('new@people.test')]
    await Promise.all(tokens.map((token) => confirm(token)))
    expect(await registrations()).toMatchObject([{ state: 'waiting' }])
  })

  test('of two days ago has expired', async () => {
    const token = await registered('new@people.test')
    await site.query('UPDATE colombier_registrations SET expires_at = UTC_TIMESTAMP(6)')
    expect((await stranger().get(`/registration/confirmation?token=${token}`)).status).toBe(410)
    expect((await confirm(token)).status).toBe(410)
    expect(await registrations()).toMatchObject([{ state: 'unconfirmed' }])
  })

  test.each(['', 'x', '../../etc/passwd', 'A'.repeat(5000)])(
    'that was made up, "%.20s", leads nowhere',
    async (token) => {
      const query = new URLSearchParams({ token }).toString()
      expect((await stranger().get(`/registration/confirmation?${query}`)).status).toBe(410)
      expect((await confirm(token)).status).toBe(410)
    },
  )

  test('from another origin confirms nothing', async () => {
    const token = await registered('new@people.test')
    const headers = { Origin: 'https://evil.example' }
    expect(
      (await stranger().post('/registration/confirmation', { token, password: SECRET, again: SECRET }, { headers }))
        .status,
    ).toBe(403)
    expect(await registrations()).toMatchObject([{ state: 'unconfirmed' }])
  })

  test('whose address got an account meanwhile says so, and makes no request', async () => {
    const token = await registered('new@people.test')
    await site.query(
      `INSERT INTO colombier_accounts (email, password_hash, created_at)
       VALUES ('new@people.test', 'unused', UTC_TIMESTAMP(6))`,
    )
    const answer = await confirm(token)
    expect(answer.location).toBe('/registration/known')
    expect((await stranger().get('/registration/known')).html).toContain('You already have an account')
    expect(await registrations()).toMatchObject([{ state: 'unconfirmed' }])
    await site.query("DELETE FROM colombier_accounts WHERE email = 'new@people.test'")
  })

  test('lasts as long as the settings and the mail say', async () => {
    await registered('new@people.test')
    const [row] = await site.query<{ hours: number }>(
      'SELECT TIMESTAMPDIFF(HOUR, requested_at, expires_at) AS hours FROM colombier_registrations',
    )
    expect(row?.hours).toBe(48)
    expect((await mails())[0]?.text_body).toContain('48 hours')
  })

  test('shows markup in a reason as the text that it is, on its page and in no mail', async () => {
    const reason = '<script>alert("ada")</script> \u202Eesrever <img src=x onerror=alert(1)>'
    await send('new@people.test', { reason })
    const page = await stranger().get(`/registration/confirmation?token=${await tokenFor('new@people.test')}`)
    expect(page.html).toContain('&lt;script&gt;alert(&quot;ada&quot;)&lt;/script&gt;')
    expect(page.html).not.toContain('<script>alert')
    expect(page.html).not.toContain('<img src=x')
    expect((await mails()).map(({ html_body }) => html_body).join()).not.toContain('alert')
    expect(site.lines.join('')).not.toContain('alert')
  })
})

async function addRegistration(email: string, state: 'waiting' | 'denied') {
  await site.query(
    `INSERT INTO colombier_registrations
       (email, password_hash, reason, language, state, requested_at, expires_at, confirmed_at)
     VALUES (?, NULL, 'A reason of some length', 'en', ?, UTC_TIMESTAMP(6), UTC_TIMESTAMP(6), UTC_TIMESTAMP(6))`,
    [email, state],
  )
}
