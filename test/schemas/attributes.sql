-- A server whose accounts have their passwords in a table of their own, one for each service, and their limits as rows of names and values.

CREATE TABLE domains (
  id   INT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  name VARCHAR(255) NOT NULL,
  UNIQUE KEY (name)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci;

CREATE TABLE accounts (
  id        INT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  domain_id INT NOT NULL,
  email     VARCHAR(255) NOT NULL,
  active    TINYINT(1) NOT NULL DEFAULT 1,
  UNIQUE KEY (email),
  KEY (domain_id, email),
  FOREIGN KEY (domain_id) REFERENCES domains (id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci;

CREATE TABLE credentials (
  account_id INT NOT NULL,
  service    ENUM('mail', 'web') NOT NULL,
  hash       VARCHAR(255) NOT NULL,
  label      VARCHAR(64) NULL,
  PRIMARY KEY (account_id, service),
  FOREIGN KEY (account_id) REFERENCES accounts (id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- By the address, as some other program wrote it.
CREATE TABLE attributes (
  owner VARCHAR(255) NOT NULL,
  name  VARCHAR(64) NOT NULL,
  value VARCHAR(255) NOT NULL,
  PRIMARY KEY (owner, name)
) ENGINE = InnoDB DEFAULT CHARSET = latin1 COLLATE = latin1_swedish_ci;

CREATE TABLE aliases (
  id          INT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  domain_id   INT NOT NULL,
  source      VARCHAR(255) NOT NULL,
  destination VARCHAR(255) NOT NULL,
  KEY (source),
  KEY (destination),
  FOREIGN KEY (domain_id) REFERENCES domains (id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci;

-- rows

INSERT INTO domains VALUES (1, 'example.org'), (2, 'example.net');
INSERT INTO accounts VALUES (1, 1, 'Grace.Hopper@example.org', 1), (2, 2, 'hedy.lamarr@example.net', 1), (3, 1, 'grace@example.org', 0);
INSERT INTO credentials VALUES
  (1, 'mail', '{PLAIN}the first of many', 'for grace.hopper'), (1, 'web', '{PLAIN}something else', 'for grace.hopper'),
  (2, 'mail', '{PLAIN}the first of many', NULL), (3, 'mail', '{PLAIN}nobody knows', NULL);
INSERT INTO attributes VALUES
  ('grace.hopper@example.org', 'quota', '1024'), ('grace.hopper@example.org', 'locale', 'en'),
  ('hedy.lamarr@example.net', 'quota', '0');
INSERT INTO aliases VALUES
  (1, 1, 'navy.office@example.org', 'grace.hopper@example.org'),
  (2, 1, 'team.list@example.org', 'someone@elsewhere.example'),
  (3, 1, 'team.list@example.org', 'grace.hopper@example.org'),
  (4, 2, '@example.net', 'hedy.lamarr@example.net');
