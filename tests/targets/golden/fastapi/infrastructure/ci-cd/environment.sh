# shellcheck shell=sh
# Sourced at the root of the project: settings that nobody else has, and databases on the PostgreSQL server of PGHOST, PGPORT, PGUSER and
# PGPASSWORD, whose administrator PGUSER is. It changes the passwords of the project's roles there: never name a server that others use.

random() {
  od -An -N24 -tx1 /dev/urandom | tr -d ' \n'
}

as_administrator() {
  psql --no-psqlrc --quiet --tuples-only --no-align --set ON_ERROR_STOP=1 "$@"
}

ENVIRONMENT=development
HOST=127.0.0.1
TOKEN_SECRET=$(random)
DEMO_PASSWORD=$(random)
PAYMENTS_ADAPTER=sandbox
MIGRATOR_PASSWORD=$(random)
APPLICATION_PASSWORD=$(random)
export ENVIRONMENT HOST TOKEN_SECRET DEMO_PASSWORD PAYMENTS_ADAPTER MIGRATOR_PASSWORD APPLICATION_PASSWORD
export PGHOST="${PGHOST:-127.0.0.1}" PGPORT="${PGPORT:-5432}"

# An empty database of this name, which the settings then lead to; what was in it before is gone.
fresh_database() {
  if [ "$(as_administrator --dbname postgres --command "select count(*) from pg_roles where rolname = 'shop_owner'")" = 0 ]; then
    as_administrator --dbname postgres --file database/roles.sql
  fi
  dropdb --if-exists "$1"
  createdb --owner shop_owner "$1"
  as_administrator --dbname "$1" --set database="$1" <<'SQL'
\getenv migrator MIGRATOR_PASSWORD
\getenv application APPLICATION_PASSWORD
alter role shop_migrator password :'migrator';
alter role shop_app password :'application';
revoke all on database :"database" from public;
grant connect on database :"database" to shop_migrator, shop_app;
SQL
  export DATABASE_URL="postgres://shop_app:$APPLICATION_PASSWORD@$PGHOST:$PGPORT/$1"
  export DATABASE_MIGRATION_URL="postgres://shop_migrator:$MIGRATOR_PASSWORD@$PGHOST:$PGPORT/$1"
}
