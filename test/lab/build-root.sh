#!/bin/sh
# Makes the root that every test mail host is laid over: build-root.sh FOLDER RELEASE, with a release of Debian
# Runs as root, in a mount namespace of its own and under a lock (see root.ts). What is being built has another name
# until it is complete, so a killed build is never taken for a finished one.
set -eu
folder=$1
release=$2
building=$folder.building
[ -d "$folder" ] && exit 0

rm -rf "$building"
debootstrap --variant=minbase "$release" "$building"

# Packages must not start their servers on the machine that builds.
printf '#!/bin/sh\nexit 101\n' >"$building/usr/sbin/policy-rc.d"
chmod 755 "$building/usr/sbin/policy-rc.d"
echo force-unsafe-io >"$building/etc/dpkg/dpkg.cfg.d/unsafe-io"
mount --rbind /proc "$building/proc"
mount --rbind /dev "$building/dev"
cp -L /etc/resolv.conf "$building/etc/resolv.conf"
# A mirror that stands still at some moment does as well; its signature is checked all the same.
echo 'Acquire::Check-Valid-Until "false";' >"$building/etc/apt/apt.conf.d/unsafe-date"
export DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8
# Postfix's package would make a configuration of its own for this machine's name.
echo 'postfix postfix/main_mailer_type select No configuration' | chroot "$building" debconf-set-selections
chroot "$building" apt-get update
chroot "$building" apt-get install -y --no-install-recommends \
  dovecot-core dovecot-imapd dovecot-lmtpd dovecot-pop3d dovecot-submissiond dovecot-mysql mariadb-server nodejs postfix postfix-mysql
rm -rf "$building"/var/cache/apt/* "$building"/var/lib/apt/lists/* \
  "$building"/usr/share/doc "$building"/usr/share/man "$building"/usr/share/locale

# The mail store's owner.
chroot "$building" groupadd -g 5000 vmail
chroot "$building" useradd -u 5000 -g 5000 -d /srv/mail -s /usr/sbin/nologin vmail
install -d -o 5000 -g 5000 -m 700 "$building/srv/mail"

# A database folder with small files, made once, so that an instance starts in a second. The settings are a file
# because the server must be given the same ones as the folder was made with.
cat >"$building/etc/mysql/lab.cnf" <<'CNF'
[mariadbd]
user = mysql
datadir = /var/lib/mysql
socket = /run/mysqld/mysqld.sock
bind_address = 127.0.0.1
skip_name_resolve
local_infile = OFF
character_set_server = utf8mb4
performance_schema = OFF
max_connections = 100
key_buffer_size = 1M
aria_pagecache_buffer_size = 8M
innodb_buffer_pool_size = 32M
innodb_log_file_size = 8M
innodb_data_file_path = ibdata1:4M:autoextend
innodb_autoextend_increment = 1
innodb_undo_tablespaces = 0
innodb_flush_log_at_trx_commit = 2
CNF
rm -rf "$building"/var/lib/mysql/* "$building"/etc/dovecot/*
chroot "$building" install -d -o mysql -g mysql /run/mysqld
# --force: this machine's name need not resolve.
chroot "$building" mariadb-install-db --defaults-file=/etc/mysql/lab.cnf --user=mysql --force --skip-test-db \
  --auth-root-authentication-method=socket

umount -l "$building/proc" "$building/dev"
mv -T "$building" "$folder"
