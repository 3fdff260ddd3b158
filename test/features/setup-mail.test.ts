import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { startMailCatcher, type MailCatcher } from '../support/mail-catcher.ts'
import { entered, startSetup, withToken, type SetupSite } from '../support/setup.ts'
import type { Browser } from '../support/browser.ts'

let catcher: MailCatcher
let site: SetupSite
let dora: Browser
beforeAll(async () => (catcher = await startMailCatcher()))
afterAll(() => catcher.stop())
beforeEach(async () => {
  site = await startSetup()
  dora = await withToken(site)
  await dora.post('/setup/admin', entered(site).admin)
})
afterEach(() => site.stop())

const form = () => ({ ...entered(site).mail, action: 'test', port: String(catcher.smtpPort) })

test('a test mail goes to dora, and she is told that the server took it', async () => {
  const answer = await dora.post('/setup/mail', form())
  expect(answer.status).toBe(200)
  expect(answer.html).toContain('The mail server accepted the e-mail to dora@people.test.')
  const mail = await catcher.waitFor(({ subject }) => subject === 'Test e-mail from Colombier')
  expect(mail).toMatchObject({ recipients: ['dora@people.test'], from: '"Colombier" <colombier@example.org>' })
})

test('when the server refuses the mail or is not there, dora reads what it said, and no password', async () => {
  catcher.refuse(true)
  const refused = await dora.post('/setup/mail', form())
  catcher.refuse(false)
  expect(refused.html).toContain('The e-mail was not sent (EENVELOPE 451).')
  expect(refused.html).toContain('451 Try again later')
  expect(refused.html).toMatch(/did not accept the (?:sender|recipient)’s address/)

  const secret = 'never shown to anybody'
  const away = await dora.post('/setup/mail', { ...form(), port: '1', user: 'sender', password: secret })
  expect(away.html).toMatch(/The e-mail was not sent \(E[A-Z]+\)\./)
  expect(away.html).toContain('No mail server answers at this name and port.')
  expect(away.html).toContain('There is one, which is not shown.')
  expect([away.html, ...site.lines].join('')).not.toMatch(new RegExp(`${secret}|${encodeURIComponent(secret)}`))
})

test('Debian’s own Postfix on this machine takes the mail over TLS, though its certificate is for another name', async () => {
  const postfix = await startMailCatcher({ tls: true })
  const answer = await dora.post('/setup/mail', { ...form(), port: String(postfix.smtpPort) })
  const [mail] = postfix.messages()
  await postfix.stop()
  expect(answer.html).toContain('The mail server accepted the e-mail')
  expect(mail?.raw).toContain('with ESMTPS')
})

test('a server elsewhere has to have its name in its certificate, unless dora does without encryption', async () => {
  const elsewhere = await startMailCatcher({ tls: true, host: '127.0.0.2' })
  const there = { ...form(), host: '127.0.0.2', port: String(elsewhere.smtpPort) }
  const refused = await dora.post('/setup/mail', there)
  expect(refused.status).toBe(422)
  expect(refused.html).toContain('The e-mail was not sent (ETLS).')
  expect(refused.html).toContain('certificate is for another name')

  const withUser = await dora.post('/setup/mail', { ...there, scheme: 'plain', user: 'sender', password: 'a word' })
  expect(withUser.html).toContain('A password is not sent without encryption')
  const taken = await dora.post('/setup/mail', { ...there, scheme: 'plain' })
  const [mail] = elsewhere.messages()
  await elsewhere.stop()
  expect(taken.html).toContain('The mail server accepted the e-mail')
  expect(mail?.raw).toContain('Test e-mail')
  expect(mail?.raw).not.toContain('ESMTPS')
  expect((await dora.get('/setup/mail')).html).toMatch(/<option value="plain" selected/)
  await dora.post('/setup/mail', { ...there, action: 'save' })
  expect((await dora.get('/setup/mail')).html).toMatch(/<option value="smtp" selected/)
})

test('a test that the server did not take is no tick, until it takes one or dora goes on all the same', async () => {
  const isDone = async () => /class="done"><a href="\/setup\/mail"/.test((await dora.get('/setup/limits')).html)
  expect((await dora.get('/setup/mail')).html).toContain('Step 5 of 7')
  expect((await dora.post('/setup/mail', { ...form(), port: '1' })).status).toBe(422)
  expect(await isDone()).toBe(false)
  await dora.post('/setup/mail', form())
  expect(await isDone()).toBe(true)
  await dora.post('/setup/mail', { ...form(), port: '1' })
  expect((await dora.post('/setup/mail', { ...form(), port: '1', action: 'save' })).status).toBe(303)
  expect(await isDone()).toBe(true)
})

test('before there is an administrator there is nobody to send it to', async () => {
  const other = await startSetup()
  const answer = await (await withToken(other)).post('/setup/mail', form())
  await other.stop()
  expect(answer.status).toBe(422)
  expect(answer.html).toContain('enter their address first')
})

test('dora may go on without mail, and the summary says what that means', async () => {
  expect(await dora.post('/setup/mail/omission')).toMatchObject({ status: 303, location: '/setup/connector' })
  await dora.post('/setup/language', { language: 'en' })
  await dora.post('/setup/connector/key', { keyFile: site.keyFile })
  const others = Object.entries(entered(site)).filter(([step]) => step !== 'mail')
  for (const [step, values] of others) await dora.post(`/setup/${step}`, values)
  const summary = await dora.get('/setup/summary')
  expect(summary.html).toContain('There is no mail server yet')
  expect((await dora.post('/setup/summary')).location).toBe('/first-steps')
})

test('dora says once what people enter in their mail programs, and their pages say it from then on', async () => {
  const { mail, ...others } = entered(site)
  const wrong = await dora.post('/setup/mail', {
    ...mail,
    clientImap: 'mail.example.org/inbox',
    clientWebmail: 'javascript:x',
  })
  expect(wrong.status).toBe(422)
  expect(wrong.html).toContain('Enter a server such as mail.example.org')
  expect(wrong.html).toContain('Enter an address such as https://webmail.example.org.')

  const clients = { clientImap: 'Mail.Example.org', clientSmtp: 'smtp://mail.example.org', clientWebmail: '' }
  expect((await dora.post('/setup/mail', { ...mail, ...clients })).status).toBe(303)
  expect((await dora.get('/setup/mail')).html).toContain('value="imaps://mail.example.org"')
  await dora.post('/setup/connector/key', { keyFile: site.keyFile })
  for (const [step, values] of Object.entries(others)) await dora.post(`/setup/${step}`, values)
  expect((await dora.post('/setup/summary')).location).toBe('/first-steps')
  await site.query("INSERT INTO virtual_domains (name) VALUES ('example.org')")
  const page = await dora.get('/mail-program?address=ada@example.org')
  expect([...page.html.matchAll(/class="value">([^<]*)</g)].map(([, value]) => value)).toEqual([
    ...['mail.example.org', '993', 'SSL/TLS', 'ada@example.org'],
    ...['mail.example.org', '587', 'STARTTLS', 'ada@example.org'],
  ])
})
