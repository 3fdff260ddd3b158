import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { Pool, RowDataPacket } from 'mysql2/promise'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { enqueue } from '../../src/db/outbox.ts'
import { transaction } from '../../src/db/store.ts'
import { type OutboxSettings, sendOutbox } from '../../src/jobs/outbox.ts'
import type { Log } from '../../src/lib/log.ts'
import { createMailer } from '../../src/lib/mailer.ts'
import { createDatabase, type TestDatabase } from '../support/database.ts'
import { startMailCatcher, type MailCatcher } from '../support/mail-catcher.ts'

let database: TestDatabase
let db: Pool
let catcher: MailCatcher
let logged: string[]

const log = Object.fromEntries(
  ['info', 'warn', 'error'].map((level) => [level, (...words: unknown[]) => logged.push(JSON.stringify(words))]),
) as unknown as Log
const atOnce: OutboxSettings = { retrySeconds: 0, retryMaxSeconds: 0, giveUpSeconds: 86_400 }
const secrets = { sessionSecrets: ['for tests only, and long enough to pass'] }
const mailTo = (to: string, subject = 'Your mailbox is ready') => ({
  to,
  subject,
  text: 'It is.',
  html: '<p>It is.</p>',
})

beforeAll(async () => {
  database = await createDatabase()
  db = database.connect()
})
afterAll(async () => {
  await db.end()
  await database.drop()
})
beforeEach(async () => {
  logged = []
  catcher = await startMailCatcher()
})
afterEach(async () => {
  await catcher.stop()
  await db.query('DELETE FROM colombier_outbox')
})

const pass = (settings = atOnce, url = `smtp://127.0.0.1:${catcher.smtpPort}`) =>
  sendOutbox({ db, secrets, mailer: createMailer({ url, from: 'Colombier <noreply@example.org>' }), log, settings })

async function waiting(): Promise<RowDataPacket[]> {
  const [rows] = await db.query<RowDataPacket[]>(
    `SELECT recipient, attempts, error, TIMESTAMPDIFF(SECOND, UTC_TIMESTAMP(6), send_at) AS inSeconds
     FROM colombier_outbox ORDER BY id`,
  )
  return rows
}

test('ada is sent her mail, with its text and its HTML, and the outbox is empty', async () => {
  await enqueue(db, secrets, {
    ...mailTo('ada@example.net', 'Votre boîte est prête'),
    text: 'Prête à 14 h',
    html: '<p>à 14 h</p>',
  })
  await pass()

  const [mail] = catcher.messages()
  expect(mail).toMatchObject({
    recipients: ['ada@example.net'],
    subject: 'Votre boîte est prête',
    text: 'Prête à 14 h',
  })
  expect(mail?.html).toContain('<p>à 14 h</p>')
  expect(mail?.from).toContain('noreply@example.org')
  expect(await waiting()).toEqual([])
})

test('a mail whose transaction is rolled back is never sent', async () => {
  const failing = transaction(db, async (connection) => {
    await enqueue(connection, secrets, mailTo('ada@example.net'))
    throw new Error('something else failed')
  })

  await expect(failing).rejects.toThrow('something else failed')
  await pass()
  expect(catcher.messages()).toEqual([])
})

test('while the mail server is away nothing is lost, and after it each of them gets their mail once', async () => {
  const { smtpPort } = catcher
  const people = ['ada', 'ben', 'cleo', 'dora'].map((name) => `${name}@example.net`)
  for (const person of people) await enqueue(db, secrets, mailTo(person))

  await catcher.stop()
  for (let passes = 0; passes < 6; passes++) await pass()
  expect(await waiting()).toHaveLength(people.length)
  expect((await waiting()).map(({ error }) => error as string | null)).toContain('ESOCKET')

  catcher = await startMailCatcher({ smtpPort })
  await pass()
  await pass()
  expect(
    catcher
      .messages()
      .flatMap(({ recipients }) => recipients)
      .sort(),
  ).toEqual(people)
  expect(await waiting()).toEqual([])
})

test('a server that says "later" is asked again, each time after twice as long, up to a limit', async () => {
  const settings = { retrySeconds: 30, retryMaxSeconds: 100, giveUpSeconds: 86_400 }
  await enqueue(db, secrets, mailTo('ada@example.net'))
  catcher.refuse(true)

  for (const [attempts, seconds] of [
    [1, 30],
    [2, 60],
    [3, 100],
    [4, 100],
  ] as const) {
    await db.query('UPDATE colombier_outbox SET send_at = UTC_TIMESTAMP(6)')
    await pass(settings)
    const [mail] = await waiting()
    expect(mail).toMatchObject({ attempts, error: 'EENVELOPE 451' })
    expect(mail?.['inSeconds']).toBeGreaterThan(seconds - 5)
    expect(mail?.['inSeconds']).toBeLessThanOrEqual(seconds)
  }
  await pass(settings)
  expect((await waiting())[0]).toMatchObject({ attempts: 4 })
})

test('two processes at once send each mail once', async () => {
  const people = Array.from({ length: 40 }, (_, index) => `ada+${index}@example.net`)
  for (const person of people) await enqueue(db, secrets, mailTo(person))

  const children = [1, 2].map(() =>
    spawn(
      process.execPath,
      ['--import', 'tsx', join(import.meta.dirname, 'send-outbox.ts'), String(catcher.smtpPort)],
      {
        env: { ...process.env, ...database.env },
        stdio: ['pipe', 'pipe', 'inherit'],
      },
    ),
  )
  await Promise.all(children.map((child) => once(child.stdout, 'data')))
  const ends = children.map((child) => once(child, 'exit'))
  for (const child of children) child.stdin.write('go\n')

  expect(await Promise.all(ends)).toEqual([
    [0, null],
    [0, null],
  ])
  expect(
    catcher
      .messages()
      .flatMap(({ recipients }) => recipients)
      .sort(),
  ).toEqual(people.sort())
  expect(await waiting()).toEqual([])
})

test('what died with a mail in its hands leaves it to the next, as the same mail', async () => {
  await enqueue(db, secrets, mailTo('ada@example.net'))
  await pass({ ...atOnce }, 'smtp://127.0.0.1:1')
  const [before] = await db.query<RowDataPacket[]>('SELECT created_at, id FROM colombier_outbox')
  // As it is left by a process that claimed it and was killed.
  await db.query('UPDATE colombier_outbox SET attempts = attempts + 1, send_at = UTC_TIMESTAMP(6) + INTERVAL 1 HOUR')
  await pass()
  expect(catcher.messages()).toEqual([])

  await db.query('UPDATE colombier_outbox SET send_at = UTC_TIMESTAMP(6)')
  await pass()
  expect(catcher.messages()).toHaveLength(1)
  expect(catcher.messages()[0]?.headers).toContain(`.${String(before[0]?.['id'])}@example.org>`)
  // No program answers it by itself, and people can sort by it.
  expect(catcher.messages()[0]?.headers).toMatch(/^auto-submitted: auto-generated/im)
  expect(catcher.messages()[0]?.headers).toMatch(/^list-id: Colombier <colombier\.example\.org>/im)
})

test.each([
  ['a second recipient in the address', { to: 'ada@example.net, cleo@example.net' }],
  ['a line end in the address', { to: 'ada@example.net\r\nBcc: cleo@example.net' }],
  ['an SMTP command in the address', { to: 'ada@example.net>\r\nRCPT TO:<cleo@example.net' }],
  ['a header in the subject', { subject: 'Hello\r\nBcc: cleo@example.net\r\nX-Forged: yes' }],
  ['a body in the subject', { subject: 'Hello\r\n\r\nForged body' }],
])('%s reaches nobody else and adds no header', async (_, change) => {
  await enqueue(db, secrets, { ...mailTo('ada@example.net'), ...change })
  await enqueue(db, secrets, mailTo('ben@example.net'))
  await pass({ ...atOnce, retrySeconds: 60, retryMaxSeconds: 60 })

  const all = catcher.messages()
  expect(all.flatMap(({ recipients }) => recipients)).not.toContain('cleo@example.net')
  for (const mail of all) {
    expect(mail.recipients).toHaveLength(1)
    expect(mail.headers).not.toMatch(/^(bcc|x-forged):/im)
    expect(mail.text).toBe('It is.')
  }
  // And it stops nobody else's mail.
  expect(all.flatMap(({ recipients }) => recipients)).toContain('ben@example.net')
})

test("neither the mail nor the mail server's password gets into the log or the row", async () => {
  await enqueue(db, secrets, {
    ...mailTo('ada@example.net', 'secret subject'),
    text: 'secret text',
    html: 'secret html',
  })
  catcher.refuse(true)
  await pass(atOnce, 'smtp://someone:secret-word@127.0.0.1:1')
  await pass(
    { ...atOnce, retrySeconds: 60, retryMaxSeconds: 60 },
    `smtp://someone:secret-word@127.0.0.1:${catcher.smtpPort}`,
  )

  expect(logged).toHaveLength(2)
  expect(logged.join()).not.toMatch(/secret|someone|ada@/)
  expect((await waiting())[0]?.['error']).toBe('EENVELOPE 451')
})

test('who is refused for good is tried for days, and then given up with a word in the log', async () => {
  const settings = { retrySeconds: 0, retryMaxSeconds: 0, giveUpSeconds: 3600 }
  const mailer = {
    send: () => Promise.reject(Object.assign(new Error('No such person'), { code: 'EENVELOPE', responseCode: 550 })),
  }
  await enqueue(db, secrets, mailTo('ada@example.net'))
  await sendOutbox({ db, secrets, mailer, log, settings: { ...settings, retrySeconds: 60, retryMaxSeconds: 60 } })
  expect(await waiting()).toHaveLength(1)

  await db.query(
    `UPDATE colombier_outbox SET send_at = UTC_TIMESTAMP(6), created_at = UTC_TIMESTAMP(6) - INTERVAL 2 HOUR`,
  )
  await sendOutbox({ db, secrets, mailer, log, settings })
  expect(await waiting()).toEqual([])
  expect(logged.at(-1)).toContain('given up')
})

test('a password for a mail server elsewhere is not said on a line without TLS', async () => {
  await catcher.stop()
  catcher = await startMailCatcher({ host: '127.0.0.2' })
  await enqueue(db, secrets, mailTo('ada@example.net'))
  await pass({ ...atOnce, retrySeconds: 60, retryMaxSeconds: 60 }, `smtp://ada:word@127.0.0.2:${catcher.smtpPort}`)

  expect(catcher.messages()).toEqual([])
  expect((await waiting())[0]?.['error']).toMatch(/^ETLS/)
})

const stored = async () => {
  const [rows] = await db.query<RowDataPacket[]>('SELECT text_body, html_body FROM colombier_outbox')
  return rows.map((row) => `${String(row['text_body'])} ${String(row['html_body'])}`)
}
const withLink = { text: 'https://mail.example/reset?token=abc', html: '<a href="?token=abc">here</a>' }

test('the link in a mail that waits is not to be read in the table, and goes out as it was', async () => {
  await enqueue(db, secrets, { ...mailTo('ada@example.net'), ...withLink })
  await enqueue(db, secrets, { ...mailTo('ada@example.net'), ...withLink })
  const [one, other] = await stored()
  for (const row of [one, other]) {
    expect(row).not.toContain('token')
    expect(row?.split(' ').map((body) => Buffer.from(body.slice(9), 'base64url').toString())).not.toContain('token')
  }
  expect(one).not.toBe(other)
  await pass()
  expect(catcher.messages().map(({ text }) => text)).toEqual([withLink.text, withLink.text])
})

test('a mail from before the bodies were sealed is sent as it is', async () => {
  await db.query(
    `INSERT INTO colombier_outbox (recipient, subject, text_body, html_body, created_at, send_at)
     VALUES ('ada@example.net', 'From before', 'As it was', '<p>As it was</p>', UTC_TIMESTAMP(6), UTC_TIMESTAMP(6))`,
  )
  await pass()
  expect(catcher.messages()).toMatchObject([{ subject: 'From before', text: 'As it was' }])
})

test('a mail is sent under the secret before the last, and waits where that is missing', async () => {
  await enqueue(db, secrets, { ...mailTo('ada@example.net'), ...withLink })
  const mailer = createMailer({ url: `smtp://127.0.0.1:${catcher.smtpPort}`, from: 'noreply@example.org' })
  const newest = 'another secret, as long as the first one'
  const later = { retrySeconds: 60, retryMaxSeconds: 60, giveUpSeconds: 3600 }
  await sendOutbox({ db, secrets: { sessionSecrets: [newest] }, mailer, log, settings: later })
  expect(catcher.messages()).toEqual([])
  expect((await waiting())[0]).toMatchObject({ attempts: 1, error: 'ESEALED' })
  expect(logged.join()).toContain('SESSION_SECRET')

  await db.query('UPDATE colombier_outbox SET send_at = UTC_TIMESTAMP(6)')
  const both = { sessionSecrets: [newest, ...secrets.sessionSecrets] }
  await sendOutbox({ db, secrets: both, mailer, log, settings: later })
  expect(catcher.messages()).toMatchObject([{ text: withLink.text }])
  expect(await waiting()).toEqual([])
})

test('a mail that nobody can open is given up in the end', async () => {
  await enqueue(db, { sessionSecrets: ['a secret that is not to be found any more'] }, mailTo('ada@example.net'))
  await db.query('UPDATE colombier_outbox SET created_at = UTC_TIMESTAMP(6) - INTERVAL 2 DAY')
  await pass()
  expect(await waiting()).toEqual([])
})

test('whoever writes the table cannot send the words to somebody else, nor words of their own under a seal', async () => {
  await enqueue(db, secrets, { ...mailTo('ada@example.net'), ...withLink })
  await db.query("UPDATE colombier_outbox SET recipient = 'cleo@example.net'")
  await pass({ ...atOnce, retrySeconds: 60, retryMaxSeconds: 60 })
  await db.query("UPDATE colombier_outbox SET send_at = UTC_TIMESTAMP(6), text_body = 'sealed:1:AAAA'")
  await pass({ ...atOnce, retrySeconds: 60, retryMaxSeconds: 60 })
  expect(catcher.messages()).toEqual([])
})
