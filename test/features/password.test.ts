import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { unmatchableHash } from '../../connector/contract/lock.ts'
import { generateSealKeys, open, type SealKeyPair } from '../../connector/contract/seal.ts'
import type { TaskTerms } from '../../connector/contract/tasks.ts'
import { createPasswordHasher } from '../../src/lib/password/hasher.ts'
import { HasherBusy } from '../../src/lib/password/work.ts'
import { startApp, type Person, type TestApp } from '../support/app.ts'
import type { Browser } from '../support/browser.ts'
import { addMailbox, endTask, everyRow, MAILBOX_PASSWORD } from '../support/tasks.ts'

const ADDRESS = 'ada.lovelace@example.org'
const NEXT = 'eight calm doves; 2 owls'

let site: TestApp
let web: SealKeyPair
let connector: SealKeyPair
let id: number
const hasher = createPasswordHasher({ scheme: 'argon2id', argon2MemoryKiB: 8192, argon2Passes: 1 })
const people = {} as Record<Person, Browser>

beforeAll(async () => {
  ;[web, connector] = await Promise.all([generateSealKeys(), generateSealKeys()])
  site = await startApp({
    env: { REKEY_WINDOW_SECONDS: '600' },
    deps: { sealKeys: { webPrivateKey: web.privateKey, connectorPublicKey: connector.publicKey } },
  })
  for (const person of ['ada', 'ben', 'cleo', 'dora'] as const) people[person] = await site.signedIn(person)
})
afterAll(async () => {
  await site.stop()
  await hasher.close()
})
beforeEach(async () => {
  for (const table of [
    'colombier_tasks',
    'colombier_mailboxes',
    'virtual_users',
    'colombier_rate_limits',
    'colombier_audit',
  ])
    await site.query(`DELETE FROM ${table}`)
  id = await addMailbox(site, {
    address: ADDRESS,
    accountId: site.idOf('ada'),
    hash: await hasher.hash(MAILBOX_PASSWORD),
  })
})

const filled = (fields: Record<string, string | string[]> = {}) => ({
  current: MAILBOX_PASSWORD,
  password: NEXT,
  again: NEXT,
  ...fields,
})
const change = (fields: Record<string, string | string[]> = {}, htmx = true) =>
  people.ada.post(`/mailboxes/${id}/password`, filled(fields), { htmx })
const messageAt = (html: string, field: string) =>
  new RegExp(`id="mailbox-\\d+-${field}-error">([^<]*)<`).exec(html)?.[1]
const storedHash = async () =>
  (await site.query<{ password: string }>('SELECT password FROM virtual_users'))[0]?.password

describe('changing the password', () => {
  test('the form stands in place of the row, and alone on a page where there are no scripts', async () => {
    const part = await people.ada.get(`/mailboxes/${id}/password`, { htmx: true })
    expect(part.html).toMatch(new RegExp(`^<li id="mailbox-${id}"`))
    expect(part.html).toContain('autocomplete="current-password"')
    expect(part.html).toContain(`value="${ADDRESS}" autocomplete="username"`)
    const page = await people.ada.get(`/mailboxes/${id}/password`)
    expect(page.html).toMatch(/^<!doctype html>/)
    expect(page.html).toContain(part.html)
  })

  test('locks the mailbox at once, keeps its hash, and hands the mail host the new one', async () => {
    const before = await storedHash()
    const { status, html } = await change()
    expect(status).toBe(200)
    expect(html).toContain('Re-encrypting')
    expect(html).toContain('every 2s')

    // The value of a lock: test/connector/schemes.lab.test.ts shows that Dovecot lets nobody in by it.
    expect(await storedHash()).toMatch(/^\{CRYPT\}\$5\$[\w-]{10}$/)
    const [own] = await site.query('SELECT locks, kept_hash FROM colombier_mailboxes')
    expect(own).toEqual({ locks: 'task', kept_hash: before })
    const [row] = await site.query('SELECT active, email FROM virtual_users')
    expect(row).toEqual({ active: 1, email: ADDRESS })

    const [task] = await site.query(
      'SELECT *, TIMESTAMPDIFF(SECOND, requested_at, deadline) AS allowed FROM colombier_tasks',
    )
    expect(task).toMatchObject({
      kind: 'rekey',
      mailbox: ADDRESS,
      state: 'queued',
      requested_by: site.idOf('ada'),
      allowed: 600,
      attempts: 0,
      touched: 0,
      lease: null,
    })
    expect(task?.['not_before']).toEqual(task?.['requested_at'])
    expect(await hasher.verify(String(task?.['new_hash']), NEXT)).toBe('match')
    const [audit] = await site.query('SELECT action, actor, mailbox FROM colombier_audit')
    expect(audit).toEqual({ action: 'password.change_requested', actor: 'ada@people.test', mailbox: ADDRESS })
  })

  test('only the mail host can open what it was sent: both key passwords, bound to the new hash', async () => {
    await change()
    const [task] = await site.query<Record<string, string>>(
      `SELECT id, kind, mailbox, CAST(requested_at AS CHAR) AS requestedAt, CAST(not_before AS CHAR) AS notBefore,
         CAST(deadline AS CHAR) AS deadline, new_hash AS newHash, payload FROM colombier_tasks`,
    )
    const keys = { connectorPrivateKey: connector.privateKey, webPublicKey: web.publicKey }
    const terms = task as unknown as TaskTerms & { kind: 'rekey' }
    expect(await open(keys, terms, task?.['payload'] ?? '')).toEqual({
      oldKeyPassword: site.config.keyPassword.derive(MAILBOX_PASSWORD),
      newKeyPassword: site.config.keyPassword.derive(NEXT),
    })
    await expect(open(keys, { ...terms, newHash: '{PLAIN}eve' }, task?.['payload'] ?? '')).rejects.toThrow('not sealed')
  })

  test('without scripts one is led back to the mailboxes', async () => {
    expect(await change({}, false)).toMatchObject({ status: 303, location: '/mailboxes' })
    expect((await people.ada.get('/mailboxes')).html).toContain('Re-encrypting')
  })

  test('when the mail host is done, the row says so and the new password is the current one', async () => {
    await change()
    await endTask(site, ADDRESS)
    const { html } = await people.ada.get(`/mailboxes/${id}`, { htmx: true })
    expect(html).toContain('>Active<')
    expect(html).not.toContain('every 2s')
    expect((await change()).status).toBe(422)
    expect((await change({ current: NEXT, password: MAILBOX_PASSWORD, again: MAILBOX_PASSWORD })).status).toBe(200)
  })

  test('no password, key password or new hash is anywhere but where it belongs', async () => {
    const pages = [(await change({ current: 'not this one at all' })).html, (await change()).html]
    pages.push((await people.ada.get('/mailboxes')).html)
    const [task] = await site.query<{ new_hash: string }>('SELECT new_hash FROM colombier_tasks')
    const newHash = task?.new_hash ?? ''
    const rows = JSON.stringify(await everyRow(site))
    const { derive } = site.config.keyPassword

    for (const secret of [NEXT, MAILBOX_PASSWORD, derive(NEXT), derive(MAILBOX_PASSWORD), 'not this one at all']) {
      expect(rows).not.toContain(secret)
      expect(pages.join('')).not.toContain(secret)
      expect(site.lines.join('')).not.toContain(secret)
    }
    expect(rows.split(newHash)).toHaveLength(2)
    for (const text of [...pages, ...site.lines]) {
      expect(text).not.toContain(newHash)
      expect(text).not.toContain('argon2id$')
    }
  })
})

describe('a mailbox whose hash is of a scheme that cannot be read here', () => {
  const strange = `{SCRAM-SHA-256}4096,c2FsdCBvZiBkb3Zlcw==,${'é'.repeat(3)}${'x'.repeat(700)}`
  beforeEach(async () => {
    await site.query('ALTER TABLE virtual_users MODIFY password TEXT NOT NULL')
    await site.query('UPDATE virtual_users SET password = ?', [strange])
  })

  test('is given to the mail host with the word that its key is to prove the current password', async () => {
    expect((await change()).status).toBe(200)
    const [task] = await site.query<Record<string, string>>(
      `SELECT id, kind, mailbox, CAST(requested_at AS CHAR) AS requestedAt, CAST(not_before AS CHAR) AS notBefore,
         CAST(deadline AS CHAR) AS deadline, new_hash AS newHash, payload FROM colombier_tasks`,
    )
    const keys = { connectorPrivateKey: connector.privateKey, webPublicKey: web.publicKey }
    expect(await open(keys, task as unknown as TaskTerms & { kind: 'rekey' }, task?.['payload'] ?? '')).toEqual({
      oldKeyPassword: site.config.keyPassword.derive(MAILBOX_PASSWORD),
      newKeyPassword: site.config.keyPassword.derive(NEXT),
      proof: 'key',
    })
  })

  test.each([
    ['wrong_password', 'the current password you entered does not open your mail’s key'],
    ['no_key', 'the mailbox has no key yet'],
  ] as const)('after %s it has its old hash to the letter, and its owner is told', async (error, says) => {
    await change()
    expect(await storedHash()).not.toBe(strange)
    await endTask(site, ADDRESS, error)
    expect(await storedHash()).toBe(strange)
    expect((await people.ada.get('/mailboxes')).html).toContain(says)
  })

  test('each attempt counts as a guess, since only the key can tell', async () => {
    for (let attempt = 1; attempt <= 5; attempt++) {
      expect((await change()).status).toBe(200)
      await endTask(site, ADDRESS, 'wrong_password')
    }
    expect((await change()).status).toBe(429)
  })
})

describe('a form that is wrong', () => {
  const wrong: [string, Record<string, string>, string, string][] = [
    ['nothing for the current password', { current: '' }, 'current', 'Fill this in.'],
    ['the wrong current password', { current: 'the first of none' }, 'current', 'not the current password'],
    ['the current password in capitals', { current: 'THE FIRST OF MANY' }, 'current', 'not the current password'],
    ['the current password with a blank behind', { current: `${MAILBOX_PASSWORD} ` }, 'current', 'not the current'],
    ['the current password with a NUL behind', { current: `${MAILBOX_PASSWORD}\0` }, 'current', 'not the current'],
    ['a current password without end', { current: 'x'.repeat(1025) }, 'current', 'too long'],
    ['no new password', { password: '' }, 'password', 'Fill this in.'],
    [
      'a new password of 11 characters',
      { password: 'x'.repeat(11), again: 'x'.repeat(11) },
      'password',
      '12 characters',
    ],
    ['a new password of 257', { password: 'x'.repeat(257), again: 'x'.repeat(257) }, 'password', '256 characters'],
    ['a control character', { password: 'twelve\u0007and more', again: 'twelve\u0007and more' }, 'password', 'control'],
    ['two new passwords', { again: `${NEXT}!` }, 'again', 'don’t match'],
    ['the same as now', { password: MAILBOX_PASSWORD, again: MAILBOX_PASSWORD }, 'password', 'a password other than'],
  ]

  test.each(wrong)(
    '%s: the message is at the field, no password is shown, nothing is changed',
    async (_, fields, at, says) => {
      const before = await everyRow(site)
      for (const htmx of [true, false]) {
        const { status, html } = await change(fields, htmx)
        expect(status).toBe(422)
        expect(messageAt(html, at)).toContain(says)
        expect(new RegExp(`<input[^>]*name="${at}"[^>]*>`).exec(html)?.[0]).toMatch(/aria-invalid="true".* autofocus/)
        expect(html.match(/ autofocus/g)).toHaveLength(1)
        expect(html).not.toMatch(/type="password"[^>]*value=/)
        for (const typed of Object.values(filled(fields))) if (typed !== '') expect(html).not.toContain(typed)
      }
      expect(await everyRow(site)).toEqual(before)
    },
  )

  test('a field that comes twice, and what is no form, are refused', async () => {
    for (const name of ['current', 'password', 'again']) {
      expect((await change({ [name]: [MAILBOX_PASSWORD, NEXT] })).status).toBe(400)
    }
    const init = { method: 'POST', body: JSON.stringify(filled()) }
    const headers = { Origin: site.config.origin, 'Content-Type': 'application/json' }
    expect((await people.ada.send(`/mailboxes/${id}/password`, init, { headers })).status).toBe(400)
  })

  test('more bytes than bcrypt reads are refused where the mail server keeps bcrypt', async () => {
    const small = await startApp({ env: { PASSWORD_SCHEME: 'bcrypt', BCRYPT_COST: '10' } })
    const mailbox = await addMailbox(small, { address: ADDRESS, accountId: small.idOf('ada') })
    const ada = await small.signedIn('ada')
    const doves = '🕊🦢🦆🦉🐓🦜'.repeat(3)
    const send = (password: string) =>
      ada.post(`/mailboxes/${mailbox}/password`, filled({ password, again: password }), { htmx: true })
    expect(messageAt((await send(doves + '.')).html, 'password')).toContain('Accents and symbols count')
    expect((await send(doves)).status).toBe(200)
    await small.stop()
  })
})

describe('guessing', () => {
  test('five wrong current passwords close the form for this mailbox, with the right one too', async () => {
    for (let attempt = 1; attempt <= 5; attempt++) {
      expect((await change({ current: `guess number ${attempt}` })).status).toBe(422)
    }
    const { status, html, headers } = await change()
    expect(status).toBe(429)
    expect(messageAt(html, 'current')).toContain('Too many attempts. Try again in 30 minutes.')
    expect(Number(headers.get('Retry-After'))).toBeGreaterThan(1700)
    expect(await site.query('SELECT 1 FROM colombier_tasks')).toEqual([])
  })

  test('of twenty guesses at once five are judged', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, (_, n) => change({ current: `guess number ${n}` })))
    expect(answers.filter(({ status }) => status === 422)).toHaveLength(5)
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(15)
  })

  test('a form that is wrong otherwise does not count', async () => {
    for (let time = 1; time <= 7; time++) expect((await change({ again: 'something else' })).status).toBe(422)
    expect((await change()).status).toBe(200)
  })

  test('an attempt that could not be judged does not count', async () => {
    const mailbox = { refusal: () => null, verify: () => Promise.reject(new HasherBusy()) } as never
    const account = createPasswordHasher({ scheme: 'argon2id' })
    const busy = await startApp({ deps: { hashers: { account, mailbox } } })
    const own = await addMailbox(busy, { address: ADDRESS, accountId: busy.idOf('ada') })
    const ada = await busy.signedIn('ada')
    for (let time = 1; time <= 7; time++) {
      expect((await ada.post(`/mailboxes/${own}/password`, filled())).status).toBe(503)
    }
    expect(await busy.query('SELECT 1 FROM colombier_tasks')).toEqual([])
    await busy.stop()
    await account.close()
  })
})

describe('a mailbox whose password cannot be changed now', () => {
  const refused = async (says: string) => {
    const before = await everyRow(site)
    for (const htmx of [true, false]) {
      const { status, html } = await change({}, htmx)
      expect(status).toBe(422)
      expect(/role="alert">([^<]+)</.exec(html)?.[1]).toContain(says)
    }
    expect(await everyRow(site)).toEqual(before)
    const { html } = await people.ada.get(`/mailboxes/${id}/password`, { htmx: true })
    expect(html).not.toContain('name="current"')
  }

  test('because it is being changed: one is told what runs', async () => {
    await change()
    await refused('Wait until it has finished. Your mail’s key is being re-encrypted for the new password.')
  })

  test('because an administrator locked it', async () => {
    await site.query("UPDATE colombier_mailboxes SET locks = 'administrator'")
    await refused('An administrator has locked this mailbox.')
  })

  test('because it was never set up', async () => {
    await site.query("UPDATE colombier_mailboxes SET locks = 'setup', kept_hash = 'x'")
    await refused('The mail server could not create the mailbox')
  })

  test('because it was closed on the mail server: the change would open it again', async () => {
    await site.query('UPDATE virtual_users SET active = 0')
    await refused('This mailbox was closed on the mail server.')
  })

  test('because the mail server has lost its row', async () => {
    await site.query('DELETE FROM virtual_users')
    await refused('no longer has this mailbox')
  })

  test.each(['', '!', '*', '!$6$abc$def', '{CRYPT}!', '{SHA512-CRYPT}*', unmatchableHash()])(
    'because somebody switched its log-in off with “%s” in place of a hash',
    async (nothing) => {
      await site.query('UPDATE virtual_users SET password = ?', [nothing])
      const { status, html } = await change()
      expect(status).toBe(422)
      expect(html).toContain('role="alert"')
      expect(await site.query('SELECT 1 FROM colombier_tasks')).toEqual([])
    },
  )

  test('two changes at once: one is asked for, the other is told what runs', async () => {
    const answers = await Promise.all([change(), change({ password: 'nine loud doves', again: 'nine loud doves' })])
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 422])
    const told = answers.find(({ status }) => status === 422)
    expect(told?.html).toMatch(/role="alert">[^<]*Your mail’s key is being re-encrypted/)
    expect(await site.query('SELECT 1 FROM colombier_tasks')).toHaveLength(1)
  })

  test('a hash that is changed while the current password is checked is not written over', async () => {
    const other = await hasher.hash('set by another program')
    const verify = async (stored: string, typed: string) => {
      await changed.query('UPDATE virtual_users SET password = ?', [other])
      return hasher.verify(stored, typed)
    }
    const account = createPasswordHasher({ scheme: 'argon2id' })
    const changed = await startApp({ deps: { hashers: { account, mailbox: { ...hasher, verify } } } })
    const own = await addMailbox(changed, {
      address: ADDRESS,
      accountId: changed.idOf('ada'),
      hash: await hasher.hash(MAILBOX_PASSWORD),
    })
    const { status, html } = await (await changed.signedIn('ada')).post(`/mailboxes/${own}/password`, filled())
    expect(status).toBe(422)
    expect(messageAt(html, 'current')).toContain('not the current password')
    expect(await changed.query('SELECT password FROM virtual_users')).toEqual([{ password: other }])
    expect(await changed.query('SELECT 1 FROM colombier_tasks')).toEqual([])
    await changed.stop()
    await account.close()
  })
})
