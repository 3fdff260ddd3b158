// The mail database that most administrators have, and the queries of Dovecot and Postfix for it.
import type { PostfixConfig } from './postfix.ts'

/** Colombier's default layout, with one domain, `example.org`, and no mailbox. */
export const defaultSql = `
CREATE TABLE virtual_domains (
  id INT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  name VARCHAR(255) NOT NULL UNIQUE
);
CREATE TABLE virtual_users (
  id INT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  domain_id INT NOT NULL,
  email VARCHAR(255) NOT NULL UNIQUE,
  password VARCHAR(255) NOT NULL,
  quota BIGINT NOT NULL DEFAULT 0,
  active TINYINT(1) NOT NULL DEFAULT 1,
  FOREIGN KEY (domain_id) REFERENCES virtual_domains (id) ON DELETE CASCADE
);
CREATE TABLE virtual_aliases (
  id INT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  domain_id INT NOT NULL,
  source VARCHAR(255) NOT NULL,
  destination VARCHAR(255) NOT NULL,
  FOREIGN KEY (domain_id) REFERENCES virtual_domains (id) ON DELETE CASCADE
);
INSERT INTO virtual_domains (name) VALUES ('example.org');
`

/** What the password of the mail key is made of: 64 hex digits. */
export const defaultKeyPasswordExpression = '%{password | sha256 | hexlify}'

/** Only an active mailbox may log in; the login password opens the mail key. */
export const defaultPassdbQuery = (keyPasswordExpression = defaultKeyPasswordExpression): string =>
  `SELECT email AS user, password, '${keyPasswordExpression}' AS userdb_crypt_user_key_password` +
  ` FROM virtual_users WHERE email = '%{user}' AND active = 1`

/** Looks at no active flag, so a mailbox that may not log in still receives. */
export const defaultUserdbQuery =
  `SELECT 5000 AS uid, 5000 AS gid, '/srv/mail/%{user | domain}/%{user | username}' AS home` +
  ` FROM virtual_users WHERE email = '%{user}'`

/** Postfix finds whoever is there, open or not. */
export const defaultPostfix = {
  main: {
    virtual_mailbox_domains: 'mysql:/etc/postfix/domains.cf',
    virtual_mailbox_maps: 'mysql:/etc/postfix/mailboxes.cf',
    virtual_alias_maps: 'mysql:/etc/postfix/aliases.cf',
  },
  maps: {
    'domains.cf': "query = SELECT 1 FROM virtual_domains WHERE name = '%s'",
    'mailboxes.cf': "query = SELECT 1 FROM virtual_users WHERE email = '%s'",
    'aliases.cf': "query = SELECT destination FROM virtual_aliases WHERE source = '%s'",
  },
} satisfies PostfixConfig

/** The variant some hosts have: here an inactive mailbox does not exist, and its mail bounces. */
export const activeUserdbQuery = `${defaultUserdbQuery} AND active = 1`
