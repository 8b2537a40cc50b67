#!/bin/sh
# In the place of temporal-sql-tool, whose tables the stand-in of Temporal's server does not use: proves the address, the role
# and the database that it is called with.
set -eu
while [ $# -gt 0 ]; do
    case "$1" in --db) database=$2 ;; esac
    shift
done
PGPASSWORD="${SQL_PASSWORD:?}" psql --no-psqlrc --quiet --tuples-only --host="${SQL_HOST:?}" --port="${SQL_PORT:?}" \
    --username="${SQL_USER:?}" --dbname="${database:?}" \
    --command="select 'stand-in: no tables are made in ' || current_database()"
