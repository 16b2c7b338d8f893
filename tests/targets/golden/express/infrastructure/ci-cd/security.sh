#!/bin/sh
# Known vulnerabilities of what is shipped, secrets that git would take, and rights in the migrated database.
set -eu
cd "$(dirname "$0")/../.."
. infrastructure/ci-cd/environment.sh

if git ls-files --error-unmatch -- '*.env' '**/*.env' '*.pem' '**/*.pem' '*.key' '**/*.key' 2>/dev/null | grep -v '/settings\.env$'; then
  echo "These files hold secrets and must leave the repository, and the secrets must be changed." >&2
  exit 1
fi

fresh_database shop_security
node dist/database/migrate.js up
open=$(as_administrator --dbname shop_security <<'SQL'
select format('%I.%I has no forced row-level security', n.nspname, c.relname)
from pg_class c join pg_namespace n on n.oid = c.relnamespace
where c.relkind in ('r', 'p') and n.nspname !~ '^pg_' and n.nspname not in ('information_schema', 'public')
  and not (c.relrowsecurity and c.relforcerowsecurity)
union all
select format('%I has rights of an administrator', rolname) from pg_roles
where rolname = 'shop_app' and (rolsuper or rolbypassrls or rolcreaterole or rolcreatedb or rolreplication);
SQL
)
if [ -n "$open" ]; then
  echo "$open" >&2
  exit 1
fi

npm audit --omit dev --audit-level high
