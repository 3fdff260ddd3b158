import { writeFile } from 'node:fs/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { offerNewStart } from '../../src/features/new-start/offer.ts'
import { startAnew } from '../../src/features/new-start/start.ts'
import { setUpAgain } from '../../src/features/mailboxes/set-up-again.ts'
import { park, recover } from './campaign.ts'
import { addPassdb, makeCode, makeDevice } from './credentials-host.ts'
import { startDatabaseProxy, type DatabaseProxy } from './database-proxy.ts'
import { deletionsOn } from './deletion-host.ts'
import { makeMail, startMailHost, type MailHost } from './mail-host.ts'
import { endOf, inLanes, readSubjects } from './promises.ts'
import { wrapDoveadm, type WrappedDoveadm } from './wrapped-doveadm.ts'

// What a creation does by itself is killed elsewhere; here the store of before is moved as well, and credentials end.

const [FIRST, SECOND, THIRD] = ['the first password', 'the second password', 'the third password']
let host: MailHost
let doveadm: WrappedDoveadm
let proxy: DatabaseProxy
beforeAll(async () => {
  host = await startMailHost()
  await addPassdb(host)
  doveadm = await wrapDoveadm(host.lab)
  proxy = await startDatabaseProxy(host.lab.database.port)
})
afterAll(async () => {
  await proxy.stop()
  await host.stop()
})

interface Mailbox {
  address: string
  device: string
  /** that are owed to its owner: in the mailbox, or in the quarantine */
  mails: number
}

/** Mailboxes with mail, an alias, an app password and a recovery code, which their owners have begun anew. */
async function beginAnew(prefix: string, count: number): Promise<Mailbox[]> {
  const addresses = Array.from({ length: count }, (_, number) => `${prefix}.${number}@example.org`)
  for (const address of addresses) await host.requestMailbox(address, FIRST)
  expect((await host.connect()).code).toBe(0)
  const mailboxes = await Promise.all(
    addresses.map(async (address) => {
      expect((await host.lab.deliver(address, makeMail('Before'))).code).toBe(250)
      const device = await makeDevice(host, address, FIRST)
      await makeCode(host, address, FIRST)
      await deletionsOn(host).addAlias(`alias.${address}`, address)
      await offerNewStart(host.deps, host.account, address, true)
      expect((await startAnew(host.deps, host.account, await host.find(address), SECOND)).done).toBe('requested')
      await park(host, address)
      return { address, device, mails: 1 }
    }),
  )
  // Their log-ins end beside the tasks, which is another matter.
  expect((await host.connect()).code).toBe(0)
  return mailboxes
}

/** Its task is due, and no other. */
const unpark = (address: string) =>
  host.query("UPDATE colombier_tasks SET retry_at = NULL WHERE mailbox = ? AND state = 'queued'", [address])

type KillAt = (step: number) => Promise<boolean>

/**
 * Runs the connector on one mailbox after another, killed at a later step each time, until it is not killed or there
 * are no more; then untroubled.
 * @param password the one that is in force at last
 * @returns how many of the runs that were killed had not moved the old store, and how many had
 */
async function expectAllKept(mailboxes: Mailbox[], first: number, password: string, killAt: KillAt) {
  const died = { before: 0, after: 0 }
  const used: Mailbox[] = []
  for (const mailbox of mailboxes) {
    const { address, device } = mailbox
    const quarantined = async () =>
      (await deletionsOn(host).quarantined()).filter((name) => name.endsWith(`-${address}`)).length
    const before = await quarantined()
    await unpark(address)
    const killed = await killAt(first + used.push(mailbox) - 1)
    const { code } = await host.lab.deliver(address, makeMail('Between'))
    expect([250, 451]).toContain(code)
    if (code === 250) mailbox.mails++
    for (const ended of [FIRST, device]) expect(await host.lab.canLogIn(address, ended), address).toBe(false)
    if (await host.lab.canLogIn(address, password)) await readSubjects(host, address, password)
    await park(host, address)
    if (!killed) break
    died[(await quarantined()) === before ? 'before' : 'after']++
  }
  await recover(host)

  const { stdout } = await host.lab.run(['find', '/srv/mail-quarantine', '-path', '*/Maildir/*', '-name', '*.*,S=*'])
  await inLanes(used, 4, async ({ address, device, mails }) => {
    const [row] = await host.query('SELECT locks FROM colombier_mailboxes WHERE address = ?', [address])
    expect({ address, ...row }).toEqual({ address, locks: '' })
    const kept = stdout.split('\n').filter((path) => path.includes(`-${address}/`)).length
    const read = await readSubjects(host, address, password)
    expect(kept, address).toBeGreaterThanOrEqual(1)
    expect(kept + read.length, address).toBe(mails)
    expect(read.filter((subject) => subject !== 'Between')).toEqual([])
    expect((await host.lab.deliver(address, makeMail('After'))).code).toBe(250)
    expect(await readSubjects(host, address, password)).toEqual([...read, 'After'])
    for (const ended of [FIRST, device]) expect(await host.lab.canLogIn(address, ended), address).toBe(false)
    expect(await host.query('SELECT source FROM virtual_aliases WHERE destination = ?', [address])).toHaveLength(1)
    expect(await host.query('SELECT id FROM colombier_credentials WHERE mailbox = ?', [address])).toEqual([])
    expect(await host.task(address)).toMatchObject({ state: 'done', payload: null })
  })
  return died
}

const atCall =
  (trouble: 'kill before' | 'kill after'): KillAt =>
  async (call) => {
    await doveadm.plan(call, trouble)
    await endOf(host.spawnConnector(doveadm.env))
    await doveadm.settled()
    return doveadm.met()
  }

const atStatement: KillAt = async (statement) => {
  const running: { connector?: ReturnType<MailHost['spawnConnector']> } = {}
  let killed = false
  proxy.watch((number) => {
    if (number !== statement) return killed ? 'drop' : 'forward'
    killed = true
    running.connector?.kill('SIGKILL')
    return 'drop'
  })
  running.connector = host.spawnConnector(proxy.env)
  await endOf(running.connector)
  return killed
}

test('a connector that dies at a statement while a mailbox begins anew ends it at its next run, and loses no mail', async () => {
  const [one, ...mailboxes] = await beginAnew('statement', 14)
  await unpark(one?.address ?? '')
  proxy.watch(() => 'forward')
  await host.connect(proxy.env)
  // Around the move: what comes before and after it, any creation does.
  const died = await expectAllKept(mailboxes, proxy.count() - 24, SECOND, atStatement)
  expect(Math.min(died.before, died.after)).toBeGreaterThan(2)
}, 180_000)

test('one that dies after a call of doveadm does so too', async () => {
  const died = await expectAllKept(await beginAnew('call', 9), 3, SECOND, atCall('kill after'))
  expect(Math.min(died.before, died.after)).toBeGreaterThan(1)
}, 120_000)

test('where a new start failed when the old store was gone, trying again keeps what came since, wherever it dies', async () => {
  const mailboxes = await beginAnew('again', 9)
  for (const { address } of mailboxes) await unpark(address)
  // From a first key on, which nobody will open, mail is accepted.
  const program = '/usr/local/bin/failing-doveadm'
  const script = '#!/bin/sh\ndoveadm "$@"; code=$?\ncase "$*" in *generate*) exit 75; esac\nexit $code\n'
  await writeFile(host.lab.root + program, script, { mode: 0o755 })
  expect((await host.connect({ ATTEMPTS: '1', DOVEADM: program })).code).toBe(1)
  for (const mailbox of mailboxes) {
    const { address } = mailbox
    expect((await host.lab.deliver(address, makeMail('Since'))).code).toBe(250)
    mailbox.mails++
    expect(await host.task(address)).toMatchObject({ state: 'failed', error: 'mail_host' })
    expect(await setUpAgain(host.deps, host.account, await host.find(address), THIRD)).toBe(true)
    await park(host, address)
  }
  const died = await expectAllKept(mailboxes, 3, THIRD, atCall('kill before'))
  expect(Math.min(died.before, died.after)).toBeGreaterThan(1)
  for (const { address } of mailboxes) expect(await host.lab.canLogIn(address, SECOND)).toBe(false)
}, 120_000)
