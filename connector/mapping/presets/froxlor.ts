import type { Preset } from './preset.ts'

/**
 * Froxlor 2. Every mailbox has a row of its own among the addresses, and every row its domain's customer. The
 * directories and the user are its defaults, but for the customer's name in the path of the store. Its counts of a
 * customer's mailboxes and addresses are not brought up to date. A mailbox is locked by its password.
 */
export const froxlor: Preset = {
  MAILBOX_TABLE: 'mail_users',
  MAILBOX_ID: 'id',
  MAILBOX_PASSWORD: 'password_enc',
  MAILBOX_DOMAIN: 'domainid',
  MAILBOX_QUOTA_UNIT: 'MiB',
  MAILBOX_OPEN: '-',
  MAILBOX_LOCKED: '-',
  MAILBOX_INSERT:
    "username='{address}', uid=2000, gid=2000, homedir='/var/customers/mail/', maildir='{domain}/{local}/', customerid={domain.customerid}",
  DOMAIN_TABLE: 'panel_domains',
  DOMAIN_NAME: 'domain',
  DOMAIN_WHERE: 'isemaildomain=1',
  ALIAS_TABLE: 'mail_virtual',
  ALIAS_ADDRESS: 'email',
  ALIAS_LIST: 'space',
  ALIAS_DOMAIN: 'domainid',
  ALIAS_WHERE: 'iscatchall=0',
  ALIAS_INSERT: "email_full='{address}', customerid={domain.customerid}",
  COMPANION_INSERT:
    "mail_virtual: email='{address}', email_full='{address}', destination='{address}', domainid={domain_id}, customerid={domain.customerid}, popaccountid={mailbox_id}",
  USAGE_TABLE: 'mail_users',
  USAGE_ADDRESS: 'email',
  USAGE_BYTES: 'mboxsize',
}
