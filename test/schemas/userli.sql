-- Userli, the tables that a mailbox touches: aliases refer to their owner's row, and deleted ones stay as a record.

CREATE TABLE virtual_domains (
  id            INT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  creation_time DATETIME NOT NULL,
  name          VARCHAR(255) NOT NULL,
  updated_time  DATETIME NOT NULL,
  UNIQUE KEY (name)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci;

CREATE TABLE virtual_users (
  id                       INT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  domain_id                INT NOT NULL,
  roles                    JSON NOT NULL,
  password_change_required TINYINT(1) NOT NULL DEFAULT 0,
  creation_time            DATETIME NOT NULL,
  deleted                  TINYINT(1) NOT NULL DEFAULT 0,
  email                    VARCHAR(255) NOT NULL,
  last_login_time          DATETIME DEFAULT NULL,
  mail_crypt               TINYINT(1) NOT NULL DEFAULT 0,
  password                 VARCHAR(255) NOT NULL,
  password_version         INT NOT NULL,
  quota                    INT DEFAULT NULL,
  totp_backup_codes        JSON NOT NULL,
  updated_time             DATETIME NOT NULL,
  UNIQUE KEY (email),
  KEY domain_deleted_idx (domain_id, deleted),
  CONSTRAINT FOREIGN KEY (domain_id) REFERENCES virtual_domains (id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci;

CREATE TABLE virtual_aliases (
  id            INT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  domain_id     INT DEFAULT NULL,
  user_id       INT DEFAULT NULL,
  source        VARCHAR(255) NOT NULL,
  destination   VARCHAR(255) DEFAULT NULL,
  creation_time DATETIME NOT NULL,
  deleted       TINYINT(1) NOT NULL DEFAULT 0,
  random        TINYINT(1) NOT NULL DEFAULT 0,
  updated_time  DATETIME NOT NULL,
  KEY source_deleted_idx (source, deleted),
  KEY destination_deleted_idx (destination, deleted),
  CONSTRAINT FOREIGN KEY (domain_id) REFERENCES virtual_domains (id),
  CONSTRAINT FOREIGN KEY (user_id) REFERENCES virtual_users (id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci;

-- rows

INSERT INTO virtual_domains VALUES (1, '2025-01-01', 'example.org', '2025-01-01'), (2, '2025-01-01', 'example.net', '2025-01-01');
INSERT INTO virtual_users (id, domain_id, roles, creation_time, deleted, email, password, password_version, quota, totp_backup_codes, updated_time) VALUES
  (1, 1, '["ROLE_USER"]', '2025-01-01', 0, 'grace.hopper@example.org', '{PLAIN}the first of many', 2, 1024, '[]', '2025-01-01'),
  (2, 2, '["ROLE_USER"]', '2025-01-01', 0, 'hedy.lamarr@example.net', '{PLAIN}the first of many', 2, NULL, '[]', '2025-01-01'),
  (3, 1, '["ROLE_USER"]', '2025-01-01', 1, 'long.gone@example.org', '', 2, NULL, '[]', '2025-01-01');
INSERT INTO virtual_aliases (id, domain_id, user_id, source, destination, creation_time, deleted, updated_time) VALUES
  (1, 1, 1, 'navy.office@example.org', 'grace.hopper@example.org', '2025-01-01', 0, '2025-01-01'),
  (2, 1, NULL, 'team.list@example.org', 'someone@elsewhere.example', '2025-01-01', 0, '2025-01-01'),
  (3, 1, 1, 'team.list@example.org', 'grace.hopper@example.org', '2025-01-01', 0, '2025-01-01'),
  (4, 1, 1, 'former.office@example.org', 'grace.hopper@example.org', '2025-01-01', 1, '2025-01-01'),
  (5, 2, 2, '@example.net', 'hedy.lamarr@example.net', '2025-01-01', 0, '2025-01-01');
