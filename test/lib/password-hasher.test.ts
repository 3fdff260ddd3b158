import { createHash, pbkdf2Sync } from 'node:crypto'
import { threadId } from 'node:worker_threads'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createPasswordHasher, type PasswordHasher, type PasswordHasherOptions } from '../../src/lib/password/hasher.ts'
import { type PasswordScheme } from '../../src/lib/password/schemes.ts'
import { createHashWork, HasherBusy, type HashWork } from '../../src/lib/password/work.ts'

const CHEAP = { argon2MemoryKiB: 8192, bcryptCost: 10, shaCryptRounds: 6000, pbkdf2Rounds: 5000 }
const SCHEMES: PasswordScheme[] = ['argon2id', 'argon2i', 'bcrypt', 'sha512-crypt', 'sha256-crypt', 'pbkdf2']
const FORMS: Record<PasswordScheme, RegExp> = {
  argon2id: /^\{ARGON2ID\}\$argon2id\$v=19\$m=8192,t=3,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/,
  argon2i: /^\{ARGON2I\}\$argon2i\$v=19\$m=8192,t=3,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/,
  bcrypt: /^\{BLF-CRYPT\}\$2b\$10\$[./A-Za-z0-9]{53}$/,
  'sha512-crypt': /^\{SHA512-CRYPT\}\$6\$rounds=6000\$[./A-Za-z0-9]{16}\$[./A-Za-z0-9]{86}$/,
  'sha256-crypt': /^\{SHA256-CRYPT\}\$5\$rounds=6000\$[./A-Za-z0-9]{16}\$[./A-Za-z0-9]{43}$/,
  pbkdf2: /^\{PBKDF2\}\$1\$[./A-Za-z0-9]{16}\$5000\$[0-9a-f]{40}$/,
}

let work: HashWork
beforeAll(() => {
  work = createHashWork({ atOnce: 2, maxWaiting: 1000 })
})
afterAll(() => work.close())

function argon2Of(parameters: string): string {
  return `$argon2id$v=19$${parameters}$vBb99oJ12p3WAdYlaMHz1A$jtFOtbo/sYV9OSlTxDo/nVNq3uArHd5GJSEx0ty85Cc`
}

function hasherOf(scheme: PasswordScheme, options: Partial<PasswordHasherOptions> = {}): PasswordHasher {
  return createPasswordHasher({ scheme, ...CHEAP, work, ...options })
}

describe.each(SCHEMES)('%s', (scheme) => {
  test.each([
    ['spaces', '  correct horse  battery '],
    ['percent signs', '100%{user}x %u %%'],
    ['quotes and backslashes', `it's "so" \`called\` \\n`],
    ['dollars', '$6$rounds=1$salt$ $HOME'],
    ['braces like a scheme', '{PLAIN}sesame'],
    ['non-ASCII letters', 'Grüße aus Køln, пароль'],
    ['signs beyond the basic plane', 'coo 🕊🕊🕊'],
    ['64 characters', 'q'.repeat(64)],
    ['72 bytes', 'w'.repeat(72)],
  ])('a password with %s verifies, and another does not', async (_, password) => {
    const hasher = hasherOf(scheme)
    const value = await hasher.hash(password)

    expect(value).toMatch(FORMS[scheme])
    expect(value).toHaveLength(hasher.valueLength)
    expect(await hasher.verify(value, password)).toBe('match')
    expect(await hasher.verify(value.replace(/^\{[^}]+\}/, ''), password)).toBe('match')
    expect(await hasher.verify(value, password.slice(0, -1))).toBe('mismatch')
    expect(await hasher.verify(value, '')).toBe('mismatch')
  })

  test('a value without prefix is written where the site’s column has none', async () => {
    const hasher = hasherOf(scheme, { prefix: false })
    const value = await hasher.hash('correct horse')

    expect(value).toMatch(/^\$/)
    expect(value).toHaveLength(hasher.valueLength)
    expect(await hasher.verify(value, 'correct horse')).toBe('match')
    expect(await hasherOf('pbkdf2').verify(value, 'correct horse')).toBe('match')
  })

  test('the two ways to write é are two passwords', async () => {
    const hasher = hasherOf(scheme)
    const value = await hasher.hash('caf\u00e9 cr\u00e8me')
    expect(await hasher.verify(value, 'cafe\u0301 cre\u0300me')).toBe('mismatch')
  })

  test('the same password gives another value each time', async () => {
    const hasher = hasherOf(scheme)
    expect(await hasher.hash('correct horse')).not.toBe(await hasher.hash('correct horse'))
  })

  test('nobody’s password never matches', async () => {
    expect(await hasherOf(scheme).verifyAgainstNothing('correct horse')).toBe('mismatch')
  })

  test('a NUL is refused, and verifies nothing', async () => {
    const hasher = hasherOf(scheme)
    await expect(hasher.hash('correct\0horse')).rejects.toThrow(RangeError)
    expect(await hasher.verify(await hasher.hash('correct'), 'correct\0horse')).toBe('mismatch')
  })
})

describe('how long a password may be', () => {
  test('bcrypt holds 72 bytes, and refuses 73 instead of cutting', async () => {
    const bcrypt = hasherOf('bcrypt')
    expect(bcrypt.refusal('a'.repeat(72))).toBeNull()
    expect(bcrypt.refusal('a'.repeat(73))).toBe('too-many-bytes')
    expect(bcrypt.refusal('é'.repeat(37))).toBe('too-many-bytes')
    await expect(bcrypt.hash('a'.repeat(73))).rejects.toThrow(RangeError)
  })

  test('sha-crypt holds what libcrypt takes, and a stored value never matches more', async () => {
    for (const scheme of ['sha512-crypt', 'sha256-crypt'] as const) {
      const hasher = hasherOf(scheme)
      expect(hasher.refusal('a'.repeat(511))).toBeNull()
      expect(hasher.refusal('a'.repeat(512))).toBe('too-many-bytes')
      const value = await hasher.hash('a'.repeat(511))
      expect(await hasher.verify(value, 'a'.repeat(511))).toBe('match')
      expect(await hasher.verify(value, 'a'.repeat(512))).toBe('mismatch')
    }
  })

  test.each(['argon2id', 'argon2i', 'pbkdf2'] as const)('%s holds 256 characters of four bytes', async (scheme) => {
    const hasher = hasherOf(scheme)
    expect(hasher.refusal('🕊'.repeat(256))).toBeNull()
    expect(await hasher.verify(await hasher.hash('🕊'.repeat(256)), '🕊'.repeat(256))).toBe('match')
  })
})

describe('values made elsewhere', () => {
  // From Dovecot's own test of its schemes (src/auth/test-libpassword.c): each is of the password "test".
  test.each([
    '{ARGON2ID}$argon2id$v=19$m=65536,t=3,p=1$vBb99oJ12p3WAdYlaMHz1A$jtFOtbo/sYV9OSlTxDo/nVNq3uArHd5GJSEx0ty85Cc',
    '{ARGON2I}$argon2i$v=19$m=32768,t=4,p=1$f2iuP4aUeNMrgu34fhOkkg$1XSZZMWlIs0zmE+snlUIcLADO3GXbA2O/hsQmmc317k',
    '{ARGON2}$argon2i$v=19$m=32768,t=4,p=1$f2iuP4aUeNMrgu34fhOkkg$1XSZZMWlIs0zmE+snlUIcLADO3GXbA2O/hsQmmc317k',
    '{BLF-CRYPT}$2y$05$11ipvo5dR6CwkzwmhwM26OXgzXwhV2PyPuLV.Qi31ILcRcThQpEiW',
    '{PBKDF2}$1$bUnT4Pl7yFtYX0KU$5000$50a83cafdc517b9f46519415e53c6a858908680a',
    '{SHA1}qUqP5cyxm6YcTAhz05Hph5gvu9M=',
    '{SHA256}n4bQgYhMfWWaL+qgxVrQFaO/TxsrC4Is0V1sFbDwCgg=',
    '{SHA512}7iaw3Ur350mqGo7jwQrpkj9hiYB3Lkc/iBml1JQODbJ6wYX4oOHV+E+IvIh/1nsUNzLDBMxfqa2Ob1f1ACio/w==',
    '{SSHA}H/zrDv8FXUu1JmwvVYijfrYEF34jVZcO',
    '{PLAIN}test',
    '{MD5-CRYPT}$1$GgvxyNz8$OjZhLh4P.gF1lxYEbLZ3e/',
    '{MD5}$1$GgvxyNz8$OjZhLh4P.gF1lxYEbLZ3e/',
    '{CRYPT}$1$GgvxyNz8$OjZhLh4P.gF1lxYEbLZ3e/',
    '$1$wmyrgRuV$kImF6.9MAFQNHe23kq5vI/',
    '{PLAIN-MD5}098f6bcd4621d373cade4e832627b4f6',
    '{LDAP-MD5}CY9rzUYh03PK3k6DJie09g==',
    '{MD5}CY9rzUYh03PK3k6DJie09g==',
    '{SMD5}cIOEmHUHWVeKozezEKDTygPWriA=',
  ])('Dovecot’s own %s verifies', async (value) => {
    const hasher = hasherOf('argon2id')
    expect(await hasher.verify(value, 'test')).toBe('match')
    expect(await hasher.verify(value, 'Test')).toBe('mismatch')
  })

  // mkpasswd -m bcrypt, 5.5.17 with libxcrypt 4.4.33
  test.each([
    ['$2b$10$abcdefghijklmnopqrstuuKOuboy4bN.nMC1cvT/2ffkBMc.QXHfq', 'Grüße "100%" $HOME'],
    ['$2b$05$abcdefghijklmnopqrstuuGUnCqbfgs3htOkLrFduUjAyLBw1Rq/u', ' '.repeat(72).replaceAll(' ', 'a')],
    ['{CRYPT}$2y$05$abcdefghijklmnopqrstuuhKF09ZYWwH2zP/0fwE1X8e/Q1YNx/hO', 'x'],
    ['{crypt}$2a$05$abcdefghijklmnopqrstuuhKF09ZYWwH2zP/0fwE1X8e/Q1YNx/hO', 'x'],
  ])('libcrypt’s bcrypt value %s verifies', async (value, password) => {
    expect(await hasherOf('argon2id').verify(value, password)).toBe('match')
  })

  test('bcrypt made elsewhere of a longer password verifies, as in Dovecot, by its first 72 bytes', async () => {
    const value = '$2b$05$abcdefghijklmnopqrstuuGUnCqbfgs3htOkLrFduUjAyLBw1Rq/u'
    expect(await hasherOf('argon2id').verify(value, 'a'.repeat(73))).toBe('match')
    expect(await hasherOf('argon2id').verify(value, 'a'.repeat(71))).toBe('mismatch')
  })

  test.each([
    ['SHA', 'sha1', ''],
    ['SHA1', 'sha1', ''],
    ['SHA256', 'sha256', ''],
    ['SHA512', 'sha512', ''],
    ['SSHA', 'sha1', 'salt'],
    ['SSHA256', 'sha256', 'salty'],
    ['SSHA512', 'sha512', 'saltier'],
    ['PLAIN-MD5', 'md5', ''],
    ['LDAP-MD5', 'md5', ''],
    ['SMD5', 'md5', 'salt'],
  ])('%s verifies in base64 and in hex', async (name, algorithm, salt) => {
    const hasher = hasherOf('argon2id')
    const bytes = Buffer.concat([createHash(algorithm).update(`päss${salt}`).digest(), Buffer.from(salt)])
    const hexValues = [`{${name}.HEX}${bytes.toString('hex')}`, `{${name}.hex}${bytes.toString('hex').toUpperCase()}`]
    if (salt === '') hexValues.push(`{${name}}${bytes.toString('hex')}`)
    const values = [`{${name}}`, `{${name}.b64}`, `{${name}.BASE64}`].map((prefix) => prefix + bytes.toString('base64'))

    for (const value of [...values, ...hexValues]) {
      expect([value, await hasher.verify(value, 'päss')]).toEqual([value, 'match'])
      expect([value, await hasher.verify(value, 'pass')]).toEqual([value, 'mismatch'])
    }
  })

  test('PLAIN, CLEAR and CLEARTEXT compare the text itself, and an empty one is no password', async () => {
    const hasher = hasherOf('argon2id')
    for (const prefix of ['{PLAIN}', '{CLEAR}', '{CLEARTEXT}', '{plain}']) {
      expect(await hasher.verify(`${prefix}{x} pä ss`, '{x} pä ss')).toBe('match')
      expect(await hasher.verify(`${prefix}{x} pä ss`, '{x} pä s')).toBe('mismatch')
      expect(await hasher.verify(prefix, '')).toBe('mismatch')
    }
    expect(await hasher.verify('{PLAIN.b64}c2VzYW1l', 'sesame')).toBe('match')
  })

  test('a bare $1$ is pbkdf2 only when it looks like nothing else', async () => {
    const hasher = hasherOf('argon2id')
    const pbkdf2 = `$1$abcdefgh$1000$${pbkdf2Sync('test', 'abcdefgh', 1000, 20, 'sha1').toString('hex')}`
    expect(await hasher.verify(pbkdf2, 'test')).toBe('match')
    expect(await hasher.verify('{MD5-CRYPT}' + pbkdf2, 'test')).toBe('unknown-scheme')
  })

  test('a value without a name is read in the site’s default scheme, unless it shows its own', async () => {
    const hasher = hasherOf('argon2id', { defaultScheme: 'Plain-MD5' })
    expect(await hasher.verify('098f6bcd4621d373cade4e832627b4f6', 'test')).toBe('match')
    expect(await hasher.verify('098f6bcd4621d373cade4e832627b4f6', 'tess')).toBe('mismatch')
    expect(await hasher.verify('$1$wmyrgRuV$kImF6.9MAFQNHe23kq5vI/', 'test')).toBe('match')
    expect(await hasher.verify((await hasher.hash('test')).replace('{ARGON2ID}', ''), 'test')).toBe('match')
    expect(await hasher.verify('{PLAIN}098f6bcd4621d373cade4e832627b4f6', 'test')).toBe('mismatch')

    const plain = hasherOf('argon2id', { defaultScheme: 'PLAIN' })
    expect(await plain.verify('sesame', 'sesame')).toBe('match')
    expect(await plain.verify('', '')).toBe('mismatch')
    expect(await hasherOf('argon2id', { defaultScheme: 'CRAM-MD5' }).verify('sesame', 'sesame')).toBe('unknown-scheme')
  })

  test.each([
    ['', 'nothing at all'],
    ['test', 'no scheme at all'],
    ['{}test', 'an empty scheme'],
    ['{PLAIN', 'half a scheme'],
    ['{NTLM}0cb6948805f797bf2a82807973b89537', 'a scheme we leave alone'],
    ['{SHA256.ROT13}abc', 'an encoding nobody knows'],
    ['{SHA256}abc', 'a digest cut short'],
    ['{SSHA512}AAAA', 'a salted digest cut short'],
    ['{SHA}!!!!!!!!!!!!!!!!!!!!!!!!!!!=', 'what is not base64'],
    ['{CRYPT}//EsnG9FLTKjo', 'des-crypt'],
    ['{MD5.HEX}098f6bcd4621d373cade4e832627b4f6', 'an encoding that Dovecot does not take there'],
    ['{CRAM-MD5}e02d374fde0dc75a17a557039a3a5338c7743304777dccd376f332bee68d2cf6', 'what is kept for a challenge'],
    [`{BLF-CRYPT}$6$saltstring$${'a'.repeat(86)}`, 'sha512-crypt under the name of bcrypt'],
    [`{CRYPT}${argon2Of('m=8192,t=3,p=1')}`, 'argon2 under the name of crypt(3)'],
    ['{SHA1}qUqP5cyxm6YcTAhz05Hph5gvu9M', 'base64 without its padding'],
    ['$y$j9T$F5Jx5fExrKuPp53xLKQ..1$X3DX6M94c7o.9agCG9G317fhZg9SqC.5i5rd.RhAtQ7', 'yescrypt'],
    ['$2x$05$11ipvo5dR6CwkzwmhwM26OXgzXwhV2PyPuLV.Qi31ILcRcThQpEiW', 'the faulty bcrypt'],
    [argon2Of('m=8192,p=1,t=3'), 'argon2 in the wrong order'],
    [argon2Of('m=08192,t=3,p=1'), 'argon2 with a number that begins with 0'],
    ['$argon2d$v=19$m=8192,t=3,p=1$vBb99oJ12p3WAdYlaMHz1A$jtFOtbo/sYV9OSlTxDo/nVNq3uArHd5GJSEx0ty85Cc', 'argon2d'],
    ['$pbkdf2-sha256$29000$N2YMIWQsBWBMae09x1jrPQ$1t8iyB2A.WF/Z5JZv.lfCIhXXN33N23OSgQYThBYRfk', 'passlib’s pbkdf2'],
  ])('%s is unknown: %s', async (value) => {
    expect(await hasherOf('argon2id').verify(value, 'test')).toBe('unknown-scheme')
  })

  test.each([
    ['memory', argon2Of('m=1048576,t=1,p=1')],
    ['passes', argon2Of('m=262144,t=9,p=1')],
    ['lanes', argon2Of('m=65536,t=3,p=99')],
    ['bcrypt cost', '$2y$16$11ipvo5dR6CwkzwmhwM26OXgzXwhV2PyPuLV.Qi31ILcRcThQpEiW'],
    ['sha-crypt rounds', `$6$rounds=999999999$abcdefgh$${'a'.repeat(86)}`],
    ['pbkdf2 rounds', `{PBKDF2}$1$abcdefgh$4294967295$${'a'.repeat(40)}`],
    ['length', `{PLAIN}${'a'.repeat(2000)}`],
  ])('a value that would cost too much to check is unknown, and nothing is computed: %s', async (_, value) => {
    const idle = createHashWork({ atOnce: 1 })
    idle.inTurn = () => Promise.reject(new Error('computed'))
    expect(await hasherOf('argon2id', { work: idle }).verify(value, 'test')).toBe('unknown-scheme')
  })

  test('no stored value makes verify throw', async () => {
    const hasher = hasherOf('argon2id')
    const names = [
      'ARGON2ID',
      'BLF-CRYPT',
      'SHA512-CRYPT',
      'CRYPT',
      'PBKDF2',
      'SSHA256',
      'SHA',
      'PLAIN',
      'SHA512.HEX',
      'MD5',
      'SMD5',
      'CRYPT.b64',
    ]
    const starts = ['$argon2id$v=19$m=8,t=1,p=1$', '$2b$04$', '$6$rounds=1000$', '$5$', '$1$', '$', '']
    const tail = fc.oneof(fc.string({ unit: 'binary' }), fc.base64String(), fc.stringMatching(/^[./A-Za-z0-9$]{0,90}$/))
    const stored = fc
      .tuple(
        fc.oneof(
          fc.constant(''),
          fc.constantFrom(...names).map((name) => `{${name}}`),
        ),
        fc.constantFrom(...starts),
        tail,
      )
      .map((parts) => parts.join(''))

    await fc.assert(
      fc.asyncProperty(stored, fc.string({ unit: 'binary' }), async (value, password) => {
        expect(['match', 'mismatch', 'unknown-scheme']).toContain(await hasher.verify(value, password))
      }),
      { numRuns: 500 },
    )
  })

  test('no value that was changed in one place makes verify throw or match', async () => {
    const values = await Promise.all(SCHEMES.map((scheme) => hasherOf(scheme).hash('correct horse')))
    const changed = fc
      .tuple(fc.constantFrom(...values), fc.nat(), fc.constantFrom('', '$', '0', '/', '=', ',', '\n', 'é'))
      .map(
        ([value, at, by]) =>
          [value, value.slice(0, at % value.length) + by + value.slice((at % value.length) + 1)] as const,
      )

    await fc.assert(
      fc.asyncProperty(changed, async ([value, other]) => {
        // A change of the scheme's name alone may leave a value that Dovecot reads the same way.
        fc.pre(other !== value && other.startsWith(value.slice(0, value.indexOf('}') + 1)))
        expect(await hasherOf('argon2id').verify(other, 'correct horse')).not.toBe('match')
      }),
      { numRuns: 300 },
    )
  })
})

describe('parameters', () => {
  test('the defaults are doveadm’s for argon2id, and as long as the column must be', async () => {
    const hasher = createPasswordHasher({ scheme: 'argon2id', work })
    expect(hasher.valueLength).toBe(107)
    expect(await hasher.hash('correct horse')).toMatch(/^\{ARGON2ID\}\$argon2id\$v=19\$m=65536,t=3,p=1\$/)
  })

  test('sha512-crypt with 5,000 rounds and no prefix fits a column of 106, with the default rounds and prefix it takes 134', async () => {
    const short = createPasswordHasher({ scheme: 'sha512-crypt', shaCryptRounds: 5000, prefix: false, work })
    expect(short.valueLength).toBe(106)
    expect(await short.hash('correct horse')).toMatch(/^\$6\$[^$]{16}\$[^$]{86}$/)
    expect(createPasswordHasher({ scheme: 'sha512-crypt', work }).valueLength).toBe(134)
  })

  test.each([
    ['argon2MemoryKiB', 64],
    ['argon2MemoryKiB', 131_073],
    ['argon2Passes', 0],
    ['argon2Lanes', 5],
    ['bcryptCost', 9],
    ['bcryptCost', 16],
    ['shaCryptRounds', 4999],
    ['shaCryptRounds', 5000.5],
    ['pbkdf2Rounds', Number.NaN],
    ['pbkdf2Rounds', 5_000_000],
  ])('%s of %d is refused when the hasher is made', (name, value) => {
    expect(() => createPasswordHasher({ scheme: 'argon2id', [name]: value })).toThrow(new RegExp(`^${name} must be`))
  })

  test('argon2i wants three passes, and a scheme must be one of the six', () => {
    expect(() => createPasswordHasher({ scheme: 'argon2i', argon2Passes: 2 })).toThrow(RangeError)
    expect(() => createPasswordHasher({ scheme: 'md5' as PasswordScheme })).toThrow(RangeError)
    expect(() => createHashWork({ atOnce: 0 })).toThrow(RangeError)
    expect(() => createHashWork({ maxWaiting: -1 })).toThrow(RangeError)
  })
})

describe('while passwords are hashed', () => {
  // bcryptjs on this thread would leave the loop some ten turns, the other schemes none.
  test.each([
    ['argon2id', { argon2MemoryKiB: 65_536 }],
    ['bcrypt', { bcryptCost: 12 }],
    ['sha512-crypt', { shaCryptRounds: 100_000 }],
    ['pbkdf2', { pbkdf2Rounds: 1_000_000 }],
  ] as const)('the event loop turns freely: %s', async (scheme, options) => {
    let turns = 0
    let done = false
    const turn = (): void => {
      turns++
      if (!done) setImmediate(turn)
    }
    const hashing = hasherOf(scheme, options).hash('correct horse')
    setImmediate(turn)
    await hashing
    done = true

    expect(turns).toBeGreaterThan(200)
  })

  test('no more jobs run at once than allowed, in the order they came', async () => {
    const own = createHashWork({ atOnce: 2, maxWaiting: 10 })
    let underWay = 0
    let most = 0
    const order: number[] = []
    const job = (n: number) => async () => {
      most = Math.max(most, ++underWay)
      order.push(n)
      await new Promise((resolve) => setImmediate(resolve))
      underWay--
    }
    await Promise.all([0, 1, 2, 3, 4, 5, 6].map((n) => own.inTurn(job(n))))
    await own.close()

    expect(most).toBe(2)
    expect(order).toEqual([0, 1, 2, 3, 4, 5, 6])
  })

  test('a full queue answers HasherBusy at once, and has room again later', async () => {
    const own = createHashWork({ atOnce: 1, maxWaiting: 2 })
    const hasher = hasherOf('bcrypt', { work: own })
    const settled = await Promise.allSettled([1, 2, 3, 4, 5].map(() => hasher.hash('correct horse')))

    expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'fulfilled', 'rejected', 'rejected'])
    for (const one of settled.slice(3)) expect((one as PromiseRejectedResult).reason).toBeInstanceOf(HasherBusy)
    expect(await hasher.hash('correct horse')).toMatch(FORMS.bcrypt)
    await own.close()
  })

  test('a job that fails gives its turn back', async () => {
    const own = createHashWork({ atOnce: 1, maxWaiting: 0 })
    await expect(own.inTurn(() => Promise.reject(new Error('broken')))).rejects.toThrow('broken')
    expect(await own.inTurn(() => Promise.resolve(threadId))).toBe(threadId)
    await own.close()
  })

  test('closing lets what was accepted finish and refuses the rest', async () => {
    const hasher = createPasswordHasher({ scheme: 'bcrypt', bcryptCost: 10 })
    const accepted = hasher.hash('correct horse')
    const closing = hasher.close()
    await expect(hasher.hash('correct horse')).rejects.toThrow('closed')
    await closing
    expect(await accepted).toMatch(FORMS.bcrypt)
  })

  test('closing one hasher leaves shared work to the others', async () => {
    await hasherOf('argon2id').close()
    expect(await hasherOf('argon2id').hash('correct horse')).toMatch(FORMS.argon2id)
  })
})
