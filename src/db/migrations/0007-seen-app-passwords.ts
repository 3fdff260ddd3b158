import type { Migration } from './migration.ts'

/** Connectors report whether Dovecot lets app passwords in. */
export const seenAppPasswords: Migration = {
  name: '0007-seen-app-passwords',
  statements: [
    `ALTER TABLE colombier_connectors
  ADD COLUMN app_passwords ENUM('off', 'offered', 'required') NOT NULL DEFAULT 'off'
    COMMENT 'what mail programs may log in with on this host',
  ADD COLUMN app_passwords_at DATETIME(6) NULL COMMENT 'when that was last looked at'`,
  ],
}
