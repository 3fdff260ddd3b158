import { describe, expect, test } from 'vitest'
import { createPasswordHasher } from '../../src/lib/password/hasher.ts'
import { startApp, type TestApp } from '../support/app.ts'
import { createDatabase, mailSchema, ownSchema } from '../support/database.ts'
import { endTask } from '../support/tasks.ts'

// Mail servers whose tables are not like the usual ones: what is written where, from creation to a changed password.

const ADDRESS = 'ada.lovelace@example.org'
const FIRST = 'a first long password'
const SECOND = 'a second long password'

type Row = Record<string, unknown>
/** The mail server's row of ada's mailbox after each step; each of the four is looked at. */
interface Steps {
  created: Row
  open: Row
  changing: Row
  changed: Row
}

async function walk(site: TestApp, select: string): Promise<Steps> {
  const row = async () => (await site.query<Row>(select, [ADDRESS]))[0] ?? {}
  const ada = await site.signedIn('ada')
  const form = {
    localPart: 'ada.lovelace',
    domain: 'example.org',
    quotaMegabytes: '2048',
    password: FIRST,
    again: FIRST,
  }
  const made = await ada.post('/mailboxes', form, { htmx: true })
  expect(made.status).toBe(200)
  expect(made.html).toContain('Being set up')
  const created = await row()

  await endTask(site, ADDRESS)
  const open = await row()
  const [own] = await site.query<{ id: number }>('SELECT id FROM colombier_mailboxes')
  const path = `/mailboxes/${own?.id ?? 0}`
  expect((await ada.get(path)).html).toContain('>Active<')

  const change = { current: FIRST, password: SECOND, again: SECOND }
  expect((await ada.post(`${path}/password`, change, { htmx: true })).status).toBe(200)
  const changing = await row()
  await endTask(site, ADDRESS)
  expect((await ada.get(path)).html).toContain('>Active<')
  return { created, open, changing, changed: await row() }
}

const hasher = createPasswordHasher({ scheme: 'argon2id' })
const opens = (row: Row, password: string) => hasher.verify(String(row['hash']), password)

describe('a mail server', () => {
  test('with names that need quoting, y and n, times to write and no quota, locked by its columns', async () => {
    const database = await createDatabase(
      ownSchema,
      mailSchema,
      'CREATE TABLE `mail domains` (`key` BIGINT UNSIGNED PRIMARY KEY, `name of it` VARCHAR(255)) CHARSET latin1',
      "INSERT INTO `mail domains` VALUES (18446744073709551614, 'example.org'), (1, 'ALL')",
      `CREATE TABLE \`mail users\` (
      id BIGINT UNSIGNED AUTO_INCREMENT PRIMARY KEY, \`e-mail\` VARCHAR(255) NOT NULL, \`pass word\` VARCHAR(255) NOT NULL,
      \`group\` BIGINT UNSIGNED NOT NULL, \`is-on\` ENUM('n', 'y') NOT NULL DEFAULT 'n', disableimap ENUM('n', 'y') NOT NULL,
      kind VARCHAR(10) NOT NULL, maildir VARCHAR(255) NOT NULL, owner VARCHAR(255) NOT NULL, made DATETIME NOT NULL,
      \`opened at\` DATETIME NULL, passwordlastchange DATETIME NULL) CHARSET latin1 COLLATE latin1_swedish_ci`,
      "INSERT INTO colombier_connectors (host, version, seen_at, mode, active_lock) VALUES ('mail', '1', UTC_TIMESTAMP(6), 'cron', 'safe')",
    )
    const site = await startApp({
      database,
      env: {
        MAILBOX_TABLE: '`mail users`',
        MAILBOX_ADDRESS: '`e-mail`',
        MAILBOX_PASSWORD: '`pass word`',
        MAILBOX_DOMAIN: '`group`',
        MAILBOX_QUOTA: '-',
        MAILBOX_OPEN: "`is-on`='y', disableimap='n', `opened at`={now}",
        MAILBOX_LOCKED: "`is-on`='n', disableimap='y'",
        MAILBOX_WHERE: "kind=''",
        MAILBOX_INSERT: "kind='', maildir='{domain}/{local}/', owner='{address}', made={now}",
        MAILBOX_ON_PASSWORD: 'passwordlastchange={now}',
        DOMAIN_TABLE: '`mail domains`',
        DOMAIN_ID: '`key`',
        DOMAIN_NAME: '`name of it`',
        DOMAIN_WHERE: "`name of it`<>'ALL'",
        LOCK: 'active',
      },
    })
    const steps = await walk(
      site,
      'SELECT *, CAST(`group` AS CHAR) AS group_id, `pass word` AS hash FROM `mail users` WHERE `e-mail` = ?',
    )
    await site.stop()
    await database.drop()

    const always = { maildir: 'example.org/ada.lovelace/', owner: ADDRESS, kind: '', group_id: '18446744073709551614' }
    expect(steps.created).toMatchObject({ ...always, 'is-on': 'n', disableimap: 'y', 'opened at': null })
    expect(await opens(steps.created, FIRST)).toBe('match')
    expect(steps.open).toMatchObject({ ...always, 'is-on': 'y', disableimap: 'n', passwordlastchange: null })
    expect(steps.open['opened at']).not.toBeNull()
    expect(steps.changing).toMatchObject({ 'is-on': 'n', disableimap: 'y', hash: steps.open['hash'] })
    expect(steps.changed).toMatchObject({ ...always, 'is-on': 'y', disableimap: 'n' })
    expect(steps.changed['passwordlastchange']).not.toBeNull()
    expect(await opens(steps.changed, SECOND)).toBe('match')
  })

  test('whose key is the address, with domains by name, storage in MiB, no open column and bare hashes', async () => {
    const database = await createDatabase(
      ownSchema,
      mailSchema,
      "CREATE TABLE domain (domain VARCHAR(255) PRIMARY KEY) CHARSET latin1 AS SELECT 'example.org' AS domain",
      `CREATE TABLE mailbox (username VARCHAR(255) PRIMARY KEY, password VARCHAR(255) NOT NULL,
      name VARCHAR(255) NOT NULL, domain VARCHAR(255) NOT NULL, quota BIGINT NULL DEFAULT 5) CHARSET latin1`,
    )
    const site = await startApp({
      database,
      env: {
        MAILBOX_TABLE: 'mailbox',
        MAILBOX_ADDRESS: 'username',
        MAILBOX_DOMAIN: 'domain',
        MAILBOX_QUOTA_UNIT: 'MiB',
        MAILBOX_QUOTA_UNLIMITED: 'NULL',
        MAILBOX_OPEN: '-',
        MAILBOX_LOCKED: '-',
        MAILBOX_INSERT: "name=''",
        DOMAIN_TABLE: 'domain',
        DOMAIN_ID: 'domain',
        DOMAIN_NAME: 'domain',
        PASSWORD_PREFIX: 'false',
      },
    })
    const steps = await walk(site, 'SELECT *, password AS hash FROM mailbox WHERE username = ?')
    await site.stop()
    await database.drop()

    const always = { domain: 'example.org', quota: 2048, name: '' }
    expect(steps.created).toMatchObject(always)
    expect(await opens(steps.created, FIRST)).not.toBe('match')
    expect(steps.open['hash']).toMatch(/^\$argon2id\$/)
    expect(await opens(steps.open, FIRST)).toBe('match')
    expect(await opens(steps.changing, FIRST)).not.toBe('match')
    expect(steps.changed).toMatchObject(always)
    expect(await opens(steps.changed, SECOND)).toBe('match')
  })

  test('whose connector has not yet seen what its active column does, gets the password lock for mailboxes with mail', async () => {
    const site = await startApp({ env: { LOCK: 'active' } })
    const steps = await walk(site, 'SELECT *, password AS hash FROM virtual_users WHERE email = ?')
    await site.stop()

    expect(steps.created).toMatchObject({ active: 0, quota: 2048 * 1024 ** 2 })
    expect(steps.open).toMatchObject({ active: 1 })
    expect(steps.changing).toMatchObject({ active: 1 })
    expect(await opens(steps.changing, FIRST)).not.toBe('match')
    expect(steps.changed).toMatchObject({ active: 1 })
    expect(await opens(steps.changed, SECOND)).toBe('match')
  })

  test('without limits of storage: nothing typed is no limit, where the settings say so', async () => {
    const site = await startApp({ env: { QUOTA_DEFAULT: '0', QUOTA_MAX: '0', MAILBOX_QUOTA_UNLIMITED: '-1' } })
    const ada = await site.signedIn('ada')
    const form = { localPart: 'ada.lovelace', domain: 'example.org', password: FIRST, again: FIRST }
    const { html } = await ada.post('/mailboxes', form, { htmx: true })
    expect(html).toContain('Unlimited storage')
    expect(await site.query('SELECT quota FROM virtual_users')).toEqual([{ quota: -1 }])
    await site.stop()
  })

  test('with a greatest storage and none by default: someone who types none gets no unlimited one', async () => {
    const site = await startApp({ env: { QUOTA_DEFAULT: '0', QUOTA_MAX: '10485760' } })
    const ada = await site.signedIn('ada')
    const form = { localPart: 'ada.lovelace', domain: 'example.org', password: FIRST, again: FIRST }
    for (const [typed, status] of [
      ['', 422],
      ['0', 422],
      ['11', 422],
      ['10', 303],
    ] as const) {
      expect([typed, (await ada.post('/mailboxes', { ...form, quotaMegabytes: typed })).status]).toEqual([
        typed,
        status,
      ])
    }
    expect(await site.query('SELECT quota FROM virtual_users')).toEqual([{ quota: 10_485_760 }])
    await site.stop()
  })
})

test('an address of another table, such as a mailing list’s, becomes nobody’s mailbox or alias', async () => {
  const database = await createDatabase(
    ownSchema,
    mailSchema,
    `CREATE TABLE lists (address VARCHAR(255)) DEFAULT CHARSET = latin1;
     INSERT INTO lists VALUES ('Ada.Lovelace@example.org');
     CREATE TABLE circles (name VARCHAR(64), domain_id INT) DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;
     INSERT INTO circles VALUES ('navy.office', 1)`,
  )
  const site = await startApp({ database, env: { TAKEN_ADDRESSES: 'lists: address; circles: name@domain_id' } })
  const ada = await site.signedIn('ada')
  const form = { domain: 'example.org', quotaMegabytes: '1024', password: FIRST, again: FIRST }
  for (const localPart of ['ada.lovelace', 'navy.office']) {
    const refused = await ada.post('/mailboxes', { ...form, localPart })
    expect([refused.status, refused.html.includes('This address is already taken.')]).toEqual([422, true])
  }
  expect((await ada.post('/mailboxes', { ...form, localPart: 'hedy.lamarr' })).status).toBe(303)
  await endTask(site, 'hedy.lamarr@example.org')
  const [own] = await site.query<{ id: number }>('SELECT id FROM colombier_mailboxes')
  const alias = { localPart: 'navy.office', domain: 'example.org' }
  expect((await ada.post(`/mailboxes/${own?.id ?? 0}/aliases`, alias)).status).toBe(422)
  await site.stop()
  await database.drop()
})
