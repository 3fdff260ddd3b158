#!/bin/sh
# Makes what the two hosts of the rehearsal begin with: build-hosts.sh FOLDER, as root. FOLDER/web is a Debian 13 that has
# nothing but its own base, FOLDER/mail one with MariaDB, Dovecot and Postfix, as somebody has who runs a mail server.
# What the documents install from Debian lies in apt's own cache, since the hosts have no way out.
set -eu
folder=$1
building=$folder.building
[ -d "$folder" ] && exit 0
rm -rf "$building"
mkdir -p "$building"

export DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8
debootstrap --variant=minbase \
  --include=systemd,systemd-sysv,dbus,iproute2,ca-certificates,openssl,less trixie "$building/web"

inside() {
  root=$1
  shift
  # In namespaces of its own, so that nothing that a package starts lives on.
  unshare --mount --pid --fork --kill-child sh -euc '
    root=$1; shift
    mount --rbind /dev "$root/dev" && mount -t proc proc "$root/proc"
    cp -L /etc/resolv.conf "$root/etc/resolv.conf"
    exec chroot "$root" "$@"' sh "$root" "$@"
}
inside "$building/web" apt-get update
inside "$building/web" apt-get install -y --download-only nodejs nginx
cp -a "$building/web" "$building/mail"
printf '#!/bin/sh\nexit 101\n' >"$building/mail/usr/sbin/policy-rc.d"
chmod 755 "$building/mail/usr/sbin/policy-rc.d"
printf 'force-unsafe-io\n' >"$building/mail/etc/dpkg/dpkg.cfg.d/unsafe-io"
inside "$building/mail" sh -c "
  printf '%s\n' 'postfix postfix/main_mailer_type select Internet Site' 'postfix postfix/mailname string mail.example.org' |
    debconf-set-selections
  apt-get install -y --no-install-recommends -o APT::Keep-Downloaded-Packages=false \
    mariadb-server dovecot-core dovecot-imapd dovecot-lmtpd dovecot-mysql postfix postfix-mysql"
rm "$building/mail/usr/sbin/policy-rc.d" "$building/mail/etc/dpkg/dpkg.cfg.d/unsafe-io"
mv -T "$building" "$folder"
