#!/bin/sh
# A copy of the whole cluster, which with the archived WAL leads to any moment after it: sh infrastructure/operations/base-backup.sh FOLDER
# PGHOST, PGPORT, PGUSER and PGPASSWORD name a role with REPLICATION. documentation/runbooks/point-in-time-recovery.md
set -eu

folder=${1:?the folder, which does not exist yet}
umask 077
pg_basebackup --pgdata "$folder" --checkpoint fast --wal-method stream
pg_verifybackup --quiet "$folder"
