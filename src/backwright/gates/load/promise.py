"""What the blueprint states about load."""

from __future__ import annotations

from dataclasses import dataclass

from backwright.diagnostics import Origin
from backwright.plan.model import Plan
from backwright.plan.objectives import amount

__all__ = ["Promise", "promise_of", "unread"]

_NAMES = ("load.users", "load.rps", "load.p95")


@dataclass(frozen=True, slots=True)
class Promise:
    """`rate` requests a second with so many accounts, of which 95 % are answered within `p95` seconds."""

    rate: int
    p95: float
    users: int
    origin: Origin


def promise_of(plan: Plan) -> Promise | None:
    """The promise; none where rate or duration is not stated in a form that can be held against something."""
    stated = {each.path: each for each in plan.requirements}
    rate, p95 = (amount(stated[name].value) if name in stated else None for name in ("load.rps", "load.p95"))
    if not rate or not p95:
        return None
    users = amount(stated["load.users"].value) if "load.users" in stated else None
    return Promise(round(rate), p95, round(users or 1), stated["load.p95"].origin)


def unread(plan: Plan) -> str:
    """Why there is no promise."""
    there = {each.path: each.value for each in plan.requirements}
    wrong = [f"{name}: {there[name]}" for name in _NAMES if name in there and not amount(there[name])]
    missing = [name for name in ("load.rps", "load.p95") if name not in there]
    said = [f"`requirements` state no {' and no '.join(missing)}"] if missing else []
    said += [f"nobody can measure {', '.join(wrong)}"] if wrong else []
    return "; ".join(said)
