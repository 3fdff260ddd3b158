import type { Preset } from './preset.ts'

/**
 * The docker-mailserver of jeboehm. Postfix looks at its enabled column, so a mailbox is locked by its password. What
 * it fetches from elsewhere goes with a mailbox; versions from before 2025 fetch nothing.
 */
export const jeboehm: Preset = {
  MAILBOX_TABLE: 'mail_users',
  MAILBOX_ID: 'id',
  MAILBOX_ADDRESS: 'name@domain_id',
  MAILBOX_QUOTA_UNIT: 'MiB',
  MAILBOX_OPEN: 'enabled=1',
  MAILBOX_LOCKED: 'enabled=0',
  MAILBOX_INSERT: 'admin=0, domain_admin=0, send_only=0',
  DOMAIN_TABLE: 'mail_domains',
  ALIAS_TABLE: 'mail_aliases',
  ALIAS_ADDRESS: 'name@domain_id',
  COMPANION_DELETE: 'fetchmail_accounts?: user_id={mailbox_id}',
}
