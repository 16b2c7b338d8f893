"""How the stacks compare for a plan: what the team knows, what load needs, what they cost and what upkeep they ask."""

from __future__ import annotations

import re
from collections.abc import Mapping
from math import ceil

from backwright.lowering.running.stack import Traits
from backwright.plan.model import Plan
from backwright.plan.objectives import amount
from backwright.targets.documentation.background import Score

__all__ = ["scores"]

_MOST, _LEAST, _MIDDLE = 5, 1, 3
_TEAM, _SCALE, _COST, _UPKEEP = 4, 3, 2, 1
# A point less for each so many beyond what is little.
_LIGHT, _MEGABYTES = 64, 32
_FEW, _PACKAGES = 8, 4
_QUIET, _PROCESSORS = 0.25, 0.5


def scores(plan: Plan, traits: Mapping[str, Traits]) -> tuple[Score, ...]:
    """Every stack with its points, the best first; between equals the order of their names decides."""
    found = [
        Score(name, each.language, (_team(plan, name, each), _scale(plan, each), _cost(each), _upkeep(each)))
        for name, each in sorted(traits.items())
    ]
    return tuple(sorted(found, key=lambda each: -each.total))


def _team(plan: Plan, stack: str, traits: Traits) -> tuple[str, int, int, str]:
    stated = " ".join(each.value for each in plan.requirements if each.path.split(".")[0] in ("team", "stack")).lower()
    if not stated:
        return ("team", _TEAM, _MIDDLE, "nothing is stated of the team")
    knows = any(re.search(rf"\b{re.escape(word)}\b", stated) for word in (stack, traits.language.lower()))
    return ("team", _TEAM, _MOST if knows else _LEAST, f"{traits.language} is {'' if knows else 'not '}named")


def _scale(plan: Plan, traits: Traits) -> tuple[str, int, int, str]:
    stated = {each.path: each.value for each in plan.requirements}
    rate = amount(stated.get("load.rps", ""))
    took = f"{traits.microseconds} µs of a processor for one row"
    if not rate:
        return ("scale", _SCALE, _MIDDLE, f"{took}; no rate is stated")
    busy = rate * traits.microseconds / 1e6
    points = _MOST - ceil(max(0.0, busy - _QUIET) / _PROCESSORS)
    return ("scale", _SCALE, max(_LEAST, points), f"{took}: {busy:.2g} processors at {rate:g} reads a second")


def _cost(traits: Traits) -> tuple[str, int, int, str]:
    points = max(_LEAST, _MOST - round(max(0, traits.megabytes - _LIGHT) / _MEGABYTES))
    return ("cost", _COST, points, f"{traits.megabytes} MB at rest")


def _upkeep(traits: Traits) -> tuple[str, int, int, str]:
    points = max(_LEAST, _MOST - round(max(0, traits.packages - _FEW) / _PACKAGES))
    return ("upkeep", _UPKEEP, points, f"{traits.packages} packages of its own to keep up with")
