-- i-MSCP 1.5: mailboxes, forwards and both at once in one table, told apart by a list of types.

CREATE TABLE domain (
  domain_id       INT(10) UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  domain_name     VARCHAR(200) DEFAULT NULL,
  domain_admin_id INT(10) UNSIGNED NOT NULL,
  domain_status   VARCHAR(255) NOT NULL,
  UNIQUE KEY domain_name (domain_name)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4;

CREATE TABLE mail_users (
  mail_id                INT(10) UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  mail_acc               TEXT NOT NULL,
  mail_pass              VARCHAR(255) NOT NULL DEFAULT '_no_',
  mail_forward           TEXT DEFAULT NULL,
  domain_id              INT(10) UNSIGNED NOT NULL,
  mail_type              VARCHAR(30) NOT NULL,
  sub_id                 INT(10) UNSIGNED DEFAULT NULL,
  status                 VARCHAR(255) DEFAULT NULL,
  po_active              VARCHAR(3) NOT NULL DEFAULT 'yes',
  mail_auto_respond      TINYINT(1) NOT NULL DEFAULT 0,
  mail_auto_respond_text TEXT DEFAULT NULL,
  quota                  BIGINT(20) UNSIGNED NOT NULL DEFAULT 0,
  mail_addr              VARCHAR(255) NOT NULL,
  UNIQUE KEY mail_addr (mail_addr (191)),
  KEY domain_id (domain_id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4;

-- rows

INSERT INTO domain VALUES (1, 'example.org', 7, 'ok'), (2, 'example.net', 7, 'ok'), (3, 'asleep.example', 7, 'disabled');
INSERT INTO mail_users (mail_id, mail_acc, mail_pass, mail_forward, domain_id, mail_type, sub_id, status, po_active, quota, mail_addr) VALUES
  (1, 'grace.hopper', '{PLAIN}the first of many', '_no_', 1, 'normal_mail', 0, 'ok', 'yes', 1073741824, 'grace.hopper@example.org'),
  (2, 'hedy.lamarr', '{PLAIN}the first of many', 'someone@elsewhere.example', 2, 'normal_mail,normal_forward', 0, 'ok', 'yes', 0, 'hedy.lamarr@example.net'),
  (3, 'navy.office', '_no_', 'grace.hopper@example.org', 1, 'normal_forward', 0, 'ok', 'no', 0, 'navy.office@example.org'),
  (4, 'team.list', '_no_', 'someone@elsewhere.example,grace.hopper@example.org,last@elsewhere.example', 1, 'normal_forward', 0, 'ok', 'no', 0, 'team.list@example.org'),
  (5, 'hedy.lamarr@example.net', '_no_', '_no_', 2, 'normal_catchall', 0, 'ok', 'no', 0, '@example.net');
