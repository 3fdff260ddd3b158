import { execFileSync } from 'node:child_process'
import { chmodSync, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { parseEnv } from 'node:util'
import { generateSealKeys } from '../../connector/contract/seal.ts'
import { afterEach, expect, test } from 'vitest'
import { entered, fillIn, startSetup, withToken, type SetupSite } from '../support/setup.ts'

let site: SetupSite
afterEach(() => site.stop())

const admins = () => site.query("SELECT id FROM colombier_accounts WHERE role = 'super_admin'")
const written = () => parseEnv(readFileSync(site.file, 'utf8'))

/**
 * Runs `work` while nobody can write to the folder. Permissions do not stop root, and Debian's Node cannot change its
 * user, so for root the folder is mounted read-only over itself.
 */
async function whereNothingMayBeWritten<T>(work: () => Promise<T>): Promise<T> {
  const isRoot = process.geteuid?.() === 0
  const mount = (...options: string[]) => execFileSync('mount', [...options, site.folder])
  if (isRoot) {
    mount('--bind', site.folder)
    mount('-o', 'remount,bind,ro')
  } else chmodSync(site.folder, 0o555)
  try {
    return await work()
  } finally {
    if (isRoot) execFileSync('umount', [site.folder])
    else chmodSync(site.folder, 0o700)
  }
}

const textOf = (html: string): string => {
  const [, text = ''] = /<textarea[^>]*name="lines"[^>]*>([^<]*)</.exec(html) ?? []
  const signs: Record<string, string> = { '&quot;': '"', '&#39;': "'", '&lt;': '<', '&gt;': '>', '&amp;': '&' }
  return text.replace(/&(?:quot|#39|lt|gt|amp);/g, (sign) => signs[sign] ?? sign)
}

test('what else is in the file stays, the file as it was is kept, and both are closed to others', async () => {
  site = await startSetup()
  const before = `# Ours.\n${readFileSync(site.file, 'utf8')}#MAILBOXES_PER_ACCOUNT=3\n\nUNRELATED='x # y'\n`
  writeFileSync(site.file, before)
  const dora = await withToken(site)
  await fillIn(site, dora)
  expect((await dora.post('/setup/summary')).location).toBe('/first-steps')

  const after = readFileSync(site.file, 'utf8')
  const kept = before.split('\n').filter((line) => !/MAILBOXES_PER|SEAL_PRIVATE/.test(line))
  for (const line of kept) expect(after.split('\n')).toContain(line)
  expect(after).not.toContain('#MAILBOXES_PER_ACCOUNT')
  expect(readFileSync(`${site.file}.bak`, 'utf8')).toBe(before)
  for (const file of [site.file, `${site.file}.bak`]) expect(statSync(file).mode & 0o777).toBe(0o600)
  expect(readdirSync(site.folder).sort()).toEqual(['colombier.env', 'colombier.env.bak', 'web.key'])
})

test('where the file may not be written its lines are shown, and who has put them there goes on', async () => {
  site = await startSetup()
  const dora = await withToken(site)
  await fillIn(site, dora)
  await dora.post('/setup/mail', { ...entered(site).mail, user: 'sender', password: 'not to be shown' })
  const before = readFileSync(site.file, 'utf8')

  const shown = await whereNothingMayBeWritten(() => dora.post('/setup/summary'))
  expect(shown.status).toBe(422)
  expect(shown.html).toContain(`The web app can’t change ${site.file}.`)
  expect(shown.html).not.toContain('not to be shown')
  expect(readFileSync(site.file, 'utf8')).toBe(before)
  expect(await admins()).toEqual([])

  const tooSoon = await whereNothingMayBeWritten(() => dora.post('/setup/summary', { byHand: 'yes' }))
  expect(tooSoon.status).toBe(422)

  const lines = textOf(shown.html)
  expect(lines).toContain('SMTP_URL=smtp://sender:PASSWORD@127.0.0.1:2525')
  writeFileSync(site.file, `${before}${lines.replace('PASSWORD@', 'not%20to%20be%20shown@')}\n`)
  const done = await whereNothingMayBeWritten(() => dora.post('/setup/summary', { byHand: 'yes' }))
  expect(done.location).toBe('/first-steps')
  expect(await admins()).toHaveLength(1)
  expect((await dora.get('/')).location).toBe('/mailboxes')
})

test('without a file of settings the lines are shown, and after a restart with them the setup ends', async () => {
  site = await startSetup({ withoutFile: true })
  const dora = await withToken(site)
  await fillIn(site, dora)
  const shown = await dora.post('/setup/summary')
  expect(shown.status).toBe(422)
  expect(shown.html).toContain('without a settings file')
  expect(existsSync(`${site.file}.bak`)).toBe(false)

  const restarted = await startSetup({
    database: site.database,
    withoutFile: true,
    outside: { ...(parseEnv(textOf(shown.html)) as Record<string, string>) },
  })
  const again = await withToken(restarted)
  expect(await again.post('/setup/summary')).toMatchObject({ status: 303, location: '/first-steps' })
  await restarted.stop()
  expect(await admins()).toHaveLength(1)
})

test('a setup that died after it wrote the settings goes on, also where the next key was entered meanwhile', async () => {
  site = await startSetup()
  await fillIn(site, await withToken(site))
  const { publicKey } = await generateSealKeys()
  const restarted = await startSetup({
    database: site.database,
    env: { ...parseEnv(readFileSync(site.file, 'utf8')), SEAL_CONNECTOR_PUBLIC_KEY: publicKey },
  })
  expect(restarted.token).not.toBe('')
  await restarted.stop()
})

test('what the environment says goes before the file, so it is named and nothing is made', async () => {
  site = await startSetup({ outside: { MAILBOXES_PER_ACCOUNT: '7' } })
  const dora = await withToken(site)
  await fillIn(site, dora)
  const answer = await dora.post('/setup/summary')
  expect(answer.status).toBe(422)
  expect(answer.html).toContain('another value for MAILBOXES_PER_ACCOUNT, overriding the file. Change it there')
  expect(await admins()).toEqual([])
})

test('a value of several lines in the file, in which a setting seems to stand, is not broken up', async () => {
  site = await startSetup()
  const before = `${readFileSync(site.file, 'utf8')}NOTE="one\nQUOTA_MAX=5\ntwo"\n`
  writeFileSync(site.file, before)
  const dora = await withToken(site)
  await fillIn(site, dora)
  expect((await dora.post('/setup/summary')).status).toBe(422)
  expect(readFileSync(site.file, 'utf8')).toBe(before)
})

test('settings that the wizard does not ask for and that are wrong are named before anything is written', async () => {
  site = await startSetup({ env: { KEY_PASSWORD: '%{nonsense | sha256}', PASSWORD_SCHEME: 'rot13' } })
  const before = readFileSync(site.file, 'utf8')
  const dora = await withToken(site)
  await fillIn(site, dora)
  const answer = await dora.post('/setup/summary')
  expect(answer.status).toBe(422)
  for (const name of ['KEY_PASSWORD', 'PASSWORD_SCHEME']) expect(answer.html).toContain(name)
  expect(answer.html).not.toContain('rot13')
  expect(readFileSync(site.file, 'utf8')).toBe(before)
})

test('a table that went meanwhile is named before anything is written', async () => {
  site = await startSetup()
  const before = readFileSync(site.file, 'utf8')
  const dora = await withToken(site)
  await fillIn(site, dora)
  await site.query('DROP TABLE virtual_aliases')
  const answer = await dora.post('/setup/summary')
  expect(answer.status).toBe(422)
  expect(answer.html).toContain('ALIAS_TABLE: there is no table virtual_aliases')
  expect(readFileSync(site.file, 'utf8')).toBe(before)
})

test('a run that died between the file and the administrator can be done again', async () => {
  site = await startSetup()
  const dora = await withToken(site)
  await fillIn(site, dora)
  // The database refuses the last step.
  await site.query('RENAME TABLE colombier_accounts TO hidden')
  await site.query("CREATE VIEW colombier_accounts AS SELECT * FROM hidden WHERE 'read' = 'only' WITH CHECK OPTION")
  expect((await dora.post('/setup/summary')).status).toBe(500)
  expect(written()['MAILBOXES_PER_ACCOUNT']).toBe('5')
  await site.query('DROP VIEW colombier_accounts')
  await site.query('RENAME TABLE hidden TO colombier_accounts')

  expect((await dora.get('/setup')).location).toBe('/setup/summary')
  expect((await dora.post('/setup/summary')).location).toBe('/first-steps')
  expect(await admins()).toHaveLength(1)
})

test('the key is made for its owner alone, one that is there stays, and where it cannot be made the command is shown', async () => {
  site = await startSetup()
  const dora = await withToken(site)
  const refused = await whereNothingMayBeWritten(() => dora.post('/setup/connector/key', { keyFile: site.keyFile }))
  expect(refused.status).toBe(422)
  expect(refused.html).toContain(`keygen ${site.keyFile}`)

  expect((await dora.post('/setup/connector/key', { keyFile: site.keyFile })).status).toBe(303)
  expect(statSync(site.keyFile).mode & 0o777).toBe(0o600)
  const key = readFileSync(site.keyFile, 'utf8')
  await dora.post('/setup/connector/key', { keyFile: site.keyFile })
  expect(readFileSync(site.keyFile, 'utf8')).toBe(key)

  await dora.post('/setup/connector', entered(site).connector)
  const page = await dora.get('/setup/connector')
  const [, publicKey = ''] = /<code>([\w-]{43})<\/code>/.exec(page.html) ?? []
  expect(page.html).toContain(`SEAL_WEB_PUBLIC_KEY=${publicKey}`)
  expect(page.html).toContain('MAIL_ROOT=/srv/mail')
  expect(page.html).toContain(`DATABASE_NAME=${site.database.name}`)
  expect(page.html).not.toContain(key.trim())
  const own = await dora.post('/setup/connector', { publicKey, mailRoot: '/srv/mail' })
  expect(own.html).toMatch(/publicKey-error">[^<]*own key/)

  chmodSync(site.keyFile, 0o644)
  expect((await dora.get('/setup/connector')).html).toContain('chmod 600')
})

test('steps that are entered at once, as in two tabs, are all kept', async () => {
  site = await startSetup()
  const dora = await withToken(site)
  await dora.post('/setup/connector/key', { keyFile: site.keyFile })
  const { admin, ...others } = entered(site)
  await Promise.all(Object.entries(others).map(([step, form]) => dora.post(`/setup/${step}`, form)))
  await dora.post('/setup/admin', admin)
  expect((await dora.post('/setup/summary')).location).toBe('/first-steps')
  expect(written()).toMatchObject({ MAILBOXES_PER_ACCOUNT: '5', SMTP_URL: 'smtp://127.0.0.1:2525' })
})
