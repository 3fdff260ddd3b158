import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseEnv } from 'node:util'
import type { Page } from 'playwright-core'
import { createConnection } from 'mysql2/promise'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { generateSealKeys } from '../../connector/contract/seal.ts'
import { overflow, SIZES, startBrowser, violations } from '../support/chromium.ts'
import { createDatabase, type TestDatabase } from '../support/database.ts'
import { startMailCatcher, type MailCatcher } from '../support/mail-catcher.ts'
import { freePorts } from '../support/ports.ts'
import { PASSWORD } from '../support/setup.ts'

// The real server, as docs/install.md starts it: with a file of settings, in which only what it cannot do without
// stands.
const root = join(import.meta.dirname, '../..')
let origin: string
let port: number
let browser: Awaited<ReturnType<typeof startBrowser>>
let catcher: MailCatcher
let folder: string
let file: string
let database: TestDatabase
let server: ChildProcess
let output = ''

beforeAll(async () => {
  ;[port = 0] = await freePorts(1)
  origin = `http://127.0.0.1:${port}`
  browser = await startBrowser(origin)
  catcher = await startMailCatcher()
})
afterAll(async () => {
  await browser.close()
  await catcher.stop()
})

beforeEach(async () => {
  database = await createDatabase()
  const { login, name, server: mariadb } = database
  const connection = await createConnection({ host: mariadb.host, port: mariadb.port, ...login, database: name })
  await connection.query("INSERT INTO virtual_domains (id, name) VALUES (1, 'example.org')")
  await connection.query(
    `INSERT INTO virtual_users (domain_id, email, password, quota)
     VALUES (1, 'ada.lovelace@example.org', '{ARGON2ID}$argon2id$v=19$m=8,t=1,p=1$c2FsdHNhbHQ$aGFzaGhhc2g', 1073741824)`,
  )
  await connection.end()

  folder = mkdtempSync(join(tmpdir(), 'colombier-setup-'))
  file = join(folder, 'colombier.env')
  const settings = {
    APP_URL: origin,
    PORT: String(port),
    SESSION_SECRET: 'for tests only, and long enough to pass',
    ...database.env,
  }
  writeFileSync(
    file,
    `# Ours.\n${Object.entries(settings)
      .map(([name, value]) => `${name}="${value}"\n`)
      .join('')}`,
    {
      mode: 0o600,
    },
  )
  output = ''
  server = spawn(process.execPath, ['--import', 'tsx', `--env-file=${file}`, 'src/server.ts'], {
    cwd: root,
    env: { PATH: process.env['PATH'] },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await new Promise<void>((resolve) =>
    server.stdout?.on('data', (text: Buffer) => {
      output += text.toString()
      if (/token: [\w-]{22}/.test(output) && output.includes('"listening"')) resolve()
    }),
  )
})
afterEach(async () => {
  const ended = once(server, 'exit')
  server.kill('SIGTERM')
  expect(await ended).toEqual([0, null])
  await database.drop()
  rmSync(folder, { recursive: true })
})

const token = () => /token: ([\w-]{22})/.exec(output)?.[1] ?? ''
const next = (page: Page) => page.getByRole('button', { name: 'Continue', exact: true }).click()

/** From the token to the summary; `look` is called on each page. */
async function walk(page: Page, look: (page: Page) => Promise<void>): Promise<string> {
  await page.goto('/mailboxes')
  await page.waitForURL('**/setup')
  await look(page)
  await page.getByLabel('Setup token').fill(token())
  await page.getByRole('button', { name: 'Start' }).click()

  await page.waitForURL('**/setup/admin')
  await page.getByLabel('Your e-mail address').fill('dora@people.test')
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD)
  await page.getByLabel('Repeat the password').fill(PASSWORD)
  await look(page)
  await next(page)

  await page.waitForURL('**/setup/mapping')
  await page.getByText('ada.lovelace@example.org').first().waitFor()
  await look(page)
  await page.getByRole('link', { name: 'Change', exact: true }).click()
  await page.getByLabel('Table of mailboxes').waitFor()
  await look(page)
  await page.goBack()
  await page.getByRole('button', { name: 'That’s right' }).click()

  await page.waitForURL('**/setup/limits')
  await page.getByLabel('Largest quota people can choose').fill('5 GB')
  await look(page)
  await next(page)

  await page.waitForURL('**/setup/mail')
  await page.getByLabel('Mail server', { exact: true }).fill('127.0.0.1')
  await page.getByLabel('Port').fill(String(catcher.smtpPort))
  await page.getByLabel('Sender').fill('Colombier <colombier@example.org>')
  await page.getByRole('button', { name: 'Send a test e-mail' }).click()
  await page.getByText('The mail server accepted the e-mail to dora@people.test.').waitFor()
  await look(page)
  await next(page)

  await page.waitForURL('**/setup/connector')
  const { publicKey } = await generateSealKeys()
  await page.getByLabel('File for the web app’s private key').fill(join(folder, 'web.key'))
  await Promise.all([page.waitForEvent('load'), page.getByRole('button', { name: 'Make the key' }).click()])
  await look(page)
  await page.getByText('By hand, if the mail host').click()
  await page.getByLabel('The connector’s public key').fill(publicKey)
  await page.getByLabel('Folder of the mail stores').fill('/srv/mail')
  await page.getByRole('button', { name: 'Show the connector’s settings' }).click()
  await page.waitForURL('**/setup/summary')
  await page.getByLabel('Content of /etc/colombier/connector.env').waitFor()
  await look(page)
  return publicKey
}

async function expectOpen(page: Page, publicKey: string): Promise<void> {
  await page.waitForURL('**/first-steps')
  await page.getByText('dora@people.test').first().waitFor({ state: 'attached' })
  const settings = parseEnv(readFileSync(file, 'utf8'))
  expect(settings).toMatchObject({
    APP_URL: origin,
    DATABASE_PASSWORD: database.env.DATABASE_PASSWORD,
    QUOTA_MAX: String(5 * 1024 ** 3),
    SMTP_URL: `smtp://127.0.0.1:${catcher.smtpPort}`,
    SEAL_CONNECTOR_PUBLIC_KEY: publicKey,
    SEAL_PRIVATE_KEY_FILE: join(folder, 'web.key'),
  })
  expect(readFileSync(file, 'utf8')).toMatch(/^# Ours\.\n/)
  for (const one of [file, `${file}.bak`, join(folder, 'web.key')]) expect(statSync(one).mode & 0o777).toBe(0o600)
  expect((await page.goto('/setup'))?.status()).toBe(404)
}

/** What axe finds on this page, and by how many pixels it is too wide. */
const faults = async (page: Page) => [page.url(), await violations(page), await overflow(page)]

/**
 * The page that she is on, in French, on a phone and in the dark: where it has a form of its own, as it comes back when
 * that is sent empty.
 */
async function lookInFrench(french: Page, page: Page): Promise<void> {
  const cookies = (await page.context().cookies()).filter(({ name }) => !name.endsWith('language'))
  await french.context().addCookies(cookies)
  await french.goto(page.url())
  expect(await french.getAttribute('html', 'lang')).toBe('fr')

  if (/\/setup$|admin|limits|connector/.test(page.url())) {
    const answer = french.waitForResponse((response) => response.request().method() === 'POST')
    const loaded = french.waitForEvent('load')
    await french.evaluate(() => {
      const form = [...document.querySelectorAll<HTMLFormElement>('main form')].at(-1)
      for (const input of form?.querySelectorAll('input') ?? []) input.value = ''
      form?.submit()
    })
    expect([page.url(), (await answer).status()]).toEqual([page.url(), 422])
    await loaded
  }
  expect(await faults(french)).toEqual([french.url(), [], 0])
}

test('dora sets the real server up in a browser, sees each mistake as she makes it, and is signed in without a restart', async () => {
  const { page, complaints } = await browser.open({ viewport: SIZES.desktop })
  const { page: french } = await browser.open({ viewport: SIZES.phone, locale: 'fr-FR', colorScheme: 'dark' })
  const publicKey = await walk(page, async () => {
    expect(await faults(page)).toEqual([page.url(), [], 0])
    await lookInFrench(french, page)
  })

  await page.getByRole('link', { name: 'Tables' }).click()
  const address = page.getByRole('textbox', { name: 'Column with the address, or local@domain' }).first()
  await address.fill('emial')
  await address.press('Tab')
  await page.getByText('The table virtual_users has no column emial.').waitFor()
  expect(await violations(page)).toEqual([])
  await page.getByRole('button', { name: 'Use email' }).click()
  await page.getByText('All tables and columns found.').waitFor()
  expect(await address.inputValue()).toBe('email')

  await page.getByRole('link', { name: 'Summary' }).click()
  await page.getByRole('button', { name: 'Write the settings and finish' }).click()
  await expectOpen(page, publicKey)
  expect(complaints).toEqual([])
  await page.context().close()
  await french.context().close()
})

test('without JavaScript, on a phone, all of it can be done too', async () => {
  const { page } = await browser.open({ viewport: SIZES.phone, javaScriptEnabled: false })
  const publicKey = await walk(page, () => Promise.resolve())
  await page.getByRole('button', { name: 'Write the settings and finish' }).click()
  await expectOpen(page, publicKey)
})

test('dora copies one line to the mail host, whose command does the rest, and the page goes on by itself', async () => {
  const { page, complaints } = await browser.open({ viewport: SIZES.phone })
  appendFileSync(file, `SEAL_PRIVATE_KEY_FILE="${join(folder, 'web.key')}"\n`)
  await page.goto('/setup')
  await page.getByLabel('Setup token').fill(token())
  await page.getByRole('button', { name: 'Start' }).click()
  await page.waitForURL('**/setup/admin')
  await page.goto('/setup/connector')
  await page.getByText('choose them first').waitFor()
  await page.goto('/setup/mapping')
  await page.getByRole('button', { name: 'That’s right' }).click()
  await page.waitForURL('**/setup/limits')
  await page.goto('/setup/connector')
  expect(await faults(page)).toEqual([page.url(), [], 0])

  await page.getByRole('button', { name: 'Show the command' }).click()
  const command = await page.getByText('colombier-connector pair').innerText()
  await page.getByText('Waiting for the mail host.').waitFor()
  expect(await faults(page)).toEqual([page.url(), [], 0])

  const settings = join(folder, 'connector.env')
  writeFileSync(settings, `DATABASE_PASSWORD="${database.env.DATABASE_PASSWORD}"\n`)
  const { status, stdout } = spawnSync(
    '/bin/sh',
    ['-c', command.replace('colombier-connector', `"$0" "${join(root, 'connector/dist/main.js')}"`), process.execPath],
    { env: { COLOMBIER_CONNECTOR_SETTINGS: settings, CONNECTOR_NAME: 'mail.example.org' }, encoding: 'utf8' },
  )
  // There is no Dovecot on this machine, which the doctor says.
  expect([status, stdout]).toEqual([1, expect.stringContaining(`${settings} is written.`)])
  await page.getByText('mail.example.org is connected and has its settings.').waitFor()
  expect(await faults(page)).toEqual([page.url(), [], 0])
  await page.locator('#paired').getByRole('link', { name: 'Continue' }).click()
  await page.waitForURL('**/setup/summary')
  expect(complaints).toEqual([])
  await page.context().close()
})

test('where the tables are recognised, dora presses seven buttons', async () => {
  const { page } = await browser.open({ viewport: SIZES.desktop })
  // As on a host where the folder that is proposed can be written to.
  appendFileSync(file, `SEAL_PRIVATE_KEY_FILE="${join(folder, 'web.key')}"\n`)
  const pressed: string[] = []
  const press = async (name: string, leadsTo: string) => {
    pressed.push(name)
    await page.getByRole('button', { name, exact: true }).click()
    await page.waitForURL(`**${leadsTo}`)
  }

  await page.goto('/setup')
  await page.getByLabel('Setup token').fill(token())
  await press('Start', '/setup/admin')
  await page.getByLabel('Your e-mail address').fill('dora@people.test')
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD)
  await page.getByLabel('Repeat the password').fill(PASSWORD)
  await press('Continue', '/setup/mapping')
  await page.getByText('These look like the tables of').waitFor()
  await press('That’s right', '/setup/limits')
  await press('Continue', '/setup/mail')
  await page.getByLabel('Mail server', { exact: true }).fill('127.0.0.1')
  await page.getByLabel('Port').fill(String(catcher.smtpPort))
  await page.getByLabel('Sender').fill('Colombier <colombier@example.org>')
  await press('Continue', '/setup/connector')
  await page.getByText('By hand, if the mail host').click()
  await page.getByLabel('The connector’s public key').fill((await generateSealKeys()).publicKey)
  await page.getByLabel('Folder of the mail stores').fill('/srv/mail')
  await press('Show the connector’s settings', '/setup/summary')
  await press('Write the settings and finish', '/first-steps')
  expect(pressed).toHaveLength(7)
  await page.context().close()
})
