import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { logins } from '../schemas/layouts.ts'
import { errorAt } from '../support/aliases.ts'
import type { Browser } from '../support/browser.ts'
import { PASSWORD, startLayoutSite, type LayoutSite } from '../support/layout-site.ts'
import { MAILBOX_PASSWORD } from '../support/tasks.ts'

// On a server whose people log in with a name that is not their address.

const servers = { MAIL_CLIENT_IMAP: 'imaps://mail.example.org', MAIL_CLIENT_SMTP: 'smtps://mail.example.org' }
const taken = 'This name would give a log-in that is already taken: choose another.'
let site: LayoutSite
let ada: Browser
beforeAll(async () => {
  site = await startLayoutSite({ ...logins, env: { ...logins.env, ...servers } })
  ada = await site.signedIn('ada')
})
afterAll(() => site.stop())
afterEach(() => site.reset())

test('ada is told at the field that her new mailbox would get a log-in that another has, and nothing is changed', async () => {
  await site.query(
    `INSERT INTO accounts (mbox, canonical, password) VALUES ('ADA.LOVELACE_example.org', 'ada@elsewhere.example', '')`,
  )
  const before = await site.dump()
  const form = {
    localPart: 'ada.lovelace',
    domain: 'example.org',
    quotaMegabytes: '1024',
    password: PASSWORD,
    again: PASSWORD,
  }

  const refused = await ada.post('/mailboxes', form)

  expect(refused.status).toBe(422)
  expect(errorAt(refused, 'localPart')).toBe(taken)
  expect(await site.dump()).toEqual(before)
  expect(await site.query('SELECT 1 FROM colombier_mailboxes UNION ALL SELECT 1 FROM colombier_tasks')).toEqual([])
})

test('of two who ask at once for mailboxes with one log-in, one has it and the other is told', async () => {
  const first = await startLayoutSite({
    ...logins,
    env: { ...logins.env, MAILBOX_INSERT: "mbox='{local:1}_{domain}'" },
  })
  try {
    // Long enough for both to have found it free.
    await first.query('CREATE TRIGGER slow BEFORE INSERT ON accounts FOR EACH ROW DO SLEEP(1)')
    const form = { domain: 'example.org', quotaMegabytes: '1024', password: PASSWORD, again: PASSWORD }
    const answers = await Promise.all(
      (['ada', 'ben'] as const).map(async (person) =>
        (await first.signedIn(person)).post('/mailboxes', { ...form, localPart: `xavier.${person}` }),
      ),
    )
    expect(answers.map(({ status }) => status).sort()).toEqual([303, 422])
    const refused = answers.find(({ status }) => status === 422)
    expect(refused && errorAt(refused, 'localPart')).toBe(taken)
    expect(await first.query("SELECT 1 FROM accounts WHERE mbox = 'x_example.org'")).toHaveLength(1)
    expect(await first.query('SELECT 1 FROM colombier_mailboxes')).toHaveLength(1)
  } finally {
    await first.stop()
  }
})

test('the page for mail programs shows an owner the name of her log-in, and strangers what such names are made of', async () => {
  await ada.post('/mailbox-claims', { address: 'hedy.lamarr@example.net', password: MAILBOX_PASSWORD })
  const page = '/mail-program?address=hedy.lamarr@example.net'
  expect((await ada.get(page)).html).toContain('class="value">hedy</code>')
  const { html } = await site.visitor().get(page)
  expect(html).toContain('class="value">hedy.lamarr_example.net</code>')
  expect(html).not.toContain('class="value">hedy</code>')
})

test('programs that ask by themselves are told what the names of log-ins are made of', async () => {
  const file = await site.visitor().get('/mail/config-v1.1.xml?emailaddress=ada@example.org')
  expect(file.html).toContain('<username>%EMAILLOCALPART%_%EMAILDOMAIN%</username>')
})
