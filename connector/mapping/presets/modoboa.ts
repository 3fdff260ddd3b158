import type { Preset } from './preset.ts'

/**
 * Modoboa with MySQL or MariaDB, passwords and locks only: an address, its password and its quota are in three tables,
 * which a view brings together:
 *
 * CREATE VIEW modoboa_mailboxes AS SELECT mailbox.id, user.email, user.password, user.is_active, mailbox.domain_id,
 * mailbox.quota FROM admin_mailbox AS mailbox JOIN core_user AS user ON user.id = mailbox.user_id;
 *
 * The database users need a right on `admin_mailbox` too, such as `SELECT (id)`, or MariaDB lets them write nothing
 * through it. Its queries for Dovecot and Postfix look at the active column, so a mailbox is locked by its password.
 */
export const modoboa: Preset = {
  MAIL_ACTIONS: 'password, lock',
  MAILBOX_TABLE: 'modoboa_mailboxes',
  MAILBOX_QUOTA_UNIT: 'MiB',
  MAILBOX_OPEN: 'is_active=1',
  MAILBOX_LOCKED: 'is_active=0',
  DOMAIN_TABLE: 'admin_domain',
  DOMAIN_WHERE: "enabled=1, type='domain'",
  ALIAS_TABLE: '-',
  USAGE_TABLE: 'admin_quota',
}
