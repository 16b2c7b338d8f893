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
