-- Froxlor 2, the tables that a mailbox touches. Lists with blanks, and the customer in every row.

CREATE TABLE panel_domains (
  id            INT(11) UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  domain        VARCHAR(255) NOT NULL DEFAULT '',
  adminid       INT(11) UNSIGNED NOT NULL DEFAULT 0,
  customerid    INT(11) UNSIGNED NOT NULL DEFAULT 0,
  isemaildomain TINYINT(1) NOT NULL DEFAULT 0,
  deactivated   TINYINT(1) NOT NULL DEFAULT 0,
  KEY customerid (customerid),
  KEY domain (domain)
) ENGINE = InnoDB CHARSET = utf8mb3 COLLATE = utf8mb3_general_ci;

CREATE TABLE panel_customers (
  customerid  INT(11) UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  loginname   VARCHAR(255) NOT NULL DEFAULT '',
  deactivated TINYINT(1) NOT NULL DEFAULT 0
) ENGINE = InnoDB CHARSET = utf8mb3 COLLATE = utf8mb3_general_ci;

CREATE TABLE mail_users (
  id           INT(11) NOT NULL AUTO_INCREMENT PRIMARY KEY,
  email        VARCHAR(255) NOT NULL DEFAULT '',
  username     VARCHAR(255) NOT NULL DEFAULT '',
  password     VARCHAR(255) NOT NULL DEFAULT '',
  password_enc VARCHAR(255) NOT NULL DEFAULT '',
  uid          INT(11) NOT NULL DEFAULT 0,
  gid          INT(11) NOT NULL DEFAULT 0,
  homedir      VARCHAR(255) NOT NULL DEFAULT '',
  maildir      VARCHAR(255) NOT NULL DEFAULT '',
  postfix      ENUM('Y', 'N') NOT NULL DEFAULT 'Y',
  domainid     INT(11) NOT NULL DEFAULT 0,
  customerid   INT(11) NOT NULL DEFAULT 0,
  quota        BIGINT(13) NOT NULL DEFAULT 0,
  pop3         TINYINT(1) NOT NULL DEFAULT 1,
  imap         TINYINT(1) NOT NULL DEFAULT 1,
  mboxsize     BIGINT(30) NOT NULL DEFAULT 0,
  UNIQUE KEY email (email)
) ENGINE = InnoDB CHARSET = utf8mb3 COLLATE = utf8mb3_general_ci;

CREATE TABLE mail_virtual (
  id           INT(11) NOT NULL AUTO_INCREMENT PRIMARY KEY,
  email        VARCHAR(255) NOT NULL DEFAULT '',
  email_full   VARCHAR(255) NOT NULL DEFAULT '',
  destination  TEXT,
  domainid     INT(11) NOT NULL DEFAULT 0,
  customerid   INT(11) NOT NULL DEFAULT 0,
  popaccountid INT(11) NOT NULL DEFAULT 0,
  iscatchall   TINYINT(1) UNSIGNED NOT NULL DEFAULT 0,
  description  VARCHAR(255) NOT NULL DEFAULT '',
  KEY email (email)
) ENGINE = InnoDB CHARSET = utf8mb3 COLLATE = utf8mb3_general_ci;

-- rows

INSERT INTO panel_customers VALUES (7, 'navy', 0);
INSERT INTO panel_domains VALUES (1, 'example.org', 1, 7, 1, 0), (2, 'example.net', 1, 7, 1, 0), (3, 'web.example', 1, 7, 0, 0);
INSERT INTO mail_users (id, email, username, password_enc, uid, gid, homedir, maildir, domainid, customerid, quota, mboxsize) VALUES
  (1, 'grace.hopper@example.org', 'grace.hopper@example.org', '{PLAIN}the first of many', 2000, 2000, '/var/customers/mail/', 'navy/example.org/grace.hopper/', 1, 7, 1024, 734003200),
  (2, 'hedy.lamarr@example.net', 'hedy.lamarr@example.net', '{PLAIN}the first of many', 2000, 2000, '/var/customers/mail/', 'films/example.net/hedy.lamarr/', 2, 7, 0, 0);
INSERT INTO mail_virtual (id, email, email_full, destination, domainid, customerid, popaccountid, iscatchall) VALUES
  (1, 'grace.hopper@example.org', 'grace.hopper@example.org', 'grace.hopper@example.org copy@elsewhere.example', 1, 7, 1, 0),
  (2, '@example.net', 'hedy.lamarr@example.net', 'hedy.lamarr@example.net', 2, 7, 2, 1),
  (3, 'navy.office@example.org', 'navy.office@example.org', 'grace.hopper@example.org', 1, 7, 0, 0),
  (4, 'team.list@example.org', 'team.list@example.org', 'someone@elsewhere.example grace.hopper@example.org  last@elsewhere.example', 1, 7, 0, 0);
