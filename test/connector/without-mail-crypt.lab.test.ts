// What the README says of mail hosts that do not encrypt, and docs/install.md of mailboxes from before they did.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { deletionsOn } from './deletion-host.ts'
import { makeMail, startMailHost, type MailHost } from './mail-host.ts'

const FIRST = 'the first password'
const SECOND = 'the second password'
const withoutMailCrypt = 'mail_plugins {\n  mail_crypt = no\n}'

let host: MailHost
beforeAll(async () => {
  host = await startMailHost()
})
afterAll(() => host.stop())

/** As many passes as there are attempts. */
async function pass() {
  for (let attempt = 0; attempt < 3; attempt++) {
    await host.passTime()
    await host.connect()
  }
}

test('where mail_crypt is off, ada gets no new mailbox and keeps her old password, and can delete a mailbox', async () => {
  await host.makeMailbox('made.before@example.org', FIRST)
  await host.lab.configure({ extraConfig: withoutMailCrypt })

  await host.requestMailbox('never.ready@example.org', FIRST)
  await pass()
  expect(await host.task('never.ready@example.org')).toMatchObject({ state: 'failed', error: 'mail_host' })
  expect(await host.lab.canLogIn('never.ready@example.org', FIRST)).toBe(false)
  expect((await host.lab.deliver('never.ready@example.org', makeMail('all the same'))).code).toBe(250)

  expect(await host.requestPassword('made.before@example.org', FIRST, SECOND)).toBe('requested')
  await pass()
  expect(await host.task('made.before@example.org')).toMatchObject({ state: 'failed', error: 'mail_host' })
  expect(await host.lab.canLogIn('made.before@example.org', FIRST)).toBe(true)

  expect(await deletionsOn(host).request('made.before@example.org', FIRST)).toBe('requested')
  await pass()
  expect((await host.task('made.before@example.org'))['state']).toBe('done')
  await host.lab.configure({ extraConfig: '' })
})

test('a mailbox from before mail_crypt was on gets no mail until ada changes its password', async () => {
  const address = 'from.before@example.org'
  await host.query(`INSERT INTO virtual_users (domain_id, email, password) VALUES (1, '${address}', '{PLAIN}${FIRST}')`)
  await host.query(
    `INSERT INTO colombier_mailboxes (address, account_id, created_at) VALUES ('${address}', 1, UTC_TIMESTAMP(6))`,
  )
  expect(await host.lab.canLogIn(address, FIRST)).toBe(true)
  expect((await host.lab.deliver(address, makeMail('too early'))).code).toBe(451)

  expect(await host.requestPassword(address, FIRST, SECOND)).toBe('requested')
  await host.connect()
  expect((await host.lab.deliver(address, makeMail('now'))).code).toBe(250)
})
