"""How jobs wait for their time, and how the rows of a run are found, one behind the other."""

from __future__ import annotations

from backwright.lowering.relational.columns import quoted
from backwright.lowering.relational.conditions import Conditions
from backwright.lowering.relational.names import qualified, table
from backwright.plan.model import Job, Plan

__all__ = ["CLAIM", "finish", "first_due", "reach", "rows", "wanted"]

_LEASE = "interval '1 minute'"
_PAGE = 100

# One of the jobs `$1` that is due, also one that somebody has left behind. Only the last who claimed it goes on.
CLAIM = f"""with due as (
  select name from internal.jobs where name = any($1::text[]) and due_at <= now()
  order by due_at limit 1 for update skip locked
)
update internal.jobs as job
set claim = claim + 1, started_at = coalesce(started_at, now()), due_at = now() + {_LEASE}
from due where job.name = due.name
returning job.name, job.claim, job.reached"""


def rows(plan: Plan, job: Job, conditions: Conditions) -> str:
    """The next rows behind `$1`; those that a run makes itself are for the next one."""
    entity = plan.entity(job.entity)
    name = table(entity)
    where = f"\n  and {conditions.where(entity, job.where)}" if job.where else ""
    started = f"(select started_at from internal.jobs where name = {quoted(job.name)})"
    return (
        f"select {name}.id from {qualified(entity)}\n"
        f"where ($1::uuid is null or {name}.id > $1::uuid) and {name}.created_at <= {started}{where}\n"
        f"order by {name}.id limit {_PAGE}"
    )


def reach(job: Job, claim: str, row: str) -> str:
    """Marks a row as reached for whoever has the run, so that it is reached once in a run."""
    return (
        f"update internal.jobs set reached = {row}, due_at = now() + {_LEASE}\n"
        f"where name = {quoted(job.name)} and claim = {claim}\nreturning name"
    )


def wanted(plan: Plan, job: Job, row: str, conditions: Conditions) -> str:
    """Selects something where the row has gone, or is no longer one that the job is for."""
    entity = plan.entity(job.entity)
    where = f" and {conditions.where(entity, job.where)}" if job.where else ""
    return f"select '' where not exists (select from {qualified(entity)} where {table(entity)}.id = {row}{where})"


def finish(job: Job) -> str:
    """Ends the run with the claim `$1`, and says when the next one is."""
    due = _next(job) if job.times else f"greatest(started_at + interval '{job.seconds} seconds', now())"
    return (
        f"update internal.jobs set started_at = null, reached = null, due_at = {due}\n"
        f"where name = {quoted(job.name)} and claim = $1"
    )


def first_due(job: Job) -> str:
    """When it runs for the first time."""
    return _next(job) if job.times else "now()"


def _next(job: Job) -> str:
    """The next of its times of the day."""
    times = f"unnest(array[{', '.join(map(quoted, job.times))}]::time[]) as time"
    day = "date_trunc('day', now() at time zone 'UTC') + ahead * interval '1 day' + time"
    found = f"select ({day}) at time zone 'UTC' as due from {times}, generate_series(0, 1) as ahead"
    return f"(select min(due) from ({found}) as times where due > now())"
