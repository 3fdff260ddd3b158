import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { open } from '../../connector/contract/seal.ts'
import type { TaskTerms } from '../../connector/contract/tasks.ts'
import { startRecoveries } from '../../src/jobs/recoveries.ts'
import { createDatabasePool } from '../../src/db/store.ts'
import { startApp, type TestApp } from '../support/app.ts'
import type { Browser } from '../support/browser.ts'
import { addMailbox, everyRow, MAILBOX_PASSWORD } from '../support/tasks.ts'

const ADDRESS = 'ada.lovelace@example.org'
const NEXT = 'a second long password'

let site: TestApp
let ada: Browser
let path: string
beforeAll(async () => {
  site = await startApp()
  ada = await site.signedIn('ada')
})
afterAll(() => site.stop())
beforeEach(async () => {
  for (const table of ['mailboxes', 'tasks', 'credentials', 'recoveries', 'audit', 'outbox', 'rate_limits'])
    await site.query(`DELETE FROM colombier_${table}`)
  await site.query('DELETE FROM virtual_users')
  path = `/mailboxes/${await addMailbox(site, { address: ADDRESS, accountId: site.idOf('ada') })}`
})

const valueOf = (html: string, name: string): string =>
  new RegExp(`name="${name}" value="([^"]*)"`).exec(html)?.[1] ?? ''

/** Ada has a code made; the form then asks for its end. */
async function makeCode(password = MAILBOX_PASSWORD) {
  const { status, html } = await ada.post(`${path}/code`, { password })
  const code = /<strong class="address">([a-z2-9-]{34})<\/strong>/.exec(html)?.[1] ?? ''
  return { status, html, code, shown: { code: valueOf(html, 'code'), check: valueOf(html, 'check') } }
}
const prove = (shown: { code: string; check: string }, part: string) =>
  ada.post(`${path}/code/proof`, { ...shown, part })
async function provenCode(): Promise<string> {
  const { code, shown } = await makeCode()
  expect((await prove(shown, code.slice(-9))).html).toContain('The recovery code works now')
  return code
}
const recover = (code: string, who = ada) => who.post(`${path}/recovery`, { code, password: NEXT, again: NEXT })
const passDelay = async () => {
  // The seal is bound to the time that was promised, so the clock has to move, not the row.
  const ahead = createDatabasePool({ ...site.config.database, poolSize: 1 })
  await ahead.query('SET timestamp = UNIX_TIMESTAMP(NOW(6)) + 25 * 3600')
  try {
    await startRecoveries({ ...site, pool: ahead })
  } finally {
    await ahead.end()
  }
}
const tasks = () => site.query<{ kind: string; mailbox: string }>('SELECT kind, mailbox FROM colombier_tasks')
const acts = async () =>
  (await site.query<{ action: string }>('SELECT action FROM colombier_audit ORDER BY id')).map(({ action }) => action)

test('ada gets a code, which is shown once, works when she has typed its end, and stands nowhere', async () => {
  const { status, html, code, shown } = await makeCode()
  expect(status, html).toBe(201)
  expect(code).not.toBe('')
  expect((await recover(code)).status).toBe(422)

  const wrong = await prove(shown, 'aaaa-aaaa')
  expect(wrong.status).toBe(422)
  expect(wrong.html).not.toContain(code)
  const right = await prove({ code: valueOf(wrong.html, 'code'), check: valueOf(wrong.html, 'check') }, code.slice(-9).toUpperCase()) // prettier-ignore
  expect(right.html).toContain('The recovery code works now')
  expect(JSON.stringify(await everyRow(site))).not.toContain(code)
  expect(site.lines.join('')).not.toContain(code)
  expect(await acts()).toEqual(['recovery_code.made'])
  expect((await ada.get('/mailboxes')).html).not.toContain('Get recovery code')
})

test('with the wrong password of the mailbox no code is made', async () => {
  const { status, code } = await makeCode('not the password')
  expect([status, code]).toEqual([422, ''])
  expect(await site.query('SELECT id FROM colombier_credentials')).toEqual([])
})

test('a new code ends the one before, once it is proven', async () => {
  const first = await provenCode()
  const { code: second, shown } = await makeCode()
  await prove(shown, second.slice(-9))
  expect((await recover(first)).status).toBe(422)
  expect((await recover(second)).status).toBe(303)
})

test('with the code she requests a password; after the delay the mail host is asked, as for any change', async () => {
  const code = await provenCode()
  expect((await recover(` ${code.toUpperCase().replaceAll('-', ' ')} `)).status).toBe(303)
  expect(await tasks()).toEqual([])
  expect((await site.query('SELECT locks FROM colombier_mailboxes'))[0]).toEqual({ locks: '' })
  const page = await ada.get('/mailboxes')
  expect(page.html).toContain('A new password was requested with the recovery code')
  const rows = JSON.stringify(await everyRow(site))
  for (const password of [MAILBOX_PASSWORD, NEXT])
    expect(rows.includes(site.config.keyPassword.derive(password))).toBe(false)
  expect(await site.query("SELECT recipient FROM colombier_outbox WHERE subject LIKE 'A new password%'")).toEqual([
    { recipient: 'ada@people.test' },
  ])

  await startRecoveries(site)
  expect(await tasks()).toEqual([])
  await Promise.all([passDelay(), passDelay()])
  expect(await tasks()).toEqual([{ kind: 'rekey', mailbox: ADDRESS }])
  expect(await site.query('SELECT * FROM colombier_recoveries')).toEqual([])
  const [task] = await site.query<TaskTerms & { kind: 'rekey'; payload: string }>(
    `SELECT id, kind, mailbox, CAST(requested_at AS CHAR) AS requestedAt, CAST(not_before AS CHAR) AS notBefore,
       CAST(deadline AS CHAR) AS deadline, new_hash AS newHash, payload FROM colombier_tasks`,
  )
  if (task === undefined) throw new Error('there is no task')
  const keys = { connectorPrivateKey: site.connectorKeys.privateKey, webPublicKey: site.webPublicKey }
  const payload = await open(keys, task, task.payload)
  expect(payload).toEqual({
    oldKeyPassword: site.config.keyPassword.derive(MAILBOX_PASSWORD),
    newKeyPassword: site.config.keyPassword.derive(NEXT),
    by: 'code',
  })
  expect(await acts()).toEqual(['recovery_code.made', 'recovery.requested', 'password.change_requested'])
})

test('she cancels it with one click, and the code, which somebody else may have, ends', async () => {
  const code = await provenCode()
  await recover(code)
  expect((await ada.post(`${path}/recovery/cancellation`)).status).toBe(303)
  await passDelay()
  expect(await tasks()).toEqual([])
  expect((await recover(code)).status).toBe(422)
  expect((await ada.get('/mailboxes')).html).toContain('Get recovery code')
  expect((await acts()).at(-1)).toBe('recovery.cancelled')
})

test('a cancelled one that is put back into the table is not carried out', async () => {
  await recover(await provenCode())
  const [row] = await site.query('SELECT * FROM colombier_recoveries')
  await ada.post(`${path}/recovery/cancellation`)
  await site.query('INSERT INTO colombier_recoveries SET ?', [row])
  await passDelay()
  expect(await tasks()).toEqual([])
  expect(await site.query('SELECT * FROM colombier_recoveries')).toEqual([])
})

test.each([
  ['made due at once', "UPDATE colombier_recoveries SET due_at = '2026-01-01'"],
  ['handed to another account', 'UPDATE colombier_recoveries SET account_id = account_id + 1'],
  ['written in clear', `UPDATE colombier_recoveries SET due_at = '2026-01-01', payload = '{"newHash":"x"}'`],
])('one that was %s in the table is not carried out', async (_, statement) => {
  await recover(await provenCode())
  await site.query(statement)
  await startRecoveries(site)
  await passDelay()
  expect(await tasks()).toEqual([])
})

test('one whose mailbox was locked for a week when its time came ends, and she is told', async () => {
  await recover(await provenCode())
  await site.query("UPDATE colombier_mailboxes SET locks = 'administrator'")
  await passDelay()
  expect(await site.query('SELECT mailbox FROM colombier_recoveries')).toHaveLength(1)
  const ahead = createDatabasePool({ ...site.config.database, poolSize: 1 })
  await ahead.query('SET timestamp = UNIX_TIMESTAMP(NOW(6)) + 9 * 86400')
  await startRecoveries({ ...site, pool: ahead })
  await ahead.end()
  expect(await tasks()).toEqual([])
  expect((await acts()).at(-1)).toBe('recovery.ended')
  expect(await site.query("SELECT id FROM colombier_outbox WHERE subject LIKE '%was not changed'")).toHaveLength(1)
})

test('a change with the current password ends it: its owner needs it no more', async () => {
  await recover(await provenCode())
  const other = 'a third long password'
  await ada.post(`${path}/password`, { current: MAILBOX_PASSWORD, password: other, again: other })
  expect(await site.query('SELECT * FROM colombier_recoveries')).toEqual([])
})

test('wrong codes get one answer, whether there is a code or not, and after five nobody may try', async () => {
  const answer = async () => {
    const { status, html } = await recover('aaaa-bbbb-cccc-dddd-eeee-ffff-gggg')
    return [status, html.replace(/nonce-[^"']*/g, '')]
  }
  const without = await answer()
  const code = await provenCode()
  expect(await answer()).toEqual(without)
  expect(without[0]).toBe(422)
  for (let number = 0; number < 3; number++) await answer()
  expect((await recover(code)).status).toBe(429)
  expect(await site.query('SELECT * FROM colombier_recoveries')).toEqual([])
})

test('an app password is no recovery code', async () => {
  const code = await provenCode()
  await site.query("UPDATE colombier_credentials SET kind = 'app'")
  expect((await recover(code)).status).toBe(422)
})

test('without a delay the mail host is asked at once', async () => {
  const quick = await startApp({ env: { RECOVERY_DELAY_HOURS: '0' } })
  const id = await addMailbox(quick, { address: ADDRESS, accountId: quick.idOf('ada') })
  const her = await quick.signedIn('ada')
  const made = await her.post(`/mailboxes/${id}/code`, { password: MAILBOX_PASSWORD })
  const code = /<strong class="address">([a-z2-9-]{34})<\/strong>/.exec(made.html)?.[1] ?? ''
  const shown = { code: valueOf(made.html, 'code'), check: valueOf(made.html, 'check') }
  await her.post(`/mailboxes/${id}/code/proof`, { ...shown, part: code.slice(-9) })
  await her.post(`/mailboxes/${id}/recovery`, { code, password: NEXT, again: NEXT })
  expect(await quick.query('SELECT kind FROM colombier_tasks')).toEqual([{ kind: 'rekey' }])
  await quick.stop()
})

test('cleo and ben find nothing there, and change nothing', async () => {
  const code = await provenCode()
  await recover(code)
  const others = [await site.signedIn('cleo'), await site.signedIn('ben')]
  const before = await everyRow(site)
  for (const other of others) {
    for (const page of ['recovery', 'recovery-code']) expect((await other.get(`${path}/${page}`)).status).toBe(404)
    expect((await recover(code, other)).status).toBe(404)
    expect((await other.post(`${path}/code`, { password: MAILBOX_PASSWORD })).status).toBe(404)
    expect((await other.post(`${path}/recovery/cancellation`)).status).toBe(404)
  }
  expect(await everyRow(site)).toEqual(before)
})
