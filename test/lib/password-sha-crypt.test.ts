import { execFileSync } from 'node:child_process'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { shaCrypt } from '../../src/lib/password/sha-crypt.ts'

/** crypt(3) of this machine, through perl, which every Debian has; the password goes over standard input as hex. */
function libcrypt(password: string, setting: string): string {
  const script = 'chomp(my $hex = <STDIN>); print crypt(pack("H*", $hex), $ARGV[0])'
  return execFileSync('perl', ['-e', script, '--', setting], {
    input: Buffer.from(password).toString('hex') + '\n',
    encoding: 'utf8',
  })
}

const saltChars = './0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'.split('')
const setting = fc
  .tuple(
    fc.constantFrom('5', '6'),
    fc.constantFrom('', 'rounds=1000$', 'rounds=1001$', 'rounds=5000$', 'rounds=7777$'),
    fc.string({ unit: fc.constantFrom(...saltChars), minLength: 1, maxLength: 16 }),
  )
  .map(([id, rounds, salt]) => `$${id}$${rounds}${salt}`)
const password = fc.oneof(
  fc.string({ unit: fc.constantFrom('a', '$', ' ', '%', '"', 'é', '€', '🕊'), maxLength: 60 }),
  fc.integer({ min: 0, max: 200 }).map((bytes) => 'x'.repeat(bytes)),
  fc.constantFrom(32, 64, 96, 128, 160, 192, 256, 511).map((bytes) => 'y'.repeat(bytes)),
)

describe('sha-crypt', () => {
  // Phrases and settings after the specification's examples.
  test.each([
    ['$6$saltstring', 'Hello world!'],
    ['$6$rounds=10000$saltstringsaltst', 'Hello world!'],
    [
      '$6$rounds=1400$anotherlongsalts',
      'a very much longer text to encrypt.  This one even stretches over morethan one line.',
    ],
    ['$5$saltstring', 'Hello world!'],
    ['$5$rounds=77777$short', 'we have a short salt string but not a short password'],
  ])('%s gives what libcrypt gives', (given, phrase) => {
    expect(shaCrypt(phrase, given)).toBe(libcrypt(phrase, given))
  })

  test('two values that libcrypt made are made again', () => {
    expect(shaCrypt('Hello world!', '$5$saltstring')).toBe('$5$saltstring$5B8vYYiY.CVt1RlTTf8KbXBH3hsxY/GNooZaBBGWEc5')
    expect(shaCrypt('Hello world!', '$6$saltstring')).toBe(
      '$6$saltstring$svn8UoSVapNtMuq1ukKS4tPQd8iKwSMHWjl/O817G3uBnIFNjnQJuesI68u4OTLiBFdcbYEdFCoEOfaS35inz1',
    )
  })

  test('any password, salt and number of rounds gives what libcrypt gives', () => {
    fc.assert(
      fc.property(password, setting, (phrase, given) => {
        expect(shaCrypt(phrase, given)).toBe(libcrypt(phrase, given))
      }),
      { numRuns: 250 },
    )
  })

  test.each([
    '$6$rounds=999$abc',
    '$6$rounds=05000$abc',
    '$6$rounds=1000000000$abc',
    '$6$a b',
    '$6$é',
    '$6$a:b',
    '$1$abc',
    '',
  ])('what libcrypt refuses as a setting is refused: %s', (given) => {
    expect(() => shaCrypt('x', given)).toThrow(RangeError)
  })

  test('a password of 512 bytes is refused, as libcrypt refuses it', () => {
    expect(libcrypt('a'.repeat(511), '$6$abc')).toBe(shaCrypt('a'.repeat(511), '$6$abc'))
    expect(libcrypt('a'.repeat(512), '$6$abc')).not.toMatch(/^\$6/)
    expect(() => shaCrypt('a'.repeat(512), '$6$abc')).toThrow(RangeError)
  })
})
