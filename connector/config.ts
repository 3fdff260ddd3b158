import { readFileSync, statSync } from 'node:fs'
import { hostname } from 'node:os'
import { resolve } from 'node:path'
import type { ConnectionOptions } from 'mysql2/promise'
import * as v from 'valibot'
import { withCredentials } from './contract/credential-files.ts'
import { connectionOptions, databaseEntries } from './contract/database.ts'
import { deriveCredentialKeys, type CredentialKeys } from './contract/credentials.ts'
import { deriveLockKey } from './contract/lock-record.ts'
import type { Locking } from './contract/lock.ts'
import { mappingEntries, toMapping } from './mapping/settings.ts'
import type { Mapping } from './mapping/mapping.ts'
import { presetEntries, withPreset } from './mapping/presets/index.ts'
import { holdsHome } from './home-path.ts'
import type { MailStoreSettings } from './mail-store.ts'
import type { PostfixSettings } from './postfix.ts'
import type { LeaseTerms } from './queue.ts'

const seconds = (fallback: string) =>
  v.optional(v.pipe(v.string(), v.regex(/^\d{1,6}$/, 'must be a number of seconds'), v.transform(Number)), fallback)
const count = (fallback: string) =>
  v.optional(v.pipe(v.string(), v.regex(/^[1-9]\d{0,3}$/, 'must be a number from 1'), v.transform(Number)), fallback)
const required = v.pipe(v.string('is required'), v.minLength(1, 'is required'))

const days = (fallback: string) =>
  v.optional(v.pipe(v.string(), v.regex(/^\d{1,4}$/, 'must be a number of days'), v.transform(Number)), fallback)
// Normalised, because the code compares the beginnings of paths.
const absolutePath = v.pipe(
  required,
  v.startsWith('/', 'must be an absolute path'),
  v.transform((path) => resolve(path)),
  v.minLength(2, 'must not be the root'),
)
const keyFile = '/etc/colombier/connector.key'

const environment = v.object({
  ...databaseEntries,
  ...presetEntries,
  ...mappingEntries,
  DATABASE_TIMEOUT_SECONDS: seconds('30'),
  SEAL_PRIVATE_KEY_FILE: v.optional(required, keyFile),
  SEAL_WEB_PUBLIC_KEY: v.pipe(required, v.regex(/^[\w-]{43}$/, 'must be a public key as keygen prints it')),
  DOVEADM: v.optional(required, '/usr/bin/doveadm'),
  DOVECOT_CONFIG: v.optional(required, '/etc/dovecot/dovecot.conf'),
  DOVEADM_TIMEOUT_SECONDS: seconds('20'),
  POSTFIX: v.optional(v.picklist(['auto', 'off'], 'must be auto or off'), 'auto'),
  POSTFIX_CONFIG: v.optional(absolutePath, '/etc/postfix'),
  LEASE_SECONDS: seconds('60'),
  RETRY_SECONDS: seconds('30'),
  RETRY_MAX_SECONDS: seconds('300'),
  ATTEMPTS: count('8'),
  WATCH_SECONDS: seconds('1'),
  LANES: count('2'),
  STATE_FOLDER: v.optional(required, '/var/lib/colombier-connector'),
  RUN_FOLDER: v.optional(required, '/run/colombier-connector'),
  MAIL_ROOT: v.optional(absolutePath, '/var/vmail'),
  QUARANTINE_FOLDER: v.optional(absolutePath),
  QUARANTINE_DAYS: days('7'),
  PURGE_LIMIT: count('100'),
  RESERVED_DAYS: days('90'),
  CONNECTOR_NAME: v.optional(required, hostname()),
})

export const SETTING_NAMES = Object.keys(environment.entries)

export interface ConnectorConfig {
  database: ConnectionOptions
  /** A database that has been silent for this long counts as away. */
  databaseTimeoutSeconds: number
  mapping: Mapping
  locking: Locking
  credentialKeys: CredentialKeys
  keys: { connectorPrivateKey: string; webPublicKey: string }
  doveadm: { program: string; config: string; timeoutSeconds: number; runFolder: string }
  postfix: PostfixSettings
  lease: LeaseTerms
  retrySeconds: number
  retryMaxSeconds: number
  attempts: number
  watchSeconds: number
  lanes: number
  mailStore: MailStoreSettings
  /** A pass that would remove more stores than this from the quarantine removes none. */
  purgeLimit: number
  /** How long the address of a deleted mailbox stays reserved for the account that had it. */
  reservedDays: number
  stateFolder: string
  name: string
}

/** Settings are missing or wrong. The message names all of them and quotes no value. */
export class ConfigError extends Error {
  override name = 'ConfigError'
}

/** The connector's settings. @throws ConfigError */
export function readConfig(env: NodeJS.ProcessEnv): ConnectorConfig {
  const wrong: string[] = []
  const attempt = <T>(read: () => T): T | null => {
    try {
      return read()
    } catch (error) {
      wrong.push(error instanceof Error ? error.message : String(error))
      return null
    }
  }

  const given = attempt(() => withCredentials(env)) ?? env
  const parsed = v.safeParse(environment, withPreset(given))
  for (const issue of parsed.issues ?? []) wrong.push(`${v.getDotPath(issue) ?? ''} ${issue.message}`)
  const connectorPrivateKey = attempt(() => readPrivateKey(env['SEAL_PRIVATE_KEY_FILE'] ?? keyFile))
  if (!parsed.success) throw new ConfigError(wrong.join('\n'))

  const settings = parsed.output
  const database = attempt(() => connectionOptions(settings))
  const mapping = attempt(() => toMapping(settings))
  // When a run loses its lease, its doveadm must have ended: otherwise a key could change after the next run has
  // checked it.
  if (settings.LEASE_SECONDS < settings.DOVEADM_TIMEOUT_SECONDS + 2) {
    wrong.push('LEASE_SECONDS must exceed DOVEADM_TIMEOUT_SECONDS by 2 or more')
  }
  const quarantineFolder = settings.QUARANTINE_FOLDER ?? `${settings.MAIL_ROOT}-quarantine`
  // Below MAIL_ROOT the mail user could reach it, and a store in it could be taken for a home.
  if (holdsHome(settings.MAIL_ROOT, quarantineFolder) || holdsHome(quarantineFolder, settings.MAIL_ROOT)) {
    wrong.push('QUARANTINE_FOLDER must lie beside MAIL_ROOT, not below or above it')
  }
  const lockKey =
    connectorPrivateKey === null
      ? null
      : attempt(() => {
          try {
            return deriveLockKey(connectorPrivateKey, settings.SEAL_WEB_PUBLIC_KEY)
          } catch {
            throw new Error('SEAL_WEB_PUBLIC_KEY is no public key')
          }
        })
  if (connectorPrivateKey === null || lockKey === null || database === null || mapping === null || wrong.length > 0) {
    throw new ConfigError(wrong.join('\n'))
  }

  return {
    database,
    databaseTimeoutSeconds: settings.DATABASE_TIMEOUT_SECONDS,
    mapping,
    locking: { mapping, lockKey },
    credentialKeys: deriveCredentialKeys(connectorPrivateKey, settings.SEAL_WEB_PUBLIC_KEY),
    keys: { connectorPrivateKey, webPublicKey: settings.SEAL_WEB_PUBLIC_KEY },
    doveadm: {
      program: settings.DOVEADM,
      config: settings.DOVECOT_CONFIG,
      timeoutSeconds: settings.DOVEADM_TIMEOUT_SECONDS,
      runFolder: settings.RUN_FOLDER,
    },
    postfix: {
      mode: settings.POSTFIX,
      configFolder: settings.POSTFIX_CONFIG,
      timeoutSeconds: settings.DOVEADM_TIMEOUT_SECONDS,
    },
    lease: { leaseSeconds: settings.LEASE_SECONDS, callSeconds: settings.DOVEADM_TIMEOUT_SECONDS },
    retrySeconds: settings.RETRY_SECONDS,
    retryMaxSeconds: settings.RETRY_MAX_SECONDS,
    attempts: settings.ATTEMPTS,
    watchSeconds: settings.WATCH_SECONDS,
    lanes: settings.LANES,
    mailStore: {
      mailRoot: settings.MAIL_ROOT,
      quarantineFolder,
      quarantineDays: settings.QUARANTINE_DAYS,
      stateFolder: settings.STATE_FOLDER,
    },
    purgeLimit: settings.PURGE_LIMIT,
    reservedDays: settings.RESERVED_DAYS,
    stateFolder: settings.STATE_FOLDER,
    name: settings.CONNECTOR_NAME,
  }
}

function readPrivateKey(file: string): string {
  let mode: number
  let text: string
  try {
    mode = statSync(file).mode
    text = readFileSync(file, 'utf8').trim()
  } catch {
    throw new Error('SEAL_PRIVATE_KEY_FILE cannot be read: make the key with keygen')
  }
  if (mode & 0o077) throw new Error('SEAL_PRIVATE_KEY_FILE can be read by others: chmod 600')
  if (!/^[\w-]{43}$/.test(text)) throw new Error('SEAL_PRIVATE_KEY_FILE does not hold a key that keygen made')
  return text
}
