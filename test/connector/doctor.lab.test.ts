import { execFileSync } from 'node:child_process'
import { chmod, mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { createConnection } from 'mysql2/promise'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { activeUserdbQuery, defaultPassdbQuery, defaultPostfix, defaultUserdbQuery } from '../lab/lab.ts'
import { configurePostfix, type PostfixConfig } from '../lab/postfix.ts'
import { startMailHost, type MailHost } from './mail-host.ts'

let host: MailHost
const settings = { LOCK: 'active', STATE_FOLDER: '/srv/state', RUN_FOLDER: '/run/colombier' }
beforeAll(async () => {
  host = await startMailHost({ env: settings })
  // The lab's own saves time.
  await asAdministrator('SET GLOBAL innodb_flush_log_at_trx_commit = 1')
  await host.makeMailbox('healthy.one@example.org', 'the first password')
})
afterAll(() => host.stop())

async function asAdministrator(statement: string) {
  const admin = await createConnection(host.lab.database)
  await admin.query(statement)
  await admin.end()
}

const withPostfix = (config: PostfixConfig) => configurePostfix(host.lab, config, 'mail')

async function examine(more: Record<string, string> = {}) {
  const { code, stdout, stderr } = await host.connect(more, ['doctor'])
  expect(stderr).toBe('')
  const lines = stdout.trim().split('\n')
  for (const line of lines) expect(line).toMatch(/^(?:(?:ok|warn|fail) {2,4}\S|MAIL_CLIENT_)/)
  return { code, lines, unwell: lines.filter((line) => !line.startsWith('ok')) }
}

describe('the doctor', () => {
  test('finds a healthy mail host well, and says what the web app needs to know', async () => {
    const { code, lines, unwell } = await examine()
    expect(unwell).toEqual([])
    expect(code).toBe(0)
    const text = lines.join('\n')
    expect(text).toContain('KEY_PASSWORD="%{password | sha256 | hexlify}"')
    expect(text).toContain(host.keys.connector.publicKey)
    expect(text).toMatch(/Dovecot 2\.4\.\d/)
    expect(text).not.toContain(host.keys.connector.privateKey)
  })

  test('prints what Dovecot and Postfix ask their tables, whatever the settings of the mapping are, and no secret', async () => {
    const { code, stdout, stderr } = await host.connect({ MAILBOX_TABLE: 'nowhere' }, ['doctor', '--mapping'])
    expect([code, stderr]).toEqual([0, ''])
    expect(stdout).toMatch(/^passdb: SELECT .*\bFROM virtual_users\b/m)
    expect(stdout).toMatch(/^userdb: SELECT /m)
    expect(stdout).toMatch(/^recipients: SELECT /m)
    expect(stdout).not.toContain(host.lab.database.password)
  })

  test('changes nothing', async () => {
    const state = async () => JSON.stringify([await host.query('SELECT * FROM virtual_users'), await host.query('SELECT * FROM colombier_mailboxes'), await host.query('SELECT * FROM colombier_connectors')]) // prettier-ignore
    const before = await state()
    await examine()
    expect(await state()).toBe(before)
  })

  test.each([
    ['wrong settings', { LANES: '0', SEAL_WEB_PUBLIC_KEY: 'x' }, ['LANES', 'SEAL_WEB_PUBLIC_KEY']],
    ['a missing private key', { SEAL_PRIVATE_KEY_FILE: '/none' }, ['keygen']],
    ['a database that is away', { DATABASE_PORT: '1' }, ['nothing listens there (ECONNREFUSED)', 'DATABASE_PORT']],
    ['a socket that is not there', { DATABASE_SOCKET: '/none' }, ['no such socket', 'DATABASE_SOCKET']],
    [
      'a file of authorities that is on another machine',
      { DATABASE_HOST: 'db.example.org', DATABASE_TLS_CA: '/none.pem' },
      ['settings: DATABASE_TLS_CA: there is no such file on this machine'],
    ],
    ['a wrong database password', { DATABASE_PASSWORD: 'no' }, ['ER_ACCESS_DENIED_ERROR', 'DATABASE_PASSWORD']],
    ['a column that is not there', { MAILBOX_PASSWORD: 'pasword' }, ['columns of the mapping']],
    ['a missing doveadm', { DOVEADM: '/usr/bin/nothing' }, ['DOVEADM']],
    ['a missing configuration', { DOVECOT_CONFIG: '/etc/none.conf' }, ['DOVECOT_CONFIG']],
    ['a mail root that is not there', { MAIL_ROOT: '/srv/none' }, ['MAIL_ROOT']],
    ['a state folder that cannot be made', { STATE_FOLDER: '/none/at/all' }, ['STATE_FOLDER']],
  ])('names %s', async (_name, more, words) => {
    const { code, unwell } = await examine(more)
    expect(code).toBe(1)
    for (const word of words) expect(unwell.join('\n')).toContain(word)
  })

  test('prints each finding as a line of JSON, for a program that watches the mail host', async () => {
    const run = async (env: Record<string, string>) => {
      const { code, stdout } = await host.connect(env, ['doctor', '--json'])
      return {
        code,
        findings: stdout
          .trim()
          .split('\n')
          .map((line) => JSON.parse(line) as unknown),
      }
    }
    const well = await run({ RUN_FOLDER: '/srv/run' })
    expect(well.code).toBe(0)
    expect(well.findings.length).toBeGreaterThan(15)
    expect(well.findings).toContainEqual({ level: 'ok', what: 'settings', remedy: null })
    const remedy = 'passing secrets stand there for a moment: choose a folder in memory'
    expect(well.findings).toContainEqual({ level: 'warn', what: 'RUN_FOLDER is not on /run', remedy })
    const unwell = await run({ LANES: '0' })
    expect(unwell).toEqual({ code: 1, findings: [{ level: 'fail', what: expect.stringContaining('LANES') as string, remedy: null }] }) // prettier-ignore
  })

  test('warns of a file system that is nearly full', async () => {
    const fill =
      'mkdir -m 700 /srv/full && mount -t tmpfs -o size=1m,mode=700 tmpfs /srv/full && head -c 1020000 /dev/zero >/srv/full/file'
    expect((await host.lab.run(['sh', '-c', fill])).code).toBe(0)
    const { code, unwell } = await examine({ STATE_FOLDER: '/srv/full' })
    await host.lab.run(['umount', '/srv/full'])
    expect(code).toBe(0)
    expect(unwell).toEqual([
      expect.stringMatching(/^warn {2}the file system of STATE_FOLDER has [0-4] % of its space .*make room/),
    ])
  })

  test('warns when this host’s clock and the database’s differ', async () => {
    try {
      // What the database tells the connector is an hour old.
      await asAdministrator("SET GLOBAL init_connect = 'SET timestamp = UNIX_TIMESTAMP() - 3600'")
      const { code, unwell } = await examine()
      expect(code).toBe(0)
      expect(unwell.join('\n')).toMatch(
        /^warn {2}this host’s clock is 36\d\d s ahead of the database’s → .*timedatectl$/m,
      )
    } finally {
      await asAdministrator("SET GLOBAL init_connect = ''")
    }
  })

  test('warns of a database that may forget what it has acknowledged', async () => {
    await asAdministrator('SET GLOBAL innodb_flush_log_at_trx_commit = 2')
    const { code, unwell } = await examine()
    await asAdministrator('SET GLOBAL innodb_flush_log_at_trx_commit = 1')
    expect(code).toBe(0)
    expect(unwell).toEqual([expect.stringMatching(/may forget.* → set innodb_flush_log_at_trx_commit = 1 in/)])
  })

  test('fails where Dovecot has too little memory for the hashes that are there, as its owner’s log-in does', async () => {
    const [row] = await host.query("SELECT password FROM virtual_users WHERE email = 'healthy.one@example.org'")
    const { stdout } = await host.lab.run(['doveadm', 'pw', '-s', 'ARGON2ID', '-r', '3', '-p', 'the first password'])
    expect(stdout).toContain('$m=262144,')
    const give = (hash: string) =>
      host.query("UPDATE virtual_users SET password = ? WHERE email = 'healthy.one@example.org'", [hash])
    await give(stdout.trim())
    const tried = async (extraConfig: string) => {
      await host.lab.configure({ extraConfig })
      const { code, unwell } = await examine()
      const isIn = await host.lab.canLogIn('healthy.one@example.org', 'the first password').catch(() => false)
      return { code, unwell, isIn }
    }
    const wide = 'service auth-worker {\n  vsz_limit = 384M\n}'
    const [usual, mended, cached] = [await tried(''), await tried(wide), await tried(`auth_cache_size = 10M\n${wide}`)]
    await give(String(row?.['password']))
    await host.lab.configure({ extraConfig: '' })
    expect(usual).toEqual({
      code: 1,
      unwell: [expect.stringMatching(/^fail.* 256 MiB .*auth-worker may have 256.* → service auth-worker \{ vsz_limit = 384M/)],
      isIn: false,
    })
    expect(mended).toEqual({ code: 0, unwell: [], isIn: true })
    expect(cached.unwell).toEqual([expect.stringMatching(/^fail.*Dovecot’s auth may have 256/)])
  }) // prettier-ignore

  test('names a passdb and a userdb that find none of the mailboxes', async () => {
    const otherwise = (query: string) => query.replace('%{user}', 'x%{user}')
    await host.lab.configure({ passdbQuery: otherwise(defaultPassdbQuery()), userdbQuery: otherwise(defaultUserdbQuery) }) // prettier-ignore
    const { code, unwell } = await examine()
    await host.lab.configure({ passdbQuery: defaultPassdbQuery(), userdbQuery: defaultUserdbQuery })
    expect(code).toBe(1)
    expect(unwell.join('\n')).toMatch(/passdb finds no mailbox[^]*userdb finds no mailbox/)
  })

  test('warns of folders that others can enter, and of a run folder on a disk', async () => {
    await mkdir(`${host.lab.root}/srv/open`)
    await chmod(`${host.lab.root}/srv/open`, 0o755)
    const { code, unwell } = await examine({ RUN_FOLDER: '/srv/open' })
    expect(code).toBe(0)
    expect(unwell.join('\n')).toMatch(/RUN_FOLDER.*chmod 700[^]*RUN_FOLDER is not on \/run/)
  })

  describe('looks at where stores are and where they go', () => {
    afterEach(async () => {
      await rm(`${host.lab.root}/srv/mail-quarantine`, { recursive: true, force: true })
      await rm(`${host.lab.root}/srv/linked`, { force: true })
      await host.lab.configure({ userdbQuery: defaultUserdbQuery })
    })

    test.each([
      ['homes that end in a slash', "'/srv/mail/%{user | domain}/%{user | username}/'"],
      ['homes with doubled slashes', "'/srv//mail//%{user | domain}/%{user | username}'"],
    ])('finds %s well', async (_name, home) => {
      await host.lab.configure({ userdbQuery: defaultUserdbQuery.replace(/'\/srv[^']*'/, home) })
      const { code, lines, unwell } = await examine()
      expect(unwell).toEqual([])
      expect(code).toBe(0)
      expect(lines.join('\n')).toContain('homes checked: 1')
    })

    test.each([
      ['outside MAIL_ROOT', "'/srv/elsewhere/%{user}'", 'not inside MAIL_ROOT'],
      ['with a variable left in them', "'/srv/mail/$user'", 'not a plain absolute path'],
      ['over a link', "'/srv/mail/linked/%{user}'", 'over a link'],
    ])('names homes %s', async (_name, home, words) => {
      await rm(`${host.lab.root}/srv/mail/linked`, { force: true })
      await symlink('/srv/mail/example.org', `${host.lab.root}/srv/mail/linked`)
      await host.lab.configure({ userdbQuery: defaultUserdbQuery.replace(/'\/srv[^']*'/, home) })
      const { code, unwell } = await examine()
      expect(code).toBe(1)
      expect(unwell).toEqual([
        expect.stringMatching(new RegExp(`^fail.*cannot be deleted.* /srv.*${words}.* → .*MAIL_ROOT`)),
      ])
    })

    test('names homes that two mailboxes share', async () => {
      await host.makeMailbox('healthy.two@example.org', 'the first password')
      await host.lab.configure({ userdbQuery: defaultUserdbQuery.replace('%{user | username}', 'both/') })
      const { code, unwell } = await examine()
      await host.query("DELETE FROM virtual_users WHERE email = 'healthy.two@example.org'")
      expect(code).toBe(1)
      expect(unwell.join('\n')).toContain(
        '2 of 2 mailboxes cannot be deleted, such as the one at /srv/mail/example.org/both: The home is or contains',
      )
    })

    test.each([
      ['below MAIL_ROOT', { QUARANTINE_FOLDER: '/srv/mail//.quarantine/' }],
      ['at MAIL_ROOT', { QUARANTINE_FOLDER: '/srv/mail/' }],
      ['above MAIL_ROOT', { QUARANTINE_FOLDER: '/srv' }],
      ['below MAIL_ROOT by another way', { QUARANTINE_FOLDER: '/srv/elsewhere/../mail/quarantine' }],
    ])('refuses a quarantine %s', async (_name, more) => {
      const { code, unwell } = await examine(more)
      expect(code).toBe(1)
      expect(unwell).toEqual([expect.stringMatching(/^fail {2}settings: QUARANTINE_FOLDER must lie beside MAIL_ROOT/)])
    })

    test('refuses a quarantine that lies below MAIL_ROOT over a link', async () => {
      await symlink('/srv/mail', `${host.lab.root}/srv/linked`)
      const { code, unwell } = await examine({ QUARANTINE_FOLDER: '/srv/linked/quarantine' })
      expect(code).toBe(1)
      expect(unwell.join('\n')).toMatch(/^fail {2}QUARANTINE_FOLDER is below MAIL_ROOT/m)
    })

    test('refuses a quarantine on another mount, and one that others can write to', async () => {
      const away = await examine({ QUARANTINE_FOLDER: '/dev/shm/quarantine' })
      expect(away.code).toBe(1)
      expect(away.unwell.join('\n')).toMatch(/^fail.*another mount than MAIL_ROOT/m)

      await mkdir(`${host.lab.root}/srv/mail-quarantine`)
      await chmod(`${host.lab.root}/srv/mail-quarantine`, 0o770)
      const open = await examine()
      expect(open.code).toBe(1)
      expect(open.unwell.join('\n')).toMatch(/^fail.*QUARANTINE_FOLDER can be written by others.*chmod 700/m)

      const replaceable = await examine({ QUARANTINE_FOLDER: '/srv/mail-quarantine/inside' })
      expect(replaceable.code).toBe(0)
      expect(replaceable.unwell.join('\n')).toMatch(
        /^warn.*others can write to the folder that contains QUARANTINE_FOLDER/m,
      )
    })
  })

  describe('tells what mail programs need', () => {
    const dovecot = `
      listen = *
      ssl = yes
      protocols = imap lmtp pop3
      service imap-login {
        inet_listener imaps {
          port = 993
        }
      }
      service pop3-login {
        inet_listener pop3 {
          port = 1110
        }
        inet_listener pop3s {
          listen = 127.0.0.1
        }
      }`
    const proposal = async (more: { names?: string; configuration?: string; services?: string } = {}) => {
      const { names = 'DNS:*.example.net,DNS:www.example.org,DNS:mail.example.org', services = '' } = more
      const folder = `${host.lab.root}/etc/mail-programs`
      await mkdir(folder, { recursive: true })
      execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-subj', '/CN=x', '-addext', `subjectAltName=${names}`, '-keyout', `${folder}/key`, '-out', `${folder}/certificate`], { stdio: 'pipe' }) // prettier-ignore
      // Only read: no Dovecot listens so.
      const usual = await readFile(`${host.lab.root}/etc/dovecot/dovecot.conf`, 'utf8')
      const certificate =
        'ssl_server_cert_file = /etc/mail-programs/certificate\nssl_server_key_file = /etc/mail-programs/key'
      await writeFile(`${folder}/dovecot.conf`, `${usual}\n${certificate}\n${more.configuration ?? dovecot}\n`)
      await writeFile(`${host.lab.root}/etc/postfix/master.cf`, `smtp inet n - y - - smtpd\n${services}`)
      const { lines } = await examine({ DOVECOT_CONFIG: '/etc/mail-programs/dovecot.conf' })
      return lines.filter((line) => line.startsWith('MAIL_CLIENT_'))
    }
    const [submission, submissions] = [
      'submission inet n - y - - smtpd\n  -o smtpd_tls_security_level=encrypt\n',
      'submissions inet n - y - - smtpd\n  -o smtpd_tls_wrappermode=yes\n',
    ]

    test('by Dovecot’s listeners, Postfix’s services and the name that both the host and its certificate have', async () => {
      expect(await proposal({ services: submission + submissions })).toEqual([
        'MAIL_CLIENT_IMAP=imaps://mail.example.org',
        'MAIL_CLIENT_POP3=pop3://mail.example.org:1110',
        'MAIL_CLIENT_SMTP=smtps://mail.example.org',
      ])
    })

    test('by Dovecot’s own submission where there is one', async () => {
      const lines = await proposal({ configuration: `${dovecot}\nprotocols = submission`, services: submission })
      expect(lines).toEqual(['MAIL_CLIENT_SMTP=smtps://mail.example.org'])
    })

    test('by STARTTLS, and by a name of the certificate where it is not for this host', async () => {
      const lines = await proposal({ names: 'DNS:www.example.com,DNS:imap.example.com', services: submission })
      expect(lines).toContain('MAIL_CLIENT_SMTP=smtp://imap.example.com')
    })

    test('and nothing of what only this host itself can reach, or of what has no TLS', async () => {
      expect(await proposal({ services: `127.0.0.1:${submissions}` })).not.toContainEqual(expect.stringMatching(/SMTP/))
      expect(await proposal({ configuration: 'listen = *\nssl = no' })).toEqual([])
    })
  })

  test('names a private key that others can read', async () => {
    await writeFile(`${host.lab.root}/etc/colombier/open.key`, host.keys.connector.privateKey, { mode: 0o644 })
    const { code, unwell } = await examine({ SEAL_PRIVATE_KEY_FILE: '/etc/colombier/open.key' })
    expect(code).toBe(1)
    expect(unwell.join('\n')).toContain('chmod 600')
  })

  test('warns when the connector may read accounts, and fails when it may not do its work', async () => {
    const { user, password } = host.lab.database
    const { code, unwell } = await examine({ DATABASE_USER: user, DATABASE_PASSWORD: password })
    expect(code).toBe(0)
    expect(unwell).toEqual([expect.stringContaining('can read accounts')])

    const administrator = await createConnection(host.lab.database)
    await administrator.query("CREATE USER reader@'127.0.0.1' IDENTIFIED BY 'reader'")
    await administrator.query("GRANT SELECT ON mail.* TO reader@'127.0.0.1'")
    await administrator.end()
    const reader = await examine({ DATABASE_USER: 'reader', DATABASE_PASSWORD: 'reader' })
    expect(reader.code).toBe(1)
    expect(reader.unwell.join('\n')).toMatch(/update colombier_mailboxes.*rights[^]*delete/)
  })

  test.each([
    ['mail_plugins { mail_crypt = no }', 'mail_plugins {\n  mail_crypt = no\n}', 'mail_crypt is off'],
    ['crypt_user_key_curve empty', 'crypt_user_key_curve =', 'crypt_user_key_curve'],
    ['crypt_user_key_require_encrypted = no', 'crypt_user_key_require_encrypted = no', 'require_encrypted = yes'],
  ])('names %s', async (_name, extraConfig, words) => {
    await host.lab.configure({ extraConfig })
    const { code, unwell } = await examine()
    await host.lab.configure({ extraConfig: '' })
    expect(code).toBe(1)
    expect(unwell.join('\n')).toContain(words)
  })

  test.each([
    ['hex', defaultPassdbQuery('%{password | sha256 | hex}'), 'hexlify'],
    ['an unknown filter', defaultPassdbQuery('%{password | reverse}'), 'cannot be reproduced'],
    [
      'no key password',
      "SELECT email AS user, password FROM virtual_users WHERE email = '%{user}' AND active = 1",
      'no passdb gives',
    ],
  ])('names a passdb with %s', async (_name, passdbQuery, words) => {
    await host.lab.configure({ passdbQuery })
    const { code, unwell } = await examine()
    await host.lab.configure({ passdbQuery: defaultPassdbQuery() })
    expect(code).toBe(1)
    expect(unwell.join('\n')).toContain(words)
  })

  test('names the lock that this server needs', async () => {
    await host.lab.configure({ userdbQuery: activeUserdbQuery })
    const bouncing = await examine()
    expect(bouncing.code).toBe(1)
    expect(bouncing.unwell.join('\n')).toMatch(/bounces → LOCK=password/)
    expect((await examine({ LOCK: 'password' })).unwell).toEqual([])

    await host.lab.configure({ userdbQuery: defaultUserdbQuery, passdbQuery: defaultPassdbQuery().replace(' AND active = 1', '') }) // prettier-ignore
    const ineffective = await examine()
    expect(ineffective.code).toBe(1)
    expect(ineffective.unwell.join('\n')).toMatch(/locks nobody out → LOCK=password/)
    await host.lab.configure({ passdbQuery: defaultPassdbQuery() })
  })

  test.each([
    ['in a query', "query = SELECT 1 FROM virtual_users WHERE email = '%s' AND\n  active = 1"],
    ['as Postfix once wanted it', "table = virtual_users\nselect_field = 1\nwhere_field = email\nadditional_conditions = AND active = '1'"],
    ['by a view, as an inactive mailbox shows', "query = SELECT 1 FROM open_users WHERE email = '%s'"],
  ])('names a Postfix that looks at the active column %s', async (_how, question) => {
    await host.query('CREATE OR REPLACE VIEW open_users AS SELECT email FROM virtual_users WHERE active = 1')
    await host.query(`INSERT INTO virtual_users (domain_id, email, password, active) VALUES (1, 'asleep.one@example.org', '', 0)`)
    await withPostfix({ ...defaultPostfix, maps: { ...defaultPostfix.maps, 'mailboxes.cf': question } })
    const [bouncing, harmless] = [await examine(), await examine({ LOCK: 'password' })]
    await withPostfix(defaultPostfix)
    await host.query("DELETE FROM virtual_users WHERE email = 'asleep.one@example.org'")
    expect(bouncing.code).toBe(1)
    expect(bouncing.unwell).toEqual([expect.stringMatching(/Postfix.* at the active column: .* bounces → LOCK=password/)])
    expect(harmless.unwell).toEqual([])
    expect(harmless.lines.join('\n')).toMatch(/ok {4}Postfix.* at the active column: .* LOCK=password does not touch it/)
  }) // prettier-ignore

  test('says when no Postfix tells of the lock by the active column, and takes the word of whoever knows better', async () => {
    await withPostfix({ ...defaultPostfix, main: { ...defaultPostfix.main, virtual_mailbox_domains: 'other.example' } })
    const elsewhere = await examine()
    await rm(`${host.lab.root}/etc/postfix/main.cf`)
    const [without, sure, otherLock] = [
      await examine(),
      await examine({ POSTFIX: 'off' }),
      await examine({ LOCK: 'password' }),
    ]
    await withPostfix(defaultPostfix)
    expect(elsewhere.unwell).toEqual([expect.stringContaining('takes in no mail for the domain')])
    expect(without.unwell).toEqual([expect.stringMatching(/no Postfix on this host.*→ LOCK=password; or POSTFIX=off/)])
    expect([elsewhere.code, without.code, sure.unwell, otherLock.unwell]).toEqual([0, 0, [], []])
  })

  test('names a Postfix that does not know the mailboxes, or that cannot be asked', async () => {
    const asking = (question: string) => ({
      ...defaultPostfix,
      maps: { ...defaultPostfix.maps, 'mailboxes.cf': question },
    })
    await withPostfix(asking("query = SELECT 1 FROM virtual_users WHERE email = ''"))
    expect((await examine()).unwell).toEqual([expect.stringContaining('does not know a mailbox that is there')])
    await withPostfix(asking("query = SELECT 1 FROM nowhere WHERE email = '%s'"))
    const { code, unwell, lines } = await examine()
    expect(code).toBe(1)
    expect(unwell).toEqual([expect.stringMatching(/Postfix cannot be asked \(postmap ended with 1\)/)])
    expect(lines.join('\n')).not.toContain(host.lab.database.password)
    await withPostfix({ ...defaultPostfix, main: { virtual_mailbox_domains: 'mysql:/etc/postfix/none.cf' } })
    expect((await examine()).code).toBe(1)
    await withPostfix(defaultPostfix)
  })

  test('warns of a Postfix that follows no alias, and sees one that does', async () => {
    await host.query(`INSERT INTO virtual_aliases (domain_id, source, destination) VALUES
      (1, '@example.org', 'healthy.one@example.org'), (1, 'dove@example.org', 'Healthy.One@example.org')`)
    const follows = await examine()
    const aliases = "query = SELECT destination FROM virtual_aliases WHERE source = 'x%s'"
    await withPostfix({ ...defaultPostfix, maps: { ...defaultPostfix.maps, 'aliases.cf': aliases } })
    const not = await examine()
    await withPostfix(defaultPostfix)
    await host.query('DELETE FROM virtual_aliases')
    expect(follows.unwell).toEqual([])
    expect(follows.lines.join('\n')).toContain('Postfix follows an alias that is there')
    expect(not.unwell).toEqual([
      expect.stringMatching(/^warn {2}Postfix follows none of the aliases.*virtual_alias_maps/),
    ])
    expect(not.code).toBe(0)
  })

  test('notes that log-ins are cached', async () => {
    await host.lab.configure({ extraConfig: 'auth_cache_size = 10M' })
    const { code, lines } = await examine()
    await host.lab.configure({ extraConfig: '' })
    expect(code).toBe(0)
    expect(lines.join('\n')).toContain('cached')
  })

  test('warns of a connector that does not run, and of tasks that wait', async () => {
    expect((await examine({ CONNECTOR_NAME: 'never.seen' })).unwell.join('\n')).toContain('has not run yet')
    await host.requestMailbox('long.waiting@example.org', 'the first password')
    await host.query('UPDATE colombier_tasks SET not_before = not_before - INTERVAL 1 HOUR WHERE state = ?', ['queued'])
    await host.query('UPDATE colombier_connectors SET seen_at = seen_at - INTERVAL 1 HOUR')
    const { code, unwell } = await examine()
    expect(code).toBe(0)
    expect(unwell.join('\n')).toMatch(/ran last \d+ s ago[^]*1 tasks have been due/)
  })
})
