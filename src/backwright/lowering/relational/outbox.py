"""How events wait in the outbox, who may put them there, and how they are taken from it."""

from __future__ import annotations

from backwright.lowering.operations import all_routines, collection, emitted
from backwright.lowering.relational.columns import quoted
from backwright.lowering.relational.conditions import Conditions
from backwright.lowering.relational.policies import RowPolicy, during_routine
from backwright.plan.model import Input, Plan, Reference

__all__ = ["QUERIES", "emitting_policies", "subject_prefix"]

# The first pending event of each subject. `$1` is how many, `$2` how many milliseconds the lease holds; `$3` are the
# events that the claiming process knows: a newer one has others during a rolling deployment.
_CLAIM = """with first as (
  select position from internal.outbox as event
  where state = 'pending' and due_at <= now() and event = any($3::text[]) and not exists (
    select from internal.outbox as earlier
    where earlier.subject = event.subject and earlier.state = 'pending' and earlier.position < event.position
  )
  order by position limit $1::bigint for update skip locked
)
update internal.outbox as event
set attempts = attempts + 1, due_at = now() + $2::bigint * interval '1 millisecond'
from first where event.position = first.position
returning event.position, event.attempts, event.id, event.event, event.subject, event.payload"""

# `$1` and `$2` are position and attempts as they were claimed: who comes back after the lease settles nothing.
_PUBLISH = """update internal.outbox set state = 'published', settled_at = now()
where position = $1 and attempts = $2 and state = 'pending'"""

# After `$3` attempts it is dead; before, it is due again after `$4` milliseconds, twice as many after every attempt.
_FAIL = """update internal.outbox
set state = case when attempts >= $3::bigint then 'dead' else 'pending' end,
  settled_at = case when attempts >= $3::bigint then now() end,
  due_at = now() + $4::bigint * power(2, least(attempts, 10) - 1) * (0.5 + random() / 2) * interval '1 millisecond'
where position = $1 and attempts = $2 and state = 'pending'
returning state"""

# Of the oldest, those that were settled more than `$1` hours ago.
_PURGE = """delete from internal.outbox where position in (
  select position from (select position, settled_at from internal.outbox order by position limit 1000) as oldest
  where settled_at < now() - $1::bigint * interval '1 hour'
)"""

# How long the oldest pending event has waited, in seconds.
_LAG = """select greatest(0, extract(epoch from now() - (
  select created_at from internal.outbox where state = 'pending' order by position limit 1
)))::text"""

QUERIES = (("claim", _CLAIM), ("publish", _PUBLISH), ("fail", _FAIL), ("purge", _PURGE), ("lag", _LAG))
"""The dispatcher's statements by their names."""


def emitting_policies(plan: Plan, conditions: Conditions) -> tuple[RowPolicy, ...]:
    """Each operation may insert the events that its steps name, for the callers that its rule lets in."""
    emitting = [(routine, emitted(routine)) for routine in all_routines(plan) if emitted(routine)]
    return tuple(
        RowPolicy(
            f"outbox_emit_{number}",
            "outbox",
            "insert",
            check=f"{during_routine(routine, conditions)} and event in ({', '.join(map(quoted, names))})",
        )
        for number, (routine, names) in enumerate(emitting, 1)
    )


def subject_prefix(plan: Plan, member: Input) -> str:
    """What stands before the id in the subject that a reference gives."""
    assert isinstance(member.type, Reference)
    return f"{collection(plan.entity(member.type.entity))}/"
