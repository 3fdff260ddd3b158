import type { Migration } from './migration.ts'

/** App passwords, recovery codes, and the changes of a password that wait for their time. */
export const credentials: Migration = {
  name: '0006-credentials',
  statements: [
    `CREATE TABLE IF NOT EXISTS colombier_credentials (
  id         BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  mailbox    VARCHAR(254) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  kind       ENUM('app', 'recovery') CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  name       VARCHAR(60) NOT NULL COMMENT 'the owner''s own',
  protocols  VARCHAR(60) CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'over which it logs in, with commas',
  last_day   DATE NULL COMMENT 'NULL: it has none',
  lookup     BINARY(16) NOT NULL COMMENT 'finds the row for who has the credential',
  salt       BINARY(16) NOT NULL,
  wrapped    VARBINARY(2064) NOT NULL COMMENT 'the key password, for who has the credential',
  sealed     VARBINARY(92) NOT NULL COMMENT 'the credential''s digest, for a program that has the key password',
  proof      BINARY(32) NOT NULL COMMENT 'that the row is as it was made, and of the login hash in force',
  created_at DATETIME(6) NOT NULL,
  proven_at  DATETIME(6) NULL COMMENT 'recovery: when its owner proved to have kept it',
  revoked_at DATETIME(6) NULL COMMENT 'wiped; the connector remembers it and removes the row',
  UNIQUE KEY credential (lookup, mailbox),
  KEY mailbox (mailbox, id),
  KEY revoked (revoked_at)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin`,
    `CREATE TABLE IF NOT EXISTS colombier_recoveries (
  mailbox      VARCHAR(254) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL PRIMARY KEY,
  account_id   BIGINT UNSIGNED NOT NULL COMMENT 'who asked for it; void where the mailbox is no longer theirs',
  requested_at DATETIME(6) NOT NULL,
  due_at       DATETIME(6) NOT NULL,
  payload      TEXT NOT NULL COMMENT 'sealed by the web app for itself, and bound to due_at',
  KEY due_at (due_at)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin`,
    `ALTER TABLE colombier_mailboxes
  ADD COLUMN new_start_offered_at DATETIME(6) NULL COMMENT 'its owner may let it begin anew, without its mail'`,
  ],
}
