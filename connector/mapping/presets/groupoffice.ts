import type { Preset } from './preset.ts'

/**
 * Group-Office, its mail domains. New rows are made by whom their domain was made by. Its queries for Dovecot and
 * Postfix look at the active column, so a mailbox is locked by its password. Its limits of a domain's mailboxes and
 * storage are not counted here.
 */
export const groupoffice: Preset = {
  MAILBOX_TABLE: 'community_maildomains_mailbox',
  MAILBOX_ID: 'id',
  MAILBOX_ADDRESS: 'username',
  MAILBOX_DOMAIN: 'domainId',
  MAILBOX_INSERT:
    "homedir='{domain}/{local}', maildir='{domain}/{local}/Maildir', smtpAllowed=1, createdBy={domain.createdBy}, createdAt={now}, modifiedBy={domain.createdBy}, modifiedAt={now}",
  MAILBOX_ON_PASSWORD: 'modifiedAt={now}',
  DOMAIN_TABLE: 'community_maildomains_domain',
  DOMAIN_NAME: 'domain',
  DOMAIN_WHERE: 'active=1, backupMx=0',
  ALIAS_TABLE: 'community_maildomains_alias',
  ALIAS_ADDRESS: 'address',
  ALIAS_DESTINATION: 'goto',
  ALIAS_LIST: 'comma',
  ALIAS_DOMAIN: 'domainId',
  ALIAS_INSERT:
    'createdBy={domain.createdBy}, createdAt={now}, modifiedBy={domain.createdBy}, modifiedAt={now}, active=1',
  USAGE_TABLE: 'community_maildomains_mailbox',
}
