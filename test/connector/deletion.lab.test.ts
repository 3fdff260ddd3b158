import { mkdir, readdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises'
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
    expect(await host.requestPassword(address, password, 'another long password')).toBe('deleting')

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

  describe.each([
    {
      what: 'a foreign key',
      slug: 'referred.to',
      keep: [
        'CREATE TABLE fetched (mailbox INT NOT NULL, FOREIGN KEY (mailbox) REFERENCES virtual_users (id))',
        "INSERT INTO fetched SELECT id FROM virtual_users WHERE email = 'referred.to@example.org'",
      ],
      letGo: 'DROP TABLE fetched',
    },
    {
      what: 'a trigger that says no',
      slug: 'signalled',
      keep: [
        "CREATE TRIGGER keeps BEFORE DELETE ON virtual_users FOR EACH ROW SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'no'",
      ],
      letGo: 'DROP TRIGGER keeps',
    },
    {
      what: 'a trigger that MariaDB cannot run',
      slug: 'triggered',
      keep: ['CREATE TRIGGER keeps AFTER DELETE ON virtual_users FOR EACH ROW DELETE FROM virtual_users WHERE id = 0'],
      letGo: 'DROP TRIGGER keeps',
    },
  ])('and that $what keeps', ({ slug, keep, letGo }) => {
    const address = `${slug}@example.org`
    const hold = async () => {
      for (const statement of keep) await host.administrator.query(statement)
    }
    const release = () => host.administrator.query(letGo)

    test('is told after the first attempt, opens as it was, and can be deleted once nothing keeps it', async () => {
      await make(address)
      await deletions.addAlias(`alias.of.${slug}@example.org`, address)
      await hold()

      expect(await deletions.request(address, password)).toBe('requested')
      await host.connect()

      expect(await host.task(address)).toMatchObject({
        state: 'failed',
        error: 'rows_kept',
        attempts: 1,
        payload: null,
      })
      expect(await deletions.rowsOf(address)).toEqual(['virtual_users', 'virtual_aliases', 'colombier_mailboxes'])
      expect((await deletions.quarantined()).filter((name) => name.endsWith(address))).toEqual([])
      expect(await readSubjects(host, address, password)).toEqual(['Kept'])
      await host.notify()
      expect(
        await host.query("SELECT subject FROM colombier_audit WHERE mailbox = ? AND action = 'deletion.failed'", [
          address,
        ]),
      ).toEqual([{ subject: 'rows_kept' }])

      await release()
      expect(await deletions.request(address, password)).toBe('requested')
      expect((await host.connect()).code).toBe(0)
      expect(await deletions.rowsOf(address)).toEqual([])
      expect((await deletions.quarantined()).filter((name) => name.endsWith(address))).toHaveLength(1)
    })
  })

  test('and whose store an earlier run has moved already stays closed until its rows can go', async () => {
    const address = 'half.moved@example.org'
    await make(address)
    await host.query('CREATE TABLE fetched (mailbox INT NOT NULL, FOREIGN KEY (mailbox) REFERENCES virtual_users (id))')
    await host.query('INSERT INTO fetched SELECT id FROM virtual_users WHERE email = ?', [address])
    expect(await deletions.request(address, password)).toBe('requested')
    const { id } = await host.task(address)
    const state = `${host.lab.root}/var/lib/colombier-connector`
    await mkdir(`${state}/homes`, { recursive: true })
    await writeFile(`${state}/homes/${String(id)}`, '/srv/mail/example.org/half.moved')
    await rename(`${host.lab.root}/srv/mail/example.org/half.moved`, `${host.lab.root}/srv/moved.away`)

    await host.connect()
    expect(await host.task(address)).toMatchObject({ state: 'queued', error: 'mail_host' })
    expect(await host.lab.canLogIn(address, password)).toBe(false)

    await host.query('DROP TABLE fetched')
    await host.query('UPDATE colombier_tasks SET retry_at = NULL WHERE mailbox = ?', [address])
    expect((await host.connect()).code).toBe(0)
    expect(await deletions.rowsOf(address)).toEqual([])
  })

  test('and that another program gives a hash after its store was moved is that program’s, and the log tells where its mail is', async () => {
    const address = 'changed.after@example.org'
    await make(address)
    expect(await deletions.request(address, password)).toBe('requested')
    const { id } = await host.task(address)
    // As a run leaves it that loses the database before it can commit.
    const { root } = host.lab
    const home = '/srv/mail/example.org/changed.after'
    await writeFile(`${root}/var/lib/colombier-connector/homes/${String(id)}`, home)
    const moved = `${root}/srv/mail-quarantine/20260101T000000Z-${String(id)}`
    await rename(`${root}${home}`, `${moved}-${address}`)
    await writeFile(`${moved}.json`, JSON.stringify({ mailbox: address, home }))
    await host.query("UPDATE virtual_users SET password = '{PLAIN}of another program' WHERE email = ?", [address])

    const { stdout } = await host.connect()

    expect(stdout).toContain('the mailbox stays, but its store is in the quarantine')
    expect(await host.task(address)).toMatchObject({ state: 'failed', error: 'changed_elsewhere' })
    expect(await host.query('SELECT password FROM virtual_users WHERE email = ?', [address])).toEqual([
      { password: '{PLAIN}of another program' },
    ])
    await host.query('DELETE FROM virtual_users WHERE email = ?', [address])
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
})

describe('the quarantine', () => {
  const folder = () => `${host.lab.root}/srv/mail-quarantine`
  /** Stores as if they had been moved there so many days ago, and have been there since. */
  const age = async (names: string[], date: string) => {
    for (const name of names) {
      const task = name.slice(17, 53)
      for (const each of (await readdir(folder())).filter((one) => one.includes(task))) {
        await rename(`${folder()}/${each}`, `${folder()}/${each.replace(/^\d{8}/, date)}`)
      }
    }
  }

  test('lets a store go after its days, with its note, and nothing else', async () => {
    const [some = ''] = await deletions.quarantined()
    await age([some], '20200101')
    await mkdir(`${folder()}/kept by an administrator`)
    await deletions.passSteadyTime()
    const before = await readdir(folder())

    const { stdout } = await host.connect()

    const after = await readdir(folder())
    expect(stdout).toMatch(/"stores were removed from the quarantine","stores":1\b/)
    expect(before.filter((name) => !after.includes(name)).sort()).toEqual([
      `20200101${some.slice(8)}`,
      `20200101${some.slice(8, 53)}.json`,
    ])
  })

  test('loses nothing to a mail host’s clock that is a week ahead', async () => {
    const before = await deletions.quarantined()
    expect(before.length).toBeGreaterThan(2)
    await deletions.passSteadyTime()
    const ahead = 'data:text/javascript,const%20now=Date.now;Date.now=()=>now()+8*864e5'

    const { code, stdout } = await host.connect({ NODE_OPTIONS: `--import=${ahead}` })

    expect(code, stdout).toBe(0)
    expect(await deletions.quarantined()).toEqual(before)
  })

  test('loses nothing while the database’s clock has not gone on steadily for an hour', async () => {
    const [some = ''] = await deletions.quarantined()
    await age([some], '20200101')
    await writeFile(
      `${host.lab.root}/var/lib/colombier-connector/clock`,
      '2020-01-01T00:00:00Z\n2019-01-01T00:00:00Z\n',
    )

    for (let pass = 0; pass < 2; pass++) {
      const { code, stdout } = await host.connect()
      expect(code).toBe(0)
      expect(stdout).toContain('the quarantine is not purged for an hour')
      expect(await deletions.quarantined()).toContain(some.replace(/^\d{8}/, '20200101'))
    }
  })

  test('loses nothing where more than a number of stores are due at once, until an administrator says so', async () => {
    const due = (await deletions.quarantined()).filter((name) => /^\d{8}T/.test(name)).slice(0, 3)
    await age(due, '20200102')
    const before = await readdir(folder())
    await deletions.passSteadyTime()

    const { code, stdout } = await host.connect({ PURGE_LIMIT: '2' })
    expect(code).toBe(0)
    expect(stdout).toMatch(/"level":"error","message":"[^"]*PURGE_LIMIT[^"]*","stores":3,"limit":2/)
    expect(await readdir(folder())).toEqual(before)
    expect((await host.connect({ PURGE_LIMIT: '2' }, ['doctor'])).stdout).toMatch(
      /warn {2}3 stores are due.*PURGE_LIMIT/,
    )

    expect((await host.connect({ PURGE_LIMIT: '3' })).stdout).toMatch(/"stores":3\b/)
    expect(before.length - (await readdir(folder())).length).toBe(6)
  })

  test('keeps nothing where it is to keep nothing, whatever the clocks say', async () => {
    await rm(`${host.lab.root}/var/lib/colombier-connector/clock`)
    await host.connect({ QUARANTINE_DAYS: '0', PURGE_LIMIT: '1' })
    expect(await readdir(folder())).toEqual(['kept by an administrator'])
  })
})

const homeOf = (address: string, home: string) => host.lab.configure({
  userdbQuery: defaultUserdbQuery.replace(
    /'(\/srv\/mail[^']*)' AS home/,
    `CASE WHEN email = '${address}' THEN '${home}' ELSE '$1' END AS home`,
  ),
}) // prettier-ignore

describe('a home that the userdb writes', () => {
  afterAll(() => host.lab.configure({ userdbQuery: defaultUserdbQuery }))

  test.each([
    ['with a slash at its end', '/srv/mail/%{user | domain}/%{user | username}/'],
    ['with doubled slashes', '/srv/mail//%{user | domain}//%{user | username}'],
  ])('%s is moved as any other, and its mailbox may have its address again', async (what, home) => {
    await host.lab.configure({ userdbQuery: defaultUserdbQuery.replace(/'\/srv\/mail[^']*'/, `'${home}'`) })
    const address = `slash.${String(what.length)}@example.org`
    await make(address)

    expect(await deletions.request(address, password)).toBe('requested')
    const { code, stdout } = await host.connect()

    expect(code, stdout).toBe(0)
    expect(await host.task(address)).toMatchObject({ state: 'done' })
    expect(await deletions.homes()).not.toContain(address.split('@')[0])
    const [store = '', ...more] = (await deletions.quarantined()).filter((name) => name.endsWith(address))
    expect(more).toEqual([])
    const note = await readFile(`${host.lab.root}/srv/mail-quarantine/${store.slice(0, 53)}.json`, 'utf8')
    expect(JSON.parse(note)).toEqual({ mailbox: address, home: `/srv/mail/example.org/${address.split('@')[0] ?? ''}` })
    await host.makeMailbox(address, 'a second long password')
    expect(await readSubjects(host, address, 'a second long password')).toEqual([])
  })
})

describe('a home that is not safe to move', () => {
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

  test.each([
    ['as it is', '/srv/mail/example.org/shared.one'],
    ['with slashes', '/srv/mail//example.org/shared.one/'],
    ['over a link', '/srv/also-mail/example.org/shared.one'],
  ])('because two mailboxes share it, %s, is refused, for either', async (_how, home) => {
    await rm(`${host.lab.root}/srv/also-mail`, { force: true })
    await symlink('/srv/mail', `${host.lab.root}/srv/also-mail`)
    for (const address of ['shared.one@example.org', 'shared.two@example.org']) {
      if ((await deletions.rowsOf(address)).length === 0) await make(address)
    }
    await homeOf('shared.two@example.org', home)
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

describe('a home that does not name its mailbox', () => {
  const byNumber = `SELECT 5000 AS uid, 5000 AS gid, CONCAT('/srv/mail/', id) AS home FROM virtual_users WHERE email = '%{user}'`
  afterAll(() => host.lab.configure({ userdbQuery: defaultUserdbQuery }))

  test('is refused while the home of another mailbox cannot be known, such as an inactive one’s', async () => {
    await host.lab.configure({ userdbQuery: `${byNumber} AND active = 1` })
    const [address, other] = ['numbered.one@example.org', 'numbered.two@example.org']
    for (const each of [address, other]) await make(each)
    await host.query('UPDATE virtual_users SET active = 0 WHERE email = ?', [other])

    await deletions.request(address, password)
    expect((await host.connect()).code).toBe(1)
    expect(await host.task(address)).toMatchObject({ state: 'failed', error: 'unsafe_home' })

    await host.query('UPDATE virtual_users SET active = 1 WHERE email = ?', [other])
    await deletions.request(address, password)
    expect((await host.connect()).code).toBe(0)
    expect(await readSubjects(host, other, password)).toEqual(['Kept'])
  })
})

describe('a mailbox made where an earlier one has left something', () => {
  const forget = async (address: string) => {
    await host.query('DELETE FROM virtual_users WHERE email = ?', [address])
    await host.query('DELETE FROM colombier_mailboxes WHERE address = ?', [address])
  }

  test('starts empty with a key of its own where this host knows that it is nobody’s; what was there is in the quarantine', async () => {
    const address = 'left.over@example.org'
    await make(address)
    await forget(address)
    await deletions.giveUpHome(address)

    await host.requestMailbox(address, 'the next owner’s password')
    const { code, stdout } = await host.connect()

    expect(code, stdout).toBe(0)
    expect(stdout).toContain('what an earlier mailbox had left')
    expect(await readSubjects(host, address, 'the next owner’s password')).toEqual([])
    expect((await deletions.quarantined()).some((name) => name.endsWith(address))).toBe(true)
  })
})

describe('whoever can write to the database', () => {
  const taken = 'the password of the thief'

  test('does not have a store moved away by making its address anew: the creation fails, and all is where it was', async () => {
    const address = 'made.from.under@example.org'
    await make(address)
    const [row] = await host.query('SELECT * FROM virtual_users WHERE email = ?', [address])
    for (const table of ['virtual_users WHERE email', 'colombier_mailboxes WHERE address']) {
      await host.query(`DELETE FROM ${table} = ?`, [address])
    }
    const quarantined = await deletions.quarantined()

    await host.requestMailbox(address, taken)
    const { code } = await host.connect()

    expect(code).toBe(1)
    expect(await host.task(address)).toMatchObject({ state: 'failed', error: 'leftover' })
    expect(await deletions.quarantined()).toEqual(quarantined)
    expect(await host.lab.canLogIn(address, taken)).toBe(false)
    await host.query('UPDATE virtual_users SET password = ? WHERE email = ?', [String(row?.['password']), address])
    expect(await readSubjects(host, address, password)).toEqual(['Kept'])
  })

  test('does not have a mailbox deleted by giving it a hash of theirs', async () => {
    const address = 'rehashed@example.org'
    await make(address)
    const [row] = await host.query('SELECT password FROM virtual_users WHERE email = ?', [address])
    await host.query('UPDATE virtual_users SET password = ? WHERE email = ?', [`{PLAIN}${taken}`, address])

    expect(await deletions.request(address, taken)).toBe('requested')
    expect((await host.connect()).code).toBe(1)

    expect(await host.task(address)).toMatchObject({ state: 'failed', error: 'wrong_key_password', touched: 0 })
    await host.query('UPDATE virtual_users SET password = ? WHERE email = ?', [String(row?.['password']), address])
    await host.lab.run(['doveadm', 'auth', 'cache', 'flush'])
    expect(await readSubjects(host, address, password)).toEqual(['Kept'])
  })

  test.each([
    ['that was cancelled and noted', true],
    ['that was cancelled, before that was noted', false],
  ])('does not have a deletion carried out %s', async (what, isNoted) => {
    const address = `put.back.${String(what.length)}@example.org`
    await make(address)
    expect(await deletions.request(address, password, 48)).toBe('requested')
    const { payload } = await host.task(address)
    const [lock] = await host.query('SELECT * FROM colombier_mailboxes WHERE address = ?', [address])
    expect(await deletions.cancel(address)).toBe(true)
    if (isNoted) await host.connect()

    // All of it as it was in Colombier's tables, and its time has come.
    await host.query("UPDATE colombier_tasks SET state = 'queued', payload = ? WHERE mailbox = ? AND kind = 'delete'", [String(payload), address]) // prettier-ignore
    await host.query(
      'UPDATE colombier_mailboxes SET locks = ?, kept_hash = ?, lock_value = ?, lock_row = ?, lock_proof = ? WHERE address = ?',
      [
        ...['locks', 'kept_hash', 'lock_value', 'lock_row', 'lock_proof'].map((name) => lock?.[name] as string | null),
        address,
      ],
    )
    await deletions.comesDue(address)
    await host.connect()

    expect((await host.task(address))['state']).toBe('failed')
    expect(await readSubjects(host, address, password)).toEqual(['Kept'])
  })

  test('does not have a deletion carried out whose time was days ago', async () => {
    const address = 'long.ago@example.org'
    await make(address)
    expect(await deletions.request(address, password)).toBe('requested')
    await deletions.comesDue(address, { late: true })
    await host.query('UPDATE colombier_tasks SET touched = TRUE WHERE mailbox = ?', [address])

    expect((await host.connect()).code).toBe(1)

    expect(await host.task(address)).toMatchObject({ state: 'failed', error: 'deadline' })
    expect(await readSubjects(host, address, password)).toEqual(['Kept'])
  })

  test('does not have a mailbox deleted whose lock is not the one that its deletion made', async () => {
    const address = 'another.row@example.org'
    await make(address)
    expect(await deletions.request(address, password)).toBe('requested')
    await host.query('UPDATE virtual_users SET password = ? WHERE email = ?', [`{PLAIN}${taken}`, address])

    expect((await host.connect()).code).toBe(1)

    expect(await host.task(address)).toMatchObject({ state: 'failed', error: 'changed_elsewhere' })
    expect(await host.query('SELECT password FROM virtual_users WHERE email = ?', [address])).toEqual([{ password: `{PLAIN}${taken}` }]) // prettier-ignore
    expect(await host.query('SELECT locks, kept_hash FROM colombier_mailboxes WHERE address = ?', [address])).toEqual([{ locks: '', kept_hash: null }]) // prettier-ignore
    expect((await host.lab.deliver(address, makeMail('Still here'))).code).toBe(250)
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
