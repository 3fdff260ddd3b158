import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { lockMailbox, unlockMailbox } from '../../connector/contract/lock.ts'
import { transaction } from '../../src/db/store.ts'
import { deletionsOn } from './deletion-host.ts'
import { makeMail, startMailHost, type MailHost, type Row } from './mail-host.ts'
import { endOf, expectWhole, inLanes, until } from './promises.ts'
import { wrapDoveadm, type WrappedDoveadm } from './wrapped-doveadm.ts'

const [first, second, third] = ['the first password', 'the second password', 'the third password']

let host: MailHost
let doveadm: WrappedDoveadm
beforeAll(async () => {
  host = await startMailHost({
    extraConfig: `auth_username_chars =
auth_cache_size = 10M
auth_cache_ttl = 1 hour
auth_cache_negative_ttl = 1 hour
auth_failure_delay = 0
`,
  })
  doveadm = await wrapDoveadm(host.lab)
})
afterAll(() => host.stop())

const make = async (address: string) => {
  await host.makeMailbox(address, first)
  expect((await host.lab.deliver(address, makeMail('Before'))).code).toBe(250)
}
const lock = (address: string) =>
  transaction(host.pool, (db) => lockMailbox(db, host.locking, address, 'administrator', 'password'))
const unlock = (address: string) =>
  transaction(host.pool, (db) => unlockMailbox(db, host.locking, address, 'administrator'))
const setRow = (row: Row | undefined, table: string, key: string) => {
  const names = Object.keys(row ?? {}).filter((name) => name !== 'open_mailbox')
  const values = names.map((name) => (row?.[name] ?? null) as string | number | null)
  return host.query(`UPDATE ${table} SET ${names.map((name) => `${name} = ?`).join(', ')} WHERE ${key} = ?`, [
    ...values,
    row?.[key] as string,
  ])
}

describe('a mail host that remembers log-ins', () => {
  test('lets an owner in again at once after the web app opened the mailbox', async () => {
    const address = 'opened.here@example.org'
    await make(address)
    await lock(address)
    await host.connect()
    expect(await host.lab.canLogIn(address, first)).toBe(false)

    await unlock(address)
    await host.connect()

    expect(await host.lab.canLogIn(address, first)).toBe(true)
  })

  test('and after a deletion that was cancelled', async () => {
    const address = 'cancelled.here@example.org'
    await make(address)
    await deletionsOn(host).request(address, first, 48)
    await host.connect()
    expect(await host.lab.canLogIn(address, first)).toBe(false)

    await deletionsOn(host).cancel(address)
    await host.connect()

    expect(await host.lab.canLogIn(address, first)).toBe(true)
  })

  test('ends the session of a mailbox that is locked again while the first lock’s sessions are being ended', async () => {
    const address = 'locked.twice@example.org'
    await make(address)
    await lock(address)
    await doveadm.plan(1, 'slow')
    const pass = host.connect(doveadm.env)
    await until(async () => (await doveadm.calls()).length > 0, 'the connector is at it')
    await unlock(address)
    await host.lab.run(['doveadm', 'auth', 'cache', 'flush'])
    const session = await host.lab.imap(address, first)
    let ended = false
    session.on('close', () => (ended = true)).on('error', () => undefined)
    await lock(address)
    await pass

    await host.connect()
    await until(() => ended, 'the session ends')
    expect(await host.query('SELECT end_sessions, flush_logins FROM colombier_mailboxes WHERE address = ?', [address])).toEqual([{ end_sessions: 0, flush_logins: 0 }]) // prettier-ignore
  })
})

describe('an address that few have', () => {
  test.each(['first..last', '-dash.one', 'up!per#x', 'élodie', "o'brien", 'r&d'])(
    '%s: its password is changed, its mail stays readable, and its session ends',
    async (localPart) => {
      const address = `${localPart}@example.org`
      await host.query('INSERT INTO virtual_users (domain_id, email, password) VALUES (1, ?, ?)', [address, `{PLAIN}${first}`])
      await host.query('INSERT INTO colombier_mailboxes (address, account_id, created_at) VALUES (?, 1, UTC_TIMESTAMP(6))', [address])
      const session = await host.lab.imap(address, first)
      let ended = false
      session.on('close', () => (ended = true)).on('error', () => undefined)

      expect(await host.requestPassword(address, first, second)).toBe('requested')
      const { code, stdout } = await host.connect()

      expect(code, stdout).toBe(0)
      await until(() => ended, 'the session ends')
      await expectWhole(host, { address, password: second, refused: first, subjects: [] })
    },
  ) // prettier-ignore
})

describe('another program that changes a mailbox while its password is changed', () => {
  test('before the connector begins: neither key nor hash is touched', async () => {
    const address = 'overtaken@example.org'
    await make(address)
    expect(await host.requestPassword(address, first, second)).toBe('requested')
    await host.query('UPDATE virtual_users SET password = ? WHERE email = ?', [`{PLAIN}${first}`, address])

    expect((await host.connect()).code).toBe(1)

    expect(await host.task(address)).toMatchObject({ state: 'failed', error: 'changed_elsewhere', touched: 0 })
    await expectWhole(host, { address, password: first, refused: second, subjects: ['Before'] })
  })

  test('while it works: its hash is not overwritten', async () => {
    const address = 'overtaken.later@example.org'
    await make(address)
    expect(await host.requestPassword(address, first, second)).toBe('requested')
    await doveadm.plan('*', 'slow')
    const pass = host.connect(doveadm.env)
    await until(async () => (await doveadm.calls()).length > 2, 'the connector is at it', 60_000)
    await host.query('UPDATE virtual_users SET password = ? WHERE email = ?', [`{PLAIN}${third}`, address])
    expect((await pass).code).toBe(1)
    await doveadm.clear()

    expect(await host.task(address)).toMatchObject({ state: 'failed', error: 'changed_elsewhere' })
    expect(await host.query('SELECT password FROM virtual_users WHERE email = ?', [address])).toEqual([{ password: `{PLAIN}${third}` }]) // prettier-ignore
  })
})

describe('a database that has lost the end of a change of password', () => {
  const rowsOf = async (address: string) => ({
    task: await host.task(address),
    own: (await host.query('SELECT * FROM colombier_mailboxes WHERE address = ?', [address]))[0],
    mail: (await host.query('SELECT * FROM virtual_users WHERE email = ?', [address]))[0],
  })
  const restore = async ({ task, own, mail }: Awaited<ReturnType<typeof rowsOf>>) => {
    await setRow(task, 'colombier_tasks', 'id')
    await setRow(own, 'colombier_mailboxes', 'id')
    await setRow(mail, 'virtual_users', 'id')
  }

  test('gets it back from the key: the new password logs in and reads the mail', async () => {
    const address = 'lost.end@example.org'
    await make(address)
    expect(await host.requestPassword(address, first, second)).toBe('requested')
    const before = await rowsOf(address)
    expect((await host.connect()).code).toBe(0)
    await restore(before)

    const { code, stdout } = await host.connect()

    expect(code, stdout).toBe(0)
    expect(await host.task(address)).toMatchObject({ state: 'done' })
    await expectWhole(host, { address, password: second, refused: first, subjects: ['Before'] })
  })

  test('and the old one where the change had failed', async () => {
    const address = 'lost.failure@example.org'
    await make(address)
    expect(await host.requestPassword(address, first, second)).toBe('requested')
    const before = await rowsOf(address)
    await doveadm.plan('*', '75')
    for (let attempt = 1; attempt <= 3; attempt++) await host.connect(doveadm.env)
    await doveadm.clear()
    expect(await host.task(address)).toMatchObject({ state: 'failed' })
    // What belongs to its end is done too.
    await host.connect()
    await restore(before)

    expect((await host.connect()).code).toBe(1)

    expect(await host.task(address)).toMatchObject({ state: 'failed', error: 'mail_host' })
    await expectWhole(host, { address, password: first, refused: second, subjects: ['Before'] })
  })
})

test('of a hundred changes at once the first is begun within two seconds, and all sessions end soon', async () => {
  const addresses = Array.from({ length: 100 }, (_, index) => `crowd.${index + 1}@example.org`)
  await inLanes(addresses, 4, async (address) => {
    await host.query('INSERT INTO virtual_users (domain_id, email, password) VALUES (1, ?, ?)', [address, `{PLAIN}${first}`]) // prettier-ignore
    await host.query('INSERT INTO colombier_mailboxes (address, account_id, created_at) VALUES (?, 1, UTC_TIMESTAMP(6))', [address]) // prettier-ignore
  })
  await inLanes(addresses, 4, (address) => host.requestPassword(address, first, second))
  await doveadm.clear()
  const pass = host.spawnConnector(doveadm.env)
  await until(async () => (await doveadm.calls()).length > 0, 'it has started', 60_000)
  const started = Date.now()
  await until(
    async () => (await host.query("SELECT id FROM colombier_tasks WHERE state IN ('running', 'done') AND mailbox LIKE 'crowd.%'")).length > 0,
    'the first is begun',
  ) // prettier-ignore
  expect(Date.now() - started).toBeLessThan(2000)
  await until(
    async () => (await host.query('SELECT address FROM colombier_mailboxes WHERE end_sessions > 0')).length === 0,
    'all sessions are ended',
    30_000,
  )
  const begun = (await host.query("SELECT id FROM colombier_tasks WHERE state = 'queued' AND mailbox LIKE 'crowd.%'")).length // prettier-ignore
  expect(begun).toBeGreaterThan(50)
  pass.kill('SIGTERM')
  await endOf(pass)
})
