-- Texts in columns of bytes, keys that the database does not count, rows that are deleted by a date.

CREATE TABLE domains (
  id         CHAR(36) NOT NULL PRIMARY KEY,
  name       VARBINARY(255) NOT NULL,
  deleted_at DATETIME NULL,
  UNIQUE KEY (name)
) ENGINE = InnoDB;

CREATE TABLE mailboxes (
  id         CHAR(36) NOT NULL PRIMARY KEY,
  domain     VARBINARY(255) NOT NULL,
  email      VARBINARY(255) NOT NULL,
  password   BLOB NOT NULL,
  quota      VARBINARY(20) NOT NULL,
  enabled    TINYINT(1) NOT NULL,
  expires_at DATE NOT NULL,
  deleted_at DATETIME NULL,
  UNIQUE KEY (email)
) ENGINE = InnoDB;

CREATE TABLE aliases (
  id          CHAR(36) NOT NULL PRIMARY KEY,
  email       VARBINARY(255) NOT NULL,
  destination BLOB NOT NULL,
  enabled     TINYINT(1) NOT NULL,
  deleted_at  DATETIME NULL,
  UNIQUE KEY (email)
) ENGINE = InnoDB;

-- What a mailbox holds, and may send: other programs count here.
CREATE TABLE limits (
  mailbox_id CHAR(36) NOT NULL PRIMARY KEY,
  email      VARBINARY(255) NOT NULL,
  quota      VARCHAR(20) NOT NULL,
  used_bytes BIGINT UNSIGNED NOT NULL DEFAULT 0,
  FOREIGN KEY (mailbox_id) REFERENCES mailboxes (id)
) ENGINE = InnoDB;

-- rows

INSERT INTO domains VALUES
  ('0a', 'Example.ORG', NULL), ('0b', 'example.net', NULL), ('0c', 'asleep.example', '2025-01-01');
INSERT INTO mailboxes VALUES
  ('1a', 'example.org', 'Grace.Hopper@example.org', '{PLAIN}the first of many', '1G', 1, '2099-12-31', NULL),
  ('1b', 'example.net', 'hedy.lamarr@example.net', '{PLAIN}the first of many', '', 1, '2099-12-31', NULL),
  ('1c', 'example.org', 'left.long.ago@example.org', '', '', 0, '2020-12-31', '2021-01-01');
INSERT INTO aliases VALUES
  ('2a', 'navy.office@example.org', 'grace.hopper@example.org', 1, NULL),
  ('2b', 'team.list@example.org', 'someone@elsewhere.example\nGrace.Hopper@example.org\nlast@elsewhere.example', 1, NULL),
  ('2c', '@example.net', 'hedy.lamarr@example.net', 1, NULL),
  ('2d', 'old.office@example.net', 'hedy.lamarr@example.net', 1, '2021-01-01');
INSERT INTO limits VALUES ('1a', 'Grace.Hopper@example.org', '1G', 734003200), ('1b', 'hedy.lamarr@example.net', '', 0);
