import type { Migration } from './migration.ts'

/** The tables of the first schema.sql. A database may have them without a record of migrations; then they stay. */
export const firstTables: Migration = {
  name: '0001-first-tables',
  statements: [
    `CREATE TABLE IF NOT EXISTS colombier_accounts (
  id              BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  email           VARCHAR(254) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL COMMENT 'lower case',
  password_hash   VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'argon2id',
  role            ENUM('user', 'admin', 'super_admin') NOT NULL DEFAULT 'user',
  active          BOOLEAN NOT NULL DEFAULT TRUE,
  language        CHAR(2) CHARACTER SET ascii COLLATE ascii_bin NULL COMMENT 'NULL: as the browser asks',
  mailbox_limit   SMALLINT UNSIGNED NULL COMMENT 'NULL: the default of the settings',
  created_at      DATETIME(6) NOT NULL,
  last_sign_in_at DATETIME(6) NULL,
  UNIQUE KEY email (email),
  KEY role (role, active)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin`,

    `CREATE TABLE IF NOT EXISTS colombier_grants (
  account_id BIGINT UNSIGNED NOT NULL,
  domain     VARCHAR(253) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL COMMENT 'lower case',
  PRIMARY KEY (account_id, domain),
  KEY domain (domain),
  CONSTRAINT colombier_grants_account FOREIGN KEY (account_id) REFERENCES colombier_accounts (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin`,

    `CREATE TABLE IF NOT EXISTS colombier_sessions (
  id_hash      BINARY(32) NOT NULL PRIMARY KEY,
  account_id   BIGINT UNSIGNED NOT NULL,
  created_at   DATETIME(6) NOT NULL,
  last_seen_at DATETIME(6) NOT NULL,
  expires_at   DATETIME(6) NOT NULL,
  network      VARCHAR(45) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  user_agent   VARCHAR(255) NOT NULL,
  KEY account (account_id),
  KEY expiry (expires_at),
  CONSTRAINT colombier_sessions_account FOREIGN KEY (account_id) REFERENCES colombier_accounts (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin`,

    `CREATE TABLE IF NOT EXISTS colombier_registrations (
  id            BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  email         VARCHAR(254) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL COMMENT 'lower case',
  password_hash VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin NULL COMMENT 'argon2id; wiped by the decision',
  reason        VARCHAR(2000) NOT NULL,
  language      CHAR(2) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  state         ENUM('unconfirmed', 'waiting', 'approved', 'denied') NOT NULL DEFAULT 'unconfirmed',
  -- At most one that waits for an address: a unique key ignores NULLs.
  waiting_email VARCHAR(254) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin
                GENERATED ALWAYS AS (IF(state = 'waiting', email, NULL)) STORED,
  token_hash    BINARY(32) NULL COMMENT 'SHA-256 of what the link carries; NULL once it was used',
  requested_at  DATETIME(6) NOT NULL,
  expires_at    DATETIME(6) NOT NULL COMMENT 'of the link',
  confirmed_at  DATETIME(6) NULL,
  announced     BOOLEAN NOT NULL DEFAULT FALSE COMMENT 'the moderators were mailed about it',
  decided_at    DATETIME(6) NULL,
  decided_by    BIGINT UNSIGNED NULL COMMENT 'the account',
  decider       VARCHAR(254) NULL COMMENT 'its e-mail address at that time',
  message       VARCHAR(2000) NULL COMMENT 'to who was denied; NULL: silently',
  domains       TEXT NULL COMMENT 'granted, separated by blanks',
  UNIQUE KEY waiting_email (waiting_email),
  UNIQUE KEY token_hash (token_hash),
  KEY email (email),
  KEY queue (state, id),
  KEY decisions (state, decided_at),
  KEY expiry (state, expires_at)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin`,

    `CREATE TABLE IF NOT EXISTS colombier_registration_notes (
  id              BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  registration_id BIGINT UNSIGNED NOT NULL,
  at              DATETIME(6) NOT NULL,
  author          VARCHAR(254) NOT NULL COMMENT 'the e-mail address at that time',
  note            VARCHAR(2000) NOT NULL,
  KEY registration (registration_id, id),
  CONSTRAINT colombier_registration_notes_registration
    FOREIGN KEY (registration_id) REFERENCES colombier_registrations (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin`,

    `CREATE TABLE IF NOT EXISTS colombier_links (
  id_hash    BINARY(32) NOT NULL PRIMARY KEY,
  account_id BIGINT UNSIGNED NULL COMMENT 'NULL: nobody''s, written so that an unknown address takes as long as a known one',
  purpose    ENUM('password_reset', 'email_change') NOT NULL,
  data       VARCHAR(254) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL COMMENT 'email_change: the new address, lower case',
  expires_at DATETIME(6) NOT NULL,
  KEY account (account_id, purpose),
  KEY expiry (expires_at),
  CONSTRAINT colombier_links_account FOREIGN KEY (account_id) REFERENCES colombier_accounts (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin`,

    `CREATE TABLE IF NOT EXISTS colombier_mailboxes (
  id          BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  address     VARCHAR(254) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL COMMENT 'lower case',
  account_id  BIGINT UNSIGNED NULL COMMENT 'the owner; NULL: unowned',
  locks       SET('setup', 'task', 'administrator') NOT NULL DEFAULT '' COMMENT 'open only when empty; setup: never set up yet',
  kept_hash   VARCHAR(512) CHARACTER SET ascii COLLATE ascii_bin NULL
              COMMENT 'the real hash while a password lock holds its place',
  end_sessions BOOLEAN NOT NULL DEFAULT FALSE COMMENT 'locked just now: the connector ends what is logged in',
  lock_reason VARCHAR(500) NULL COMMENT 'an administrator''s words to the owner',
  missing_since DATETIME(6) NULL COMMENT 'when the mail server was first found to have no such mailbox any more',
  created_at  DATETIME(6) NOT NULL,
  UNIQUE KEY address (address),
  KEY account (account_id, address),
  KEY end_sessions (end_sessions),
  CONSTRAINT colombier_mailboxes_account FOREIGN KEY (account_id) REFERENCES colombier_accounts (id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin`,

    `CREATE TABLE IF NOT EXISTS colombier_tasks (
  id            CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY COMMENT 'UUID, bound into the seal',
  kind          ENUM('create', 'rekey', 'delete') NOT NULL,
  mailbox       VARCHAR(254) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  state         ENUM('queued', 'running', 'done', 'failed', 'cancelled') NOT NULL DEFAULT 'queued',
  -- At most one open task a mailbox: a unique key ignores NULLs.
  open_mailbox  VARCHAR(254) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin
                GENERATED ALWAYS AS (IF(state IN ('queued', 'running'), mailbox, NULL)) STORED,
  requested_by  BIGINT UNSIGNED NULL COMMENT 'the account',
  requested_at  DATETIME(6) NOT NULL,
  not_before    DATETIME(6) NOT NULL COMMENT 'not to be begun before',
  deadline      DATETIME(6) NULL COMMENT 'not begun by then: rolled back',
  retry_at      DATETIME(6) NULL COMMENT 'after a failed attempt: not before',
  attempts      SMALLINT UNSIGNED NOT NULL DEFAULT 0,
  lease         CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NULL COMMENT 'UUID of the run that holds it',
  leased_until  DATETIME(6) NULL,
  touched       BOOLEAN NOT NULL DEFAULT FALSE COMMENT 'from here on the mail store may be as before, or changed',
  reminded      BOOLEAN NOT NULL DEFAULT FALSE COMMENT 'delete: the owner was mailed a day before',
  payload       VARCHAR(2000) CHARACTER SET ascii COLLATE ascii_bin NULL COMMENT 'sealed; wiped at the end',
  new_hash      VARCHAR(512) CHARACTER SET ascii COLLATE ascii_bin NULL COMMENT 'wiped at the end',
  error         VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NULL COMMENT 'category of the last failure',
  finished_at   DATETIME(6) NULL,
  notified      BOOLEAN NOT NULL DEFAULT FALSE COMMENT 'the owner''s mail about its end is in the outbox',
  UNIQUE KEY open_mailbox (open_mailbox),
  KEY due (state, not_before),
  KEY newest (state, requested_at, id),
  KEY mailbox (mailbox, requested_at),
  KEY to_notify (notified, state)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin`,

    `CREATE TABLE IF NOT EXISTS colombier_connectors (
  host         VARCHAR(100) NOT NULL PRIMARY KEY,
  version      VARCHAR(20) NOT NULL,
  seen_at      DATETIME(6) NOT NULL,
  mode         ENUM('cron', 'watch') NOT NULL,
  active_lock  ENUM('unknown', 'safe', 'invisible', 'ineffective') NOT NULL DEFAULT 'unknown'
               COMMENT 'what the active column does to a locked mailbox on this host',
  last_failure VARCHAR(40) NULL,
  failed_at    DATETIME(6) NULL
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin`,

    `CREATE TABLE IF NOT EXISTS colombier_reservations (
  address    VARCHAR(254) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL PRIMARY KEY,
  account_id BIGINT UNSIGNED NULL COMMENT 'who had it, and may have it again',
  until      DATETIME(6) NOT NULL,
  KEY until (until)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin`,

    `CREATE TABLE IF NOT EXISTS colombier_audit (
  id         BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  at         DATETIME(6) NOT NULL,
  account_id BIGINT UNSIGNED NULL COMMENT 'who; NULL: Colombier itself',
  actor      VARCHAR(254) NULL COMMENT 'their e-mail address at that time',
  network    VARCHAR(45) CHARACTER SET ascii COLLATE ascii_bin NULL,
  action     VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'such as mailbox.created',
  mailbox    VARCHAR(254) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL,
  domain     VARCHAR(253) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL COMMENT 'whose admins may read it',
  subject    VARCHAR(500) NULL COMMENT 'the alias, account or setting, or what became of it',
  KEY mailbox (mailbox, id),
  KEY domain (domain, id),
  KEY action (action, id),
  KEY domain_action (domain, action, id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin`,

    `CREATE TABLE IF NOT EXISTS colombier_outbox (
  id           BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  recipient    VARCHAR(254) NOT NULL,
  subject      VARCHAR(255) NOT NULL,
  text_body    TEXT NOT NULL,
  html_body    TEXT NOT NULL,
  created_at   DATETIME(6) NOT NULL,
  send_at      DATETIME(6) NOT NULL COMMENT 'not before; moved on after a failure and while a process sends it',
  attempts     SMALLINT UNSIGNED NOT NULL DEFAULT 0,
  error        VARCHAR(255) NULL,
  KEY send_at (send_at)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin`,

    `CREATE TABLE IF NOT EXISTS colombier_rate_limits (
  \`key\`    VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  \`points\` INT NOT NULL DEFAULT 0,
  \`expire\` BIGINT UNSIGNED NULL,
  KEY expire (\`expire\`)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin`,

    `CREATE TABLE IF NOT EXISTS colombier_settings (
  name  VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  value VARCHAR(500) NOT NULL
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin`,
  ],
}
