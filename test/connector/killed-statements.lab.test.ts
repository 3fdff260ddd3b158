import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  after,
  createInTrouble,
  expectAllWhole,
  recover,
  rekeyInTrouble,
  withCredentials,
  type Mailbox,
} from './campaign.ts'
import { addPassdb } from './credentials-host.ts'
import { startDatabaseProxy, type DatabaseProxy } from './database-proxy.ts'
import { startMailHost, type MailHost } from './mail-host.ts'
import { endOf } from './promises.ts'

let host: MailHost
let proxy: DatabaseProxy
beforeAll(async () => {
  host = await startMailHost()
  await addPassdb(host)
  proxy = await startDatabaseProxy(host.lab.database.port)
})
afterAll(async () => {
  await proxy.stop()
  await host.stop()
})

const killedAtStatement = (verdict: 'drop' | 'drop the answer') => (statement: number) => async () => {
  let killed = false as boolean
  proxy.watch((number) => {
    if (number !== statement) return killed ? 'drop' : 'forward'
    killed = true
    connector.kill('SIGKILL')
    return verdict
  })
  const connector = host.spawnConnector(proxy.env)
  const { code, signal, output } = await endOf(connector)
  if (killed) expect(signal).toBe('SIGKILL')
  else expect(code, output).toBe(0)
  return killed
}

let made: Mailbox[] = []
let number = 0
const more = async (): Promise<Mailbox> => {
  const mailbox = { address: `another.${++number}@example.org`, password: 'another password', subjects: [] }
  await host.makeMailbox(mailbox.address, mailbox.password)
  return withCredentials(host, mailbox)
}

describe('a connector that is killed at one of its statements', () => {
  test('while it sets a mailbox up, ends that work at its next run', async () => {
    for (const verdict of ['drop', 'drop the answer'] as const) {
      const some = await createInTrouble(host, `made.${verdict.replaceAll(' ', '.')}`, killedAtStatement(verdict))
      expect(some.length).toBeGreaterThan(20)
      made.push(...some)
    }
    await recover(host)
    await expectAllWhole(host, made)
    made = after(made)
  })

  test('while it re-encrypts a key with credentials, ends that work at its next run', async () => {
    for (const [index, mailbox] of made.entries()) made[index] = await withCredentials(host, mailbox)
    const changed = []
    for (const verdict of ['drop', 'drop the answer'] as const) {
      const rest = made.slice(changed.length)
      const some = await rekeyInTrouble(host, rest, `changed ${verdict}`, more, killedAtStatement(verdict))
      expect(some.length).toBeGreaterThan(20)
      changed.push(...some)
    }
    await recover(host)
    await expectAllWhole(host, changed)
  })
})
