"""What the blueprint states about quality, as numbers; lengths of time in seconds."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from backwright.plan.model import Limit, Plan, Requirement

__all__ = ["ACCEPTED", "Load", "availability", "limit", "load", "names", "stated"]

ACCEPTED = "accepted"
_UNITS = {"ms": Decimal("0.001"), "s": Decimal(1)}


@dataclass(frozen=True, slots=True)
class Load:
    """What is stated about load; None where nothing is, or nothing that is a number."""

    users: int | None
    rps: int | None
    p95: float | None


def stated(plan: Plan, path: str) -> Requirement | None:
    """The requirement of that path."""
    return next((each for each in plan.requirements if each.path == path), None)


def load(plan: Plan) -> Load:
    """The three figures of `requirements.load`."""
    users, rps, p95 = (_number(stated(plan, f"load.{name}")) for name in ("users", "rps", "p95"))
    return Load(
        None if users is None else round(users),
        None if rps is None else round(rps),
        None if p95 is None else float(p95),
    )


def _number(requirement: Requirement | None) -> Decimal | None:
    found = re.fullmatch(r"(\d+(?:\.\d+)?)\s*(ms|s)?", requirement.value.strip()) if requirement else None
    return Decimal(found[1]) * _UNITS[found[2] or "s"] if found else None


def availability(plan: Plan) -> tuple[Decimal, Requirement] | None:
    """The share of time in percent."""
    requirement = stated(plan, "availability")
    found = re.fullmatch(r"(\d{1,3}(?:\.\d+)?)\s*%", requirement.value.strip()) if requirement else None
    return (Decimal(found[1]), requirement) if found and requirement else None


def limit(plan: Plan, name: str) -> Limit | None:
    """The limit of that name that the blueprint states."""
    return next((each for each in plan.limits if each.name == name), None)


def names(plan: Plan, path: str) -> frozenset[str]:
    """The words of a requirement that is a list, in small letters."""
    requirement = stated(plan, path)
    return frozenset(word.strip().lower() for word in requirement.value.split(",")) if requirement else frozenset()
