import { parseKeyPasswordExpression } from '../../connector/contract/key-password.ts'
import { wrap, type CredentialKeys, type CredentialTerms, type InForce } from '../../connector/contract/credentials.ts'
import { digestOf } from '../../connector/contract/credentials.ts'
import type { TestApp } from './app.ts'

type Query = TestApp['query']

export const everyProtocol = 'imap,pop3,smtp,submission,sieve'

/** The key password in Dovecot's answer, and the hash beside it. */
export interface PassdbRow {
  user: string
  password: string
  keyPassword: string
}

/** Puts a credential of this secret in place, as its owner would have it made. */
export async function putCredential(
  query: Query,
  keys: CredentialKeys,
  terms: CredentialTerms,
  secret: string,
  inForce: InForce,
) {
  const { lookup, salt, wrapped, sealed, proof } = wrap(keys, terms, digestOf(keys, secret), inForce)
  const { mailbox, kind, protocols, lastDay } = terms
  await query(
    `INSERT INTO colombier_credentials
       (mailbox, kind, name, protocols, last_day, lookup, salt, wrapped, sealed, proof, created_at)
     VALUES (?, ?, 'phone', ?, ?, ?, ?, ?, ?, ?, UTC_TIMESTAMP(6))`,
    [mailbox, kind, protocols, lastDay, lookup, salt, wrapped, sealed, proof],
  )
}

/** What Dovecot makes of the query's variables, each of them escaped. */
export function filledIn(query: string, login: { user: string; password: string; protocol?: string }): string {
  const [local = '', domain = ''] = login.user.toLowerCase().split('@')
  return query.replace(/%\{([^}]*)\}/g, (variable, inside: string) => {
    if (inside.startsWith('password')) return parseKeyPasswordExpression(variable)(login.password)
    const known: Record<string, string> = {
      'user | lower': login.user.toLowerCase(),
      'user | username | lower': local,
      'user | domain | lower': domain,
      protocol: login.protocol ?? 'imap',
    }
    const value = known[inside]
    if (value === undefined) throw new Error(`${variable} is not a variable that is expected`)
    return value.replace(/['\\]/g, '\\$&')
  })
}

/** What Dovecot finds for this log-in; null: nobody. */
export async function askPassdb(
  query: Query,
  passdb: string,
  login: { user: string; password: string; protocol?: string },
): Promise<PassdbRow | null> {
  const rows = await query<{ user: string; password: string; userdb_crypt_user_key_password: Buffer }>(
    filledIn(passdb, login),
  )
  if (rows.length > 1) throw new Error('more than one row')
  const [row] = rows
  return row === undefined
    ? null
    : { user: row.user, password: row.password, keyPassword: row.userdb_crypt_user_key_password.toString('utf8') }
}
