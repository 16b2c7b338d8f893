"""What a blueprint states about load and availability, where it is in a form that can be held against something."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from backwright.plan.model import Plan

__all__ = ["Objectives", "amount", "objectives"]

_UNITS = {"ms": 0.001, "s": 1.0}


@dataclass(frozen=True, slots=True)
class Objectives:
    """`budget` is the share of requests that may fail; 95 % take at most `p95` seconds. None where not stated."""

    budget: Decimal | None
    p95: float | None


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
