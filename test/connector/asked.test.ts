// What doctor --mapping prints of the mail host's queries.
import { expect, test } from 'vitest'
import { askedIn, textOf, whatIsAsked, withoutSecrets } from '../../connector/asked.ts'
import { readQueries } from '../../connector/dovecot-configuration.ts'

const configuration = `# 2.4.1 (abc): /etc/dovecot/dovecot.conf
passdb sql {
  driver = sql
  query = "SELECT username AS user, password, '%{password | sha256(salt=\\"pepper-of-ours\\") | hexlify}' AS userdb_crypt_user_key_password FROM mailbox WHERE username = '%{user | lower}' AND active = 1"
}
passdb colombier-app-passwords {
  sql_query = SELECT c.mailbox AS user FROM colombier_credentials c
}
passdb static {
  fields {
    query = not SQL
  }
}
userdb sql {
  query = SELECT CONCAT('/var/vmail/', maildir) AS home FROM mailbox WHERE username = '%{user}'
}
`

test('every query of Dovecot’s for passwords and users, but not the connector’s own, nor a key or a salt', () => {
  expect(textOf(readQueries(configuration))).toBe(
    `passdb: SELECT username AS user, password, '%{password}' AS userdb_crypt_user_key_password FROM mailbox WHERE username = '%{user | lower}' AND active = 1
userdb: SELECT CONCAT('/var/vmail/', maildir) AS home FROM mailbox WHERE username = '%{user}'
`,
  )
})

test.each([
  ['passdb_default_password_scheme = BLF-CRYPT', 'scheme: BLF-CRYPT\n'],
  ['passdb sql {\n  default_password_scheme = SSHA256.HEX\n}', 'scheme: SSHA256.HEX\n'],
  ['passdb colombier-app-passwords {\n  default_password_scheme = PLAIN\n}', ''],
  ['passdb_default_password_scheme = a secret, by mistake', ''],
])('with %j it says for what a hash is taken that does not say it: %j', (setting, told) => {
  expect(textOf(askedIn(setting))).toBe(told)
})

test.each([
  ["SELECT 'a long secret that is a sentence, and more'", "SELECT '…'"],
  ["SELECT AES_DECRYPT(password, 'k3yk3yk3yk3yk3yk3yk3y')", "SELECT AES_DECRYPT(password, '…')"],
  ['SELECT AES_DECRYPT(password, "p#ss")', 'SELECT AES_DECRYPT(password, "…")'],
  ["SELECT '%{password | sha512(salt=abc)}'", "SELECT '%{password}'"],
  ["SELECT 1 FROM t WHERE a = 'it''s # secret' AND b = 'y'", "SELECT 1 FROM t WHERE a = '…' AND b = 'y'"],
  [
    "SELECT goto FROM alias WHERE address='%s' AND active='1'",
    "SELECT goto FROM alias WHERE address='%s' AND active='1'",
  ],
])('of %s no secret is left', (query, told) => {
  expect(withoutSecrets(query)).toBe(told)
})

test('what is handed over ends before it is too long, after a whole line, and without Postfix where that fails', async () => {
  const long = `passdb other {\n  query = SELECT password FROM users WHERE name = '%{user}' AND ${'a = 1 AND '.repeat(3_500)}b = 1\n}\n`
  const dovecot = { readConfiguration: () => Promise.resolve(configuration + long) } as never
  const postfix = { listAllQueries: () => Promise.reject(new Error('no Postfix')) } as never
  const text = await whatIsAsked(dovecot, postfix)
  expect(text === textOf(askedIn(configuration))).toBe(true)
  expect(textOf(askedIn(configuration + long)).length).toBeGreaterThan(30_000)
})
