-- ViMbAdmin 3, the tables that a mailbox touches.

CREATE TABLE domain (
  id            BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  domain        VARCHAR(255) NOT NULL,
  description   VARCHAR(255) DEFAULT NULL,
  max_aliases   INT NOT NULL,
  alias_count   BIGINT NOT NULL,
  max_mailboxes INT NOT NULL,
  mailbox_count BIGINT NOT NULL,
  max_quota     BIGINT NOT NULL,
  quota         BIGINT NOT NULL,
  transport     VARCHAR(255) NOT NULL,
  backupmx      TINYINT(1) NOT NULL,
  active        TINYINT(1) NOT NULL,
  homedir       VARCHAR(255) DEFAULT NULL,
  maildir       VARCHAR(255) DEFAULT NULL,
  uid           INT DEFAULT NULL,
  gid           INT DEFAULT NULL,
  created       DATETIME NOT NULL,
  modified      DATETIME DEFAULT NULL,
  UNIQUE KEY IX_Domain_1 (domain)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb3 COLLATE = utf8mb3_unicode_ci;

CREATE TABLE mailbox (
  id                 BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  Domain_id          BIGINT DEFAULT NULL,
  username           VARCHAR(255) NOT NULL,
  password           VARCHAR(255) NOT NULL,
  name               VARCHAR(255) DEFAULT NULL,
  alt_email          VARCHAR(255) DEFAULT NULL,
  quota              BIGINT NOT NULL,
  local_part         VARCHAR(255) NOT NULL,
  active             TINYINT(1) NOT NULL,
  access_restriction VARCHAR(100) NOT NULL,
  homedir            VARCHAR(255) DEFAULT NULL,
  maildir            VARCHAR(255) DEFAULT NULL,
  uid                BIGINT DEFAULT NULL,
  gid                BIGINT DEFAULT NULL,
  homedir_size       BIGINT DEFAULT NULL,
  maildir_size       BIGINT DEFAULT NULL,
  size_at            DATETIME DEFAULT NULL,
  delete_pending     TINYINT(1) DEFAULT NULL,
  created            DATETIME NOT NULL,
  modified           DATETIME DEFAULT NULL,
  UNIQUE KEY IX_Username_1 (username),
  CONSTRAINT FOREIGN KEY (Domain_id) REFERENCES domain (id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb3 COLLATE = utf8mb3_unicode_ci;

CREATE TABLE mailbox_pref (
  id         BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  Mailbox_id BIGINT DEFAULT NULL,
  attribute  VARCHAR(255) NOT NULL,
  op         VARCHAR(2) NOT NULL,
  value      VARCHAR(255) NOT NULL,
  expire     BIGINT NOT NULL,
  ix         BIGINT NOT NULL,
  CONSTRAINT FOREIGN KEY (Mailbox_id) REFERENCES mailbox (id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb3 COLLATE = utf8mb3_unicode_ci;

CREATE TABLE alias (
  id        BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  Domain_id BIGINT DEFAULT NULL,
  address   VARCHAR(255) NOT NULL,
  goto      LONGTEXT NOT NULL,
  active    TINYINT(1) NOT NULL,
  created   DATETIME NOT NULL,
  modified  DATETIME DEFAULT NULL,
  UNIQUE KEY IX_Address_1 (address),
  CONSTRAINT FOREIGN KEY (Domain_id) REFERENCES domain (id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb3 COLLATE = utf8mb3_unicode_ci;

-- rows

INSERT INTO domain (id, domain, max_aliases, alias_count, max_mailboxes, mailbox_count, max_quota, quota, transport, backupmx, active, created) VALUES
  (1, 'example.org', 0, 3, 0, 1, 0, 0, 'virtual', 0, 1, '2025-01-01'), (2, 'example.net', 0, 2, 0, 1, 0, 0, 'virtual', 0, 1, '2025-01-01');
INSERT INTO mailbox (id, Domain_id, username, password, name, quota, local_part, active, access_restriction, homedir, maildir, uid, gid, maildir_size, created) VALUES
  (1, 1, 'grace.hopper@example.org', '{PLAIN}the first of many', 'Grâce', 0, 'grace.hopper', 1, 'ALL', '/srv/vmail/example.org/grace.hopper', 'maildir:/srv/vmail/example.org/grace.hopper/mail', 2000, 2000, 734003200, '2025-01-01'),
  (2, 2, 'hedy.lamarr@example.net', '{PLAIN}the first of many', '', 0, 'hedy.lamarr', 1, 'ALL', '/srv/vmail/example.net/hedy.lamarr', 'maildir:/srv/vmail/example.net/hedy.lamarr/mail', 2000, 2000, NULL, '2025-01-01');
INSERT INTO mailbox_pref VALUES (1, 1, 'theme', '=', 'of grace.hopper', 0, 0), (2, 2, 'theme', '=', 'light', 0, 0);
INSERT INTO alias (id, Domain_id, address, goto, active, created) VALUES
  (1, 1, 'grace.hopper@example.org', 'grace.hopper@example.org', 1, '2025-01-01'),
  (2, 2, 'hedy.lamarr@example.net', 'hedy.lamarr@example.net', 1, '2025-01-01'),
  (3, 1, 'navy.office@example.org', 'grace.hopper@example.org', 1, '2025-01-01'),
  (4, 1, 'team.list@example.org', 'someone@elsewhere.example,grace.hopper@example.org,last@elsewhere.example', 1, '2025-01-01'),
  (5, 2, '@example.net', 'hedy.lamarr@example.net', 1, '2025-01-01');
