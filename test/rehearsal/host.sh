#!/bin/sh
# Holds one host of the rehearsal: host.sh ROOT FOLDER NAME HOSTS, in namespaces of its own, where it becomes systemd once a
# line has come in. What the host writes is kept in memory, above ROOT; FOLDER is an empty one, HOSTS its /etc/hosts.
set -eu
root=$1 folder=$2 name=$3 hosts=$4
here=$folder/root
mount --make-rprivate /
mount -t tmpfs -o mode=755 rehearsal "$folder"
mkdir "$folder/upper" "$folder/work" "$here"
mount -t overlay -o "lowerdir=$root,upperdir=$folder/upper,workdir=$folder/work" "$name" "$here"
mount -t proc proc "$here/proc"
mount -t sysfs -o ro sysfs "$here/sys"
mount -t cgroup2 cgroup2 "$here/sys/fs/cgroup"
mount -t tmpfs -o mode=755,nosuid dev "$here/dev"
for device in null zero full random urandom tty; do
  touch "$here/dev/$device"
  mount --bind "/dev/$device" "$here/dev/$device"
done
mkdir "$here/dev/pts" "$here/dev/shm"
mount -t devpts -o newinstance,ptmxmode=0666,mode=620,gid=5 devpts "$here/dev/pts"
mount -t tmpfs -o mode=1777 shm "$here/dev/shm"
ln -s pts/ptmx "$here/dev/ptmx"
ln -s /proc/self/fd "$here/dev/fd"
for number in 0:stdin 1:stdout 2:stderr; do ln -s "/proc/self/fd/${number%:*}" "$here/dev/${number#*:}"; done
mount -t tmpfs -o mode=755 run "$here/run"
hostname "$name"
printf '%s\n' "$name" >"$here/etc/hostname"
printf '%s\n' "$hosts" >"$here/etc/hosts"
rm -f "$here/etc/resolv.conf"
echo ready
read -r _
mkdir -p "$here/.old"
cd "$here"
pivot_root . .old
umount -l /.old
exec env -i container=rehearsal PATH=/usr/sbin:/usr/bin:/sbin:/bin /sbin/init </dev/null
