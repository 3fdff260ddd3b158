import { createConnection } from 'mysql2/promise'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { rollBackOverdue } from '../../src/jobs/deadlines.ts'
import { setUpAgain } from '../../src/features/mailboxes/set-up-again.ts'
import { after, createInTrouble, expectAllWhole, park, recover, rekeyInTrouble, type Mailbox } from './campaign.ts'
import { startDatabaseProxy, type DatabaseProxy } from './database-proxy.ts'
import { makeMail, startMailHost, type MailHost } from './mail-host.ts'
import { endOf, expectNoSecretsLeft, expectWhole, inLanes, passDeadline } from './promises.ts'
import { wrapDoveadm, type Trouble, type WrappedDoveadm } from './wrapped-doveadm.ts'

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

const [first, second] = ['the first password', 'the second password']
const impatient = { DOVEADM_TIMEOUT_SECONDS: '1', LEASE_SECONDS: '3' }
/** A busy machine may take a second for a call that is in no trouble. */
const patient = { DOVEADM_TIMEOUT_SECONDS: '5', LEASE_SECONDS: '7' }

let made: Mailbox[] = []
let number = 0
const more = async (): Promise<Mailbox> => {
  const mailbox = { address: `another.${++number}@example.org`, password: 'another password', subjects: [] }
  await host.makeMailbox(mailbox.address, mailbox.password)
  return mailbox
}

/**
 * The database goes away at this statement, before or after it is carried out, and stays away for the rest of the run.
 */
const databaseGoneAt = (verdict: 'drop' | 'drop the answer') => (statement: number) => async () => {
  let gone = false as boolean
  proxy.away(false)
  proxy.watch((counted) => {
    if (counted < statement) return 'forward'
    if (counted > statement) return 'drop'
    gone = true
    setImmediate(() => verdict === 'drop' && proxy.away(true))
    return verdict
  })
  const { code, output } = await endOf(host.spawnConnector(proxy.env))
  expect(code, output).toBe(gone ? 1 : 0)
  expect(output).not.toMatch(/UPDATE|SELECT|\$argon2/)
  return gone
}

const doveadmInTrouble = (trouble: Trouble) => (call: number) => async () => {
  await doveadm.plan(call, trouble)
  const waits = trouble === 'hang' ? impatient : patient
  const { code, output } = await endOf(host.spawnConnector({ ...doveadm.env, ...waits }))
  const met = await doveadm.met()
  if (!met) expect(code, output).toBe(0)
  await doveadm.settled()
  return met
}

describe('when the database goes away at any statement', () => {
  test('a mailbox is set up by the next run', async () => {
    made = await createInTrouble(host, 'gone', (step) => databaseGoneAt('drop the answer')(2 * step))
    expect(made.length).toBeGreaterThan(12)
    await recover(host)
    await expectAllWhole(host, made)
    made = after(made)
  })

  test('a change of password is finished by the next run', async () => {
    const changed = []
    for (const verdict of ['drop', 'drop the answer'] as const) {
      const rest = made.slice(changed.length)
      const some = await rekeyInTrouble(host, rest, `gone ${verdict}`, more, (step) =>
        databaseGoneAt(verdict)(2 * step),
      )
      expect(some.length).toBeGreaterThan(12)
      changed.push(...some)
    }
    await recover(host)
    await expectAllWhole(host, changed)
    made = after(changed)
  })
})

describe('when doveadm makes trouble at any of its calls', () => {
  test.each(['hang', '127', 'die'] as const)('%s: a mailbox is set up by the next run', async (trouble) => {
    const some = await createInTrouble(host, `trouble.${trouble}`, doveadmInTrouble(trouble))
    expect(some.length).toBeGreaterThan(7)
    await recover(host)
    await expectAllWhole(host, some)
  })

  test.each(['hang', '75', 'die'] as const)('%s: a change of password is finished by the next run', async (trouble) => {
    const some = await rekeyInTrouble(host, made, `trouble ${trouble}`, more, doveadmInTrouble(trouble))
    expect(some.length).toBeGreaterThan(5)
    await recover(host)
    await expectAllWhole(host, some)
    made = [...after(some), ...made.slice(some.length)]
  })
})

describe('when the time for a change is over', () => {
  const change = async (address: string) => {
    await host.makeMailbox(address, first)
    await host.lab.deliver(address, makeMail('Before'))
    expect(await host.requestPassword(address, first, second)).toBe('requested')
  }
  const back = (address: string) =>
    expectWhole(host, { address, password: first, refused: second, subjects: ['Before'] })
  const forward = (address: string) =>
    expectWhole(host, { address, password: second, refused: first, subjects: ['Before'] })

  test('and nobody has begun, the web app gives the mailbox back', async () => {
    const address = 'late.never.begun@example.org'
    await change(address)
    await passDeadline(host, address)

    expect(await rollBackOverdue(host.pool, host.locking)).toBe(1)

    expect(await host.task(address)).toMatchObject({ state: 'failed', error: 'deadline' })
    await back(address)
  })

  test('and nobody has begun, the connector gives it back without a word to doveadm about its key', async () => {
    const address = 'late.for.connector@example.org'
    await change(address)
    await passDeadline(host, address)
    await doveadm.clear()

    expect((await host.connect(doveadm.env)).code).toBe(1)

    expect(await host.task(address)).toMatchObject({ state: 'failed', error: 'deadline' })
    expect((await doveadm.calls()).filter(({ args }) => args.includes('cryptokey'))).toEqual([])
    await back(address)
    await expectNoSecretsLeft(host, [second])
  })

  test('and both sides notice at once, it is given back once', async () => {
    const addresses = Array.from({ length: 6 }, (_, index) => `late.both.${index}@example.org`)
    for (const address of addresses) await host.makeMailbox(address, first)
    for (const address of addresses) {
      await host.lab.deliver(address, makeMail('Before'))
      await host.requestPassword(address, first, second)
    }
    for (const address of addresses) await passDeadline(host, address)

    const [, count] = await Promise.all([host.connect({ LANES: '3' }), rollBackOverdue(host.pool, host.locking)])

    expect(count).toBeLessThanOrEqual(6)
    await inLanes(addresses, 3, back)
  })

  test.each(['kill before', 'kill after'] as const)(
    'and a run was killed at any call (%s), it goes forward or back and password and key match',
    async (trouble) => {
      const states = new Set<unknown>()
      const addresses: string[] = []
      // The calls before the key is asked for are the same for both.
      for (let call = 3, killed = true; killed; call++) {
        const address = `late.${trouble.replace(' ', '.')}.${call}@example.org`
        await change(address)
        killed = await (async () => {
          await doveadm.plan(call, trouble)
          await endOf(host.spawnConnector(doveadm.env))
          await doveadm.settled()
          return doveadm.met()
        })()
        await park(host, address)
        addresses.push(address)
      }
      for (const address of addresses) await passDeadline(host, address)
      await host.passTime()
      await rollBackOverdue(host.pool, host.locking)
      await host.connect()

      for (const address of addresses) {
        const { state } = await host.task(address)
        states.add(state)
        await (state === 'done' ? forward(address) : back(address))
      }
      expect(states).toEqual(new Set(['done', 'failed']))
    },
  )

  test('and doveadm was down all the time, the mailbox is back', async () => {
    const address = 'late.doveadm.down@example.org'
    await change(address)
    await doveadm.plan('*', '75')
    expect((await host.connect({ ...doveadm.env, RETRY_SECONDS: '1' })).code).toBe(1)
    expect(await host.task(address)).toMatchObject({ state: 'queued', error: 'mail_host' })
    await passDeadline(host, address)
    await host.passTime()

    expect((await host.connect(doveadm.env)).code).toBe(1)

    expect(await host.task(address)).toMatchObject({ state: 'failed', error: 'deadline' })
    await back(address)
  })

  test('and doveadm went down within the change, the mailbox stays locked until it answers', async () => {
    const address = 'late.touched.down@example.org'
    const calls = await countCallsUntilChange()
    await change(address)
    await doveadm.plan(calls, 'die')
    expect((await host.connect({ ...doveadm.env, ATTEMPTS: '2' })).code).toBe(1)
    expect(await host.task(address)).toMatchObject({ touched: 1, state: 'queued' })
    await passDeadline(host, address)
    await doveadm.plan('*', '75')
    for (let attempt = 1; attempt <= 4; attempt++) {
      await host.passTime()
      expect(await rollBackOverdue(host.pool, host.locking)).toBe(0)
      expect((await host.connect({ ...doveadm.env, ATTEMPTS: '2' })).code).toBe(1)
    }
    expect(await host.lab.canLogIn(address, first)).toBe(false)
    expect(await host.lab.canLogIn(address, second)).toBe(false)

    await host.passTime()
    await host.connect()

    const { state } = await host.task(address)
    await (state === 'done' ? forward(address) : back(address))
  })

  /** The number of the call that changes the key of a mailbox. */
  async function countCallsUntilChange(): Promise<number> {
    const address = 'counting.calls@example.org'
    await host.makeMailbox(address, first)
    await host.requestPassword(address, first, second)
    await doveadm.clear()
    await host.connect(doveadm.env)
    return (await doveadm.calls()).findLast(({ args }) => args.includes('password'))?.number ?? 0
  }
})

describe('a task that cannot be carried out', () => {
  test('fails visibly after its attempts, and the owner can have the mailbox set up again', async () => {
    const address = 'set.up.again@example.org'
    await host.requestMailbox(address, first)
    await doveadm.plan('*', '75')
    for (let attempt = 1; attempt <= 3; attempt++) expect((await host.connect(doveadm.env)).code).toBe(1)
    expect(await host.task(address)).toMatchObject({ state: 'failed', error: 'mail_host', payload: null, attempts: 3 })
    expect(await host.lab.canLogIn(address, first)).toBe(false)

    expect(await setUpAgain(host.deps, host.account, await host.find(address), second)).toBe(true)
    expect((await host.connect()).code).toBe(0)

    await expectWhole(host, { address, password: second, refused: first, subjects: [] })
  })

  test('fails visibly also when each of its runs was killed', async () => {
    const address = 'kills.every.run@example.org'
    // A pass ends the log-ins of earlier mailboxes too: now the first call of doveadm is the new mailbox's own.
    await host.connect()
    await host.requestMailbox(address, first)
    for (let attempt = 1; attempt <= 3; attempt++) {
      await doveadm.plan(1, 'kill before')
      await endOf(host.spawnConnector(doveadm.env))
      await host.passTime()
    }
    expect((await host.connect()).code).toBe(1)

    expect(await host.task(address)).toMatchObject({ state: 'failed', error: 'mail_host' })
  })

  test.each([
    ['the mail server’s row', 'DELETE FROM virtual_users WHERE email = ?'],
    ['Colombier’s row', 'DELETE FROM colombier_mailboxes WHERE address = ?'],
  ])('ends when %s was removed meanwhile, and the others go on', async (name, removal) => {
    const gone = [`gone.create.${name.length}@example.org`, `gone.rekey.${name.length}@example.org`] as const
    const others = [`here.one.${name.length}@example.org`, `here.two.${name.length}@example.org`]
    await host.makeMailbox(gone[1], first)
    await host.requestMailbox(gone[0], first)
    await host.requestPassword(gone[1], first, second)
    for (const address of gone) await host.query(removal, [address])
    for (const address of others) await host.requestMailbox(address, first)

    for (let attempt = 1; attempt <= 3; attempt++) await host.connect()

    for (const address of gone) {
      expect(await host.task(address)).toMatchObject({ state: 'failed', error: 'unknown_mailbox', payload: null })
    }
    for (const address of others) expect(await host.task(address)).toMatchObject({ state: 'done', attempts: 1 })
  })

  test('does not stop the others of the same pass', async () => {
    const bad = 'bad.apple@example.org'
    const others = ['good.one@example.org', 'good.two@example.org', 'good.three@example.org']
    for (const address of [bad, ...others]) await host.requestMailbox(address, first)
    await doveadm.plan(1, 'hang')

    expect((await host.connect({ ...doveadm.env, ...impatient, LANES: '1' })).code).toBe(1)

    const states = await Promise.all([bad, ...others].map(async (address) => (await host.task(address))['state']))
    expect(states.sort()).toEqual(['done', 'done', 'done', 'queued'])
    expect((await host.connect()).code).toBe(0)
  })

  test('says in its log nothing that the database says of a value', async () => {
    const address = 'telling.trigger@example.org'
    await host.makeMailbox(address, first)
    await host.requestPassword(address, first, second)
    const hash = String((await host.task(address))['new_hash'])
    const administrator = await createConnection(host.lab.database)
    await administrator.query(`CREATE TRIGGER telling BEFORE UPDATE ON virtual_users FOR EACH ROW
      SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = NEW.password`)
    const { code, stdout, stderr } = await host.connect()
    await administrator.query('DROP TRIGGER telling')
    await administrator.end()

    expect(code).toBe(1)
    expect(stdout + stderr).not.toContain(hash.slice(12, 40))
    await host.passTime()
    expect((await host.connect()).code).toBe(0)
    await expectWhole(host, { address, password: second, refused: first, subjects: [] })
  })
})
