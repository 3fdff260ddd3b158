import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { unmatchableHash } from '../../connector/contract/lock.ts'
import { KeyPasswordError, parseKeyPasswordExpression } from '../../connector/contract/key-password.ts'
import { defaultPassdbQuery } from '../lab/lab.ts'
import { createPasswordHasher } from '../../src/lib/password/hasher.ts'
import type { PasswordScheme } from '../../src/lib/password/schemes.ts'
import { makeMail, startMailHost, type MailHost } from './mail-host.ts'
import { inLanes, readSubjects } from './promises.ts'

/** What a person may think of, each 12 characters or more. */
const awkward = [
  '  two spaces at both ends  ',
  '100%{user}x and %% and %s',
  `"double" and 'single' quotes`,
  '$HOME `id` $(id) \\ back\\slash',
  'Été à l’ombre, 鳩小屋 🕊️ здесь',
  'x'.repeat(64),
  '#comment; -- /* sql */ <b>&amp;',
  '{PLAIN}not a scheme{SSHA}',
]

const schemes: PasswordScheme[] = ['argon2id', 'argon2i', 'bcrypt', 'sha512-crypt', 'sha256-crypt', 'pbkdf2']
const cheap = { argon2MemoryKiB: 8192, argon2Passes: 3, bcryptCost: 10, shaCryptRounds: 5000, pbkdf2Rounds: 5000 }

describe('in each of the six schemes', () => {
  let host: MailHost
  beforeAll(async () => {
    host = await startMailHost()
  })
  afterAll(() => host.stop())

  function useScheme(scheme: PasswordScheme, prefix = true) {
    const hasher = createPasswordHasher({ scheme, ...cheap, prefix })
    const { deps } = host
    deps.hashers = { ...deps.hashers, mailbox: hasher }
    return hasher
  }

  test.each(schemes)(
    '%s: owners log in with awkward passwords, and again with old mail after a change',
    async (scheme) => {
      const hasher = useScheme(scheme)
      const mailboxes = awkward.map((password, index) => ({
        address: `${scheme}.${index}@example.org`,
        password,
        next: awkward[(index + 1) % awkward.length] ?? '',
      }))
      for (const { address, password } of mailboxes) await host.requestMailbox(address, password)
      expect((await host.connect({ LANES: '4' })).code).toBe(0)
      await inLanes(mailboxes, 4, async ({ address, password }) => {
        await host.lab.deliver(address, makeMail('Before'))
        expect(await readSubjects(host, address, password), password).toEqual(['Before'])
      })

      for (const { address, password, next } of mailboxes) {
        expect(await host.requestPassword(address, password, next), password).toBe('requested')
      }
      const { code, stdout } = await host.connect({ LANES: '4' })

      expect(code, stdout).toBe(0)
      await inLanes(mailboxes, 4, async ({ address, password, next }) => {
        expect(await readSubjects(host, address, next), next).toEqual(['Before'])
        expect(await host.lab.canLogIn(address, password), password).toBe(false)
      })
      await hasher.close()
    },
  )

  // Dovecot takes a bare $1$ for MD5-CRYPT: pbkdf2 needs its name in any case.
  test.each([
    ['argon2id', 'ARGON2ID'],
    ['bcrypt', 'BLF-CRYPT'],
    ['sha512-crypt', 'SHA512-CRYPT'],
  ] as const)('%s: also without its name in front, where Dovecot is told the default', async (scheme, name) => {
    await host.lab.configure({ extraConfig: `passdb_default_password_scheme = ${name}` })
    const hasher = useScheme(scheme, false)
    const address = `bare.${scheme}@example.org`
    await host.makeMailbox(address, 'the first password')
    await host.requestPassword(address, 'the first password', 'the second password')
    expect((await host.connect()).code).toBe(0)

    expect(await readSubjects(host, address, 'the second password')).toEqual([])
    const [row] = await host.query('SELECT password FROM virtual_users WHERE email = ?', [address])
    expect(row?.['password']).toMatch(/^\$/)
    await hasher.close()
  })
})

describe('in a scheme that only mailboxes from before Colombier have', () => {
  let host: MailHost
  beforeAll(async () => {
    host = await startMailHost({ extraConfig: 'auth_allow_weak_schemes = yes' })
  })
  afterAll(() => host.stop())

  test.each(['MD5', 'MD5-CRYPT', 'PLAIN-MD5', 'LDAP-MD5', 'SMD5', 'SHA', 'SSHA', 'SHA512', 'SSHA256', 'CRYPT'])(
    '%s: what doveadm makes verifies here',
    async (scheme) => {
      await inLanes(awkward, 2, async (password) => {
        const { stdout } = await host.lab.run(['doveadm', 'pw', '-s', scheme, '-p', password])
        const { mailbox } = host.deps.hashers
        expect(await mailbox.verify(stdout.trim(), password), password).toBe('match')
        expect(await mailbox.verify(stdout.trim(), `${password}.`), password).toBe('mismatch')
      })
    },
  )

  test('a bare digest verifies, and its password is changed, where both sides are told the default', async () => {
    await host.lab.configure({
      extraConfig: 'auth_allow_weak_schemes = yes\npassdb_default_password_scheme = PLAIN-MD5',
    })
    const hasher = createPasswordHasher({ scheme: 'argon2id', ...cheap, defaultScheme: 'PLAIN-MD5' })
    host.deps.hashers = { ...host.deps.hashers, mailbox: hasher }
    const address = 'bare.md5@example.org'
    await host.makeMailbox(address, 'the first password')
    const bare = createHash('md5').update('the first password').digest('hex')
    await host.query('UPDATE virtual_users SET password = ? WHERE email = ?', [bare, address])
    await host.lab.deliver(address, makeMail('Before'))
    expect(await readSubjects(host, address, 'the first password')).toEqual(['Before'])

    expect(await host.requestPassword(address, 'the first password', 'the second password')).toBe('requested')
    expect((await host.connect()).code).toBe(0)

    expect(await readSubjects(host, address, 'the second password')).toEqual(['Before'])
    await hasher.close()
  })
})

describe('the value of a lock lets nobody in', () => {
  const address = 'locked.away@example.org'
  let host: MailHost
  beforeAll(async () => {
    host = await startMailHost()
    await host.query("INSERT INTO virtual_users (domain_id, email, password) VALUES (1, ?, '')", [address])
  })
  afterAll(() => host.stop())

  const guessesAt = (value: string) => [
    value,
    ...['{CRYPT}', '{CRYPT}$5$'].map((start) => value.slice(start.length)),
    '*0',
    'a guess',
  ]
  const lock = async () => {
    const value = unmatchableHash()
    await host.query('UPDATE virtual_users SET password = ? WHERE email = ?', [value, address])
    return value
  }

  const defaults = ['CRYPT', 'SHA512-CRYPT', 'BLF-CRYPT', 'ARGON2ID', 'PLAIN', 'MD5', 'SHA256.HEX', 'UNHEARD-OF']
  test.each(defaults)('and is a wrong password to Dovecot, not a fault, whose default is %s', async (name) => {
    await host.lab.configure({ extraConfig: `passdb_default_password_scheme = ${name}` })
    for (const guess of guessesAt(await lock())) {
      expect(await host.lab.canLogIn(address, guess), guess).toBe(false)
      const { code } = await host.lab.run(['doveadm', 'auth', 'test', address], { input: `${guess}\n` })
      expect(code, guess).toBe(77)
    }
  })

  test.each(['SHA512-CRYPT', 'BLF-CRYPT', 'ARGON2ID', 'UNHEARD-OF'])('where the query adds %s', async (name) => {
    const query = `CONCAT('{${name}}', password) AS password`
    await host.lab.configure({ passdbQuery: defaultPassdbQuery().replace('password,', `${query},`), extraConfig: '' })
    for (const guess of guessesAt(await lock())) {
      const { code } = await host.lab.run(['doveadm', 'auth', 'test', address], { input: `${guess}\n` })
      expect(code, guess).not.toBe(0)
    }
  })
})

describe('the key password is computed as Dovecot computes it', () => {
  const expressions = [
    '%{password | sha256 | hexlify}',
    '%{password|sha256|hexlify}',
    '%{ password | sha256 | hexlify }',
    '%{password | md5 | hexlify}',
    '%{password | sha1 | hexlify}',
    '%{password | sha384 | hexlify}',
    '%{password | sha512 | hexlify}',
    '%{password | sha512 | base64}',
    '%{password | sha256 | sha256 | hexlify}',
    '%{password | hexlify}',
    '%{password | base64}',
    '%{password | hexlify | base64}',
    '%{password}',
    'prefix-%{password | sha256 | hexlify}-suffix',
    '%{password | sha1 | hexlify}%{password | md5 | hexlify}',
    '%{password | sha256(rounds=1000) | hexlify}',
    '%{password | sha256(salt="pepper") | hexlify}',
    '%{password | sha256(rounds=1000,salt="pepper and salt") | hexlify}',
    '%{password | sha512(salt="a|b", rounds=3) | base64}',
    '%{password | sha256(salt="a,b", rounds=2) | hexlify}',
  ]

  let host: MailHost
  beforeAll(async () => {
    host = await startMailHost()
  })
  afterAll(() => host.stop())

  test.each(expressions)('%s', async (expression) => {
    const user = 'derived.key@example.org'
    await host.lab.configure({ passdbQuery: defaultPassdbQuery(expression.replaceAll("'", "''")) })
    const derive = parseKeyPasswordExpression(expression)
    const addressOf = (password: string) => `${String(awkward.indexOf(password))}.${user}`
    // One after the other: two replacements at once can wait for each other.
    for (const password of awkward)
      await host.query('REPLACE INTO virtual_users (domain_id, email, password) VALUES (1, ?, ?)', [
        addressOf(password),
        `{PLAIN}${password}`,
      ])
    await inLanes(awkward, 2, async (password) => {
      const address = addressOf(password)
      const { stdout, stderr } = await host.lab.run(['doveadm', 'auth', 'login', address], { input: `${password}\n` })
      const found = /crypt_user_key_password=([^\n]*)/.exec(stdout)?.[1]
      expect(found, stdout + stderr).toBe(derive(password))
    })
  })

  test('a mailbox whose login password is its key password is set up, changed and read', async () => {
    await host.lab.configure({ passdbQuery: defaultPassdbQuery('%{password}') })
    host.deps.config.keyPassword = { expression: '%{password}', derive: parseKeyPasswordExpression('%{password}') }
    for (const [index, password] of awkward.entries()) {
      const address = `plain.${index}@example.org`
      const next = awkward[(index + 1) % awkward.length] ?? ''
      await host.requestMailbox(address, password)
      expect((await host.connect()).code).toBe(0)
      await host.lab.deliver(address, makeMail('Before'))
      await host.requestPassword(address, password, next)
      expect((await host.connect()).code).toBe(0)
      expect(await readSubjects(host, address, next), next).toEqual(['Before'])
    }
  })

  test.each([
    '%{password | sha256 | hex}',
    '%{password | sha256}',
    '%{password | hash("pbkdf2") | hexlify}',
    '%{password | pkcs5(salt="x") | hexlify}',
    '%{password | unknown | hexlify}',
    '%{user | sha256 | hexlify}',
    '%{password | sha256(rounds=0) | hexlify}',
    '%{password | sha256(rounds=2, salt=pepper) | hexlify}',
    '%{password | sha256(rounds="2") | hexlify}',
    '%{password | sha256(rounds=2,) | hexlify}',
    '%{password | sha256() | hexlify}',
    '%{password | sha256(salt="a\\b") | hexlify}',
    '%{password | sha256(salt="a%{user}b") | hexlify}',
    '%{password | sha256(bits=12) | hexlify}',
    '%{password | upper | sha256 | hexlify}',
    '%{password | SHA256 | hexlify}',
    '%{Password | sha256 | hexlify}',
    '%{password | hexlify(64)}',
    '%{password | base64(pad=false)}',
    '%{password || sha256 | hexlify}',
    '%{password | | sha256 | hexlify}',
    '%{password | sha256 | hexlify |}',
    'constant',
    '',
    '%{password',
    'password}',
    '%p %{password | sha256 | hexlify}',
    `it's %{password | sha256 | hexlify}`,
    '"%{password | sha256 | hexlify}"',
    'back\\slash %{password | sha256 | hexlify}',
    '%{password | sha256 | hexlify}\n',
  ])('%s is refused: it could not be reproduced', (expression) => {
    expect(() => parseKeyPasswordExpression(expression)).toThrow(KeyPasswordError)
  })
})
