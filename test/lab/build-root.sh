#!/bin/sh
# Makes the root that every test mail host is laid over: build-root.sh FOLDER
# Runs as root in a mount namespace of its own, under a lock (see root.ts). What is being built has another name
# until it is complete, so a killed build is never taken for a finished one.
set -eu
folder=$1
building=$folder.building
[ -d "$folder" ] && exit 0

rm -rf "$building"
debootstrap --variant=minbase trixie "$building"

# Packages must not start their servers on the machine that builds.
printf '#!/bin/sh\nexit 101\n' >"$building/usr/sbin/policy-rc.d"
chmod 755 "$building/usr/sbin/policy-rc.d"
echo force-unsafe-io >"$building/etc/dpkg/dpkg.cfg.d/unsafe-io"
mount --rbind /proc "$building/proc"
mount --rbind /dev "$building/dev"
cp -L /etc/resolv.conf "$building/etc/resolv.conf"
export DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8
chroot "$building" apt-get update
chroot "$building" apt-get install -y --no-install-recommends \
  dovecot-core dovecot-imapd dovecot-lmtpd dovecot-mysql mariadb-server nodejs
rm -rf "$building"/var/cache/apt/* "$building"/var/lib/apt/lists/* "$building"/usr/share/doc "$building"/usr/share/man

# The mail store's owner, and a database folder with small files, made once so that an instance starts in a second.
chroot "$building" groupadd -g 5000 vmail
chroot "$building" useradd -u 5000 -g 5000 -d /srv/mail -s /usr/sbin/nologin vmail
install -d -o 5000 -g 5000 -m 700 "$building/srv/mail"
rm -rf "$building"/var/lib/mysql/* "$building"/etc/dovecot/* "$building"/var/log/*.log
install -d -m 755 "$building/run/dovecot"
chroot "$building" install -d -o mysql -g mysql /run/mysqld
chroot "$building" mariadb-install-db --no-defaults --user=mysql --datadir=/var/lib/mysql --skip-test-db \
  --auth-root-authentication-method=socket --innodb-log-file-size=8M --innodb-data-file-path=ibdata1:4M:autoextend

umount -R "$building/proc" "$building/dev"
mv -T "$building" "$folder"
