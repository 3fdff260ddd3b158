-- Modoboa on MySQL or MariaDB, the columns that its Dovecot and its pages look at, and the view that its preset names.

CREATE TABLE core_user (
  id              INT(11) NOT NULL AUTO_INCREMENT PRIMARY KEY,
  last_login      DATETIME(6) DEFAULT NULL,
  is_superuser    TINYINT(1) NOT NULL,
  username        VARCHAR(254) NOT NULL,
  first_name      VARCHAR(30) NOT NULL,
  last_name       VARCHAR(30) NOT NULL,
  email           VARCHAR(254) NOT NULL,
  is_staff        TINYINT(1) NOT NULL,
  is_active       TINYINT(1) NOT NULL,
  date_joined     DATETIME(6) NOT NULL,
  is_local        TINYINT(1) NOT NULL,
  master_user     TINYINT(1) NOT NULL,
  password        VARCHAR(256) NOT NULL,
  _parameters     LONGTEXT NOT NULL,
  language        VARCHAR(10) NOT NULL,
  phone_number    VARCHAR(128) DEFAULT NULL,
  secondary_email VARCHAR(254) DEFAULT NULL,
  totp_enabled    TINYINT(1) NOT NULL DEFAULT 0,
  UNIQUE KEY username (username),
  KEY core_user_email (email)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4;

CREATE TABLE admin_domain (
  id                    INT(11) NOT NULL AUTO_INCREMENT PRIMARY KEY,
  creation              DATETIME(6) NOT NULL,
  last_modification     DATETIME(6) NOT NULL,
  name                  VARCHAR(100) NOT NULL,
  quota                 INT(10) UNSIGNED NOT NULL,
  default_mailbox_quota INT(10) UNSIGNED NOT NULL,
  enabled               TINYINT(1) NOT NULL,
  type                  VARCHAR(20) NOT NULL,
  UNIQUE KEY name (name)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4;

CREATE TABLE admin_mailbox (
  id                INT(11) NOT NULL AUTO_INCREMENT PRIMARY KEY,
  creation          DATETIME(6) NOT NULL,
  last_modification DATETIME(6) NOT NULL,
  address           VARCHAR(252) NOT NULL,
  quota             INT(10) UNSIGNED NOT NULL,
  use_domain_quota  TINYINT(1) NOT NULL,
  message_limit     INT(10) UNSIGNED DEFAULT NULL,
  is_send_only      TINYINT(1) NOT NULL,
  domain_id         INT(11) NOT NULL,
  user_id           INT(11) NOT NULL,
  CONSTRAINT FOREIGN KEY (domain_id) REFERENCES admin_domain (id),
  CONSTRAINT FOREIGN KEY (user_id) REFERENCES core_user (id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4;

CREATE TABLE admin_alias (
  id                INT(11) NOT NULL AUTO_INCREMENT PRIMARY KEY,
  creation          DATETIME(6) NOT NULL,
  last_modification DATETIME(6) NOT NULL,
  address           VARCHAR(254) NOT NULL,
  enabled           TINYINT(1) NOT NULL,
  internal          TINYINT(1) NOT NULL,
  description       LONGTEXT NOT NULL,
  expire_at         DATETIME(6) DEFAULT NULL,
  domain_id         INT(11) DEFAULT NULL,
  UNIQUE KEY address (address, internal),
  CONSTRAINT FOREIGN KEY (domain_id) REFERENCES admin_domain (id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4;

CREATE TABLE modoboa_admin_aliasrecipient (
  id           INT(11) NOT NULL AUTO_INCREMENT PRIMARY KEY,
  address      VARCHAR(254) NOT NULL,
  alias_id     INT(11) NOT NULL,
  r_alias_id   INT(11) DEFAULT NULL,
  r_mailbox_id INT(11) DEFAULT NULL,
  UNIQUE KEY alias_id (alias_id, r_mailbox_id),
  CONSTRAINT FOREIGN KEY (alias_id) REFERENCES admin_alias (id),
  CONSTRAINT FOREIGN KEY (r_mailbox_id) REFERENCES admin_mailbox (id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4;

CREATE TABLE admin_quota (
  username VARCHAR(254) NOT NULL PRIMARY KEY,
  bytes    BIGINT(20) NOT NULL,
  messages INT(11) NOT NULL
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4;

-- What its preset asks for.
CREATE VIEW modoboa_mailboxes AS
  SELECT mailbox.id, user.email, user.password, user.is_active, mailbox.domain_id, mailbox.quota
  FROM admin_mailbox AS mailbox JOIN core_user AS user ON user.id = mailbox.user_id;

-- rows

INSERT INTO core_user (id, is_superuser, username, first_name, last_name, email, is_staff, is_active, date_joined, is_local, master_user, password, _parameters, language) VALUES
  (1, 1, 'admin', '', '', '', 1, 1, '2025-01-01', 1, 0, '{PLAIN}not asked for here', '{}', 'en'),
  (2, 0, 'grace.hopper@example.org', 'Grâce', 'Hopper', 'grace.hopper@example.org', 0, 1, '2025-01-01', 1, 0, '{PLAIN}the first of many', '{}', 'en'),
  (3, 0, 'hedy.lamarr@example.net', '', '', 'hedy.lamarr@example.net', 0, 1, '2025-01-01', 1, 0, '{PLAIN}the first of many', '{}', 'en');
INSERT INTO admin_domain VALUES (1, '2025-01-01', '2025-01-01', 'example.org', 0, 0, 1, 'domain'), (2, '2025-01-01', '2025-01-01', 'example.net', 0, 0, 1, 'domain');
INSERT INTO admin_mailbox VALUES
  (1, '2025-01-01', '2025-01-01', 'grace.hopper', 1024, 0, NULL, 0, 1, 2),
  (2, '2025-01-01', '2025-01-01', 'hedy.lamarr', 0, 0, NULL, 0, 2, 3);
INSERT INTO admin_alias VALUES
  (1, '2025-01-01', '2025-01-01', 'grace.hopper@example.org', 1, 1, '', NULL, 1), (2, '2025-01-01', '2025-01-01', 'navy.office@example.org', 1, 0, '', NULL, 1);
INSERT INTO modoboa_admin_aliasrecipient VALUES
  (1, 'grace.hopper@example.org', 1, NULL, 1), (2, 'grace.hopper@example.org', 2, NULL, 1), (3, 'copy@elsewhere.example', 2, NULL, NULL);
INSERT INTO admin_quota VALUES ('grace.hopper@example.org', 734003200, 1200);
