-- Ivar Abrahamsen's guide at flurdy.com: the address is called id, the quota is text, every mailbox has its own alias row.

CREATE TABLE domains (
  pkid      SMALLINT(6) NOT NULL AUTO_INCREMENT PRIMARY KEY,
  domain    VARCHAR(120) NOT NULL DEFAULT '',
  transport VARCHAR(120) NOT NULL DEFAULT 'virtual:',
  enabled   TINYINT(1) NOT NULL DEFAULT 1
) ENGINE = InnoDB DEFAULT CHARSET = latin1;

CREATE TABLE users (
  id              VARCHAR(128) NOT NULL DEFAULT '' PRIMARY KEY,
  name            VARCHAR(128) NOT NULL DEFAULT '',
  uid             SMALLINT(5) UNSIGNED NOT NULL DEFAULT 5000,
  gid             SMALLINT(5) UNSIGNED NOT NULL DEFAULT 5000,
  home            VARCHAR(255) NOT NULL DEFAULT '/var/spool/mail/virtual',
  maildir         VARCHAR(255) NOT NULL DEFAULT 'blah/',
  enabled         TINYINT(3) UNSIGNED NOT NULL DEFAULT 1,
  change_password TINYINT(3) UNSIGNED NOT NULL DEFAULT 1,
  clear           VARCHAR(128) NOT NULL DEFAULT 'ChangeMe',
  crypt           VARCHAR(128) NOT NULL DEFAULT 'sdtrusfX0Jj66',
  quota           VARCHAR(255) NOT NULL DEFAULT '',
  procmailrc      VARCHAR(128) NOT NULL DEFAULT '',
  spamassassinrc  VARCHAR(128) NOT NULL DEFAULT '',
  UNIQUE KEY id (id)
) ENGINE = InnoDB DEFAULT CHARSET = latin1;

CREATE TABLE aliases (
  pkid        SMALLINT(3) NOT NULL AUTO_INCREMENT PRIMARY KEY,
  mail        VARCHAR(120) NOT NULL DEFAULT '',
  destination VARCHAR(120) NOT NULL DEFAULT '',
  enabled     TINYINT(1) NOT NULL DEFAULT 1,
  UNIQUE KEY mail (mail)
) ENGINE = InnoDB DEFAULT CHARSET = latin1;

-- rows

INSERT INTO domains (pkid, domain) VALUES (1, 'example.org'), (2, 'example.net');
INSERT INTO users (id, name, maildir, clear, crypt, quota) VALUES
  ('grace.hopper@example.org', 'Grâce', 'grace.hopper/', '', '{PLAIN}the first of many', '1024M'),
  ('hedy.lamarr@example.net', '', 'hedy.lamarr/', '', '{PLAIN}the first of many', '');
INSERT INTO aliases (pkid, mail, destination) VALUES
  (1, 'grace.hopper@example.org', 'grace.hopper@example.org'),
  (2, 'hedy.lamarr@example.net', 'hedy.lamarr@example.net'),
  (3, 'navy.office@example.org', 'grace.hopper@example.org'),
  (4, 'team.list@example.org', 'someone@elsewhere.example,grace.hopper@example.org,last@elsewhere.example'),
  (5, '@example.net', 'hedy.lamarr@example.net');
