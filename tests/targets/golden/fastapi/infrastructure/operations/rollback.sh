#!/bin/sh
# Takes back every migration that an older release does not have, in the folder of the newer one:
#   sh infrastructure/operations/rollback.sh FOLDER_OF_THE_OLDER_RELEASE
# DATABASE_MIGRATION_URL names the database. Rows that only the newer schema can hold are lost. documentation/runbooks/release-and-rollback.md
set -eu
release=$(cd "${1:?the folder of the older release}" && pwd)
cd "$(dirname "$0")/../.."

query() {
  psql --no-psqlrc --quiet --tuples-only --no-align --set ON_ERROR_STOP=1 --dbname "$DATABASE_MIGRATION_URL" \
    --command "set role shop_owner" --command "$1"
}

known() {
  for file in "$release"/database/migrations/*.up.sql; do
    printf '%s %s\n' "$(basename "$file" .up.sql)" "$(sha256sum <"$file" | cut -d ' ' -f 1)"
  done
}

# Nothing is taken back unless what stays is what the older release knows.
for name in $(query "select name from public.applied_migrations order by name"); do
  if [ ! -f "$release/database/migrations/$name.up.sql" ] && [ ! -f "database/migrations/$name.down.sql" ]; then
    echo "$name is applied, and neither release has it" >&2
    exit 1
  fi
done
for name in $(query "select name from public.applied_migrations order by name desc"); do
  if [ -f "$release/database/migrations/$name.up.sql" ]; then
    break
  fi
  uv run --frozen python -m database.migrate down
done

if [ "$(query "select name || ' ' || checksum from public.applied_migrations order by name")" != "$(known)" ]; then
  echo "what is applied now is not what the older release has" >&2
  exit 1
fi
