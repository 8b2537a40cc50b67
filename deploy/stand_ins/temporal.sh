#!/bin/sh
# In the place of Temporal's server, which keeps its data in PostgreSQL: the one of its command line, which keeps it in a file.
# Settings, password and network that the real one needs must be there all the same.
set -eu
: "${POSTGRES_PWD:?}" "${POSTGRES_USER:?}" "${NUM_HISTORY_SHARDS:?}"
cat "${DYNAMIC_CONFIG_FILE_PATH:?}" > /dev/null
nc -z "${POSTGRES_SEEDS:?}" "${DB_PORT:?}"
exec temporal server start-dev --ip "${BIND_ON_IP:?}" --metrics-port "${PROMETHEUS_ENDPOINT##*:}" --headless --db-filename "$HOME/temporal.db" --log-level error
