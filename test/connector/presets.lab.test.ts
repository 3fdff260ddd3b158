import { randomUUID } from 'node:crypto'
import { chown, mkdir, readdir, rm } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { leaveOutAbsent } from '../../connector/mapping/optional-companions.ts'
import { createApp } from '../../src/app.tsx'
import { grantStatement, rightsOfConnector, rightsOfWeb } from '../../src/db/check/needed-rights.ts'
import { startLab, type Lab } from '../lab/lab.ts'
import { makeKey, sha256Hex } from '../lab/mailbox.ts'
import { configurePostfix, postmap } from '../lab/postfix.ts'
import { readTables } from '../schemas/layouts.ts'
import { Browser, type Answer } from '../support/browser.ts'
import { MAILBOX_PASSWORD } from '../support/tasks.ts'
import { bind, makeMail, ownSql, settle, type SettledHost } from './mail-host.ts'
import { limitedProducts, products, withKeyPassword, type Product } from './products.ts'
import { readSubjects } from './promises.ts'

// What people do, once on each product's own tables, with its own queries for Dovecot and its own maps for Postfix.

const ADDRESS = 'ada.lovelace@example.org'
const ALIAS = 'countess.one@example.org'
const FIRST = 'a first long password'
const SECOND = 'a second long password'

let lab: Lab
beforeAll(async () => {
  lab = await startLab({ bind })
})
afterAll(() => lab.stop())

const accepted = ({ status, html }: Answer) => expect(status, html).toBe(303)

/** Colombier on the product's tables, and Dovecot and Postfix as the product has them. */
async function takeOver(product: Product) {
  const { layout, mailRoot, owner, postfix } = product
  const database = `mail_${layout.tables.replace(/\W/g, '_')}`
  const { schema, rows } = readTables(layout)
  await lab.addDatabase(database, schema + rows + (await ownSql()))
  await lab.configure({
    databaseName: database,
    passdbQuery: withKeyPassword(product.passdbQuery),
    userdbQuery: product.userdbQuery,
    extraConfig: `first_valid_uid = 100\n${product.dovecot ?? ''}`,
  })
  await configurePostfix(lab, postfix, database)
  // Several products have their mail in the same place.
  const quarantine = `/var/quarantine/${database}`
  await rm(lab.root + mailRoot, { recursive: true, force: true })
  for (const folder of [mailRoot, quarantine]) await mkdir(lab.root + folder, { recursive: true })
  await chown(lab.root + mailRoot, ...owner)

  const place = { database, web: `web_${database}`, connector: `connector_${database}`, password: randomUUID() }
  const host = await settle(lab, place, {
    ...layout.env,
    DELETION_DELAY_HOURS: '0',
    MAIL_ROOT: mailRoot,
    QUARANTINE_FOLDER: quarantine,
    STATE_FOLDER: `/var/lib/${database}`,
  })
  const { mapping } = host.deps.config
  const { present } = await leaveOutAbsent(host.administrator, mapping)
  for (const [user, rights] of [
    [place.web, rightsOfWeb(present, database)],
    [place.connector, rightsOfConnector(present, database)],
  ] as const) {
    await host.query(`CREATE USER ${user}@'%' IDENTIFIED BY '${place.password}'`)
    for (const table of rights) await host.query(grantStatement(table, `${user}@'%'`))
    if (layout.right !== undefined) await host.query(`GRANT ${layout.right} TO ${user}@'%'`)
  }

  const hash = await host.deps.hashers.account.hash(FIRST)
  await host.query('UPDATE colombier_accounts SET password_hash = ?', [hash])
  await host.query(
    `INSERT INTO colombier_accounts (email, password_hash, role, created_at)
     VALUES ('ben@example.org', ?, 'admin', UTC_TIMESTAMP(6))`,
    [hash],
  )
  await host.query("INSERT INTO colombier_grants SELECT id, 'example.org' FROM colombier_accounts")
  const app = createApp(host.deps)
  const signIn = async (email: string) => {
    const browser = new Browser(app, host.deps.config.origin, '192.0.2.10')
    accepted(await browser.post('/sign-in', { email, password: FIRST, next: '/' }))
    return browser
  }
  return {
    host,
    quarantine: lab.root + quarantine,
    ada: await signIn('ada@example.org'),
    ben: await signIn('ben@example.org'),
  }
}

/** Every row of the product's own tables. */
async function dump(host: SettledHost): Promise<string[]> {
  const tables = await host.query(
    `SELECT table_name AS name FROM information_schema.tables
     WHERE table_schema = DATABASE() AND table_type = 'BASE TABLE' AND table_name NOT LIKE 'colombier\\_%'`,
  )
  const all = tables.map(async ({ name }) =>
    (await host.query(`SELECT * FROM \`${String(name)}\``)).map((row) => `${String(name)} ${JSON.stringify(row)}`),
  )
  return (await Promise.all(all)).flat().sort()
}

describe.each(products)('on a mail host of $layout.product', (product) => {
  const user = product.logsInAs ?? ADDRESS
  let host: SettledHost
  let ada: Browser
  let ben: Browser
  let quarantine: string
  let path: string
  let before: string[]
  beforeAll(async () => {
    ;({ host, quarantine, ada, ben } = await takeOver(product))
    before = await dump(host)
  })
  afterAll(() => host.leave())

  const connect = async () => {
    const { code, stdout } = await host.connect()
    expect(code, stdout).toBe(0)
  }
  const { domain, mailbox, alias } = product.ask
  const takesMail = async (subject: string) => {
    expect(await postmap(lab, domain, 'example.org')).not.toBeNull()
    expect(await postmap(lab, mailbox, ADDRESS)).not.toBeNull()
    const { code, reply } = await lab.deliver(user, makeMail(subject))
    expect(code, reply).toBe(250)
  }

  test('ada makes a mailbox, which takes mail from the first minute and shows it', async () => {
    const form = { localPart: 'ada.lovelace', domain: 'example.org', quotaMegabytes: '1024', password: FIRST }
    accepted(await ada.post('/mailboxes', { ...form, again: FIRST }))
    path = `/mailboxes/${(await host.find(ADDRESS)).id}`
    expect(await lab.canLogIn(user, FIRST)).toBe(false)
    await connect()
    await takesMail('First')
    expect(await readSubjects(host, user, FIRST)).toEqual(['First'])
  })

  test('the doctor finds the mail host well, and says that no lock but the one by password would do', async () => {
    const { code, stdout } = await host.connect({}, ['doctor'])
    expect(code, stdout).toBe(0)
    expect(stdout).toContain('ok    Postfix takes mail for a mailbox that is there')
    if (product.looksAtState)
      expect(stdout).toMatch(/ok {4}Postfix.* at the active column: .* LOCK=password does not touch it/)
  })

  test('she gives it an alias, which Postfix finds until she deletes it', async () => {
    accepted(await ada.post(`${path}/aliases`, { localPart: 'countess.one', domain: 'example.org' }))
    expect(await postmap(lab, alias, ALIAS)).toBe(user)
    accepted(await ada.post(`${path}/aliases/${encodeURIComponent(ALIAS)}/removal`))
    expect(await postmap(lab, alias, ALIAS)).toBeNull()
  })

  test('she changes its password: closed meanwhile, mail still comes, and the new one opens old and new mail', async () => {
    accepted(await ada.post(`${path}/password`, { current: FIRST, password: SECOND, again: SECOND }))
    if (!product.cachesLogins) expect(await lab.canLogIn(user, FIRST)).toBe(false)
    await takesMail('Meanwhile')
    await connect()
    expect(await lab.canLogIn(user, FIRST)).toBe(false)
    await takesMail('Later')
    expect(await readSubjects(host, user, SECOND)).toEqual(['First', 'Meanwhile', 'Later'])
  })

  test('ben locks it: nobody can log in, and its mail still comes; when he unlocks it, all is there', async () => {
    accepted(await ben.post(`${path}/lock`, { reason: 'Too much mail' }))
    if (product.cachesLogins) await connect()
    expect(await lab.canLogIn(user, SECOND)).toBe(false)
    await takesMail('Locked')
    accepted(await ben.post(`${path}/lock/removal`))
    // As when what was refused meanwhile is no longer remembered.
    if (product.cachesLogins) await lab.run(['doveadm', 'auth', 'cache', 'flush'])
    expect(await readSubjects(host, user, SECOND)).toEqual(['First', 'Meanwhile', 'Later', 'Locked'])
  })

  test('she deletes it: its mail is in the quarantine, it takes no more, and all rows are as they were', async () => {
    accepted(await ada.post(`${path}/deletion`, { password: SECOND }))
    if (!product.cachesLogins) expect(await lab.canLogIn(user, SECOND)).toBe(false)
    await connect()
    const kept = await readdir(quarantine)
    expect(kept.filter((name) => name.endsWith(ADDRESS))).toHaveLength(1)
    expect(await postmap(lab, mailbox, ADDRESS)).toBeNull()
    expect((await lab.deliver(user, makeMail('Too late'))).code).toBe(550)
    expect(await dump(host)).toEqual(before)
  })
})

const GRACE = 'grace.hopper@example.org'

describe.each(limitedProducts)('on a mail host of $layout.product, which makes mailboxes itself', (product) => {
  let host: SettledHost
  let ada: Browser
  let ben: Browser
  let path: string
  let before: string[]
  beforeAll(async () => {
    ;({ host, ada, ben } = await takeOver(product))
    await makeKey(lab, GRACE, sha256Hex(MAILBOX_PASSWORD))
    accepted(await ada.post('/mailbox-claims', { address: GRACE, password: MAILBOX_PASSWORD }))
    path = `/mailboxes/${(await host.find(GRACE)).id}`
    before = await dump(host)
  })
  afterAll(() => host.leave())

  const takesMail = async (subject: string) => {
    expect(await postmap(lab, product.ask.domain, 'example.org')).not.toBeNull()
    expect(await postmap(lab, product.ask.mailbox, GRACE)).not.toBeNull()
    const { code, reply } = await lab.deliver(GRACE, makeMail(subject))
    expect(code, reply).toBe(250)
  }

  test('ben locks the mailbox that ada had before and unlocks it: mail comes, and all is as it was', async () => {
    await takesMail('First')
    accepted(await ben.post(`${path}/lock`, { reason: 'Too much mail' }))
    expect(await lab.canLogIn(GRACE, MAILBOX_PASSWORD)).toBe(false)
    await takesMail('Locked')
    accepted(await ben.post(`${path}/lock/removal`))
    expect(await readSubjects(host, GRACE, MAILBOX_PASSWORD)).toEqual(['First', 'Locked'])
    expect((await dump(host)).map(withoutTime)).toEqual(before.map(withoutTime))
  })

  test('she changes its password: closed meanwhile, and the new one opens old and new mail', async () => {
    accepted(await ada.post(`${path}/password`, { current: MAILBOX_PASSWORD, password: SECOND, again: SECOND }))
    expect(await lab.canLogIn(GRACE, MAILBOX_PASSWORD)).toBe(false)
    await takesMail('Meanwhile')
    const { code, stdout } = await host.connect()
    expect(code, stdout).toBe(0)
    expect(await lab.canLogIn(GRACE, MAILBOX_PASSWORD)).toBe(false)
    expect(await readSubjects(host, GRACE, SECOND)).toEqual(['First', 'Locked', 'Meanwhile'])
  })

  test('she has aliases where they are in one table, and cannot delete it', async () => {
    const hasAliases = host.deps.config.mapping.actions.includes('aliases')
    const added = await ada.post(`${path}/aliases`, { localPart: 'countess.one', domain: 'example.org' })
    expect(added.status, added.html).toBe(hasAliases ? 303 : 404)
    expect(await postmap(lab, product.ask.alias, ALIAS)).toBe(hasAliases ? GRACE : null)
    expect((await ada.post(`${path}/deletion`, { password: SECOND })).status).toBe(404)
  })
})

/** mailcow's database writes down when a row was changed. */
const withoutTime = (row: string): string => row.replace(/"modified":("[^"]*"|null)/, '')
