-- iRedMail's vmail, the tables that a mailbox touches. The database's own character set is utf8mb4 there.

CREATE TABLE domain (
  domain      VARCHAR(255) NOT NULL DEFAULT '' PRIMARY KEY,
  description TEXT,
  disclaimer  TEXT,
  aliases     INT(10) NOT NULL DEFAULT 0,
  mailboxes   INT(10) NOT NULL DEFAULT 0,
  maillists   INT(10) NOT NULL DEFAULT 0,
  maxquota    BIGINT(20) NOT NULL DEFAULT 0,
  quota       BIGINT(20) NOT NULL DEFAULT 0,
  transport   VARCHAR(255) NOT NULL DEFAULT 'dovecot',
  backupmx    TINYINT(1) NOT NULL DEFAULT 0,
  settings    TEXT,
  created     DATETIME NOT NULL DEFAULT '1970-01-01 01:01:01',
  modified    DATETIME NOT NULL DEFAULT '1970-01-01 01:01:01',
  expired     DATETIME NOT NULL DEFAULT '9999-12-31 00:00:00',
  active      TINYINT(1) NOT NULL DEFAULT 1,
  INDEX (backupmx), INDEX (expired), INDEX (active)
) ENGINE = InnoDB;

CREATE TABLE alias_domain (
  alias_domain  VARCHAR(255) NOT NULL PRIMARY KEY,
  target_domain VARCHAR(255) NOT NULL,
  created       DATETIME NOT NULL DEFAULT '1970-01-01 01:01:01',
  modified      DATETIME NOT NULL DEFAULT '1970-01-01 01:01:01',
  active        TINYINT(1) NOT NULL DEFAULT 1,
  INDEX (target_domain), INDEX (active)
) ENGINE = InnoDB;

CREATE TABLE mailbox (
  username                 VARCHAR(255) NOT NULL DEFAULT '' PRIMARY KEY,
  password                 VARCHAR(255) NOT NULL DEFAULT '',
  name                     VARCHAR(255) NOT NULL DEFAULT '',
  language                 VARCHAR(5) NOT NULL DEFAULT '',
  mailboxformat            VARCHAR(50) NOT NULL DEFAULT 'maildir',
  mailboxfolder            VARCHAR(50) NOT NULL DEFAULT 'Maildir',
  storagebasedirectory     VARCHAR(255) NOT NULL DEFAULT '',
  storagenode              VARCHAR(255) NOT NULL DEFAULT '',
  maildir                  VARCHAR(255) NOT NULL DEFAULT '',
  quota                    BIGINT(20) NOT NULL DEFAULT 0,
  domain                   VARCHAR(255) NOT NULL DEFAULT '',
  transport                VARCHAR(255) NOT NULL DEFAULT '',
  department               VARCHAR(255) NOT NULL DEFAULT '',
  `rank`                   VARCHAR(255) NOT NULL DEFAULT 'normal',
  employeeid               VARCHAR(255) NOT NULL DEFAULT '',
  isadmin                  TINYINT(1) NOT NULL DEFAULT 0,
  isglobaladmin            TINYINT(1) NOT NULL DEFAULT 0,
  enablesmtp               TINYINT(1) NOT NULL DEFAULT 1,
  enablesmtpsecured        TINYINT(1) NOT NULL DEFAULT 1,
  enablepop3               TINYINT(1) NOT NULL DEFAULT 1,
  enablepop3secured        TINYINT(1) NOT NULL DEFAULT 1,
  enablepop3tls            TINYINT(1) NOT NULL DEFAULT 1,
  enableimap               TINYINT(1) NOT NULL DEFAULT 1,
  enableimapsecured        TINYINT(1) NOT NULL DEFAULT 1,
  enableimaptls            TINYINT(1) NOT NULL DEFAULT 1,
  enabledeliver            TINYINT(1) NOT NULL DEFAULT 1,
  enablelda                TINYINT(1) NOT NULL DEFAULT 1,
  enablemanagesieve        TINYINT(1) NOT NULL DEFAULT 1,
  enablemanagesievesecured TINYINT(1) NOT NULL DEFAULT 1,
  enablesieve              TINYINT(1) NOT NULL DEFAULT 1,
  enablesievesecured       TINYINT(1) NOT NULL DEFAULT 1,
  enablesievetls           TINYINT(1) NOT NULL DEFAULT 1,
  enableinternal           TINYINT(1) NOT NULL DEFAULT 1,
  enabledoveadm            TINYINT(1) NOT NULL DEFAULT 1,
  `enablelib-storage`      TINYINT(1) NOT NULL DEFAULT 1,
  `enablequota-status`     TINYINT(1) NOT NULL DEFAULT 1,
  `enableindexer-worker`   TINYINT(1) NOT NULL DEFAULT 1,
  enablelmtp               TINYINT(1) NOT NULL DEFAULT 1,
  enabledsync              TINYINT(1) NOT NULL DEFAULT 1,
  enablesogo               TINYINT(1) NOT NULL DEFAULT 1,
  enablesogowebmail        CHAR(1) NOT NULL DEFAULT 'y',
  enablesogocalendar       CHAR(1) NOT NULL DEFAULT 'y',
  enablesogoactivesync     CHAR(1) NOT NULL DEFAULT 'y',
  allow_nets               TEXT DEFAULT NULL,
  disclaimer               TEXT,
  settings                 TEXT,
  passwordlastchange       DATETIME NOT NULL DEFAULT '1970-01-01 01:01:01',
  created                  DATETIME NOT NULL DEFAULT '1970-01-01 01:01:01',
  modified                 DATETIME NOT NULL DEFAULT '1970-01-01 01:01:01',
  expired                  DATETIME NOT NULL DEFAULT '9999-12-31 00:00:00',
  active                   TINYINT(1) NOT NULL DEFAULT 1,
  INDEX (domain), INDEX (department), INDEX (employeeid), INDEX (enablesmtp), INDEX (enableimapsecured),
  INDEX (`enablelib-storage`), INDEX (passwordlastchange), INDEX (expired), INDEX (active)
) ENGINE = InnoDB;

CREATE TABLE alias (
  address      VARCHAR(255) NOT NULL DEFAULT '' PRIMARY KEY,
  name         VARCHAR(255) NOT NULL DEFAULT '',
  accesspolicy VARCHAR(30) NOT NULL DEFAULT '',
  domain       VARCHAR(255) NOT NULL DEFAULT '',
  created      DATETIME NOT NULL DEFAULT '1970-01-01 01:01:01',
  modified     DATETIME NOT NULL DEFAULT '1970-01-01 01:01:01',
  expired      DATETIME NOT NULL DEFAULT '9999-12-31 00:00:00',
  active       TINYINT(1) NOT NULL DEFAULT 1,
  INDEX (domain), INDEX (expired), INDEX (active)
) ENGINE = InnoDB;

CREATE TABLE forwardings (
  id            BIGINT(20) UNSIGNED AUTO_INCREMENT PRIMARY KEY,
  address       VARCHAR(255) NOT NULL DEFAULT '',
  forwarding    VARCHAR(255) NOT NULL DEFAULT '',
  domain        VARCHAR(255) NOT NULL DEFAULT '',
  dest_domain   VARCHAR(255) NOT NULL DEFAULT '',
  is_maillist   TINYINT(1) NOT NULL DEFAULT 0,
  is_list       TINYINT(1) NOT NULL DEFAULT 0,
  is_forwarding TINYINT(1) NOT NULL DEFAULT 0,
  is_alias      TINYINT(1) NOT NULL DEFAULT 0,
  active        TINYINT(1) NOT NULL DEFAULT 1,
  UNIQUE INDEX (address, forwarding), INDEX (domain), INDEX (dest_domain), INDEX (is_maillist), INDEX (is_list), INDEX (is_alias)
) ENGINE = InnoDB;

CREATE TABLE used_quota (
  username VARCHAR(255) NOT NULL PRIMARY KEY,
  bytes    BIGINT NOT NULL DEFAULT 0,
  messages BIGINT NOT NULL DEFAULT 0,
  domain   VARCHAR(255) NOT NULL DEFAULT '',
  INDEX (domain)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb3;

CREATE TRIGGER used_quota_before_insert BEFORE INSERT ON used_quota FOR EACH ROW
  SET NEW.domain = SUBSTRING_INDEX(NEW.username, '@', -1);

CREATE TABLE last_login (
  username VARCHAR(255) NOT NULL DEFAULT '' PRIMARY KEY,
  domain   VARCHAR(255) NOT NULL DEFAULT '',
  imap     INT(11) DEFAULT NULL,
  pop3     INT(11) DEFAULT NULL,
  lda      INT(11) DEFAULT NULL,
  INDEX (domain)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb3;

CREATE TABLE share_folder (
  from_user VARCHAR(255) CHARACTER SET ascii NOT NULL,
  to_user   VARCHAR(255) CHARACTER SET ascii NOT NULL,
  dummy     CHAR(1),
  PRIMARY KEY (from_user, to_user), INDEX (from_user), INDEX (to_user)
);

CREATE TABLE anyone_shares (
  from_user VARCHAR(255) NOT NULL PRIMARY KEY,
  dummy     CHAR(1) DEFAULT '1'
);

CREATE TABLE sender_bcc_user (
  username    VARCHAR(255) NOT NULL DEFAULT '' PRIMARY KEY,
  bcc_address VARCHAR(255) NOT NULL DEFAULT '',
  domain      VARCHAR(255) NOT NULL DEFAULT '',
  created     DATETIME NOT NULL DEFAULT '1970-01-01 01:01:01',
  modified    DATETIME NOT NULL DEFAULT '1970-01-01 01:01:01',
  expired     DATETIME NOT NULL DEFAULT '9999-12-31 00:00:00',
  active      TINYINT(1) NOT NULL DEFAULT 1
) ENGINE = InnoDB;

CREATE TABLE recipient_bcc_user LIKE sender_bcc_user;

CREATE TABLE domain_admins (
  username VARCHAR(255) CHARACTER SET ascii NOT NULL DEFAULT '',
  domain   VARCHAR(255) CHARACTER SET ascii NOT NULL DEFAULT '',
  created  DATETIME NOT NULL DEFAULT '1970-01-01 01:01:01',
  modified DATETIME NOT NULL DEFAULT '1970-01-01 01:01:01',
  expired  DATETIME NOT NULL DEFAULT '9999-12-31 00:00:00',
  active   TINYINT(1) NOT NULL DEFAULT 1,
  PRIMARY KEY (username, domain)
) ENGINE = InnoDB;

-- rows

INSERT INTO domain (domain, active, backupmx) VALUES ('example.org', 1, 0), ('example.net', 1, 0), ('asleep.example', 0, 0), ('backup.example', 1, 1);
INSERT INTO mailbox (username, password, name, storagebasedirectory, storagenode, maildir, quota, domain) VALUES
  ('grace.hopper@example.org', '{PLAIN}the first of many', 'Grâce Hopper ✉', '/var/vmail', 'vmail1', 'example.org/g/r/a/grace.hopper-2021.03.04.05.06.07/', 1024, 'example.org'),
  ('hedy.lamarr@example.net', '{PLAIN}the first of many', '', '/var/vmail', 'vmail1', 'example.net/h/e/d/hedy.lamarr-2021.03.04.05.06.08/', 0, 'example.net');
INSERT INTO alias (address, domain) VALUES ('team.list@example.org', 'example.org');
INSERT INTO forwardings (id, address, forwarding, domain, dest_domain, is_list, is_forwarding, is_alias) VALUES
  (1, 'grace.hopper@example.org', 'grace.hopper@example.org', 'example.org', 'example.org', 0, 1, 0),
  (2, 'grace.hopper@example.org', 'copy@elsewhere.example', 'example.org', 'elsewhere.example', 0, 1, 0),
  (3, 'navy.office@example.org', 'grace.hopper@example.org', 'example.org', 'example.org', 0, 0, 1),
  (4, 'team.list@example.org', 'someone@elsewhere.example', 'example.org', 'elsewhere.example', 1, 0, 0),
  (5, 'team.list@example.org', 'grace.hopper@example.org', 'example.org', 'example.org', 1, 0, 0),
  (6, 'hedy.lamarr@example.net', 'hedy.lamarr@example.net', 'example.net', 'example.net', 0, 1, 0),
  (7, 'example.net', 'hedy.lamarr@example.net', 'example.net', 'example.net', 0, 0, 0);
INSERT INTO used_quota (username, bytes, messages) VALUES ('grace.hopper@example.org', 734003200, 1200), ('hedy.lamarr@example.net', 5, 1);
INSERT INTO last_login (username, domain, imap) VALUES ('grace.hopper@example.org', 'example.org', 1700000000), ('hedy.lamarr@example.net', 'example.net', 1700000000);
INSERT INTO share_folder VALUES ('grace.hopper@example.org', 'hedy.lamarr@example.net', '1'), ('hedy.lamarr@example.net', 'third@example.net', '1');
INSERT INTO sender_bcc_user (username, bcc_address, domain) VALUES ('grace.hopper@example.org', 'archive@example.net', 'example.org'), ('hedy.lamarr@example.net', 'archive@example.net', 'example.net');
