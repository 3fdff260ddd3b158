import type { Migration } from './migration.ts'

/** What was done with an account, for its owner: who came in, who did not, and what was changed about it. */
export const accountEvents: Migration = {
  name: '0009-account-events',
  statements: [
    `CREATE TABLE IF NOT EXISTS colombier_account_events (
  id         BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  account_id BIGINT UNSIGNED NULL COMMENT 'NULL: at an address without an account, which is to take as long',
  at         DATETIME(6) NOT NULL,
  event      VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  network    VARCHAR(45) CHARACTER SET ascii COLLATE ascii_bin NULL COMMENT 'NULL: somebody else did it',
  user_agent VARCHAR(255) NULL,
  KEY account (account_id, id),
  KEY at (at),
  CONSTRAINT colombier_account_events_account FOREIGN KEY (account_id) REFERENCES colombier_accounts (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin`,
  ],
}
