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
