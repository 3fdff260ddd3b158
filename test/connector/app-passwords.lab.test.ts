import { once } from 'node:events'
import { createConnection, createServer, type AddressInfo, type Server } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { generateSealKeys } from '../../connector/contract/seal.ts'
import { lockMailbox, unlockMailbox, type Lock } from '../../connector/contract/lock.ts'
import { transaction } from '../../src/db/store.ts'
import type { WantedAppPassword } from '../../src/features/app-passwords/make.ts'
import { revoke } from '../../src/features/app-passwords/revoke.ts'
import { offerNewStart } from '../../src/features/new-start/offer.ts'
import { startAnew } from '../../src/features/new-start/start.ts'
import { cancelRecovery } from '../../src/features/recovery/cancel.ts'
import { takeUnowned } from '../../src/db/mailboxes.ts'
import { addPassdb, isCodeOf, printPassdb, makeCode, makeDevice, recoverBy } from './credentials-host.ts'
import { makeMail, startMailHost, type MailHost } from './mail-host.ts'
import { passDeadline, readSubjects, until } from './promises.ts'
import { wrapDoveadm } from './wrapped-doveadm.ts'
import { mustRun } from '../lab/mailbox.ts'
import { freePorts } from '../support/ports.ts'

// App passwords on a real Dovecot, which has the passdb that the connector prints, and whose cache forgets late.

let host: MailHost
let relay: Server
let [pop3, submission]: number[] = []
/** the part of Dovecot's configuration that is about them */
let programs: string
beforeAll(async () => {
  host = await startMailHost()
  ;[pop3, submission] = await freePorts(2)
  relay = createServer((socket) => {
    socket.write('220 relay.example.org ESMTP\r\n')
    socket.on('data', () => socket.write('250 relay.example.org\r\n')).on('error', () => undefined)
  }).listen(0, '127.0.0.1')
  await once(relay, 'listening')
  programs = `auth_cache_size = 10M
auth_cache_ttl = 1h
auth_cache_negative_ttl = 1h
protocols = imap lmtp pop3 submission
hostname = mail.example.org
submission_relay_host = 127.0.0.1
submission_relay_port = ${(relay.address() as AddressInfo).port}
service pop3-login {
  inet_listener pop3 {
    port = ${pop3}
  }
  inet_listener pop3s {
    port = 0
  }
}
service submission-login {
  inet_listener submission {
    port = ${submission}
  }
  inet_listener submissions {
    port = 0
  }
}
`
  expect(await addPassdb(host, programs)).toMatch(
    /^GRANT SELECT \(.*\) ON `mail`.`colombier_credentials` TO dovecot@'127.0.0.1';$/m,
  )
})
afterAll(async () => {
  relay.close()
  await host.stop()
})

/** Speaks line by line with one of Dovecot's servers. @returns every answer; a line after it ends with a full stop */
async function talk(port: number, lines: string[], isLast: (text: string) => boolean): Promise<string> {
  const socket = createConnection({ port, host: '127.0.0.1' })
  let text = ''
  for await (const chunk of socket) {
    text += String(chunk)
    if (lines.length === 0 && isLast(text)) break
    if (text.endsWith('\r\n') && !/^\d{3}-.*\r\n$/m.test(text.slice(text.trimEnd().lastIndexOf('\n') + 1)))
      if (lines.length > 0) socket.write(`${lines.shift() ?? ''}\r\n`)
  }
  socket.destroy()
  return text
}

const FIRST = 'the first password'

const make = (address: string, name = 'phone', wanted: Partial<WantedAppPassword> = {}) =>
  makeDevice(host, address, FIRST, { name, ...wanted })

const idOf = async (address: string, name: string) =>
  String((await host.query('SELECT id FROM colombier_credentials WHERE mailbox = ? AND name = ?', [address, name]))[0]?.['id']) // prettier-ignore

/** Whether Dovecot lets the password in over this protocol, as its own programs and Postfix ask. */
async function mayUse(address: string, password: string, protocol: string): Promise<boolean> {
  const { code } = await host.lab.run(['doveadm', 'auth', 'test', '-x', `protocol=${protocol}`, address, password])
  expect([0, 77]).toContain(code)
  return code === 0
}

async function connect() {
  const { code, stdout } = await host.connect()
  expect(code, stdout).toBe(0)
}

test('old mail and new mail are read with each app password and with the mailbox’s own; a wrong one is refused', async () => {
  const address = 'many.devices@example.org'
  await host.makeMailbox(address, FIRST)
  const mail = makeMail('Before', 70_000)
  await host.lab.deliver(address, mail)
  const devices = [await make(address, 'phone'), await make(address, 'laptop')]
  await host.lab.deliver(address, makeMail('After'))

  for (const password of [...devices, FIRST]) {
    expect(await readSubjects(host, address, password)).toEqual(['Before', 'After'])
    const client = await host.lab.imap(address, password)
    await client.mailboxOpen('INBOX')
    const [first] = await client.fetchAll('1', { source: true })
    expect(first?.source?.toString().endsWith(mail.slice(mail.indexOf('Subject')))).toBe(true)
    await client.logout()
  }
  // A guess before does not keep the right one out, though the mail host caches what it refused.
  expect(await host.lab.canLogIn(address, 'a wrong one')).toBe(false)
  expect(await host.lab.canLogIn('another.one@example.org', devices[0] ?? '')).toBe(false)
  for (const password of devices) expect(await host.lab.canLogIn(address, password)).toBe(true)
  expect(await host.lab.canLogIn('Many.Devices@Example.org', devices[0] ?? '')).toBe(true)
})

test('it logs in over the protocols that it was made for', async () => {
  const address = 'only.sending@example.org'
  await host.makeMailbox(address, FIRST)
  const printer = await make(address, 'printer', { protocols: ['sending'] })
  const phone = await make(address, 'phone')
  for (const protocol of ['submission', 'smtp']) expect(await mayUse(address, printer, protocol)).toBe(true)
  for (const protocol of ['imap', 'pop3', 'sieve']) expect(await mayUse(address, printer, protocol)).toBe(false)
  for (const protocol of ['imap', 'pop3', 'submission', 'smtp', 'sieve'])
    expect(await mayUse(address, phone, protocol)).toBe(true)
})

test('old mail is fetched over POP3 byte by byte, and submission lets it in', async () => {
  const address = 'old.programs@example.org'
  await host.makeMailbox(address, FIRST)
  const mail = makeMail('Before', 5_000)
  await host.lab.deliver(address, mail)
  const phone = await make(address)
  for (const password of [phone, FIRST]) {
    const fetched = await talk(pop3 ?? 0, [`USER ${address}`, `PASS ${password}`, 'RETR 1'], (text) =>
      text.endsWith('\r\n.\r\n'),
    )
    expect(fetched).toContain(mail.slice(mail.indexOf('Subject')))
  }
  const plain = (password: string) => Buffer.from(`\0${address}\0${password}`).toString('base64')
  const send = (password: string) =>
    talk(submission ?? 0, ['EHLO laptop.example.org', `AUTH PLAIN ${plain(password)}`], (text) =>
      /^[25]35 /m.test(text),
    )
  expect(await send(phone)).toMatch(/^235 /m)
  expect(await send('a wrong one')).toMatch(/^535 /m)
})

test('after changes of the password five app passwords still read all mail; one that was revoked does not, and is logged out', async () => {
  const address = 'five.devices@example.org'
  await host.makeMailbox(address, FIRST)
  const names = ['one', 'two', 'three', 'four', 'five']
  const passwords: string[] = []
  for (const name of names) passwords.push(await make(address, name))
  let current = FIRST
  for (const next of ['the second password', 'the third password']) {
    await host.lab.deliver(address, makeMail(`Before ${next}`))
    expect(await host.requestPassword(address, current, next)).toBe('requested')
    for (const password of passwords) expect(await host.lab.canLogIn(address, password)).toBe(false)
    await connect()
    current = next
  }
  const subjects = ['Before the second password', 'Before the third password']
  for (const password of [...passwords, current]) expect(await readSubjects(host, address, password)).toEqual(subjects)

  const session = await host.lab.imap(address, passwords[0] ?? '')
  const ended = new Promise((resolve) => session.on('close', resolve))
  expect(await revoke(host.deps, host.account, address, await idOf(address, 'one'))).toBe(true)
  expect(await host.lab.canLogIn(address, passwords[0] ?? '')).toBe(false)
  await connect()
  await ended
  expect(await host.query('SELECT name FROM colombier_credentials WHERE mailbox = ? ORDER BY id', [address])).toEqual(
    names.slice(1).map((name) => ({ name })),
  )
  expect(await host.lab.canLogIn(address, passwords[0] ?? '')).toBe(false)
  for (const password of passwords.slice(1)) expect(await readSubjects(host, address, password)).toEqual(subjects)
})

test('a change that is rolled back leaves them as they were', async () => {
  const address = 'rolled.back@example.org'
  await host.makeMailbox(address, FIRST)
  const phone = await make(address)
  const before = await host.query('SELECT * FROM colombier_credentials WHERE mailbox = ?', [address])
  await host.requestPassword(address, FIRST, 'the second password')
  // The key now has a password that neither of the two is.
  const keyOf = host.deps.config.keyPassword.derive
  const swap = (from: string, to: string) =>
    mustRun(host.lab, ['doveadm', 'mailbox', 'cryptokey', 'password', '-u', address, '-O', '-N'], {
      input: `${keyOf(from)}\n${keyOf(to)}\n${keyOf(to)}\n`,
    })
  await swap(FIRST, 'quite another')
  expect((await host.connect()).code).toBe(1)
  await swap('quite another', FIRST)
  expect(await host.query('SELECT * FROM colombier_credentials WHERE mailbox = ?', [address])).toEqual(before)
  expect(await readSubjects(host, address, phone)).toEqual([])
})

describe.each(['password', 'active'] as const)('with LOCK=%s', (kind) => {
  test.each<Lock>(['setup', 'task', 'administrator'])(
    'a mailbox that %s holds lets no app password in',
    async (lock) => {
      const address = `locked.${kind}.${lock}@example.org`
      await host.makeMailbox(address, FIRST)
      const phone = await make(address)
      expect(await host.lab.canLogIn(address, phone)).toBe(true)
      await transaction(host.pool, (db) => lockMailbox(db, host.locking, address, lock, kind))
      expect(await host.lab.canLogIn(address, phone)).toBe(false)
      await transaction(host.pool, (db) => unlockMailbox(db, host.locking, address, lock))
      expect(await host.lab.canLogIn(address, phone)).toBe(true)
    },
  )
})

describe('a row that', () => {
  const read = (address: string) => host.query('SELECT * FROM colombier_credentials WHERE mailbox = ?', [address])
  const putBack = async (row: Record<string, unknown> | undefined, change: Record<string, unknown> = {}) => {
    await host.administrator.query('REPLACE INTO colombier_credentials SET ?', [{ ...row, ...change }])
  }

  test('was copied to another mailbox logs in to neither', async () => {
    const [mine, yours] = ['row.mine@example.org', 'row.yours@example.org']
    for (const address of [mine, yours]) await host.makeMailbox(address, FIRST)
    const phone = await make(mine)
    await putBack((await read(mine))[0], { id: null, mailbox: yours })
    expect(await host.lab.canLogIn(yours, phone)).toBe(false)
    expect(await host.lab.canLogIn(mine, phone)).toBe(true)
  })

  test('was revoked and is put back from a backup is removed at the next pass, which says so', async () => {
    const address = 'row.replayed@example.org'
    await host.makeMailbox(address, FIRST)
    const phone = await make(address)
    const [backup] = await read(address)
    await revoke(host.deps, host.account, address, await idOf(address, 'phone'))
    await connect()
    await putBack(backup, { id: null })

    const { code, stdout } = await host.connect()
    expect(code).toBe(1)
    expect(stdout).toContain('a revoked credential was in the database again and was removed')
    expect(await read(address)).toEqual([])
    expect(await host.lab.canLogIn(address, phone)).toBe(false)
    const [connector] = await host.query('SELECT last_failure FROM colombier_connectors')
    expect(connector).toEqual({ last_failure: 'replayed' })
  })

  test('is from before a change of the password logs in no more: it would read nothing', async () => {
    const address = 'row.old@example.org'
    await host.makeMailbox(address, FIRST)
    const phone = await make(address)
    const [backup] = await read(address)
    await host.requestPassword(address, FIRST, 'the second password')
    await connect()
    expect(await host.lab.canLogIn(address, phone)).toBe(true)
    await putBack(backup)
    expect(await host.lab.canLogIn(address, phone)).toBe(false)
  })

  test('was altered or copied is removed by the next change of the password, which goes well, and it is reported', async () => {
    const [address, theirs] = ['row.altered@example.org', 'row.copied@example.org']
    for (const one of [address, theirs]) await host.makeMailbox(one, FIRST)
    const [phone, laptop] = [await make(address, 'phone'), await make(address, 'laptop', { lastDay: '2999-12-31' })]
    const printer = await make(address, 'printer', { protocols: ['sending'] })
    const copied = await make(theirs, 'theirs')
    const alter = (name: string, change: string) =>
      host.query(`UPDATE colombier_credentials SET ${change} WHERE mailbox = ? AND name = ?`, [address, name])
    await alter('phone', "sealed = REPEAT('x', 92)")
    await alter('printer', "protocols = 'imap,smtp,submission'")
    await putBack((await read(theirs))[0], { id: null, mailbox: address })
    await host.query('UPDATE colombier_connectors SET last_failure = NULL')

    await host.requestPassword(address, FIRST, 'the second password')
    const { code, stdout } = await host.connect()
    expect(code, stdout).toBe(0)
    expect(stdout.match(/a credential cannot be wrapped anew and was removed/g)).toHaveLength(3)
    expect(await host.query('SELECT last_failure FROM colombier_connectors')).toEqual([{ last_failure: 'seal' }])
    expect(await host.query('SELECT name FROM colombier_credentials WHERE mailbox = ?', [address])).toEqual([
      { name: 'laptop' },
    ])
    for (const password of [phone, printer, copied]) expect(await host.lab.canLogIn(address, password)).toBe(false)
    expect(await readSubjects(host, address, laptop)).toEqual([])
    expect(await host.lab.canLogIn(theirs, copied)).toBe(true)
  })
})

test('who lost the password gets in by the recovery code with a hundred mails byte for byte, and only once', async () => {
  const address = 'lost.password@example.org'
  await host.makeMailbox(address, FIRST)
  const mails = Array.from({ length: 100 }, (_, number) => makeMail(`No. ${number}`, 1_000 + 37 * number))
  for (const mail of mails) await host.lab.deliver(address, mail)
  const phone = await make(address)
  const code = await makeCode(host, address, FIRST)
  // Over a change of the password before.
  await host.requestPassword(address, FIRST, 'the second password')
  await connect()
  expect(await isCodeOf(host, address, code, 'the second password')).toBe(true)
  expect(await host.lab.canLogIn(address, code)).toBe(false)
  const wrong = code.replace(/^./, (sign) => (sign === 'a' ? 'b' : 'a'))
  expect(await recoverBy(host, address, wrong, 'the third password')).toBe('wrong_code')

  expect(await recoverBy(host, address, code, 'the third password')).toBe('begun')
  expect(await host.lab.canLogIn(address, phone)).toBe(false)
  await connect()
  expect(await host.lab.canLogIn(address, 'the second password')).toBe(false)
  const client = await host.lab.imap(address, 'the third password')
  await client.mailboxOpen('INBOX')
  const read = await client.fetchAll('1:*', { source: true })
  await client.logout()
  const bodyOf = (mail: string) => mail.slice(mail.indexOf('Subject'))
  expect(read.map((mail) => bodyOf(mail.source?.toString() ?? ''))).toEqual(mails.map(bodyOf))
  expect(await readSubjects(host, address, phone)).toHaveLength(100)

  expect(await recoverBy(host, address, code, 'the fourth password')).toBe('wrong_code')
  expect(await host.query("SELECT id FROM colombier_credentials WHERE mailbox = ? AND kind = 'recovery'", [address])).toEqual([]) // prettier-ignore
})

test('a recovery that was not carried out in time leaves the old password, and the code as good as before', async () => {
  const address = 'too.late@example.org'
  await host.makeMailbox(address, FIRST)
  const code = await makeCode(host, address, FIRST)
  expect(await recoverBy(host, address, code, 'the second password')).toBe('begun')
  await passDeadline(host, address)
  expect((await host.connect()).code).toBe(1)
  expect(await host.lab.canLogIn(address, FIRST)).toBe(true)
  expect(await recoverBy(host, address, code, 'the second password')).toBe('begun')
  await connect()
  expect(await host.lab.canLogIn(address, 'the second password')).toBe(true)
})

test('while a recovery waits, the mailbox is as it was; cancelled, it stays so', async () => {
  const address = 'waiting.for.it@example.org'
  await host.makeMailbox(address, FIRST)
  const code = await makeCode(host, address, FIRST)
  expect(await recoverBy(host, address, code, 'the second password', 24)).toBe('waiting')
  await connect()
  expect(await host.lab.canLogIn(address, FIRST)).toBe(true)
  await cancelRecovery(host.deps, host.account, address)
  expect(await recoverBy(host, address, code, 'the second password')).toBe('wrong_code')
  await connect()
  expect(await host.lab.canLogIn(address, FIRST)).toBe(true)
})

test('a mailbox that is given to another account loses them', async () => {
  const address = 'given.away@example.org'
  await host.makeMailbox(address, FIRST)
  const phone = await make(address)
  await host.query('UPDATE colombier_mailboxes SET account_id = NULL WHERE address = ?', [address])
  expect(await host.lab.canLogIn(address, phone)).toBe(true)
  await transaction(host.pool, (db) => takeUnowned(db, address, host.account.id))
  expect(await host.lab.canLogIn(address, phone)).toBe(false)
  expect(await host.lab.canLogIn(address, FIRST)).toBe(true)
  await connect()
  expect(await host.query('SELECT id FROM colombier_credentials WHERE mailbox = ?', [address])).toEqual([])
})

test('a mailbox that begins anew has its old store in the quarantine, its address, its aliases and a new key', async () => {
  const address = 'begins.anew@example.org'
  await host.makeMailbox(address, FIRST)
  await host.lab.deliver(address, makeMail('Before'))
  const [phone, code] = [await make(address), await makeCode(host, address, FIRST)]
  await host.query("INSERT INTO virtual_aliases (domain_id, source, destination) VALUES (1, 'alias@example.org', ?)", [
    address,
  ])
  await offerNewStart(host.deps, host.account, address, true)
  const { done } = await startAnew(host.deps, host.account, await host.find(address), 'the second password')
  expect(done).toBe('requested')
  for (const password of [FIRST, phone]) expect(await host.lab.canLogIn(address, password)).toBe(false)
  await connect()
  await host.lab.deliver(address, makeMail('After'))
  expect(await readSubjects(host, address, 'the second password')).toEqual(['After'])
  for (const password of [FIRST, phone]) expect(await host.lab.canLogIn(address, password)).toBe(false)
  expect(await recoverBy(host, address, code, 'the third password')).toBe('wrong_code')
  expect(await host.query('SELECT source FROM virtual_aliases WHERE destination = ?', [address])).toHaveLength(1)
  const { stdout } = await host.lab.run([
    'find',
    '/srv/mail-quarantine',
    '-path',
    `*-${address}/Maildir/*`,
    '-name',
    '*,S=*',
  ])
  expect(stdout.match(/\n/g)).toHaveLength(1)
})

test('where they are required, mail programs are refused the mailbox’s own password, and Colombier still takes it', async () => {
  const address = 'nothing.else@example.org'
  await host.makeMailbox(address, FIRST)
  await host.lab.deliver(address, makeMail('Before'))
  const phone = await make(address)
  const { block } = await printPassdb(host, '--required')
  const doctor = async () => (await host.connect({}, ['doctor'])).stdout
  await host.lab.configure({ extraConfig: programs + block })
  expect(await doctor()).toContain('comes after another, which lets mailboxes’ own passwords in')

  await host.lab.configure({ firstConfig: block, extraConfig: programs })
  expect(await doctor()).toContain('Dovecot lets app passwords in, and nothing else')
  expect(await host.query('SELECT app_passwords FROM colombier_connectors')).toEqual([{ app_passwords: 'required' }])
  for (const protocol of ['imap', 'pop3', 'submission', 'smtp', 'sieve']) {
    expect(await mayUse(address, FIRST, protocol)).toBe(false)
    expect(await mayUse(address, phone, protocol)).toBe(true)
  }
  expect(await host.requestPassword(address, 'a wrong one', 'the second password')).toBe('wrong_current')
  expect(await host.requestPassword(address, FIRST, 'the second password')).toBe('requested')
  expect(await host.lab.canLogIn(address, phone)).toBe(false)
  await connect()
  expect(await host.lab.canLogIn(address, 'the second password')).toBe(false)
  expect(await readSubjects(host, address, phone)).toEqual(['Before'])
  // Its own password opens one that is new, too.
  const other = 'new.one@example.org'
  await host.makeMailbox(other, FIRST)
  expect(await host.lab.canLogIn(other, FIRST)).toBe(false)
  expect(await host.lab.canLogIn(other, await make(other))).toBe(true)
  await host.lab.configure({ firstConfig: '', extraConfig: programs + (await printPassdb(host)).block })
})

test('a connector that looks for them, and waits for Dovecot, takes up what is new meanwhile', async () => {
  const doveadm = await wrapDoveadm(host.lab)
  await connect()
  await host.query('UPDATE colombier_connectors SET app_passwords_at = NULL')
  // The first two read the configuration.
  await doveadm.plan(3, 'hang')
  const watch = host.spawnConnector({ ...doveadm.env, DOVEADM_TIMEOUT_SECONDS: '10' }, ['run', '--watch'])
  try {
    await until(() => doveadm.met(), 'the look hangs')
    expect((await doveadm.calls())[2]?.args).toContain('auth')
    await host.requestMailbox('beside.the.look@example.org', FIRST)

    await until(async () => (await host.task('beside.the.look@example.org'))['state'] === 'done', 'it is done')

    expect(await host.query('SELECT app_passwords_at FROM colombier_connectors')).toEqual([{ app_passwords_at: null }])
  } finally {
    watch.kill('SIGTERM')
    await once(watch, 'exit')
  }
})

test('doctor says whether the passdb is there, is the one for these keys, and works, as the connector reports', async () => {
  const examine = async (env = {}) => (await host.connect(env, ['doctor'])).stdout
  const reported = async () =>
    (await host.query('SELECT app_passwords FROM colombier_connectors'))[0]?.['app_passwords']
  const mailboxes = () => host.query('SELECT address FROM colombier_mailboxes ORDER BY address')
  const before = await mailboxes()
  // What is left of a look that was killed goes with a later one.
  await host.query(
    `INSERT INTO colombier_mailboxes (address, created_at)
     VALUES ('throw-away.killed@doctor.invalid', UTC_TIMESTAMP(6) - INTERVAL 2 HOUR)`,
  )
  await host.query('UPDATE colombier_connectors SET app_passwords_at = NULL')
  await connect()
  expect(await reported()).toBe('offered')
  expect(await examine()).toContain('ok    Dovecot lets app passwords in: one that was made to try it has logged in')
  expect(await mailboxes()).toEqual(before)
  const other = await generateSealKeys()
  expect(await examine({ SEAL_WEB_PUBLIC_KEY: other.publicKey })).toContain('is of other keys or another mapping')
  expect(await reported()).toBe('off')
  await examine()
  expect(await reported()).toBe('offered')

  await host.query("REVOKE SELECT ON `mail`.* FROM dovecot@'127.0.0.1'")
  for (const table of ['virtual_users', 'virtual_domains', 'virtual_aliases'])
    await host.query(`GRANT SELECT ON mail.${table} TO dovecot@'127.0.0.1'`)
  await host.lab.configure({})
  expect(await examine()).toContain('does not let in an app password')
  expect(await reported()).toBe('off')
  expect(await host.query("SELECT mailbox FROM colombier_credentials WHERE mailbox LIKE '%.invalid'")).toEqual([])

  // The grants that are printed suffice, and no more are needed.
  const { stdout } = await host.connect({}, ['passdb', "dovecot@'127.0.0.1'"])
  for (const [grant] of stdout.matchAll(/^GRANT .*(?=;$)/gm)) await host.administrator.query(grant)
  await host.lab.configure({})
  expect(await examine()).toContain('has logged in')
  const address = 'few.rights@example.org'
  await host.makeMailbox(address, FIRST)
  expect(await host.lab.canLogIn(address, await make(address))).toBe(true)

  await host.lab.configure({ extraConfig: '' })
  await host.query(
    "UPDATE colombier_connectors SET app_passwords_at = NOW() - INTERVAL 1 DAY, app_passwords = 'offered'",
  )
  await connect()
  expect(await reported()).toBe('off')
  expect(await examine()).toContain('Dovecot has no passdb for app passwords')
})
