import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { readConfig, SETTING_NAMES as CONNECTOR_SETTINGS } from '../connector/config.ts'
import { mappingEntries } from '../connector/mapping/settings.ts'
import { PRESET_NAMES } from '../connector/mapping/presets/index.ts'
import { ConfigError, loadConfig, SETTING_NAMES } from '../src/config.ts'

const enough = {
  APP_URL: 'https://mail-admin.example.org',
  SESSION_SECRET: 'this is a secret of some length!',
  DATABASE_USER: 'colombier',
  DATABASE_PASSWORD: 'a-password-of-the-database',
  DATABASE_NAME: 'mail',
  SEAL_PRIVATE_KEY_FILE: '/etc/colombier/web.key',
  SEAL_CONNECTOR_PUBLIC_KEY: 'x'.repeat(43),
}

const complaint = (env: Record<string, string | undefined>): string => {
  try {
    loadConfig(env)
  } catch (error) {
    if (error instanceof ConfigError) return error.message
  }
  return ''
}

test('the few settings that a site must give are enough', () => {
  const config = loadConfig(enough)
  expect(config).toMatchObject({
    origin: 'https://mail-admin.example.org',
    secure: true,
    host: '127.0.0.1',
    port: 8686,
  })
  expect(config.keyPassword.derive('x')).toMatch(/^[0-9a-f]{64}$/)
})

test('everything that is missing is named at once', () => {
  const message = complaint({})
  for (const name of Object.keys(enough).filter((name) => name !== 'DATABASE_PASSWORD'))
    expect(message).toContain(`  ${name} `)
})

test('everything that is wrong is named at once, and no value is repeated', () => {
  const wrong = {
    APP_URL: 'wrong-1',
    PORT: 'wrong-2',
    SESSION_SECRET: 'wrong-3',
    SESSION_SECRET_OLD: 'wrong-4',
    TRUSTED_PROXIES: '10.0.0.0/8, wrong-5',
    APP_LANGUAGE: 'wrong-6',
    DATABASE_PORT: 'wrong-7',
    DATABASE_TLS: 'wrong-8',
    QUOTA_MAX: 'wrong-9',
    PASSWORD_SCHEME: 'wrong-10',
    ARGON2_MEMORY_KIB: '1',
    KEY_PASSWORD: '%{wrong_11 | sha256}',
    LOCK: 'wrong-12',
    SEPARATOR: 'wrong-13',
    MAILBOX_TABLE: 'wrong 14; --',
    SEAL_CONNECTOR_PUBLIC_KEY: 'wrong-15',
  }
  const message = complaint({ ...enough, ...wrong })
  for (const name of Object.keys(wrong)) expect(message).toContain(`  ${name} `)
  expect(message.replace(/wrong_11/, '')).not.toMatch(/wrong[ -]\d/)
})

test.each(['http://', 'ftp://example.org', 'https://example.org/path', 'https://user@example.org', 'example.org'])(
  'the address %s is not one that people can open',
  (url) => {
    expect(complaint({ ...enough, APP_URL: url })).toContain('APP_URL')
  },
)

test('an address with a closing slash is the same origin', () => {
  expect(loadConfig({ ...enough, APP_URL: 'https://mail-admin.example.org/' }).origin).toBe(
    'https://mail-admin.example.org',
  )
})

describe('a secret that is a credential of systemd', () => {
  const folder = mkdtempSync(join(tmpdir(), 'colombier-credentials-'))
  writeFileSync(join(folder, 'database'), 'a p"ss\\word\n')
  writeFileSync(join(folder, 'session'), 'long enough to seal all cookies with')
  afterAll(() => rmSync(folder, { recursive: true }))
  const env = { ...enough, DATABASE_PASSWORD: 'credential:database', SESSION_SECRET: 'credential:session' }

  test('is read where the unit has it', () => {
    const config = loadConfig({ ...env, CREDENTIALS_DIRECTORY: folder })
    expect(config.database.options.password).toBe('a p"ss\\word')
    expect(config.sessionSecrets).toEqual(['long enough to seal all cookies with'])
  })

  test('is asked for by name where it is not there, by both programs', () => {
    const without = 'DATABASE_PASSWORD names a credential'
    expect(complaint(env)).toContain(without)
    expect(complaint({ ...env, CREDENTIALS_DIRECTORY: folder, SESSION_SECRET: 'credential:../x' })).toContain(
      'SESSION_SECRET names a credential',
    )
    expect(() => readConfig({ DATABASE_PASSWORD: 'credential:database' })).toThrow(without)
  })
})

test('settings that do not go together are told apart from those that are wrong alone', () => {
  expect(complaint({ ...enough, DATABASE_HOST: '192.0.2.7' })).toContain('DATABASE_HOST must be a host name')
  expect(complaint({ ...enough, QUOTA_DEFAULT: '2', QUOTA_MAX: '1' })).toContain('QUOTA_DEFAULT must not exceed')
  expect(complaint({ ...enough, PASSWORD_SCHEME: 'argon2i', ARGON2_PASSES: '1' })).toContain('ARGON2_PASSES must be 3')
  expect(complaint({ ...enough, LOCK: 'active', MAILBOX_OPEN: '-', MAILBOX_LOCKED: '-' })).toContain(
    'LOCK=active needs',
  )
})

test('.env.example has every setting once, with its default', () => {
  const text = readFileSync(join(import.meta.dirname, '../.env.example'), 'utf8')
  const lines = [...text.matchAll(/^(#?)([A-Z][A-Z0-9_]+)=(.*)$/gm)].map(([, mark = '', name = '', value = '']) => ({
    mark,
    name,
    value,
  }))
  const names = lines.map(({ name }) => name)

  expect(new Set(names).size).toBe(names.length)
  expect([...names].sort()).toEqual([...SETTING_NAMES].sort())
  const given: Record<string, string> = Object.fromEntries(
    lines
      .filter(({ mark, name }) => mark === '#' && name !== 'MAIL_FROM')
      .map(({ name, value }) => [name, value.replace(/^"|"$/g, '')] as const),
  )
  const { keyPassword, password, ...rest } = loadConfig({ ...enough, ...given })
  const { keyPassword: defaultKeyPassword, password: defaultPassword, ...defaults } = loadConfig(enough)
  // A connector is told what is set, and has the same defaults.
  expect({ ...rest, forConnector: null }).toEqual({ ...defaults, forConnector: null })
  expect(keyPassword.expression).toBe(defaultKeyPassword.expression)
  expect(password.scheme).toBe(defaultPassword.scheme)
})

test('.env.example and both guides to installing name every MAIL_SCHEMA', () => {
  const [example = '', ...guides] = ['.env.example', 'docs/install.md', 'docs/install.fr.md'].map((file) =>
    readFileSync(join(import.meta.dirname, '..', file), 'utf8'),
  )
  const [, said = ''] = /# Whose tables they are: ([^.]*)\./.exec(example) ?? []
  expect(said.replaceAll('\n# ', ' ').split(/, | or /)).toEqual(PRESET_NAMES)
  for (const guide of guides) {
    const listed = [...guide.matchAll(/^\| `([a-z]+)` +\|/gm)].map(([, name]) => name)
    expect(listed.sort()).toEqual([...PRESET_NAMES].sort())
  }
})

test('the connector’s .env.example has every setting of its own once, the mapping with the same defaults', () => {
  const read = (file: string) => {
    const text = readFileSync(join(import.meta.dirname, '..', file), 'utf8')
    return [...text.matchAll(/^#?([A-Z][A-Z0-9_]+)=(.*)$/gm)].map(([, name = '', value = '']) => [name, value] as const)
  }
  const lines = read('connector/.env.example')
  expect(lines.map(([name]) => name).sort()).toEqual([...CONNECTOR_SETTINGS].sort())
  const web = new Map(read('.env.example'))
  for (const name of ['MAIL_SCHEMA', ...Object.keys(mappingEntries)])
    expect([name, new Map(lines).get(name)]).toEqual([name, web.get(name)])
})

test('a day that does not exist is none from which a second factor is needed', () => {
  for (const day of ['2027-02-30', '31.1.2027', 'tomorrow'])
    expect(complaint({ ...enough, SECOND_FACTOR_FROM: day })).toContain('SECOND_FACTOR_FROM must be a day such as')
  expect(loadConfig({ ...enough, SECOND_FACTOR_FROM: '2028-02-29' }).secondFactor.from).toBe('2028-02-29')
  expect(complaint({ ...enough, SECOND_FACTOR: 'some' })).toContain('SECOND_FACTOR must be off, offered, admins or')
})

test('passkeys are bound to a name that browsers take them from', () => {
  const hostOf = (url: string) => loadConfig({ ...enough, APP_URL: url }).passkeyHost
  expect(hostOf('https://mail-admin.example.org')).toBe('mail-admin.example.org')
  expect(hostOf('http://localhost:8686')).toBe('localhost')
  for (const url of ['http://mail-admin.example.org', 'https://192.0.2.1', 'https://[2001:db8::1]'])
    expect(hostOf(url)).toBeNull()
})
