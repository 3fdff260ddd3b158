-- Colombier's own tables. They import as they are, into the mail server's database or one beside it, and refer to
-- nothing of the mail server's: a mailbox is named here by its lower-cased address. All times are UTC, the database's.

CREATE TABLE colombier_accounts (
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
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- The domains in which an account may create mailboxes and, for an admin, those it looks after.
CREATE TABLE colombier_grants (
  account_id BIGINT UNSIGNED NOT NULL,
  domain     VARCHAR(253) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL COMMENT 'lower case',
  PRIMARY KEY (account_id, domain),
  KEY domain (domain),
  CONSTRAINT colombier_grants_account FOREIGN KEY (account_id) REFERENCES colombier_accounts (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- A session is its row: the cookie carries only the random id whose SHA-256 this is.
CREATE TABLE colombier_sessions (
  id_hash      BINARY(32) NOT NULL PRIMARY KEY,
  account_id   BIGINT UNSIGNED NOT NULL,
  created_at   DATETIME(6) NOT NULL,
  last_seen_at DATETIME(6) NOT NULL,
  expires_at   DATETIME(6) NOT NULL,
  network      VARCHAR(45) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  user_agent   VARCHAR(255) NOT NULL,
  proven_at        DATETIME(6) NULL COMMENT 'when the account''s password was last given in it',
  second_factor_at DATETIME(6) NULL COMMENT 'without it, the session of an account that has one opens nothing',
  KEY account (account_id),
  KEY expiry (expires_at),
  CONSTRAINT colombier_sessions_account FOREIGN KEY (account_id) REFERENCES colombier_accounts (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- An account's authenticator app. It counts as a second factor once its owner has shown a code of it.
CREATE TABLE colombier_totp (
  account_id   BIGINT UNSIGNED NOT NULL PRIMARY KEY,
  secret       VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'sealed by the web app for itself',
  last_step    BIGINT UNSIGNED NOT NULL DEFAULT 0 COMMENT 'the period of the last code that was taken: none is taken twice',
  begun_in     BINARY(32) NULL COMMENT 'the session that may confirm it; NULL: it is confirmed, and asked for',
  created_at   DATETIME(6) NOT NULL,
  last_used_at DATETIME(6) NULL,
  CONSTRAINT colombier_totp_account FOREIGN KEY (account_id) REFERENCES colombier_accounts (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- What stands in for a second factor that was lost; each works once.
CREATE TABLE colombier_backup_codes (
  account_id BIGINT UNSIGNED NOT NULL,
  code_hash  BINARY(32) NOT NULL COMMENT 'SHA-256; the row goes when the code is used',
  PRIMARY KEY (account_id, code_hash),
  CONSTRAINT colombier_backup_codes_account FOREIGN KEY (account_id) REFERENCES colombier_accounts (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- What was done with an account, for its owner to read; kept for 90 days.
CREATE TABLE colombier_account_events (
  id         BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  account_id BIGINT UNSIGNED NULL COMMENT 'NULL: at an address without an account, which is to take as long',
  at         DATETIME(6) NOT NULL,
  event      VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  network    VARCHAR(45) CHARACTER SET ascii COLLATE ascii_bin NULL COMMENT 'NULL: somebody else did it',
  user_agent VARCHAR(255) NULL,
  KEY account (account_id, id),
  KEY at (at),
  CONSTRAINT colombier_account_events_account FOREIGN KEY (account_id) REFERENCES colombier_accounts (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- An account's passkeys (WebAuthn).
CREATE TABLE colombier_passkeys (
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
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- What browsers were asked to sign with a passkey; each is answered once.
CREATE TABLE colombier_challenges (
  challenge_hash BINARY(32) NOT NULL PRIMARY KEY COMMENT 'SHA-256; the row goes when it is answered',
  purpose        ENUM('sign_in', 'second_factor', 'proof', 'enrolment') CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  session_hash   BINARY(32) NULL COMMENT 'whose answer counts; NULL: nobody is signed in yet',
  expires_at     DATETIME(6) NOT NULL,
  KEY expiry (expires_at)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- Who asked for an account, and what became of it. Each time the form is sent is a row: the link in a mail confirms what
-- was sent with it, and nothing that somebody else sent for the same address.
CREATE TABLE colombier_registrations (
  id            BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  email         VARCHAR(254) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL COMMENT 'lower case',
  password_hash VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin NULL COMMENT 'argon2id; from the confirmation to the decision',
  reason        VARCHAR(2000) NOT NULL,
  language      CHAR(2) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  state         ENUM('unconfirmed', 'waiting', 'approved', 'denied') NOT NULL DEFAULT 'unconfirmed',
  -- At most one that waits for an address: a unique key ignores NULLs.
  waiting_email VARCHAR(254) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin
                GENERATED ALWAYS AS (IF(state = 'waiting', email, NULL)) STORED,
  token_hash    BINARY(32) NULL COMMENT 'SHA-256 of what the link carries',
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
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- What moderators tell each other about a registration.
CREATE TABLE colombier_registration_notes (
  id              BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  registration_id BIGINT UNSIGNED NOT NULL,
  at              DATETIME(6) NOT NULL,
  author          VARCHAR(254) NOT NULL COMMENT 'the e-mail address at that time',
  note            VARCHAR(2000) NOT NULL,
  KEY registration (registration_id, id),
  CONSTRAINT colombier_registration_notes_registration
    FOREIGN KEY (registration_id) REFERENCES colombier_registrations (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- Mailed links that change an account, each good for one use: the link carries the random token whose SHA-256 this is.
CREATE TABLE colombier_links (
  id_hash    BINARY(32) NOT NULL PRIMARY KEY,
  account_id BIGINT UNSIGNED NULL COMMENT 'NULL: nobody''s, written so that an unknown address takes as long as a known one',
  purpose    ENUM('password_reset', 'email_change') NOT NULL,
  data       VARCHAR(254) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL COMMENT 'email_change: the new address, lower case',
  expires_at DATETIME(6) NOT NULL,
  used_at    DATETIME(6) NULL COMMENT 'kept until it expires, to tell who opens it twice that it was done',
  KEY account (account_id, purpose),
  KEY expiry (expires_at),
  CONSTRAINT colombier_links_account FOREIGN KEY (account_id) REFERENCES colombier_accounts (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- What Colombier knows of a mailbox beside the mail server's own row.
CREATE TABLE colombier_mailboxes (
  id          BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  address     VARCHAR(254) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL COMMENT 'lower case',
  account_id  BIGINT UNSIGNED NULL COMMENT 'the owner; NULL: unowned',
  locks       SET('setup', 'task', 'administrator') NOT NULL DEFAULT '' COMMENT 'open only when empty; setup: never set up yet',
  kept_hash   TEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL
              COMMENT 'the real hash while a password lock holds its place',
  lock_value  VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL
              COMMENT 'what stands in the password column while the lock holds, or a digest of it',
  lock_row    VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL
              COMMENT 'the id of the mail server''s row that was locked; NULL: not told',
  lock_proof  VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NULL
              COMMENT 'that one of the two programs wrote the lock',
  end_sessions BIGINT UNSIGNED NOT NULL DEFAULT 0
               COMMENT 'locked at this microsecond: the connector ends what is logged in',
  flush_logins BIGINT UNSIGNED NOT NULL DEFAULT 0
               COMMENT 'opened at this microsecond: the connector has cached log-ins forgotten',
  lock_reason VARCHAR(500) NULL COMMENT 'an administrator''s words to the owner',
  missing_since DATETIME(6) NULL COMMENT 'when the mail server was first found to have no such mailbox any more',
  new_start_offered_at DATETIME(6) NULL COMMENT 'its owner may let it begin anew, without its mail',
  created_at  DATETIME(6) NOT NULL,
  UNIQUE KEY address (address),
  KEY account (account_id, address),
  KEY end_sessions (end_sessions),
  KEY flush_logins (flush_logins),
  CONSTRAINT colombier_mailboxes_account FOREIGN KEY (account_id) REFERENCES colombier_accounts (id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- Requests to the mail host, one row a task: connector/contract/README.md is their manual.
CREATE TABLE colombier_tasks (
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
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- App passwords and recovery codes: connector/contract/README.md is their manual.
CREATE TABLE colombier_credentials (
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
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- A new password that was requested with a recovery code, until its time comes or it is cancelled.
CREATE TABLE colombier_recoveries (
  mailbox      VARCHAR(254) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL PRIMARY KEY,
  account_id   BIGINT UNSIGNED NOT NULL COMMENT 'who asked for it; void where the mailbox is no longer theirs',
  requested_at DATETIME(6) NOT NULL,
  due_at       DATETIME(6) NOT NULL,
  payload      TEXT NOT NULL COMMENT 'sealed by the web app for itself, and bound to due_at',
  KEY due_at (due_at)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- Each connector's last sign of life, and what it found out about its mail host.
CREATE TABLE colombier_connectors (
  host         VARCHAR(100) NOT NULL PRIMARY KEY,
  version      VARCHAR(20) NOT NULL,
  seen_at      DATETIME(6) NOT NULL,
  mode         ENUM('cron', 'watch') NOT NULL,
  active_lock  ENUM('unknown', 'safe', 'invisible', 'ineffective') NOT NULL DEFAULT 'unknown'
               COMMENT 'what the active column does to a locked mailbox on this host',
  last_failure VARCHAR(40) NULL,
  failed_at    DATETIME(6) NULL,
  app_passwords    ENUM('off', 'offered', 'required') NOT NULL DEFAULT 'off'
                   COMMENT 'what mail programs may log in with on this host',
  app_passwords_at DATETIME(6) NULL COMMENT 'when that was last looked at',
  asked            TEXT NULL COMMENT 'what the mail host asks its tables, without secrets'
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- An address that is being taken, or that was given up and stays reserved until a day.
CREATE TABLE colombier_reservations (
  address    VARCHAR(254) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL PRIMARY KEY,
  account_id BIGINT UNSIGNED NULL COMMENT 'who had it, and may have it again',
  until      DATETIME(6) NOT NULL,
  KEY until (until)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- Who did what to which mailbox, alias, account or setting: never a secret.
CREATE TABLE colombier_audit (
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
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- Mails to be sent, written in the transaction of what they tell about.
CREATE TABLE colombier_outbox (
  id           BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  recipient    VARCHAR(254) NOT NULL,
  subject      VARCHAR(255) NOT NULL,
  text_body    TEXT NOT NULL COMMENT 'sealed, for the links in it',
  html_body    TEXT NOT NULL COMMENT 'sealed',
  created_at   DATETIME(6) NOT NULL,
  send_at      DATETIME(6) NOT NULL COMMENT 'not before; moved on after a failure and while a process sends it',
  attempts     SMALLINT UNSIGNED NOT NULL DEFAULT 0,
  error        VARCHAR(255) NULL,
  KEY send_at (send_at)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- The counters of rate-limiter-flexible (its own layout).
CREATE TABLE colombier_rate_limits (
  `key`    VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  `points` INT NOT NULL DEFAULT 0,
  `expire` BIGINT UNSIGNED NULL,
  KEY expire (`expire`)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

CREATE TABLE colombier_settings (
  name  VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  value MEDIUMTEXT NOT NULL
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- Which of src/db/migrations made these tables. Created last, so that an interrupted import is not recorded as complete.
CREATE TABLE colombier_migrations (
  name            VARCHAR(60) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  checksum        CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'SHA-256 of its statements',
  statements_done SMALLINT UNSIGNED NOT NULL DEFAULT 0,
  begun_at        DATETIME(6) NOT NULL,
  finished_at     DATETIME(6) NULL COMMENT 'NULL: a run died on the way, and the next one goes on from there'
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

INSERT INTO colombier_migrations (name, checksum, statements_done, begun_at, finished_at) VALUES
  ('0001-first-tables', '2d43c18d29b5799e9ec4da12d2cc4768ba480c3b4d4e26349ce23dfd6da6311a', 14, UTC_TIMESTAMP(6), UTC_TIMESTAMP(6)),
  ('0002-long-settings', 'b4104c3c6f00db8d942f90dd4810878983479fb4b134273583a56a4c724f8add', 1, UTC_TIMESTAMP(6), UTC_TIMESTAMP(6)),
  ('0003-any-kept-hash', '56eb8dbba67a8fbc7393d1de89673a41a69187784200d6e982fd9a611c8fc72b', 1, UTC_TIMESTAMP(6), UTC_TIMESTAMP(6)),
  ('0004-proven-locks', 'bcfc07646faa6d15a61cd8f3895141409d1a451a61935383f094f466c7fd7a2f', 6, UTC_TIMESTAMP(6), UTC_TIMESTAMP(6)),
  ('0005-sealed-mails-and-used-links', 'e206f7457572f2ce46baa7a3038ba710e4ce17baf65ffd6a2c27f7a975ce2859', 3, UTC_TIMESTAMP(6), UTC_TIMESTAMP(6)),
  ('0006-credentials', 'd72db302cee381bece667fae7e5acf6bbd1bff607ef964170c4e5bf25d490b97', 3, UTC_TIMESTAMP(6), UTC_TIMESTAMP(6)),
  ('0007-seen-app-passwords', '9addfbad702567089fc3fbb8a1dad17d1edd35d0339bb29fabf452a9f359d647', 1, UTC_TIMESTAMP(6), UTC_TIMESTAMP(6)),
  ('0008-second-factors', 'd3a98ab200d96546129201a2913608d42b1075c96fc426714b790984e4a0a20e', 3, UTC_TIMESTAMP(6), UTC_TIMESTAMP(6)),
  ('0009-account-events', '38dbb83161d4cd0cadc771aeb8cfbb7a486bbd5ef113a81b0cf3d09b3561d1f9', 1, UTC_TIMESTAMP(6), UTC_TIMESTAMP(6)),
  ('0010-passkeys', '785449dd16263de7c4dc46077170db90d45a65e3672094be07684164b34e52a5', 2, UTC_TIMESTAMP(6), UTC_TIMESTAMP(6)),
  ('0011-asked-queries', '666bb9bf4688b7f1d017d71ea31b423f5d03a4ed64380a80e1fb81857bbd93e2', 1, UTC_TIMESTAMP(6), UTC_TIMESTAMP(6));
