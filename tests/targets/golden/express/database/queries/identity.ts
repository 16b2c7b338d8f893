export const identityQueries = {
  register: `with profile as (
  select * from jsonb_to_record($1::jsonb) as profile ("email" text, "name" text)
), account as (
  insert into app.users (email, name)
  select profile."email", profile."name"
  from profile
  on conflict do nothing
  returning id
), credential as (
  insert into internal.credentials (user_id, password_hash)
  select id, $2 from account
), token as (
  insert into internal.one_time_tokens (user_id, purpose, expires_at)
  select id, 'verification', now() + interval '24 hours' from account
  returning id, user_id
)
insert into internal.mails (user_id, kind, token_id)
select user_id, 'verification', id from token
union all
select known.id, 'registered', null
from app.users as known
join profile on profile."email" = known.email
where (
  select count(*)
  from internal.mails as mail
  where mail.user_id = known.id and mail.kind = 'registered' and mail.created_at > now() - interval '1 hour'
) < 5`,
  lockMails: `select pg_advisory_xact_lock(hashtextextended('mails ' || $1, 0)),
  pg_logical_emit_message(true, 'mails', '')`,
  requestVerification: `with token as (
  insert into internal.one_time_tokens (user_id, purpose, expires_at)
  select account.id, 'verification', now() + interval '24 hours'
  from app.users as account
  join internal.credentials on credentials.user_id = account.id
  where account.email = $1 and credentials.verified_at is null and (
  select count(*)
  from internal.mails as mail
  where mail.user_id = account.id and mail.kind = 'verification' and mail.created_at > now() - interval '1 hour'
) < 5
  returning id, user_id
)
insert into internal.mails (user_id, kind, token_id)
select user_id, 'verification', id from token`,
  verify: `with used as (
  update internal.one_time_tokens set used_at = now()
  where id = $1 and purpose = 'verification' and used_at is null and expires_at > now()
  returning user_id
)
update internal.credentials set verified_at = coalesce(verified_at, now())
from used
where credentials.user_id = used.user_id
returning credentials.user_id`,
  requestReset: `with token as (
  insert into internal.one_time_tokens (user_id, purpose, expires_at)
  select account.id, 'reset', now() + interval '15 minutes'
  from app.users as account
  where account.email = $1 and (
  select count(*)
  from internal.mails as mail
  where mail.user_id = account.id and mail.kind = 'reset' and mail.created_at > now() - interval '1 hour'
) < 5
  returning id, user_id
)
insert into internal.mails (user_id, kind, token_id)
select user_id, 'reset', id from token`,
  openReset: `select account.email
from internal.one_time_tokens as token
join app.users as account on account.id = token.user_id
where token.id = $1 and token.purpose = 'reset' and token.used_at is null and token.expires_at > now()`,
  lockReset: `select user_id
from internal.credentials
where user_id = (select token.user_id from internal.one_time_tokens as token where token.id = $1)
for update`,
  lockSessions: `select id
from internal.sessions
where user_id = (select token.user_id from internal.one_time_tokens as token where token.id = $1) and revoked_at is null
for update`,
  reset: `with used as (
  update internal.one_time_tokens set used_at = now()
  where id = $1 and purpose = 'reset' and used_at is null and expires_at > now()
  returning user_id
), credential as (
  insert into internal.credentials (user_id, password_hash, verified_at)
  select user_id, $2, now() from used
  on conflict (user_id) do update
  set password_hash = excluded.password_hash, verified_at = coalesce(credentials.verified_at, excluded.verified_at),
    changed_at = now()
), others as (
  update internal.one_time_tokens as token set used_at = now()
  from used
  where token.user_id = used.user_id and token.purpose = 'reset' and token.used_at is null and token.id <> $1
), keys as (
  delete from internal.api_keys as key using used where key.user_id = used.user_id
), mail as (
  insert into internal.mails (user_id, kind)
  select user_id, 'passwordChanged' from used
), ended as (
  update internal.sessions as session set revoked_at = now()
  from used
  where session.user_id = used.user_id and session.revoked_at is null
  returning session.id
)
select used.user_id, ended.id
from used
left join ended on true`,
  credential: `select account.id, account.role, credentials.password_hash, credentials.verified_at is not null
from app.users as account
join internal.credentials on credentials.user_id = account.id
where account.email = $1`,
  openSession: `with proven as (
  select user_id from internal.credentials where user_id = $1 and password_hash = $4 for share
), session as (
  insert into internal.sessions (user_id, expires_at)
  select user_id, now() + $3::bigint * interval '1 second' from proven
  returning id
)
insert into internal.refresh_tokens (digest, session_id)
select $2, id from session
returning session_id`,
  refreshToken: `select session.id, account.id, account.role, token.used_at is not null,
  session.revoked_at is null and session.expires_at > now()
from internal.refresh_tokens as token
join internal.sessions as session on session.id = token.session_id
join app.users as account on account.id = session.user_id
where token.digest = $1
for update of token`,
  rotate: `with used as (
  update internal.refresh_tokens set used_at = now() where digest = $1
)
insert into internal.refresh_tokens (digest, session_id) values ($2, $3)`,
  revokeSession: 'update internal.sessions set revoked_at = now() where id = $1 and revoked_at is null',
  session: `select account.id, account.role
from internal.sessions as session
join app.users as account on account.id = session.user_id
where session.id = $1 and session.revoked_at is null and session.expires_at > now()`,
  sessions: `select coalesce(json_agg(row_to_json(item)), '[]')
from (
  select session.id, to_char(session.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as "createdAt", to_char(session.expires_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as "expiresAt", to_char(coalesce(token.issued_at, session.created_at) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as "lastSeenAt",
    session.id = $2 as "current"
  from internal.sessions as session
  left join lateral (
    select max(issued_at) as issued_at from internal.refresh_tokens where session_id = session.id
  ) as token on true
  where session.user_id = $1 and session.revoked_at is null and session.expires_at > now()
  order by session.id desc
  limit 100
) as item`,
  endSession: `update internal.sessions set revoked_at = now()
where id = $1 and user_id = $2 and revoked_at is null and expires_at > now()`,
  endSessions: `update internal.sessions set revoked_at = now()
where user_id = $1 and revoked_at is null
returning id`,
  ownCredential: `select account.email, credentials.password_hash
from app.users as account
join internal.credentials on credentials.user_id = account.id
where account.id = $1`,
  lockCredential: 'select user_id from internal.credentials where user_id = $1 for update',
  changePassword: `with changed as (
  update internal.credentials set password_hash = $2, changed_at = now()
  where user_id = $1 and password_hash = $3
  returning user_id
), tokens as (
  update internal.one_time_tokens as token set used_at = now()
  from changed
  where token.user_id = changed.user_id and token.purpose = 'reset' and token.used_at is null
), mail as (
  insert into internal.mails (user_id, kind)
  select user_id, 'passwordChanged' from changed
), ended as (
  update internal.sessions as session set revoked_at = now()
  from changed
  where session.user_id = changed.user_id and session.id <> $4 and session.revoked_at is null
  returning session.id
)
select changed.user_id, ended.id
from changed
left join ended on true`,
  createKey: `with proven as (
  select user_id
  from internal.sessions
  where id = $5 and user_id = $1 and revoked_at is null and expires_at > now()
  for share
), key as (
  insert into internal.api_keys (user_id, name, digest, expires_at)
  select user_id, $2, $3, $4::timestamptz from proven
  returning id, name, created_at, expires_at
)
select row_to_json(item)
from (select key.id, key.name, to_char(key.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as "createdAt", to_char(key.expires_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as "expiresAt" from key) as item`,
  keys: `select coalesce(json_agg(row_to_json(item)), '[]')
from (
  select key.id, key.name, to_char(key.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as "createdAt", to_char(key.expires_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as "expiresAt"
  from internal.api_keys as key
  where key.user_id = $1
  order by key.id desc
  limit 100
) as item`,
  deleteKey: 'delete from internal.api_keys where id = $1 and user_id = $2',
  key: `select account.id, account.role
from internal.api_keys as key
join app.users as account on account.id = key.user_id
where key.digest = $1 and (key.expires_at is null or key.expires_at > now())`,
  claimMail: `update internal.mails as mail
set attempts = mail.attempts + 1, due_at = now() + least(power(2, mail.attempts), 60) * interval '1 minute'
from app.users as account
where account.id = mail.user_id and mail.id = (
  select due.id
  from internal.mails as due
  left join internal.one_time_tokens as token on token.id = due.token_id
  where due.sent_at is null and due.due_at <= now() and due.attempts < 8
    and (due.token_id is null or token.expires_at > now())
  order by due.due_at
  limit 1
  for update of due skip locked
)
returning mail.id, account.email, mail.kind, mail.token_id, mail.attempts`,
  mailSent: 'update internal.mails set sent_at = now() where id = $1',
  mailbox: `select mail.kind, mail.token_id, to_char(mail.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
from internal.mails as mail
join app.users as account on account.id = mail.user_id
where account.email = $1
order by mail.id desc
limit 100`,
  lockCleaning: "select pg_try_advisory_xact_lock(hashtextextended('cleaning', 0))",
  cleanMails: `delete from internal.mails
where ctid = any(array(
  select ctid from internal.mails
  where created_at < now() - interval '7 days'
  limit 1000
))`,
  cleanTokens: `delete from internal.one_time_tokens
where ctid = any(array(
  select ctid from internal.one_time_tokens
  where expires_at < now() - interval '1 day'
  limit 1000
))`,
  cleanRefreshTokens: `delete from internal.refresh_tokens
where ctid = any(array(
  select ctid from internal.refresh_tokens
  where session_id in (select id from internal.sessions where least(revoked_at, expires_at) < now() - interval '1 day')
  limit 1000
))`,
  cleanSessions: `delete from internal.sessions
where ctid = any(array(
  select ctid from internal.sessions
  where least(revoked_at, expires_at) < now() - interval '1 day' and not exists (select from internal.refresh_tokens where session_id = sessions.id)
  limit 1000
))`,
  cleanIdempotencyKeys: `delete from internal.idempotency_keys
where ctid = any(array(
  select ctid from internal.idempotency_keys
  where created_at < now() - interval '1 day'
  limit 1000
))`,
  lockAttempts: `insert into internal.login_attempts as known (key)
select key from unnest(array[$1::text, $2::text]) as given (key) order by key
on conflict (key) do update set key = excluded.key
returning ceil(extract(epoch from known.retry_at - clock_timestamp()))`,
  admitAttempt: `update internal.login_attempts as known set
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
)`,
  forgetAttempts: `delete from internal.login_attempts where key in (
  select key from internal.login_attempts
  where attempted_at < now() - interval '24 hours' order by attempted_at limit 10 for update skip locked
)`,
  forgiveAccount: 'delete from internal.login_attempts where key = $1',
  forgiveAddress: `update internal.login_attempts
set failures = greatest(0, failures - 1), retry_at = case when failures > $2::bigint then retry_at end
where key = $1`,
};
