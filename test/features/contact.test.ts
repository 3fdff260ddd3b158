import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { startApp, type TestApp } from '../support/app.ts'
import { readOutbox } from '../support/outbox.ts'
import { addMailbox } from '../support/tasks.ts'

let site: TestApp
beforeAll(async () => {
  site = await startApp()
  await addMailbox(site, { address: 'ada.lovelace@example.org', accountId: site.idOf('ada') })
  await addMailbox(site, { address: 'cleo.the.cat@example.net', accountId: site.idOf('cleo') })
})
afterAll(() => site.stop())
beforeEach(async () => {
  for (const table of ['outbox', 'rate_limits']) await site.query(`DELETE FROM colombier_${table}`)
})

const words = 'My mail program says <b>"no such server"</b>.'
const told = async () => (await readOutbox(site)).map(({ recipient }) => recipient).sort()

test('ada is led to the form from her pages, and from a mailbox with which something is wrong', async () => {
  const ada = await site.signedIn('ada')
  expect((await ada.get('/profile')).html).toContain('href="/contact"')
  await site.query("UPDATE colombier_mailboxes SET locks = 'administrator' WHERE address LIKE 'ada%'")
  const link = 'href="/contact?mailbox=ada.lovelace%40example.org"'
  expect((await ada.get('/mailboxes')).html).toContain(link)
  await site.query("UPDATE colombier_mailboxes SET locks = ''")
  expect((await ada.get('/mailboxes')).html).not.toContain(link)
})

test('what ada writes goes to those who look after the domain, as the text that it is', async () => {
  const ada = await site.signedIn('ada')
  const form = { message: words, mailbox: 'ada.lovelace@example.org' }
  expect(await ada.post('/contact', form)).toMatchObject({ status: 303, location: '/contact/sent' })
  expect(await told()).toEqual(['ben@people.test', 'dora@people.test'])
  const [mail] = await readOutbox(site)
  expect(mail?.subject).toBe('Message from ada@people.test about ada.lovelace@example.org')
  expect(mail?.text_body).toContain(words)
  expect(mail?.text_body).toContain('mailto:ada@people.test')
  expect(mail?.html_body).not.toContain('<b>')
})

test('cleo’s goes to no administrator of another domain, and she can name no mailbox of others', async () => {
  const cleo = await site.signedIn('cleo')
  await cleo.post('/contact', { message: words, mailbox: 'ada.lovelace@example.org' })
  expect(await told()).toEqual(['dora@people.test'])
  expect((await readOutbox(site))[0]?.subject).toBe('Message from cleo@people.test')
})

test('a wrong form, a GET, a stranger and another origin send nothing, and the sixth of a day is refused', async () => {
  const ada = await site.signedIn('ada')
  const short = await ada.post('/contact', { message: 'help', mailbox: '' })
  expect(short.status).toBe(422)
  expect(short.html).toContain('help</textarea>')
  await ada.get(`/contact?message=${encodeURIComponent(words)}`)
  expect((await site.visitor().post('/contact', { message: words, mailbox: '' })).location).toContain('/sign-in')
  const foreign = await ada.post(
    '/contact',
    { message: words, mailbox: '' },
    { headers: { Origin: 'http://evil.example' } },
  )
  expect(foreign.status).toBe(403)
  expect(await told()).toEqual([])

  for (let time = 1; time <= 5; time++)
    expect((await ada.post('/contact', { message: words, mailbox: '' })).status).toBe(303)
  const sixth = await ada.post('/contact', { message: words, mailbox: '' })
  expect(sixth.status).toBe(429)
  expect(sixth.html).toContain('no such server')
  expect(await told()).toHaveLength(10)
})

test('dora, who is the only one that could answer her, is told so', async () => {
  const answer = await (await site.signedIn('dora')).post('/contact', { message: words, mailbox: '' })
  expect(answer.status).toBe(422)
  expect(answer.html).toContain('There is no other administrator')
})

test.each([
  ['https://help.example.org/mail', 303, 'https://help.example.org/mail'],
  ['mailto:help@example.org', 200, null],
])('where the settings say %s, that is where everybody is led', async (CONTACT_URL, status, location) => {
  const other = await startApp({ env: { CONTACT_URL } })
  const answer = await other.visitor().get('/contact')
  expect(answer).toMatchObject({ status, location })
  if (status === 200) expect(answer.html).toContain('href="mailto:help@example.org"')
  await other.stop()
})
