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
import { startMailHost, type MailHost } from './mail-host.ts'
import { endOf, expectRunFolderEmpty } from './promises.ts'
import { wrapDoveadm, type Trouble, type WrappedDoveadm } from './wrapped-doveadm.ts'

let host: MailHost
let doveadm: WrappedDoveadm
beforeAll(async () => {
  host = await startMailHost({ env: { LOCK: 'active' } })
  await addPassdb(host)
  doveadm = await wrapDoveadm(host.lab)
})
afterAll(() => host.stop())

const killedAtCall = (trouble: Trouble) => (call: number) => async () => {
  await doveadm.plan(call, trouble)
  const { code, signal, output } = await endOf(host.spawnConnector(doveadm.env))
  const killed = await doveadm.met()
  if (killed) expect(signal).toBe('SIGKILL')
  else expect(code, output).toBe(0)
  await doveadm.settled()
  return killed
}

let made: Mailbox[] = []
let number = 0
const more = async (): Promise<Mailbox> => {
  const mailbox = { address: `another.${++number}@example.org`, password: 'another password', subjects: [] }
  await host.makeMailbox(mailbox.address, mailbox.password)
  return withCredentials(host, mailbox)
}

describe('a connector that is killed at one of its calls of doveadm', () => {
  test('while it sets a mailbox up, ends that work at its next run', async () => {
    for (const trouble of ['kill before', 'kill during', 'kill after'] as const) {
      const some = await createInTrouble(host, `made.${trouble.replace(' ', '.')}`, killedAtCall(trouble))
      expect(some.length).toBeGreaterThan(8)
      made.push(...some)
    }
    await recover(host)
    await expectAllWhole(host, made)
    made = after(made)
  })

  test('while it re-encrypts a key with credentials, ends that work at its next run', async () => {
    for (const [index, mailbox] of made.entries()) made[index] = await withCredentials(host, mailbox)
    const changed = []
    for (const trouble of ['kill before', 'kill during', 'kill after'] as const) {
      const rest = made.slice(changed.length)
      const some = await rekeyInTrouble(host, rest, `changed ${trouble}`, more, killedAtCall(trouble))
      expect(some.length).toBeGreaterThan(5)
      changed.push(...some)
    }
    await recover(host)
    await expectAllWhole(host, changed)
  })

  test('leaves no passing secret on the disk', () => expectRunFolderEmpty(host))
})
