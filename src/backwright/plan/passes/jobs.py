"""Jobs: when they run, for which rows, and what they do with each."""

from __future__ import annotations

import re

from backwright.blueprint.nodes import JobNode
from backwright.blueprint.text import Text
from backwright.plan.draft import Draft
from backwright.plan.expressions.tree import Expression
from backwright.plan.expressions.types import BOOL, RowType, Typing
from backwright.plan.model import Job
from backwright.plan.steps import Place
from backwright.plan.steps.calling import resolve_background, speaks_of_caller

__all__ = ["jobs"]

_EVERY = re.compile(r"([1-9][0-9]{0,6})([smhd])\Z")
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_SHORTEST, _LONGEST = 10, 31 * 86400
_TIME = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]\Z")


def jobs(draft: Draft) -> None:
    """Compile every job."""
    for node in draft.blueprint.jobs:
        found = _job(draft, node)
        if found is not None:
            draft.jobs.append(found)


def _job(draft: Draft, node: JobNode) -> Job | None:
    seconds = _seconds(draft, node.every) if node.every else None
    for each in node.at:
        if not _TIME.match(each.value):
            reason = f"'{each.value}' is no time of the day"
            draft.say("job/schedule", reason, each.origin, "Write hours and minutes in UTC, such as '03:00'.")
    if bool(node.every) == bool(node.at):
        reason = f"'{node.name.name}' " + ("says twice when it runs" if node.every else "does not say when it runs")
        advice = "Write 'every: 15m', or times of the day in UTC: 'at: [\"03:00\"]'."
        draft.say("job/schedule", reason, node.origin, advice)
    entity = draft.entity(node.entity) if node.entity else None
    if entity is None or node.variable is None:
        return None
    place = Place(draft, None)
    place.declare(node.variable, Typing(RowType(entity.name)))
    where = _where(draft, entity.name, node.where) if node.where else None
    return Job(
        id=node.name.id,
        name=node.name.name,
        seconds=seconds,
        times=tuple(dict.fromkeys(each.value for each in node.at)),
        entity=entity.name,
        variable=node.variable.value,
        where=where,
        steps=resolve_background(place, node.steps),
        origin=node.origin,
    )


def _seconds(draft: Draft, text: Text) -> int | None:
    match = _EVERY.match(text.value)
    seconds = int(match[1]) * _SECONDS[match[2]] if match else 0
    if _SHORTEST <= seconds <= _LONGEST:
        return seconds
    reason = f"'{text.value}' is no time from {_SHORTEST} seconds to 31 days"
    draft.say("job/schedule", reason, text.origin, "Write a number and s, m, h or d, such as '15m'.")
    return None


def _where(draft: Draft, entity: str, text: Text) -> Expression | None:
    found = draft.compile(text, draft.scope(entity), BOOL)
    if found is not None and speaks_of_caller(found):
        reason = "this condition speaks of its caller, but nobody calls a job"
        draft.say("operation/nobody", reason, text.origin, "Ask for what stands in the row.")
    return found
