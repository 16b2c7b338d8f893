"""What a blueprint states about load and availability, where it is in a form that can be held against something."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from backwright.diagnostics import Origin
from backwright.plan.model import Plan

__all__ = ["Objectives", "StatedLoad", "amount", "objectives", "stated_load", "unread_load"]

_LOAD = ("load.users", "load.rps", "load.p95")
_UNITS = {"ms": 0.001, "s": 1.0}


@dataclass(frozen=True, slots=True)
class Objectives:
    """`budget` is the share of requests that may fail; 95 % take at most `p95` seconds. None where not stated."""

    budget: Decimal | None
    p95: float | None


@dataclass(frozen=True, slots=True)
class StatedLoad:
    """`rate` requests a second with so many accounts, of which 95 % are answered within `p95` seconds."""

    rate: int
    p95: float
    users: int
    origin: Origin


def stated_load(plan: Plan) -> StatedLoad | None:
    """None where rate or duration is not stated in a form that can be held against something."""
    stated = {each.path: each for each in plan.requirements}
    rate, p95 = (amount(stated[name].value) if name in stated else None for name in ("load.rps", "load.p95"))
    if not rate or not p95:
        return None
    users = amount(stated["load.users"].value) if "load.users" in stated else None
    return StatedLoad(max(1, round(rate)), p95, round(users or 1), stated["load.p95"].origin)


def unread_load(plan: Plan) -> str:
    """Why there is no load to be held."""
    there = {each.path: each.value for each in plan.requirements}
    wrong = [f"{name}: {there[name]}" for name in _LOAD if name in there and not amount(there[name])]
    missing = [name for name in ("load.rps", "load.p95") if name not in there]
    said = [f"`requirements` state no {' and no '.join(missing)}"] if missing else []
    said += [f"nobody can measure {', '.join(wrong)}"] if wrong else []
    return "; ".join(said)


def objectives(plan: Plan) -> Objectives:
    """From `requirements.availability` and `requirements.load.p95`."""
    stated = {each.path: each.value for each in plan.requirements}
    return Objectives(_budget(stated.get("availability", "")), amount(stated.get("load.p95", "")))


def amount(text: str) -> float | None:
    """`200`, `200ms` and `0.2s`; durations in seconds, without a unit the number itself."""
    found = re.fullmatch(r"(\d+(?:\.\d+)?)\s*(ms|s)?", text.strip())
    return float(found[1]) * _UNITS.get(found[2] or "s", 1.0) if found else None


def _budget(text: str) -> Decimal | None:
    """Of `99.9%`; a promise that nothing ever fails leaves nothing to burn."""
    found = re.fullmatch(r"(\d{1,2}(?:\.\d+)?)\s*%", text.strip())
    return 1 - Decimal(found[1]) / 100 if found else None
