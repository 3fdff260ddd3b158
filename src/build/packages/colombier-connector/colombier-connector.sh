#!/bin/sh
# The connector with the settings of this host; colombier-connector(1) describes its commands.
set -eu
case ${1:-} in
  # They make what the settings name, and the settings themselves.
  keygen | pair) exec /usr/bin/node /usr/lib/colombier-connector/dist/main.js "$@" ;;
esac
exec /usr/bin/node --env-file-if-exists=/etc/colombier/connector.env /usr/lib/colombier-connector/dist/main.js "$@"
