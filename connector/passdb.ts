import type { ConnectorConfig } from './config.ts'
import { addressInLowerCase, asText, isAddress, isText } from './mapping/address-sql.ts'
import type { Mapping } from './mapping/mapping.ts'
import { passwordIn } from './mapping/elsewhere.ts'
import { andWhere, isInState } from './mapping/pieces.ts'
import { Name, Sql, sql, type Value } from './mapping/sql.ts'

/**
 * Dovecot's second passdb, which lets app passwords in: one query that finds the credential's row, makes sure that it
 * is as it was made and of the password in force, and unwraps the key password. contract/credentials.ts is its other
 * half.
 */
interface Place {
  mapping: Mapping
  /** where Colombier's own tables are */
  database: string
  /** `login` of the credential keys */
  loginKey: string
}

/** The place that the connector's settings name. */
export const placeOf = ({ mapping, database, credentialKeys }: ConnectorConfig): Place => ({
  mapping,
  database: database.database ?? '',
  loginKey: credentialKeys.login,
})

/** What the mapping says cannot stand in a query of Dovecot's. */
export class NotForDovecot extends Error {
  override name = 'NotForDovecot'
}

// No control characters stand in a setting or in an address.
const [anyLocal, anyDomain] = ['\0local', '\0domain']
const dovecots = new Map<Value, string>([
  [`${anyLocal}@${anyDomain}`, "'%{user | lower}'"],
  [anyLocal, "'%{user | username | lower}'"],
  [anyDomain, "'%{user | domain | lower}'"],
])

/** The query, with Dovecot's variables in it. @throws NotForDovecot */
export function passdbQuery({ mapping, database, loginKey }: Place): string {
  const own = (table: string) => new Name([database, `colombier_${table}`])
  const digest = new Sql(`'%{password | sha512(salt="${loginKey}") | hexlify}'`)
  const { mailbox } = mapping
  const user = `${anyLocal}@${anyDomain}`
  const isUser = mailbox.login ? isText(mailbox.login, [user]) : isAddress(mailbox.address, user)
  const ofUser = (what: Sql) =>
    sql`SELECT ${what} FROM ${mailbox.table} WHERE ${isUser}${andWhere(mailbox.where)} AND ${isInState(mailbox.open)}`
  const loginHash = ofUser(passwordIn(mailbox))
  // Where nobody has the log-in, it may be a mailbox that Colombier alone has, to try this.
  const [address, login] = mailbox.login
    ? [
        sql`COALESCE((${ofUser(addressInLowerCase(mailbox.address))} LIMIT 1), ${user})`,
        sql`COALESCE((${ofUser(asText(mailbox.login))} LIMIT 1), c.mailbox)`,
      ]
    : [sql`${user}`, sql`c.mailbox`]
  const said = sql`CONCAT_WS('|', c.kind, c.protocols, COALESCE(c.last_day, ''), HEX(c.salt), HEX(c.wrapped),
    COALESCE(SHA2((${loginHash}), 256), ''), c.mailbox)`
  const query = sql`SELECT ${login} AS user, CONCAT('{SHA256.HEX}', '%{password | sha256 | hexlify}') AS password,
    AES_DECRYPT(c.wrapped, UNHEX(LEFT(SHA2(CONCAT('wrap', HEX(c.salt), ${digest}), 256), 32)))
      AS userdb_crypt_user_key_password
    FROM ${own('credentials')} c JOIN ${own('mailboxes')} m ON m.address = c.mailbox
    WHERE c.mailbox = ${address} AND c.lookup = UNHEX(LEFT(SHA2(CONCAT('lookup', ${digest}), 256), 32))
      AND c.kind = 'app' AND FIND_IN_SET('%{protocol}', c.protocols) > 0 AND m.locks = ''
      AND (c.last_day IS NULL OR c.last_day >= UTC_DATE())
      AND c.proof = UNHEX(SHA2(CONCAT('proof', ${digest}, SHA2(CONCAT('proof', ${digest}, ${said}), 256)), 256))
    HAVING userdb_crypt_user_key_password IS NOT NULL`
  return withValues(query)
}

/**
 * The block for Dovecot's configuration. Without a cache: a credential ends when it is revoked, and somebody's wrong
 * guess keeps nobody out. One that is to be required comes before the passdb that is there, which is then never asked:
 * not when this one knows no such app password, nor when it cannot be asked itself.
 * @throws NotForDovecot
 */
export const passdbBlock = (place: Place, isRequired = false): string => `passdb colombier-app-passwords {
  driver = sql
  use_cache = no
${isRequired ? '  result_failure = return-fail\n  result_internalfail = return-fail\n' : ''}  sql_query = ${quoted(passdbQuery(place))}
}
`

/** What Dovecot's database user has to be allowed beside what it is. @param user as it stands in SQL */
export const passdbGrants = (database: string, user: string): string => {
  const [credentials, mailboxes] = ['credentials', 'mailboxes'].map((name) => new Name([database, `colombier_${name}`]))
  return `GRANT SELECT (mailbox, lookup, kind, protocols, last_day, salt, wrapped, proof) ON ${credentials?.text ?? ''} TO ${user};
GRANT SELECT (address, locks) ON ${mailboxes?.text ?? ''} TO ${user};
`
}

/** The statement on one line, with its values in their places. */
function withValues({ text, values }: Sql): string {
  const rest = [...values]
  return text.replace(/`(?:[^`]|``)*`|\?|\s+/g, (piece) => {
    if (piece.startsWith('`')) return checked(piece)
    if (piece !== '?') return ' '
    const value = rest.shift() ?? null
    return dovecots.get(value) ?? literal(value)
  })
}

/** Dovecot expands what follows a %. */
function checked(name: string): string {
  if (/[%\p{Cc}]/u.test(name)) throw new NotForDovecot(`${name} has a sign that cannot stand in a query of Dovecot’s`)
  return name
}

function literal(value: Value): string {
  if (value === null) return 'NULL'
  if (typeof value === 'number') return String(value)
  // Whatever a backslash means to the server, and a % to Dovecot.
  return /^[\w .@:/+-]*$/.test(value) ? `'${value}'` : `CONVERT(X'${Buffer.from(value).toString('hex')}' USING utf8mb4)`
}

const quoted = (value: string): string => `"${value.replace(/["\\]/g, '\\$&')}"`
