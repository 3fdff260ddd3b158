-- ISPmail, the tutorial of workaround.org: no active column, and a quota in bytes that ends at 2 GiB.

CREATE TABLE virtual_domains (
  id   INT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  name VARCHAR(50) NOT NULL
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb3;

CREATE TABLE virtual_users (
  id        INT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  domain_id INT NOT NULL,
  email     VARCHAR(100) NOT NULL,
  password  VARCHAR(150) NOT NULL,
  quota     INT(11) NOT NULL DEFAULT 0,
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
  (1, 1, 'grace.hopper@example.org', '{PLAIN}the first of many', 0),
  (2, 2, 'Hedy.Lamarr@example.net', '{PLAIN}the first of many', 1000000);
INSERT INTO virtual_aliases VALUES
  (1, 1, 'navy.office@example.org', 'grace.hopper@example.org'),
  (2, 1, 'team.list@example.org', 'someone@elsewhere.example'),
  (3, 1, 'team.list@example.org', 'Grace.Hopper@example.org'),
  (4, 1, 'team.list@example.org', '|"/usr/bin/archive a, b"'),
  (5, 2, '@example.net', 'hedy.lamarr@example.net'),
  (6, 2, 'everybody@example.net', ':include:/etc/mail/everybody');
