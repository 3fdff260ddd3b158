import type { Migration } from './migration.ts'

/** Passkeys (WebAuthn), and what a browser was asked to sign. */
export const passkeys: Migration = {
  name: '0010-passkeys',
  statements: [
    `CREATE TABLE IF NOT EXISTS colombier_passkeys (
  id            BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  account_id    BIGINT UNSIGNED NOT NULL,
  credential_id VARBINARY(1023) NOT NULL,
  public_key    VARBINARY(4096) NOT NULL COMMENT 'COSE',
  counter       BIGINT UNSIGNED NOT NULL COMMENT 'the authenticator''s, which never goes back; 0: it has none',
  transports    VARCHAR(100) CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'how it is reached, with commas',
  name          VARCHAR(60) NOT NULL COMMENT 'the owner''s own',
  created_at    DATETIME(6) NOT NULL,
  last_used_at  DATETIME(6) NULL,
  UNIQUE KEY credential (credential_id),
  KEY account (account_id, id),
  CONSTRAINT colombier_passkeys_account FOREIGN KEY (account_id) REFERENCES colombier_accounts (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin`,
    `CREATE TABLE IF NOT EXISTS colombier_challenges (
  challenge_hash BINARY(32) NOT NULL PRIMARY KEY COMMENT 'SHA-256; the row goes when it is answered',
  purpose        ENUM('sign_in', 'second_factor', 'proof', 'enrolment') CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  session_hash   BINARY(32) NULL COMMENT 'whose answer counts; NULL: nobody is signed in yet',
  expires_at     DATETIME(6) NOT NULL,
  KEY expiry (expires_at)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin`,
  ],
}
