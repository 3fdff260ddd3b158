import { afterAll, beforeAll, expect, test } from 'vitest'
import { lockMailbox } from '../../connector/contract/lock.ts'
import { transaction } from '../../src/db/store.ts'
import { recover } from './campaign.ts'
import { addPassdb, makeDevice } from './credentials-host.ts'
import { deletionsOn } from './deletion-host.ts'
import { makeMail, startMailHost, type MailHost } from './mail-host.ts'
import { endOf, readSubjects, until } from './promises.ts'
import { wrapDoveadm, type WrappedDoveadm } from './wrapped-doveadm.ts'

// People log in with a name, and Dovecot knows no address: whatever is called by one is not found.

const FIRST = 'a first long password'
const SECOND = 'a second long password'
let host: MailHost
let doveadm: WrappedDoveadm
beforeAll(async () => {
  host = await startMailHost({
    env: { MAILBOX_LOGIN: 'login', MAILBOX_INSERT: "login='{local}_{domain}'" },
    passdbQuery: `SELECT login AS user, password, '%{password | sha256 | hexlify}' AS userdb_crypt_user_key_password
      FROM virtual_users WHERE login = '%{user}' AND active = 1`,
    userdbQuery: `SELECT 5000 AS uid, 5000 AS gid, CONCAT('/srv/mail/', login) AS home
      FROM virtual_users WHERE login = '%{user}'`,
  })
  await host.query('ALTER TABLE virtual_users ADD login VARCHAR(80) NOT NULL UNIQUE')
  await host.query("GRANT SELECT (login) ON virtual_users TO colombier_connector@'%'")
  await addPassdb(host)
  doveadm = await wrapDoveadm(host.lab)
})
afterAll(() => host.stop())

const userOf = (address: string) => address.replace('@', '_')
const ADDRESS = 'ada.lovelace@example.org'
const USER = userOf(ADDRESS)

test('ada logs in with the name to her new mailbox, not with its address, and reads all mail after each change', async () => {
  await host.makeMailbox(ADDRESS, FIRST)
  expect((await host.lab.deliver(USER, makeMail('First'))).code).toBe(250)
  expect(await readSubjects(host, USER, FIRST)).toEqual(['First'])
  expect(await host.lab.canLogIn(ADDRESS, FIRST)).toBe(false)

  expect(await host.requestPassword(ADDRESS, FIRST, SECOND)).toBe('requested')
  expect((await host.connect()).code).toBe(0)
  expect(await host.lab.canLogIn(USER, FIRST)).toBe(false)
  expect(await readSubjects(host, USER, SECOND)).toEqual(['First'])
})

test('an app password logs in with the name and not with the address, and ends with its session', async () => {
  const device = await makeDevice(host, ADDRESS, SECOND)
  expect(await readSubjects(host, USER, device)).toEqual(['First'])
  expect(await host.lab.canLogIn(ADDRESS, device)).toBe(false)
  const { code, stdout } = await host.connect({}, ['doctor'])
  expect(code, stdout).toBe(0)
  expect(stdout).toContain('ok    Dovecot lets app passwords in')

  const client = await host.lab.imap(USER, device)
  await host.query('UPDATE colombier_credentials SET revoked_at = UTC_TIMESTAMP(6)')
  expect((await host.connect()).code).toBe(0)
  await until(() => !client.usable, 'the session of the revoked app password to end')
  expect(await host.lab.canLogIn(USER, device)).toBe(false)
})

test('the connector hands over what Dovecot asks, without keys, for whoever describes the tables', async () => {
  const [row] = await host.query('SELECT asked FROM colombier_connectors')
  expect(row?.['asked']).toMatch(
    /^passdb: SELECT login AS user, password, '%\{password\}' AS .* WHERE login = '%\{user\}'/m,
  )
  expect(row?.['asked']).toMatch(/^userdb: SELECT 5000 AS uid/m)
  expect(row?.['asked']).not.toMatch(/salt|colombier/)
})

test('a lock ends the sessions of whoever is logged in with the name', async () => {
  const client = await host.lab.imap(USER, SECOND)
  await transaction(host.pool, (db) => lockMailbox(db, host.locking, ADDRESS, 'administrator', 'password'))
  expect((await host.connect()).code).toBe(0)
  await until(() => !client.usable, 'the session to end')
  expect(await host.lab.canLogIn(USER, SECOND)).toBe(false)
})

test.each(['kill before', 'kill after'] as const)(
  'a connector that dies at any call of a deletion ends it at its next run, and never calls doveadm by an address (%s)',
  { timeout: 600_000 },
  async (trouble) => {
    const deletions = deletionsOn(host)
    const addresses: string[] = []
    const asked = new Set<string>()
    for (let [call, killed] = [1, true]; killed; call++) {
      const address = `${trouble.replace(' ', '.')}.${call}@example.org`
      addresses.push(address)
      await host.makeMailbox(address, FIRST)
      expect((await host.lab.deliver(userOf(address), makeMail('Gone'))).code).toBe(250)
      expect(await deletions.request(address, FIRST)).toBe('requested')
      await doveadm.plan(call, trouble)
      await endOf(host.spawnConnector(doveadm.env))
      await doveadm.settled()
      killed = await doveadm.met()
      for (const { args } of await doveadm.calls()) for (const arg of args) asked.add(arg)
      await doveadm.clear()
      await host.passTime()
      await endOf(host.spawnConnector(doveadm.env))
      for (const { args } of await doveadm.calls()) for (const arg of args) asked.add(arg)
    }
    await recover(host)

    const quarantined = await deletions.quarantined()
    for (const address of addresses) {
      expect(await deletions.rowsOf(address)).toEqual([])
      expect(quarantined.filter((name) => name.endsWith(`-${address}`), address)).toHaveLength(1)
      expect(await host.task(address)).toMatchObject({ state: 'done', payload: null })
      expect(asked).toContain(userOf(address))
    }
    expect(addresses.length).toBeGreaterThan(5)
    expect([...asked].filter((arg) => arg.endsWith('@example.org'))).toEqual([])
  },
)
