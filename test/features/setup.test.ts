import { createHash } from 'node:crypto'
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs'
import { parseEnv } from 'node:util'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { generateSealKeys } from '../../connector/contract/seal.ts'
import { issueSetupToken } from '../../src/features/setup/token.ts'
import { entered, fillIn, PASSWORD, startSetup, withToken, type SetupSite } from '../support/setup.ts'

const SECRETS = { sessionSecrets: ['for tests only, and long enough to pass'] }

let site: SetupSite
beforeEach(async () => {
  site = await startSetup()
})
afterEach(() => site.stop())

const admins = () =>
  site.query("SELECT email, role, active, language FROM colombier_accounts WHERE role = 'super_admin'")
const written = () => parseEnv(readFileSync(site.file, 'utf8'))

test('dora goes from the token to the end: the settings are written, she is signed in, and the setup is gone', async () => {
  const dora = site.visitor()
  expect((await dora.get('/setup')).status).toBe(200)
  expect(await dora.post('/setup', { token: site.token })).toMatchObject({ status: 303, location: '/setup/admin' })
  await fillIn(site, dora)
  await dora.post('/setup/language', { language: 'fr' })
  expect((await dora.get('/setup/summary')).html).toContain('MAILBOXES_PER_ACCOUNT=5')
  expect(await dora.post('/setup/summary')).toMatchObject({ status: 303, location: '/first-steps' })

  expect(await admins()).toEqual([{ email: 'dora@people.test', role: 'super_admin', active: 1, language: 'fr' }])
  expect(await site.query('SELECT action, actor, subject FROM colombier_audit')).toEqual([
    { action: 'account.super_admin_by_setup', actor: 'dora@people.test', subject: 'dora@people.test' },
  ])
  expect(written()).toMatchObject({
    APP_LANGUAGE: 'fr',
    MAILBOXES_PER_ACCOUNT: '5',
    QUOTA_DEFAULT: String(500 * 1024 ** 2),
    QUOTA_MAX: String(2 * 1024 ** 3),
    SMTP_URL: 'smtp://127.0.0.1:2525',
    MAIL_FROM: 'Colombier <colombier@example.org>',
    SEAL_CONNECTOR_PUBLIC_KEY: site.connectorKey,
    DATABASE_NAME: site.database.name,
  })
  expect((await dora.get('/')).location).toBe('/mailboxes')
  expect((await dora.get('/mailboxes')).html).toContain('dora@people.test')
  expect((await dora.get('/setup')).status).toBe(404)
  expect((await dora.get('/setup/admin')).status).toBe(404)
  const again = await site.visitor().post('/sign-in', { email: 'dora@people.test', password: PASSWORD, next: '/' })
  expect(again.status).toBe(303)
})

test('whoever comes is led to the setup, until there is a super admin', async () => {
  const cleo = site.visitor()
  for (const path of ['/', '/sign-in', '/mailboxes', '/register', '/nothing/here'])
    expect(await cleo.get(path)).toMatchObject({ status: 303, location: '/setup' })
  expect((await cleo.post('/sign-in', { email: 'x', password: 'y' })).location).toBe('/setup')
  expect((await cleo.get('/health')).html).toBe('ok')
  const [, stylesheet = ''] = /href="(\/static\/[^"]+css)"/.exec((await cleo.get('/setup')).html) ?? []
  expect((await cleo.get(stylesheet)).status).toBe(200)

  const french = await cleo.post('/preferences/language', { language: 'fr', next: '/setup' })
  expect(french.location).toBe('/setup')
  expect((await cleo.get('/setup')).html).toContain('Bienvenue')
})

test('afterwards a restart gives out no further token, and nothing of the setup is left in the database', async () => {
  const dora = await withToken(site)
  await fillIn(site, dora)
  await dora.post('/setup/summary')

  expect(await issueSetupToken(site.pool, SECRETS)).toBeNull()
  expect(await site.query('SELECT * FROM colombier_settings')).toEqual([])
  expect((await dora.post('/setup', { token: site.token })).status).toBe(404)
  expect((await dora.post('/setup/summary')).status).toBe(404)
  expect(await admins()).toHaveLength(1)
})

test('two people at once: one becomes the super admin, and all are led on', async () => {
  const people = await Promise.all([1, 2, 3, 4].map(() => withToken(site)))
  await fillIn(site, await withToken(site))
  const answers = await Promise.all(people.map((person) => person.post('/setup/summary')))

  expect(answers.map(({ status }) => status)).toEqual([303, 303, 303, 303])
  expect(answers.filter(({ location }) => location === '/first-steps')).toHaveLength(1)
  expect(await admins()).toHaveLength(1)
  const signedIn = await Promise.all(people.map((person) => person.get('/')))
  expect(signedIn.filter(({ location }) => location === '/mailboxes')).toHaveLength(1)
})

test('whoever can write to the database has no token: neither by a digest of theirs nor by deactivating the super admins', async () => {
  const theirs = 'a token of my own'
  await site.query('REPLACE INTO colombier_settings (name, value) VALUES (?, ?)', [
    'setup-token',
    createHash('sha256').update(theirs).digest('hex'),
  ])
  const eve = site.visitor()
  expect((await eve.post('/setup', { token: theirs })).status).toBe(422)
  expect((await eve.get('/setup/connector')).location).toBe('/setup')

  await issueSetupToken(site.pool, SECRETS)
  const dora = site.visitor()
  const token = (await issueSetupToken(site.pool, SECRETS)) ?? ''
  await dora.post('/setup', { token })
  await fillIn(site, dora)
  await dora.post('/setup/summary')
  expect(await admins()).toHaveLength(1)
  await site.query('UPDATE colombier_accounts SET active = FALSE')

  const again = await startSetup({
    database: site.database,
    env: { ...parseEnv(readFileSync(site.file, 'utf8')), SEAL_PRIVATE_KEY_FILE: site.keyFile },
  })
  expect(again.token).toBe('')
  expect((await again.visitor().get('/setup')).status).toBe(404)
  expect((await again.visitor().get('/sign-in')).status).toBe(200)
  expect(again.lines.join('')).toContain('npm run admin')
  await again.stop()
})

test('without the right token nobody sees or does anything, and five wrong ones are all that one may try', async () => {
  const eve = site.visitor()
  for (const [step, form] of Object.entries({ ...entered(site), summary: {} })) {
    expect(await eve.get(`/setup/${step}`)).toMatchObject({ status: 303, location: '/setup' })
    expect(await eve.post(`/setup/${step}`, form)).toMatchObject({ status: 303, location: '/setup' })
  }
  eve.cookies.set('colombier-setup', 'Fe26.2*1*forged')
  expect((await eve.get('/setup/mail')).location).toBe('/setup')
  expect(await site.query("SELECT name FROM colombier_settings WHERE name <> 'setup-token'")).toEqual([])

  for (let attempt = 1; attempt <= 5; attempt++) {
    const answer = await eve.post('/setup', { token: `guess number ${attempt}` })
    expect(answer.status).toBe(422)
    expect(answer.html).toContain('This is not the current setup token.')
    expect(answer.html).not.toContain('guess number')
  }
  const blocked = await eve.post('/setup', { token: site.token })
  expect(blocked.status).toBe(429)
  expect(Number(blocked.headers.get('Retry-After'))).toBeGreaterThan(1700)
  expect(await admins()).toEqual([])
})

test('a newer token ends the older one and whoever had entered it; what was entered is kept', async () => {
  const dora = await withToken(site)
  await dora.post('/setup/admin', entered(site).admin)
  const newer = (await issueSetupToken(site.pool, SECRETS)) ?? ''

  expect((await dora.get('/setup/admin')).location).toBe('/setup')
  expect((await dora.post('/setup', { token: site.token })).status).toBe(422)
  await dora.post('/setup', { token: newer })
  expect((await dora.get('/setup/admin')).html).toContain('value="dora@people.test"')
})

test('no secret is in the database in clear, in a page or in the log', async () => {
  const dora = await withToken(site)
  await fillIn(site, dora)
  const secret = 'a "pass" of the mail server'
  const mail = { ...entered(site).mail, user: 'sender', password: secret }
  await dora.post('/setup/mail', mail)

  const pages = await Promise.all(['admin', 'mail', 'connector', 'summary'].map((step) => dora.get(`/setup/${step}`)))
  const rows = await site.query('SELECT * FROM colombier_settings')
  const everywhere = [...pages.map(({ html }) => html), JSON.stringify(rows), ...site.lines].join('\n')
  const secrets = [
    PASSWORD,
    'argon2',
    secret,
    encodeURIComponent(secret),
    site.token,
    site.database.env.DATABASE_PASSWORD,
  ]
  for (const one of secrets) expect(everywhere).not.toContain(one)
  expect(everywhere).toContain('sender:PASSWORD@')

  await dora.post('/setup/mail', { ...mail, password: '' })
  await dora.post('/setup/summary')
  expect(new URL(written()['SMTP_URL'] ?? '').password).toBe(encodeURIComponent(secret))
})

test('a password that was entered goes to no other mail server than the one that it is for', async () => {
  const dora = await withToken(site)
  await fillIn(site, dora)
  const mail = { ...entered(site).mail, user: 'sender' }
  await dora.post('/setup/mail', { ...mail, password: 'for one server alone' })
  await dora.post('/setup/mail', { ...mail, host: 'mail.eve.test' })
  await dora.post('/setup/summary')
  expect(written()['SMTP_URL']).toBe('smtp://sender@mail.eve.test:2525')
})

const wrongForms: [step: string, changes: Record<string, string>, field: string, message: string][] = [
  ['admin', { password: 'too short', again: 'too short' }, 'password', '12 characters or more'],
  ['admin', { password: 'x'.repeat(257), again: 'x'.repeat(257) }, 'password', '256 characters or fewer'],
  ['admin', { password: `${PASSWORD}\n`, again: `${PASSWORD}\n` }, 'password', 'control characters'],
  ['admin', { password: 'dora@people.test', again: 'dora@people.test' }, 'password', 'address'],
  ['admin', { again: 'another one altogether' }, 'again', 'don’t match'],
  ['admin', { email: 'dora' }, 'email', 'such as ada@example.org'],
  ['limits', { mailboxes: '10001' }, 'mailboxes', 'more than you can set'],
  ['limits', { aliases: 'many' }, 'aliases', 'whole number'],
  ['limits', { quota: '1 parsec' }, 'quota', 'a size such as'],
  ['limits', { quota: '3 GB' }, 'mostQuota', 'can’t be less'],
  ['mail', { host: 'mail.example.org/x' }, 'host', 'without a path'],
  ['mail', { port: '70000' }, 'port', 'whole number'],
  ['mail', { from: 'x\nSMTP_URL=smtp://eve.test' }, 'from', 'Enter an address'],
  ['mail', { from: '"\'` <a@b.test>' }, 'from', 'three kinds of quotes'],
  ['connector', { publicKey: 'x\nLOCK=active' }, 'publicKey', '43 characters'],
  ['connector', { mailRoot: 'relative' }, 'mailRoot', 'a full path'],
]

test('a wrong form changes nothing and comes back with its message', async () => {
  const dora = await withToken(site)
  await dora.post('/setup/connector/key', { keyFile: site.keyFile })
  const before = await site.query('SELECT * FROM colombier_settings')
  for (const [step, changes, field, message] of wrongForms) {
    const form = { ...(entered(site) as Record<string, Record<string, string>>)[step], ...changes }
    const answer = await dora.post(`/setup/${step}`, form)
    expect(answer.status, message).toBe(422)
    expect(answer.html).toMatch(new RegExp(`id="(?:new-)?${field}-error">[^<]*${message}`))
    for (const secret of [PASSWORD, 'too short', 'another one', 'xxxxxxxx']) expect(answer.html).not.toContain(secret)
  }
  expect(await site.query('SELECT * FROM colombier_settings')).toEqual(before)
})

test('what is typed is shown again as text', async () => {
  const dora = await withToken(site)
  const email = '"><script>alert(1)</script>@people.test'
  expect((await dora.post('/setup/admin', { ...entered(site).admin, email })).html).not.toContain('<script>alert')
})

test('whatever stands in a value, it becomes no variable of its own and no comment', async () => {
  const dora = await withToken(site)
  await fillIn(site, dora)
  const from = `Dr. "Dove" #1 $HOME \\n ' <colombier@example.org>`
  const mail = { ...entered(site).mail, from, user: 'a"b\'c`d#e$f\\ng', password: '#"\'`=$' }
  expect((await dora.post('/setup/mail', mail)).status).toBe(303)
  const before = Object.keys(written())
  expect((await dora.post('/setup/summary')).location).toBe('/first-steps')

  const after = written()
  const expected = [
    'APP_LANGUAGE',
    'MAIL_SCHEMA',
    'MAILBOXES_PER_ACCOUNT',
    'ALIASES_PER_MAILBOX',
    'QUOTA_DEFAULT',
    'QUOTA_MAX',
    'MAIL_CLIENT_IMAP',
    'MAIL_CLIENT_SMTP',
    'MAIL_CLIENT_WEBMAIL',
  ]
  expect(after['MAIL_FROM']).toBe(from)
  expect(
    Object.keys(after)
      .filter((name) => !before.includes(name))
      .sort(),
  ).toEqual([...expected, 'DELETION_DELAY_HOURS', 'SEAL_CONNECTOR_PUBLIC_KEY', 'SMTP_URL', 'MAIL_FROM'].sort())
  const { username, password } = new URL(after['SMTP_URL'] ?? '')
  expect([username, password].map(decodeURIComponent)).toEqual([mail.user, mail.password])
})

test('a GET changes nothing, and another site can change nothing', async () => {
  const dora = await withToken(site)
  await fillIn(site, dora)
  const before = await site.query('SELECT * FROM colombier_settings')
  for (const step of Object.keys({ ...entered(site), summary: {} })) {
    expect((await dora.get(`/setup/${step}`)).status).toBe(200)
    const foreign = await dora.post(`/setup/${step}`, {}, { headers: { Origin: 'https://eve.test' } })
    expect(foreign.status).toBe(403)
  }
  expect(await site.query('SELECT * FROM colombier_settings')).toEqual(before)
  expect(await admins()).toEqual([])
})

test('the summary names the steps that are still to be done, and does nothing before', async () => {
  const dora = await withToken(site)
  await dora.post('/setup/language', { language: 'en' })
  const summary = await dora.get('/setup/summary')
  for (const step of ['admin', 'mapping', 'limits', 'mail', 'connector'])
    expect(summary.html).toMatch(new RegExp(`<li><a href="/setup/${step}">`))
  expect(await dora.post('/setup/summary')).toMatchObject({ status: 303, location: '/setup/summary' })
  expect(await admins()).toEqual([])
})

test('someone who had an account becomes super admin with the new password, and is out everywhere else', async () => {
  await site.query(
    `INSERT INTO colombier_accounts (email, password_hash, role, active, language, created_at)
     VALUES ('dora@people.test', 'none', 'user', FALSE, 'en', UTC_TIMESTAMP(6))`,
  )
  const dora = await withToken(site)
  await fillIn(site, dora)
  await dora.post('/setup/language', { language: 'fr' })
  expect((await dora.post('/setup/summary')).location).toBe('/first-steps')
  expect(await admins()).toEqual([{ email: 'dora@people.test', role: 'super_admin', active: 1, language: 'fr' }])
})

test('a second factor that her account has, or that admins need, is asked for after the setup too', async () => {
  await site.query(
    `INSERT INTO colombier_accounts (email, password_hash, role, active, language, created_at)
     VALUES ('dora@people.test', 'none', 'user', FALSE, 'en', UTC_TIMESTAMP(6))`,
  )
  await site.query(
    "INSERT INTO colombier_totp (account_id, secret, created_at) SELECT id, 'x', UTC_TIMESTAMP(6) FROM colombier_accounts",
  )
  appendFileSync(site.file, 'SECOND_FACTOR=admins\n')
  const dora = await withToken(site)
  await fillIn(site, dora)
  expect((await dora.post('/setup/summary')).location).toBe('/first-steps')
  expect((await dora.get('/mailboxes')).location).toMatch(/^\/sign-in/)
  expect((await dora.get('/sign-in')).location).toBe('/sign-in/second-factor')
  await site.query('DELETE FROM colombier_totp')
  expect((await dora.get('/mailboxes')).location).toMatch(/^\/sign-in/)
  expect((await dora.get('/sign-in')).location).toBe('/security/second-factor')
})

test('a super admin who was made by the command ends the setup, as soon as the settings are whole', async () => {
  await site.query(
    `INSERT INTO colombier_accounts (email, password_hash, role, active, created_at)
     VALUES ('dora@people.test', 'none', 'super_admin', TRUE, UTC_TIMESTAMP(6))`,
  )
  const cleo = site.visitor()
  expect((await cleo.get('/setup')).status).toBe(503)
  expect((await cleo.get('/sign-in')).status).toBe(503)
  const told = site.lines.filter((line) => line.includes('settings incomplete'))
  expect(told).toEqual([expect.stringContaining('SEAL_CONNECTOR_PUBLIC_KEY is missing')])

  writeFileSync(site.keyFile, (await generateSealKeys()).privateKey, { mode: 0o600 })
  appendFileSync(site.file, `SEAL_CONNECTOR_PUBLIC_KEY=${site.connectorKey}\n`)
  expect((await cleo.get('/sign-in')).status).toBe(200)
  expect((await cleo.get('/setup')).status).toBe(404)
})
