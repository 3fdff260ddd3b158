-- A server of one's own on a PHP framework's habits: ids as ULIDs and UUIDs in raw bytes, rows deleted by a date, ends by a date, flags in bits.

CREATE TABLE domains (
  id         BINARY(16) NOT NULL PRIMARY KEY,
  name       VARCHAR(255) NOT NULL,
  transport  VARCHAR(64) NOT NULL,
  deleted_at DATETIME NULL,
  UNIQUE KEY (name)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci;

CREATE TABLE mailboxes (
  id         BINARY(16) NOT NULL PRIMARY KEY,
  domain_id  BINARY(16) NOT NULL,
  email      VARCHAR(255) NOT NULL,
  password   VARCHAR(255) NOT NULL,
  quota      BIGINT NULL,
  flags      INT NOT NULL DEFAULT 0,
  created_at DATETIME NOT NULL,
  expires_at DATETIME NULL,
  deleted_at DATETIME NULL,
  UNIQUE KEY (email),
  KEY (domain_id, email),
  FOREIGN KEY (domain_id) REFERENCES domains (id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci;

CREATE TABLE aliases (
  id          CHAR(26) NOT NULL PRIMARY KEY,
  domain_id   BINARY(16) NOT NULL,
  owner_id    BINARY(16) NULL,
  source      VARCHAR(255) NOT NULL,
  destination VARCHAR(255) NOT NULL,
  expires_at  DATETIME NULL,
  deleted_at  DATETIME NULL,
  KEY (source),
  KEY (destination),
  FOREIGN KEY (domain_id) REFERENCES domains (id),
  FOREIGN KEY (owner_id) REFERENCES mailboxes (id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci;

CREATE TABLE limits (
  id         BINARY(16) NOT NULL PRIMARY KEY,
  mailbox_id BINARY(16) NOT NULL,
  sends      INT NOT NULL DEFAULT 100,
  note       VARCHAR(64) NULL,
  UNIQUE KEY (mailbox_id),
  FOREIGN KEY (mailbox_id) REFERENCES mailboxes (id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci;

-- rows

INSERT INTO domains VALUES
  (UNHEX('018CC251F4000A0000000000000000FF'), 'example.org', 'lmtp:unix:private/dovecot-lmtp', NULL),
  (UNHEX('018CC251F4000B0000000000000000FE'), 'example.net', 'lmtp:inet:mail2:24', NULL),
  (UNHEX('018CC251F4000C0000000000000000FD'), 'relayed.example', 'smtp:[mail.example]', NULL),
  (UNHEX('018CC251F4000D0000000000000000FC'), 'asleep.example', 'lmtp:unix:private/dovecot-lmtp', '2025-01-01');
INSERT INTO mailboxes VALUES
  (UNHEX('018CC251F4011A00000000000000A0C3'), UNHEX('018CC251F4000A0000000000000000FF'), 'Grace.Hopper@example.org', '{PLAIN}the first of many', 1073741824, 1, '2025-01-01', NULL, NULL),
  (UNHEX('018CC251F4011B00000000000000A0C4'), UNHEX('018CC251F4000B0000000000000000FE'), 'hedy.lamarr@example.net', '{PLAIN}the first of many', NULL, 0, '2025-01-01', '2037-01-01', NULL),
  (UNHEX('018CC251F4011C00000000000000A0C5'), UNHEX('018CC251F4000A0000000000000000FF'), 'left.long.ago@example.org', '', NULL, 4, '2020-01-01', NULL, '2021-01-01'),
  (UNHEX('018CC251F4011D00000000000000A0C6'), UNHEX('018CC251F4000A0000000000000000FF'), 'guest@example.org', '{PLAIN}the first of many', NULL, 0, '2020-01-01', '2020-02-01', NULL);
INSERT INTO aliases VALUES
  ('01HK153X0100000000000000A1', UNHEX('018CC251F4000A0000000000000000FF'), UNHEX('018CC251F4011A00000000000000A0C3'), 'navy.office@example.org', 'grace.hopper@example.org', NULL, NULL),
  ('01HK153X0100000000000000A2', UNHEX('018CC251F4000A0000000000000000FF'), NULL, 'team.list@example.org', 'someone@elsewhere.example', NULL, NULL),
  ('01HK153X0100000000000000A3', UNHEX('018CC251F4000A0000000000000000FF'), UNHEX('018CC251F4011A00000000000000A0C3'), 'team.list@example.org', 'grace.hopper@example.org', '2037-01-01', NULL),
  ('01HK153X0100000000000000A4', UNHEX('018CC251F4000A0000000000000000FF'), UNHEX('018CC251F4011A00000000000000A0C3'), 'conference.2020@example.org', 'grace.hopper@example.org', '2020-02-01', '2020-03-01'),
  ('01HK153X0100000000000000A5', UNHEX('018CC251F4000B0000000000000000FE'), UNHEX('018CC251F4011B00000000000000A0C4'), '@example.net', 'hedy.lamarr@example.net', NULL, NULL);
INSERT INTO limits VALUES
  (UNHEX('018CC251F4021A00000000000000B0C3'), UNHEX('018CC251F4011A00000000000000A0C3'), 100, 'grace.hopper asked for more'),
  (UNHEX('018CC251F4021B00000000000000B0C4'), UNHEX('018CC251F4011B00000000000000A0C4'), 500, NULL);
