-- ISPConfig 3, its mail tables.

CREATE TABLE mail_domain (
  domain_id      INT(11) UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  sys_userid     INT(11) UNSIGNED NOT NULL DEFAULT 0,
  sys_groupid    INT(11) UNSIGNED NOT NULL DEFAULT 0,
  sys_perm_user  VARCHAR(5) NOT NULL DEFAULT '',
  sys_perm_group VARCHAR(5) NOT NULL DEFAULT '',
  sys_perm_other VARCHAR(5) NOT NULL DEFAULT '',
  server_id      INT(11) UNSIGNED NOT NULL DEFAULT 0,
  domain         VARCHAR(255) NOT NULL DEFAULT '',
  dkim           ENUM('n', 'y') NOT NULL DEFAULT 'n',
  dkim_selector  VARCHAR(63) NOT NULL DEFAULT 'default',
  dkim_private   MEDIUMTEXT,
  dkim_public    MEDIUMTEXT,
  active         ENUM('n', 'y') NOT NULL DEFAULT 'n',
  KEY server_id (server_id, domain),
  KEY domain_active (domain, active)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb3;

CREATE TABLE mail_user (
  mailuser_id              INT(11) UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  sys_userid               INT(11) UNSIGNED NOT NULL DEFAULT 0,
  sys_groupid              INT(11) UNSIGNED NOT NULL DEFAULT 0,
  sys_perm_user            VARCHAR(5) NOT NULL DEFAULT '',
  sys_perm_group           VARCHAR(5) NOT NULL DEFAULT '',
  sys_perm_other           VARCHAR(5) NOT NULL DEFAULT '',
  server_id                INT(11) UNSIGNED NOT NULL DEFAULT 0,
  email                    VARCHAR(255) NOT NULL DEFAULT '',
  login                    VARCHAR(255) NOT NULL DEFAULT '',
  password                 VARCHAR(255) NOT NULL DEFAULT '',
  name                     VARCHAR(255) NOT NULL DEFAULT '',
  uid                      INT(11) NOT NULL DEFAULT 5000,
  gid                      INT(11) NOT NULL DEFAULT 5000,
  maildir                  VARCHAR(255) NOT NULL DEFAULT '',
  maildir_format           VARCHAR(255) NOT NULL DEFAULT 'maildir',
  quota                    BIGINT(20) NOT NULL DEFAULT -1,
  cc                       VARCHAR(255) NOT NULL DEFAULT '',
  sender_cc                VARCHAR(255) NOT NULL DEFAULT '',
  homedir                  VARCHAR(255) NOT NULL DEFAULT '',
  autoresponder            ENUM('n', 'y') NOT NULL DEFAULT 'n',
  autoresponder_start_date DATETIME DEFAULT NULL,
  autoresponder_end_date   DATETIME DEFAULT NULL,
  autoresponder_subject    VARCHAR(255) NOT NULL DEFAULT 'Out of office reply',
  autoresponder_text       MEDIUMTEXT,
  move_junk                ENUM('n', 'y') NOT NULL DEFAULT 'n',
  custom_mailfilter        MEDIUMTEXT,
  postfix                  ENUM('n', 'y') NOT NULL DEFAULT 'y',
  greylisting              ENUM('n', 'y') NOT NULL DEFAULT 'n',
  access                   ENUM('n', 'y') NOT NULL DEFAULT 'y',
  disableimap              ENUM('n', 'y') NOT NULL DEFAULT 'n',
  disablepop3              ENUM('n', 'y') NOT NULL DEFAULT 'n',
  disabledeliver           ENUM('n', 'y') NOT NULL DEFAULT 'n',
  disablesmtp              ENUM('n', 'y') NOT NULL DEFAULT 'n',
  disablesieve             ENUM('n', 'y') NOT NULL DEFAULT 'n',
  `disablesieve-filter`    ENUM('n', 'y') NOT NULL DEFAULT 'n',
  disablelda               ENUM('n', 'y') NOT NULL DEFAULT 'n',
  disablelmtp              ENUM('n', 'y') NOT NULL DEFAULT 'n',
  disabledoveadm           ENUM('n', 'y') NOT NULL DEFAULT 'n',
  last_quota_notification  DATE DEFAULT NULL,
  backup_interval          VARCHAR(255) NOT NULL DEFAULT 'none',
  backup_copies            INT(11) NOT NULL DEFAULT 1,
  KEY server_id (server_id, email),
  KEY email_access (email, access)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb3;

CREATE TABLE mail_user_filter (
  filter_id      INT(11) UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  sys_userid     INT(11) UNSIGNED NOT NULL DEFAULT 0,
  sys_groupid    INT(11) UNSIGNED NOT NULL DEFAULT 0,
  sys_perm_user  VARCHAR(5) DEFAULT NULL,
  sys_perm_group VARCHAR(5) DEFAULT NULL,
  sys_perm_other VARCHAR(5) DEFAULT NULL,
  mailuser_id    INT(11) UNSIGNED NOT NULL DEFAULT 0,
  rulename       VARCHAR(64) DEFAULT NULL,
  source         VARCHAR(255) DEFAULT NULL,
  searchterm     VARCHAR(255) DEFAULT NULL,
  op             VARCHAR(255) DEFAULT NULL,
  action         VARCHAR(255) DEFAULT NULL,
  target         VARCHAR(255) DEFAULT NULL,
  active         ENUM('n', 'y') NOT NULL DEFAULT 'y'
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb3;

CREATE TABLE mail_forwarding (
  forwarding_id  INT(11) UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  sys_userid     INT(11) UNSIGNED NOT NULL DEFAULT 0,
  sys_groupid    INT(11) UNSIGNED NOT NULL DEFAULT 0,
  sys_perm_user  VARCHAR(5) NOT NULL DEFAULT '',
  sys_perm_group VARCHAR(5) NOT NULL DEFAULT '',
  sys_perm_other VARCHAR(5) NOT NULL DEFAULT '',
  server_id      INT(11) UNSIGNED NOT NULL DEFAULT 0,
  source         VARCHAR(255) NOT NULL DEFAULT '',
  destination    TEXT,
  type           ENUM('alias', 'aliasdomain', 'forward', 'catchall') NOT NULL DEFAULT 'alias',
  active         ENUM('n', 'y') NOT NULL DEFAULT 'n',
  allow_send_as  ENUM('n', 'y') NOT NULL DEFAULT 'n',
  greylisting    ENUM('n', 'y') NOT NULL DEFAULT 'n',
  KEY server_id (server_id, source),
  KEY type (type)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb3;

-- rows

INSERT INTO mail_domain (domain_id, sys_userid, sys_groupid, sys_perm_user, sys_perm_group, server_id, domain, active) VALUES
  (1, 1, 4, 'riud', 'ru', 1, 'example.org', 'y'), (2, 1, 5, 'riud', 'ru', 1, 'example.net', 'y'), (3, 1, 5, 'riud', 'ru', 1, 'asleep.example', 'n');
INSERT INTO mail_user (mailuser_id, sys_userid, sys_groupid, sys_perm_user, sys_perm_group, server_id, email, login, password, name, maildir, quota, homedir) VALUES
  (1, 1, 4, 'riud', 'ru', 1, 'grace.hopper@example.org', 'grace.hopper@example.org', '{PLAIN}the first of many', 'Grâce', '/var/vmail/example.org/grace.hopper', 1073741824, '/var/vmail'),
  (2, 1, 5, 'riud', 'ru', 1, 'hedy.lamarr@example.net', 'hedy.lamarr@example.net', '{PLAIN}the first of many', '', '/var/vmail/example.net/hedy.lamarr', -1, '/var/vmail');
INSERT INTO mail_user_filter (filter_id, mailuser_id, rulename) VALUES (1, 1, 'from grace.hopper'), (2, 2, 'films');
INSERT INTO mail_forwarding (forwarding_id, server_id, source, destination, type, active) VALUES
  (1, 1, 'navy.office@example.org', 'grace.hopper@example.org', 'alias', 'y'),
  (2, 1, 'team.list@example.org', 'someone@elsewhere.example, Grace.Hopper@example.org,last@elsewhere.example', 'forward', 'y'),
  (3, 1, '@example.net', 'hedy.lamarr@example.net', 'catchall', 'y'),
  (4, 1, '@asleep.example', '@example.net', 'aliasdomain', 'y');
