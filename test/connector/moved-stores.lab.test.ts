import { readdirSync } from 'node:fs'
import { mkdir, readdir, readFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startDatabaseProxy } from './database-proxy.ts'
import { deletionsOn } from './deletion-host.ts'
import { makeMail, startMailHost, type MailHost } from './mail-host.ts'
import { endOf, readSubjects, until } from './promises.ts'
import { wrapDoveadm, type WrappedDoveadm } from './wrapped-doveadm.ts'

const password = 'a first long password'
let host: MailHost
let deletions: ReturnType<typeof deletionsOn>
beforeAll(async () => {
  host = await startMailHost()
  deletions = deletionsOn(host)
})
afterAll(() => host.stop())

const make = async (address: string) => {
  await host.makeMailbox(address, password)
  expect((await host.lab.deliver(address, makeMail('Kept'))).code).toBe(250)
}

describe('mail that comes to a mailbox without a key', () => {
  const hasLetter = async (store: string) => {
    const { stdout } = await host.lab.run(['find', `/srv/mail-quarantine/${store}`, '-path', '*/new/*'])
    return stdout !== ''
  }

  test('while it is being set up is deferred, and what that leaves is nobody’s store', async () => {
    const address = 'too.early@example.org'
    await host.requestMailbox(address, password)
    expect((await host.lab.deliver(address, makeMail('Early'))).code).toBe(451)
    expect(await deletions.homes()).toContain('too.early')
    const before = await deletions.quarantined()

    const { code, stdout } = await host.connect()

    expect(code, stdout).toBe(0)
    expect(stdout).not.toContain('what an earlier mailbox had left')
    expect(await deletions.quarantined()).toEqual(before)
    expect((await host.lab.deliver(address, makeMail('Early'))).code).toBe(250)
    expect(await readSubjects(host, address, password)).toEqual(['Early'])
  })

  test('after its store was moved and before its rows are gone for good is deferred, and after that refused', async () => {
    const address = 'in.between@example.org'
    await make(address)
    await deletions.request(address, password)
    // The statement that would make the removal final is the first after the store was moved.
    await mkdir(`${host.lab.root}/srv/mail-quarantine`, { mode: 0o700, recursive: true })
    let isMoved = false as boolean
    const proxy = await startDatabaseProxy(host.lab.database.port)
    proxy.watch(() => {
      isMoved ||= readdirSync(`${host.lab.root}/srv/mail-quarantine`).some((name) => name.endsWith(address))
      return isMoved ? 'drop' : 'forward'
    })
    await endOf(host.spawnConnector(proxy.env))
    await proxy.stop()
    expect(isMoved).toBe(true)
    expect(await deletions.rowsOf(address)).toEqual(['virtual_users', 'colombier_mailboxes'])
    expect((await host.lab.deliver(address, makeMail('Between'))).code).toBe(451)
    expect(await deletions.homes()).toContain('in.between')

    await host.passTime()
    expect((await host.connect()).code).toBe(0)

    expect((await host.lab.deliver(address, makeMail('Between'))).code).toBe(550)
    expect(await deletions.homes()).not.toContain('in.between')
    expect((await deletions.quarantined()).filter((name) => name.endsWith(address))).toHaveLength(1)
    const emptied = await Promise.all((await deletions.quarantined()).map(async (name) => (await hasLetter(name)) ? '' : name)) // prettier-ignore
    expect(emptied.join('')).toBe('')
  })
})

describe('a connector that was suspended while another went on in its place', () => {
  const newPassword = 'a second long password'
  let doveadm: WrappedDoveadm
  beforeAll(async () => {
    doveadm = await wrapDoveadm(host.lab)
  })

  /** Calls of doveadm in the task of one mailbox, which another has had done. */
  const countCalls = async (run: () => Promise<unknown>) => {
    await doveadm.clear()
    await run()
    return (await doveadm.calls()).length
  }

  /** A connector that sleeps from the n-th call of doveadm on, counted from the last one. */
  const suspendAt = async (call: number) => {
    await doveadm.plan(call, 'stop after')
    const connector = host.spawnConnector(doveadm.env)
    const ended = endOf(connector)
    await until(() => doveadm.met(), 'it is suspended')
    return async () => {
      connector.kill('SIGCONT')
      return ended
    }
  }

  test('in the last call of a deletion takes nothing from the mailbox that was made anew since', async () => {
    await make('counted.deletion@example.org')
    await deletions.request('counted.deletion@example.org', password)
    const calls = await countCalls(() => host.connect(doveadm.env))
    const address = 'made.anew@example.org'
    await make(address)
    await deletions.request(address, password)
    const wakeUp = await suspendAt(calls - 1)

    await host.passTime()
    expect((await host.connect()).code).toBe(0)
    await host.makeMailbox(address, newPassword)
    expect((await host.lab.deliver(address, makeMail('New'))).code).toBe(250)
    const { output } = await wakeUp()

    expect(output).toContain('The lease of the task ran out')
    expect((await host.lab.deliver(address, makeMail('Newer'))).code).toBe(250)
    expect(await readSubjects(host, address, newPassword)).toEqual(['New', 'Newer'])
    expect((await deletions.quarantined()).filter((name) => name.endsWith(address))).toHaveLength(1)
  })

  test('in any call of a creation over leftovers takes nothing from the mailbox that another has made', async () => {
    const leave = async (address: string) => {
      await make(address)
      for (const table of ['virtual_users WHERE email', 'colombier_mailboxes WHERE address']) {
        await host.query(`DELETE FROM ${table} = ?`, [address])
      }
      await deletions.giveUpHome(address)
      await host.requestMailbox(address, newPassword)
    }
    await leave('counted.creation@example.org')
    const calls = await countCalls(() => host.connect(doveadm.env))
    expect(calls).toBeGreaterThan(6)

    for (let call = 1; call <= calls; call++) {
      const address = `made.before.${call}@example.org`
      await leave(address)
      const wakeUp = await suspendAt(call)
      await host.passTime()
      await host.connect()
      expect((await host.lab.deliver(address, makeMail('New'))).code).toBe(250)
      await wakeUp()

      expect(await readSubjects(host, address, newPassword), String(call)).toEqual(['New'])
      expect((await deletions.quarantined()).filter((name) => name.endsWith(address))).toHaveLength(1)
    }
  })
})

describe('the longest address', () => {
  test('is deleted, and told whole beside its store', async () => {
    const domain = `${'d'.repeat(63)}.${'e'.repeat(63)}.${'f'.repeat(50)}.example`
    await host.query('INSERT INTO virtual_domains (name) VALUES (?)', [domain])
    const address = `${'long'.repeat(16)}@${domain}`
    await make(address)
    await deletions.request(address, password)

    const { code, stdout } = await host.connect()

    expect(code, stdout).toBe(0)
    const [row] = await host.query(`SELECT id FROM colombier_tasks WHERE mailbox = ? AND kind = 'delete'`, [address])
    const names = (await readdir(`${host.lab.root}/srv/mail-quarantine`)).filter((name) => name.includes(String(row?.['id']))) // prettier-ignore
    expect(names).toHaveLength(2)
    const [note = ''] = names.filter((name) => name.endsWith('.json'))
    expect(JSON.parse(await readFile(`${host.lab.root}/srv/mail-quarantine/${note}`, 'utf8'))).toMatchObject({ mailbox: address }) // prettier-ignore
  })
})
