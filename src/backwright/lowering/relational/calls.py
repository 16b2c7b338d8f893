"""How calls of outside systems wait, who may intend them, and how they are taken and settled."""

from __future__ import annotations

from backwright.lowering.operations import Routine, routines
from backwright.lowering.relational.columns import quoted
from backwright.lowering.relational.conditions import Conditions
from backwright.lowering.relational.policies import RowPolicy, during_routine
from backwright.plan.model import Plan, Then

__all__ = ["QUERIES", "call_name", "calling_policies", "settled_as"]

# Those that have been due the longest. `$1` is how many, `$2` how many milliseconds the lease holds; `$3` are the
# operations and `$4` the calls that the claiming process knows: a newer one has others during a rolling deployment.
_CLAIM = """with due as (
  select id from internal.calls
  where state = 'pending' and due_at <= now() and operation = any($3::text[]) and call = any($4::text[])
  order by due_at limit $1::bigint for update skip locked
)
update internal.calls as call
set attempts = attempts + 1, due_at = now() + $2::bigint * interval '1 millisecond'
from due where call.id = due.id
returning call.id, call.attempts, call.operation, call.call, call.input, call.named_rows"""

# `$1` and `$2` are id and attempts as they were claimed: who comes back after the lease gives up nothing.
# After `$3` attempts it is dead; before, it is due again after `$4` milliseconds, twice as many after every attempt.
_FAIL = """update internal.calls
set state = case when attempts >= $3::bigint then 'dead' else 'pending' end,
  settled_at = case when attempts >= $3::bigint then now() end,
  due_at = now() + $4::bigint * power(2, least(attempts, 10) - 1) * (0.5 + random() / 2) * interval '1 millisecond'
where id = $1 and attempts = $2 and state = 'pending'
returning state"""

# The steps of the outcome `$3` must not happen; asking again would end alike.
_REFUSE = """update internal.calls set state = 'refused', outcome = $3, settled_at = now()
where id = $1 and attempts = $2 and state = 'pending'"""

# Of the oldest, those that were settled more than `$1` hours ago.
_PURGE = """delete from internal.calls where id in (
  select id from (select id, settled_at from internal.calls order by id limit 1000) as oldest
  where settled_at < now() - $1::bigint * interval '1 hour'
)"""

# How long the call that has been due the longest waits, in seconds.
_LAG = """select greatest(0, extract(epoch from now() - min(due_at)))::text
from internal.calls where state = 'pending'"""

QUERIES = (("claim", _CLAIM), ("fail", _FAIL), ("refuse", _REFUSE), ("purge", _PURGE), ("lag", _LAG))
"""The caller's statements by their names."""


def settled_as(outcome: str, call: str) -> str:
    """Marks a call as done where nobody has done so, so that what follows from it happens once."""
    return (
        f"update internal.calls set state = 'done', outcome = {quoted(outcome)}, settled_at = now()\n"
        f"where id = {call} and state = 'pending'\nreturning id"
    )


def call_name(then: Then) -> str:
    """The call as the blueprint names it: `PORT.name`."""
    return f"{then.port}.{then.call}"


def calling_policies(plan: Plan, conditions: Conditions) -> tuple[RowPolicy, ...]:
    """Each operation may intend its own call, for the callers that its rule lets in."""
    intending = [(routine, routine.operation.then) for routine in routines(plan) if routine.operation]
    calls = [(routine, then) for routine, then in intending if then]
    return tuple(
        RowPolicy(f"calls_intend_{number}", "calls", "insert", check=_intended(routine, then, conditions))
        for number, (routine, then) in enumerate(calls, 1)
    )


def _intended(routine: Routine, then: Then, conditions: Conditions) -> str:
    during = during_routine(routine, conditions)
    return f"{during} and operation = {quoted(routine.name)} and call = {quoted(call_name(then))}"
