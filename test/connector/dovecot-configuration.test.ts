import { expect, test } from 'vitest'
import { readDovecot } from '../../connector/dovecot-configuration.ts'

test.each([
  ['for all', 'mail_plugins {\n  mail_crypt = yes\n}', true, true],
  ['for all, in a list', 'mail_plugins = quota mail_crypt', true, true],
  ['for one protocol', 'protocol imap {\n  mail_plugins {\n    mail_crypt = yes\n  }\n}', false, true],
  ['nowhere', 'mail_plugins {\n  mail_crypt = no\n  quota = yes\n}\ncrypt_user_key_curve = prime256v1', false, false],
])('mail_crypt that is on %s is found to be so', (_, text, mailCrypt, mailCryptSomewhere) => {
  expect(readDovecot(text)).toMatchObject({ mailCrypt, mailCryptSomewhere })
})
