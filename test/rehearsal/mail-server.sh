#!/bin/sh
# What the mail host has before Colombier comes: a domain, its tables, a Dovecot that encrypts, a Postfix that delivers to
# it, and a mailbox of before. All as docs/install.md says under "What Dovecot needs". people.test is elsewhere: what is
# mailed there lies in /var/mail/people.
set -eu
groupadd -g 5000 vmail
useradd -u 5000 -g 5000 -d /var/vmail -s /usr/sbin/nologin vmail
install -d -o vmail -g vmail -m 700 /var/vmail
useradd --create-home people

mariadb <<'SQL'
CREATE DATABASE mail;
USE mail;
CREATE TABLE virtual_domains (id INT NOT NULL AUTO_INCREMENT PRIMARY KEY, name VARCHAR(255) NOT NULL UNIQUE);
CREATE TABLE virtual_users (
  id INT NOT NULL AUTO_INCREMENT PRIMARY KEY, domain_id INT NOT NULL, email VARCHAR(255) NOT NULL UNIQUE,
  password VARCHAR(255) NOT NULL, quota BIGINT NOT NULL DEFAULT 0, active TINYINT(1) NOT NULL DEFAULT 1,
  FOREIGN KEY (domain_id) REFERENCES virtual_domains (id) ON DELETE CASCADE
);
CREATE TABLE virtual_aliases (
  id INT NOT NULL AUTO_INCREMENT PRIMARY KEY, domain_id INT NOT NULL, source VARCHAR(255) NOT NULL,
  destination VARCHAR(255) NOT NULL, FOREIGN KEY (domain_id) REFERENCES virtual_domains (id) ON DELETE CASCADE
);
INSERT INTO virtual_domains (name) VALUES ('example.org');
CREATE USER mailserver@localhost IDENTIFIED BY 'of the mail server';
GRANT SELECT ON mail.* TO mailserver@localhost;
SQL

cat >/etc/dovecot/dovecot.conf <<'CONF'
dovecot_config_version = 2.4.1
dovecot_storage_version = 2.4.1
protocols = imap lmtp
ssl_server_cert_file = /etc/ssl/mail.pem
ssl_server_key_file = /etc/ssl/mail.key
mail_driver = maildir
mail_path = ~/Maildir
mail_uid = 5000
mail_gid = 5000
namespace inbox {
  inbox = yes
  separator = /
}
mail_plugins {
  mail_crypt = yes
}
mail_attribute {
  dict file {
    path = %{home}/dovecot-attributes
  }
}
crypt_user_key_curve = secp521r1
crypt_user_key_require_encrypted = yes
sql_driver = mysql
mysql /run/mysqld/mysqld.sock {
  user = mailserver
  password = of the mail server
  dbname = mail
}
passdb sql {
  query = SELECT email AS user, password, '%{password | sha256 | hexlify}' AS userdb_crypt_user_key_password \
    FROM virtual_users WHERE email = '%{user}'
}
userdb sql {
  query = SELECT 5000 AS uid, 5000 AS gid, '/var/vmail/%{user | domain}/%{user | username}' AS home \
    FROM virtual_users WHERE email = '%{user}'
}
service lmtp {
  unix_listener /var/spool/postfix/private/dovecot-lmtp {
    mode = 0600
    user = postfix
    group = postfix
  }
}
CONF

for map in 'domains SELECT 1 FROM virtual_domains WHERE name' 'mailboxes SELECT 1 FROM virtual_users WHERE email' \
  'aliases SELECT destination FROM virtual_aliases WHERE source'; do
  cat >"/etc/postfix/${map%% *}.cf" <<CONF
user = mailserver
password = of the mail server
hosts = unix:/run/mysqld/mysqld.sock
dbname = mail
query = ${map#* } = '%s'
CONF
done
chgrp postfix /etc/postfix/*.cf
postconf 'mydestination = localhost' 'virtual_transport = lmtp:unix:private/dovecot-lmtp' \
  'virtual_mailbox_domains = mysql:/etc/postfix/domains.cf' 'virtual_mailbox_maps = mysql:/etc/postfix/mailboxes.cf' \
  'virtual_alias_maps = mysql:/etc/postfix/aliases.cf, regexp:/etc/postfix/elsewhere' 'virtual_alias_domains = people.test' \
  'mynetworks = 127.0.0.0/8 10.0.0.0/8' 'smtpd_tls_cert_file = /etc/ssl/mail.pem' 'smtpd_tls_key_file = /etc/ssl/mail.key' \
  'mailbox_size_limit = 0' 'home_mailbox =' 'mail_spool_directory = /var/mail' 'smtpd_tls_security_level = may' \
  'maximal_queue_lifetime = 1h' 'inet_protocols = ipv4'
# Its service runs in a folder of its own, from which the database's socket cannot be seen.
postconf -F 'smtp/inet/chroot = n' 'cleanup/unix/chroot = n' 'rewrite/unix/chroot = n' 'lmtp/unix/chroot = n'
echo '/@people\.test$/ people@localhost' >/etc/postfix/elsewhere
systemctl restart dovecot postfix
