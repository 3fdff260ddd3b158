import { readShaCryptSetting, SHA_CRYPT_DEFAULT_ROUNDS } from './sha-crypt.ts'

// What a password column may hold, read as Dovecot reads it (its src/auth/password-scheme.c; the manual's page
// "Password Schemes"), without computing anything.

export type PasswordScheme = 'argon2id' | 'argon2i' | 'bcrypt' | 'sha512-crypt' | 'sha256-crypt' | 'pbkdf2'

/** Dovecot's name of each scheme, as it stands between the braces. */
export const DOVECOT_NAMES: Readonly<Record<PasswordScheme, string>> = {
  argon2id: 'ARGON2ID',
  argon2i: 'ARGON2I',
  bcrypt: 'BLF-CRYPT',
  'sha512-crypt': 'SHA512-CRYPT',
  'sha256-crypt': 'SHA256-CRYPT',
  pbkdf2: 'PBKDF2',
}

/**
 * The dearest stored values that are computed at all: one row must not hold a core for minutes. Beyond them a value
 * counts as unknown, never as a mismatch. Each takes 2 to 8 seconds, off the event loop.
 */
export const VERIFY_LIMITS = {
  /** the login would fail in Dovecot above 256 MiB with its default `vsz_limit` */
  argon2MemoryKiB: 262_144,
  /** memory × passes */
  argon2Work: 2_097_152,
  argon2Lanes: 16,
  bcryptCost: 15,
  /** above passlib's 656,000 */
  shaCryptRounds: 1_000_000,
  pbkdf2Rounds: 5_000_000,
  valueChars: 1024,
} as const

export type StoredPassword =
  | {
      kind: 'argon2'
      scheme: 'argon2id' | 'argon2i'
      memoryKiB: number
      passes: number
      lanes: number
      salt: Buffer
      digest: Buffer
    }
  | { kind: 'crypt'; scheme: 'bcrypt' | 'sha512-crypt' | 'sha256-crypt' | 'md5-crypt'; setting: string; value: string }
  | { kind: 'pbkdf2'; salt: string; rounds: number; digest: Buffer }
  | { kind: 'digest'; algorithm: DigestAlgorithm; digest: Buffer; salt: Buffer }
  | { kind: 'plain'; secret: Buffer }

type DigestAlgorithm = 'md5' | 'sha1' | 'sha256' | 'sha512'

const DIGEST_BYTES: Record<DigestAlgorithm, number> = { md5: 16, sha1: 20, sha256: 32, sha512: 64 }

const DIGESTS: Record<string, { algorithm: DigestAlgorithm; salted: boolean } | undefined> = {
  SHA: { algorithm: 'sha1', salted: false },
  SHA1: { algorithm: 'sha1', salted: false },
  SHA256: { algorithm: 'sha256', salted: false },
  SHA512: { algorithm: 'sha512', salted: false },
  SSHA: { algorithm: 'sha1', salted: true },
  SSHA256: { algorithm: 'sha256', salted: true },
  SSHA512: { algorithm: 'sha512', salted: true },
  'PLAIN-MD5': { algorithm: 'md5', salted: false },
  'LDAP-MD5': { algorithm: 'md5', salted: false },
  SMD5: { algorithm: 'md5', salted: true },
}

/**
 * Takes a stored value apart, with or without `{SCHEME}`; scheme names and encoding suffixes in either case. null when
 * the scheme is not one of ours, the value is not well formed, or checking it costs more than VERIFY_LIMITS.
 * @param byDefault Dovecot's name, such as `PLAIN-MD5`, for a value without one that does not show what it is; null:
 *   none
 */
export function readStored(stored: string, byDefault: string | null = null): StoredPassword | null {
  if (stored.length > VERIFY_LIMITS.valueChars) return null

  const [, named, value] = /^\{([^}]*)\}(.*)$/s.exec(stored) ?? []
  if (named !== undefined && value !== undefined && SCHEME_NAME.test(named)) return readAs(named, value)

  // To Dovecot a bare `$1$` is MD5-CRYPT whatever its default. pbkdf2 stands bare where the site's query adds the name,
  // and can't be mistaken: after its salt it has a number, a `$` and 40 hex digits, an md5-crypt value 22 characters.
  const byItself = () => readArgon2(stored) ?? readCrypt(stored) ?? readPbkdf2(stored)
  return readMd5Crypt(stored) ?? (byDefault === null ? null : readAs(byDefault, stored)) ?? byItself()
}

/** A scheme as Dovecot names it, with or without an encoding behind: `SSHA256`, `SSHA256.HEX`. */
export const SCHEME_NAME = /^[A-Z0-9-]+(?:\.[A-Z0-9]+)?$/i

function readAs(scheme: string, value: string): StoredPassword | null {
  const [name = '', encoding = null] = scheme.toUpperCase().split('.')
  return readNamed(name, encoding, value)
}

function readNamed(name: string, encoding: string | null, value: string): StoredPassword | null {
  const digest = DIGESTS[name]
  if (digest !== undefined) return readDigest(digest.algorithm, digest.salted, encoding, value)

  const raw = encoding === null ? Buffer.from(value) : decode(encoding, value)
  if (raw === null) return null

  const text = raw.toString()
  switch (name) {
    case 'ARGON2':
    case 'ARGON2ID':
    case 'ARGON2I':
      return readArgon2(text)
    case 'BLF-CRYPT':
      return text.startsWith('$2') ? readCrypt(text) : null
    case 'MD5-CRYPT':
      return readMd5Crypt(text)
    case 'MD5':
      return readMd5Crypt(text) ?? (encoding === null ? readNamed('LDAP-MD5', null, value) : null)
    case 'CRYPT':
    case 'SHA256-CRYPT':
    case 'SHA512-CRYPT':
      return readCrypt(text) // Dovecot hands these to crypt(3), which goes by the value alone
    case 'PBKDF2':
      return readPbkdf2(text)
    case 'PLAIN':
    case 'CLEAR':
    case 'CLEARTEXT':
      return { kind: 'plain', secret: raw }
    default:
      return null
  }
}

// The order m, t, p and the version are libsodium's: any other order is a mismatch in Dovecot.
function readArgon2(value: string): StoredPassword | null {
  const form =
    /^\$(argon2id?)\$v=19\$m=([1-9]\d{0,6}),t=([1-9]\d{0,6}),p=([1-9]\d{0,2})\$([A-Za-z0-9+/]{11,86})\$([A-Za-z0-9+/]{22,86})$/
  const [, scheme, m, t, p, saltText, digestText] = form.exec(value) ?? []
  const salt = decodeUnpadded(saltText)
  const digest = decodeUnpadded(digestText)
  if (salt === null || digest === null) return null

  const [memoryKiB, passes, lanes] = [Number(m), Number(t), Number(p)]
  if (memoryKiB < 8 * lanes) return null
  if (memoryKiB > VERIFY_LIMITS.argon2MemoryKiB || lanes > VERIFY_LIMITS.argon2Lanes) return null
  if (memoryKiB * passes > VERIFY_LIMITS.argon2Work) return null

  return {
    kind: 'argon2',
    scheme: scheme === 'argon2i' ? 'argon2i' : 'argon2id',
    memoryKiB,
    passes,
    lanes,
    salt,
    digest,
  }
}

// `$2x$` marks hashes of a faulty old implementation, which bcryptjs does not repeat.
function readCrypt(value: string): StoredPassword | null {
  if (value.startsWith('$1$')) return readMd5Crypt(value)

  const cost = /^\$2[aby]\$(\d\d)\$[./A-Za-z0-9]{53}$/.exec(value)?.[1]
  if (cost !== undefined) {
    if (Number(cost) < 4 || Number(cost) > VERIFY_LIMITS.bcryptCost) return null
    return { kind: 'crypt', scheme: 'bcrypt', setting: value.slice(0, 29), value }
  }

  const read = readShaCryptSetting(value)
  const at = value.lastIndexOf('$')
  if (read === null || (read.rounds ?? SHA_CRYPT_DEFAULT_ROUNDS) > VERIFY_LIMITS.shaCryptRounds) return null
  const setting = `$${read.id}$${read.rounds === null ? '' : `rounds=${read.rounds}$`}${read.salt}`
  const digestForm = read.id === '5' ? /^\$[./A-Za-z0-9]{43}$/ : /^\$[./A-Za-z0-9]{86}$/
  if (value.slice(0, at) !== setting || !digestForm.test(value.slice(at))) return null
  return { kind: 'crypt', scheme: read.id === '5' ? 'sha256-crypt' : 'sha512-crypt', setting, value }
}

function readMd5Crypt(value: string): StoredPassword | null {
  const [, setting] = /^(\$1\$[!-#%-9;-~]{1,8}\$)[./A-Za-z0-9]{22}$/.exec(value) ?? []
  return setting === undefined ? null : { kind: 'crypt', scheme: 'md5-crypt', setting, value }
}

function readPbkdf2(value: string): StoredPassword | null {
  const [, salt, rounds, hex] = /^\$1\$([^$]*)\$(\d{1,10})\$([0-9a-f]{40})$/i.exec(value) ?? []
  if (salt === undefined || rounds === undefined || hex === undefined) return null
  if (Number(rounds) < 1 || Number(rounds) > VERIFY_LIMITS.pbkdf2Rounds) return null

  return { kind: 'pbkdf2', salt, rounds: Number(rounds), digest: Buffer.from(hex, 'hex') }
}

function readDigest(algorithm: DigestAlgorithm, salted: boolean, encoding: string | null, value: string) {
  const bytes = DIGEST_BYTES[algorithm]
  // Without a suffix Dovecot goes by the length, where it knows the length; a salted value is base64 then.
  const guessHex = encoding === null && !salted && value.length === bytes * 2
  const raw = (guessHex ? decode('HEX', value) : null) ?? decode(encoding ?? 'BASE64', value)
  if (raw === null || (salted ? raw.length <= bytes : raw.length !== bytes)) return null

  return { kind: 'digest' as const, algorithm, digest: raw.subarray(0, bytes), salt: raw.subarray(bytes) }
}

// Node skips what is not base64 or hex instead of refusing it, hence the forms.
function decode(encoding: string, value: string): Buffer | null {
  switch (encoding) {
    case 'HEX':
      return /^(?:[0-9a-f]{2})*$/i.test(value) ? Buffer.from(value, 'hex') : null
    case 'B64':
    case 'BASE64':
      return /^(?:[a-z0-9+/]{4})*(?:[a-z0-9+/]{2}==|[a-z0-9+/]{3}=)?$/i.test(value)
        ? Buffer.from(value, 'base64')
        : null
    default:
      return null
  }
}

// libsodium refuses a last character with bits that stand for nothing.
function decodeUnpadded(text: string | undefined): Buffer | null {
  if (text === undefined) return null

  const bytes = Buffer.from(text, 'base64')
  return bytes.toString('base64').replace(/=+$/, '') === text ? bytes : null
}
