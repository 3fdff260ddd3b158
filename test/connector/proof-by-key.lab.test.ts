import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { makeMail, startMailHost, type MailHost } from './mail-host.ts'
import { expectWhole, readSubjects } from './promises.ts'

const [FIRST, SECOND] = ['the first password', 'the second password']

let host: MailHost
beforeAll(async () => {
  host = await startMailHost()
})
afterAll(() => host.stop())

/** As another program would have stored it: in a scheme that the web app cannot read. */
async function storeAsScram(address: string) {
  const { stdout } = await host.lab.run(['doveadm', 'pw', '-s', 'SCRAM-SHA-256', '-p', FIRST])
  await host.query('UPDATE virtual_users SET password = ? WHERE email = ?', [stdout.trim(), address])
  return stdout.trim()
}
const storedHash = async (address: string) =>
  (await host.query('SELECT password FROM virtual_users WHERE email = ?', [address]))[0]?.['password']

describe('where only the key can tell whether the current password is right', () => {
  test('the right one opens it: old mail is read with the new password', async () => {
    const address = 'right.one@example.org'
    await host.makeMailbox(address, FIRST)
    await storeAsScram(address)
    await host.lab.deliver(address, makeMail('Before'))
    expect(await readSubjects(host, address, FIRST)).toEqual(['Before'])

    expect(await host.requestPassword(address, FIRST, SECOND)).toBe('requested_by_key')
    const { code, stdout } = await host.connect()

    expect(code, stdout).toBe(0)
    await expectWhole(host, { address, password: SECOND, refused: FIRST, subjects: ['Before'] })
    expect(await host.requestPassword(address, FIRST, 'the third password')).toBe('wrong_current')
  })

  test('a wrong one does not: the mailbox is back with its hash to the letter', async () => {
    const address = 'wrong.one@example.org'
    await host.makeMailbox(address, FIRST)
    const before = await storeAsScram(address)
    await host.lab.deliver(address, makeMail('Before'))

    expect(await host.requestPassword(address, 'not the password', SECOND)).toBe('requested_by_key')
    expect(await host.lab.canLogIn(address, FIRST)).toBe(false)
    const { code, stdout } = await host.connect()

    expect(code).toBe(1)
    expect(stdout).not.toContain('not the password')
    expect(await host.task(address)).toMatchObject({ state: 'failed', error: 'wrong_password', payload: null })
    expect(await storedHash(address)).toBe(before)
    await expectWhole(host, { address, password: FIRST, refused: SECOND, subjects: ['Before'] })
  })

  test('with no key nothing proves it, and no key is made: the old password still logs in', async () => {
    const address = 'no.key@example.org'
    await host.query('INSERT INTO virtual_users (domain_id, email, password) VALUES (1, ?, ?)', [address, ''])
    await host.query(
      'INSERT INTO colombier_mailboxes (address, account_id, created_at) VALUES (?, 1, UTC_TIMESTAMP(6))',
      [address],
    )
    const before = await storeAsScram(address)

    expect(await host.requestPassword(address, FIRST, SECOND)).toBe('requested_by_key')
    expect((await host.connect()).code).toBe(1)

    expect(await host.task(address)).toMatchObject({ state: 'failed', error: 'no_key', touched: 0 })
    expect(await storedHash(address)).toBe(before)
    expect(await host.lab.canLogIn(address, FIRST)).toBe(true)
    expect(await host.lab.canLogIn(address, SECOND)).toBe(false)
  })
})
