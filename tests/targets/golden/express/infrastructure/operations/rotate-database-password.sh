#!/bin/sh
# Two logins take turns, so that servers with the old and with the new password work beside each other:
#   sh infrastructure/operations/rotate-database-password.sh next DATABASE      prints the login to use from now on; its password is NEW_PASSWORD
#   sh infrastructure/operations/rotate-database-password.sh finish DATABASE    the other login is closed, when no server uses it any more
# PGHOST, PGPORT, PGUSER and PGPASSWORD name an administrator. documentation/runbooks/secrets.md
set -eu

step=${1:?next or finish}
database=${2:?the database}

query() {
  psql --no-psqlrc --quiet --tuples-only --no-align --set ON_ERROR_STOP=1 --dbname "$database" "$@"
}

# Which login is in use is written down in the comment on the first one.
first=shop_app
second=shop_app_second
newest=$(query --command "select coalesce((select shobj_description(oid, 'pg_authid') from pg_roles where rolname = '$first'), '')")
if [ "$newest" = "$second" ]; then
  current=$second other=$first
else
  current=$first other=$second
fi

connections() {
  query --command "select count(*) from pg_stat_activity where usename = '$1'"
}

case "$step" in
  next)
    : "${NEW_PASSWORD:?the new password}"
    if [ "$(connections "$other")" != 0 ]; then
      # The servers have not been replaced since the last time: that step is taken again, and their login stays as it is.
      if [ "$(connections "$current")" != 0 ]; then
        echo "servers use $current and $other: finish comes first" >&2
        exit 1
      fi
      other=$current
    fi
    query --set login="$other" --set first="$first" --set database="$database" <<'SQL'
\getenv password NEW_PASSWORD
select format('create role %I login noinherit nobypassrls in role %I', :'login', :'first')
where not exists (select from pg_roles where rolname = :'login') \gexec
begin;
-- It has no right of its own and acts as the first login, so that every policy and every guard of columns speaks of it too.
select format('alter role %I set role to %I', :'login', :'first') where :'login' <> :'first' \gexec
alter role :"login" login password :'password';
grant connect on database :"database" to :"login";
comment on role :"first" is :'login';
commit;
SQL
    echo "$other"
    ;;
  finish)
    used=$(connections "$other")
    if [ "$used" != 0 ]; then
      echo "$used connections still use $other" >&2
      exit 1
    fi
    query --set login="$other" <<'SQL'
select format('alter role %I nologin password null', :'login') where exists (select from pg_roles where rolname = :'login') \gexec
SQL
    echo "$current"
    ;;
  *)
    echo "next or finish" >&2
    exit 2
    ;;
esac
