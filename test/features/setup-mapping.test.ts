import { readFileSync } from 'node:fs'
import { parseEnv } from 'node:util'
import { afterEach, expect, test } from 'vitest'
import { PRESET_NAMES } from '../../connector/mapping/presets/index.ts'
import { settingsOf, valuesOf } from '../../src/features/setup/mapping/fields.ts'
import { howtoforge, readTables } from '../schemas/layouts.ts'
import type { Browser } from '../support/browser.ts'
import { createDatabase, mailSchema, ownSchema, type TestDatabase } from '../support/database.ts'
import { fillIn, startSetup, withToken, type SetupSite } from '../support/setup.ts'

let site: SetupSite
let database: TestDatabase | null = null
afterEach(async () => {
  await site.stop()
  await database?.drop()
  database = null
})

const byDefault = { MAIL_SCHEMA: 'default', ...valuesOf('default', {}) }
const htmx = { htmx: true }
const check = async (dora: Browser, changes: Record<string, string>) => {
  const answer = await dora.post('/setup/mapping/check', { ...byDefault, ...changes }, htmx)
  expect(answer.status).toBe(200)
  return answer.html
}

async function addRows() {
  await site.query("INSERT INTO virtual_domains (id, name) VALUES (1, 'example.org')")
  await site.query(
    `INSERT INTO virtual_users (domain_id, email, password, quota, active)
     VALUES (1, 'ada.lovelace@example.org', '{ARGON2ID}$argon2id$v=19$m=8,t=1,p=1$c2FsdHNhbHQ$aGFzaGhhc2g', 1073741824, 1)`,
  )
  await site.query(
    `INSERT INTO virtual_aliases (domain_id, source, destination)
     VALUES (1, 'countess@example.org', 'ada.lovelace@example.org'), (1, 'pipe.of.ada@example.org', '|/usr/bin/vacation <b>')`,
  )
}

test('dora sees a few rows as Colombier reads them, and of a hash its scheme alone', async () => {
  site = await startSetup()
  await addRows()
  const dora = await withToken(site)
  const { html } = await dora.get('/setup/mapping')

  expect(html).toContain('All tables and columns found.')
  expect(html).toContain('These look like the tables of default.')
  expect(html).toMatch(/<td[^>]*>ada\.lovelace@example\.org<\/td><td[^>]*>1 GB<\/td><td[^>]*>open<\/td>/)
  expect(html).toContain('<code>{ARGON2ID}</code>')
  expect(html).toMatch(/countess@example\.org<\/td><td[^>]*>ada\.lovelace@example\.org/)
  expect(html).toMatch(/pipe\.of\.ada@example\.org<\/td><td[^>]*><em>something else<\/em>/)
  expect(html).not.toMatch(/aGFzaGhhc2g|m=8,t=1|vacation/)
})

test('a misspelt name is told as it is changed, with what is spelled like it, which one press puts in its place', async () => {
  site = await startSetup()
  const dora = await withToken(site)
  const html = await check(dora, { MAILBOX_ADDRESS: 'emial', ALIAS_TABLE: 'virtual_alias' })
  expect(html).not.toContain('<!doctype')
  expect(html).toContain('The table virtual_users has no column emial.')
  expect(html).toContain('There is no table virtual_alias.')
  const offers = [...html.matchAll(/name="use" value="([^"]*)"/g)].map(([, value = '']) => value)
  expect(offers).toEqual(['MAILBOX_ADDRESS email', 'ALIAS_TABLE virtual_aliases'])

  const wrong = { ...byDefault, MAILBOX_ADDRESS: 'emial' }
  const page = await dora.post('/setup/mapping', { ...wrong, use: 'MAILBOX_ADDRESS email' })
  expect(page.status).toBe(200)
  expect(page.html).toMatch(/id="MAILBOX_ADDRESS"[^>]*value="email"/)
  expect(page.html).toContain('All tables and columns found.')

  const refused = await dora.post('/setup/mapping', wrong)
  expect(refused.status).toBe(422)
  expect(refused.html).toMatch(/id="MAILBOX_ADDRESS-error">[^<]*no column emial/)
  expect((await dora.get('/setup/summary')).html).toContain('<a href="/setup/mapping">Tables</a>')
})

test('what cannot be read, or does not go together, is refused at its field, and reaches no statement', async () => {
  site = await startSetup()
  const dora = await withToken(site)
  const injected = await check(dora, {
    MAILBOX_TABLE: 'virtual_users; DROP TABLE virtual_users',
    MAILBOX_OPEN: 'active',
  })
  expect(injected).toContain('<a href="#MAILBOX_TABLE">MAILBOX_TABLE</a>: Colombier can’t read this.')
  expect(injected).toContain('<a href="#MAILBOX_OPEN">')
  const odd = await check(dora, {
    MAILBOX_TABLE: '`x`` UNION SELECT 1 -- `',
    DOMAIN_NAME: '`<script>alert(1)</script>`',
  })
  expect(odd).toContain('There is no table x` UNION SELECT 1 -- .')
  expect(odd).not.toContain('<script>alert')
  expect(await check(dora, { LOCK: 'active', MAILBOX_OPEN: '-' })).toContain('LOCK=active needs MAILBOX_OPEN')
  expect(await check(dora, { ALIAS_LIST: 'both' })).toContain('must be rows, comma')
  expect(await check(dora, { MAILBOX_WHERE: `a='"', b='\`'` })).toContain('kinds of quotes')
  expect(await site.query('SELECT COUNT(*) AS n FROM virtual_users')).toEqual([{ n: 0 }])
})

test('no table but the mail server’s is read, and no column that holds secrets is shown', async () => {
  site = await startSetup()
  await addRows()
  await site.query(
    `INSERT INTO colombier_accounts (email, password_hash, role, created_at)
     VALUES ('ada@people.test', 'kept.from.everyone', 'user', UTC_TIMESTAMP(6))`,
  )
  const dora = await withToken(site)
  const attempts: Record<string, string>[] = [
    { MAILBOX_TABLE: 'colombier_accounts', MAILBOX_ADDRESS: 'email', MAILBOX_PASSWORD: 'password_hash' },
    { ALIAS_TABLE: 'Colombier_Accounts', ALIAS_ADDRESS: 'email', ALIAS_DESTINATION: 'password_hash' },
    { ALIAS_TABLE: `${site.database.name}.colombier_settings` },
    { MAILBOX_TABLE: 'mysql.global_priv' },
    { DOMAIN_TABLE: 'information_schema.processlist', DOMAIN_NAME: 'info' },
  ]
  for (const changes of attempts) {
    const html = await check(dora, changes)
    expect(html).toContain('is not a table of the mail server.')
    expect(html).not.toMatch(/ada@people|kept\.from|<table>/)
  }
  const ofSecrets: Record<string, string>[] = [
    { MAILBOX_ADDRESS: 'password' },
    { MAILBOX_ADDRESS: 'password@name:email', MAILBOX_PASSWORD: 'email' },
    { MAILBOX_PASSWORD: 'email' },
  ]
  for (const changes of ofSecrets) {
    const html = await check(dora, changes)
    expect(html).toContain('one of these columns seems to hold secrets')
    expect(html).not.toMatch(/<table>|aGFzaGhhc2g/)
  }
})

test('dora’s PostfixAdmin is known by its tables, be it Debian’s, which lacks some of them', async () => {
  const { schema, rows } = readTables({ tables: 'postfixadmin-3.3' })
  database = await createDatabase(ownSchema, schema, rows)
  site = await startSetup({ database })
  const { html } = await (await withToken(site)).get('/setup/mapping')
  expect(html).toContain('These look like the tables of postfixadmin.')
  expect(html).toContain('All tables and columns found.')
})

test('a layout is chosen, changed in a column, and written with what differs from it alone', async () => {
  const renamed = mailSchema.replaceAll('virtual_users', 'mailbox').replaceAll(' email ', ' username ')
  database = await createDatabase(ownSchema, renamed.replaceAll('(email)', '(username)'))
  site = await startSetup({ database, env: { MAILBOX_QUOTA_UNIT: 'MiB' } })
  const dora = await withToken(site)
  const shown = await dora.get('/setup/mapping?schema=postfixadmin')
  expect(shown.html).toMatch(/id="ALIAS_DESTINATION"[^>]*value="goto"/)
  expect(shown.html).toContain('There is no table alias.')

  await fillIn(site, dora, { mapping: { ...byDefault, MAILBOX_TABLE: 'mailbox', MAILBOX_ADDRESS: 'username' } })
  const connectorPage = (await dora.get('/setup/summary')).html
  expect(connectorPage).toMatch(
    /GRANT SELECT \(`username`, `password`, `active`\), [^\n]* ON `\w+`\.`mailbox` TO colombier_connector@localhost;/,
  )
  expect(connectorPage).toMatch(/MAIL_SCHEMA=default\nMAILBOX_TABLE=mailbox\nMAILBOX_ADDRESS=username\n/)
  expect((await dora.post('/setup/summary')).location).toBe('/first-steps')
  const written = parseEnv(readFileSync(site.file, 'utf8'))
  expect(written).toMatchObject({ MAIL_SCHEMA: 'default', MAILBOX_TABLE: 'mailbox', MAILBOX_ADDRESS: 'username' })
  // It was set before, and is what it would be without: the line must not say the old thing.
  expect(written['MAILBOX_QUOTA_UNIT']).toBe('B')
  expect(Object.keys(written)).not.toContain('DOMAIN_TABLE')
})

test('every layout can be shown, and its fields say what it says by itself', async () => {
  site = await startSetup()
  const dora = await withToken(site)
  for (const preset of PRESET_NAMES) {
    expect((await dora.get(`/setup/mapping?schema=${preset}`)).status).toBe(200)
    expect(settingsOf(preset, valuesOf(preset, {}))).toEqual({ MAIL_SCHEMA: preset })
  }
})

/** What the page would send: the hidden fields of its first form. */
const hiddenIn = (html: string): Record<string, string> =>
  Object.fromEntries(
    [...html.matchAll(/<input type="hidden" name="(\w+)" value="([^"]*)"/g)].map(([, name = '', value = '']) => [
      name,
      value
        .replaceAll('&#39;', "'")
        .replaceAll('&quot;', '"')
        .replaceAll('&lt;', '<')
        .replaceAll('&gt;', '>')
        .replaceAll('&amp;', '&'),
    ]),
  )

/** Tables of this layout, with its own rows. */
async function withLayout(tables: string, ...more: string[]) {
  const { schema, rows } = readTables({ tables })
  database = await createDatabase(ownSchema, schema, rows, ...more)
  site = await startSetup({ database })
  return withToken(site)
}

test('tables that nobody has mapped before are recognised, and dora types no variable', async () => {
  const dora = await withLayout('flurdy')
  const { html } = await dora.get('/setup/mapping')
  expect(html).toContain('This is what Colombier found in your database.')
  expect(html).toContain('All tables and columns found.')
  expect(html).toMatch(/<td[^>]*>grace\.hopper@example\.org<\/td><td[^>]*>1 GB<\/td><td[^>]*>open<\/td>/)
  // What a new mailbox would hold, beside hers.
  expect(html).toMatch(/<code>maildir<\/code><\/td><td[^>]*><code>\{local\}\/<\/code><\/td><td[^>]*>the same<\/td>/)
  expect(html).not.toContain('the first of many')

  const answer = await dora.post('/setup/mapping', hiddenIn(html))
  expect(answer.location).toBe('/setup/limits')
  expect(await site.query("SELECT COUNT(*) AS n FROM users WHERE id LIKE 'colombier.check%'")).toEqual([{ n: 0 }])
  const kept = (await dora.get('/setup/mapping')).html
  expect(kept).toMatch(/id="MAILBOX_TABLE"[^>]*value="users"/)
  expect(kept).toMatch(/id="MAILBOX_ADDRESS"[^>]*value="id"/)
})

test('what was recognised can be changed field by field', async () => {
  const dora = await withLayout('flurdy')
  const { html } = await dora.get('/setup/mapping?change=yes')
  expect(html).toMatch(/id="MAILBOX_PASSWORD"[^>]*value="crypt"/)
  expect(html).toMatch(/id="ALIAS_ADDRESS"[^>]*value="mail"/)
})

test('a mailbox that cannot be made is told at the field that mends it, and nothing is left of it; dora can go on all the same', async () => {
  const dora = await withLayout('ispmail', 'ALTER TABLE virtual_users ADD COLUMN ticket INT NOT NULL')
  const form = { MAIL_SCHEMA: 'ispmail', ...valuesOf('ispmail', {}) }
  const refused = await dora.post('/setup/mapping', form)
  expect(refused.status).toBe(422)
  expect(refused.html).toContain('A mailbox couldn’t be created.')
  expect(refused.html).toMatch(/id="MAILBOX_INSERT-error">A mailbox couldn’t be created\./)
  expect(refused.html).toMatch(/<code lang="en">[^<]*ticket/)
  expect(await site.query('SELECT COUNT(*) AS n FROM virtual_users')).toEqual([{ n: 2 }])

  expect((await dora.post('/setup/mapping', { ...form, MAILBOX_INSERT: 'ticket=7' })).location).toBe('/setup/limits')
  expect((await dora.post('/setup/mapping', { ...form, despite: 'yes' })).location).toBe('/setup/limits')
})

test('what no row says, and a row needs, is the one thing that is asked', async () => {
  const dora = await withLayout(
    'ispmail',
    'ALTER TABLE virtual_users ADD COLUMN ticket VARCHAR(20)',
    "UPDATE virtual_users SET ticket = CONCAT('no.', id * 7919)",
    'ALTER TABLE virtual_users MODIFY ticket VARCHAR(20) NOT NULL',
  )
  const { html } = await dora.get('/setup/mapping')
  expect(html).toContain('Colombier can’t tell what ticket of virtual_users holds in a new row.')
  expect(html).not.toContain('That’s right')
})

test('what the mail host asks is pasted, and goes before names', async () => {
  const dora = await withLayout('courier')
  const asked = `# What this mail host asks its tables
passdb: SELECT crypt AS password FROM users WHERE id = '%{user}' AND imapok = 1
userdb: SELECT home, maildir FROM users WHERE address = '%{user}'
recipients: SELECT uid FROM users WHERE address = '%s'`
  expect((await dora.get('/setup/mapping')).html).not.toContain('<code>LOCK</code>')
  expect((await dora.post('/setup/mapping/queries', { queries: asked })).location).toBe('/setup/mapping')
  const { html } = await dora.get('/setup/mapping')
  expect(html).toMatch(/<code>LOCK<\/code><\/td><td[^>]*><code>active<\/code>/)
  expect(html).toContain('The mail host’s own queries say so.')
})

test('what connectors have handed over of it counts without a paste, also for hashes', async () => {
  const dora = await withLayout('ispmail', `UPDATE virtual_users SET password = '$6$salt$${'x'.repeat(86)}'`)
  await site.query(
    `INSERT INTO colombier_connectors (host, version, seen_at, mode, asked) VALUES
       ('mail.example.org', '1', UTC_TIMESTAMP(6), 'cron', ?), ('old.example.org', '1', '2020-01-01', 'cron', 'scheme: PLAIN')`,
    ["passdb: SELECT email, password FROM virtual_users WHERE email = '%{user}'\nscheme: SHA512-CRYPT"],
  )
  const { html } = await dora.get('/setup/mapping')
  expect(html).toContain('The mail host’s own queries say so.')
  await fillIn(site, dora, { mapping: hiddenIn(html) })
  expect((await dora.post('/setup/summary')).location).toBe('/first-steps')
  expect(parseEnv(readFileSync(site.file, 'utf8'))).toMatchObject({ PASSWORD_SCHEME: 'sha512-crypt' })
})

test.each([
  ['SHA512-CRYPT', { PASSWORD_PREFIX: 'false', PASSWORD_SCHEME: 'sha512-crypt' }],
  ['PLAIN-MD5', { PASSWORD_DEFAULT_SCHEME: 'PLAIN-MD5' }],
])('where Dovecot takes a bare hash for %s, the settings say what to do about it', async (scheme, said) => {
  const dora = await withLayout('ispmail', `UPDATE virtual_users SET password = '$6$salt$${'x'.repeat(86)}'`)
  await dora.post('/setup/mapping/queries', { queries: `scheme: ${scheme}` })
  await fillIn(site, dora, { mapping: hiddenIn((await dora.get('/setup/mapping')).html) })
  expect((await dora.post('/setup/summary')).location).toBe('/first-steps')
  const written = parseEnv(readFileSync(site.file, 'utf8'))
  const hashes = Object.entries(written).filter(([name]) => /^PASSWORD_/.test(name))
  expect(Object.fromEntries(hashes)).toEqual(said)
})

test('tables that keep what is written, whatever is rolled back, are not tried, and dora is told', async () => {
  const dora = await withLayout(howtoforge.tables)
  const { html } = await dora.get('/setup/mapping')
  expect(html).toContain('What is written to users, forwardings can’t be undone')
  expect((await dora.post('/setup/mapping', hiddenIn(html))).location).toBe('/setup/limits')
  expect(await site.query("SELECT COUNT(*) AS n FROM users WHERE email LIKE 'colombier.check%'")).toEqual([{ n: 0 }])
})
