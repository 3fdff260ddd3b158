import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { CAST, PASSWORD, startApp, type TestApp } from '../support/app.ts'
import type { Browser } from '../support/browser.ts'
import { linkTo, readOutbox } from '../support/outbox.ts'

const NEXT = 'ada@elsewhere.test'

let site: TestApp
let ada: Browser
beforeAll(async () => {
  site = await startApp()
})
afterAll(() => site.stop())

beforeEach(async () => {
  for (const table of ['sessions', 'outbox', 'audit', 'links', 'rate_limits']) {
    await site.query(`DELETE FROM colombier_${table}`)
  }
  for (const person of ['ada', 'cleo'] as const) {
    await site.query('UPDATE colombier_accounts SET email = ?, active = TRUE, language = NULL WHERE id = ?', [
      CAST[person].email,
      site.idOf(person),
    ])
  }
  ada = await site.signedIn('ada')
})

const emailOf = async (person: 'ada' | 'cleo') => {
  const [row] = await site.query<{ email: string }>('SELECT email FROM colombier_accounts WHERE id = ?', [
    site.idOf(person),
  ])
  return row?.email
}
const ask = (browser: Browser, email = NEXT) => browser.post('/profile/email', { email, current: PASSWORD })
const tokenIn = (path: string) => new URL(path, 'http://x').searchParams.get('token') ?? ''
const confirm = (path: string) => site.visitor().post('/email-confirmation', { token: tokenIn(path) })

describe('the e-mail address of the account', () => {
  test('ada asks for another: the new address gets a link, and nothing has changed yet', async () => {
    expect(await ask(ada, ` ${NEXT.toUpperCase()} `)).toMatchObject({ status: 303, location: '/profile?done=email' })
    const mails = await readOutbox(site)
    expect(mails.map(({ recipient }) => recipient)).toEqual([NEXT])
    expect(mails[0]?.html_body).toContain('/email-confirmation?token=')
    expect(await emailOf('ada')).toBe(CAST.ada.email)
  })

  test('the link opens a page with one button; opening it, ten times, changes nothing', async () => {
    await ask(ada)
    const path = await linkTo(site, NEXT)
    for (let time = 1; time <= 10; time++) {
      const page = await site.visitor().get(path)
      expect(page.status).toBe(200)
      expect(page.html).toContain(NEXT)
      expect(page.html.match(/action="\/email-confirmation"/g)).toHaveLength(1)
    }
    expect(await emailOf('ada')).toBe(CAST.ada.email)
  })

  test('the button changes the address, the old one is told, and the link is used up', async () => {
    await ask(ada)
    const path = await linkTo(site, NEXT)
    expect(await confirm(path)).toMatchObject({ status: 303, location: '/email-confirmation/done' })

    expect(await emailOf('ada')).toBe(NEXT)
    const told = (await readOutbox(site)).find(({ recipient }) => recipient === CAST.ada.email)
    expect(told?.subject).toBe('Your account’s e-mail address was changed')
    expect(told?.text_body).toContain(NEXT)
    expect(await site.query('SELECT action, subject, network FROM colombier_audit')).toEqual([
      { action: 'account.email_changed', subject: `${CAST.ada.email} → ${NEXT}`, network: '192.0.2.10' },
    ])
    for (const again of [await confirm(path), await site.visitor().get(path)]) {
      expect(again.status).toBe(200)
      expect(again.html).toContain('Already done')
    }
    expect((await ada.get('/profile')).html).toContain(NEXT)
  })

  test('of three who press the button at once, one changes the address and all are told that it is done', async () => {
    await ask(ada)
    const path = await linkTo(site, NEXT)
    const answers = await Promise.all([confirm(path), confirm(path), confirm(path)])
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 303])
    expect(await site.query('SELECT 1 FROM colombier_audit')).toHaveLength(1)
  })

  test('two people who were both promised an address: the first has it, the second is told', async () => {
    await ask(ada)
    const hers = await linkTo(site, NEXT)
    await ask(await site.signedIn('cleo'))
    const his = await linkTo(site, NEXT)
    expect(hers).not.toBe(his)
    const answers = await Promise.all([confirm(hers), confirm(his)])
    expect(answers.map(({ status }) => status).sort()).toEqual([303, 409])
    const refused = answers[0].status === 409 ? hers : his
    expect((await confirm(refused)).status).toBe(409)
    expect([await emailOf('ada'), await emailOf('cleo')].filter((email) => email === NEXT)).toHaveLength(1)
  })

  test('an address that has an account is answered the same, and gets no link', async () => {
    const free = await ask(ada)
    await site.query('DELETE FROM colombier_outbox')
    const taken = await ask(ada, CAST.cleo.email)
    expect({ ...taken, headers: null }).toEqual({ ...free, headers: null })
    expect(await readOutbox(site)).toEqual([])
  })

  test('a second request makes the first link worthless, and one to the old address with it', async () => {
    await ask(ada)
    const first = await linkTo(site, NEXT)
    await ask(ada, 'ada@third.test')
    expect((await confirm(first)).status).toBe(410)

    await site.visitor().post('/password-reset', { email: CAST.ada.email })
    const reset = await linkTo(site, CAST.ada.email)
    await confirm(await linkTo(site, 'ada@third.test'))
    expect((await site.visitor().get(reset)).status).toBe(410)
  })

  test('a link that is too old, made up, meant for something else or of a deactivated account leads nowhere', async () => {
    await ask(ada)
    const path = await linkTo(site, NEXT)
    await site.query("UPDATE colombier_links SET purpose = 'password_reset'")
    expect((await confirm(path)).status).toBe(410)
    await site.query("UPDATE colombier_links SET purpose = 'email_change'")
    await site.query('UPDATE colombier_accounts SET active = FALSE WHERE id = ?', [site.idOf('ada')])
    expect((await confirm(path)).status).toBe(410)
    await site.query('UPDATE colombier_accounts SET active = TRUE WHERE id = ?', [site.idOf('ada')])
    await site.query('UPDATE colombier_links SET expires_at = UTC_TIMESTAMP(6)')
    expect((await confirm(path)).status).toBe(410)
    for (const token of ['', 'x', '<script>']) {
      expect((await site.visitor().post('/email-confirmation', { token })).status).toBe(410)
    }
    expect(await emailOf('ada')).toBe(CAST.ada.email)
  })

  test('a wrong form says what is wrong, keeps the address that was typed, and sends nothing', async () => {
    for (const [email, current] of [
      ['', PASSWORD],
      ['no address', PASSWORD],
      ['<script>alert(1)</script>', PASSWORD],
      [`${'a'.repeat(250)}@people.test`, PASSWORD],
      ['a@people.test\r\nBcc: everyone@people.test', PASSWORD],
      [CAST.ada.email, PASSWORD],
      [NEXT, ''],
      [NEXT, 'not her password'],
    ] as const) {
      const answer = await ada.post('/profile/email', { email, current })
      expect(answer.status).toBe(422)
      expect(answer.html).not.toContain('<script>alert')
      expect(answer.html).not.toContain('not her password')
    }
    expect((await ada.post('/profile/email', { email: NEXT, current: 'wrong' })).html).toContain(`value="${NEXT}"`)
    expect(await readOutbox(site)).toEqual([])
    expect(await site.query('SELECT 1 FROM colombier_links')).toEqual([])
  })

  test('another origin is refused, and a stranger is led to sign in', async () => {
    const form = { email: NEXT, current: PASSWORD }
    const headers = { Origin: 'https://evil.example' }
    expect((await ada.post('/profile/email', form, { headers })).status).toBe(403)
    expect((await site.visitor().post('/profile/email', form)).location).toBe('/sign-in')
    await ask(ada)
    const token = tokenIn(await linkTo(site, NEXT))
    expect((await site.visitor().post('/email-confirmation', { token }, { headers })).status).toBe(403)
    expect(await emailOf('ada')).toBe(CAST.ada.email)
  })

  test('the table holds no token, the log neither token nor address in a path', async () => {
    await ask(ada)
    const path = await linkTo(site, NEXT)
    await site.visitor().get(path)
    await confirm(path)
    const token = tokenIn(path)
    expect(token).toMatch(/^[\w-]{43}$/)
    expect(site.lines.join('')).not.toContain(token)
    expect(JSON.stringify(await site.query('SELECT * FROM colombier_audit'))).not.toContain(token)
  })

  test('the mails are in the language of the account', async () => {
    await site.query("UPDATE colombier_accounts SET language = 'fr' WHERE id = ?", [site.idOf('ada')])
    await ask(ada)
    await confirm(await linkTo(site, NEXT))
    const subjects = (await readOutbox(site)).map(({ subject }) => subject)
    expect(subjects).toEqual([
      'Confirmez votre nouvelle adresse e-mail',
      'L’adresse e-mail de votre compte a été changée',
      'Votre compte a une nouvelle adresse',
    ])
  })
})
