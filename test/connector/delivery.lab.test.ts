import { afterEach, describe, expect, test } from 'vitest'
import { activeUserdbQuery, defaultPassdbQuery } from '../lab/lab.ts'
import { makeMail, startMailHost, type MailHost, type MailHostOptions } from './mail-host.ts'
import { expectWhole } from './promises.ts'
import { wrapDoveadm } from './wrapped-doveadm.ts'

let host: MailHost | undefined
afterEach(async () => {
  await host?.stop()
  host = undefined
})

const address = 'busy.mailbox@example.org'
const [first, second] = ['the first password', 'the second password']

async function startWith(options: MailHostOptions): Promise<MailHost> {
  host = await startMailHost(options)
  await host.makeMailbox(address, first)
  return host
}

const verdict = async (of: MailHost) =>
  (await of.query('SELECT active_lock FROM colombier_connectors'))[0]?.['active_lock']
const isActive = async (of: MailHost) =>
  (await of.query('SELECT active FROM virtual_users WHERE email = ?', [address]))[0]?.['active'] === 1

/** Delivers without a pause until the change is over, and once more. Every reply counts. */
async function changeUnderDelivery(of: MailHost) {
  const replies: number[] = []
  const subjects: string[] = []
  const deliver = async () => {
    const subject = `Mail ${replies.length}`
    const { code } = await of.lab.deliver(address, makeMail(subject))
    replies.push(code)
    if (code === 250) subjects.push(subject)
  }
  let over = false as boolean
  const delivering = (async () => {
    while (!over) await deliver()
    await deliver()
  })()
  expect(await of.requestPassword(address, first, second)).toBe('requested')
  const lockedByActive = !(await isActive(of))
  const canLogIn = [await of.lab.canLogIn(address, first), await of.lab.canLogIn(address, second)]
  // Each call of doveadm takes long enough for several deliveries.
  const doveadm = await wrapDoveadm(of.lab)
  await doveadm.plan('*', 'slow')
  const { code, stdout } = await of.connect(doveadm.env)
  over = true
  await delivering

  expect(code, stdout).toBe(0)
  expect(canLogIn).toEqual([false, false])
  expect(replies.length).toBeGreaterThan(20)
  expect(replies.filter((reply) => reply !== 250)).toEqual([])
  expect(await isActive(of)).toBe(true)
  await expectWhole(of, { address, password: second, refused: first, subjects })
  return { lockedByActive }
}

describe('mail that comes all through a change of password', () => {
  test('is taken with the active lock, where only the passdb looks at the flag', async () => {
    const of = await startWith({ env: { LOCK: 'active' } })
    expect(await verdict(of)).toBe('safe')

    expect(await changeUnderDelivery(of)).toEqual({ lockedByActive: true })
  })

  test('is taken with the password lock, where the userdb looks at the flag too', async () => {
    const of = await startWith({ env: { LOCK: 'password' }, userdbQuery: activeUserdbQuery })
    expect(await verdict(of)).toBe('unknown')

    expect(await changeUnderDelivery(of)).toEqual({ lockedByActive: false })
  })

  test('is taken where the active lock was configured and would bounce it: the first mailbox has shown that', async () => {
    const of = await startWith({ env: { LOCK: 'active' }, userdbQuery: activeUserdbQuery })
    expect(await verdict(of)).toBe('invisible')
    expect(await isActive(of)).toBe(true)

    expect(await changeUnderDelivery(of)).toEqual({ lockedByActive: false })
  })

  test('is taken where no query looks at the flag, and nobody can log in meanwhile', async () => {
    const of = await startWith({
      env: { LOCK: 'active' },
      passdbQuery: defaultPassdbQuery().replace(' AND active = 1', ''),
    })
    expect(await verdict(of)).toBe('ineffective')

    expect(await changeUnderDelivery(of)).toEqual({ lockedByActive: false })
  })
})

describe('the lock by the active column', () => {
  test('is not tried on a mailbox with mail before a mail host has shown what it does', async () => {
    const of = await startWith({ env: { LOCK: 'active' } })
    await of.query("UPDATE colombier_connectors SET active_lock = 'unknown'")

    await of.requestPassword(address, first, second)

    expect(await isActive(of)).toBe(true)
    expect(await of.lab.canLogIn(address, first)).toBe(false)
  })

  test('is given up as soon as a change meets a mail host whose userdb has begun to look at the flag', async () => {
    const of = await startWith({ env: { LOCK: 'active' } })
    await of.lab.configure({ userdbQuery: activeUserdbQuery })
    await of.requestPassword(address, first, second)
    expect(await isActive(of)).toBe(false)

    expect((await of.connect()).code).toBe(0)

    expect(await verdict(of)).toBe('invisible')
    await expectWhole(of, { address, password: second, refused: first, subjects: [] })
  })

  test('is not blamed for a mailbox that the mail host does not know at all', async () => {
    const of = await startWith({ env: { LOCK: 'active' } })
    await of.lab.configure({ userdbQuery: `${activeUserdbQuery} AND email <> 'nowhere.found@example.org'` })
    await of.query("UPDATE colombier_connectors SET active_lock = 'safe'")
    await of.requestMailbox('nowhere.found@example.org', first)

    for (let attempt = 1; attempt <= 3; attempt++) expect((await of.connect()).code).toBe(1)

    expect(await of.task('nowhere.found@example.org')).toMatchObject({ state: 'failed', error: 'unknown_mailbox' })
    expect(await verdict(of)).toBe('safe')
  })
})
