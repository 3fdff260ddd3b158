-- Thomas Leister's guide: addresses in two columns on every side, a quota in MiB, and flags that are off by default.

CREATE TABLE domains (
  id     INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  domain VARCHAR(255) NOT NULL,
  UNIQUE KEY (domain)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4;

CREATE TABLE accounts (
  id       INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  username VARCHAR(64) NOT NULL,
  domain   VARCHAR(255) NOT NULL,
  password VARCHAR(255) NOT NULL,
  quota    INT UNSIGNED DEFAULT 0,
  enabled  BOOLEAN DEFAULT 0,
  sendonly BOOLEAN DEFAULT 0,
  UNIQUE KEY (username, domain),
  FOREIGN KEY (domain) REFERENCES domains (domain)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4;

CREATE TABLE aliases (
  id                   INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  source_username      VARCHAR(64),
  source_domain        VARCHAR(255) NOT NULL,
  destination_username VARCHAR(64) NOT NULL,
  destination_domain   VARCHAR(255) NOT NULL,
  enabled              BOOLEAN DEFAULT 0,
  UNIQUE KEY (source_username, source_domain, destination_username, destination_domain),
  FOREIGN KEY (source_domain) REFERENCES domains (domain)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4;

-- rows

INSERT INTO domains VALUES (1, 'example.org'), (2, 'example.net');
INSERT INTO accounts VALUES
  (1, 'grace.hopper', 'example.org', '{PLAIN}the first of many', 1024, 1, 0),
  (2, 'Hedy.Lamarr', 'example.net', '{PLAIN}the first of many', 0, 1, 0);
INSERT INTO aliases VALUES
  (1, 'navy.office', 'example.org', 'grace.hopper', 'example.org', 1),
  (2, 'team.list', 'example.org', 'someone', 'elsewhere.example', 1),
  (3, 'team.list', 'example.org', 'grace.hopper', 'example.org', 1),
  (4, 'team.list', 'example.org', 'grace.hopper', 'elsewhere.example', 1),
  (5, NULL, 'example.org', 'grace.hopper', 'example.org', 1),
  (6, NULL, 'example.org', 'grace.hopper', 'example.net', 0);
