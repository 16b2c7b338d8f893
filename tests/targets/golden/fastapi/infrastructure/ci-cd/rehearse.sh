#!/bin/sh
# Rehearses the newest migrations on a database with rows: up, down, and up again. The way back must leave the schema and the rows as they were before.
#   sh infrastructure/ci-cd/rehearse.sh            rows are the seeds; the last migration is rehearsed
#   sh infrastructure/ci-cd/rehearse.sh FILE       rows are those of a backup; what is newer than it is rehearsed
# Needs pg_dump and pg_restore that are not older than the server.
set -eu
cd "$(dirname "$0")/../.."
. infrastructure/ci-cd/environment.sh

database=shop_rehearsal
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# What is in the database now, under a name.
look() {
  pg_dump --schema-only --exclude-table public.applied_migrations --dbname "$database" >"$scratch/dump"
  grep -v '^\\\(un\)\{0,1\}restrict ' "$scratch/dump" >"$scratch/$1.schema"
  as_administrator --dbname "$database" --file infrastructure/ci-cd/rows.sql >"$scratch/$1.rows"
}

same_schema() {
  if ! diff -u "$scratch/$1.schema" "$scratch/$2.schema"; then
    echo "The schema $3 is not what it was (above)." >&2
    exit 1
  fi
}

# Columns that are in both hold the same.
same_rows() {
  if ! awk -F '|' 'NR == FNR { had[$1] = $0; next } $1 in had && had[$1] != $0 { print $1; lost = 1 } END { exit lost }' \
    "$scratch/$1.rows" "$scratch/$2.rows"; then
    echo "The rows $3 are not what they were: columns above." >&2
    exit 1
  fi
}

up() {
  uv run --frozen python -m database.migrate up >"$scratch/applied"
  cat "$scratch/applied"
}

# The schema as it was before the last migration came, from the files of the others alone.
earlier() {
  echo "set role shop_owner;"
  for last in database/migrations/*.up.sql; do :; done
  for file in database/migrations/*.up.sql; do
    [ "$file" = "$last" ] || cat "$file"
  done
}

back() {
  taken=0
  while [ "$taken" -lt "$count" ]; do
    uv run --frozen python -m database.migrate down
    taken=$((taken + 1))
  done
}

fresh_database "$database"
if [ $# -gt 0 ]; then
  pg_restore --exit-on-error --dbname "$database" "$1"
  look before
  up
  count=$(grep -c '^applied ' "$scratch/applied" || true)
  if [ "$count" -eq 0 ]; then
    echo "The backup has every migration: nothing is newer." >&2
    exit 1
  fi
else
  earlier | as_administrator --dbname "$database"
  look earlier
  fresh_database "$database"
  up
  uv run --frozen python -m database.seed
  count=1
  look seeded
  back
  look before
  same_schema earlier before "after the way back"
  same_rows seeded before "after the way back"
  up
fi
look after
same_rows before after "after the migration"
back
look returned
same_schema before returned "after the way back"
same_rows before returned "after the way back"
same_rows returned before "after the way back"
up
look again
same_schema after again "after the second migration"
same_rows after again "after the second migration"
