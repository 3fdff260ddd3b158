import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { startDatabaseProxy, type DatabaseProxy } from './database-proxy.ts'
import { makeMail, startMailHost, type MailHost } from './mail-host.ts'
import { endOf, expectNoSecretsLeft, expectWhole, inLanes, passDeadline, until } from './promises.ts'
import { rollBackOverdue } from '../../src/jobs/deadlines.ts'
import { wrapDoveadm, type WrappedDoveadm } from './wrapped-doveadm.ts'

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

let watching: ChildProcess[] = []
const watch = (env: Record<string, string> = {}) => {
  const child = host.spawnConnector({ LANES: '3', ...env }, ['run', '--watch'])
  let output = ''
  child.stdout?.on('data', (chunk: Buffer) => (output += chunk.toString()))
  child.stderr?.on('data', (chunk: Buffer) => (output += chunk.toString()))
  watching.push(child)
  return {
    child,
    output: () => output,
    started: () => until(() => output.includes('"watching"'), 'the connector watches'),
  }
}
afterEach(async () => {
  const running = watching.filter((child) => child.exitCode === null && child.signalCode === null)
  await Promise.all(
    running.map((child) => {
      const ended = once(child, 'exit')
      child.kill('SIGCONT')
      child.kill('SIGKILL')
      return ended
    }),
  )
  watching = []
})

const open = async () => Number((await host.query("SELECT COUNT(*) AS n FROM colombier_tasks WHERE state IN ('queued', 'running')"))[0]?.['n']) // prettier-ignore
const [first, second] = ['the first password', 'the second password']

describe('two connectors at once', () => {
  test('do sixty tasks, each exactly once', async () => {
    const addresses = Array.from({ length: 30 }, (_, index) => `twice.${index}@example.org`)
    const before = await host.query("SHOW GLOBAL STATUS LIKE 'Innodb_deadlocks'")
    await doveadm.clear()
    // A busy machine is no trouble of theirs.
    const patient = { ...doveadm.env, DOVEADM_TIMEOUT_SECONDS: '60', LEASE_SECONDS: '90' }
    const both = [watch(patient), watch({ ...patient, CONNECTOR_NAME: 'the other' })]
    await inLanes(addresses, 4, (address) => host.requestMailbox(address, first))
    await until(async () => (await open()) === 0, 'all are made', 120_000)
    await inLanes(addresses, 4, (address) => host.requestPassword(address, first, second))
    await until(async () => (await open()) === 0, 'all are changed', 120_000)

    const countDone = () => both.map(({ output }) => output().match(/"task done"/g)?.length ?? 0)
    const sum = () => countDone().reduce((total, each) => total + each)
    await until(() => sum() >= 60, 'all is said')
    const done = countDone()
    expect(sum()).toBe(60)
    expect(Math.min(...done)).toBeGreaterThan(0)
    expect(both.map(({ output }) => output()).join('')).not.toContain('"level":"error"')
    const calls = await doveadm.calls()
    const times = (word: string) => addresses.map((address) => calls.filter(({ args }) => args.includes(word) && args.includes(address)).length) // prettier-ignore
    expect(new Set(times('create'))).toEqual(new Set([1]))
    expect(new Set(times('generate'))).toEqual(new Set([1]))
    expect(await host.query("SHOW GLOBAL STATUS LIKE 'Innodb_deadlocks'")).toEqual(before)
    await inLanes(addresses, 4, (address) =>
      expectWhole(host, { address, password: second, refused: first, subjects: [] }),
    )
    await expectNoSecretsLeft(host, [first, second])
  })

  test('from cron, share what is due', async () => {
    const addresses = Array.from({ length: 8 }, (_, index) => `cron.${index}@example.org`)
    await inLanes(addresses, 4, (address) => host.requestMailbox(address, first))

    const both = await Promise.all([host.connect(), host.connect()])

    expect(both.map(({ code }) => code)).toEqual([0, 0])
    expect(
      both
        .map(({ stdout }) => stdout)
        .join('')
        .match(/"task done"/g),
    ).toHaveLength(8)
  })
})

describe('a run that was suspended while the database answered, and wakes up when its lease is over', () => {
  // A run may begin a call of doveadm within a second after its statement: these all sleep for longer. The database
  // takes the rows back that a sleeping transaction holds.
  const env = { LEASE_SECONDS: '90', DOVEADM_TIMEOUT_SECONDS: '88', DATABASE_TIMEOUT_SECONDS: '5' }
  let statements = 0

  interface Asleep {
    address: string
    wakeUp: () => Promise<unknown>
  }

  /** A change whose run is suspended at this statement. Null when it ends without coming to it. */
  async function suspendAt(statement: number, address: string): Promise<Asleep | null> {
    expect(await host.requestPassword(address, first, second)).toBe('requested')
    let suspended = false as boolean
    proxy.watch((number) => {
      if (number === statement) suspended = connector.kill('SIGSTOP')
      return 'forward'
    })
    const connector = host.spawnConnector({ ...env, ...proxy.env })
    const ended = endOf(connector)
    await until(() => suspended || connector.exitCode !== null, 'the run is suspended or over')
    watching.push(connector)
    if (!suspended) return null
    return {
      address,
      wakeUp: () => {
        connector.kill('SIGCONT')
        return ended
      },
    }
  }

  async function makeMailboxes(label: string, amount: number): Promise<string[]> {
    const addresses = Array.from({ length: amount }, (_, index) => `asleep.${label}.${index}@example.org`)
    await inLanes(addresses, 4, (address) => host.requestMailbox(address, first))
    const { code, stdout } = await host.connect({ LANES: '4' })
    expect(code, stdout).toBe(0)
    await inLanes(addresses, 4, (address) => host.lab.deliver(address, makeMail('Before')))
    return addresses
  }

  async function expectOneOfBoth(asleep: Asleep[]) {
    const outcomes = new Set<unknown>()
    await inLanes(asleep, 4, async ({ address }) => {
      const { state } = await host.task(address)
      outcomes.add(state)
      const [password, refused] = state === 'done' ? [second, first] : [first, second]
      await expectWhole(host, { address, password, refused, subjects: ['Before'] })
    })
    return outcomes
  }

  test('does no harm when another run has finished', async () => {
    const addresses = await makeMailboxes('done', 35)
    const asleep: Asleep[] = []
    for (statements = 2; ; statements += 2) {
      const one = await suspendAt(statements, addresses[asleep.length] ?? '')
      if (!one) break
      asleep.push(one)
    }
    expect(statements).toBeGreaterThan(20)
    await host.passTime()
    expect((await host.connect({ LANES: '4' })).code).toBe(0)

    proxy.watch(() => 'forward')
    await Promise.all(asleep.map(({ wakeUp }) => wakeUp()))

    expect(await expectOneOfBoth(asleep)).toEqual(new Set(['done']))
  })

  test('does no harm when the mailbox was given back', async () => {
    const last = Math.min(statements - 1, 14)
    const addresses = await makeMailboxes('back', last)
    const asleep: Asleep[] = []
    for (let index = 0; index < last; index++) {
      const one = await suspendAt(statements - last + index, addresses[index] ?? '')
      if (one) asleep.push(one)
    }
    for (const { address } of asleep) await passDeadline(host, address)
    await host.passTime()
    await rollBackOverdue(host.pool, host.locking)
    await host.connect({ LANES: '4' })
    expect(await open()).toBe(0)

    proxy.watch(() => 'forward')
    await Promise.all(asleep.map(({ wakeUp }) => wakeUp()))

    expect(await expectOneOfBoth(asleep)).toContain('failed')
  })
})

describe('a connector that watches', () => {
  test('acts within two seconds of the request', async () => {
    const { started } = watch()
    await started()
    const begun = performance.now()
    await host.requestMailbox('quick.one@example.org', first)
    await until(async () => (await host.task('quick.one@example.org'))['state'] !== 'queued', 'it is begun')
    // Two seconds where the machine has nothing else to do.
    expect(performance.now() - begun).toBeLessThan(4_000)
    await until(async () => (await open()) === 0, 'it is done')
  })

  test('goes on when the database was away', async () => {
    const { started, output } = watch(proxy.env)
    proxy.watch(() => 'forward')
    await started()
    proxy.away(true)
    await until(() => output().includes('the database is away'), 'it is noticed')
    await host.requestMailbox('meanwhile.asked@example.org', first)
    proxy.away(false)

    await until(async () => (await host.task('meanwhile.asked@example.org'))['state'] === 'done', 'it is done')
    expect(output()).toContain('the database is back')
  })

  test('goes on when the database stopped to answer', async () => {
    proxy.watch(() => 'forward')
    const { started, output } = watch({ ...proxy.env, DATABASE_TIMEOUT_SECONDS: '1' })
    await started()
    proxy.watch(() => 'keep silent')
    await until(() => output().includes('the database is away'), 'it is noticed')
    expect(output()).toContain('"the database is away","reason":"DATABASE_SILENT"')
    proxy.watch(() => 'forward')
    await host.requestMailbox('silent.night@example.org', first)

    await until(async () => (await host.task('silent.night@example.org'))['state'] === 'done', 'it is done')
  })

  test('stops when it is told to, after the task it is at', async () => {
    const addresses = ['being.done@example.org', 'not.begun@example.org']
    for (const address of addresses) await host.requestMailbox(address, first)
    await doveadm.plan('*', 'slow')
    const { child, output } = watch({ ...doveadm.env, LANES: '1' })
    await until(async () => (await doveadm.calls()).length > 2, 'it is at work')
    child.kill('SIGTERM')
    const [code] = (await once(child, 'exit')) as [number]

    expect(code).toBe(0)
    expect(output().match(/"task done"/g)).toHaveLength(1)
    expect(await open()).toBe(1)
    expect((await host.connect()).code).toBe(0)
  })

  test('takes up what is new while it is held up by something slow', async () => {
    // A pass ends the log-ins of earlier mailboxes too: now the first call of doveadm is the new mailbox's own.
    await host.connect()
    await host.requestMailbox('slow.one@example.org', first)
    await doveadm.plan(1, 'hang')
    const { output } = watch({ ...doveadm.env, LANES: '2', DOVEADM_TIMEOUT_SECONDS: '12', RETRY_SECONDS: '60' })
    await until(() => doveadm.met(), 'the first hangs')
    await host.requestMailbox('quick.two@example.org', first)

    await until(async () => (await host.task('quick.two@example.org'))['state'] === 'done', 'the second is done')

    expect(output()).not.toContain('attempt ended')
    await until(() => output().includes('to be tried again'), 'the first is given up for now')
    await host.passTime()
    await until(async () => (await open()) === 0, 'the first is done too')
  })
})
