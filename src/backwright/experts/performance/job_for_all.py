"""Jobs that visit every row every time."""

from __future__ import annotations

from collections.abc import Iterator

from backwright.experts.model import Case, Example, Found, Rule

__all__ = ["RULE"]

_DAY = 86_400


def _check(case: Case) -> Iterator[Found]:
    for job in case.plan.jobs:
        runs = _DAY // job.seconds if job.seconds else len(job.times)
        if job.where is None and runs > 1:
            yield Found(
                job.name,
                job.origin,
                f"{job.name} goes through all rows of {job.entity} {runs} times a day, one transaction a row",
                "Say by `where` which rows need it, so that a run ends when it has done them.",
            )


_BAD = """entities:
  Offer:
    fields: {label: string(1..40), until: datetime, over: bool default false}
    allow: {read: me != null, create: me.role == 'staff'}
jobs:
  tidy:
    every: 15m
    for: {each: Offer, as: offer}
    steps:
      - update: offer
        set: {over: "offer.until < now"}
"""

RULE = Rule(
    name="performance/job-for-all",
    severity="warning",
    summary="A job has no condition, so it visits every row, several times a day.",
    explanation="Each row is a transaction of its own. The run grows with the table, and most of it changes nothing; "
    "a condition that the work itself makes false keeps it as long as there is work. Once a day, at night, all rows "
    "may be meant.",
    check=_check,
    bad=Example(_BAD),
    good=Example(
        _BAD.replace("{each: Offer, as: offer}", '{each: Offer, where: "!over && until < now", as: offer}').replace(
            '"offer.until < now"', "true"
        )
    ),
)
