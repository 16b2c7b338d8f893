#!/bin/sh
# Everything in the database, into one file, with its checksum beside it: sh infrastructure/operations/backup.sh DATABASE FILE
# PGHOST, PGPORT, PGUSER and PGPASSWORD name an administrator, whom row-level security does not stop. documentation/runbooks/backup-and-restore.md
set -eu

database=${1:?the database}
file=${2:?the file}
umask 077
pg_dump --format custom --dbname "$database" --file "$file.partial"
pg_restore --list "$file.partial" >/dev/null
mv "$file.partial" "$file"
cd "$(dirname "$file")"
sha256sum "$(basename "$file")" >"$(basename "$file").sha256"
