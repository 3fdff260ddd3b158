import { mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { lockMailbox, unlockMailbox } from '../../connector/contract/lock.ts'
import { transaction } from '../../src/db/store.ts'
import { defaultUserdbQuery } from '../lab/lab.ts'
import { deletionsOn } from './deletion-host.ts'
import { makeMail, startMailHost, type MailHost } from './mail-host.ts'
import { readSubjects, until } from './promises.ts'

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

describe('a mailbox that its owner deletes', () => {
  test('is closed at once, and still takes mail; called off, it is as before, its password and aliases too', async () => {
    const address = 'called.off@example.org'
    await make(address)
    await deletions.addAlias('called.alias@example.org', address)
    const session = await host.lab.imap(address, password)
    let ended = false
    session.on('close', () => (ended = true))

    expect(await deletions.request(address, password, 48)).toBe('requested')
    expect(await host.lab.canLogIn(address, password)).toBe(false)
    const { code, stdout } = await host.connect()
    expect(code, stdout).toBe(0)
    await until(() => ended, 'the session ends')
    expect((await host.lab.deliver(address, makeMail('Meanwhile'))).code).toBe(250)
    expect(await host.requestPassword(address, password, 'another long password')).toBe('busy')

    expect(await deletions.cancel(address)).toBe(true)
    expect(await deletions.cancel(address)).toBe(false)
    await host.connect()
    expect(await readSubjects(host, address, password)).toEqual(['Kept', 'Meanwhile'])
    expect(await deletions.rowsOf(address)).toEqual(['virtual_users', 'virtual_aliases', 'colombier_mailboxes'])
    expect(await host.task(address)).toMatchObject({ state: 'cancelled', payload: null })
  })

  test('leaves no row, no alias and no file but in the quarantine, and an address that works for its next owner', async () => {
    const address = 'going.away@example.org'
    await make(address)
    await deletions.addAlias('going.alias@example.org', address)
    await deletions.addAlias('going.alias@example.org', 'ben@example.org')

    expect(await deletions.request(address, password)).toBe('requested')
    const { code, stdout } = await host.connect()

    expect(code, stdout).toBe(0)
    expect(await host.task(address)).toMatchObject({ state: 'done', payload: null })
    expect(await deletions.rowsOf(address)).toEqual([])
    expect(
      await host.query(`SELECT destination FROM virtual_aliases WHERE source = 'going.alias@example.org'`),
    ).toEqual([{ destination: 'ben@example.org' }])
    expect(await deletions.homes()).not.toContain('going.away')
    expect((await deletions.quarantined()).filter((name) => name.endsWith(address))).toHaveLength(1)
    expect((await host.lab.deliver(address, makeMail('Too late'))).code).toBe(550)

    const cleo = { ...host.account, id: 2, email: 'cleo@example.org' }
    await host.query(`INSERT INTO colombier_accounts (id, email, password_hash, created_at)
      VALUES (2, 'cleo@example.org', '', UTC_TIMESTAMP(6))`)
    await expect(host.requestMailbox(address, 'the next owner’s password', cleo)).rejects.toThrow('taken')
    await host.query('UPDATE colombier_reservations SET until = UTC_TIMESTAMP(6) WHERE address = ?', [address])
    await host.requestMailbox(address, 'the next owner’s password', cleo)
    expect((await host.connect()).code).toBe(0)
    expect((await host.lab.deliver(address, makeMail('Hello'))).code).toBe(250)
    expect(await readSubjects(host, address, 'the next owner’s password')).toEqual(['Hello'])
  })

  test('keeps its mail where it was as long as a row of another table keeps its own, and goes when that is gone', async () => {
    const address = 'held.back@example.org'
    await make(address)
    await host.query(`CREATE TABLE fetched (mailbox INT NOT NULL, FOREIGN KEY (mailbox) REFERENCES virtual_users (id))`)
    await host.query('INSERT INTO fetched SELECT id FROM virtual_users WHERE email = ?', [address])

    expect(await deletions.request(address, password)).toBe('requested')
    await host.connect()

    expect(await host.task(address)).toMatchObject({ state: 'queued', attempts: 1 })
    expect(await deletions.rowsOf(address)).toEqual(['virtual_users', 'colombier_mailboxes'])
    expect(await deletions.homes()).toContain('held.back')
    expect((await deletions.quarantined()).filter((name) => name.endsWith(address))).toEqual([])

    await host.query('DROP TABLE fetched')
    await host.query('UPDATE colombier_tasks SET retry_at = NULL WHERE mailbox = ?', [address])
    expect((await host.connect()).code).toBe(0)
    expect(await deletions.rowsOf(address)).toEqual([])
    expect((await deletions.quarantined()).filter((name) => name.endsWith(address))).toHaveLength(1)
  })

  test('may have its address again for itself at once', async () => {
    const address = 'back.again@example.org'
    await make(address)
    await deletions.request(address, password)
    await host.connect()

    await host.makeMailbox(address, 'a second long password')

    expect(await readSubjects(host, address, 'a second long password')).toEqual([])
  })

  test('is not deleted when a deletion that was called off is put back into the queue', async () => {
    const address = 'put.back@example.org'
    await make(address)
    await deletions.request(address, password, 2 / 3600)
    const { payload } = await host.task(address)
    await deletions.cancel(address)
    await host.connect()

    const isDue = 'SELECT id FROM colombier_tasks WHERE mailbox = ? AND kind = ? AND not_before <= UTC_TIMESTAMP(6)'
    await until(async () => (await host.query(isDue, [address, 'delete'])).length > 0, 'the deletion would be due')
    await host.query(
      "UPDATE colombier_tasks SET state = 'queued', payload = ?, finished_at = NULL WHERE mailbox = ? AND kind = 'delete'",
      [String(payload), address],
    )
    expect((await host.connect()).code).toBe(1)
    expect(await host.task(address)).toMatchObject({ state: 'failed', error: 'replayed' })
    expect(await readSubjects(host, address, password)).toEqual(['Kept'])
  })

  test('is not deleted a second time when its finished task is put back with a mailbox of that address made anew', async () => {
    const address = 'once.only@example.org'
    await make(address)
    await deletions.request(address, password)
    const { payload } = await host.task(address)
    await host.connect()
    await host.makeMailbox(address, 'a second long password')

    await host.query(
      `UPDATE colombier_tasks SET state = 'queued', payload = ?, touched = FALSE WHERE mailbox = ? AND kind = 'delete'`,
      [String(payload), address],
    )
    expect((await host.connect()).code).toBe(1)
    expect(
      await host.query("SELECT error FROM colombier_tasks WHERE mailbox = ? AND kind = 'delete'", [address]),
    ).toEqual([{ error: 'replayed' }])
    expect(await readSubjects(host, address, 'a second long password')).toEqual([])
  })

  test('leaves the quarantine after its days, and nothing else does', async () => {
    const folder = `${host.lab.root}/srv/mail-quarantine`
    const [some = ''] = await deletions.quarantined()
    await rename(`${folder}/${some}`, `${folder}/${some.replace(/^\d{8}/, '20200101')}`)
    await mkdir(`${folder}/kept by an administrator`)
    const before = await deletions.quarantined()

    await host.connect()
    const after = await deletions.quarantined()
    expect(before.filter((name) => !after.includes(name))).toEqual([some.replace(/^\d{8}/, '20200101')])
    await host.connect({ QUARANTINE_DAYS: '0' })
    expect(await deletions.quarantined()).toEqual(['kept by an administrator'])
  })
})

describe('a home that is not safe to move', () => {
  const homeOf = (address: string, home: string) => host.lab.configure({
    userdbQuery: defaultUserdbQuery.replace(
      /'(\/srv\/mail[^']*)' AS home/,
      `CASE WHEN email = '${address}' THEN '${home}' ELSE '$1' END AS home`,
    ),
  }) // prettier-ignore
  afterAll(() => host.lab.configure({ userdbQuery: defaultUserdbQuery }))

  test.each([
    ['outside the mail root', '/srv/elsewhere/mine'],
    ['with .. in it', '/srv/mail/example.org/../../elsewhere/mine'],
    ['with a space in it', '/srv/mail/example.org/two words'],
    ['with a quote in it', '/srv/mail/example.org/quote"d'],
    ['that is the mail root itself', '/srv/mail'],
    ['that holds the homes of others', '/srv/mail/example.org'],
    ['that leads over a link', '/srv/mail/linked/mine'],
  ])('%s is refused and nothing is touched', async (what, home) => {
    const address = `unsafe.${what.replace(/\W+/g, '.')}@example.org`.toLowerCase().replace('..', '.')
    await make(address)
    await mkdir(`${host.lab.root}/srv/elsewhere/mine`, { recursive: true })
    await rm(`${host.lab.root}/srv/mail/linked`, { force: true })
    await symlink('/srv/elsewhere', `${host.lab.root}/srv/mail/linked`)
    await writeFile(`${host.lab.root}/srv/elsewhere/mine/letter`, 'kept')
    const [homes, quarantined] = [await deletions.homes(), await deletions.quarantined()]
    await homeOf(address, home)

    expect(await deletions.request(address, password)).toBe('requested')
    const { code } = await host.connect()

    expect(code).toBe(1)
    expect(await host.task(address)).toMatchObject({ state: 'failed', error: 'unsafe_home', payload: null })
    await host.lab.configure({ userdbQuery: defaultUserdbQuery })
    expect(await deletions.homes()).toEqual(homes)
    expect(await deletions.quarantined()).toEqual(quarantined)
    expect(await readSubjects(host, address, password)).toEqual(['Kept'])
  })

  test('because two mailboxes share it is refused, for either', async () => {
    await make('shared.one@example.org')
    await make('shared.two@example.org')
    await homeOf('shared.two@example.org', '/srv/mail/example.org/shared.one')
    for (const address of ['shared.one@example.org', 'shared.two@example.org']) {
      expect(await deletions.request(address, password)).toBe('requested')
      expect((await host.connect()).code).toBe(1)
      expect(await host.task(address)).toMatchObject({ state: 'failed', error: 'unsafe_home' })
    }
    await host.lab.configure({ userdbQuery: defaultUserdbQuery })
    expect(await readSubjects(host, 'shared.one@example.org', password)).toEqual(['Kept'])
    expect(await readSubjects(host, 'shared.two@example.org', password)).toEqual(['Kept'])
  })
})

describe('a mailbox made where an earlier one has left something', () => {
  test('starts empty with a key of its own; what was there is in the quarantine', async () => {
    const address = 'left.over@example.org'
    await make(address)
    await host.query('DELETE FROM virtual_users WHERE email = ?', [address])
    await host.query('DELETE FROM colombier_mailboxes WHERE address = ?', [address])

    await host.requestMailbox(address, 'the next owner’s password')
    const { code, stdout } = await host.connect()

    expect(code, stdout).toBe(0)
    expect(stdout).toContain('what an earlier mailbox had left')
    expect(await readSubjects(host, address, 'the next owner’s password')).toEqual([])
    expect((await deletions.quarantined()).some((name) => name.endsWith(address))).toBe(true)
  })
})

describe('a lock by an administrator', () => {
  const administrator = (address: string, does: typeof lockMailbox | typeof unlockMailbox) =>
    transaction(host.pool, async (db) => {
      if (does === lockMailbox) await lockMailbox(db, host.locking, address, 'administrator', 'password')
      else await unlockMailbox(db, host.locking, address, 'administrator')
    })

  test('stands through a change of password and is what ends it', async () => {
    const address = 'locked.rekey@example.org'
    await make(address)
    expect(await host.requestPassword(address, password, 'another long password')).toBe('requested')
    await administrator(address, lockMailbox)
    expect((await host.connect()).code).toBe(0)

    expect(await host.task(address)).toMatchObject({ state: 'done' })
    expect(await host.lab.canLogIn(address, 'another long password')).toBe(false)
    expect((await host.lab.deliver(address, makeMail('Accepted'))).code).toBe(250)
    await administrator(address, unlockMailbox)
    await host.lab.run(['doveadm', 'auth', 'cache', 'flush', address])
    expect(await readSubjects(host, address, 'another long password')).toEqual(['Kept', 'Accepted'])
  })

  test('stands when a deletion is called off', async () => {
    const address = 'locked.delete@example.org'
    await make(address)
    await deletions.request(address, password, 48)
    await administrator(address, lockMailbox)
    expect(await deletions.cancel(address)).toBe(true)

    expect(await host.lab.canLogIn(address, password)).toBe(false)
    await administrator(address, unlockMailbox)
    expect(await readSubjects(host, address, password)).toEqual(['Kept'])
  })

  test('ends the sessions', async () => {
    const address = 'locked.session@example.org'
    await make(address)
    const session = await host.lab.imap(address, password)
    let ended = false
    session.on('close', () => (ended = true))

    await administrator(address, lockMailbox)
    await host.connect()

    await until(() => ended, 'the session ends')
  })
})
