REGISTER = """with account as (
  insert into app.users (email, name)
  select profile."email", profile."name"
  from jsonb_to_record($1::jsonb) as profile ("email" text, "name" text)
  on conflict do nothing
  returning id
)
insert into internal.credentials (user_id, password_hash)
select id, $2 from account"""

CREDENTIAL = """select account.id, account.role, credentials.password_hash
from app.users as account
join internal.credentials on credentials.user_id = account.id
where account.email = $1"""

OPEN_SESSION = """with session as (
  insert into internal.sessions (user_id, expires_at)
  values ($1, now() + $3::bigint * interval '1 second')
  returning id
)
insert into internal.refresh_tokens (digest, session_id)
select $2, id from session
returning session_id"""

REFRESH = """select session.id, account.id, account.role, token.used_at is not null,
  session.revoked_at is null and session.expires_at > now()
from internal.refresh_tokens as token
join internal.sessions as session on session.id = token.session_id
join app.users as account on account.id = session.user_id
where token.digest = $1
for update of token"""

ROTATE = """with used as (
  update internal.refresh_tokens set used_at = now() where digest = $1
)
insert into internal.refresh_tokens (digest, session_id) values ($2, $3)"""

REVOKE_SESSION = "update internal.sessions set revoked_at = now() where id = $1 and revoked_at is null"

SESSION = """select account.id, account.role
from internal.sessions as session
join app.users as account on account.id = session.user_id
where session.id = $1 and session.revoked_at is null and session.expires_at > now()"""

LOCK_ATTEMPTS = """insert into internal.login_attempts as known (key)
select key from unnest(array[$1::text, $2::text]) as given (key) order by key
on conflict (key) do update set key = excluded.key
returning ceil(extract(epoch from known.retry_at - clock_timestamp()))"""

ADMIT_ATTEMPT = """update internal.login_attempts as known set
  failures = counted.failures,
  attempted_at = clock_timestamp(),
  retry_at = case
    when counted.failures >= counted.most
    then clock_timestamp() + least(900, 2 ^ least(10, counted.failures - counted.most)) * interval '1 second'
  end
from (
  select key, case when key = $1 then $3::bigint else $4::bigint end as most,
    case when attempted_at < now() - interval '24 hours' then 1 else failures + 1 end as failures
  from internal.login_attempts where key in ($1, $2)
) as counted
where known.key = counted.key and not exists (
  select from internal.login_attempts where key in ($1, $2) and retry_at > clock_timestamp()
)"""

FORGET_ATTEMPTS = """delete from internal.login_attempts where key in (
  select key from internal.login_attempts
  where attempted_at < now() - interval '24 hours' order by attempted_at limit 10 for update skip locked
)"""

FORGIVE_ACCOUNT = "delete from internal.login_attempts where key = $1"

FORGIVE_ADDRESS = """update internal.login_attempts
set failures = greatest(0, failures - 1), retry_at = case when failures > $2::bigint then retry_at end
where key = $1"""
