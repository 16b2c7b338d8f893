#!/bin/sh
# Makes the data folder of a cluster that stops at a moment and then takes writes:
#   sh infrastructure/operations/point-in-time.sh BASE ARCHIVE '2026-01-31 12:00:00.123+00' FOLDER
# BASE is what base-backup.sh wrote, ARCHIVE where archive_command puts WAL. documentation/runbooks/point-in-time-recovery.md
set -eu

base=${1:?the base backup}
archive=${2:?the archived WAL}
moment=${3:?the moment, with its time zone}
folder=${4:?the new data folder, which does not exist yet}
case "$archive$moment" in
  *\'*)
    echo "neither the archive nor the moment may hold a quote" >&2
    exit 2
    ;;
esac

if [ -e "$folder" ]; then
  echo "$folder is there already" >&2
  exit 1
fi
pg_verifybackup --quiet "$base"
cp -R -p "$base" "$folder"
chmod 700 "$folder"
cat >>"$folder/postgresql.auto.conf" <<CONF
restore_command = 'cp "$archive/%f" "%p"'
recovery_target_time = '$moment'
recovery_target_inclusive = off
recovery_target_action = promote
archive_mode = off
CONF
touch "$folder/recovery.signal"
