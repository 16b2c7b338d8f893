#!/bin/sh
# A backup becomes a new database: sh infrastructure/operations/restore.sh FILE DATABASE
# PGHOST, PGPORT, PGUSER and PGPASSWORD name an administrator. documentation/runbooks/backup-and-restore.md
set -eu

file=${1:?the file}
database=${2:?the new database}

query() {
  psql --no-psqlrc --quiet --tuples-only --no-align --set ON_ERROR_STOP=1 "$@"
}

(cd "$(dirname "$file")" && sha256sum --check --quiet "$(basename "$file").sha256")
for role in owner migrator app; do
  if [ "$(query --dbname postgres --command "select count(*) from pg_roles where rolname = 'shop_$role'")" = 0 ]; then
    echo "the role shop_$role is missing: run database/roles.sql first" >&2
    exit 1
  fi
done

createdb --owner shop_owner --template template0 "$database"
pg_restore --exit-on-error --single-transaction --dbname "$database" "$file"
# A dump of a database does not hold who may connect to it.
query --dbname "$database" --set database="$database" <<'SQL'
revoke all on database :"database" from public;
grant connect on database :"database" to shop_migrator, shop_app;
-- The other login of a change of the password, which takes no right from the first one.
select format('grant connect on database %I to %I', :'database', member.rolname)
from pg_auth_members as given join pg_roles as member on member.oid = given.member
where given.roleid = 'shop_app'::regrole and member.rolcanlogin \gexec
-- Numbers of transactions are those of the cluster that the backup is of: here these events are older than anything that runs.
select $$update internal.outbox set transaction_id = '3', horizon = '4'$$
from information_schema.columns where table_schema = 'internal' and table_name = 'outbox' and column_name = 'transaction_id' \gexec
SQL

open=$(query --dbname "$database" <<'SQL'
select format('%I.%I', n.nspname, c.relname) from pg_class c join pg_namespace n on n.oid = c.relnamespace
where c.relkind in ('r', 'p') and n.nspname !~ '^pg_' and n.nspname not in ('information_schema', 'public')
  and not (c.relrowsecurity and c.relforcerowsecurity);
SQL
)
if [ -n "$open" ]; then
  echo "row-level security is not forced on: $open" >&2
  exit 1
fi
