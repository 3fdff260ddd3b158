import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { makeMail, startMailHost, type MailHost } from './mail-host.ts'
import { endOf, expectWhole, inLanes, passDeadline, readSubjects } from './promises.ts'
import { sha256Hex } from '../lab/mailbox.ts'
import { wrapDoveadm, type WrappedDoveadm } from './wrapped-doveadm.ts'

let host: MailHost
let doveadm: WrappedDoveadm
beforeAll(async () => {
  // Log-ins are cached for long, as many servers do: what was refused during a change must not stay refused.
  host = await startMailHost({
    extraConfig: 'auth_cache_size = 10M\nauth_cache_ttl = 1h\nauth_cache_negative_ttl = 1h',
  })
  doveadm = await wrapDoveadm(host.lab)
})
afterAll(() => host.stop())

/** Every mail of every folder: its source, flags and date, by folder and subject. */
async function readAll(address: string, password: string) {
  const client = await host.lab.imap(address, password)
  const mails = new Map<string, { source: Buffer; flags: string[]; date: string }>()
  for (const folder of await client.list()) {
    if (folder.flags.has('\\Noselect') || folder.flags.has('\\NonExistent')) continue
    const { exists } = await client.mailboxOpen(folder.path)
    if (exists === 0) continue
    const found = await client.fetchAll('1:*', { source: true, flags: true, internalDate: true, uid: true })
    for (const { source, flags, internalDate, uid } of found) {
      mails.set(`${folder.path} ${uid}`, {
        source: source ?? Buffer.alloc(0),
        flags: [...(flags ?? [])].filter((flag) => flag !== '\\Recent').sort(),
        date: String(internalDate),
      })
    }
  }
  await client.logout()
  return mails
}

describe('after a change of password', () => {
  test('a hundred mails of several sizes in several folders are byte for byte as before', async () => {
    const address = 'much.mail@example.org'
    const [first, second] = ['the first password', 'the second password']
    await host.makeMailbox(address, first)

    const sent = Array.from({ length: 60 }, (_, index) =>
      makeMail(`Delivered ${index}`, [80, 900, 7_000, 40_000, 150_000][index % 5]),
    )
    sent.push(makeMail('A large one', 1_000_000), makeMail('Another', 1_100_000))
    await inLanes(sent, 4, async (mail) => expect((await host.lab.deliver(address, mail)).code).toBe(250))

    const client = await host.lab.imap(address, first)
    const folders = ['Sent', 'Archive/2025/Été', 'Entwürfe', '書類/領収書', 'R&D']
    for (const folder of folders) await client.mailboxCreate(folder)
    const appended = new Map<string, string>()
    const flags = [[], ['\\Seen'], ['\\Seen', '\\Answered'], ['\\Flagged', '$Label1'], ['\\Draft']]
    for (let index = 0; index < 40; index++) {
      const mail = makeMail(`Kept ${index}`, [300, 5_000, 60_000, 700_000][index % 17 === 3 ? 3 : index % 3])
      const folder = folders[index % folders.length] ?? ''
      const kept = await client.append(folder, mail, flags[index % flags.length], new Date(2020, 1, index))
      if (!kept) throw new Error('not kept')
      appended.set(`${folder} ${String(kept.uid)}`, mail)
    }
    await client.mailboxOpen('INBOX')
    await client.messageFlagsAdd('1:10', ['\\Seen', '\\Flagged'])
    await client.logout()
    const before = await readAll(address, first)
    expect(before.size).toBe(102)

    expect(await host.requestPassword(address, first, second)).toBe('requested')
    const { code, stdout } = await host.connect()

    expect(code, stdout).toBe(0)
    expect(await host.lab.canLogIn(address, first)).toBe(false)
    const afterwards = await readAll(address, second)
    expect([...afterwards.keys()]).toEqual([...before.keys()])
    for (const [place, mail] of before) {
      const now = afterwards.get(place)
      expect(now?.source.equals(mail.source), place).toBe(true)
      expect({ flags: now?.flags, date: now?.date }, place).toEqual({ flags: mail.flags, date: mail.date })
    }
    for (const [place, mail] of appended) expect(afterwards.get(place)?.source.toString(), place).toBe(mail)
    const inbox = [...afterwards]
      .filter(([place]) => place.startsWith('INBOX '))
      .map(([, mail]) => mail.source.toString())
    for (const mail of sent)
      expect(inbox.filter((source) => source.endsWith(mail.slice(mail.indexOf('Subject'))))).toHaveLength(1)
    expect(await host.lab.log()).not.toMatch(/Fatal|Panic/)
  })

  test('the owner who kept trying to log in meanwhile gets in at once, whatever the mail host caches', async () => {
    const address = 'impatient.ada@example.org'
    await host.makeMailbox(address, 'the first password')
    expect(await host.lab.canLogIn(address, 'the first password')).toBe(true)
    await host.requestPassword(address, 'the first password', 'the second password')
    let trying = true as boolean
    const tries = (async () => {
      while (trying) await host.lab.canLogIn(address, 'the second password')
    })()
    const { code, stdout } = await host.connect()
    trying = false
    await tries

    expect(code, stdout).toBe(0)
    await expectWhole(host, { address, password: 'the second password', refused: 'the first password', subjects: [] })
  })

  test('a session that was open before is ended', async () => {
    const address = 'still.there@example.org'
    await host.makeMailbox(address, 'the first password')
    const client = await host.lab.imap(address, 'the first password')
    const ended = new Promise((resolve) => client.on('close', resolve))
    await host.requestPassword(address, 'the first password', 'the second password')

    expect((await host.connect()).code).toBe(0)

    await ended
    await expectWhole(host, { address, password: 'the second password', refused: 'the first password', subjects: [] })
  })

  test('a second change follows the first', async () => {
    const address = 'again.and.again@example.org'
    await host.makeMailbox(address, 'password number 0')
    for (let number = 0; number < 4; number++) {
      await host.lab.deliver(address, makeMail(`Mail ${number}`))
      expect(await host.requestPassword(address, `password number ${number}`, `password number ${number + 1}`)).toBe(
        'requested',
      )
      expect((await host.connect()).code).toBe(0)
    }
    expect(await readSubjects(host, address, 'password number 4')).toEqual(['Mail 0', 'Mail 1', 'Mail 2', 'Mail 3'])
  })
})

describe('a mailbox that was there before Colombier and has no key yet', () => {
  async function adopt(address: string, password: string) {
    await host.query('INSERT INTO virtual_users (domain_id, email, password) VALUES (1, ?, ?)', [
      address,
      await host.deps.hashers.mailbox.hash(password),
    ])
    await host.query(
      'INSERT INTO colombier_mailboxes (address, account_id, created_at) VALUES (?, 1, UTC_TIMESTAMP(6))',
      [address],
    )
  }

  test('gets its key with the new password, and takes mail from then on', async () => {
    const address = 'never.used@example.org'
    await adopt(address, 'the first password')
    await host.requestPassword(address, 'the first password', 'the second password')

    const { code, stdout } = await host.connect()

    expect(code, stdout).toBe(0)
    await expectWhole(host, { address, password: 'the second password', refused: 'the first password', subjects: [] })
  })

  test('gets it also when the connector is killed at any of its calls', async () => {
    const addresses: string[] = []
    for (const trouble of ['kill before', 'kill after'] as const) {
      for (let call = 1, killed = true; killed; call++) {
        const address = `no.key.${trouble.replace(' ', '.')}.${call}@example.org`
        await adopt(address, 'the first password')
        expect(await host.requestPassword(address, 'the first password', 'the second password')).toBe('requested')
        await doveadm.plan(call, trouble)
        await endOf(host.spawnConnector(doveadm.env))
        killed = await doveadm.met()
        await host.query(
          "UPDATE colombier_tasks SET retry_at = UTC_TIMESTAMP(6) + INTERVAL 1 DAY WHERE state = 'running'",
        )
        addresses.push(address)
      }
    }
    expect(addresses.length).toBeGreaterThan(14)

    await host.passTime()
    const { code, stdout } = await host.connect()

    expect(code, stdout).toBe(0)
    const [password, refused] = ['the second password', 'the first password']
    await inLanes(addresses, 4, (address) => expectWhole(host, { address, password, refused, subjects: [] }))
  })

  test('is given back unharmed when the time is over before it has the password that logs in', async () => {
    const addresses: string[] = []
    for (let call = 5, killed = true; killed; call++) {
      const address = `no.key.late.${call}@example.org`
      await adopt(address, 'the first password')
      expect(await host.requestPassword(address, 'the first password', 'the second password')).toBe('requested')
      await doveadm.plan(call, 'kill after')
      await endOf(host.spawnConnector(doveadm.env))
      killed = await doveadm.met()
      await host.query(
        "UPDATE colombier_tasks SET retry_at = UTC_TIMESTAMP(6) + INTERVAL 1 DAY WHERE state = 'running'",
      )
      addresses.push(address)
    }
    for (const address of addresses) await passDeadline(host, address)
    await host.passTime()
    await host.connect()

    await inLanes(addresses, 4, async (address) => {
      const { state } = await host.task(address)
      const [password, refused] =
        state === 'done' ? ['the second password', 'the first password'] : ['the first password', 'the second password']
      expect(await host.lab.canLogIn(address, refused)).toBe(false)
      expect(await readSubjects(host, address, password)).toEqual([])
      if (state === 'done') await expectWhole(host, { address, password, refused, subjects: [] })
    })
  })
})

describe('a change that cannot follow the key', () => {
  test('is finished when the key has the new password already', async () => {
    const address = 'already.done@example.org'
    const [first, second] = ['the first password', 'the second password']
    await host.makeMailbox(address, first)
    await host.lab.deliver(address, makeMail('Before'))
    await host.requestPassword(address, first, second)
    const input = `${sha256Hex(first)}\n${sha256Hex(second)}\n${sha256Hex(second)}\n`
    await host.lab.run(['doveadm', 'mailbox', 'cryptokey', 'password', '-u', address, '-O', '-N'], { input })

    expect((await host.connect()).code).toBe(0)

    await expectWhole(host, { address, password: second, refused: first, subjects: ['Before'] })
  })

  test('fails when the key opens with neither, and the mailbox is back with its old password', async () => {
    const address = 'wrong.key@example.org'
    const [first, second, other] = ['the first password', 'the second password', 'quite another one']
    await host.makeMailbox(address, first)
    const input = `${sha256Hex(first)}\n${sha256Hex(other)}\n${sha256Hex(other)}\n`
    await host.lab.run(['doveadm', 'mailbox', 'cryptokey', 'password', '-u', address, '-O', '-N'], { input })
    await host.requestPassword(address, first, second)

    const { code, stdout } = await host.connect()

    expect(code).toBe(1)
    expect(stdout).toContain('"level":"error","message":"task failed"')
    expect(await host.task(address)).toMatchObject({ state: 'failed', error: 'wrong_key_password', payload: null })
    expect(await host.lab.canLogIn(address, first)).toBe(true)
    expect(await host.lab.canLogIn(address, second)).toBe(false)
    expect((await host.lab.deliver(address, makeMail('Still taken'))).code).toBe(250)
  })

  test.each([
    ['may not be read', ['chmod', '000']],
    ['is gone', ['rm']],
    ['is cut short', ['truncate', '--size=200']],
  ])('is tried again and then given back when the file of the keys %s', async (name, command) => {
    const address = `keys.${name.replaceAll(' ', '.')}@example.org`
    const [first, second] = ['the first password', 'the second password']
    await host.makeMailbox(address, first)
    await host.lab.deliver(address, makeMail('Before'))
    const keys = `/srv/mail/example.org/${address.split('@')[0] ?? ''}/dovecot-attributes`
    await host.lab.run(['cp', '-a', keys, '/root/keys'])
    await host.lab.run([...command, keys])
    await host.requestPassword(address, first, second)

    for (let attempt = 1; attempt <= 3; attempt++) expect((await host.connect()).code).toBe(1)

    expect(await host.task(address)).toMatchObject({ state: 'failed', error: 'mail_host', attempts: 3 })
    await host.lab.run(['cp', '-a', '/root/keys', keys])
    await expectWhole(host, { address, password: first, refused: second, subjects: ['Before'] })
  })
})
