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

/** Reads the parts from the output of `doveconf -n`. */
export function readDovecot(text: string): DovecotConfiguration {
  const settings = readSettings(text)
  const get = (name: string): string | null => settings.get(name) ?? null
  const first = (pattern: RegExp): string | null => [...settings].find(([name]) => pattern.test(name))?.[1] ?? null
  const ours = 'passdb colombier-app-passwords'
  const appPasswordsQuery = first(/^passdb colombier-app-passwords\/(?:.*\/)?(?:sql_)?query$/)
  const passdbQuery = first(/^passdb (?!colombier-app-passwords\/)[^/]*\/(?:.*\/)?query$/)

  return {
    version: /^# (\d+\.\d+\.\d+)/.exec(text)?.[1] ?? null,
    mailCrypt: get('mail_plugins/mail_crypt') === 'yes' || /\bmail_crypt\b/.test(get('mail_plugins') ?? ''),
    mailCryptSomewhere: [...settings].some(
      ([name, value]) =>
        /(?:^|\/)mail_plugins(?:\/|$)/.test(name) && /\bmail_crypt\b/.test(`${name} ${value}`) && value !== 'no',
    ),
    curve: get('crypt_user_key_curve') || null,
    requireEncrypted: get('crypt_user_key_require_encrypted') === 'yes',
    attributes: [...settings.keys()].some((name) => /^mail_attribute\/dict/.test(name)),
    authCache: !/^0?$/.test(get('auth_cache_size') ?? ''),
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
  }
}

const unquoted = (value: string): string =>
  /^".*"$/.test(value) ? value.slice(1, -1).replace(/\\(["\\])/g, '$1') : value
