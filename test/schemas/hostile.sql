-- Nobody's, and as bad as it gets: a database beside Colombier's, names that all need quoting, keys that are text, or unsigned
-- and larger than JavaScript counts, four character sets, two engines, a lock in two columns, a quota with its unit.

DROP DATABASE IF EXISTS `the mail`;
CREATE DATABASE `the mail`;
USE `the mail`;

CREATE TABLE `select` (
  `key`     BIGINT UNSIGNED NOT NULL PRIMARY KEY,
  `Name.It` VARCHAR(255) CHARACTER SET latin1 COLLATE latin1_german2_ci NOT NULL,
  `in use?` CHAR(3) NOT NULL DEFAULT 'non',
  UNIQUE KEY (`Name.It`)
) ENGINE = InnoDB;

CREATE TABLE `Boîtes aux-lettres` (
  `e-mail`       VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  `pass word`    VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `group`        BIGINT UNSIGNED NOT NULL,
  `quota'd`      VARCHAR(20) CHARACTER SET latin1 NULL,
  `no login`     ENUM('N', 'Y') CHARACTER SET utf8mb3 NOT NULL,
  `état`         TINYINT NOT NULL,
  `let in`       BIT(1) NOT NULL,
  `where`        VARCHAR(255) NOT NULL,
  `kind of-row`  VARCHAR(10) CHARACTER SET utf8mb3 NOT NULL,
  `Créée`        INT UNSIGNED NOT NULL,
  `key`          VARCHAR(36) NOT NULL,
  `used (bytes)` BIGINT UNSIGNED NULL,
  PRIMARY KEY (`key`),
  UNIQUE KEY (`e-mail`)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4;

CREATE TABLE `order-by` (
  `from`        VARCHAR(255) CHARACTER SET utf8mb3 COLLATE utf8mb3_general_ci NOT NULL,
  `to who`      TEXT CHARACTER SET latin1 NOT NULL,
  `is alias`    CHAR(1) NOT NULL,
  `gone`        BIT(1) NOT NULL,
  `made.at`     DATETIME NOT NULL,
  `group`       BIGINT UNSIGNED NOT NULL,
  KEY (`from`)
) ENGINE = MyISAM DEFAULT CHARSET = latin1;

-- rows

USE `the mail`;
INSERT INTO `select` VALUES (18446744073709551614, 'example.org', 'oui'), (18446744073709551613, 'example.net', 'oui'), (1, 'ALL', 'non');
INSERT INTO `Boîtes aux-lettres` VALUES
  ('grace.hopper@example.org', '{PLAIN}the first of many', 18446744073709551614, '1G', 'N', 1, 1, '/mail/grace', 'box', 1700000000, 'a', 734003200),
  ('Hedy.Lamarr@example.net', '{PLAIN}the first of many', 18446744073709551613, NULL, 'N', 1, 1, '/mail/hedy', 'box', 1700000000, 'b', NULL),
  ('meeting.room@example.org', '', 18446744073709551614, NULL, 'Y', 3, 0, '', 'room', 1700000000, 'c', NULL);
INSERT INTO `order-by` VALUES
  ('navy.office@example.org', 'grace.hopper@example.org', 'y', 0, '2025-01-01', 18446744073709551614),
  ('team.list@example.org', 'someone@elsewhere.example\n"| /bin/archive ""a, b"""\nGrace.Hopper@example.org\r\n:include:/etc/mail/team', 'y', 0, '2025-01-01', 18446744073709551614),
  ('@example.net', 'hedy.lamarr@example.net', 'y', 0, '2025-01-01', 18446744073709551613),
  ('not.an.alias@example.org', 'grace.hopper@example.org', 'n', 0, '2025-01-01', 18446744073709551614);
