-- ISPmail as it was copied ten years ago: no quota, and room for a bare SHA512-CRYPT of 106 characters and nothing longer.

CREATE TABLE virtual_domains (
  id   INT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  name VARCHAR(50) NOT NULL
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb3;

CREATE TABLE virtual_users (
  id        INT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  domain_id INT NOT NULL,
  password  VARCHAR(106) NOT NULL,
  email     VARCHAR(120) NOT NULL,
  UNIQUE KEY email (email),
  FOREIGN KEY (domain_id) REFERENCES virtual_domains (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb3;

CREATE TABLE virtual_aliases (
  id          INT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  domain_id   INT NOT NULL,
  source      VARCHAR(100) NOT NULL,
  destination VARCHAR(100) NOT NULL,
  FOREIGN KEY (domain_id) REFERENCES virtual_domains (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb3;

-- rows

INSERT INTO virtual_domains VALUES (1, 'example.org'), (2, 'example.net');
INSERT INTO virtual_users VALUES
  (1, 1, '{PLAIN}the first of many', 'grace.hopper@example.org'),
  (2, 2, '{PLAIN}the first of many', 'hedy.lamarr@example.net');
INSERT INTO virtual_aliases VALUES
  (1, 1, 'navy.office@example.org', 'grace.hopper@example.org'),
  (2, 1, 'team.list@example.org', 'someone@elsewhere.example'),
  (3, 1, 'team.list@example.org', 'grace.hopper@example.org'),
  (4, 2, '@example.net', 'hedy.lamarr@example.net');
