-- mailcow, the tables that a mailbox touches.

CREATE TABLE domain (
  domain               VARCHAR(255) NOT NULL PRIMARY KEY,
  description          VARCHAR(255),
  aliases              INT(10) NOT NULL DEFAULT 0,
  mailboxes            INT(10) NOT NULL DEFAULT 0,
  defquota             BIGINT(20) NOT NULL DEFAULT 3072,
  maxquota             BIGINT(20) NOT NULL DEFAULT 102400,
  quota                BIGINT(20) NOT NULL DEFAULT 102400,
  relayhost            VARCHAR(255) NOT NULL DEFAULT '0',
  backupmx             TINYINT(1) NOT NULL DEFAULT 0,
  gal                  TINYINT(1) NOT NULL DEFAULT 1,
  relay_all_recipients TINYINT(1) NOT NULL DEFAULT 0,
  relay_unknown_only   TINYINT(1) NOT NULL DEFAULT 0,
  created              DATETIME(0) NOT NULL DEFAULT NOW(0),
  modified             DATETIME ON UPDATE CURRENT_TIMESTAMP,
  active               TINYINT(1) NOT NULL DEFAULT 1
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 ROW_FORMAT = DYNAMIC;

CREATE TABLE mailbox (
  username            VARCHAR(255) NOT NULL PRIMARY KEY,
  password            VARCHAR(255) NOT NULL,
  name                VARCHAR(255),
  description         VARCHAR(255),
  mailbox_path_prefix VARCHAR(150) DEFAULT '/var/vmail/',
  quota               BIGINT(20) NOT NULL DEFAULT 102400,
  local_part          VARCHAR(255) NOT NULL,
  domain              VARCHAR(255) NOT NULL,
  attributes          JSON,
  custom_attributes   JSON NOT NULL DEFAULT ('{}'),
  kind                VARCHAR(100) NOT NULL DEFAULT '',
  multiple_bookings   INT NOT NULL DEFAULT -1,
  authsource          ENUM('mailcow', 'keycloak', 'generic-oidc', 'ldap') DEFAULT 'mailcow',
  created             DATETIME(0) NOT NULL DEFAULT NOW(0),
  modified            DATETIME ON UPDATE CURRENT_TIMESTAMP,
  active              TINYINT(1) NOT NULL DEFAULT 1,
  KEY domain (domain),
  KEY kind (kind)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 ROW_FORMAT = DYNAMIC;

CREATE TABLE alias (
  id              INT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  address         VARCHAR(255) NOT NULL,
  goto            TEXT NOT NULL,
  domain          VARCHAR(255) NOT NULL,
  created         DATETIME(0) NOT NULL DEFAULT NOW(0),
  modified        DATETIME ON UPDATE CURRENT_TIMESTAMP,
  private_comment TEXT,
  public_comment  TEXT,
  sogo_visible    TINYINT(1) NOT NULL DEFAULT 1,
  active          TINYINT(1) NOT NULL DEFAULT 1,
  UNIQUE KEY address (address),
  KEY domain (domain)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 ROW_FORMAT = DYNAMIC;

CREATE TABLE alias_domain (
  alias_domain  VARCHAR(255) NOT NULL PRIMARY KEY,
  target_domain VARCHAR(255) NOT NULL,
  created       DATETIME(0) NOT NULL DEFAULT NOW(0),
  modified      DATETIME ON UPDATE CURRENT_TIMESTAMP,
  active        TINYINT(1) NOT NULL DEFAULT 1,
  KEY active (active),
  KEY target_domain (target_domain)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 ROW_FORMAT = DYNAMIC;

CREATE TABLE quota2 (
  username VARCHAR(255) NOT NULL PRIMARY KEY,
  bytes    BIGINT(20) NOT NULL DEFAULT 0,
  messages BIGINT(20) NOT NULL DEFAULT 0
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 ROW_FORMAT = DYNAMIC;

-- rows

INSERT INTO domain (domain, active) VALUES ('example.org', 1), ('example.net', 1);
INSERT INTO mailbox (username, password, name, quota, local_part, domain, attributes, kind) VALUES
  ('grace.hopper@example.org', '{PLAIN}the first of many', 'Grâce Hopper ✉', 3221225472, 'grace.hopper', 'example.org', '{"force_pw_update": "0", "mailbox_format": "maildir:"}', ''),
  ('hedy.lamarr@example.net', '{PLAIN}the first of many', '', 0, 'hedy.lamarr', 'example.net', '{}', ''),
  ('meeting.room@example.org', '{PLAIN}the first of many', 'Meeting room', 0, 'meeting.room', 'example.org', '{}', 'location');
INSERT INTO alias (id, address, goto, domain) VALUES
  (1, 'grace.hopper@example.org', 'grace.hopper@example.org', 'example.org'),
  (2, 'hedy.lamarr@example.net', 'hedy.lamarr@example.net', 'example.net'),
  (3, 'navy.office@example.org', 'grace.hopper@example.org', 'example.org'),
  (4, 'team.list@example.org', 'someone@elsewhere.example,last@elsewhere.example', 'example.org'),
  (5, '@example.net', 'hedy.lamarr@example.net', 'example.net');
INSERT INTO quota2 VALUES ('grace.hopper@example.org', 734003200, 1200);
