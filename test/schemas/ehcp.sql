-- EHCP: each row names the panel's user whose domain it is. The password column is 40 characters wide there, and MyISAM the engine.

CREATE TABLE domains (
  id            INT(11) NOT NULL AUTO_INCREMENT,
  host          VARCHAR(30) DEFAULT NULL,
  reseller      VARCHAR(30) DEFAULT NULL,
  panelusername VARCHAR(30) DEFAULT NULL,
  domainname    VARCHAR(50) DEFAULT NULL,
  homedir       VARCHAR(100) DEFAULT NULL,
  status        VARCHAR(10) DEFAULT NULL,
  ssl_wild_card BIT(1) DEFAULT b'0',
  PRIMARY KEY (id),
  KEY domainname (domainname)
) ENGINE = MyISAM DEFAULT CHARSET = utf8;

CREATE TABLE emailusers (
  id               INT(11) NOT NULL AUTO_INCREMENT,
  host             VARCHAR(30) DEFAULT NULL,
  reseller         VARCHAR(30) DEFAULT NULL,
  panelusername    VARCHAR(30) DEFAULT NULL,
  domainname       VARCHAR(50) DEFAULT NULL,
  mailusername     VARCHAR(30) DEFAULT NULL,
  beforeat         VARCHAR(30) DEFAULT NULL,
  password         VARCHAR(255) DEFAULT NULL,
  email            VARCHAR(80) NOT NULL DEFAULT '',
  status           VARCHAR(10) NULL DEFAULT '',
  quota            INT(10) DEFAULT '10485760',
  autoreplysubject VARCHAR(100) DEFAULT NULL,
  autoreplymessage TEXT,
  PRIMARY KEY (id),
  KEY email (email)
) ENGINE = MyISAM DEFAULT CHARSET = utf8;

CREATE TABLE forwardings (
  id            INT(11) NOT NULL AUTO_INCREMENT,
  host          VARCHAR(30) DEFAULT NULL,
  reseller      VARCHAR(30) DEFAULT NULL,
  panelusername VARCHAR(30) DEFAULT NULL,
  domainname    VARCHAR(50) DEFAULT NULL,
  source        VARCHAR(80) NOT NULL DEFAULT '',
  destination   TEXT NOT NULL,
  PRIMARY KEY (id)
) ENGINE = MyISAM DEFAULT CHARSET = utf8;

-- rows

INSERT INTO domains (id, reseller, panelusername, domainname, status) VALUES (1, 'admin', 'navy', 'example.org', 'ok'), (2, 'admin', 'film', 'example.net', 'ok');
INSERT INTO emailusers (id, reseller, panelusername, domainname, mailusername, beforeat, password, email, status, quota) VALUES
  (1, 'admin', 'navy', 'example.org', 'grace.hopper', 'grace.hopper', '{PLAIN}the first of many', 'grace.hopper@example.org', 'active', 1073741824),
  (2, 'admin', 'film', 'example.net', 'hedy.lamarr', 'hedy.lamarr', '{PLAIN}the first of many', 'hedy.lamarr@example.net', 'active', 10485760);
INSERT INTO forwardings (id, reseller, panelusername, domainname, source, destination) VALUES
  (1, 'admin', 'navy', 'example.org', 'navy.office@example.org', 'grace.hopper@example.org'),
  (2, 'admin', 'navy', 'example.org', 'team.list@example.org', 'someone@elsewhere.example,grace.hopper@example.org,last@elsewhere.example'),
  (3, 'admin', 'film', 'example.net', '@example.net', 'hedy.lamarr@example.net');
