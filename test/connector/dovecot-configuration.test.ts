import { expect, test } from 'vitest'
import { readDovecot, readMailRoot } from '../../connector/dovecot-configuration.ts'

test.each([
  ['for all', 'mail_plugins {\n  mail_crypt = yes\n}', true, true],
  ['for all, in a list', 'mail_plugins = quota mail_crypt', true, true],
  ['for one protocol', 'protocol imap {\n  mail_plugins {\n    mail_crypt = yes\n  }\n}', false, true],
  ['nowhere', 'mail_plugins {\n  mail_crypt = no\n  quota = yes\n}\ncrypt_user_key_curve = prime256v1', false, false],
])('mail_crypt that is on %s is found to be so', (_, text, mailCrypt, mailCryptSomewhere) => {
  expect(readDovecot(text)).toMatchObject({ mailCrypt, mailCryptSomewhere })
})

test.each([
  ['mail_home', 'mail_home = /srv/vmail/%{user | domain}/%{user | username}', '/srv/vmail'],
  ['the fields of a userdb', 'userdb static {\n  fields {\n    home = /data/mail/%{user}\n  }\n}', '/data/mail'],
  [
    'the query of the userdb',
    "userdb sql {\n  query = SELECT CONCAT('/var/mail/vhosts/', email) AS home, 5000 AS uid FROM users\n}",
    '/var/mail/vhosts',
  ],
  ['a column, where it does not show', 'userdb sql {\n  query = SELECT home FROM users\n}', null],
  ['the root, which is none', 'mail_home = /%{user}', null],
  ['nothing', '', null],
])('the folder of the homes is read from %s', (_, text, root) => {
  expect(readMailRoot(text)).toBe(root)
})
