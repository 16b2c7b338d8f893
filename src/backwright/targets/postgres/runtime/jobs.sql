-- When each job is due; while one runs, when somebody else may go on with it.
create table internal.jobs (
  name text primary key,
  due_at timestamptz not null,
  -- Counts who has taken it: of two, only the last goes on.
  claim bigint not null default 0,
  started_at timestamptz,
  -- The last row that the run has reached, in the order of ids.
  reached uuid
);

alter table internal.jobs enable row level security;
alter table internal.jobs force row level security;
create policy jobs_owner on internal.jobs to current_role using (true) with check (true);
create policy jobs_claim_read on internal.jobs for select using ((select app.operation()) = 'jobs');
create policy jobs_claim on internal.jobs for update
  using ((select app.operation()) = 'jobs') with check ((select app.operation()) = 'jobs');
create policy jobs_run_read on internal.jobs for select
  using ((select app.user_id()) is null and (select app.operation()) = 'job ' || name);
create policy jobs_run on internal.jobs for update
  using ((select app.user_id()) is null and (select app.operation()) = 'job ' || name)
  with check ((select app.operation()) = 'job ' || name);

