#!/bin/sh
# What the entry point of the image postgres does, as far as docker-compose.yml needs it: the cluster and the first scripts.
set -eu
export PGDATA=/var/lib/postgresql/18/docker

if [ "$(id -u)" = 0 ]; then
    mkdir -p "$PGDATA" /var/run/postgresql
    chown -R postgres:postgres /var/lib/postgresql /var/run/postgresql
    exec setpriv --reuid=postgres --regid=postgres --init-groups "$0" "$@"
fi

if [ ! -s "$PGDATA/PG_VERSION" ]; then
    password=$(mktemp)
    if [ -n "${POSTGRES_PASSWORD_FILE:-}" ]; then cat "$POSTGRES_PASSWORD_FILE"; else echo "$POSTGRES_PASSWORD"; fi > "$password"
    initdb --username=postgres --pwfile="$password" --auth-local=trust --auth-host=scram-sha-256 --encoding=UTF8
    rm "$password"
    echo "host all all all scram-sha-256" >> "$PGDATA/pg_hba.conf"
    echo "listen_addresses = '*'" >> "$PGDATA/postgresql.conf"
    pg_ctl start --wait --silent --options="-c listen_addresses=''"
    for script in /docker-entrypoint-initdb.d/*; do
        case "$script" in
            *.sh) . "$script" ;;
            *.sql) psql --username=postgres --no-psqlrc --quiet --set=ON_ERROR_STOP=1 --file="$script" ;;
        esac
    done
    pg_ctl stop --wait --silent --mode=fast
fi

case "$1" in -*) set -- postgres "$@" ;; esac
exec "$@"
