import type { Preset } from './preset.ts'

/**
 * ISPConfig 3. New rows belong to whom their domain belongs to, on its server. A mailbox is locked by its password,
 * since its columns say of each service whether the owner wants it. ISPConfig's own pages let in only by crypt's hashes
 * without `{SCHEME}`: who uses them there sets `PASSWORD_PREFIX=false`, and for the web app
 * `PASSWORD_SCHEME=sha512-crypt`. What its pages do besides writing rows, such as entries of its spam filter, is not
 * done here.
 */
export const ispconfig: Preset = {
  MAILBOX_TABLE: 'mail_user',
  MAILBOX_ID: 'mailuser_id',
  MAILBOX_DOMAIN: '-',
  MAILBOX_QUOTA_UNLIMITED: '-1, 0',
  MAILBOX_OPEN: '-',
  MAILBOX_LOCKED: '-',
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
}
