-- Courier's columns as old guides for Postfix have them: users, virtual, transport; a clear password beside the hash.

CREATE TABLE transport (
  domain    VARCHAR(128) NOT NULL DEFAULT '',
  transport VARCHAR(128) NOT NULL DEFAULT '',
  UNIQUE KEY domain (domain)
) ENGINE = MyISAM DEFAULT CHARSET = latin1;

CREATE TABLE users (
  id      VARCHAR(128) NOT NULL DEFAULT '',
  address VARCHAR(128) NOT NULL DEFAULT '',
  crypt   VARCHAR(128) NOT NULL DEFAULT '',
  clear   VARCHAR(128) NOT NULL DEFAULT '',
  name    VARCHAR(128) NOT NULL DEFAULT '',
  uid     INT(10) UNSIGNED NOT NULL DEFAULT 65534,
  gid     INT(10) UNSIGNED NOT NULL DEFAULT 65534,
  home    VARCHAR(255) NOT NULL DEFAULT '',
  domain  VARCHAR(128) NOT NULL DEFAULT '',
  maildir VARCHAR(255) NOT NULL DEFAULT '',
  imapok  TINYINT(3) UNSIGNED NOT NULL DEFAULT 1,
  quota   BIGINT(20) UNSIGNED NOT NULL DEFAULT 0,
  PRIMARY KEY (id),
  UNIQUE KEY address (address),
  UNIQUE KEY id (id),
  KEY id_2 (id),
  KEY address_2 (address)
) ENGINE = MyISAM DEFAULT CHARSET = latin1;

CREATE TABLE `virtual` (
  address VARCHAR(255) NOT NULL DEFAULT '',
  goto    VARCHAR(255) NOT NULL DEFAULT '',
  UNIQUE KEY address (address)
) ENGINE = MyISAM DEFAULT CHARSET = latin1;

-- rows

INSERT INTO transport VALUES ('example.org', 'virtual:'), ('example.net', 'virtual:'), ('relayed.example', 'smtp:mail.relayed.example');
INSERT INTO users (id, address, crypt, name, uid, gid, home, domain, maildir, quota) VALUES
  ('grace.hopper@example.org', 'grace.hopper@example.org', '{PLAIN}the first of many', 'Grâce', 1001, 1001, '/var/spool/virtual', 'example.org', 'example.org/grace.hopper/', 1073741824),
  ('hedy.lamarr@example.net', 'hedy.lamarr@example.net', '{PLAIN}the first of many', '', 1001, 1001, '/var/spool/virtual', 'example.net', 'example.net/hedy.lamarr/', 0);
INSERT INTO `virtual` VALUES
  ('navy.office@example.org', 'grace.hopper@example.org'),
  ('team.list@example.org', 'someone@elsewhere.example,grace.hopper@example.org,last@elsewhere.example'),
  ('@example.net', 'hedy.lamarr@example.net');
