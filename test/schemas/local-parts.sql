-- A mail server in containers: local parts beside the domain's id, stores named by a UUID, whole addresses only where mail goes.

CREATE TABLE mail_vdom (
  id     INT(11) NOT NULL AUTO_INCREMENT PRIMARY KEY,
  domain VARCHAR(128) NOT NULL,
  UNIQUE KEY domain (domain)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb3;

CREATE TABLE mail_user (
  idx            INT(11) NOT NULL AUTO_INCREMENT PRIMARY KEY,
  mailbox_id     VARCHAR(40) NOT NULL,
  created_at     TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
  domain_id      INT(11) NOT NULL,
  email_username VARCHAR(128) NOT NULL,
  password       VARCHAR(512) NOT NULL,
  UNIQUE KEY uq_email (domain_id, email_username),
  FOREIGN KEY (domain_id) REFERENCES mail_vdom (id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb3;

CREATE TABLE mail_alias (
  id          INT(11) NOT NULL AUTO_INCREMENT PRIMARY KEY,
  domain_id   INT(11) NOT NULL,
  source      VARCHAR(128) NOT NULL,
  destination VARCHAR(128) NOT NULL,
  UNIQUE KEY source (domain_id, source, destination)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb3;

-- rows

INSERT INTO mail_vdom VALUES (1, 'example.org'), (2, 'example.net');
INSERT INTO mail_user VALUES
  (1, '7b0a4a7e-5f6e-11ee-8c99-0242ac120002', '2025-01-01 00:00:00', 1, 'grace.hopper', '{PLAIN}the first of many'),
  (2, '7b0a4a7e-5f6e-11ee-8c99-0242ac120003', '2025-01-01 00:00:00', 2, 'hedy.lamarr', '{PLAIN}the first of many');
INSERT INTO mail_alias VALUES
  (1, 1, 'navy.office', 'grace.hopper@example.org'),
  (2, 1, 'team.list', 'someone@elsewhere.example'),
  (3, 1, 'team.list', 'grace.hopper@example.org'),
  (4, 2, '', 'hedy.lamarr@example.net'),
  (5, 2, 'navy.office', 'someone@elsewhere.example');
