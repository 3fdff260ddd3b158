-- A server whose aliases have their destinations in a table of their own, a row each, as Modoboa's and AlternC's do; both tables call
-- them address, and compare texts differently.

CREATE TABLE domains (
  id   INT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  name VARCHAR(255) NOT NULL,
  UNIQUE KEY (name)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci;

CREATE TABLE users (
  id        INT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  email     VARCHAR(254) NOT NULL,
  password  VARCHAR(128) NOT NULL,
  domain_id INT NOT NULL,
  quota     INT NOT NULL DEFAULT 0,
  active    TINYINT NOT NULL DEFAULT 1,
  UNIQUE KEY (email),
  FOREIGN KEY (domain_id) REFERENCES domains (id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci;

CREATE TABLE aliases (
  id        INT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  address   VARCHAR(254) NOT NULL,
  domain_id INT NOT NULL,
  enabled   TINYINT NOT NULL,
  note      VARCHAR(64) NULL,
  UNIQUE KEY (address),
  FOREIGN KEY (domain_id) REFERENCES domains (id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci;

CREATE TABLE alias_recipients (
  id       INT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  alias_id INT NOT NULL,
  address  VARCHAR(254) NOT NULL,
  UNIQUE KEY (alias_id, address),
  KEY (address),
  FOREIGN KEY (alias_id) REFERENCES aliases (id)
) ENGINE = InnoDB DEFAULT CHARSET = latin1 COLLATE = latin1_swedish_ci;

-- rows

INSERT INTO domains VALUES (1, 'example.org'), (2, 'example.net');
INSERT INTO users VALUES
  (1, 'grace.hopper@example.org', '{PLAIN}the first of many', 1, 1024, 1),
  (2, 'hedy.lamarr@example.net', '{PLAIN}the first of many', 2, 0, 1);
INSERT INTO aliases VALUES
  (7, 'Navy.Office@example.org', 1, 1, 'of grace.hopper'),
  (8, 'team.list@example.org', 1, 1, NULL),
  (9, '@example.net', 2, 1, NULL),
  (10, 'nobody.yet@example.org', 1, 1, NULL),
  (11, 'asleep.one@example.org', 1, 0, NULL);
INSERT INTO alias_recipients VALUES
  (1, 7, 'Grace.Hopper@example.org'),
  (2, 8, 'someone@elsewhere.example'),
  (3, 8, 'grace.hopper@example.org'),
  (4, 9, 'hedy.lamarr@example.net'),
  (5, 11, 'hedy.lamarr@example.net');
