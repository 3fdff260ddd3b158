import { isIP } from 'node:net'
import * as v from 'valibot'
import { withCredentials } from '../connector/contract/credential-files.ts'
import type { AppPasswords } from '../connector/contract/credentials.ts'
import {
  connectionOptions,
  databaseEntries,
  isLoopback,
  type DatabaseSettings,
} from '../connector/contract/database.ts'
import { parseKeyPasswordExpression } from '../connector/contract/key-password.ts'
import type { PairingAnswer } from '../connector/contract/pairing.ts'
import type { Mapping } from '../connector/mapping/mapping.ts'
import { placeholdersIn } from '../connector/mapping/placeholders.ts'
import { mappingEntries, MappingError, toMapping } from '../connector/mapping/settings.ts'
import { presetEntries, withPreset } from '../connector/mapping/presets/index.ts'
import { LANGUAGES } from './i18n/languages.ts'
import { isUserPattern, isWebmailPattern, parseDomainClients, parseServer } from './lib/mail-client.ts'
import { findStraySettings } from './lib/nearest.ts'
import { DOVECOT_NAMES, SCHEME_NAME, type PasswordScheme } from './lib/password/schemes.ts'

/** Some settings are missing or wrong. The message names each of them and says what is wrong, and never its value. */
export class ConfigError extends Error {
  override name = 'ConfigError'
}

const wholeNumber = (least: number, most: number) => {
  const message = `must be a whole number from ${least} to ${most}`
  return v.pipe(
    v.string(message),
    v.regex(/^\d{1,15}$/, message),
    v.transform(Number),
    v.minValue(least, message),
    v.maxValue(most, message),
  )
}
const number = (byDefault: number, least: number, most: number) =>
  v.optional(wholeNumber(least, most), String(byDefault))
const optionalNumber = (least: number, most: number) => v.optional(wholeNumber(least, most))

const list = v.pipe(
  v.string(),
  v.transform((text) => text.split(/[\s,]+/).filter(Boolean)),
)

const publicOrigin = v.pipe(
  v.string('is required, as in https://mail-admin.example.org'),
  v.check(
    (text) => /^https?:/i.test(text) && URL.canParse(text),
    'must be an address such as https://mail-admin.example.org',
  ),
  v.transform((text) => new URL(text)),
  v.check((url) => url.href === `${url.origin}/`, 'must be the origin alone: no path, no user, no query'),
  v.transform((url) => url.origin),
)

const serviceUrl = v.pipe(
  v.string(),
  v.check(
    (text) => /^https?:\/\/\S+\/$/i.test(text) && URL.canParse(text),
    'must be an address such as https://service.example.org/range/',
  ),
)

const contactUrl = v.pipe(
  v.string(),
  v.check(
    (text) => text === '' || /^(?:https?:\/\/\S+|mailto:[^@\s?]+@[^@\s?]+)$/i.test(text),
    'must be an address such as https://help.example.org or mailto:help@example.org, or nothing',
  ),
)

const isNetwork = (text: string): boolean => {
  const [address = '', bits, ...rest] = text.split('/')
  const most = { 0: -1, 4: 32, 6: 128 }[isIP(address)] ?? -1
  return rest.length === 0 && most > 0 && (bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= most))
}

const isTimeZone = (text: string): boolean => {
  try {
    return text === '' || Boolean(new Intl.DateTimeFormat('en', { timeZone: text }))
  } catch {
    return false
  }
}

const secret = v.pipe(v.string('is required'), v.minLength(32, 'must have 32 characters or more'))

const isDay = (text: string): boolean => {
  const at = new Date(`${text}T00:00Z`)
  return /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(at.getTime()) && at.toISOString().startsWith(text)
}

const keyPasswordExpression = v.pipe(
  v.string(),
  v.rawTransform(({ dataset, addIssue, NEVER }) => {
    try {
      return { expression: dataset.value, derive: parseKeyPasswordExpression(dataset.value) }
    } catch (error) {
      addIssue({ message: error instanceof Error ? error.message : 'cannot be read' })
      return NEVER
    }
  }),
)

/** A server that mail programs are told of; empty: none. */
const clientServer = (protocol: 'imap' | 'pop3' | 'smtp') =>
  v.optional(
    v.pipe(
      v.string(),
      v.rawTransform(({ dataset: { value }, addIssue, NEVER }) => {
        const server = value === '' ? null : parseServer(protocol, value)
        if (server !== null || value === '') return server
        addIssue({ message: `must be a server such as ${protocol}s://mail.example.org, or nothing` })
        return NEVER
      }),
    ),
    '',
  )

const domainClients = v.pipe(
  v.string(),
  v.rawTransform(({ dataset, addIssue, NEVER }) => {
    const byDomain = parseDomainClients(dataset.value)
    if (byDomain !== null) return byDomain
    addIssue({ message: 'must be written as in example.net: imap=imaps://mail.example.net, webmail=; example.com: …' })
    return NEVER
  }),
)

const schemes = Object.keys(DOVECOT_NAMES) as PasswordScheme[]

/** What the server needs to show the setup; the rest is asked for there. */
const baseEntries = {
  APP_URL: publicOrigin,
  HOST: v.optional(v.string(), '127.0.0.1'),
  PORT: number(8686, 0, 65_535),
  WEB_WORKERS: number(1, 1, 64),
  SESSION_SECRET: secret,
  SESSION_SECRET_OLD: v.optional(v.union([v.literal(''), secret], 'must have 32 characters or more'), ''),
  APP_LANGUAGE: v.optional(v.picklist(LANGUAGES, `must be one of ${LANGUAGES.join(', ')}`), 'en'),
  // Node itself reads it, when it starts.
  TZ: v.optional(v.pipe(v.string(), v.check(isTimeZone, 'must be the name of a time zone, such as Europe/Paris'))),
  TRUSTED_PROXIES: v.optional(
    v.pipe(list, v.everyItem(isNetwork, 'must be addresses or networks such as 10.0.0.0/8, separated by commas')),
    '',
  ),
  ...databaseEntries,
  DATABASE_POOL_SIZE: number(10, 1, 500),
  DATABASE_TIMEOUT_SECONDS: number(10, 1, 300),
  SIGN_IN_FAILURES: number(5, 1, 1000),
  SIGN_IN_WINDOW_SECONDS: number(900, 1, 86_400),
  SIGN_IN_BLOCK_SECONDS: number(1800, 1, 604_800),
  BREACHED_PASSWORDS: v.optional(v.picklist(['offline', 'online'], 'must be offline or online'), 'offline'),
  BREACHED_PASSWORDS_FILE: v.optional(v.string(), ''),
  BREACHED_PASSWORDS_URL: v.optional(serviceUrl, 'https://api.pwnedpasswords.com/range/'),
  SESSION_HOURS: number(24, 1, 8760),
  SESSION_MAX_DAYS: number(30, 1, 3650),
}
const baseSettings = v.object(baseEntries)

const settings = v.object({
  ...baseEntries,
  ...presetEntries,
  ...mappingEntries,

  REGISTRATION_ATTEMPTS: number(3, 1, 1000),
  REGISTRATION_WINDOW_SECONDS: number(3600, 1, 86_400),
  REGISTRATION_BLOCK_SECONDS: number(3600, 1, 604_800),
  REGISTRATION_MAILS_A_DAY: number(3, 1, 100),
  REGISTRATION_MIN_SECONDS: number(3, 0, 600),
  CONFIRMATION_HOURS: number(48, 1, 720),
  ACCOUNT_LINK_MINUTES: number(60, 1, 10_080),

  SECOND_FACTOR: v.optional(
    v.picklist(['off', 'offered', 'admins', 'everyone'], 'must be off, offered, admins or everyone'),
    'offered',
  ),
  SECOND_FACTOR_FROM: v.optional(
    v.pipe(
      v.string(),
      v.check((text) => text === '' || isDay(text), 'must be a day such as 2027-01-31, or nothing'),
    ),
    '',
  ),

  MAILBOXES_PER_ACCOUNT: number(3, 0, 10_000),
  ALIASES_PER_MAILBOX: number(100, 0, 10_000),
  RESERVED_NAMES: v.optional(list, ''),
  SEPARATOR: v.optional(v.pipe(v.string(), v.regex(/^[!-~]?$/, 'must be one character, or nothing')), '+'),
  QUOTA_DEFAULT: number(1_073_741_824, 0, Number.MAX_SAFE_INTEGER),
  QUOTA_MAX: number(10_737_418_240, 0, Number.MAX_SAFE_INTEGER),

  PASSWORD_SCHEME: v.optional(v.picklist(schemes, `must be one of ${schemes.join(', ')}`), 'argon2id'),
  PASSWORD_DEFAULT_SCHEME: v.optional(
    v.union(
      [v.literal(''), v.pipe(v.string(), v.regex(SCHEME_NAME))],
      'must be a scheme of Dovecot, such as PLAIN-MD5',
    ),
    '',
  ),
  ARGON2_MEMORY_KIB: optionalNumber(8192, 131_072),
  ARGON2_PASSES: optionalNumber(1, 10),
  ARGON2_LANES: optionalNumber(1, 4),
  BCRYPT_COST: optionalNumber(10, 15),
  SHA_CRYPT_ROUNDS: optionalNumber(5000, 500_000),
  PBKDF2_ROUNDS: optionalNumber(5000, 2_000_000),

  KEY_PASSWORD: v.optional(keyPasswordExpression, '%{password | sha256 | hexlify}'),
  SEAL_PRIVATE_KEY_FILE: v.pipe(v.string('is required'), v.minLength(1, 'is required')),
  SEAL_CONNECTOR_PUBLIC_KEY: v.pipe(
    v.string('is required'),
    v.regex(/^[\w-]{43}$/, "must be the connector's public key, as its keygen prints it"),
  ),
  REKEY_WINDOW_SECONDS: number(900, 1, 86_400),
  APP_PASSWORDS: v.optional(
    v.picklist(['', 'off', 'offered', 'required'], 'must be off, offered or required, or nothing'),
    '',
  ),
  DELETION_DELAY_HOURS: number(48, 0, 8760),
  RECOVERY_DELAY_HOURS: number(24, 0, 720),

  CONTACT_URL: v.optional(contactUrl, ''),

  SMTP_URL: v.optional(v.string(), ''),
  MAIL_FROM: v.optional(v.string(), ''),

  MAIL_CLIENT_IMAP: clientServer('imap'),
  MAIL_CLIENT_POP3: clientServer('pop3'),
  MAIL_CLIENT_SMTP: clientServer('smtp'),
  MAIL_CLIENT_USER: v.optional(
    v.pipe(
      v.string(),
      v.check((text) => text === '' || isUserPattern(text), 'must have {address} or {local} in it'),
    ),
    '',
  ),
  MAIL_CLIENT_WEBMAIL: v.optional(
    v.pipe(
      v.string(),
      v.check(
        (text) => text === '' || isWebmailPattern(text),
        'must be an address such as https://webmail.example.org, or nothing',
      ),
    ),
    '',
  ),
  MAIL_CLIENT_DOMAINS: v.optional(domainClients, ''),
})

/** every setting that is read, for the check of `.env.example` */
export const SETTING_NAMES = Object.keys(settings.entries)

/** What a setting is where nothing is set; '' for one that must be. */
export function defaultOf(name: keyof typeof settings.entries): string {
  const entry = settings.entries[name]
  return 'default' in entry && typeof entry.default === 'string' ? entry.default : ''
}

export type Environment = Record<string, string | undefined>

/**
 * Reads what is needed before there is a super admin: where the web app is reached, its database and its secret.
 * @throws ConfigError naming every one of these settings that is missing or wrong, and no value
 */
export const loadBaseConfig = (env: Environment) => toBaseConfig(read(baseSettings, env))

/** Reads the settings of the database alone. @throws ConfigError as the others do */
export const loadDatabaseConfig = (env: Environment) => toDatabaseConfig(read(v.object(databaseEntries), env))

/** The mapping's variables as they are set. */
export const mappingSetIn = (env: Environment): Record<string, string> =>
  Object.fromEntries(
    [...Object.keys(presetEntries), ...Object.keys(mappingEntries)].flatMap((name) =>
      env[name] === undefined ? [] : [[name, env[name]]],
    ),
  )

/** What a connector is told: how the database is reached is another matter on each host. */
export function forConnectorOf(env: Environment, mapping = mappingSetIn(env)): PairingAnswer {
  const host = env['DATABASE_HOST'] || '127.0.0.1'
  const ofDatabase = ['DATABASE_NAME', 'DATABASE_PORT'].flatMap((name) => (env[name] ? [[name, env[name]]] : []))
  return {
    settings: { ...(Object.fromEntries(ofDatabase) as Record<string, string>), ...mapping },
    databaseHost: env['DATABASE_SOCKET'] || isLoopback(host) ? null : host,
  }
}

/**
 * The mapping as far as its variables can be read, with the defaults of the others in their places.
 * @returns null where they do not go together; else the mapping, and whether it has what a variable says
 */
export function readPartOfMapping(env: Environment) {
  const said = withPreset(env)
  const unreadable = Object.entries(mappingEntries).flatMap(([variable, schema]) =>
    v.safeParse(schema, said[variable]).success ? [] : [variable],
  )
  const readable = Object.entries(said).filter(([variable]) => !unreadable.includes(variable))
  try {
    const mapping = toMapping(v.parse(v.object(mappingEntries), Object.fromEntries(readable)))
    // Without the table nothing is known of its columns.
    const isRead = (variable: string) =>
      !unreadable.some((one) => one === variable || one === `${variable.replace(/_.*/, '')}_TABLE`)
    return { mapping, isRead }
  } catch (error) {
    if (error instanceof MappingError) return null
    throw error
  }
}

/** What mail programs log in with, where it can be told from the address; '' where it cannot. */
function userPatternOf({ mailbox: { login, insert } }: Mapping): string {
  if (login === null) return '{address}'
  const value = insert.findLast(({ column }) => column.text.toLowerCase() === login.text.toLowerCase())?.value ?? ''
  const isTold = placeholdersIn(value).every((key) => ['address', 'local', 'domain'].includes(key))
  return isTold && isUserPattern(value) ? value : ''
}

/** Owners make app passwords where they change passwords too. */
const offering = (mapping: Mapping, appPasswords: AppPasswords | ''): Mapping =>
  appPasswords !== 'off' && mapping.actions.includes('password')
    ? { ...mapping, actions: [...mapping.actions, 'appPasswords'] }
    : mapping

/**
 * Reads all settings at once.
 * @throws ConfigError naming every setting that is missing or wrong, and no value
 */
export function loadConfig(env: Environment) {
  const set = read(settings, withPreset(env), findStraySettings(env, SETTING_NAMES))
  checkTogether(set)
  const mapping = together(() => toMapping(set))

  return {
    ...toBaseConfig(set),
    accountLinkMinutes: set.ACCOUNT_LINK_MINUTES,
    secondFactor: {
      policy: set.SECOND_FACTOR,
      /** the first day on which those who need one cannot put it off, `YYYY-MM-DD` in UTC; null: every day */
      from: set.SECOND_FACTOR_FROM || null,
    },
    mapping: offering(mapping, set.APP_PASSWORDS),
    registration: {
      byNetwork: {
        failures: set.REGISTRATION_ATTEMPTS,
        windowSeconds: set.REGISTRATION_WINDOW_SECONDS,
        blockSeconds: set.REGISTRATION_BLOCK_SECONDS,
      },
      byAddress: { failures: set.REGISTRATION_MAILS_A_DAY, windowSeconds: 86_400, blockSeconds: 86_400 },
      minSeconds: set.REGISTRATION_MIN_SECONDS,
      confirmationHours: set.CONFIRMATION_HOURS,
    },
    limits: {
      mailboxesPerAccount: set.MAILBOXES_PER_ACCOUNT,
      aliasesPerMailbox: set.ALIASES_PER_MAILBOX,
      quotaDefaultBytes: set.QUOTA_DEFAULT,
      quotaMaxBytes: set.QUOTA_MAX,
    },
    addresses: { separator: set.SEPARATOR, reservedNames: set.RESERVED_NAMES },
    password: {
      scheme: set.PASSWORD_SCHEME,
      prefix: set.PASSWORD_PREFIX,
      defaultScheme: set.PASSWORD_DEFAULT_SCHEME || null,
      argon2MemoryKiB: set.ARGON2_MEMORY_KIB,
      argon2Passes: set.ARGON2_PASSES,
      argon2Lanes: set.ARGON2_LANES,
      bcryptCost: set.BCRYPT_COST,
      shaCryptRounds: set.SHA_CRYPT_ROUNDS,
      pbkdf2Rounds: set.PBKDF2_ROUNDS,
    },
    keyPassword: set.KEY_PASSWORD,
    forConnector: forConnectorOf(env),
    seal: { privateKeyFile: set.SEAL_PRIVATE_KEY_FILE, connectorPublicKey: set.SEAL_CONNECTOR_PUBLIC_KEY },
    /** null: as the connectors see it */
    appPasswords: set.APP_PASSWORDS || null,
    rekeyWindowSeconds: set.REKEY_WINDOW_SECONDS,
    deletionDelayHours: set.DELETION_DELAY_HOURS,
    recoveryDelayHours: set.RECOVERY_DELAY_HOURS,
    mail: { smtpUrl: set.SMTP_URL, from: set.MAIL_FROM },
    /** a page's address, or an e-mail address; null: people write by a form */
    contact: set.CONTACT_URL.replace(/^mailto:/i, '') || null,
    mailClient: {
      usual: {
        imap: set.MAIL_CLIENT_IMAP,
        pop3: set.MAIL_CLIENT_POP3,
        smtp: set.MAIL_CLIENT_SMTP,
        user: set.MAIL_CLIENT_USER || userPatternOf(mapping),
        webmail: set.MAIL_CLIENT_WEBMAIL || null,
      },
      byDomain: set.MAIL_CLIENT_DOMAINS,
    },
  }
}

export type Config = ReturnType<typeof loadConfig>
export type BaseConfig = ReturnType<typeof loadBaseConfig>

const toBaseConfig = (set: v.InferOutput<typeof baseSettings>) => ({
  origin: set.APP_URL,
  secure: set.APP_URL.startsWith('https:'),
  passkeyHost: passkeyHostOf(new URL(set.APP_URL)),
  host: set.HOST,
  port: set.PORT,
  workers: set.WEB_WORKERS,
  language: set.APP_LANGUAGE,
  trustedProxies: set.TRUSTED_PROXIES,
  /** the first seals, each opens */
  sessionSecrets: [set.SESSION_SECRET, ...(set.SESSION_SECRET_OLD === '' ? [] : [set.SESSION_SECRET_OLD])],
  breached: {
    file: set.BREACHED_PASSWORDS_FILE || null,
    /** null: nobody is asked */
    url: set.BREACHED_PASSWORDS === 'online' ? set.BREACHED_PASSWORDS_URL : null,
  },
  sessionLife: { hours: set.SESSION_HOURS, days: set.SESSION_MAX_DAYS },
  database: {
    ...toDatabaseConfig(set),
    poolSize: set.DATABASE_POOL_SIZE,
    timeoutSeconds: set.DATABASE_TIMEOUT_SECONDS,
  },
  signIn: {
    failures: set.SIGN_IN_FAILURES,
    windowSeconds: set.SIGN_IN_WINDOW_SECONDS,
    blockSeconds: set.SIGN_IN_BLOCK_SECONDS,
  },
})

/** What passkeys are bound to. Browsers have none over plain HTTP, nor for a bare address; null: there are none. */
const passkeyHostOf = ({ protocol, hostname }: URL): string | null =>
  hostname === 'localhost' || (protocol === 'https:' && isIP(hostname.replace(/^\[|\]$/g, '')) === 0) ? hostname : null

const toDatabaseConfig = (set: DatabaseSettings) => ({
  options: together(() => connectionOptions(set)),
  name: set.DATABASE_NAME,
})

/** @param stray what else is wrong, to be named with the rest */
function read<S extends v.GenericSchema>(schema: S, env: Environment, stray: string[] = []): v.InferOutput<S> {
  const checked = v.safeParse(
    schema,
    together(() => withCredentials(env)),
  )
  if (checked.success && stray.length === 0) return checked.output

  const wrong = (checked.issues ?? []).map(
    (issue) => `${v.getDotPath(issue)?.split('.')[0] ?? ''} ${sentence(issue.message)}`,
  )
  throw needAttention([...new Set([...wrong, ...stray])].sort())
}

const needAttention = (lines: string[]) =>
  new ConfigError(`These settings need attention:\n${lines.map((line) => `  ${line}`).join('\n')}`)

// Valibot's own messages repeat what they received, which may be a secret.
const sentence = (message: string): string => (/\breceived\b/i.test(message) ? 'is missing or wrong' : message)

function checkTogether(set: v.InferOutput<typeof settings>): void {
  const wrong = [
    set.QUOTA_DEFAULT > set.QUOTA_MAX && 'QUOTA_DEFAULT must not exceed QUOTA_MAX',
    set.PASSWORD_SCHEME === 'argon2i' && (set.ARGON2_PASSES ?? 3) < 3 && 'ARGON2_PASSES must be 3 or more for argon2i',
    !set.PASSWORD_PREFIX &&
      !['', DOVECOT_NAMES[set.PASSWORD_SCHEME]].includes(set.PASSWORD_DEFAULT_SCHEME.toUpperCase()) &&
      'PASSWORD_DEFAULT_SCHEME must be that of PASSWORD_SCHEME, or nothing, where PASSWORD_PREFIX is false',
  ].filter((line) => line !== false)
  if (wrong.length > 0) throw needAttention(wrong)
}

/** Settings that are right one by one, but do not go together. */
function together<T>(read: () => T): T {
  try {
    return read()
  } catch (error) {
    throw needAttention(error instanceof Error ? error.message.split('\n') : [])
  }
}
