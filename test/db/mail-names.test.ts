import { expect, onTestFinished, test } from 'vitest'
import { ConfigError, loadConfig } from '../../src/config.ts'
import { checkMapping, DatabaseNotReady } from '../../src/db/check/at-start.ts'
import { createDatabasePool } from '../../src/db/store.ts'
import { loadConfigOrSayAll } from '../../src/db/check/wrong-settings.ts'
import { startApp } from '../support/app.ts'

const needed = {
  APP_URL: 'http://colombier.test',
  SESSION_SECRET: 'for tests only, and long enough to pass',
  SEAL_PRIVATE_KEY_FILE: '/nowhere',
  SEAL_CONNECTOR_PUBLIC_KEY: 'x'.repeat(43),
}

test('whoever sets names that are not in the database is told each of them, by its variable, and what is near', async () => {
  const site = await startApp()
  const complaint = async (env: Record<string, string>): Promise<string> => {
    const config = loadConfig({ ...needed, ...site.database.env, ...env })
    const pool = createDatabasePool(config.database)
    const message = await checkMapping(pool, config.mapping).then(
      () => '',
      (error: unknown) => {
        if (!(error instanceof DatabaseNotReady)) throw error
        return error.message
      },
    )
    await pool.end()
    return message
  }

  expect(await complaint({})).toBe('')
  expect(await complaint({ MAILBOX_TABLE: `${site.database.name}.virtual_users`, MAILBOX_ADDRESS: 'EMAIL' })).toBe('')

  const message = await complaint({
    MAILBOX_PASSWORD: 'pasword',
    MAILBOX_QUOTA: 'storage_limit',
    MAILBOX_OPEN: 'actve=1, active=1',
    MAILBOX_INSERT: "maildir='{domain.nme}'",
    DOMAIN_TABLE: 'virtual_domain',
    ALIAS_DESTINATION: 'destinaton',
    COMPANION_DELETE: "virtual_aliasses: source='{address}'",
  })
  expect(message.split('\n').slice(1)).toEqual([
    '  MAILBOX_PASSWORD: the table virtual_users has no column pasword; is it password?',
    '  MAILBOX_QUOTA: the table virtual_users has no column storage_limit; write - where there is none',
    '  MAILBOX_OPEN: the table virtual_users has no column actve; is it active?',
    '  MAILBOX_INSERT: the table virtual_users has no column maildir',
    '  DOMAIN_TABLE: there is no table virtual_domain; is it virtual_domains?',
    '  ALIAS_DESTINATION: the table virtual_aliases has no column destinaton; is it destination?',
    '  COMPANION_DELETE: there is no table virtual_aliasses; is it virtual_aliases?',
  ])
  const elsewhere = await complaint({
    MAILBOX_DOMAIN: 'domainname',
    ALIAS_TABLE: `${site.database.name}x.virtual_aliases`,
    DOMAIN_ID: 'd',
  })
  expect(elsewhere.split('\n').slice(1)).toEqual([
    '  MAILBOX_DOMAIN: the table virtual_users has no column domainname; write name:column where a column holds the domain’s name, or - where none does',
    '  DOMAIN_ID: the table virtual_domains has no column d; is it id?',
    expect.stringMatching(
      /ALIAS_TABLE: there is no table test_\w+x\.virtual_aliases; is it test_\w+\.virtual_aliases\?$/,
    ),
  ])
  await site.stop()
})

test('a table that need not be there is named and left out; one that an operator wrote without that is missed', async () => {
  const site = await startApp()
  const at = async (companions: string) => {
    const config = loadConfig({ ...needed, ...site.database.env, COMPANION_DELETE: companions })
    const pool = createDatabasePool(config.database)
    return checkMapping(pool, config.mapping).finally(() => pool.end())
  }
  expect(await at("virtual_aliases?: source='{address}'")).toEqual([])
  expect(await at("app_password?: username='{address}'; other.totp?: x='{address}'")).toEqual([
    'app_password',
    'other.totp',
  ])
  await expect(at("app_password: username='{address}'")).rejects.toThrow(/COMPANION_DELETE: there is no table app_pass/)
  await expect(at("virtual_aliases?: sourze='{address}'")).rejects.toThrow(/no column sourze; is it source\?/)
  await site.stop()
})

test('whoever has variables that cannot be read and names that are not there is told both at once', async () => {
  const site = await startApp()
  const env = {
    ...needed,
    ...site.database.env,
    ALIAS_LIST: 'tabs',
    ALIAS_TABLE: 'virtual aliases',
    ALIAS_DESTINATION: 'nowhere',
    MAILBOX_PASSWORD: 'pasword',
    MAILBOX_TABEL: 'users',
  }
  const message = await loadConfigOrSayAll(env).then(
    () => '',
    (error: unknown) => (error instanceof ConfigError ? error.message : String(error)),
  )
  await site.stop()
  expect(message.split('\n').map((line) => line.replace(/( must be).*/, '$1'))).toEqual([
    'These settings need attention:',
    '  ALIAS_LIST must be',
    '  ALIAS_TABLE must be',
    '  MAILBOX_TABEL is no setting: MAILBOX_TABLE?',
    '  MAILBOX_PASSWORD: the table virtual_users has no column pasword; is it password?',
  ])
})

test('a misspelled variable is named beside what is wrong otherwise, with the one that was meant', () => {
  const env = { ...needed, DATABASE_USER: 'u', DATABASE_NAME: 'n' }
  expect(() => loadConfig({ ...env, MAILBOX_TABEL: 'users', ALIAS_LIST: 'tabs', MAILBOX_ADRESS: 'x' })).toThrow(
    /ALIAS_LIST must be.*\n {2}MAILBOX_ADRESS is no setting: MAILBOX_ADDRESS\?\n {2}MAILBOX_TABEL is no setting: MAILBOX_TABLE\?/,
  )
})

test('a value that does not fit its column is refused and not cut, whatever the server’s own mode is', async () => {
  const site = await startApp()
  await site.query("SET GLOBAL sql_mode = 'ANSI_QUOTES,NO_BACKSLASH_ESCAPES'")
  const pool = createDatabasePool(site.config.database)
  const quoted = `it's "\\`
  onTestFinished(async () => {
    await site.query('SET GLOBAL sql_mode = DEFAULT')
    await pool.end()
    await site.stop()
  })
  expect((await pool.query('SELECT ? AS it, "text" AS text', [quoted]))[0]).toEqual([{ it: quoted, text: 'text' }])
  await site.query("INSERT INTO virtual_users (domain_id, email, password) VALUES (1, 'ada@example.org', '')")
  await expect(pool.query("UPDATE virtual_users SET password = REPEAT('x', 300)")).rejects.toThrow('too long')
})
