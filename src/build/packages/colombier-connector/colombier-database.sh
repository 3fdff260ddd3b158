#!/bin/sh
# colombier-database(8): the tables, the two database users and their rights.
exec /usr/bin/node /usr/lib/colombier-connector/dist/database.js "$@"
