import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { defaultUserdbQuery } from '../lab/lab.ts'
import { startPostfix } from '../lab/postfix.ts'
import { connectorProgram, startMailHost, type MailHost } from './mail-host.ts'

let host: MailHost
beforeAll(async () => {
  host = await startMailHost({ env: { STATE_FOLDER: '/srv/state', RUN_FOLDER: '/run/colombier' } })
  await host.makeMailbox('ada.lovelace@example.org', 'the first password')
})
afterAll(() => host.stop())

/** Of the findings, those of the round trip. */
async function travel({ args = [] as string[], input = '' } = {}) {
  const command = ['node', connectorProgram, 'doctor', '--round-trip', ...args]
  const { code, stdout, stderr } = await host.lab.run(command, { env: host.env, input, timeoutMs: 120_000 })
  expect(stderr).toBe('')
  return { code, lines: stdout.split('\n').filter((line) => line.includes('round trip')) }
}

/** Every row and file that a mailbox could leave behind. */
async function everything() {
  const tables = [
    'virtual_users',
    'virtual_aliases',
    'colombier_mailboxes',
    'colombier_tasks',
    'colombier_reservations',
  ]
  const rows = await Promise.all(tables.map((table) => host.query(`SELECT * FROM ${table}`)))
  const { stdout } = await host.lab.run(['find', '/srv/mail', '/srv/mail-quarantine', '/srv/state/round-trips', '-name', '*doctor*', '-o', '-path', '/srv/state/round-trips/*']) // prettier-ignore
  return { rows, files: stdout }
}

const mailbox = String.raw`colombier\.doctor\.[0-9a-f]{16}@example\.org`

test('root’s round trip makes a mailbox, mails to it, changes its password and removes it without a trace', async () => {
  const before = await everything()
  const { code, lines } = await travel()
  expect(lines).toEqual([
    expect.stringMatching(`^ok {4}round trip: the mailbox ${mailbox} is made, with a key of its own$`),
    'ok    round trip: Dovecot derives the same key password as Colombier',
    expect.stringMatching(/^ok {4}round trip: a mail comes by Dovecot’s delivery agent.* IMAP at 127\.0\.0\.1:\d+$/),
    'ok    round trip: its password is changed: the old one is refused, and the new one reads the mail',
    'ok    round trip: no alias is tried: no Postfix here would follow it',
    'ok    round trip: the mailbox is deleted, and its rows, its alias and its store are gone',
  ])
  expect(code).toBe(0)
  expect(await everything()).toEqual(before)
})

test('where Postfix runs, the mail comes by it, and so does one to an alias', async () => {
  const postfix = await startPostfix(host.lab)
  const before = await everything()
  const { code, lines } = await travel({ args: ['--login', 'lab'], input: `${host.lab.database.password}\n` })
  await postfix.stop()
  expect(lines.join('\n')).toMatch(
    /a mail comes by Postfix and is read over IMAP[^]*a mail to an alias of it comes too/,
  )
  expect(code).toBe(0)
  expect(await everything()).toEqual(before)
})

test('a round trip that was killed is cleared up by the next one, and nobody else’s mailbox is touched', async () => {
  const before = await everything()
  const child = host.spawnConnector({}, ['doctor', '--round-trip'])
  const isThere = async () =>
    (await host.query("SELECT 1 FROM virtual_users WHERE email LIKE 'colombier.doctor.%'")).length
  for (let tries = 0; (await isThere()) === 0; tries++) {
    expect(tries).toBeLessThan(600)
    await sleep(50)
  }
  await sleep(300)
  child.kill('SIGKILL')
  await once(child, 'exit')
  expect(await isThere()).toBe(1)

  const { code, lines } = await travel()
  expect(lines[0]).toMatch(new RegExp(`^ok {4}round trip: what an earlier one left of ${mailbox} is removed$`))
  expect(code).toBe(0)
  expect(await everything()).toEqual(before)
  expect(await host.lab.canLogIn('ada.lovelace@example.org', 'the first password')).toBe(true)
})

test('one that is interrupted clears up after itself', async () => {
  const before = await everything()
  const child = host.spawnConnector({}, ['doctor', '--round-trip'])
  let output = ''
  child.stdout?.on('data', (text: Buffer) => {
    const before = output
    output += String(text)
    if (!before.includes('is made, with a key') && output.includes('is made, with a key')) child.kill('SIGINT')
  })
  const [code] = (await once(child, 'exit')) as [number]
  expect(output).toMatch(/^fail {2}round trip: it was interrupted[^]*the mailbox is deleted/m)
  expect(code).toBe(1)
  expect(await everything()).toEqual(before)
})

test.each([
  ['an administrator who is none', ['--login', 'colombier_connector'], defaultUserdbQuery, /DENIED/],
  ['a wrong password', ['--login', 'nobody'], defaultUserdbQuery, /the administrator is not let in/],
  ['homes without the mailboxes’ names', [], defaultUserdbQuery.replace('%{user | username}', 'all'), /does not carry its name/],
])('%s ends it with one finding, and nothing is left', async (_what, args, userdbQuery, words) => {
  await host.lab.configure({ userdbQuery })
  const before = await everything()
  const input = args.includes('colombier_connector') ? `${host.env.DATABASE_PASSWORD}\n` : '\n'
  const { code, lines } = await travel({ args, input })
  await host.lab.configure({ userdbQuery: defaultUserdbQuery })
  expect(lines.filter((line) => line.startsWith('fail'))).toEqual([expect.stringMatching(words)])
  expect(code).toBe(1)
  expect(await everything()).toEqual(before)
}) // prettier-ignore
