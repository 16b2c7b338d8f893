"""The same answer for everybody, again and again."""

from __future__ import annotations

from collections.abc import Iterator

from backwright.experts.facts import may, newcomers
from backwright.experts.model import Case, Example, Found, Rule
from backwright.experts.notation import lines
from backwright.experts.requirements import load
from backwright.experts.steps import callers
from backwright.lowering.operations import writes
from backwright.plan.model import Entity, Plan
from backwright.plan.naming import collection_path
from backwright.plan.visibility import is_public, shown_with

__all__ = ["RULE"]

_BUSY = 100


def _check(case: Case) -> Iterator[Found]:
    rps = load(case.plan).rps or 0
    for entity in case.plan.entities if rps >= _BUSY else ():
        if entity.cached or entity.whole or entity.rule("read") is None or not is_public(case.plan.entity, entity):
            continue
        if not any(_is_moved(case.plan, each) for each in shown_with(case.plan.entity, entity)):
            yield Found(
                entity.name,
                entity.origin,
                f"everybody reads {entity.name} alike, only the staff changes it, and {rps} requests a second are "
                f"stated: each GET {collection_path(entity)} asks the database for the same rows",
                "Let servers keep the answers; a change drops them at once, in every server.",
                lines("entities", entity.name, "cached: 30s"),
            )


def _is_moved(plan: Plan, entity: Entity) -> bool:
    """Whether everyday callers change its rows."""
    rules = frozenset().union(*(may(entity.rule(action)) for action in ("create", "update", "delete")))
    caused = frozenset().union(*(callers(plan, each.routine) for each in writes(plan) if each.entity is entity))
    by_itself = any(each.routine.job for each in writes(plan) if each.entity is entity)
    return by_itself or bool((rules | caused) & newcomers(plan))


_BAD = """entities:
  Section:
    fields: {label: string(1..40) unique}
    allow: {read: true, create: me.role == 'staff', update: me.role == 'staff'}
requirements:
  load: {users: 10000, rps: 300, p95: 300ms}
"""

RULE = Rule(
    name="performance/uncached",
    severity="note",
    summary="Under the stated load the same public rows are read from the database again and again.",
    explanation=f"From {_BUSY} requests a second on, what everybody sees alike and few people change is worth "
    "keeping: an answer out of the server's memory costs no round trip. What may be kept and what drops it: note 0014.",
    check=_check,
    bad=Example(_BAD),
    good=Example(_BAD.replace("    fields", "    cached: 30s\n    fields")),
)
