#!/bin/sh
# The commands of the web host; colombier(1) describes them.
set -eu
settings=${COLOMBIER_SETTINGS:-/etc/colombier/web/colombier.env}
program=/usr/lib/colombier/dist

usage() {
  cat <<'TEXT'
colombier check            looks at the database and the mail server's tables, and says what to mend
colombier admin EMAIL      makes a super admin, whose password it asks for
colombier migrate          brings Colombier's own tables to this version, as the DATABASE_USER of the environment
colombier sign-locks       signs the locks that are there, after an update or with another key
colombier keygen FILE      makes a private key in FILE, unless it is there, and prints its public key
TEXT
}

command=${1:-}
[ $# -eq 0 ] || shift
case $command in
  check | admin | sign-locks) set -- --env-file="$settings" "$program/src/cli/$command.js" "$@" ;;
  # The environment goes before the settings, so that an administrator of the database may log in.
  migrate) exec /usr/bin/node --env-file="$settings" "$program/src/cli/migrate.js" "$@" ;;
  keygen) exec /usr/bin/node "$program/connector/main.js" keygen "$@" ;;
  -h | --help | help) usage; exit 0 ;;
  *) usage >&2; exit 64 ;;
esac
# The settings are the web app's, and root has no business in its code.
if [ "$(id -u)" -eq 0 ]; then exec runuser -u colombier -- /usr/bin/node "$@"; fi
exec /usr/bin/node "$@"
