-- Falko Timme's tutorials on HowtoForge: no ids at all, no transactions. The password column was 20 characters wide there;
-- whoever has Dovecot 2.4 on it has made it wider.

CREATE TABLE domains (
  domain VARCHAR(50) NOT NULL PRIMARY KEY
) ENGINE = MyISAM DEFAULT CHARSET = latin1;

CREATE TABLE forwardings (
  source      VARCHAR(80) NOT NULL PRIMARY KEY,
  destination TEXT NOT NULL
) ENGINE = MyISAM DEFAULT CHARSET = latin1;

CREATE TABLE users (
  email    VARCHAR(80) NOT NULL PRIMARY KEY,
  password VARCHAR(255) NOT NULL,
  quota    BIGINT(20) DEFAULT 10485760
) ENGINE = MyISAM DEFAULT CHARSET = latin1;

CREATE TABLE transport (
  domain    VARCHAR(128) NOT NULL DEFAULT '',
  transport VARCHAR(128) NOT NULL DEFAULT '',
  UNIQUE KEY domain (domain)
) ENGINE = MyISAM DEFAULT CHARSET = latin1;

-- rows

INSERT INTO domains VALUES ('example.org'), ('example.net');
INSERT INTO users VALUES ('grace.hopper@example.org', '{PLAIN}the first of many', 1073741824), ('hedy.lamarr@example.net', '{PLAIN}the first of many', 0);
INSERT INTO forwardings VALUES
  ('navy.office@example.org', 'grace.hopper@example.org'),
  ('team.list@example.org', 'someone@elsewhere.example, grace.hopper@example.org, last@elsewhere.example'),
  ('@example.net', 'hedy.lamarr@example.net');
INSERT INTO transport VALUES ('relayed.example', 'smtp:mail.relayed.example');
