import type { Preset } from './preset.ts'

/**
 * ViMbAdmin 3. Every mailbox has a row of its own among the aliases. Its queries for Dovecot and Postfix look at the
 * active column, so a mailbox is locked by its password. The directories and the user are those of its
 * `application.ini.dist`. Its counts of a domain's mailboxes and aliases are not brought up to date.
 */
export const vimbadmin: Preset = {
  MAILBOX_TABLE: 'mailbox',
  MAILBOX_ID: 'id',
  MAILBOX_ADDRESS: 'username',
  MAILBOX_DOMAIN: 'Domain_id',
  MAILBOX_INSERT:
    "local_part='{local}', access_restriction='ALL', homedir='/srv/vmail/{domain}/{local}', maildir='maildir:/srv/vmail/{domain}/{local}/mail:LAYOUT=fs', uid=2000, gid=2000, created={now}",
  MAILBOX_ON_PASSWORD: 'modified={now}',
  DOMAIN_TABLE: 'domain',
  DOMAIN_NAME: 'domain',
  DOMAIN_WHERE: 'active=1, backupmx=0',
  ALIAS_TABLE: 'alias',
  ALIAS_ADDRESS: 'address',
  ALIAS_DESTINATION: 'goto',
  ALIAS_LIST: 'comma',
  ALIAS_DOMAIN: 'Domain_id',
  ALIAS_INSERT: 'active=1, created={now}',
  COMPANION_INSERT: "alias: Domain_id={domain_id}, address='{address}', goto='{address}', active=1, created={now}",
  COMPANION_DELETE: 'mailbox_pref: Mailbox_id={mailbox_id}',
  USAGE_TABLE: 'mailbox',
  USAGE_BYTES: 'maildir_size',
}
