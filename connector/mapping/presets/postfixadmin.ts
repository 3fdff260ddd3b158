import type { Preset } from './preset.ts'

/**
 * PostfixAdmin 3.3 and 4.0; the passwords of applications and the exceptions from the second factor are the latter's.
 * Every mailbox has a row of its own among the aliases. Its queries for Dovecot and Postfix look at the active column,
 * so a mailbox is locked by its password.
 */
export const postfixadmin: Preset = {
  MAILBOX_TABLE: 'mailbox',
  MAILBOX_ADDRESS: 'username',
  MAILBOX_DOMAIN: 'domain',
  MAILBOX_INSERT:
    "local_part='{local}', name='{local}', maildir='{domain}/{local}/', created={now}, modified={now}, token_validity={now}, password_expiry='2038-01-01 00:00:00'",
  MAILBOX_ON_PASSWORD: 'modified={now}',
  DOMAIN_TABLE: 'domain',
  DOMAIN_ID: 'domain',
  DOMAIN_NAME: 'domain',
  DOMAIN_WHERE: "domain<>'ALL', active=1, backupmx=0",
  ALIAS_TABLE: 'alias',
  ALIAS_ADDRESS: 'address',
  ALIAS_DESTINATION: 'goto',
  ALIAS_LIST: 'comma',
  ALIAS_DOMAIN: 'domain',
  ALIAS_INSERT: 'created={now}, modified={now}, active=1',
  COMPANION_INSERT:
    "alias: address='{address}', goto='{address}', domain='{domain}', created={now}, modified={now}, active=1",
  COMPANION_DELETE: [
    "quota2: username='{address}'",
    "vacation: email='{address}'",
    "fetchmail: mailbox='{address}'",
    "mailbox_app_password?: username='{address}'",
    "totp_exception_address?: username='{address}'",
  ].join('; '),
  USAGE_TABLE: 'quota2',
}
