#!/bin/sh
# The database's first start, after roles.sql: passwords, and an empty database that its owner migrates.
set -eu
psql --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname postgres \
  --set migrator="$MIGRATOR_PASSWORD" --set application="$APPLICATION_PASSWORD" <<'SQL'
alter role shop_migrator password :'migrator';
alter role shop_app password :'application';
create database shop owner shop_owner;
revoke all on database shop from public;
grant connect on database shop to shop_migrator, shop_app;
SQL
