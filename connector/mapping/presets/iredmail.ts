import type { Preset } from './preset.ts'

/**
 * iRedMail with MySQL or MariaDB. An alias is one of a mailbox; what iRedMail calls alias accounts and mailing lists is
 * left alone, but for the mailbox's memberships, which go with it. All its queries look at the active column, so a
 * mailbox is locked by its password. The two directories are those of its installer.
 */
export const iredmail: Preset = {
  MAILBOX_TABLE: 'mailbox',
  MAILBOX_ADDRESS: 'username',
  MAILBOX_DOMAIN: 'domain',
  MAILBOX_QUOTA_UNIT: 'MiB',
  MAILBOX_INSERT:
    "storagebasedirectory='/var/vmail', storagenode='vmail1', maildir='{domain}/{local}-{now}/', passwordlastchange={now}, created={now}",
  MAILBOX_ON_PASSWORD: 'passwordlastchange={now}',
  DOMAIN_TABLE: 'domain',
  DOMAIN_ID: 'domain',
  DOMAIN_NAME: 'domain',
  DOMAIN_WHERE: 'active=1, backupmx=0',
  ALIAS_TABLE: 'forwardings',
  ALIAS_ADDRESS: 'address',
  ALIAS_DESTINATION: 'forwarding',
  ALIAS_DOMAIN: 'domain',
  ALIAS_WHERE: 'is_alias=1',
  ALIAS_INSERT: "dest_domain='{destination_domain}', active=1",
  COMPANION_INSERT:
    "forwardings: address='{address}', forwarding='{address}', domain='{domain}', dest_domain='{domain}', is_forwarding=1, active=1",
  COMPANION_DELETE: [
    "forwardings: address='{address}'",
    "forwardings: forwarding='{address}'",
    "used_quota: username='{address}'",
    "last_login: username='{address}'",
    "share_folder: from_user='{address}'",
    "share_folder: to_user='{address}'",
    "anyone_shares: from_user='{address}'",
    "sender_bcc_user: username='{address}'",
    "recipient_bcc_user: username='{address}'",
    "domain_admins: username='{address}'",
  ].join('; '),
  USAGE_TABLE: 'used_quota',
}
