create table internal.credentials (
  user_id uuid primary key references {users} (id) on delete cascade,
  password_hash text not null,
  verified_at timestamptz(3),
  changed_at timestamptz(3) not null default now()
);

create table internal.sessions (
  id uuid primary key default app.uuid_v7(),
  user_id uuid not null references {users} (id) on delete cascade,
  created_at timestamptz(3) not null default now(),
  expires_at timestamptz(3) not null,
  revoked_at timestamptz(3)
);

create table internal.refresh_tokens (
  digest text primary key,
  session_id uuid not null references internal.sessions (id) on delete cascade,
  issued_at timestamptz(3) not null default now(),
  used_at timestamptz(3)
);

create table internal.one_time_tokens (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null references {users} (id) on delete cascade,
  purpose text not null,
  created_at timestamptz(3) not null default now(),
  expires_at timestamptz(3) not null,
  used_at timestamptz(3),
  constraint one_time_tokens_purpose_check check (purpose in ('verification', 'reset'))
);

create table internal.mails (
  id uuid primary key default app.uuid_v7(),
  user_id uuid not null references {users} (id) on delete cascade,
  kind text not null,
  token_id uuid references internal.one_time_tokens (id) on delete cascade,
  created_at timestamptz(3) not null default now(),
  due_at timestamptz(3) not null default now(),
  attempts bigint not null default 0,
  sent_at timestamptz(3)
);

create table internal.api_keys (
  id uuid primary key default app.uuid_v7(),
  user_id uuid not null references {users} (id) on delete cascade,
  name text not null,
  digest text not null,
  created_at timestamptz(3) not null default now(),
  expires_at timestamptz(3)
);

create table internal.idempotency_keys (
  user_id uuid not null references {users} (id) on delete cascade,
  operation text not null,
  key text not null,
  fingerprint text not null,
  status bigint not null,
  body text not null,
  created_at timestamptz(3) not null default now(),
  primary key (user_id, operation, key)
);

create table internal.login_attempts (
  key text primary key,
  failures bigint not null default 0,
  attempted_at timestamptz(3) not null default now(),
  retry_at timestamptz(3)
);

create index sessions_user_id_idx on internal.sessions (user_id);
create index refresh_tokens_session_id_idx on internal.refresh_tokens (session_id, issued_at);
create index idempotency_keys_created_at_idx on internal.idempotency_keys (created_at);
create index login_attempts_attempted_at_idx on internal.login_attempts (attempted_at);
create index one_time_tokens_user_id_idx on internal.one_time_tokens (user_id);
create index api_keys_user_id_idx on internal.api_keys (user_id);
create unique index api_keys_digest_idx on internal.api_keys (digest);
create index mails_user_id_idx on internal.mails (user_id);
create index mails_token_id_idx on internal.mails (token_id);
create index mails_due_at_idx on internal.mails (due_at) where sent_at is null;

alter table internal.credentials enable row level security;
alter table internal.credentials force row level security;
create policy credentials_owner on internal.credentials to current_role using (true) with check (true);
create policy credentials_identity on internal.credentials
  using ((select app.operation()) = 'identity') with check ((select app.operation()) = 'identity');

alter table internal.sessions enable row level security;
alter table internal.sessions force row level security;
create policy sessions_owner on internal.sessions to current_role using (true) with check (true);
create policy sessions_identity on internal.sessions
  using ((select app.operation()) = 'identity') with check ((select app.operation()) = 'identity');

alter table internal.refresh_tokens enable row level security;
alter table internal.refresh_tokens force row level security;
create policy refresh_tokens_owner on internal.refresh_tokens to current_role using (true) with check (true);
create policy refresh_tokens_identity on internal.refresh_tokens
  using ((select app.operation()) = 'identity') with check ((select app.operation()) = 'identity');

alter table internal.login_attempts enable row level security;
alter table internal.login_attempts force row level security;
create policy login_attempts_owner on internal.login_attempts to current_role using (true) with check (true);
create policy login_attempts_identity on internal.login_attempts
  using ((select app.operation()) = 'identity') with check ((select app.operation()) = 'identity');

alter table internal.one_time_tokens enable row level security;
alter table internal.one_time_tokens force row level security;
create policy one_time_tokens_owner on internal.one_time_tokens to current_role using (true) with check (true);
create policy one_time_tokens_identity on internal.one_time_tokens
  using ((select app.operation()) = 'identity') with check ((select app.operation()) = 'identity');

alter table internal.mails enable row level security;
alter table internal.mails force row level security;
create policy mails_owner on internal.mails to current_role using (true) with check (true);
create policy mails_identity on internal.mails
  using ((select app.operation()) = 'identity') with check ((select app.operation()) = 'identity');

alter table internal.api_keys enable row level security;
alter table internal.api_keys force row level security;
create policy api_keys_owner on internal.api_keys to current_role using (true) with check (true);
create policy api_keys_identity on internal.api_keys
  using ((select app.operation()) = 'identity') with check ((select app.operation()) = 'identity');

alter table internal.idempotency_keys enable row level security;
alter table internal.idempotency_keys force row level security;
create policy idempotency_keys_owner on internal.idempotency_keys to current_role using (true) with check (true);
create policy idempotency_keys_caller on internal.idempotency_keys
  using (user_id = (select app.user_id())) with check (user_id = (select app.user_id()));
create policy idempotency_keys_old on internal.idempotency_keys for delete
  using ((select app.operation()) = 'identity' and created_at < now() - interval '1 day');
create policy idempotency_keys_seen on internal.idempotency_keys for select
  using ((select app.operation()) = 'identity' and created_at < now() - interval '1 day');
