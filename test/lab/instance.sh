#!/bin/sh
# Holds one mail host: instance.sh ROOT EMPTY_FOLDER [FROM TO ro|rw]...
# Runs as root in a mount namespace of its own, so that nothing it mounts is seen outside or outlives it. What the
# instance writes stands in memory, above the shared root. Prints "ready" once programs may enter; when its input ends,
# by a stop or because whoever started it was killed, it kills whatever runs in the instance.
set -eu
root=$1
here=$2
shift 2
mount -t tmpfs -o mode=755 lab "$here"
mkdir "$here/upper" "$here/work" "$here/root"
mount -t overlay -o "lowerdir=$root,upperdir=$here/upper,workdir=$here/work" lab "$here/root"
mount --rbind /proc "$here/root/proc"
mount --rbind /dev "$here/root/dev"
while [ $# -gt 0 ]; do
  mkdir -p "$here/root$2"
  mount --bind -o "$3" "$1" "$here/root$2"
  shift 3
done
exec chroot "$here/root" /bin/sh -c '
  echo ready
  while read -r _; do :; done
  alive=yes
  while [ "$alive" ]; do
    alive=
    for link in $(find -L /proc/[0-9]*/ns/mnt -maxdepth 0 -samefile /proc/$$/ns/mnt 2>/dev/null); do
      pid=${link#/proc/}
      pid=${pid%/ns/mnt}
      [ "$pid" = $$ ] || ! kill -9 "$pid" 2>/dev/null || alive=yes
    done
  done'
