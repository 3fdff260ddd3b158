import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { notifyEnded } from '../../src/jobs/notify.ts'
import { CAST, startApp, type TestApp } from '../support/app.ts'
import { asNode } from '../support/browser.ts'
import { readOutbox } from '../support/outbox.ts'
import { addMailbox } from '../support/tasks.ts'

let site: TestApp
let mailbox: number
beforeAll(async () => {
  site = await startApp({
    env: {
      MAIL_CLIENT_IMAP: 'imaps://mail.example.org',
      MAIL_CLIENT_SMTP: 'smtp://mail.{domain}:2587',
      MAIL_CLIENT_WEBMAIL: 'https://webmail.example.org/?_user={address}',
      MAIL_CLIENT_DOMAINS: 'example.net: imap=, pop3=pop3s://pop.example.net, user={local}, webmail=',
    },
  })
  mailbox = await addMailbox(site, { address: 'ada.lovelace@example.org', accountId: site.idOf('ada') })
})
afterAll(() => site.stop())

const outlookSchema = 'http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a'
const question = (address: string, schema = outlookSchema) =>
  `<?xml version="1.0" encoding="utf-8"?><Autodiscover xmlns="http://schemas.microsoft.com/exchange/autodiscover/outlook/requestschema/2006"><Request><EMailAddress>${address}</EMailAddress><AcceptableResponseSchema>${schema}</AcceptableResponseSchema></Request></Autodiscover>`
const askAsOutlook = (body: string, headers: Record<string, string> = {}, path = '/autodiscover/autodiscover.xml') =>
  site.visitor().send(path, { method: 'POST', body }, { headers: { 'Content-Type': 'text/xml', ...headers } })

const thunderbird = '/mail/config-v1.1.xml?emailaddress='
const apple = '/mail/apple.mobileconfig?address='
const page = '/mail-program?address='

describe('the page of settings', () => {
  test('ada reads every value, without signing in, as on her phone', async () => {
    const { status, html } = await site.visitor().get(`${page}Ada.Lovelace@example.org`)
    expect(status).toBe(200)
    const values = [...html.matchAll(/<code class="value">([^<]*)</g)].map(([, value]) => value)
    expect(values).toEqual([
      ...['mail.example.org', '993', 'SSL/TLS', 'ada.lovelace@example.org'],
      ...['mail.example.org', '2587', 'STARTTLS', 'ada.lovelace@example.org'],
    ])
    expect(html).toContain('href="https://webmail.example.org/?_user=ada.lovelace%40example.org"')
    expect(html).toContain('href="/mail/apple.mobileconfig?address=ada.lovelace%40example.org"')
  })

  test('cleo reads what is different for her domain', async () => {
    const { html } = await site.visitor().get(`${page}cleo@example.net`)
    const values = [...html.matchAll(/<code class="value">([^<]*)</g)].map(([, value]) => value)
    expect(values).toEqual([
      'pop.example.net',
      '995',
      'SSL/TLS',
      'cleo',
      'mail.example.net',
      '2587',
      'STARTTLS',
      'cleo',
    ])
    expect(html).not.toContain('webmail')
  })

  test('ada is led to it from her mailbox, and by the mail that says that it is ready', async () => {
    const ada = await site.signedIn('ada')
    const link = 'href="/mail-program?address=ada.lovelace%40example.org"'
    expect((await ada.get('/mailboxes')).html).toContain(link)
    expect((await ada.get(`/mailboxes/${mailbox}`, { htmx: true })).html).toContain(link)

    await site.query(
      `INSERT INTO colombier_tasks (id, kind, state, mailbox, requested_at, not_before)
       VALUES (UUID(), 'create', 'done', 'ada.lovelace@example.org', UTC_TIMESTAMP(6), UTC_TIMESTAMP(6))`,
    )
    await notifyEnded(site.pool, site.config, site.lockKey)
    const mail = (await readOutbox(site)).find(({ recipient }) => recipient === CAST.ada.email)
    expect(mail?.text_body).toContain('/mail-program?address=ada.lovelace%40example.org')
  })

  test('without settings nothing leads there, and no program is answered', async () => {
    const plain = await startApp()
    await addMailbox(plain, { address: 'ada.lovelace@example.org', accountId: plain.idOf('ada') })
    const ada = await plain.signedIn('ada')
    expect((await ada.get('/mailboxes')).html).not.toContain('mail-program')
    expect((await ada.get(`${page}ada.lovelace@example.org`)).status).toBe(422)
    for (const path of [thunderbird, apple]) expect((await ada.get(`${path}ada.lovelace@example.org`)).status).toBe(404)
    await plain.stop()
  })
})

describe('a stranger who asks', () => {
  test('learns nothing of whether there is such an address', async () => {
    const visitor = site.visitor()
    const answersTo = async (address: string) =>
      Promise.all([
        visitor.get(page + address),
        visitor.get(thunderbird + address),
        visitor.get(apple + address),
        askAsOutlook(question(address)),
      ])
    const identifiers = /[0-9A-F]{8}-[0-9A-F-]{27}|d="[^"]*"|viewBox="[^"]*"/g
    const shapes = (await answersTo('ada.lovelace@example.org')).map(({ status, html }) => [
      status,
      html.replaceAll('ada.lovelace', 'x').replace(identifiers, ''),
    ])
    const others = (await answersTo('no.such.body@example.org')).map(({ status, html }) => [
      status,
      html.replaceAll('no.such.body', 'x').replace(identifiers, ''),
    ])
    expect(others).toEqual(shapes)
    expect(shapes.map(([status]) => status)).toEqual([200, 200, 200, 200])
  })

  test('gets no file for a domain that is not served here, whose name would lead to a server of theirs', async () => {
    const visitor = site.visitor()
    for (const path of [thunderbird, apple]) expect((await visitor.get(`${path}ada@evil.example`)).status).toBe(404)
    expect((await visitor.get(`${page}ada@evil.example`)).status).toBe(422)
    const { html } = await askAsOutlook(question('ada@evil.example'))
    expect(html).toContain('<ErrorCode>500</ErrorCode>')
    expect(html).not.toContain('mail.evil.example')
  })
})

describe('Thunderbird', () => {
  test('finds the servers in both places, and by the name of the host alone', async () => {
    const visitor = site.visitor()
    const { status, html, headers } = await visitor.get(`${thunderbird}ada.lovelace@example.org`)
    expect([status, headers.get('Content-Type')]).toEqual([200, 'application/xml; charset=utf-8'])
    expect(html).toContain('<username>%EMAILADDRESS%</username>')
    const wellKnown = await visitor.get('/.well-known/autoconfig/mail/config-v1.1.xml?emailaddress=x@example.org')
    expect(wellKnown.html).toBe(html)
    const { bindings } = asNode('192.0.2.10')
    const byHost = await site.app.request('http://autoconfig.example.org/mail/config-v1.1.xml', {}, bindings)
    expect(await byHost.text()).toBe(html)
  })
})

describe('Outlook', () => {
  test('is answered by POST from nowhere, however it writes the path and the type', async () => {
    const { status, html } = await askAsOutlook(question('ada.lovelace@example.org'))
    expect(status).toBe(200)
    expect(html).toContain('<LoginName>ada.lovelace@example.org</LoginName>')
    const capital = await askAsOutlook(question('ada.lovelace@example.org'), {}, '/Autodiscover/Autodiscover.xml')
    expect(capital.html).toBe(html)
    for (const type of ['text/plain', 'application/xml', 'application/x-www-form-urlencoded']) {
      const answer = await askAsOutlook(question('ada.lovelace@example.org'), { 'Content-Type': type })
      expect(answer.html).toBe(html)
    }
  })

  test('is told what is wrong with its question', async () => {
    const codeOf = ({ html }: { html: string }) => /<ErrorCode>(\d+)</.exec(html)?.[1]
    expect(codeOf(await askAsOutlook('no XML'))).toBe('600')
    expect(codeOf(await askAsOutlook(question('not an address')))).toBe('600')
    expect(codeOf(await askAsOutlook(question('ada@example.org', 'http://example.org/mobilesync/2006')))).toBe('601')
    expect((await askAsOutlook('x'.repeat(20_000))).status).toBe(413)
  })

  test('every other form is still refused from another origin', async () => {
    const answer = await site.visitor().post('/sign-in', { email: 'x' }, { headers: { Origin: 'http://evil.example' } })
    expect(answer.status).toBe(403)
  })
})
