export const identityQueries = {
  register: `with account as (
  insert into app.users (email, name)
  select profile."email", profile."name"
  from jsonb_to_record($1::jsonb) as profile ("email" text, "name" text)
  on conflict do nothing
  returning id
)
insert into internal.credentials (user_id, password_hash)
select id, $2 from account`,
  credential: `select account.id, account.role, credentials.password_hash
from app.users as account
join internal.credentials on credentials.user_id = account.id
where account.email = $1`,
  openSession: `with session as (
  insert into internal.sessions (user_id, expires_at)
  values ($1, now() + $3::bigint * interval '1 second')
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
};
