-- vpopmail with MySQL and many domains (sql/vpopmail.sql of a maintained fork): a quota as 5000000S, flags in bits, aliases as lines of a dot-qmail file.

CREATE TABLE dir_control (
  domain    VARCHAR(96) NOT NULL,
  cur_users INT(11) DEFAULT NULL,
  the_dir   VARCHAR(160) DEFAULT NULL,
  PRIMARY KEY (domain)
) ENGINE = MyISAM DEFAULT CHARSET = latin1 COLLATE = latin1_swedish_ci;

CREATE TABLE aliasdomains (
  alias  VARCHAR(96) NOT NULL,
  domain VARCHAR(96) NOT NULL,
  PRIMARY KEY (alias)
) ENGINE = InnoDB DEFAULT CHARSET = latin1 COLLATE = latin1_swedish_ci;

CREATE TABLE lastauth (
  user      VARCHAR(32) NOT NULL,
  domain    VARCHAR(96) NOT NULL,
  remote_ip VARCHAR(39) NOT NULL,
  timestamp INT(11) NOT NULL DEFAULT 0,
  PRIMARY KEY (user, domain)
) ENGINE = MyISAM DEFAULT CHARSET = latin1 COLLATE = latin1_swedish_ci;

CREATE TABLE valias (
  id          INT(11) NOT NULL AUTO_INCREMENT,
  valias_type TINYINT(1) NOT NULL DEFAULT 1,
  alias       VARCHAR(32) NOT NULL,
  domain      VARCHAR(96) NOT NULL,
  valias_line TEXT NOT NULL,
  copy        TINYINT(1) NOT NULL DEFAULT 0,
  PRIMARY KEY (id),
  KEY alias (alias, domain, valias_type),
  KEY alias_2 (alias, domain)
) ENGINE = MyISAM DEFAULT CHARSET = latin1 COLLATE = latin1_swedish_ci;

CREATE TABLE vpopmail (
  id        INT(11) NOT NULL AUTO_INCREMENT,
  pw_name   VARCHAR(64) NOT NULL,
  pw_domain VARCHAR(96) NOT NULL,
  pw_passwd VARCHAR(128) DEFAULT NULL,
  my_uid    TINYINT(4) NOT NULL DEFAULT 89,
  my_gid    TINYINT(4) NOT NULL DEFAULT 89,
  pw_uid    INT(11) DEFAULT NULL,
  pw_gid    INT(11) DEFAULT NULL,
  pw_gecos  VARCHAR(64) DEFAULT NULL,
  pw_dir    VARCHAR(160) DEFAULT NULL,
  pw_shell  VARCHAR(20) DEFAULT NULL,
  PRIMARY KEY (pw_name, pw_domain),
  UNIQUE KEY id (id),
  KEY pw_domain (pw_domain)
) ENGINE = InnoDB DEFAULT CHARSET = latin1 COLLATE = latin1_swedish_ci;

-- rows

INSERT INTO dir_control VALUES ('dom_0', 2, ''), ('example.org', 1, ''), ('example.net', 1, '');
INSERT INTO aliasdomains VALUES ('relayed.example', 'example.org');
INSERT INTO vpopmail (id, pw_name, pw_domain, pw_passwd, pw_uid, pw_gid, pw_gecos, pw_dir, pw_shell) VALUES
  (1, 'grace.hopper', 'example.org', '{PLAIN}the first of many', 0, 6, 'Grâce', '/home/vpopmail/domains/example.org/grace.hopper', '1073741824S'),
  (2, 'hedy.lamarr', 'example.net', '{PLAIN}the first of many', 0, 0, '', '/home/vpopmail/domains/example.net/hedy.lamarr', 'NOQUOTA');
INSERT INTO lastauth VALUES ('grace.hopper', 'example.org', '192.0.2.1', 1700000000);
INSERT INTO valias (id, valias_type, alias, domain, valias_line) VALUES
  (1, 1, 'navy.office', 'example.org', '&grace.hopper@example.org'),
  (2, 1, 'team.list', 'example.org', '&someone@elsewhere.example'),
  (3, 1, 'team.list', 'example.org', '&grace.hopper@example.org'),
  (4, 1, 'team.list', 'example.org', '|/usr/bin/archive a b'),
  (5, 0, 'grace.hopper', 'example.org', '|/usr/bin/vdelivermail '''' delete');
