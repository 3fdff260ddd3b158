-- tine Groupware (etc/sql): Dovecot's tables in one database and Postfix's in another; ids that are the groupware's; no domains.
-- A foreign key refers to one column of a key of two, which MySQL 8.4 takes only when it is told to.

SET @mysql = 0 /*!80400 , SESSION restrict_fk_on_non_standard_key = OFF */;

CREATE TABLE dovecot_users (
  userid             VARCHAR(80) NOT NULL,
  domain             VARCHAR(80) NOT NULL DEFAULT '',
  username           VARCHAR(80) NOT NULL,
  loginname          VARCHAR(255) DEFAULT NULL,
  password           VARCHAR(100) NOT NULL,
  quota_bytes        BIGINT(20) NOT NULL DEFAULT 2000,
  quota_message      INT(11) NOT NULL DEFAULT 0,
  quota_sieve_bytes  BIGINT(20) NOT NULL DEFAULT 0,
  quota_sieve_script INT(11) NOT NULL DEFAULT 0,
  uid                VARCHAR(20) DEFAULT NULL,
  gid                VARCHAR(20) DEFAULT NULL,
  home               VARCHAR(256) DEFAULT NULL,
  last_login         DATETIME DEFAULT NULL,
  last_login_unix    INT(11) DEFAULT NULL,
  instancename       VARCHAR(40) DEFAULT NULL,
  PRIMARY KEY (userid, domain),
  UNIQUE KEY username (username),
  UNIQUE KEY loginname (loginname)
) ENGINE = InnoDB DEFAULT CHARSET = utf8;

CREATE TABLE dovecot_usage (
  username VARCHAR(80) NOT NULL,
  storage  BIGINT NOT NULL DEFAULT 0,
  messages BIGINT NOT NULL DEFAULT 0,
  PRIMARY KEY (username),
  CONSTRAINT `dovecot_usage::username--dovecot_users::username` FOREIGN KEY (username) REFERENCES dovecot_users (username) ON DELETE CASCADE ON UPDATE CASCADE
) ENGINE = InnoDB DEFAULT CHARSET = utf8;

DROP DATABASE IF EXISTS tine_postfix;
CREATE DATABASE tine_postfix;

CREATE TABLE tine_postfix.smtp_users (
  userid       VARCHAR(40) NOT NULL,
  client_idnr  VARCHAR(40) NOT NULL,
  username     VARCHAR(80) NOT NULL,
  passwd       VARCHAR(256) NOT NULL,
  email        VARCHAR(80) DEFAULT NULL,
  forward_only TINYINT(1) NOT NULL DEFAULT 0,
  PRIMARY KEY (userid, client_idnr),
  UNIQUE KEY username (username),
  UNIQUE KEY email (email)
) ENGINE = InnoDB DEFAULT CHARSET = utf8;

CREATE TABLE tine_postfix.smtp_destinations (
  userid           VARCHAR(40) NOT NULL,
  source           VARCHAR(80) NOT NULL,
  destination      VARCHAR(80) NOT NULL,
  dispatch_address TINYINT(1) NOT NULL DEFAULT 1,
  CONSTRAINT `smtp_destinations::userid--smtp_users::userid` FOREIGN KEY (userid) REFERENCES smtp_users (userid) ON DELETE CASCADE ON UPDATE CASCADE
) ENGINE = InnoDB DEFAULT CHARSET = utf8;

CREATE TABLE tine_postfix.smtp_virtual_domains (
  domain       VARCHAR(50) NOT NULL,
  instancename VARCHAR(40) NOT NULL,
  PRIMARY KEY (domain)
) ENGINE = InnoDB DEFAULT CHARSET = utf8;

-- rows

INSERT INTO dovecot_users (userid, domain, username, loginname, password, quota_bytes, uid, gid, home) VALUES
  ('a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1', 'example.org', 'grace.hopper@example.org', 'grace', '{PLAIN}the first of many', 1024, '999', '999', '/var/spool/mail/example.org/grace.hopper'),
  ('b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2', 'example.net', 'hedy.lamarr@example.net', 'hedy', '{PLAIN}the first of many', 0, '999', '999', '/var/spool/mail/example.net/hedy.lamarr');
INSERT INTO dovecot_usage VALUES ('grace.hopper@example.org', 734003200, 12);
INSERT INTO tine_postfix.smtp_virtual_domains VALUES ('example.org', 'tine'), ('example.net', 'tine');
INSERT INTO tine_postfix.smtp_users VALUES
  ('a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1', 'tine', 'grace.hopper@example.org', '', 'grace.hopper@example.org', 0),
  ('b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2', 'tine', 'hedy.lamarr@example.net', '', 'hedy.lamarr@example.net', 0),
  ('c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3', 'tine', 'team.list@example.org', '', 'team.list@example.org', 1);
INSERT INTO tine_postfix.smtp_destinations VALUES
  ('a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1', 'grace.hopper@example.org', 'grace.hopper@example.org', 1),
  ('a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1', 'navy.office@example.org', 'grace.hopper@example.org', 1),
  ('b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2', 'hedy.lamarr@example.net', 'hedy.lamarr@example.net', 1),
  ('c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3', 'team.list@example.org', 'someone@elsewhere.example', 1),
  ('c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3', 'team.list@example.org', 'grace.hopper@example.org', 1);
