// npm run rehearse [FOLDER [SECONDS]]: two hosts of Debian 13 are set up by the commands of docs/install.md as they
// stand there, with the packages in FOLDER; then people use them, also while the database is away for SECONDS. Prints
// what it did and how many commands, edited lines and seconds the installation took; fails when it was too many, or
// when anything was not as it should be. As root.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { ImapFlow } from 'imapflow'
import { setVariables } from '../../connector/contract/env-text.ts'
import { valuesOf } from '../../src/features/setup/mapping/fields.ts'
import type { Browser } from '../support/browser.ts'
import { deliverBySmtp } from '../lab/lmtp.ts'
import { blocksBelow, countCommands } from './document.ts'
import { put, setLink, startHost, type Host } from './host.ts'
import { visitorOf } from './people.ts'

const top = join(import.meta.dirname, '../..')
const most = { commands: 12, files: 2, seconds: 600 }
const PASSWORD = 'the first of all doves'
const [FIRST, SECOND, THIRD] = [
  'eight calm doves; 2 owls',
  'nine loud doves; 3 owls',
  'ten late doves; 4 owls',
] as const

const counted = { commands: 0, lines: 0, files: new Set<string>() }
const began = performance.now()
const elapsed = () => (performance.now() - began) / 1000
const say = (text: string) => console.log(`${elapsed().toFixed(1).padStart(6)} s  ${text}`)

/** The roots that both hosts begin with: made once, and again when their recipe changes. */
function cachedRoots(): string {
  if (process.getuid?.() !== 0) throw new Error('Hosts are made of mounts and namespaces: run this as root.')
  const script = join(import.meta.dirname, 'build-hosts.sh')
  const hash = createHash('sha256').update(readFileSync(script)).digest('hex').slice(0, 12)
  const folder = join(process.env['COLOMBIER_CACHE'] ?? join(homedir(), '.cache', 'colombier'), `hosts-${hash}`)
  if (!existsSync(folder)) {
    console.log(`Building the hosts in ${folder}, once; this takes some minutes.`)
    execFileSync('sh', [script, folder], { stdio: ['ignore', 'ignore', 'inherit'] })
  }
  return folder
}

/** An authority, and what it signs for these names: [certificate, key]. */
function makeCertificates(...names: string[]) {
  const folder = mkdtempSync(join(tmpdir(), 'colombier-certificates-'))
  const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' })
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes']
  try {
    openssl('req', '-x509', ...key, '-days', '2', '-subj', '/CN=authority', '-keyout', 'ca.key', '-out', 'ca.pem')
    const made = names.map((name) => {
      const of = ['-subj', `/CN=${name}`, '-addext', `subjectAltName=DNS:${name}`]
      openssl('req', ...key, ...of, '-keyout', `${name}.key`, '-out', `${name}.csr`)
      openssl('x509', '-req', '-in', `${name}.csr`, '-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-copy_extensions', 'copy', '-out', `${name}.pem`) // prettier-ignore
      return [name, ['pem', 'key'].map((kind) => readFileSync(join(folder, `${name}.${kind}`), 'utf8'))] as const
    })
    return { authority: readFileSync(join(folder, 'ca.pem'), 'utf8'), of: new Map(made) }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** Pastes a block into the host's terminal, as it stands, and says yes where apt asks. */
async function paste(host: Host, commands: string): Promise<string> {
  counted.commands += countCommands(commands)
  const output = await host.well(['bash', '-e', '-o', 'pipefail', '-c', commands], 'y\ny\n')
  say(
    `${host.name}: ${commands
      .trim()
      .split('\n')
      .join(`\n${' '.repeat(10)}${host.name}: `)}`,
  )
  return output
}

/** Edits a file of settings, as by hand. */
function edit(host: Host, file: string, values: Record<string, string>) {
  const before = readFileSync(join(host.root, file), 'utf8')
  const text = setVariables(before, values)
  assert(text !== null, `${file} cannot be edited`)
  const owner = execFileSync('stat', ['-c', '%u:%g:%a', join(host.root, file)], { encoding: 'utf8' })
    .trim()
    .split(':')
  put(host, file, text)
  execFileSync('chown', [owner.slice(0, 2).join(':'), join(host.root, file)])
  execFileSync('chmod', [owner[2] ?? '600', join(host.root, file)])
  counted.files.add(`${host.name}:${file}`)
  counted.lines += Object.keys(values).length
  say(`${host.name}: ${file} edited: ${Object.keys(values).join(', ')}`)
}

async function until<T>(what: string, seconds: number, look: () => Promise<T | null | false>): Promise<T> {
  for (const last = performance.now() + seconds * 1000; ; await sleep(500)) {
    const found = await look()
    if (found !== null && found !== false) return found
    if (performance.now() > last) throw new Error(`${what}: not within ${seconds} s`)
  }
}

const decoded = (html: string) =>
  html.replace(/&(?:quot|#34);/g, '"').replace(/&#39;/g, "'").replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&') // prettier-ignore

async function posted(browser: Browser, path: string, form: Record<string, string>, location: string | RegExp) {
  const answer = await browser.post(path, form)
  const [, wrong = ''] = /<p[^>]*(?:error|alert)[^>]*>([^]*?)<\/p>/.exec(answer.html) ?? []
  assert.equal(answer.status, 303, `${path}: ${answer.status} ${wrong}`)
  assert.match(answer.location ?? '', typeof location === 'string' ? new RegExp(`^${location}`) : location)
  return answer
}

const roots = cachedRoots()
const packages = process.argv[2] ?? join(top, 'dist/packages')
/** how long the database is away, in seconds */
const awaySeconds = Number(process.argv[3] ?? 60)
const debs = readdirSync(packages).filter((file) => file.endsWith('.deb'))
assert.equal(debs.length, 2, `${packages} has not the two packages: npm run package`)
const network = `10.90.${process.pid % 250}`
const at = { web: `${network}.2`, mail: `${network}.6` }
const hosts: Host[] = []

async function startHosts() {
  const web = await startHost(
    join(roots, 'web'),
    'web.example.org',
    ['127.0.1.1 web.example.org web', `${network}.10 mail.example.org db.example.org`],
    [{ to: null, here: at.web, there: `${network}.1` }],
  )
  hosts.push(web)
  const mail = await startHost(
    join(roots, 'mail'),
    'mail.example.org',
    ['127.0.1.1 mail.example.org mail', `${network}.9 web.example.org`],
    [
      { to: null, here: at.mail, there: `${network}.5` },
      { to: web, here: `${network}.10`, there: `${network}.9` },
    ],
  )
  hosts.push(mail)
  return { web, mail }
}

async function rehearse() {
  const { web, mail } = await startHosts()
  const certificates = makeCertificates('web.example.org', 'mail.example.org')
  const [[webPem = '', webKey = ''], [mailPem = '', mailKey = '']] = ['web.example.org', 'mail.example.org'].map((name) => certificates.of.get(name) ?? []) as [string[], string[]] // prettier-ignore
  put(web, '/etc/letsencrypt/live/web.example.org/fullchain.pem', webPem)
  put(web, '/etc/letsencrypt/live/web.example.org/privkey.pem', webKey, 0o600)
  put(mail, '/etc/ssl/mail.pem', mailPem)
  put(mail, '/etc/ssl/mail.key', mailKey, 0o600)
  put(mail, '/root/mail-server.sh', readFileSync(join(import.meta.dirname, 'mail-server.sh'), 'utf8'))
  await mail.well(['sh', '/root/mail-server.sh'])
  for (const file of debs) {
    const host = file.startsWith('colombier-connector') ? mail : web
    execFileSync('cp', [join(packages, file), join(host.root, 'root', file)])
  }
  say('two hosts are up, with systemd; one has MariaDB, Postfix and Dovecot, and a certificate for itself')

  const start = elapsed()
  const blocks = blocksBelow(join(top, 'docs/install.md'), 'By packages').filter(({ host }) => host !== 'elsewhere')
  const take = (host: 'mail' | 'web') => {
    const [next] = blocks.splice(0, 1)
    assert.equal(next?.host, host, 'The blocks of docs/install.md come in another order')
    return next.commands
  }

  const made = await paste(mail, take('mail'))
  const [, databasePassword = ''] = /^DATABASE_PASSWORD=(.+)$/m.exec(made) ?? []

  await paste(web, take('web'))
  // What is copied from one terminal to the other counts as a command.
  put(web, '/etc/colombier/authority.pem', readFileSync(join(mail.root, 'etc/mysql/tls/authority.pem'), 'utf8'))
  counted.commands++
  const webSettings = {
    APP_URL: 'https://web.example.org',
    DATABASE_HOST: 'db.example.org',
    DATABASE_PASSWORD: databasePassword.replace(/^["'](.*)["']$/, '$1'),
    DATABASE_TLS_CA: '/etc/colombier/authority.pem',
  }
  edit(web, '/etc/colombier/web/colombier.env', webSettings)
  const shown = await paste(web, take('web'))
  const [, token = ''] = /token: ([\w-]{22})/.exec(shown) ?? []
  assert.notEqual(token, '', `No token: ${shown}`)

  const visitor = visitorOf('https://web.example.org', at.web, certificates.authority)
  const pairing = take('mail')
  const dora = await setUp(visitor(), token, async (command) => {
    const [example = ''] = /'https:.*'/.exec(pairing) ?? []
    const line = /'https:.*'/.exec(command)?.[0]
    assert(example !== '' && line !== undefined, `No line to pair with: ${command}`)
    const findings = await paste(mail, pairing.replace(example, line))
    assert.doesNotMatch(findings, /^fail/m)
  })
  const findings = await paste(mail, take('mail'))
  assert.doesNotMatch(findings, /^fail/m)
  assert.match(findings, /a mail to an alias of it comes too[^]*its store are gone/)
  const seconds = elapsed() - start
  say('installed')

  await live({ web, mail, visitor, dora })
  return seconds
}

/** dora goes through the setup. @param pair runs on the mail host what the setup shows */
async function setUp(dora: Browser, token: string, pair: (command: string) => Promise<void>): Promise<Browser> {
  await posted(dora, '/setup', { token }, '/setup/')
  const steps: Record<string, Record<string, string>> = {
    language: { language: 'en' },
    admin: { email: 'dora@people.test', password: PASSWORD, again: PASSWORD },
    mapping: { MAIL_SCHEMA: 'default', ...valuesOf('default', {}) },
    limits: { mailboxes: '5', aliases: '50', quota: '500 MB', mostQuota: '2 GB', deletionHours: '0' },
    mail: {
      ...{ action: 'save', scheme: 'plain', host: 'mail.example.org', port: '25', user: '', password: '' },
      ...{ from: 'Colombier <colombier@example.org>', clientImap: '', clientSmtp: '', clientWebmail: '' },
    },
  }
  for (const [step, form] of Object.entries(steps)) await posted(dora, `/setup/${step}`, form, '/setup/')
  const { html } = await dora.post('/setup/connector/line', {})
  await pair(decoded(/colombier-connector pair [^<"]*/.exec(html)?.[0] ?? html))
  assert.match((await dora.get('/setup/connector')).html, /mail\.example\.org is connected|id="paired"/)
  await posted(dora, '/setup/summary', {}, '/first-steps')
  say('web.example.org: dora has set Colombier up and is signed in')
  return dora
}

interface Site {
  web: Host
  mail: Host
  visitor: () => Browser
  dora: Browser
}

/** The newest link of this kind in what was mailed to people.test. */
const linkIn = (mail: Host, kind: RegExp) => () => {
  const file = join(mail.root, 'var/mail/people')
  const text = existsSync(file)
    ? readFileSync(file, 'utf8')
        .replace(/=\r?\n/g, '')
        .replaceAll('=3D', '=')
    : ''
  return Promise.resolve([...text.matchAll(kind)].at(-1)?.[1] ?? null)
}

async function imap(password: string, user = 'ada.lovelace@example.org'): Promise<string[] | null> {
  const client = new ImapFlow({
    ...{ host: at.mail, port: 993, secure: true, logger: false, auth: { user, pass: password } },
    tls: { rejectUnauthorized: false },
  })
  client.on('error', () => undefined)
  try {
    await client.connect()
  } catch (error) {
    client.close()
    if ((error as { authenticationFailed?: boolean }).authenticationFailed) return null
    throw error
  }
  try {
    await client.mailboxOpen('INBOX')
    return (await client.fetchAll('1:*', { envelope: true })).map(({ envelope }) => envelope?.subject ?? '')
  } finally {
    await client.logout().catch(() => client.close())
  }
}

const mailTo = (to: string, subject: string) =>
  `From: ben@people.test\r\nTo: ${to}\r\nSubject: ${subject}\r\nMessage-ID: <${subject}@people.test>\r\n\r\nA dove.\r\n`

async function send(mail: Host, to: string, subject: string) {
  const { code, reply } = await deliverBySmtp(25, to, mailTo(to, subject), at.mail)
  assert.equal(code, 250, `${mail.name} does not take mail for ${to}: ${reply}`)
}

async function live({ web, mail, visitor, dora }: Site) {
  const ada = visitor()
  const { html } = await ada.get('/registration')
  const [, opened = ''] = /name="opened" value="([^"]+)"/.exec(html) ?? []
  await sleep(3500)
  const request = { email: 'ada@people.test', reason: 'I look after the carrier pigeons.', remarks: '', opened: decoded(opened) } // prettier-ignore
  await posted(ada, '/registration', request, '/registration/sent')
  const token = await until('the mail with the link', 90, linkIn(mail, /confirmation\?token=([\w-]+)/g))
  await posted(ada, '/registration/confirmation', { token, password: PASSWORD, again: PASSWORD }, '/registration/')
  say('ada has asked for an account, and confirmed it by the mail that came')

  const queue = (await dora.get('/registrations')).html
  const [, id = ''] = /\/registrations\/(\d+)\/approval/.exec(queue) ?? []
  await posted(dora, `/registrations/${id}/approval`, { domains: 'example.org' }, '/registrations')
  await posted(ada, '/sign-in', { email: 'ada@people.test', password: PASSWORD, next: '/' }, '/')
  say('dora has let her in')

  const wanted = { localPart: 'ada.lovelace', domain: 'example.org', quotaMegabytes: '500', password: FIRST, again: FIRST } // prettier-ignore
  await posted(ada, '/mailboxes', wanted, '/mailboxes')
  await until('the mailbox is ready', 60, async () => (await ada.get('/mailboxes')).html.includes('Active'))
  const [, mailbox = ''] = /\/mailboxes\/(\d+)\/password/.exec((await ada.get('/mailboxes')).html) ?? []
  await send(mail, 'ada.lovelace@example.org', 'first')
  await until('the mail is read', 30, async () => (await imap(FIRST))?.includes('first') ?? false)
  say('her mailbox is there; a mail came through Postfix and was read over IMAP')

  await posted(ada, `/mailboxes/${mailbox}/aliases`, { localPart: 'ada.shop', domain: 'example.org' }, '/mailboxes')
  await send(mail, 'ada.shop@example.org', 'second')
  await until('the mail to the alias', 30, async () => (await imap(FIRST))?.includes('second') ?? false)
  say('she has an alias, and a mail to it came')

  await cutOff({ web, mail }, ada)
  await backUp({ web, mail })

  // By the timer, which the documents have as the other way.
  await mail.well(['systemctl', 'disable', '--now', 'colombier-connector-watch.service'])
  await mail.well(['systemctl', 'enable', '--now', 'colombier-connector.timer'])
  const change = (current: string, password: string) =>
    posted(ada, `/mailboxes/${mailbox}/password`, { current, password, again: password }, '/mailboxes')
  const asked = elapsed()
  await change(FIRST, SECOND)
  await until('the timer', 180, async () => (await imap(SECOND))?.includes('first') ?? false)
  assert.equal(await imap(FIRST), null)
  say(`the timer has changed her password ${Math.ceil(elapsed() - asked)} s after she asked; it reads her old mail`)

  await mail.well(['systemctl', 'disable', '--now', 'colombier-connector.timer'])
  await mail.well(['systemctl', 'enable', '--now', 'colombier-connector-watch.service'])
  await upgrade({ web, mail, visitor, dora }, () => change(SECOND, THIRD))
  assert.equal((await ada.get('/mailboxes')).status, 200, 'ada is no longer signed in')
  await until('the task from before the upgrade', 180, async () => (await imap(THIRD))?.includes('first') ?? false)
  say('what she asked for before the upgrade was done after it, and she is still signed in')

  await posted(ada, `/mailboxes/${mailbox}/deletion`, { password: THIRD }, '/mailboxes')
  const shop = 'ada.shop@example.org'
  await until('the end of the mailbox', 60, async () => {
    const { reply } = await deliverBySmtp(25, shop, mailTo(shop, 'late'), at.mail)
    return reply.startsWith('55')
  })
  assert.equal(await imap(THIRD), null)
  say('her mailbox is deleted: nobody logs in, and mail for its alias is refused')

  await restore({ web, mail })
  assert.deepEqual(await imap(FIRST), ['first', 'second'])
  const findings = await mail.well(['colombier-connector', 'doctor'])
  assert.doesNotMatch(findings, /^fail/m)
  await until('the site is back', 60, async () => (await ada.get('/mailboxes')).status === 200)
  say('the backup is restored: her mailbox is back, with its mail and the password of that day')

  await remove({ web, mail })
  assert.deepEqual(await imap(FIRST), ['first', 'second'])
  say('both packages are purged: no file of theirs is left, the tables are, and mail goes on')
}

/** The web host has no way to the database for a minute, then nobody has one for as long as was said. */
async function cutOff({ web, mail }: Pick<Site, 'web' | 'mail'>, ada: Browser) {
  const isAway = async (seconds: number) => {
    for (const until = performance.now() + seconds * 1000; performance.now() < until; await sleep(5000)) {
      const { status, html } = await ada.get('/mailboxes')
      assert.equal(status, 503)
      assert.match(html, /Just a moment/)
    }
  }
  const isBack = () => until('her page is back', 60, async () => (await ada.get('/mailboxes')).status === 200)
  setLink(mail, `${network}.10`, 'down')
  await isAway(60)
  setLink(mail, `${network}.10`, 'up')
  await isBack()
  say('the web host was cut off from the database for a minute: she was asked for patience, then all went on')

  await mail.well(['systemctl', 'stop', 'mariadb'])
  await isAway(awaySeconds)
  await mail.well(['systemctl', 'start', 'mariadb'])
  await isBack()
  for (const [host, unit] of [[web, 'colombier'], [mail, 'colombier-connector-watch']] as const) assert.match(await host.well(['systemctl', 'is-active', unit]), /^active/) // prettier-ignore
  say(`the database was away for ${awaySeconds} s: neither program gave up`)
}

const stores = ['/var/vmail', '/etc/colombier', '/var/lib/colombier-connector']

/** docs/operate.md, "Backup", as it stands; and copies of what its comment names. */
async function backUp({ web, mail }: Pick<Site, 'web' | 'mail'>) {
  for (const { commands } of blocksBelow(join(top, 'docs/operate.md'), 'Backup')) await mail.well(['bash', '-ec', `cd; ${commands}`]) // prettier-ignore
  await mail.well(['tar', '-cf', '/root/stores.tar', ...stores])
  await web.well(['tar', '-cf', '/root/stores.tar', '/etc/colombier'])
  say('a backup is made')
}

/** docs/operate.md, "Restore". */
async function restore({ web, mail }: Pick<Site, 'web' | 'mail'>) {
  await web.well(['systemctl', 'stop', 'colombier'])
  await mail.well(['systemctl', 'stop', 'colombier-connector-watch.service', 'dovecot'])
  await mail.well(['bash', '-ec', `cd; mariadb mail <mail.sql; rm -rf ${stores.join(' ')}; tar -C / -xf stores.tar`])
  await web.well(['bash', '-ec', 'cd; rm -rf /etc/colombier; tar -C / -xf stores.tar'])
  await mail.well(['systemctl', 'start', 'dovecot'])
  await web.well(['systemctl', 'start', 'colombier'])
  await mail.well(['systemctl', 'start', 'colombier-connector-watch.service'])
}

/** The same packages with a higher number, the connector's first, while something is asked for and not yet done. */
async function upgrade({ web, mail }: Site, askInBetween: () => Promise<unknown>) {
  await mail.well(['systemctl', 'stop', 'colombier-connector-watch.service'])
  await askInBetween()
  const folder = mkdtempSync(join(tmpdir(), 'colombier-upgrade-'))
  try {
    for (const file of debs) {
      const host = file.startsWith('colombier-connector') ? mail : web
      const tree = join(folder, 'tree')
      execFileSync('dpkg-deb', ['-R', join(packages, file), tree])
      execFileSync('sed', ['-i', 's/^Version: .*/&+later/', join(tree, 'DEBIAN/control')])
      execFileSync('dpkg-deb', ['-Znone', '--build', tree, join(host.root, 'root/later.deb')], { stdio: 'pipe' })
      rmSync(tree, { recursive: true })
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
  for (const host of [mail, web]) await host.well(['apt-get', 'install', './later.deb'], 'y\n')
  await mail.well(['systemctl', 'start', 'colombier-connector-watch.service'])
  await until(
    'the web app answers',
    60,
    async () => (await web.run(['systemctl', 'is-active', 'colombier'])).code === 0,
  )
  assert.match(await web.well(['dpkg-query', '-W', 'colombier']), /later/)
  say('both packages are upgraded')
}

async function remove({ web, mail }: Pick<Site, 'web' | 'mail'>) {
  await web.well(['apt-get', 'purge', 'colombier'], 'y\n')
  await mail.well(['apt-get', 'purge', 'colombier-connector'], 'y\n')
  const left = '/usr/lib/colombier* /var/lib/colombier* /etc/colombier/web /etc/colombier/connector*'
  for (const host of [web, mail]) assert.equal((await host.run(['sh', '-c', `ls -d ${left} 2>/dev/null`])).output, '')
  const tables = await mail.well(['mariadb', '--batch', 'mail', '-e', "SHOW TABLES LIKE 'colombier%'"])
  assert.ok(tables.split('\n').length > 15, 'the tables have gone')
}

let status = 1
try {
  const seconds = await rehearse()
  const figures = { commands: counted.commands, files: counted.files.size, seconds: Math.ceil(seconds) }
  console.log(
    `\nInstalled with ${figures.commands} commands, ${counted.lines} edited lines in ${figures.files} files, in ${figures.seconds} s.`,
  )
  const over = Object.entries(figures).filter(([name, value]) => value > most[name as keyof typeof most])
  for (const [name, value] of over)
    console.error(`Too many ${name}: ${value}, at most ${most[name as keyof typeof most]}.`)
  status = over.length > 0 ? 1 : 0
} catch (error) {
  console.error(error)
  for (const host of hosts) {
    const { output } = await host.run(['journalctl', '--no-pager', '-n', '40'])
    console.error(`\n${host.name}:\n${output}`)
  }
} finally {
  for (const host of hosts.reverse()) await host.stop()
}
process.exit(status)
