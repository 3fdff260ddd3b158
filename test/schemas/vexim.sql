-- Vexim 2: mailboxes, aliases, pipes and refused addresses in one table, told apart by a type; the password has no default name.

CREATE TABLE domains (
  domain_id    MEDIUMINT(8) UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  domain       VARCHAR(255) NOT NULL DEFAULT '',
  maildir      VARCHAR(4096) NOT NULL DEFAULT '',
  uid          SMALLINT(5) UNSIGNED NOT NULL DEFAULT 65534,
  gid          SMALLINT(5) UNSIGNED NOT NULL DEFAULT 65534,
  max_accounts INT(10) UNSIGNED NOT NULL DEFAULT 0,
  quotas       INT(10) UNSIGNED NOT NULL DEFAULT 0,
  type         VARCHAR(5) DEFAULT NULL,
  enabled      TINYINT(1) NOT NULL DEFAULT 1,
  UNIQUE KEY domain (domain)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb3;

CREATE TABLE users (
  user_id         INT(10) UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  domain_id       MEDIUMINT(8) UNSIGNED NOT NULL,
  localpart       VARCHAR(64) NOT NULL DEFAULT '',
  username        VARCHAR(255) NOT NULL DEFAULT '',
  crypt           VARCHAR(255) DEFAULT NULL,
  uid             SMALLINT(5) UNSIGNED NOT NULL DEFAULT 65534,
  gid             SMALLINT(5) UNSIGNED NOT NULL DEFAULT 65534,
  smtp            VARCHAR(4096) DEFAULT NULL,
  pop             VARCHAR(4096) DEFAULT NULL,
  type            ENUM('local', 'alias', 'catch', 'fail', 'piped', 'admin', 'site') NOT NULL DEFAULT 'local',
  admin           TINYINT(1) NOT NULL DEFAULT 0,
  on_forward      TINYINT(1) NOT NULL DEFAULT 0,
  on_vacation     TINYINT(1) NOT NULL DEFAULT 0,
  enabled         TINYINT(1) NOT NULL DEFAULT 1,
  flags           VARCHAR(16) DEFAULT NULL,
  forward         VARCHAR(4096) DEFAULT NULL,
  unseen          TINYINT(1) DEFAULT 0,
  quota           INT(10) UNSIGNED NOT NULL DEFAULT 0,
  realname        VARCHAR(255) DEFAULT NULL,
  vacation        TEXT DEFAULT NULL,
  UNIQUE KEY username (localpart, domain_id),
  KEY local (localpart),
  KEY fk_users_domain_id_idx (domain_id),
  CONSTRAINT fk_users_domain_id FOREIGN KEY (domain_id) REFERENCES domains (domain_id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb3;

CREATE TABLE blocklists (
  block_id  INT(10) UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  domain_id MEDIUMINT(8) UNSIGNED NOT NULL,
  user_id   INT(10) UNSIGNED DEFAULT NULL,
  blockhdr  VARCHAR(192) NOT NULL DEFAULT '',
  blockval  VARCHAR(255) NOT NULL DEFAULT '',
  color     VARCHAR(8) NOT NULL DEFAULT '',
  CONSTRAINT fk_blocklists_user_id FOREIGN KEY (user_id) REFERENCES users (user_id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb3;

-- rows

INSERT INTO domains (domain_id, domain, maildir, uid, gid, type) VALUES
  (1, 'admin', '', 65534, 65534, NULL), (2, 'example.org', '/var/vmail/example.org', 90, 90, 'local'), (3, 'example.net', '/var/vmail/example.net', 90, 90, 'local'), (4, 'relayed.example', '', 90, 90, 'relay');
INSERT INTO users (user_id, domain_id, localpart, username, crypt, uid, gid, smtp, pop, type, admin, quota) VALUES
  (1, 1, 'siteadmin', 'siteadmin', '{PLAIN}not asked for here', 65534, 65534, '', '', 'site', 1, 0),
  (2, 2, 'grace.hopper', 'grace.hopper@example.org', '{PLAIN}the first of many', 90, 90, '/var/vmail/example.org/grace.hopper/Maildir', '/var/vmail/example.org/grace.hopper', 'local', 1, 1024),
  (3, 3, 'hedy.lamarr', 'hedy.lamarr@example.net', '{PLAIN}the first of many', 90, 90, '/var/vmail/example.net/hedy.lamarr/Maildir', '/var/vmail/example.net/hedy.lamarr', 'local', 0, 0),
  (4, 2, 'navy.office', 'navy.office@example.org', NULL, 90, 90, 'grace.hopper@example.org', 'grace.hopper@example.org', 'alias', 0, 0),
  (5, 2, 'team.list', 'team.list@example.org', NULL, 90, 90, 'someone@elsewhere.example,grace.hopper@example.org,last@elsewhere.example', '', 'alias', 0, 0),
  (6, 2, 'archive.pipe', 'archive.pipe@example.org', NULL, 90, 90, '|/usr/bin/archive', '', 'piped', 0, 0),
  (7, 2, 'refused.one', 'refused.one@example.org', NULL, 90, 90, ':fail:', ':fail:', 'fail', 0, 0),
  (8, 3, '*', '*@example.net', NULL, 90, 90, 'hedy.lamarr@example.net', 'hedy.lamarr@example.net', 'catch', 0, 0);
INSERT INTO blocklists (block_id, domain_id, user_id, blockhdr, blockval) VALUES (1, 2, 2, 'From', 'not for grace.hopper'), (2, 3, 3, 'From', 'spam');
