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

LC_ALL=C
export LC_ALL
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
for file in "$release"/database/migrations/*.up.sql; do
  [ -f "$file" ] || continue
  printf '%s %s\n' "$(basename "$file" .up.sql)" "$(sha256sum <"$file" | cut -d ' ' -f 1)"
done >"$scratch/known"
look() {
  query "select name || ' ' || checksum from public.applied_migrations order by name collate \"C\"" >"$scratch/applied"
}

# Nothing is taken back unless what stays is what the older release has, and the rest is of this one.
look
count=$(wc -l <"$scratch/known")
if [ "$count" -eq 0 ] || ! head -n "$count" "$scratch/applied" | cmp -s - "$scratch/known"; then
  echo "the applied migrations do not begin with those of $release: nothing is taken back" >&2
  exit 1
fi
newer=$(tail -n "+$((count + 1))" "$scratch/applied" | cut -d ' ' -f 1 | sort -r)
for name in $newer; do
  if [ ! -f "database/migrations/$name.down.sql" ]; then
    echo "$name is applied, and neither release has it: nothing is taken back" >&2
    exit 1
  fi
done
for name in $newer; do
  node dist/database/migrate.js down "$name"
done

look
if ! cmp -s "$scratch/applied" "$scratch/known"; then
  echo "what is applied now is not what the older release has" >&2
  exit 1
fi
