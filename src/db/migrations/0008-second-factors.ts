import type { Migration } from './migration.ts'

/** Authenticator apps, the codes that stand in for them, and what each session has shown, and when. */
export const secondFactors: Migration = {
  name: '0008-second-factors',
  statements: [
    `CREATE TABLE IF NOT EXISTS colombier_totp (
  account_id   BIGINT UNSIGNED NOT NULL PRIMARY KEY,
  secret       VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'sealed by the web app for itself',
  last_step    BIGINT UNSIGNED NOT NULL DEFAULT 0 COMMENT 'the period of the last code that was taken: none is taken twice',
  begun_in     BINARY(32) NULL COMMENT 'the session that may confirm it; NULL: it is confirmed, and asked for',
  created_at   DATETIME(6) NOT NULL,
  last_used_at DATETIME(6) NULL,
  CONSTRAINT colombier_totp_account FOREIGN KEY (account_id) REFERENCES colombier_accounts (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin`,
    `CREATE TABLE IF NOT EXISTS colombier_backup_codes (
  account_id BIGINT UNSIGNED NOT NULL,
  code_hash  BINARY(32) NOT NULL COMMENT 'SHA-256; the row goes when the code is used',
  PRIMARY KEY (account_id, code_hash),
  CONSTRAINT colombier_backup_codes_account FOREIGN KEY (account_id) REFERENCES colombier_accounts (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin`,
    `ALTER TABLE colombier_sessions
  ADD COLUMN proven_at        DATETIME(6) NULL COMMENT 'when the account''s password was last given in it',
  ADD COLUMN second_factor_at DATETIME(6) NULL COMMENT 'without it, the session of an account that has one opens nothing'`,
  ],
}
