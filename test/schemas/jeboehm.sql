-- The docker-mailserver of jeboehm: local parts with the domain's id, one flag that Postfix asks for, a quota in MiB.

CREATE TABLE mail_domains (
  id               INT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  name             VARCHAR(255) NOT NULL,
  dkim_enabled     TINYINT(1) NOT NULL,
  dkim_selector    VARCHAR(255) NOT NULL,
  dkim_private_key LONGTEXT NOT NULL,
  UNIQUE KEY (name)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb3 COLLATE = utf8mb3_unicode_ci;

CREATE TABLE mail_users (
  id           INT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  domain_id    INT DEFAULT NULL,
  name         VARCHAR(255) NOT NULL,
  password     VARCHAR(255) NOT NULL,
  admin        TINYINT(1) NOT NULL,
  domain_admin TINYINT(1) NOT NULL,
  enabled      TINYINT(1) NOT NULL,
  send_only    TINYINT(1) NOT NULL,
  quota        INT NOT NULL,
  UNIQUE KEY user_idx (name, domain_id),
  CONSTRAINT FOREIGN KEY (domain_id) REFERENCES mail_domains (id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb3 COLLATE = utf8mb3_unicode_ci;

CREATE TABLE mail_aliases (
  id          INT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  domain_id   INT DEFAULT NULL,
  name        VARCHAR(255) NOT NULL,
  destination VARCHAR(255) NOT NULL,
  UNIQUE KEY alias_idx (domain_id, name, destination),
  CONSTRAINT FOREIGN KEY (domain_id) REFERENCES mail_domains (id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb3 COLLATE = utf8mb3_unicode_ci;

CREATE TABLE fetchmail_accounts (
  id                INT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  user_id           INT DEFAULT NULL,
  config_host       VARCHAR(255) NOT NULL,
  config_protocol   VARCHAR(50) NOT NULL,
  config_port       SMALLINT NOT NULL,
  config_username   VARCHAR(255) NOT NULL,
  config_password   VARCHAR(255) NOT NULL,
  config_ssl        TINYINT(1) NOT NULL,
  config_verify_ssl TINYINT(1) NOT NULL,
  UNIQUE KEY host_username_idx (config_host, config_username),
  CONSTRAINT FOREIGN KEY (user_id) REFERENCES mail_users (id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci;

-- rows

INSERT INTO mail_domains VALUES (1, 'example.org', 0, 'dkim', ''), (2, 'example.net', 0, 'dkim', '');
INSERT INTO mail_users VALUES
  (1, 1, 'grace.hopper', '{PLAIN}the first of many', 0, 1, 1, 0, 1024),
  (2, 2, 'hedy.lamarr', '{PLAIN}the first of many', 0, 0, 1, 0, 0);
INSERT INTO mail_aliases VALUES
  (1, 1, 'navy.office', 'grace.hopper@example.org'),
  (2, 1, 'team.list', 'someone@elsewhere.example'), (3, 1, 'team.list', 'grace.hopper@example.org'),
  (4, 2, '', 'hedy.lamarr@example.net'), (5, 1, '', 'grace.hopper@example.org');
INSERT INTO fetchmail_accounts VALUES
  (1, 1, 'pop.elsewhere.example', 'pop3', 110, 'grace.hopper', 'c2VjcmV0', 0, 0),
  (2, 2, 'pop.elsewhere.example', 'pop3', 110, 'hedy', 'c2VjcmV0', 0, 0);
