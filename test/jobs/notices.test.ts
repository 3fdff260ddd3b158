import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { notifyEnded } from '../../src/jobs/notify.ts'
import { startApp, type TestApp } from '../support/app.ts'
import { readOutbox } from '../support/outbox.ts'
import { addMailbox } from '../support/tasks.ts'

const ADDRESS = 'ada.lovelace@example.org'

let site: TestApp
beforeAll(async () => {
  site = await startApp()
})
afterAll(() => site.stop())
beforeEach(async () => {
  for (const table of [
    'colombier_tasks',
    'colombier_mailboxes',
    'virtual_users',
    'colombier_outbox',
    'colombier_audit',
  ])
    await site.query(`DELETE FROM ${table}`)
})

const tell = () => notifyEnded(site.pool, site.config, site.lockKey)
const mails = async () => (await readOutbox(site)).sort((one, other) => one.subject.localeCompare(other.subject))

async function end(kind: string, state: string, error: string | null = null, address = ADDRESS) {
  await site.query(
    `INSERT INTO colombier_tasks (id, kind, mailbox, state, error, requested_by, requested_at, not_before, finished_at)
     VALUES (UUID(), ?, ?, ?, ?, ?, UTC_TIMESTAMP(6), UTC_TIMESTAMP(6), UTC_TIMESTAMP(6))`,
    [kind, address, state, error, site.idOf('ada')],
  )
}
const give = (address = ADDRESS) => addMailbox(site, { address, accountId: site.idOf('ada') })

test.each([
  ['create', 'done', null, `Your mailbox ${ADDRESS} is ready`, 'is ready and receives mail', 'mailbox.created'],
  [
    'create',
    'failed',
    'mail_host',
    `Your mailbox ${ADDRESS} could not be created`,
    'Try again',
    'mailbox.creation_failed',
  ],
  ['rekey', 'done', null, `The password of ${ADDRESS} was changed`, 'If this wasn’t you', 'password.changed'],
  [
    'rekey',
    'failed',
    'deadline',
    `The password of ${ADDRESS} was not changed`,
    'Your old password still works',
    'password.change_failed',
  ],
  [
    'rekey',
    'failed',
    'wrong_key_password',
    `The password of ${ADDRESS} was not changed`,
    'You can still log in with the old password',
    'password.change_failed',
  ],
] as const)(
  'ada is told that a %s is %s (%s), by mail and in the history',
  async (kind, state, error, subject, says, action) => {
    await give()
    await end(kind, state, error)
    await tell()

    const [mail, ...more] = await mails()
    expect(more).toEqual([])
    expect(mail).toMatchObject({ recipient: 'ada@people.test', subject })
    for (const body of [mail?.text_body, mail?.html_body]) {
      expect(body).toContain(says)
      expect(body).toContain(`${site.config.origin}/mailboxes`)
    }
    const history = await site.query('SELECT action, mailbox, account_id, subject FROM colombier_audit')
    expect(history).toEqual([{ action, mailbox: ADDRESS, account_id: null, subject: error }])
  },
)

test('she is told once, however many processes look at the same moment', async () => {
  await give()
  await end('rekey', 'done')
  await Promise.all(Array.from({ length: 8 }, tell))
  await tell()
  expect(await mails()).toHaveLength(1)
  expect(await site.query('SELECT 1 FROM colombier_audit')).toHaveLength(1)
})

test('she is told in her own language', async () => {
  await give()
  await end('rekey', 'done')
  await site.query("UPDATE colombier_accounts SET language = 'fr' WHERE id = ?", [site.idOf('ada')])
  await tell()
  await site.query('UPDATE colombier_accounts SET language = NULL WHERE id = ?', [site.idOf('ada')])
  const [mail] = await mails()
  expect(mail?.subject).toMatch(/mot de passe/i)
  expect(mail?.html_body).toContain('lang="fr"')
})

test('what is not over is not told', async () => {
  await give()
  await end('rekey', 'running')
  await tell()
  expect(await mails()).toEqual([])
  expect(await site.query('SELECT notified FROM colombier_tasks')).toEqual([{ notified: 0 }])
})

test('nobody is written to about a mailbox whose owner may not sign in any more; the history has it', async () => {
  await give()
  await end('rekey', 'done')
  await site.query('UPDATE colombier_accounts SET active = FALSE WHERE id = ?', [site.idOf('ada')])
  await tell()
  await site.query('UPDATE colombier_accounts SET active = TRUE WHERE id = ?', [site.idOf('ada')])
  expect(await mails()).toEqual([])
  expect(await site.query('SELECT 1 FROM colombier_audit')).toHaveLength(1)
})

test('an address as long as addresses may be is told about too', async () => {
  const domain = `${'d'.repeat(63)}.${'o'.repeat(63)}.${'m'.repeat(53)}.example`
  const address = `${'a'.repeat(64)}@${domain}`
  await site.query('INSERT INTO virtual_domains (name) VALUES (?)', [domain])
  await give(address)
  await end('create', 'failed', 'mail_host', address)
  await tell()
  const [mail] = await mails()
  expect(mail?.subject).toContain(address.slice(0, 100))
  expect(mail?.text_body).toContain(address)
})

test('one end that cannot be told does not keep the others from being told', async () => {
  await give()
  await give('zoe.lovelace@example.org')
  await site.query('ALTER TABLE colombier_audit ADD CONSTRAINT stubborn CHECK (mailbox <> ?)', [ADDRESS])
  await end('rekey', 'done')
  await end('rekey', 'done', null, 'zoe.lovelace@example.org')
  await expect(tell()).rejects.toThrow('stubborn')
  expect((await mails()).map(({ subject }) => subject)).toEqual([
    'The password of zoe.lovelace@example.org was changed',
  ])

  await site.query('ALTER TABLE colombier_audit DROP CONSTRAINT stubborn')
  await tell()
  expect(await mails()).toHaveLength(2)
})

test('what still catches mail for a deleted mailbox is told to those who look after its domain', async () => {
  await site.query(
    `INSERT INTO virtual_aliases (domain_id, source, destination) SELECT id, '@example.net', ? FROM virtual_domains WHERE name = 'example.net'`,
    [ADDRESS],
  )
  await end('delete', 'done')
  await tell()
  expect(
    await site.query("SELECT mailbox, domain, subject FROM colombier_audit WHERE action = 'alias.leads_nowhere'"),
  ).toEqual([{ mailbox: ADDRESS, domain: 'example.net', subject: '@example.net' }])
  await site.query('DELETE FROM virtual_aliases')
})
