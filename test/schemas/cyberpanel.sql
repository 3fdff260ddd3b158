-- CyberPanel, the tables that a mailbox touches, as its installer leaves them. A mailbox that also forwards has a row to itself
-- among the forwardings, and what goes to a program stands in a table of its own.

CREATE TABLE e_domains (
  domain         VARCHAR(50) NOT NULL PRIMARY KEY,
  childOwner_id  INT(11) DEFAULT NULL,
  domainOwner_id INT(11) DEFAULT NULL
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb3;

CREATE TABLE e_users (
  email         VARCHAR(80) NOT NULL PRIMARY KEY,
  password      VARCHAR(200) NOT NULL,
  mail          VARCHAR(200) NOT NULL,
  DiskUsage     VARCHAR(200) NOT NULL,
  emailOwner_id VARCHAR(50) NOT NULL,
  CONSTRAINT FOREIGN KEY (emailOwner_id) REFERENCES e_domains (domain)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb3;

CREATE TABLE e_forwardings (
  id          INT(11) NOT NULL AUTO_INCREMENT PRIMARY KEY,
  source      VARCHAR(80) NOT NULL,
  destination LONGTEXT NOT NULL
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb3;

CREATE TABLE mailServer_pipeprograms (
  id          INT(11) NOT NULL AUTO_INCREMENT PRIMARY KEY,
  source      VARCHAR(80) NOT NULL,
  destination LONGTEXT NOT NULL
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb3;

CREATE TABLE emailPremium_emaillimits (
  id            INT(11) NOT NULL AUTO_INCREMENT PRIMARY KEY,
  limitStatus   INT(11) NOT NULL,
  monthlyLimits INT(11) NOT NULL,
  monthlyUsed   INT(11) NOT NULL,
  hourlyLimit   INT(11) NOT NULL,
  hourlyUsed    INT(11) NOT NULL,
  emailLogs     INT(11) NOT NULL,
  email_id      VARCHAR(80) NOT NULL,
  CONSTRAINT FOREIGN KEY (email_id) REFERENCES e_users (email)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb3;

CREATE TABLE emailPremium_emaillogs (
  id          INT(11) NOT NULL AUTO_INCREMENT PRIMARY KEY,
  destination VARCHAR(200) NOT NULL,
  timeStamp   VARCHAR(200) NOT NULL,
  email_id    VARCHAR(80) NOT NULL,
  CONSTRAINT FOREIGN KEY (email_id) REFERENCES e_users (email)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb3;

-- rows

INSERT INTO e_domains VALUES ('example.org', NULL, 7), ('example.net', 3, NULL);
INSERT INTO e_users VALUES
  ('grace.hopper@example.org', '{PLAIN}the first of many', 'maildir:/home/vmail/example.org/grace.hopper/Maildir', '12', 'example.org'),
  ('hedy.lamarr@example.net', '{PLAIN}the first of many', 'maildir:/home/vmail/example.net/hedy.lamarr/Maildir', '0', 'example.net');
INSERT INTO e_forwardings VALUES
  (1, 'grace.hopper@example.org', 'grace.hopper@example.org'), (2, 'grace.hopper@example.org', 'copy@elsewhere.example'),
  (3, 'navy.office@example.org', 'grace.hopper@example.org'),
  (4, 'team.list@example.org', 'someone@elsewhere.example'), (5, 'team.list@example.org', 'grace.hopper@example.org'),
  (6, '@example.net', 'hedy.lamarr@example.net');
INSERT INTO mailServer_pipeprograms VALUES
  (1, 'grace.hopper@example.org', '/usr/bin/archive'), (2, 'tickets@example.net', '/usr/bin/tickets');
INSERT INTO emailPremium_emaillimits VALUES
  (1, 0, 2000, 12, 50, 1, 0, 'grace.hopper@example.org'), (2, 0, 2000, 0, 50, 0, 0, 'hedy.lamarr@example.net');
INSERT INTO emailPremium_emaillogs VALUES
  (1, 'someone@elsewhere.example', '1700000000', 'grace.hopper@example.org'), (2, 'someone@elsewhere.example', '1700000000', 'hedy.lamarr@example.net');
