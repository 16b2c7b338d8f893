"""How often and how many at once: bounds over rows, which this version does not compile."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from backwright.sources.brief.facts import Aside, Can, Fact
from backwright.sources.brief.thresholds import threshold

__all__ = ["COUNTING", "unbounded"]

COUNTING = re.compile(
    r"\bonly (?:one(?! (?:who|that|to))|once|twice|two|three|four|five|\d+)\b"
    r"|\b(?:more|fewer|less) than (?:\w+ )?(?:one|two|three|four|five|ten|\d+)\b"
    r"|\b(?:twice|oversold|overbooked|overlap\w*|double-booked)\b|\bat (?:most|least) (?:one|two|three|four|five|\d+)\b"
    r"|\bat a time\b|\bat the same time\b|\bonly once\b|\b(?:a|any) \w+ twice\b"
)


def unbounded(facts: Iterable[Fact], text: str) -> tuple[Fact, ...]:
    """The facts without the bound: what must not be done twice may be done."""
    found = tuple(facts)
    if not COUNTING.search(text) or not any(isinstance(fact, Can) for fact in found):
        return found
    if any(isinstance(fact, Can) and fact.condition and not threshold(fact.condition.split()) for fact in found):
        return found
    kept: list[Fact] = [
        replace(fact, only=fact.only and fact.actor is not None, limited=False, condition="")
        if isinstance(fact, Can)
        else fact
        for fact in found
        if not (isinstance(fact, Can) and fact.negated)
    ]
    span = found[0].span
    return (*kept, Aside(span, "a bound over several rows is not compiled"))
