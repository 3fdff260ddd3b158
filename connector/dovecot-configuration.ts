import type { Door } from './imap.ts'

/** `tls`: from the first byte; `starttls`: asked for on a plain connection */
export interface Listener {
  port: number
  security: 'tls' | 'starttls'
}

/** The parts of Dovecot's configuration that doctor checks. */
interface DovecotConfiguration {
  version: string | null
  mailCrypt: boolean
  /** also where it is on for some protocols alone */
  mailCryptSomewhere: boolean
  curve: string | null
  requireEncrypted: boolean
  attributes: boolean
  authCache: boolean
  /** bytes that each process which compares a password with its hash may have; null: as many as there are */
  memory: { service: string; bytes: number | null }[]
  /** of the first SQL passdb or userdb; null when there is none */
  passdbQuery: string | null
  userdbQuery: string | null
  /**
   * the passdb for app passwords, as the connector prints it: whether no other is asked after it, and none before; null
   * when there is none
   */
  appPasswords: { query: string; endsAll: boolean; isFirst: boolean } | null
  /** the expression that derives the key password from the login password */
  keyPassword: string | null
  /** the file with the certificate; null where there is none, and so no TLS */
  certificate: string | null
  hostname: string | null
  /** where this host itself can log in over IMAP; null where it is not served */
  imapHere: Door | null
  /** where mail programs are served: one with TLS from the first byte, else one that begins it when asked */
  listeners: Record<'imap' | 'pop3' | 'submission', Listener | null>
}

/** The output of `doveconf -n` by the paths of its settings: one setting per line, blocks in braces. */
function readSettings(text: string): Map<string, string> {
  const settings = new Map<string, string>()
  const path: string[] = []
  for (const raw of text.split('\n')) {
    const line = raw.trim()
    if (line === '' || line.startsWith('#')) continue
    const [, name, value] = /^([^\s={]+)\s*=\s?(.*)$/.exec(line) ?? []
    if (line === '}') path.pop()
    else if (name !== undefined) settings.set([...path, name].join('/'), unquoted(value ?? ''))
    else if (line.endsWith('{')) path.push(line.slice(0, -1).trim())
  }
  return settings
}

const ofAppPasswords = /^passdb colombier-app-passwords\//

/** Every SQL query by which Dovecot finds passwords and users, in its order; the connector's own is left out. */
export const readQueries = (text: string): { kind: 'passdb' | 'userdb'; query: string }[] =>
  [...readSettings(text)].flatMap(([name, query]) => {
    const kind = /^(passdb|userdb) [^/]*\/(?:.*\/)?(?:sql_)?query$/.exec(name)?.[1]
    if ((kind !== 'passdb' && kind !== 'userdb') || ofAppPasswords.test(name) || !/^\s*select\b/i.test(query)) return []
    return [{ kind, query }]
  })

/** What it takes a password for that has no `{SCHEME}` in front; null: what it does by itself. */
export const readDefaultScheme = (text: string): string | null =>
  [...readSettings(text)].find(
    ([name]) => /(?:^|\/)(?:passdb_)?default_password_scheme$/.test(name) && !ofAppPasswords.test(name),
  )?.[1] || null

/**
 * The folder below which all homes seem to lie: what stands before the first variable of where they are. Null where
 * that does not show.
 */
export function readMailRoot(text: string): string | null {
  const settings = [...readSettings(text)]
  const found = (pattern: RegExp) => settings.find(([name]) => pattern.test(name))?.[1]
  const inQuery = () => /'(\/[^']*)'/.exec(readQueries(text).find(({ kind }) => kind === 'userdb')?.query ?? '')?.[1]
  const home = found(/^(?:mail_home|userdb [^/]+\/fields\/home)$/) ?? inQuery()
  const root = /^(\/[^%]+)\//.exec(home ?? '')?.[1]
  return root === undefined || !/[^/]/.test(root) ? null : root.replace(/\/+$/, '')
}

/** Reads the parts from the output of `doveconf -n`. */
export function readDovecot(text: string): DovecotConfiguration {
  const settings = readSettings(text)
  const get = (name: string): string | null => settings.get(name) ?? null
  const first = (pattern: RegExp): string | null => [...settings].find(([name]) => pattern.test(name))?.[1] ?? null
  const has = (list: string, name: string): boolean =>
    get(`${list}/${name}`) === 'yes' || (get(list) ?? '').split(/[\s,]+/).includes(name)
  const listener = (protocol: string, ports: { tls: number; starttls: number }): Listener | null => {
    if (!has('protocols', protocol) || get('ssl') === 'no') return null
    for (const security of ['tls', 'starttls'] as const) {
      const block = `service ${protocol}-login/inet_listener ${protocol}${security === 'tls' ? 's' : ''}`
      const port = Number(get(`${block}/port`) ?? ports[security])
      const isPublic = !isLoopback(get(`${block}/listen`) ?? get('listen') ?? '*')
      if (port > 0 && isPublic) return { port, security }
    }
    return null
  }
  const doors = (name: 'imaps' | 'imap', usual: number): Door | null => {
    const block = `service imap-login/inet_listener ${name}`
    const port = Number(get(`${block}/port`) ?? usual)
    const isTls = name === 'imaps'
    if (port === 0 || get(`${block}/haproxy`) === 'yes') return null
    if (isTls && (get('ssl') === 'no' || !get('ssl_server/cert_file'))) return null
    const [address = ''] = (get(`${block}/listen`) ?? get('listen') ?? '*').split(/[\s,]+/)
    return { host: /^(?:\*|::|\[::\])?$/.test(address) ? '127.0.0.1' : address.replace(/^\[|\]$/g, ''), port, isTls }
  }
  const ours = 'passdb colombier-app-passwords'
  const authCache = !/^0?$/.test(get('auth_cache_size') ?? '')
  const appPasswordsQuery = first(/^passdb colombier-app-passwords\/(?:.*\/)?(?:sql_)?query$/)
  const passdbQuery = first(/^passdb (?!colombier-app-passwords\/)[^/]*\/(?:.*\/)?query$/)

  return {
    version: /^# (\d+\.\d+\.\d+)/.exec(text)?.[1] ?? null,
    mailCrypt: has('mail_plugins', 'mail_crypt'),
    mailCryptSomewhere: [...settings].some(
      ([name, value]) =>
        /(?:^|\/)mail_plugins(?:\/|$)/.test(name) && /\bmail_crypt\b/.test(`${name} ${value}`) && value !== 'no',
    ),
    curve: get('crypt_user_key_curve') || null,
    requireEncrypted: get('crypt_user_key_require_encrypted') === 'yes',
    attributes: [...settings.keys()].some((name) => /^mail_attribute\/dict/.test(name)),
    authCache,
    memory: [
      'auth-worker',
      ...(authCache && get('auth_cache_verify_password_with_worker') !== 'yes' ? ['auth'] : []),
    ].map((service) => ({
      service,
      bytes: bytesOf(get(`service ${service}/vsz_limit`) ?? get('default_vsz_limit') ?? '256M'),
    })),
    passdbQuery,
    appPasswords:
      appPasswordsQuery === null
        ? null
        : {
            query: appPasswordsQuery,
            endsAll: ['result_failure', 'result_internalfail'].every(
              (name) => get(`${ours}/${name}`) === 'return-fail',
            ),
            isFirst: [...settings.keys()].find((name) => name.startsWith('passdb '))?.startsWith(`${ours}/`) === true,
          },
    userdbQuery: first(/^userdb [^/]*\/(?:.*\/)?query$/),
    keyPassword:
      /'([^']*)'\s+(?:AS\s+)?[`"]?userdb_crypt_user_key_password\b/i.exec(passdbQuery ?? '')?.[1] ??
      first(/\/(?:userdb_)?crypt_user_key_password$/),
    certificate: get('ssl_server/cert_file') || null,
    hostname: get('hostname') || null,
    imapHere: has('protocols', 'imap') ? (doors('imaps', 993) ?? doors('imap', 143)) : null,
    listeners: {
      imap: listener('imap', { tls: 993, starttls: 143 }),
      pop3: listener('pop3', { tls: 995, starttls: 110 }),
      submission: listener('submission', { tls: 465, starttls: 587 }),
    },
  }
}

/** Of a size as Dovecot writes it: 256M, 1 GiB, unlimited. */
function bytesOf(size: string): number | null {
  const [, number, unit = ''] = /^(\d+)\s*([kmgt]?)/i.exec(size) ?? []
  return number === undefined ? null : Number(number) * 1024 ** ' kmgt'.indexOf(unit.toLowerCase() || ' ')
}

const isLoopback = (addresses: string): boolean =>
  addresses.split(/[\s,]+/).every((address) => /^(?:127\.|::1$|\[::1\]$|localhost$)/.test(address))

const unquoted = (value: string): string =>
  /^".*"$/.test(value) ? value.slice(1, -1).replace(/\\(["\\])/g, '$1') : value
