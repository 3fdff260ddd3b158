import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { makeMail, startMailHost, type MailHost } from './mail-host.ts'

let host: MailHost
beforeAll(async () => {
  host = await startMailHost()
})
afterAll(() => host.stop())

describe('the loop', () => {
  test('a new mailbox takes mail from the first minute, before any login', async () => {
    const address = 'first.minute@example.org'
    await host.requestMailbox(address, 'a first long password')
    expect(await host.lab.canLogIn(address, 'a first long password')).toBe(false)

    const { code, stdout } = await host.connect()

    expect(code, stdout).toBe(0)
    const mail = makeMail('Welcome')
    expect((await host.lab.deliver(address, mail)).code).toBe(250)
    const client = await host.lab.imap(address, 'a first long password')
    await client.mailboxOpen('INBOX')
    const read = await client.fetchOne('1', { source: true })
    await client.logout()
    expect(read && read.source?.toString().endsWith(mail.slice(mail.indexOf('Subject')))).toBe(true)
    expect(await host.task(address)).toMatchObject({ state: 'done', payload: null, new_hash: null })
  })

  test('after a change of password the old one is refused, the new one logs in and the old mail is readable', async () => {
    const address = 'second.loop@example.org'
    await host.makeMailbox(address, 'a first long password')
    expect((await host.lab.deliver(address, makeMail('Before'))).code).toBe(250)

    expect(await host.requestPassword(address, 'a first long password', 'another long password')).toBe('requested')
    expect(await host.lab.canLogIn(address, 'a first long password')).toBe(false)
    expect((await host.lab.deliver(address, makeMail('Meanwhile'))).code).toBe(250)
    const { code, stdout } = await host.connect()

    expect(code, stdout).toBe(0)
    expect(await host.lab.canLogIn(address, 'a first long password')).toBe(false)
    const client = await host.lab.imap(address, 'another long password')
    await client.mailboxOpen('INBOX')
    const all = await client.fetchAll('1:*', { source: true })
    await client.logout()
    expect(all.map((mail) => /Subject: (\w+)/.exec(mail.source?.toString() ?? '')?.[1])).toEqual([
      'Before',
      'Meanwhile',
    ])
  })
})
