-- The table of Dovecot 2.4's documentation, grown by hand: collations by bytes everywhere. Its password column is 64 characters wide there.

CREATE TABLE domains (domain VARCHAR(128) NOT NULL PRIMARY KEY) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

CREATE TABLE users (
  userid   VARCHAR(128) NOT NULL,
  domain   VARCHAR(128) NOT NULL,
  password VARCHAR(255) NOT NULL,
  home     VARCHAR(255) NOT NULL,
  uid      INTEGER NOT NULL,
  gid      INTEGER NOT NULL,
  active   CHAR(1) DEFAULT 'Y' NOT NULL,
  PRIMARY KEY (userid, domain)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

CREATE TABLE aliases (
  id          INT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  domain      VARCHAR(128) NOT NULL,
  source      VARCHAR(255) NOT NULL,
  destination VARCHAR(255) NOT NULL,
  KEY source (source),
  KEY destination (destination)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- rows

INSERT INTO domains VALUES ('example.org'), ('example.net');
INSERT INTO users VALUES
  ('grace.hopper', 'example.org', '{PLAIN}the first of many', '/srv/mail/example.org/grace.hopper', 5000, 5000, 'Y'),
  ('hedy.lamarr', 'example.net', '{PLAIN}the first of many', '/srv/mail/example.net/hedy.lamarr', 5000, 5000, 'Y');
INSERT INTO aliases VALUES
  (1, 'example.org', 'navy.office@example.org', 'grace.hopper@example.org'),
  (2, 'example.org', 'team.list@example.org', 'someone@elsewhere.example'),
  (3, 'example.org', 'Team.List@example.org', 'Grace.Hopper@example.org'),
  (4, 'example.net', '@example.net', 'hedy.lamarr@example.net');
