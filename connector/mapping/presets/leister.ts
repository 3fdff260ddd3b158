import type { Preset } from './preset.ts'

/**
 * Thomas Leister's guide (domains, accounts, aliases). Postfix looks at its enabled column, so a mailbox is locked by
 * its password.
 */
export const leister: Preset = {
  MAILBOX_TABLE: 'accounts',
  MAILBOX_ADDRESS: 'username@domain',
  MAILBOX_QUOTA_UNIT: 'MiB',
  MAILBOX_OPEN: 'enabled=1',
  MAILBOX_LOCKED: 'enabled=0',
  DOMAIN_TABLE: 'domains',
  DOMAIN_ID: 'domain',
  DOMAIN_NAME: 'domain',
  ALIAS_TABLE: 'aliases',
  ALIAS_ADDRESS: 'source_username@source_domain',
  ALIAS_DESTINATION: 'destination_username@destination_domain',
  ALIAS_INSERT: 'enabled=1',
}
