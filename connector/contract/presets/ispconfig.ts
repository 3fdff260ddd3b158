import type { Preset } from './index.ts'

/**
 * ISPConfig 3 with one mail server, number 1. New rows belong to its administrator: `MAILBOX_INSERT` and `ALIAS_INSERT` may
 * say another `sys_groupid`. Its hashes have no `{SCHEME}` and are crypt's, so the web app needs `PASSWORD_SCHEME=sha512-crypt`.
 * Its own pages take over changes here, but nothing that it does besides, such as spam filter entries.
 */
export const ispconfig: Preset = {
  MAILBOX_TABLE: 'mail_user',
  MAILBOX_ID: 'mailuser_id',
  MAILBOX_DOMAIN: '-',
  MAILBOX_QUOTA_UNLIMITED: '-1, 0',
  MAILBOX_OPEN: "disableimap='n', disablepop3='n', disablesmtp='n', disablesieve='n'",
  MAILBOX_LOCKED: "disableimap='y', disablepop3='y', disablesmtp='y', disablesieve='y'",
  MAILBOX_INSERT:
    "sys_userid=1, sys_groupid=1, sys_perm_user='riud', sys_perm_group='riud', server_id=1, login='{address}', maildir='/var/vmail/{domain}/{local}', homedir='/var/vmail'",
  DOMAIN_TABLE: 'mail_domain',
  DOMAIN_ID: 'domain_id',
  DOMAIN_NAME: 'domain',
  DOMAIN_WHERE: "active='y'",
  ALIAS_TABLE: 'mail_forwarding',
  ALIAS_LIST: 'comma',
  ALIAS_DOMAIN: '-',
  ALIAS_WHERE: "type IN ('alias', 'forward')",
  ALIAS_INSERT:
    "sys_userid=1, sys_groupid=1, sys_perm_user='riud', sys_perm_group='riud', server_id=1, type='alias', active='y'",
  COMPANION_DELETE: 'mail_user_filter: mailuser_id={mailbox_id}',
  PASSWORD_PREFIX: 'false',
  LOCK: 'active',
}
