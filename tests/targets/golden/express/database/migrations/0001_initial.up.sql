-- Nobody uses these tables before this migration, so squawk's rules that guard existing clients do not apply to it.
-- squawk-ignore-file ban-alter-row-level-security, ban-create-policy, ban-disable-trigger, ban-revoke

begin;

set local lock_timeout = '1s';
set local statement_timeout = '30s';

create schema app;
create schema internal;
revoke all on schema app, internal from public;

-- Who a statement runs for; the application sets the three for each transaction, and null or '' means nobody.
create function app.user_id() returns uuid
language sql stable parallel safe
return nullif(current_setting('app.user_id', true), '')::uuid;

create function app.user_role() returns text
language sql stable parallel safe
return nullif(current_setting('app.role', true), '');

create function app.operation() returns text
language sql stable parallel safe
return nullif(current_setting('app.operation', true), '');

-- RFC 9562, version 7: 48 bits of milliseconds, 12 of their fraction (6.2, method 3), so that rows of one moment keep their order, then random bits.
create function app.uuid_v7() returns uuid
language sql volatile parallel safe
return (
  substr(
    overlay(encode(int8send((date_part('epoch', clock_timestamp()) * 4096000)::bigint), 'hex') placing '7' from 14 for 0),
    2
  ) || encode(substring(uuid_send(gen_random_uuid()) from 9), 'hex')
)::uuid;

-- The reference itself where the caller can see the row it names; otherwise the error of a broken reference.
create function app.existing(field text, wanted uuid, visible uuid) returns uuid
language plpgsql stable
as $$
begin
  if wanted is not null and visible is null then
    raise foreign_key_violation using message = 'the row referred to does not exist', column = field;
  end if;
  return visible;
end
$$;

-- Arguments: operation, its columns, operation, its columns, …
create function app.guard_columns() returns trigger
language plpgsql
as $$
declare
  -- Generated columns are not worked out yet.
  allowed text[] := array['updated_at', '_search'];
begin
  for at in 0 .. tg_nargs - 2 by 2 loop
    if tg_argv[at] = app.operation() then
      allowed := allowed || string_to_array(tg_argv[at + 1], ',');
    end if;
  end loop;
  if to_jsonb(new) - allowed <> to_jsonb(old) - allowed then
    raise insufficient_privilege using message = 'this operation may not change these columns';
  end if;
  return new;
end
$$;

create table app.users (
  id uuid primary key default app.uuid_v7(),
  email text collate "C" not null,
  name text collate "C" not null,
  role text collate "C" not null default 'customer',
  created_at timestamptz(3) not null default now(),
  updated_at timestamptz(3) not null default now(),
  constraint users_email_check check (char_length(email) between 3 and 254),
  constraint users_name_check check (char_length(name) between 1 and 80),
  constraint users_role_check check (role in ('customer', 'staff', 'admin'))
);

create table app.categories (
  id uuid primary key default app.uuid_v7(),
  name text collate "C" not null,
  slug text collate "C" not null,
  created_at timestamptz(3) not null default now(),
  updated_at timestamptz(3) not null default now(),
  constraint categories_name_check check (char_length(name) between 1 and 80),
  constraint categories_slug_check check (char_length(slug) between 1 and 80)
);

create table app.products (
  id uuid primary key default app.uuid_v7(),
  sku text collate "C" not null,
  name text collate "C" not null,
  description text collate "C",
  price numeric(14, 2) not null,
  stock bigint not null default 0,
  status text collate "C" not null default 'draft',
  category_id uuid not null,
  _search tsvector generated always as (to_tsvector('simple', name || ' ' || coalesce(description, ''))) stored,
  created_at timestamptz(3) not null default now(),
  updated_at timestamptz(3) not null default now(),
  constraint products_sku_check check (char_length(sku) between 3 and 40),
  constraint products_name_check check (char_length(name) between 1 and 200),
  constraint products_description_check check (char_length(description) between 0 and 10000),
  constraint products_price_check check (price > 0),
  constraint products_stock_check check (stock between 0 and 1000000),
  constraint products_status_check check (status in ('draft', 'active', 'archived')),
  constraint products_category_id_fkey foreign key (category_id) references app.categories (id) on delete restrict
);

create table app.orders (
  id uuid primary key default app.uuid_v7(),
  customer_id uuid not null,
  note text collate "C",
  status text collate "C" not null default 'pending',
  created_at timestamptz(3) not null default now(),
  updated_at timestamptz(3) not null default now(),
  constraint orders_note_check check (char_length(note) between 0 and 500),
  constraint orders_status_check check (status in ('pending', 'paid', 'shipped', 'delivered', 'cancelled')),
  constraint orders_customer_id_fkey foreign key (customer_id) references app.users (id) on delete restrict
);

create table app.order_lines (
  id uuid primary key default app.uuid_v7(),
  product_id uuid not null,
  quantity bigint not null,
  unit_price numeric(14, 2) not null,
  order_id uuid not null,
  _position bigint generated always as identity,
  created_at timestamptz(3) not null default now(),
  updated_at timestamptz(3) not null default now(),
  constraint order_lines_quantity_check check (quantity between 1 and 99),
  constraint order_lines_unit_price_check check (unit_price > 0),
  constraint order_lines_product_id_fkey foreign key (product_id) references app.products (id) on delete restrict,
  constraint order_lines_order_id_fkey foreign key (order_id) references app.orders (id) on delete cascade
);

create unique index users_email_key on app.users (email);
create index users_role_idx on app.users (role, id);
create index users_name_idx on app.users (name, id);

create unique index categories_name_key on app.categories (name);
create unique index categories_slug_key on app.categories (slug);

create unique index products_sku_key on app.products (sku);
create index products_category_id_price_idx on app.products (category_id, price);
create index products_status_idx on app.products (status, id);
create index products_name_idx on app.products (name, id);
create index products_price_idx on app.products (price, id);
create index products_stock_idx on app.products (stock, id);
create index products_search_idx on app.products using gin (_search);

create index orders_customer_id_created_at_idx on app.orders (customer_id, created_at);
create index orders_status_idx on app.orders (status, id);

create index order_lines_product_id_idx on app.order_lines (product_id, id);
create index order_lines_order_id_idx on app.order_lines (order_id, id);

create function app.products_matching(words text) returns setof uuid
  language sql stable security definer set search_path = pg_catalog, pg_temp
  as $$ select id from app.products where _search @@ websearch_to_tsquery('simple', words) $$;

create unlogged table internal.rate_limits (
  key text primary key,
  used bigint not null,
  leased bigint not null,
  resets_at timestamptz(3) not null
) with (fillfactor = 70);

create index rate_limits_resets_at_idx on internal.rate_limits (resets_at);

alter table internal.rate_limits enable row level security;
alter table internal.rate_limits force row level security;
create policy rate_limits_owner on internal.rate_limits to current_role using (true) with check (true);
create policy rate_limits_counted on internal.rate_limits
  using ((select app.operation()) = 'limits') with check ((select app.operation()) = 'limits');

create table internal.credentials (
  user_id uuid primary key references app.users (id) on delete cascade,
  password_hash text not null,
  verified_at timestamptz(3),
  changed_at timestamptz(3) not null default now()
);

create table internal.sessions (
  id uuid primary key default app.uuid_v7(),
  user_id uuid not null references app.users (id) on delete cascade,
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
  user_id uuid not null references app.users (id) on delete cascade,
  purpose text not null,
  created_at timestamptz(3) not null default now(),
  expires_at timestamptz(3) not null,
  used_at timestamptz(3),
  constraint one_time_tokens_purpose_check check (purpose in ('verification', 'reset'))
);

create table internal.mails (
  id uuid primary key default app.uuid_v7(),
  user_id uuid not null references app.users (id) on delete cascade,
  kind text not null,
  token_id uuid references internal.one_time_tokens (id) on delete cascade,
  created_at timestamptz(3) not null default now(),
  due_at timestamptz(3) not null default now(),
  attempts bigint not null default 0,
  sent_at timestamptz(3)
);

create table internal.api_keys (
  id uuid primary key default app.uuid_v7(),
  user_id uuid not null references app.users (id) on delete cascade,
  name text not null,
  digest text not null,
  created_at timestamptz(3) not null default now(),
  expires_at timestamptz(3)
);

create table internal.idempotency_keys (
  user_id uuid not null references app.users (id) on delete cascade,
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

-- Events, in the same transaction as their causes. Positions say what comes first within a subject; across subjects
-- transactions commit in any order, so whoever reads follows `state` and never a last position.
create table internal.outbox (
  position bigint generated always as identity primary key,
  id uuid not null default app.uuid_v7(),
  event text not null,
  subject text,
  payload jsonb not null,
  created_at timestamptz(3) not null default now(),
  state text not null default 'pending' check (state in ('pending', 'published', 'dead')),
  attempts bigint not null default 0,
  -- Not rounded: an event that is announced is due.
  due_at timestamptz not null default now(),
  settled_at timestamptz(3),
  transaction_id xid8 not null default pg_current_xact_id(),
  -- Nothing that commits after this row is older.
  horizon xid8 not null default pg_snapshot_xmin(pg_current_snapshot())
);

create index outbox_pending_idx on internal.outbox (position) where state = 'pending';
create index outbox_subject_idx on internal.outbox (subject, position) where state = 'pending';

create function internal.announce_events() returns trigger
language plpgsql
as $$
begin
  perform pg_notify('outbox', '');
  return null;
end
$$;

create trigger outbox_announce after insert on internal.outbox
for each statement execute function internal.announce_events();

alter table internal.outbox enable row level security;
alter table internal.outbox force row level security;
create policy outbox_owner on internal.outbox to current_role using (true) with check (true);
create policy outbox_dispatch_read on internal.outbox for select using ((select app.operation()) = 'outbox');
create policy outbox_dispatch_purge on internal.outbox for delete using ((select app.operation()) = 'outbox');
create policy outbox_dispatch on internal.outbox for update
  using ((select app.operation()) = 'outbox') with check ((select app.operation()) = 'outbox');
create policy outbox_emit_1 on internal.outbox for insert
  with check ((select app.operation()) = 'placeOrder' and ((select app.user_role()) = 'customer') and event in ('OrderPlaced'));
create policy outbox_emit_2 on internal.outbox for insert
  with check ((select app.operation()) = 'orders.pay' and ((select app.user_role()) in ('staff', 'admin')) and event in ('OrderPaid'));
create policy outbox_emit_3 on internal.outbox for insert
  with check ((select app.operation()) = 'orders.ship' and ((select app.user_role()) in ('staff', 'admin')) and event in ('OrderShipped'));
create policy outbox_emit_4 on internal.outbox for insert
  with check ((select app.operation()) = 'orders.deliver' and ((select app.user_role()) in ('staff', 'admin')) and event in ('OrderDelivered'));
create policy outbox_emit_5 on internal.outbox for insert
  with check ((select app.operation()) = 'orders.cancel' and (select app.user_role()) in ('customer', 'staff', 'admin') and event in ('OrderCancelled'));
create policy outbox_emit_6 on internal.outbox for insert
  with check ((select app.operation()) = 'placeOrder.approved' and (select app.user_id()) is null and event in ('OrderPaid'));
create policy outbox_emit_7 on internal.outbox for insert
  with check ((select app.operation()) = 'placeOrder.declined' and (select app.user_id()) is null and event in ('OrderCancelled'));

-- Calls of outside systems, intended in the same transaction as their causes and made after its commit. The id is the
-- same in every attempt, so that the other side can tell a repetition.
create table internal.calls (
  id uuid primary key default app.uuid_v7(),
  operation text not null,
  call text not null,
  input jsonb not null,
  -- The ids of the rows that the outcomes speak of, by their names in the operation.
  named_rows jsonb not null,
  created_at timestamptz(3) not null default now(),
  state text not null default 'pending' check (state in ('pending', 'done', 'refused', 'dead')),
  outcome text,
  attempts bigint not null default 0,
  -- Not rounded: a call that is announced is due.
  due_at timestamptz not null default now(),
  settled_at timestamptz(3)
);

create index calls_pending_idx on internal.calls (due_at) where state = 'pending';

create function internal.announce_calls() returns trigger
language plpgsql
as $$
begin
  perform pg_notify('calls', '');
  return null;
end
$$;

create trigger calls_announce after insert on internal.calls
for each statement execute function internal.announce_calls();

alter table internal.calls enable row level security;
alter table internal.calls force row level security;
create policy calls_owner on internal.calls to current_role using (true) with check (true);
create policy calls_make_read on internal.calls for select using ((select app.operation()) = 'calls');
create policy calls_make_purge on internal.calls for delete using ((select app.operation()) = 'calls');
create policy calls_make on internal.calls for update
  using ((select app.operation()) = 'calls') with check ((select app.operation()) = 'calls');
create policy calls_settle_read on internal.calls for select
  using ((select app.user_id()) is null and starts_with((select app.operation()), operation || '.'));
create policy calls_settle on internal.calls for update
  using ((select app.user_id()) is null and starts_with((select app.operation()), operation || '.'))
  with check ((select app.operation()) = operation || '.' || outcome);
create policy calls_intend_1 on internal.calls for insert
  with check ((select app.operation()) = 'placeOrder' and ((select app.user_role()) = 'customer') and operation = 'placeOrder' and call = 'payments.authorize');

-- Tickets that open one socket each; only their digests are kept.
create table internal.socket_tickets (
  digest text primary key,
  session_id uuid not null references internal.sessions (id) on delete cascade,
  expires_at timestamptz(3) not null
);

create index socket_tickets_session_id_idx on internal.socket_tickets (session_id);
create index socket_tickets_expires_at_idx on internal.socket_tickets (expires_at);

alter table internal.socket_tickets enable row level security;
alter table internal.socket_tickets force row level security;
create policy socket_tickets_owner on internal.socket_tickets to current_role using (true) with check (true);
create policy socket_tickets_identity on internal.socket_tickets
  using ((select app.operation()) = 'identity') with check ((select app.operation()) = 'identity');

create unique index outbox_id_idx on internal.outbox (id);
create index outbox_transaction_id_idx on internal.outbox (transaction_id);
create policy outbox_channels_read on internal.outbox for select using ((select app.operation()) = 'channels');

alter table app.users enable row level security;
alter table app.users force row level security;
create policy users_owner on app.users to current_role using (true) with check (true);
create policy users_read on app.users for select
  using (((users.id = (select app.user_id())) or ((select app.user_role()) = 'admin')));
create policy users_update on app.users for update
  using ((select app.operation()) = 'users.update' and (users.id = (select app.user_id())))
  with check ((select app.operation()) = 'users.update' and (users.id = (select app.user_id())));
create policy users_identity_read on app.users for select
  using ((select app.operation()) = 'identity');
create policy users_identity_create on app.users for insert
  with check ((select app.operation()) = 'identity' and role = 'customer');

alter table app.categories enable row level security;
alter table app.categories force row level security;
create policy categories_owner on app.categories to current_role using (true) with check (true);
create policy categories_read on app.categories for select
  using (true);
create policy categories_create on app.categories for insert
  with check ((select app.operation()) = 'categories.create' and ((select app.user_role()) in ('staff', 'admin')));
create policy categories_update on app.categories for update
  using ((select app.operation()) = 'categories.update' and ((select app.user_role()) in ('staff', 'admin')))
  with check ((select app.operation()) = 'categories.update' and ((select app.user_role()) in ('staff', 'admin')));
create policy categories_delete on app.categories for delete
  using ((select app.operation()) = 'categories.delete' and ((select app.user_role()) = 'admin'));
create policy categories_delete_lock on app.categories for update
  using ((select app.operation()) = 'categories.delete' and ((select app.user_role()) = 'admin'))
  with check (false);

alter table app.products enable row level security;
alter table app.products force row level security;
create policy products_owner on app.products to current_role using (true) with check (true);
create policy products_read on app.products for select
  using (((products.status = 'active') or ((select app.user_role()) in ('staff', 'admin'))));
create policy products_create on app.products for insert
  with check ((select app.operation()) = 'products.create' and ((select app.user_role()) in ('staff', 'admin')));
create policy products_update on app.products for update
  using ((select app.operation()) = 'products.update' and ((select app.user_role()) in ('staff', 'admin')))
  with check ((select app.operation()) = 'products.update' and ((select app.user_role()) in ('staff', 'admin')));
create policy products_delete on app.products for delete
  using ((select app.operation()) = 'products.delete' and ((select app.user_role()) = 'admin'));
create policy products_delete_lock on app.products for update
  using ((select app.operation()) = 'products.delete' and ((select app.user_role()) = 'admin'))
  with check (false);
create policy products_step_1 on app.products for update
  using ((select app.operation()) = 'placeOrder' and ((select app.user_role()) = 'customer'))
  with check ((select app.operation()) = 'placeOrder' and ((select app.user_role()) = 'customer'));
create policy products_step_2 on app.products for update
  using ((select app.operation()) = 'orders.cancel' and (select app.user_role()) in ('customer', 'staff', 'admin'))
  with check ((select app.operation()) = 'orders.cancel' and (select app.user_role()) in ('customer', 'staff', 'admin'));
create policy products_step_3 on app.products for update
  using ((select app.operation()) = 'placeOrder.declined' and (select app.user_id()) is null)
  with check ((select app.operation()) = 'placeOrder.declined' and (select app.user_id()) is null);
create policy products_written on app.products for select
  using ((select app.operation()) in ('placeOrder', 'orders.cancel'));
create policy products_background on app.products for select
  using ((select app.operation()) in ('placeOrder.declined') and (select app.user_id()) is null);

alter table app.orders enable row level security;
alter table app.orders force row level security;
create policy orders_owner on app.orders to current_role using (true) with check (true);
create policy orders_read on app.orders for select
  using (((orders.customer_id = (select app.user_id())) or ((select app.user_role()) in ('staff', 'admin'))));
create policy orders_pay on app.orders for update
  using ((select app.operation()) = 'orders.pay' and status in ('pending') and ((select app.user_role()) in ('staff', 'admin')))
  with check ((select app.operation()) = 'orders.pay' and status = 'paid');
create policy orders_ship on app.orders for update
  using ((select app.operation()) = 'orders.ship' and status in ('paid') and ((select app.user_role()) in ('staff', 'admin')))
  with check ((select app.operation()) = 'orders.ship' and status = 'shipped');
create policy orders_deliver on app.orders for update
  using ((select app.operation()) = 'orders.deliver' and status in ('shipped') and ((select app.user_role()) in ('staff', 'admin')))
  with check ((select app.operation()) = 'orders.deliver' and status = 'delivered');
create policy orders_cancel on app.orders for update
  using ((select app.operation()) = 'orders.cancel' and status in ('pending', 'paid') and ((orders.customer_id = (select app.user_id())) or ((select app.user_role()) in ('staff', 'admin'))))
  with check ((select app.operation()) = 'orders.cancel' and status = 'cancelled');
create policy orders_step_1 on app.orders for insert
  with check ((select app.operation()) = 'placeOrder' and ((select app.user_role()) = 'customer') and customer_id = (select app.user_id()));
create policy orders_step_2 on app.orders for update
  using ((select app.operation()) = 'placeOrder.approved' and (select app.user_id()) is null)
  with check ((select app.operation()) = 'placeOrder.approved' and (select app.user_id()) is null);
create policy orders_step_3 on app.orders for update
  using ((select app.operation()) = 'placeOrder.declined' and (select app.user_id()) is null)
  with check ((select app.operation()) = 'placeOrder.declined' and (select app.user_id()) is null);
create policy orders_background on app.orders for select
  using ((select app.operation()) in ('placeOrder.approved', 'placeOrder.declined') and (select app.user_id()) is null);

alter table app.order_lines enable row level security;
alter table app.order_lines force row level security;
create policy order_lines_owner on app.order_lines to current_role using (true) with check (true);
create policy order_lines_read on app.order_lines for select
  using (exists (select from app.orders where orders.id = order_id));
create policy order_lines_step_1 on app.order_lines for insert
  with check ((select app.operation()) = 'placeOrder' and ((select app.user_role()) = 'customer'));
create policy order_lines_background on app.order_lines for select
  using ((select app.operation()) in ('placeOrder.declined') and (select app.user_id()) is null);

create trigger users_columns before update on app.users
for each row when (current_user = 'shop_app') execute function app.guard_columns(
  'users.update', 'name'
);

create trigger categories_columns before update on app.categories
for each row when (current_user = 'shop_app') execute function app.guard_columns(
  'categories.update', 'name,slug'
);

create trigger products_columns before update on app.products
for each row when (current_user = 'shop_app') execute function app.guard_columns(
  'products.update', 'name,description,price,stock,status,category_id',
  'placeOrder', 'stock',
  'orders.cancel', 'stock',
  'placeOrder.declined', 'stock'
);

create trigger orders_columns before update on app.orders
for each row when (current_user = 'shop_app') execute function app.guard_columns(
  'orders.pay', 'status',
  'orders.ship', 'status',
  'orders.deliver', 'status',
  'orders.cancel', 'status',
  'placeOrder.approved', 'status',
  'placeOrder.declined', 'status'
);

grant usage on schema app, internal to shop_app;
grant select, insert, update (name, updated_at) on app.users to shop_app;
grant select, insert, update (name, slug, updated_at), delete on app.categories to shop_app;
grant select, insert, update (name, description, price, stock, status, category_id, updated_at), delete on app.products to shop_app;
grant select, insert, update (status, updated_at) on app.orders to shop_app;
grant select, insert on app.order_lines to shop_app;
grant select, insert, update, delete on internal.rate_limits to shop_app;
grant select, insert, update on internal.credentials to shop_app;
grant select, insert, update on internal.sessions to shop_app;
grant select, insert, update on internal.refresh_tokens to shop_app;
grant select, insert, update on internal.one_time_tokens to shop_app;
grant select, insert, update on internal.mails to shop_app;
grant select, insert, update on internal.idempotency_keys to shop_app;
grant select, insert, update, delete on internal.login_attempts to shop_app;
grant select, insert, delete on internal.api_keys to shop_app;
grant delete on internal.sessions to shop_app;
grant delete on internal.refresh_tokens to shop_app;
grant delete on internal.one_time_tokens to shop_app;
grant delete on internal.mails to shop_app;
grant delete on internal.idempotency_keys to shop_app;
grant select, insert (event, subject, payload), update (attempts, due_at, state, settled_at), delete on internal.outbox to shop_app;
grant select, insert (operation, call, input, named_rows), update (attempts, due_at, state, outcome, settled_at), delete on internal.calls to shop_app;
grant select, insert, update, delete on internal.socket_tickets to shop_app;

commit;
