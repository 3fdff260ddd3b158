import type { Preset } from './index.ts'

/**
 * ISPConfig 3. New rows belong to whom their domain belongs to, on its server. Its hashes have no `{SCHEME}` and are crypt's, so
 * the web app needs `PASSWORD_SCHEME=sha512-crypt`. What its pages do besides writing rows, such as entries of its spam filter,
 * is not done here.
 */
export const ispconfig: Preset = {
  MAILBOX_TABLE: 'mail_user',
  MAILBOX_ID: 'mailuser_id',
  MAILBOX_DOMAIN: '-',
  MAILBOX_QUOTA_UNLIMITED: '-1, 0',
  MAILBOX_OPEN: "disableimap='n', disablepop3='n', disablesmtp='n', disablesieve='n'",
  MAILBOX_LOCKED: "disableimap='y', disablepop3='y', disablesmtp='y', disablesieve='y'",
  MAILBOX_INSERT:
    "sys_userid={domain.sys_userid}, sys_groupid={domain.sys_groupid}, sys_perm_user='riud', sys_perm_group='riud', server_id={domain.server_id}, login='{address}', maildir='/var/vmail/{domain}/{local}', homedir='/var/vmail'",
  DOMAIN_TABLE: 'mail_domain',
  DOMAIN_ID: 'domain_id',
  DOMAIN_NAME: 'domain',
  DOMAIN_WHERE: "active='y'",
  ALIAS_TABLE: 'mail_forwarding',
  ALIAS_LIST: 'comma',
  ALIAS_DOMAIN: '-',
  ALIAS_WHERE: "type IN ('alias', 'forward')",
  ALIAS_INSERT:
    "sys_userid={domain.sys_userid}, sys_groupid={domain.sys_groupid}, sys_perm_user='riud', sys_perm_group='riud', server_id={domain.server_id}, type='alias', active='y'",
  COMPANION_DELETE: 'mail_user_filter: mailuser_id={mailbox_id}',
  PASSWORD_PREFIX: 'false',
  LOCK: 'active',
}
