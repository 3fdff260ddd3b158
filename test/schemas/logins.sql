-- A server whose people log in with a name, as guides to Cyrus had it: the address is in the same row, and what takes mail leads to the name.

CREATE TABLE domains (
  id     INT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  domain VARCHAR(64) NOT NULL,
  owner  VARCHAR(32) NOT NULL DEFAULT '',
  UNIQUE KEY (domain)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci;

CREATE TABLE accounts (
  mbox      VARCHAR(80) NOT NULL PRIMARY KEY,
  canonical VARCHAR(128) NOT NULL,
  person    VARCHAR(100) NOT NULL DEFAULT '',
  password  VARCHAR(255) NOT NULL,
  quota     INT NOT NULL DEFAULT 0,
  active    TINYINT(1) NOT NULL DEFAULT 1,
  UNIQUE KEY (canonical)
) ENGINE = InnoDB DEFAULT CHARSET = latin1 COLLATE = latin1_swedish_ci;

CREATE TABLE `virtual` (
  address VARCHAR(128) NOT NULL,
  dest    VARCHAR(128) NOT NULL,
  active  TINYINT(1) NOT NULL DEFAULT 1,
  PRIMARY KEY (address, dest),
  KEY (dest)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci;

-- Dovecot's own count, by what it calls the user.
CREATE TABLE quota_used (
  username VARCHAR(100) NOT NULL PRIMARY KEY,
  bytes    BIGINT NOT NULL DEFAULT 0,
  messages INT NOT NULL DEFAULT 0
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_general_ci;

-- rows

INSERT INTO domains VALUES (1, 'example.org', 'navy'), (2, 'example.net', '');
INSERT INTO accounts VALUES
  ('grace.hopper_example.org', 'Grace.Hopper@example.org', 'Grace', '{PLAIN}the first of many', 1024, 1),
  ('hedy', 'hedy.lamarr@example.net', 'Hedy', '{PLAIN}the first of many', 0, 1),
  ('grace_example.org', 'grace@example.org', '', '{PLAIN}nobody knows', 0, 0);
INSERT INTO `virtual` VALUES
  ('grace.hopper@example.org', 'grace.hopper_example.org', 1), ('hedy.lamarr@example.net', 'hedy', 1),
  ('grace@example.org', 'grace_example.org', 1),
  ('navy.office@example.org', 'grace.hopper_example.org', 1),
  ('team.list@example.org', 'someone@elsewhere.example', 1), ('team.list@example.org', 'grace.hopper_example.org', 1),
  ('@example.net', 'hedy', 1);
INSERT INTO quota_used VALUES ('grace.hopper_example.org', 734003200, 42), ('hedy', 1024, 1);
