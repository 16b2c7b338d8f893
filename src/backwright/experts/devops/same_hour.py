"""Jobs that all begin at once."""

from __future__ import annotations

from collections.abc import Iterator

from backwright.experts.facts import listed
from backwright.experts.model import Case, Example, Found, Rule

__all__ = ["RULE"]

_MOST = 3


def _check(case: Case) -> Iterator[Found]:
    by_time: dict[str, list[str]] = {}
    for job in case.plan.jobs:
        for time in job.times:
            by_time.setdefault(time, []).append(job.name)
    for time, names in by_time.items():
        if len(names) >= _MOST:
            last = next(job for job in case.plan.jobs if job.name == names[-1])
            yield Found(
                last.name,
                last.origin,
                f"{listed(names)} all begin at {time} UTC",
                "Part them by as long as they take, so that a slow night shows which one it was.",
            )


def _example(third: str) -> str:
    jobs = "".join(
        f'  {name}:\n    at: ["{time}"]\n    for: {{each: Offer, where: "{flag} && until < now", as: offer}}\n'
        f"    steps:\n      - update: offer\n        set: {{{flag}: false}}\n"
        for name, flag, time in (("first", "fresh", "03:00"), ("second", "shown", "03:00"), ("third", "told", third))
    )
    return (
        "entities:\n  Offer:\n    fields: {until: datetime, fresh: bool, shown: bool, told: bool}\n"
        f"    allow: {{read: me != null, create: me.role == 'staff'}}\njobs:\n{jobs}"
    )


RULE = Rule(
    name="devops/same-hour",
    severity="note",
    summary=f"{_MOST} jobs or more begin at the same time of the day.",
    explanation="They share the connections for writes with each other and with whoever is awake, and when something "
    "is slow then, no graph tells which of them it was.",
    check=_check,
    bad=Example(_example("03:00")),
    good=Example(_example("04:30")),
)
