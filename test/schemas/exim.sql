-- A guide to Exim 4 with MySQL: a local part and a domain on both sides, destinations on lines, and * for a whole domain.

CREATE TABLE domains (
  domain VARCHAR(128) NOT NULL PRIMARY KEY,
  type   ENUM('local', 'relay') NOT NULL DEFAULT 'local'
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4;

CREATE TABLE mailboxes (
  localpart VARCHAR(64) NOT NULL,
  domain    VARCHAR(128) NOT NULL,
  password  VARCHAR(255) NOT NULL,
  quota     INT UNSIGNED NOT NULL DEFAULT 0,
  enabled   ENUM('yes', 'no') NOT NULL DEFAULT 'yes',
  PRIMARY KEY (localpart, domain),
  FOREIGN KEY (domain) REFERENCES domains (domain)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4;

CREATE TABLE aliases (
  localpart VARCHAR(64) NOT NULL,
  domain    VARCHAR(128) NOT NULL,
  goto      TEXT NOT NULL,
  PRIMARY KEY (localpart, domain),
  FOREIGN KEY (domain) REFERENCES domains (domain)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4;

-- rows

INSERT INTO domains VALUES ('example.org', 'local'), ('example.net', 'local'), ('relayed.example', 'relay');
INSERT INTO mailboxes VALUES
  ('grace.hopper', 'example.org', '{PLAIN}the first of many', 1024, 'yes'),
  ('hedy.lamarr', 'example.net', '{PLAIN}the first of many', 0, 'yes');
INSERT INTO aliases VALUES
  ('navy.office', 'example.org', 'grace.hopper@example.org'),
  ('team.list', 'example.org', 'someone@elsewhere.example, third@elsewhere.example\ngrace.hopper@example.org\nlast@elsewhere.example'),
  ('nobody', 'example.org', ':blackhole:'),
  ('*', 'example.org', 'grace.hopper@example.org');
