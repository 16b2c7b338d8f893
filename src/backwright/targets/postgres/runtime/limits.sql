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
