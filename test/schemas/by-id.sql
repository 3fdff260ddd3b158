-- A server whose aliases lead to accounts by their id, and to others by their address in the same column, as DBMail's do.

CREATE TABLE domains (
  id   INT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  name VARCHAR(255) NOT NULL,
  UNIQUE KEY (name)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci;

CREATE TABLE users (
  user_idnr    BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  userid       VARCHAR(255) NOT NULL,
  passwd       VARCHAR(255) NOT NULL,
  maxmail_size BIGINT NOT NULL DEFAULT 0,
  UNIQUE KEY (userid)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci;

CREATE TABLE aliases (
  alias_idnr BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  alias      VARCHAR(255) NOT NULL,
  deliver_to VARCHAR(250) NOT NULL,
  note       VARCHAR(64) NULL,
  KEY (alias),
  KEY (deliver_to)
) ENGINE = InnoDB DEFAULT CHARSET = latin1 COLLATE = latin1_swedish_ci;

-- rows

INSERT INTO domains VALUES (1, 'example.org'), (2, 'example.net');
INSERT INTO users VALUES (7, 'Grace.Hopper@example.org', '{PLAIN}the first of many', 1073741824), (9, 'hedy.lamarr@example.net', '{PLAIN}the first of many', 0);
INSERT INTO aliases VALUES
  (1, 'navy.office@example.org', '7', 'of grace.hopper'),
  (2, 'team.list@example.org', 'someone@elsewhere.example', NULL),
  (3, 'team.list@example.org', '7', 'of grace.hopper'),
  (4, 'team.list@example.org', '7up@elsewhere.example', NULL),
  (5, '@example.net', '9', NULL),
  (6, 'gone.one@example.org', '8', NULL);
