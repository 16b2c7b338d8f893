#!/bin/sh
# What the official image does on its first start, as far as compose.yaml depends on it.
set -eu
mkdir -p /var/run/postgresql
if [ ! -s "$PGDATA/PG_VERSION" ]; then
  password=$(mktemp)
  printf '%s\n' "$POSTGRES_PASSWORD" >"$password"
  initdb --username=postgres --pwfile="$password" --auth-host=scram-sha-256 --auth-local=trust >/dev/null
  rm "$password"
  echo "host all all all scram-sha-256" >>"$PGDATA/pg_hba.conf"
  pg_ctl -w -o "-c listen_addresses=''" start >/dev/null
  for file in /docker-entrypoint-initdb.d/*; do
    case $file in
      *.sh) sh "$file" ;;
      *.sql) psql --set ON_ERROR_STOP=1 --no-psqlrc --username "$POSTGRES_USER" --dbname postgres --file "$file" ;;
    esac
  done
  pg_ctl -w -m fast stop >/dev/null
fi
exec "$@" -c listen_addresses='*'
