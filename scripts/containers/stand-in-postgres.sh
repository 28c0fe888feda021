#!/bin/bash
# Does for `docker-compose.yml` what the entry point of the real image does: makes the database on the first start.
set -euo pipefail
[ "$1" = postgres ] || exec "$@"
as_postgres() { setpriv --reuid postgres --regid postgres --init-groups "$@"; }
chown postgres: "$PGDATA"
chmod 0700 "$PGDATA"
if [ ! -s "$PGDATA/PG_VERSION" ]; then
  user="${POSTGRES_USER:-postgres}"
  install -m 0600 -o postgres "${POSTGRES_PASSWORD_FILE:?}" /tmp/password
  as_postgres initdb --pgdata "$PGDATA" --username "$user" --pwfile /tmp/password --auth-host scram-sha-256 --encoding UTF8 --locale C.UTF-8
  rm /tmp/password
  echo 'host all all all scram-sha-256' >>"$PGDATA/pg_hba.conf"
  as_postgres pg_ctl --pgdata "$PGDATA" --wait --options "-c listen_addresses='' -c unix_socket_directories=/tmp" start
  [ "${POSTGRES_DB:-$user}" = postgres ] || as_postgres psql --host /tmp --username "$user" --dbname postgres --command "create database \"${POSTGRES_DB:-$user}\""
  as_postgres pg_ctl --pgdata "$PGDATA" --mode fast --wait stop
fi
shift
exec setpriv --reuid postgres --regid postgres --init-groups postgres -D "$PGDATA" -c listen_addresses='*' -c unix_socket_directories=/var/run/postgresql "$@"
