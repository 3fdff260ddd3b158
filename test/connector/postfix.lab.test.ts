import { rm } from 'node:fs/promises'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { defaultPassdbQuery, defaultPostfix, defaultUserdbQuery } from '../lab/lab.ts'
import { deliverBySmtp } from '../lab/lmtp.ts'
import { configurePostfix, startPostfix, type PostfixConfig } from '../lab/postfix.ts'
import { makeMail, startMailHost, type MailHost } from './mail-host.ts'
import { readSubjects, until } from './promises.ts'

// The lock by the active column, where only the passdb of Dovecot looks at it: what Postfix does decides.

let host: MailHost
beforeAll(async () => {
  host = await startMailHost({ env: { LOCK: 'active' } })
})
afterAll(() => host.stop())
beforeEach(async () => {
  await host.query("UPDATE colombier_connectors SET active_lock = 'unknown'")
  await host.lab.configure({ passdbQuery: defaultPassdbQuery(), userdbQuery: defaultUserdbQuery })
})

const password = 'the first password'
let number = 0
const nextAddress = () => `mailbox.number.${++number}@example.org`

const mailboxes = (question: string, more: Record<string, string> = {}): PostfixConfig => ({
  main: { ...defaultPostfix.main, ...more },
  maps: { ...defaultPostfix.maps, 'mailboxes.cf': question },
})
const onlyActive = mailboxes("query = SELECT 1 FROM virtual_users WHERE email = '%s' AND active = 1")
const setUp = (config: PostfixConfig) => configurePostfix(host.lab, config, 'mail')

/** Makes a mailbox, on which the connector tries the lock. @returns what it has seen, and what it logged */
async function tryLock(address = nextAddress(), more: Record<string, string> = {}) {
  await host.requestMailbox(address, password)
  const { code, stdout, stderr } = await host.connect(more)
  expect(code, stdout).toBe(0)
  expect(stdout + stderr).not.toContain(host.lab.database.password)
  expect(await host.lab.canLogIn(address, password)).toBe(true)
  const [row] = await host.query('SELECT active_lock FROM colombier_connectors')
  return { address, seen: row?.['active_lock'], log: stdout }
}

/** Whether the mailbox is locked by its column while its password changes. */
async function isLockedByColumn(address: string): Promise<boolean> {
  await host.requestPassword(address, password, 'another password')
  const [row] = await host.query('SELECT active FROM virtual_users WHERE email = ?', [address])
  return row?.['active'] === 0
}

describe('the connector', () => {
  test('finds the lock safe where Postfix knows a locked mailbox too', async () => {
    await setUp(defaultPostfix)
    const { address, seen } = await tryLock()
    expect(seen).toBe('safe')
    expect(await isLockedByColumn(address)).toBe(true)
  })

  test.each([
    ['in a query', onlyActive],
    ['as Postfix once wanted it', mailboxes("table = virtual_users\nselect_field = email\nwhere_field = email\nadditional_conditions = and active = '1'")],
    ['behind its proxy, which answers only while Postfix runs', mailboxes("query = SELECT 1 FROM virtual_users WHERE email = '%s' AND active", { virtual_mailbox_maps: 'proxy:mysql:$config_directory/mailboxes.cf' })],
    ['in a list of relayed recipients', mailboxes("query = SELECT 1 FROM virtual_users WHERE email = '%s' AND active", { virtual_mailbox_domains: '', relay_domains: 'other.example, Example.org', relay_recipient_maps: 'inline:{someone@other.example=1}, unionmap:{proxy:mysql:/etc/postfix/mailboxes.cf}' })],
  ])('gives it up where Postfix looks at the column %s', async (_how, config) => {
    await setUp(config)
    const { address, seen } = await tryLock()
    expect(seen).toBe('invisible')
    expect(await isLockedByColumn(address)).toBe(false)
  }) // prettier-ignore

  test.each([
    ['there is no Postfix', () => rm(`${host.lab.root}/etc/postfix/main.cf`), /no Postfix here tells/],
    ['the domain is not one of Postfix’s', () => setUp(mailboxes('query = SELECT 1', { virtual_mailbox_domains: 'other.example' })), /no Postfix here tells/],
    ['Postfix knows none of its mailboxes', () => setUp(mailboxes("query = SELECT 1 FROM virtual_users WHERE email = ''")), /task done/],
    ['Postfix’s question is wrong', () => setUp(mailboxes("query = SELECT 1 FROM nowhere WHERE email = '%s'")), /Postfix cannot be asked.*postmap ended with 1/],
  ])('does not call it safe where %s, and takes back that it was', async (_what, change, said) => {
    await host.query("UPDATE colombier_connectors SET active_lock = 'safe'")
    await change()
    const { address, seen, log } = await tryLock()
    expect(seen).toBe('unknown')
    expect(log).toMatch(said)
    expect(await isLockedByColumn(address)).toBe(false)
  }) // prettier-ignore

  test('believes whoever says that no Postfix looks', async () => {
    await setUp(onlyActive)
    expect((await tryLock(nextAddress(), { POSTFIX: 'off' })).seen).toBe('safe')
  })

  test.each([
    ['pop3', "AND (active = 1 OR '%{protocol}' = 'pop3')"],
    ['imap', "AND (active = 1 OR '%{protocol}' = 'imap')"],
  ])('sees that people still get in by %s alone', async (_protocol, condition) => {
    await setUp(defaultPostfix)
    await host.lab.configure({ passdbQuery: defaultPassdbQuery().replace('AND active = 1', condition) })
    expect((await tryLock()).seen).toBe('ineffective')
  })

  test('sees that mail alone no longer finds a locked mailbox', async () => {
    await setUp(defaultPostfix)
    await host.lab.configure({ userdbQuery: `${defaultUserdbQuery} AND (active = 1 OR '%{protocol}' <> 'lmtp')` })
    expect((await tryLock()).seen).toBe('invisible')
  })
})

describe('Postfix itself', () => {
  const addMailbox = async (address: string) => {
    await setUp(defaultPostfix)
    await tryLock(address)
    await host.query('UPDATE virtual_users SET active = 0 WHERE email = ?', [address])
  }
  const send = async (address: string, subject: string) => {
    const postfix = await startPostfix(host.lab)
    try {
      const { code } = await deliverBySmtp(postfix.port, address, makeMail(subject))
      await host.query('UPDATE virtual_users SET active = 1 WHERE email = ?', [address])
      if (code !== 250) return code
      await until(async () => (await readSubjects(host, address, password)).includes(subject), 'the mail arrives')
      return code
    } finally {
      await postfix.stop()
    }
  }

  test('refuses mail for a locked mailbox where the connector says so', async () => {
    const address = nextAddress()
    await addMailbox(address)
    await setUp(onlyActive)
    expect(await send(address, 'Refused')).toBe(550)
    expect((await tryLock()).seen).toBe('invisible')
  })

  test('takes and delivers it where an alias leads the mailbox to itself, and so the connector says', async () => {
    const address = nextAddress()
    await addMailbox(address)
    const toItself =
      "query = SELECT CONCAT(' Someone@other.example, ', UPPER(email)) FROM virtual_users WHERE email = '%s'"
    await setUp({ ...onlyActive, maps: { ...onlyActive.maps, 'aliases.cf': toItself } })
    expect(await send(address, 'Taken')).toBe(250)
    expect((await tryLock()).seen).toBe('safe')
  })

  test('takes and delivers it where it has no list of mailboxes', async () => {
    const address = nextAddress()
    await addMailbox(address)
    await setUp(mailboxes('', { virtual_mailbox_maps: '' }))
    expect(await send(address, 'Any')).toBe(250)
    expect((await tryLock()).seen).toBe('safe')
  })
})
