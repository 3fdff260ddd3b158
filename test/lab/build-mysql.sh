#!/bin/sh
# Makes a folder with MySQL in it, which Debian's stable releases no longer have: build-mysql.sh FOLDER
# Runs as root, as build-root.sh does. Nobody enters this root: FOLDER/mysqld starts the server with its own libraries,
# from wherever the folder is seen, and FOLDER/data is what a new server begins with.
set -eu
folder=$1
building=$folder.building
[ -d "$folder" ] && exit 0

rm -rf "$building"
debootstrap --variant=minbase --include=mysql-server-core sid "$building"
rm -rf "$building"/var/cache/apt/* "$building"/var/lib/apt/lists/* \
  "$building"/usr/share/doc "$building"/usr/share/man "$building"/usr/share/locale

cat >"$building/mysqld" <<'START'
#!/bin/sh
here=$(cd "$(dirname "$0")" && pwd)
libraries=$(echo "$here"/usr/lib/*-linux-gnu)
exec "$libraries"/ld-linux-*.so.* --library-path "$libraries" "$here/usr/sbin/mysqld" "$@" \
  --lc-messages-dir="$here/usr/share/mysql" --character-sets-dir="$here/usr/share/mysql/charsets" \
  --plugin-dir="$here/usr/lib/mysql/plugin" --secure-file-priv=NULL
START
chmod 755 "$building/mysqld"
"$building/mysqld" --no-defaults --user=root --initialize-insecure --datadir="$building/data" \
  --innodb-redo-log-capacity=32M
mv -T "$building" "$folder"
