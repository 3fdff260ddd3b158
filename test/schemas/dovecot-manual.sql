-- The one table of Dovecot's own manual: no key, no domains, no aliases, no quota. Its password column is 64 characters wide;
-- whoever stores salted hashes has made it wider.

CREATE TABLE users (
  username VARCHAR(128) NOT NULL,
  domain   VARCHAR(128) NOT NULL,
  password VARCHAR(255) NOT NULL,
  home     VARCHAR(255) NOT NULL,
  uid      INTEGER NOT NULL,
  gid      INTEGER NOT NULL,
  active   CHAR(1) DEFAULT 'Y' NOT NULL
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4;

-- rows

INSERT INTO users VALUES
  ('grace.hopper', 'example.org', '{PLAIN}the first of many', '/var/vmail/example.org/grace.hopper', 1000, 1000, 'Y'),
  ('grace.hopper', 'elsewhere.example', '{PLAIN}the first of many', '/var/vmail/elsewhere.example/grace.hopper', 1000, 1000, 'Y'),
  ('hedy.lamarr', 'example.net', '{PLAIN}the first of many', '/var/vmail/example.net/hedy.lamarr', 1000, 1000, 'Y');
