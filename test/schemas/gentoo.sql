-- Gentoo's virtual mail guide: a quota as Courier writes it, domains that are rows of a transport map, flags that are letters.

CREATE TABLE transport (
  id          INT(11) NOT NULL AUTO_INCREMENT PRIMARY KEY,
  domain      VARCHAR(128) NOT NULL DEFAULT '',
  destination VARCHAR(128) NOT NULL DEFAULT '',
  UNIQUE KEY domain (domain)
) ENGINE = MyISAM DEFAULT CHARSET = latin1;

CREATE TABLE users (
  id      INT(11) NOT NULL AUTO_INCREMENT PRIMARY KEY,
  email   VARCHAR(128) NOT NULL DEFAULT '',
  crypt   VARCHAR(255) NOT NULL DEFAULT '',
  name    TINYTEXT NOT NULL,
  uid     INT(11) NOT NULL DEFAULT 1000,
  gid     INT(11) NOT NULL DEFAULT 1000,
  homedir TINYTEXT NOT NULL,
  maildir TINYTEXT NOT NULL,
  quota   TINYTEXT NOT NULL,
  postfix ENUM('n', 'y') NOT NULL DEFAULT 'y',
  UNIQUE KEY email (email)
) ENGINE = MyISAM DEFAULT CHARSET = latin1;

CREATE TABLE `virtual` (
  id          INT(11) NOT NULL AUTO_INCREMENT PRIMARY KEY,
  email       VARCHAR(128) NOT NULL DEFAULT '',
  destination VARCHAR(128) NOT NULL DEFAULT ''
) ENGINE = MyISAM DEFAULT CHARSET = latin1;

-- rows

INSERT INTO transport VALUES (1, 'example.org', 'virtual:'), (2, 'example.net', 'virtual:'), (3, 'relayed.example', 'smtp:mail.relayed.example');
INSERT INTO users (id, email, crypt, name, homedir, maildir, quota) VALUES
  (1, 'grace.hopper@example.org', '{PLAIN}the first of many', 'Grâce', '/home/vmail', '/home/vmail/example.org/grace.hopper/.maildir/', '1073741824S'),
  (2, 'hedy.lamarr@example.net', '{PLAIN}the first of many', '', '/home/vmail', '/home/vmail/example.net/hedy.lamarr/.maildir/', '');
INSERT INTO `virtual` VALUES
  (1, 'navy.office@example.org', 'grace.hopper@example.org'),
  (2, 'team.list@example.org', 'someone@elsewhere.example'),
  (3, 'team.list@example.org', 'grace.hopper@example.org'),
  (4, 'team.list@example.org', 'last@elsewhere.example'),
  (5, '@example.net', 'hedy.lamarr@example.net');
