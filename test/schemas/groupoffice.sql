-- Group-Office, its mail domains. The owner of the domain makes every row there; what he and his rights refer to is left out.

CREATE TABLE community_maildomains_domain (
  id           INT(11) UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  userId       INT NOT NULL,
  domain       VARCHAR(190) DEFAULT NULL,
  description  VARCHAR(255) DEFAULT NULL,
  maxAliases   INT UNSIGNED NOT NULL DEFAULT 0,
  maxMailboxes INT UNSIGNED NOT NULL DEFAULT 0,
  totalQuota   BIGINT UNSIGNED NOT NULL DEFAULT 0,
  defaultQuota BIGINT UNSIGNED NOT NULL DEFAULT 0,
  transport    VARCHAR(255) NOT NULL DEFAULT 'virtual',
  backupMx     TINYINT(1) NOT NULL DEFAULT 0,
  createdBy    INT NOT NULL,
  createdAt    DATETIME NOT NULL,
  modifiedBy   INT NOT NULL,
  modifiedAt   DATETIME DEFAULT NULL,
  active       TINYINT(1) NOT NULL DEFAULT 1,
  aclId        INT NOT NULL,
  UNIQUE KEY domain (domain)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci;

CREATE TABLE community_maildomains_mailbox (
  id          INT(11) UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  domainId    INT(11) UNSIGNED NOT NULL,
  username    VARCHAR(190) NOT NULL DEFAULT '',
  password    VARCHAR(255) NOT NULL DEFAULT '',
  domainOwner TINYINT(1) NOT NULL DEFAULT 0,
  smtpAllowed TINYINT(1) NOT NULL DEFAULT 0,
  fts         TINYINT(1) NOT NULL DEFAULT 0,
  description VARCHAR(255) DEFAULT NULL,
  maildir     VARCHAR(255) DEFAULT NULL,
  homedir     VARCHAR(255) DEFAULT NULL,
  quota       BIGINT UNSIGNED NOT NULL DEFAULT 0,
  autoExpunge VARCHAR(20) NOT NULL DEFAULT '30d',
  createdBy   INT NOT NULL,
  createdAt   DATETIME NOT NULL,
  modifiedBy  INT NOT NULL,
  modifiedAt  DATETIME DEFAULT NULL,
  active      TINYINT(1) NOT NULL DEFAULT 1,
  bytes       BIGINT NOT NULL DEFAULT 0,
  messages    INT NOT NULL DEFAULT 0,
  UNIQUE KEY username (username),
  CONSTRAINT FOREIGN KEY (domainId) REFERENCES community_maildomains_domain (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci;

CREATE TABLE community_maildomains_alias (
  id         INT(11) UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  domainId   INT(11) UNSIGNED NOT NULL,
  address    VARCHAR(190) DEFAULT NULL,
  goto       TEXT DEFAULT NULL,
  createdBy  INT NOT NULL,
  createdAt  DATETIME NOT NULL,
  modifiedBy INT NOT NULL,
  modifiedAt DATETIME DEFAULT NULL,
  active     TINYINT(1) NOT NULL DEFAULT 1,
  UNIQUE KEY address (address),
  CONSTRAINT FOREIGN KEY (domainId) REFERENCES community_maildomains_domain (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci;

-- rows

INSERT INTO community_maildomains_domain (id, userId, domain, backupMx, createdBy, createdAt, modifiedBy, active, aclId) VALUES
  (1, 3, 'example.org', 0, 3, '2025-01-01', 1, 1, 40), (2, 3, 'example.net', 0, 3, '2025-01-01', 3, 1, 41),
  (3, 3, 'asleep.example', 0, 3, '2025-01-01', 3, 0, 42);
INSERT INTO community_maildomains_mailbox (id, domainId, username, password, smtpAllowed, description, maildir, homedir, quota, createdBy, createdAt, modifiedBy, modifiedAt, bytes, messages) VALUES
  (1, 1, 'grace.hopper@example.org', '{PLAIN}the first of many', 1, 'Grâce Hopper ✉', 'example.org/grace.hopper/Maildir', 'example.org/grace.hopper', 1073741824, 3, '2025-01-01', 3, '2025-01-01', 734003200, 1200),
  (2, 2, 'hedy.lamarr@example.net', '{PLAIN}the first of many', 1, '', 'example.net/hedy.lamarr/Maildir', 'example.net/hedy.lamarr', 0, 3, '2025-01-01', 3, '2025-01-01', 5, 1);
INSERT INTO community_maildomains_alias (id, domainId, address, goto, createdBy, createdAt, modifiedBy) VALUES
  (1, 1, 'navy.office@example.org', 'grace.hopper@example.org', 3, '2025-01-01', 3),
  (2, 1, 'team.list@example.org', 'someone@elsewhere.example, Grace.Hopper@example.org,last@elsewhere.example', 3, '2025-01-01', 3),
  (3, 2, '@example.net', 'hedy.lamarr@example.net', 3, '2025-01-01', 3);
