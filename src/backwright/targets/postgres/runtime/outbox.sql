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
  settled_at timestamptz(3){followed}
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
