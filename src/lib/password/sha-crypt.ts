import { hash } from 'node:crypto'

// sha256-crypt and sha512-crypt after Ulrich Drepper, "Unix crypt using SHA-256 and SHA-512", version 0.6. The npm
// packages that do this are wrong for passwords as long as a multiple of the digest, or for any non-ASCII one.
// Synchronous, 1 to 3.5 µs a round: it belongs in a worker thread.

/** libcrypt refuses a longer phrase, so such a password could be set here and never log in. */
export const SHA_CRYPT_MAX_BYTES = 511

/** The rounds meant by a value without `rounds=N$`. */
export const SHA_CRYPT_DEFAULT_ROUNDS = 5000

const ALPHABET = './0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

// What libcrypt takes as a salt: printable ASCII without what breaks a passwd line, and no count of rounds it refused.
const SETTING = /^\$([56])\$(?:rounds=([1-9]\d{3,8})\$)?([\x21-\x7e]{0,16}?)(?:\$|$)/
const SALT_REFUSED = /^rounds=|[$:;*!\\]/

interface ShaCryptSetting {
  id: '5' | '6'
  /** null where the setting says none: SHA_CRYPT_DEFAULT_ROUNDS */
  rounds: number | null
  salt: string
}

/** Reads `$6$rounds=N$salt`, whatever follows the salt's `$`; null when libcrypt would refuse it. */
export function readShaCryptSetting(setting: string): ShaCryptSetting | null {
  const [, id, rounds, salt] = SETTING.exec(setting) ?? []
  if (salt === undefined || SALT_REFUSED.test(salt)) return null

  return { id: id === '5' ? '5' : '6', rounds: rounds === undefined ? null : Number(rounds), salt }
}

/**
 * The value that libcrypt's crypt() gives for the same password and setting, without a `{SCHEME}`.
 * @throws RangeError when libcrypt would refuse the setting, or the password for its length
 */
export function shaCrypt(password: string, setting: string): string {
  const read = readShaCryptSetting(setting)
  if (read === null) throw new RangeError('not a sha-crypt setting')
  const key = Buffer.from(password)
  if (key.length > SHA_CRYPT_MAX_BYTES) throw new RangeError('too many bytes for sha-crypt')

  const salt = Buffer.from(read.salt)
  const digest = stretch(read.id, key, salt, read.rounds ?? SHA_CRYPT_DEFAULT_ROUNDS)
  const roundsPart = read.rounds === null ? '' : `rounds=${read.rounds}$`
  return `$${read.id}$${roundsPart}${read.salt}$${read.id === '5' ? encode256(digest) : encode512(digest)}`
}

function stretch(id: '5' | '6', key: Buffer, salt: Buffer, rounds: number): Buffer {
  const algorithm = id === '5' ? 'sha256' : 'sha512'
  const sha = (...parts: Buffer[]): Buffer => hash(algorithm, Buffer.concat(parts), 'buffer')

  // Steps 1 to 12 of the specification.
  const inner = sha(key, salt, key)
  const parts = [key, salt, repeatTo(inner, key.length)]
  for (let bits = key.length; bits > 0; bits >>= 1) parts.push(bits & 1 ? inner : key)
  let digest = sha(...parts)

  // Steps 13 to 20: the two byte sequences P and S.
  const p = repeatTo(sha(...Array<Buffer>(key.length).fill(key)), key.length)
  const s = repeatTo(sha(...Array<Buffer>(16 + (digest[0] ?? 0)).fill(salt)), salt.length)

  // Step 21. What a round hashes depends on its number modulo 2, 3 and 7, so there are 42 kinds of round, alike but
  // for the digest of the round before.
  const blank = Buffer.alloc(digest.length)
  const kinds = Array.from({ length: 42 }, (_, round) => {
    const odd = round % 2 === 1
    const middle = [round % 3 === 0 ? [] : s, round % 7 === 0 ? [] : p].map((part) => Buffer.from(part))
    const input = Buffer.concat([odd ? p : blank, ...middle, odd ? blank : p])
    return { input, digestAt: odd ? input.length - blank.length : 0 }
  })
  for (let round = 0; round < rounds;) {
    for (const { input, digestAt } of kinds) {
      digest.copy(input, digestAt)
      digest = hash(algorithm, input, 'buffer')
      if (++round === rounds) break
    }
  }
  return digest
}

function repeatTo(block: Buffer, length: number): Buffer {
  return length === 0 ? Buffer.alloc(0) : Buffer.alloc(length, block)
}

// Step 22. The specification lists the order of the bytes; each triple follows from the one before.
function encode512(digest: Buffer): string {
  let text = ''
  for (let [a, b, c] = [0, 21, 42], group = 0; group < 21; group++) {
    text += encode(digest, a, b, c)
    ;[a, b, c] = [b + 1, c + 1, a + 1]
  }
  return text + encode(digest, -1, -1, 63).slice(0, 2)
}

function encode256(digest: Buffer): string {
  let text = ''
  for (let [a, b, c] = [0, 10, 20], group = 0; group < 10; group++) {
    text += encode(digest, a, b, c)
    ;[a, b, c] = [c + 1, a + 1, b + 1]
  }
  return text + encode(digest, -1, 31, 30).slice(0, 3)
}

function encode(digest: Buffer, high: number, middle: number, low: number): string {
  const bits = ((digest[high] ?? 0) << 16) | ((digest[middle] ?? 0) << 8) | (digest[low] ?? 0)
  return [0, 6, 12, 18].map((shift) => ALPHABET.charAt((bits >> shift) & 63)).join('')
}
