import { createHash, pbkdf2, randomBytes, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'
import { SHA_CRYPT_DEFAULT_ROUNDS, SHA_CRYPT_MAX_BYTES } from './sha-crypt.ts'
import { DOVECOT_NAMES, readStored, type PasswordScheme, type StoredPassword } from './schemes.ts'
import { createHashWork, type HashWork } from './work.ts'

export interface PasswordHasherOptions {
  scheme: PasswordScheme
  /**
   * `{SCHEME}` before the value; true by default. Without it Dovecot needs `passdb_default_password_scheme`, or a query
   * that adds the name. For pbkdf2 only the latter works: Dovecot takes every bare `$1$` for MD5-CRYPT.
   */
  prefix?: boolean
  /** Dovecot's name of the scheme of values that have none in front and do not show theirs; null by default */
  defaultScheme?: string | null
  /** 8,192 to 131,072; 65,536 by default, as doveadm's. More nears the 256 MiB of Dovecot's auth worker. */
  argon2MemoryKiB?: number
  /** 1 to 10 (argon2i: from 3, as libsodium asks); 3 by default */
  argon2Passes?: number
  /** 1 to 4; 1 by default */
  argon2Lanes?: number
  /** 10 to 15; 12 by default, 0.3 to 0.45 s */
  bcryptCost?: number
  /**
   * 5,000 to 500,000; 100,000 by default, 0.13 to 0.35 s here and 0.1 s in Dovecot. crypt(3)'s own 5,000 takes
   * 7 to 15 ms and is cheap to attack, but it is the one number that is not written into the value: the choice for a
   * column of 106 characters.
   */
  shaCryptRounds?: number
  /**
   * 5,000 to 2,000,000; 600,000 by default: 0.12 to 0.3 s here, but 0.5 s at every login in Dovecot, which computes it
   * with its own code. Its default of 5,000 is cheap to attack; OWASP's 1,300,000 for SHA-1 would take over a second.
   */
  pbkdf2Rounds?: number
  /** turns and threads shared with other hashers, closed by whoever made them; the hasher's own by default */
  work?: HashWork
}

export type Verdict = 'match' | 'mismatch' | 'unknown-scheme'

export interface PasswordHasher {
  readonly scheme: PasswordScheme
  /** characters of every value that hash() makes, all ASCII: what the column must hold */
  readonly valueLength: number
  /**
   * Makes a value for the password column and checks it before giving it out. The password's UTF-8 bytes are hashed as
   * they are, without Unicode normalisation: Dovecot does none either.
   * @throws RangeError when refusal() names a reason, or for a NUL, which would end the password in Dovecot
   * @throws HasherBusy when the queue is full
   * @throws Error when the new value does not verify
   */
  hash(password: string): Promise<string>
  /**
   * Says what Dovecot would say to this password, for a value in any of the six schemes, CRYPT, PLAIN, SHA and SSHA
   * with 1, 256 and 512, or one of MD5's; the six and md5-crypt also without `{SCHEME}`. So bcrypt compares the first
   * 72 bytes only. 'unknown-scheme' is "can't tell": another scheme, a value not well formed, or one beyond
   * VERIFY_LIMITS.
   * @throws HasherBusy when the queue is full
   */
  verify(stored: string, password: string): Promise<Verdict>
  /**
   * Takes as long as verify() with a value that this hasher made, and never matches. For an account or mailbox that
   * does not exist: otherwise the time of the answer tells.
   * @throws HasherBusy as verify() would
   */
  verifyAgainstNothing(password: string): Promise<'mismatch'>
  /** null when the scheme can hold the password, else why not: bcrypt reads 72 bytes, libcrypt's sha-crypt 511 */
  refusal(password: string): 'too-many-bytes' | null
  /** Ends the hasher's own work, once it is done; shared work is left alone. */
  close(): Promise<void>
}

type Parameters = Required<Omit<PasswordHasherOptions, 'prefix' | 'defaultScheme' | 'work'>>

const MAX_BYTES: Partial<Record<PasswordScheme, number>> = {
  bcrypt: 72,
  'sha512-crypt': SHA_CRYPT_MAX_BYTES,
  'sha256-crypt': SHA_CRYPT_MAX_BYTES,
}

const pbkdf2Async = promisify(pbkdf2)

/** @throws RangeError when a parameter is out of its range, naming it */
export function createPasswordHasher(options: PasswordHasherOptions): PasswordHasher {
  const { scheme } = options
  const parameters = checkParameters(options)
  const prefix = options.prefix === false ? '' : `{${DOVECOT_NAMES[scheme]}}`
  const work = options.work ?? createHashWork()
  const nothing = prefix + madeUpValue(parameters)

  function refusal(password: string): 'too-many-bytes' | null {
    return Buffer.byteLength(password) > (MAX_BYTES[scheme] ?? Infinity) ? 'too-many-bytes' : null
  }

  async function verify(stored: string, password: string): Promise<Verdict> {
    const read = readStored(stored, options.defaultScheme)
    if (read === null) return 'unknown-scheme'
    return (await work.inTurn(() => matches(read, password, work))) ? 'match' : 'mismatch'
  }

  return {
    scheme,
    valueLength: nothing.length,
    refusal,
    verify,

    async hash(password) {
      const reason = refusal(password)
      if (reason !== null) throw new RangeError(`password refused: ${reason}`)
      if (password.includes('\0')) throw new RangeError('password refused: it contains a NUL')

      // One turn for both halves, lest a value be made and then lost to a full queue.
      return work.inTurn(async () => {
        const value = prefix + (await makeValue(parameters, password, work))
        const read = readStored(value, options.defaultScheme)
        if (value.length !== nothing.length || read === null || !(await matches(read, password, work))) {
          throw new Error(`a new ${scheme} value does not verify`)
        }
        return value
      })
    },

    async verifyAgainstNothing(password) {
      await verify(nothing, password)
      return 'mismatch'
    },

    async close() {
      if (options.work === undefined) await work.close()
    },
  }
}

function checkParameters(options: PasswordHasherOptions): Parameters {
  const { scheme } = options
  const within = (name: keyof Parameters, value: number, least: number, most: number): number => {
    if (Number.isSafeInteger(value) && value >= least && value <= most) return value
    throw new RangeError(`${name} must be a whole number from ${least} to ${most}`)
  }
  if (!Object.hasOwn(DOVECOT_NAMES, scheme)) throw new RangeError('scheme is not one of ours')
  return {
    scheme,
    argon2MemoryKiB: within('argon2MemoryKiB', options.argon2MemoryKiB ?? 65_536, 8192, 131_072),
    argon2Passes: within('argon2Passes', options.argon2Passes ?? 3, scheme === 'argon2i' ? 3 : 1, 10),
    argon2Lanes: within('argon2Lanes', options.argon2Lanes ?? 1, 1, 4),
    bcryptCost: within('bcryptCost', options.bcryptCost ?? 12, 10, 15),
    shaCryptRounds: within('shaCryptRounds', options.shaCryptRounds ?? 100_000, 5000, 500_000),
    pbkdf2Rounds: within('pbkdf2Rounds', options.pbkdf2Rounds ?? 600_000, 5000, 2_000_000),
  }
}

async function makeValue(parameters: Parameters, password: string, work: HashWork): Promise<string> {
  switch (parameters.scheme) {
    case 'argon2id':
    case 'argon2i':
      return argon2Value(parameters, password)
    case 'pbkdf2': {
      const salt = randomSalt(16)
      const digest = await pbkdf2Async(password, salt, parameters.pbkdf2Rounds, 20, 'sha1')
      return pbkdf2Value(parameters, salt, digest)
    }
    default:
      return work.crypt({ password, setting: cryptSetting(parameters, parameters.scheme) })
  }
}

async function argon2Value(parameters: Parameters, password: string): Promise<string> {
  const { default: argon2 } = await import('argon2')
  const value = await argon2.hash(password, {
    type: parameters.scheme === 'argon2i' ? argon2.argon2i : argon2.argon2id,
    memoryCost: parameters.argon2MemoryKiB,
    timeCost: parameters.argon2Passes,
    parallelism: parameters.argon2Lanes,
    hashLength: 32,
  })
  // Some releases of the package write m, p, t: libsodium refuses that order, so every login with such a value fails.
  if (!/^\$argon2id?\$v=19\$m=\d+,t=\d+,p=\d+\$/.test(value)) throw new Error('argon2 wrote a form Dovecot refuses')
  return value
}

function pbkdf2Value(parameters: Parameters, salt: string, digest: Buffer): string {
  return `$1$${salt}$${parameters.pbkdf2Rounds}$${digest.toString('hex')}`
}

function cryptSetting(parameters: Parameters, scheme: 'bcrypt' | 'sha512-crypt' | 'sha256-crypt'): string {
  // bcrypt's 22 characters stand for 16 bytes: the last has only two bits to choose.
  if (scheme === 'bcrypt') return `$2b$${parameters.bcryptCost}$${randomSalt(21)}${pick('.Oeu')}`

  const rounds = parameters.shaCryptRounds
  const roundsPart = rounds === SHA_CRYPT_DEFAULT_ROUNDS ? '' : `rounds=${rounds}$`
  return `$${scheme === 'sha256-crypt' ? 5 : 6}$${roundsPart}${randomSalt(16)}`
}

/** A well formed value of the same cost with a random digest, so of no password; made without computing one. */
function madeUpValue(parameters: Parameters): string {
  const { scheme, argon2MemoryKiB, argon2Passes, argon2Lanes } = parameters
  const random = (bytes: number): string => randomBytes(bytes).toString('base64').replace(/=+$/, '')
  switch (scheme) {
    case 'argon2id':
    case 'argon2i':
      return `$${scheme}$v=19$m=${argon2MemoryKiB},t=${argon2Passes},p=${argon2Lanes}$${random(16)}$${random(32)}`
    case 'pbkdf2':
      return pbkdf2Value(parameters, randomSalt(16), randomBytes(20))
    case 'bcrypt':
      return cryptSetting(parameters, scheme) + randomSalt(31)
    default:
      return `${cryptSetting(parameters, scheme)}$${randomSalt(scheme === 'sha256-crypt' ? 43 : 86)}`
  }
}

/** The comparison itself, each branch in constant time. Call it inside a turn. */
async function matches(stored: StoredPassword, password: string, work: HashWork): Promise<boolean> {
  // To Dovecot a password ends at a NUL, so one with a NUL inside could stand for a shorter one.
  if (password.includes('\0')) return false

  switch (stored.kind) {
    case 'argon2': {
      const { default: argon2 } = await import('argon2')
      const digest = await argon2.hash(password, {
        raw: true,
        type: stored.scheme === 'argon2i' ? argon2.argon2i : argon2.argon2id,
        memoryCost: stored.memoryKiB,
        timeCost: stored.passes,
        parallelism: stored.lanes,
        salt: stored.salt,
        hashLength: stored.digest.length,
      })
      return sameBytes(digest, stored.digest)
    }
    case 'crypt': {
      // bcrypt cuts a longer password, as Dovecot's does; libcrypt refuses it, and MD5-CRYPT is Dovecot's own.
      const most = stored.scheme.startsWith('sha') ? SHA_CRYPT_MAX_BYTES : Infinity
      if (Buffer.byteLength(password) > most) return false
      const value = await work.crypt({ password, setting: stored.setting })
      return sameBytes(Buffer.from(value), Buffer.from(stored.value))
    }
    case 'pbkdf2':
      return sameBytes(await pbkdf2Async(password, stored.salt, stored.rounds, 20, 'sha1'), stored.digest)
    case 'digest':
      return sameBytes(createHash(stored.algorithm).update(password).update(stored.salt).digest(), stored.digest)
    case 'plain':
      // An empty value is no password, not one that the empty password opens. Digests first: lengths may differ.
      return stored.secret.length > 0 && sameBytes(sha256(Buffer.from(password)), sha256(stored.secret))
  }
}

function sameBytes(one: Buffer, other: Buffer): boolean {
  return one.length === other.length && timingSafeEqual(one, other)
}

function sha256(bytes: Buffer): Buffer {
  return createHash('sha256').update(bytes).digest()
}

// 64 characters, so that a byte's low six bits choose evenly. The alphabet of crypt(3), Dovecot and bcrypt alike.
function randomSalt(chars: number): string {
  const alphabet = './0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
  return Array.from(randomBytes(chars), (byte) => alphabet.charAt(byte & 63)).join('')
}

function pick(four: string): string {
  return four.charAt((randomBytes(1)[0] ?? 0) & 3)
}
