import { afterAll, beforeAll, expect, test } from 'vitest'
import { recover } from './campaign.ts'
import { startDatabaseProxy, type DatabaseProxy } from './database-proxy.ts'
import { deletionsOn } from './deletion-host.ts'
import { makeMail, startMailHost, type MailHost } from './mail-host.ts'
import { endOf } from './promises.ts'
import { wrapDoveadm, type WrappedDoveadm } from './wrapped-doveadm.ts'

const password = 'a first long password'
let host: MailHost
let doveadm: WrappedDoveadm
let proxy: DatabaseProxy
beforeAll(async () => {
  host = await startMailHost()
  doveadm = await wrapDoveadm(host.lab)
  proxy = await startDatabaseProxy(host.lab.database.port)
})
afterAll(async () => {
  await proxy.stop()
  await host.stop()
})

/** Deletes mailboxes, one after another, the connector killed at a later step each time, until one is not killed. */
async function deleteKilled(prefix: string, killAt: (step: number) => Promise<boolean>) {
  const deletions = deletionsOn(host)
  const addresses: string[] = []
  const more = async () => {
    const some = Array.from({ length: 8 }, (_, index) => `${prefix}.${addresses.length + index + 1}@example.org`)
    for (const address of some) await host.requestMailbox(address, password)
    const { code, stdout } = await host.connect()
    expect(code, stdout).toBe(0)
    addresses.push(...some)
  }
  const bystander = `${prefix}.bystander@example.org`
  await host.makeMailbox(bystander, password)

  let steps = 0
  for (let killed = true; killed; steps++) {
    if (steps === addresses.length) await more()
    const address = addresses[steps] ?? ''
    expect((await host.lab.deliver(address, makeMail('Gone'))).code).toBe(250)
    await deletions.addAlias(`alias.${address}`, address)
    expect(await deletions.request(address, password)).toBe('requested')
    killed = await killAt(steps + 1)
    // Mail may come at any time, and is accepted, deferred or refused: what it leaves is no second store.
    expect([250, 451, 550]).toContain((await host.lab.deliver(address, makeMail('Between'))).code)
    await host.query(
      "UPDATE colombier_tasks SET retry_at = UTC_TIMESTAMP(6) + INTERVAL 1 DAY WHERE state IN ('queued', 'running')",
    )
  }
  await recover(host)

  const [homes, quarantined] = [await deletions.homes(), await deletions.quarantined()]
  for (const address of addresses.slice(0, steps)) {
    expect({ address, rows: await deletions.rowsOf(address) }).toEqual({ address, rows: [] })
    expect(homes).not.toContain(address.slice(0, address.indexOf('@')))
    expect(quarantined.filter((name) => name.endsWith(`-${address}`), address)).toHaveLength(1)
    expect(await host.task(address)).toMatchObject({ state: 'done', payload: null })
  }
  // Nobody else's: the ones that were not deleted are all there.
  expect(await host.lab.canLogIn(bystander, password)).toBe(true)
  expect((await host.lab.deliver(bystander, makeMail('Still here'))).code).toBe(250)
  expect(homes).toEqual(expect.arrayContaining(addresses.slice(steps).map((address) => address.split('@')[0])))
  return steps
}

test.each(['kill before', 'kill after'] as const)(
  'a connector that dies at any call of doveadm in a deletion ends it at its next run (%s)',
  { timeout: 600_000 },
  async (trouble) => {
    const steps = await deleteKilled(`call.${trouble.replace(' ', '.')}`, async (step) => {
      await doveadm.plan(step, trouble)
      await endOf(host.spawnConnector(doveadm.env))
      await doveadm.settled()
      return doveadm.met()
    })
    expect(steps).toBeGreaterThan(5)
  },
)

test.each(['drop', 'drop the answer'] as const)(
  'a connector that dies at any statement in a deletion ends it at its next run (%s)',
  { timeout: 600_000 },
  async (verdict) => {
    const steps = await deleteKilled(`statement.${verdict.replaceAll(' ', '.')}`, async (step) => {
      const running: { connector?: ReturnType<MailHost['spawnConnector']> } = {}
      let killed = false
      proxy.watch((number) => {
        if (number !== step) return killed ? 'drop' : 'forward'
        killed = true
        running.connector?.kill('SIGKILL')
        return verdict
      })
      running.connector = host.spawnConnector(proxy.env)
      await endOf(running.connector)
      return killed
    })
    expect(steps).toBeGreaterThan(20)
  },
)
