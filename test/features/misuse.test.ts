import { Readable } from 'node:stream'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { CAST, PASSWORD, startApp, type TestApp } from '../support/app.ts'
import { addMailbox, MAILBOX_PASSWORD } from '../support/tasks.ts'

// What somebody with an account of their own may try.

let app: TestApp
beforeAll(async () => {
  app = await startApp({ env: { LOCK: 'active', REGISTRATION_MAILS_A_DAY: '3' } })
})
afterAll(() => app.stop())

test.each(['/.//evil.example/x', '/a/..//evil.example', '/%2e//evil.example', '//evil.example', '/\\evil.example'])(
  'a sign-in that is to lead to %s leads home',
  async (next) => {
    const visitor = app.visitor()
    const answer = await visitor.post('/sign-in', { email: CAST.ada.email, password: PASSWORD, next })
    expect(answer.location).toBe('/')
    expect((await visitor.get(`/sign-in?next=${encodeURIComponent(next)}`)).location).toBe('/')
  },
)

test('a form whose body comes after its sender’s rights were taken away is not acted on', async () => {
  const id = await addMailbox(app, { address: 'slow.form@example.org', accountId: app.idOf('ada') })
  const ben = await app.signedIn('ben')
  let send: () => void = () => undefined
  const body = Readable.from(
    (async function* () {
      await new Promise<void>((resolve) => (send = resolve))
      yield Buffer.from('reason=after+the+session')
    })(),
  )
  const answer = ben.send(
    `/mailboxes/${id}/lock`,
    { method: 'POST', body: Readable.toWeb(body) as ReadableStream, duplex: 'half' } as RequestInit,
    { headers: { Origin: app.config.origin, 'Content-Type': 'application/x-www-form-urlencoded' } },
  )
  await new Promise((resolve) => setImmediate(resolve))
  await app.query('UPDATE colombier_accounts SET active = FALSE WHERE id = ?', [app.idOf('ben')])
  send()

  expect((await answer).location).toMatch(/^\/sign-in/)
  expect(await app.query('SELECT locks FROM colombier_mailboxes WHERE id = ?', [id])).toEqual([{ locks: '' }])
  await app.query('UPDATE colombier_accounts SET active = TRUE WHERE id = ?', [app.idOf('ben')])
})

test('cleo cannot have one address mailed again and again, nor one mail to each of many', async () => {
  const cleo = await app.signedIn('cleo')
  const ask = (email: string) => cleo.post('/profile/email', { email, current: PASSWORD })
  const answers = []
  for (let time = 0; time < 5; time++) answers.push((await ask(`someone.${time}@third.test`)).status)
  expect(answers).toEqual([303, 303, 303, 429, 429])
  expect(await app.query("SELECT COUNT(*) AS mails FROM colombier_outbox WHERE recipient LIKE '%third.test'")).toEqual([
    { mails: 3 },
  ])
})

test('a sign-in with the old password that is under way when the password changes makes no session', async () => {
  const ada = await app.signedIn('ada')
  const next = 'another dove at another dusk'
  const late = Array.from({ length: 6 }, () => app.visitor())
  const [changed, ...tries] = await Promise.all([
    ada.post('/profile/password', { current: PASSWORD, password: next, again: next }),
    ...late.map((visitor) => visitor.post('/sign-in', { email: CAST.ada.email, password: PASSWORD, next: '/' })),
  ])
  expect(changed.status).toBe(303)
  expect(tries).toHaveLength(6)
  for (const visitor of late) expect((await visitor.get('/profile')).status).toBe(303)
  const [row] = await app.query<{ password_hash: string }>(
    'SELECT password_hash FROM colombier_accounts WHERE id = ?',
    [app.idOf('cleo')],
  )
  await app.query('UPDATE colombier_accounts SET password_hash = ? WHERE id = ?', [row?.password_hash, app.idOf('ada')])
  await app.query('DELETE FROM colombier_rate_limits')
})

test('a mailbox that was closed on the mail server stays closed when ada calls a deletion off', async () => {
  await app.query(`INSERT INTO colombier_connectors (host, version, seen_at, mode, active_lock)
    VALUES ('mail.example.org', '0', UTC_TIMESTAMP(6), 'cron', 'safe')`)
  const id = await addMailbox(app, { address: 'closed.elsewhere@example.org', accountId: app.idOf('ada') })
  await app.query("UPDATE virtual_users SET active = 0 WHERE email = 'closed.elsewhere@example.org'")
  const ada = await app.signedIn('ada')

  expect((await ada.post(`/mailboxes/${id}/deletion`, { password: MAILBOX_PASSWORD })).status).toBe(303)
  expect((await ada.post(`/mailboxes/${id}/deletion/cancellation`)).status).toBe(303)

  expect(
    await app.query("SELECT active, password FROM virtual_users WHERE email = 'closed.elsewhere@example.org'"),
  ).toEqual([{ active: 0, password: `{PLAIN}${MAILBOX_PASSWORD}` }])
})

test('an alias does not take the address of a mailbox whose row the mail server has lost', async () => {
  const id = await addMailbox(app, { address: 'has.aliases@example.org', accountId: app.idOf('ada') })
  await addMailbox(app, { address: 'lost.mailbox@example.org', accountId: app.idOf('ben') })
  await app.query("DELETE FROM virtual_users WHERE email = 'lost.mailbox@example.org'")
  const ada = await app.signedIn('ada')
  const answer = await ada.post(`/mailboxes/${id}/aliases`, { localPart: 'lost.mailbox', domain: 'example.org' })
  expect(answer.status).toBe(422)
  expect(await app.query('SELECT * FROM virtual_aliases')).toEqual([])
})

test('guesses at a mailbox whose hash cannot be checked are counted like others', async () => {
  await app.query(`INSERT INTO virtual_users (domain_id, email, password)
    SELECT id, 'legacy.box@example.net', '{GSSAPI}x' FROM virtual_domains WHERE name = 'example.net'`)
  const cleo = await app.signedIn('cleo')
  const answers = []
  for (let time = 0; time < 6; time++) {
    answers.push((await cleo.post('/mailbox-claims', { address: 'legacy.box@example.net', password: 'guess' })).status)
  }
  expect(answers).toEqual([422, 422, 422, 422, 422, 429])
})
