"""What was worked out for a plan once is not worked out again."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar, cast

from backwright.plan.model import Plan

__all__ = ["once_per_plan"]

P = ParamSpec("P")
T = TypeVar("T")


def once_per_plan(function: Callable[Concatenate[Plan, P], T]) -> Callable[Concatenate[Plan, P], T]:
    """Remembers the answers about the plan that it was asked about last; other arguments are told apart by identity.

    Plans are compared by identity too, because hashing a whole plan costs more than most answers.
    """
    known: dict[tuple[int, ...], tuple[object, T]] = {}
    last: list[Plan] = []

    @wraps(function)
    def remembered(plan: Plan, *args: P.args, **kwargs: P.kwargs) -> T:
        if not last or last[0] is not plan:
            known.clear()
            last[:] = [plan]
        key = tuple(id(each) for each in (*args, *kwargs.values()))
        if key not in known:
            # The arguments are kept as well, so that no other object gets their identity.
            known[key] = ((args, kwargs), function(plan, *args, **kwargs))
        return known[key][1]

    return cast("Callable[Concatenate[Plan, P], T]", remembered)
