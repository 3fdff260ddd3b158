-- PostfixAdmin 3.3, which Debian 12 and 13 package: the tables and columns of 4.0 that it has. Keys are latin1, what
-- people read is utf8mb3.

CREATE TABLE admin (
  username       VARCHAR(255) NOT NULL PRIMARY KEY,
  password       VARCHAR(255) NOT NULL,
  superadmin     TINYINT(1) NOT NULL DEFAULT 0,
  created        DATETIME NOT NULL DEFAULT '2000-01-01 00:00:00',
  modified       DATETIME NOT NULL DEFAULT '2000-01-01 00:00:00',
  active         TINYINT(1) NOT NULL DEFAULT 1,
  phone          VARCHAR(30) CHARACTER SET utf8mb3 NOT NULL DEFAULT '',
  email_other    VARCHAR(255) CHARACTER SET utf8mb3 NOT NULL DEFAULT '',
  token          VARCHAR(255) CHARACTER SET utf8mb3 NOT NULL DEFAULT '',
  token_validity DATETIME NOT NULL DEFAULT '2000-01-01 00:00:00'
) ENGINE = InnoDB DEFAULT CHARSET = latin1 COLLATE = latin1_general_ci;

CREATE TABLE domain (
  domain          VARCHAR(255) NOT NULL PRIMARY KEY,
  description     VARCHAR(255) CHARACTER SET utf8mb3 NOT NULL,
  aliases         INT(10) NOT NULL DEFAULT 0,
  mailboxes       INT(10) NOT NULL DEFAULT 0,
  maxquota        BIGINT(20) NOT NULL DEFAULT 0,
  quota           BIGINT(20) NOT NULL DEFAULT 0,
  transport       VARCHAR(255) NOT NULL,
  backupmx        TINYINT(1) NOT NULL DEFAULT 0,
  created         DATETIME NOT NULL DEFAULT '2000-01-01 00:00:00',
  modified        DATETIME NOT NULL DEFAULT '2000-01-01 00:00:00',
  active          TINYINT(1) NOT NULL DEFAULT 1,
  password_expiry INT(11) DEFAULT 0
) ENGINE = InnoDB DEFAULT CHARSET = latin1 COLLATE = latin1_general_ci;

CREATE TABLE domain_admins (
  username VARCHAR(255) NOT NULL,
  domain   VARCHAR(255) NOT NULL,
  created  DATETIME NOT NULL DEFAULT '2000-01-01 00:00:00',
  active   TINYINT(1) NOT NULL DEFAULT 1,
  id       INT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  KEY username (username)
) ENGINE = InnoDB DEFAULT CHARSET = latin1 COLLATE = latin1_general_ci;

CREATE TABLE alias_domain (
  alias_domain  VARCHAR(255) NOT NULL DEFAULT '' PRIMARY KEY,
  target_domain VARCHAR(255) NOT NULL DEFAULT '',
  created       DATETIME NOT NULL DEFAULT '2000-01-01 00:00:00',
  modified      DATETIME NOT NULL DEFAULT '2000-01-01 00:00:00',
  active        TINYINT(1) NOT NULL DEFAULT 1,
  KEY active (active),
  KEY target_domain (target_domain)
) ENGINE = InnoDB DEFAULT CHARSET = latin1 COLLATE = latin1_general_ci;

CREATE TABLE mailbox (
  username        VARCHAR(255) NOT NULL PRIMARY KEY,
  password        VARCHAR(255) NOT NULL,
  name            VARCHAR(255) CHARACTER SET utf8mb3 NOT NULL,
  maildir         VARCHAR(255) NOT NULL,
  quota           BIGINT(20) NOT NULL DEFAULT 0,
  local_part      VARCHAR(255) NOT NULL,
  domain          VARCHAR(255) NOT NULL,
  created         DATETIME NOT NULL DEFAULT '2000-01-01 00:00:00',
  modified        DATETIME NOT NULL DEFAULT '2000-01-01 00:00:00',
  active          TINYINT(1) NOT NULL DEFAULT 1,
  phone           VARCHAR(30) CHARACTER SET utf8mb3 NOT NULL DEFAULT '',
  email_other     VARCHAR(255) CHARACTER SET utf8mb3 NOT NULL DEFAULT '',
  token           VARCHAR(255) CHARACTER SET utf8mb3 NOT NULL DEFAULT '',
  token_validity  DATETIME NOT NULL DEFAULT '2000-01-01 00:00:00',
  password_expiry DATETIME NOT NULL DEFAULT '2000-01-01 00:00:00',
  KEY domain (domain)
) ENGINE = InnoDB DEFAULT CHARSET = latin1 COLLATE = latin1_general_ci;

CREATE TABLE alias (
  address     VARCHAR(255) NOT NULL PRIMARY KEY,
  goto        TEXT NOT NULL,
  domain      VARCHAR(255) NOT NULL,
  created     DATETIME NOT NULL DEFAULT '2000-01-01 00:00:00',
  modified    DATETIME NOT NULL DEFAULT '2000-01-01 00:00:00',
  active      TINYINT(1) NOT NULL DEFAULT 1,
  KEY domain (domain)
) ENGINE = InnoDB DEFAULT CHARSET = latin1 COLLATE = latin1_general_ci;

CREATE TABLE vacation (
  email         VARCHAR(255) NOT NULL PRIMARY KEY,
  subject       VARCHAR(255) CHARACTER SET utf8mb3 NOT NULL,
  body          TEXT CHARACTER SET utf8mb3 NOT NULL,
  activefrom    TIMESTAMP NOT NULL DEFAULT '2000-01-01 00:00:00',
  activeuntil   TIMESTAMP NOT NULL DEFAULT '2038-01-18 00:00:00',
  cache         TEXT NOT NULL,
  domain        VARCHAR(255) NOT NULL,
  interval_time INT NOT NULL DEFAULT 0,
  created       DATETIME NOT NULL DEFAULT '2000-01-01 00:00:00',
  modified      TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
  active        TINYINT(1) NOT NULL DEFAULT 1,
  KEY email (email)
) ENGINE = InnoDB DEFAULT CHARSET = latin1 COLLATE = latin1_general_ci;

CREATE TABLE vacation_notification (
  on_vacation VARCHAR(255) CHARACTER SET latin1 COLLATE latin1_general_ci NOT NULL,
  notified    VARCHAR(255) CHARACTER SET latin1 COLLATE latin1_general_ci NOT NULL DEFAULT '',
  notified_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
  PRIMARY KEY (on_vacation, notified),
  CONSTRAINT vacation_notification_pkey FOREIGN KEY (on_vacation) REFERENCES vacation (email) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb3;

CREATE TABLE fetchmail (
  id             INT(11) UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  domain         VARCHAR(255) DEFAULT '',
  mailbox        VARCHAR(255) NOT NULL,
  src_server     VARCHAR(255) NOT NULL,
  src_port       INT NOT NULL DEFAULT 0,
  src_auth       ENUM('password', 'kerberos_v5', 'kerberos', 'kerberos_v4', 'gssapi', 'cram-md5', 'otp', 'ntlm', 'msn', 'ssh', 'any') DEFAULT NULL,
  src_user       VARCHAR(255) NOT NULL,
  src_password   VARCHAR(255) NOT NULL,
  src_folder     VARCHAR(255) NOT NULL,
  poll_time      INT(11) UNSIGNED NOT NULL DEFAULT 10,
  fetchall       TINYINT(1) UNSIGNED NOT NULL DEFAULT 0,
  keep           TINYINT(1) UNSIGNED NOT NULL DEFAULT 0,
  protocol       ENUM('POP3', 'IMAP', 'POP2', 'ETRN', 'AUTO') DEFAULT NULL,
  usessl         TINYINT(1) UNSIGNED NOT NULL DEFAULT 0,
  sslcertck      TINYINT(1) NOT NULL DEFAULT 0,
  sslcertpath    VARCHAR(255) CHARACTER SET utf8mb3 DEFAULT '',
  sslfingerprint VARCHAR(255) DEFAULT '',
  extra_options  TEXT DEFAULT NULL,
  returned_text  TEXT DEFAULT NULL,
  mda            VARCHAR(255) DEFAULT NULL,
  date           TIMESTAMP NOT NULL DEFAULT '2000-01-01 00:00:00',
  created        TIMESTAMP NOT NULL DEFAULT '2000-01-01 00:00:00',
  modified       TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
  active         TINYINT(1) NOT NULL DEFAULT 0
) ENGINE = InnoDB DEFAULT CHARSET = latin1 COLLATE = latin1_general_ci;

CREATE TABLE quota (
  username VARCHAR(255) NOT NULL,
  path     VARCHAR(100) NOT NULL,
  current  BIGINT NOT NULL DEFAULT 0,
  PRIMARY KEY (username, path)
) ENGINE = InnoDB DEFAULT CHARSET = latin1 COLLATE = latin1_general_ci;

CREATE TABLE quota2 (
  username VARCHAR(100) NOT NULL PRIMARY KEY,
  bytes    BIGINT NOT NULL DEFAULT 0,
  messages INT NOT NULL DEFAULT 0
) ENGINE = InnoDB DEFAULT CHARSET = latin1 COLLATE = latin1_general_ci;

CREATE TABLE log (
  timestamp DATETIME NOT NULL DEFAULT '2000-01-01 00:00:00',
  username  VARCHAR(255) NOT NULL,
  domain    VARCHAR(255) NOT NULL,
  action    VARCHAR(255) NOT NULL,
  data      TEXT NOT NULL,
  id        INT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  KEY timestamp (timestamp),
  KEY domain_timestamp (domain, timestamp)
) ENGINE = InnoDB DEFAULT CHARSET = latin1 COLLATE = latin1_general_ci;

-- rows

INSERT INTO admin (username, password, superadmin) VALUES ('root@example.org', '{PLAIN}not asked for here', 1);
INSERT INTO domain (domain, description, transport, active) VALUES
  ('ALL', '', '', 1), ('example.org', 'Nos boîtes', 'virtual', 1), ('example.net', '', 'virtual', 1), ('asleep.example', '', 'virtual', 0);
INSERT INTO domain_admins (username, domain) VALUES ('root@example.org', 'ALL');
INSERT INTO mailbox (username, password, name, maildir, quota, local_part, domain) VALUES
  ('grace.hopper@example.org', '{PLAIN}the first of many', 'Grâce Hopper', 'example.org/grace.hopper/', 1024000000, 'grace.hopper', 'example.org'),
  ('hedy.lamarr@example.net', '{PLAIN}the first of many', '', 'example.net/hedy.lamarr/', 0, 'hedy.lamarr', 'example.net');
INSERT INTO alias (address, goto, domain, active) VALUES
  ('grace.hopper@example.org', 'grace.hopper@example.org,copy@elsewhere.example', 'example.org', 1),
  ('hedy.lamarr@example.net', 'hedy.lamarr@example.net', 'example.net', 1),
  ('navy.office@example.org', 'grace.hopper@example.org', 'example.org', 1),
  ('team.list@example.org', 'someone@elsewhere.example, Grace.Hopper@example.org,|"/usr/bin/archive a, b",last@elsewhere.example', 'example.org', 1),
  ('@example.net', 'hedy.lamarr@example.net', 'example.net', 1),
  ('everybody@example.net', ':include:/etc/mail/everybody', 'example.net', 1);
INSERT INTO quota2 VALUES ('grace.hopper@example.org', 734003200, 1200), ('hedy.lamarr@example.net', 5, 1);
INSERT INTO vacation (email, subject, body, cache, domain) VALUES
  ('grace.hopper@example.org', 'En mer', 'Je reviens bientôt', '', 'example.org'),
  ('hedy.lamarr@example.net', 'Away', 'Later', '', 'example.net');
INSERT INTO vacation_notification (on_vacation, notified) VALUES
  ('grace.hopper@example.org', 'someone@elsewhere.example'), ('hedy.lamarr@example.net', 'someone@elsewhere.example');
INSERT INTO fetchmail (domain, mailbox, src_server, src_user, src_password, src_folder) VALUES
  ('example.org', 'grace.hopper@example.org', 'pop.elsewhere.example', 'grace', 'c2VjcmV0', ''),
  ('example.net', 'hedy.lamarr@example.net', 'pop.elsewhere.example', 'hedy', 'c2VjcmV0', '');
